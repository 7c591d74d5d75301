"""A real Chromium in front of the served real build, and pages that are watched."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, Page, expect

from assistant.ask import Assistant
from tests.browser import Watched, chromium, serving
from tests.e2e.steps import application

expect.set_options(timeout=20_000)  # a busy machine is no failure


@pytest.fixture(scope="session")
def address(real: Assistant, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the one server."""
    url = f"sqlite:///{tmp_path_factory.mktemp('people')}/people.db"
    with serving(application(replace(real.settings, database_url=url), real)) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One for each file: while it runs, no other test can start an event loop."""
    with chromium() as browser:
        yield browser


@pytest.fixture
def watched(browser: Browser, address: str) -> Iterator[Watched]:
    one = Watched(browser, address, viewport={"width": 1280, "height": 800})
    yield one
    one.context.close()
    assert one.errors == []
    assert one.foreign == []


@pytest.fixture
def page(watched: Watched) -> Page:
    return watched.page


@pytest.fixture(params=[True, False], ids=["script", "plain"])
def scripted(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture
def either(browser: Browser, address: str, scripted: bool) -> Iterator[Page]:
    """A page with JavaScript, and one without."""
    one = Watched(browser, address, java_script_enabled=scripted)
    yield one.page
    one.context.close()
    assert one.errors == []
    assert one.foreign == []


@pytest.fixture
def plain(browser: Browser, address: str) -> Iterator[Page]:
    """A page without JavaScript."""
    one = Watched(browser, address, java_script_enabled=False)
    yield one.page
    one.context.close()
    assert one.errors == []
    assert one.foreign == []
