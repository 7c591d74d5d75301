"""The stewards' pages: gaps become work, builds are rolled back."""

from __future__ import annotations

import json
import os
import re
import shutil
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from assistant.ask import Assistant
from tests.browser import Watched, serving
from tests.e2e.steps import JOURNEY, application, ask, leave_traces, sign_in

pytestmark = JOURNEY
UNANSWERED = "Which printer does the change advisory board use?"


def test_a_gap_becomes_an_evaluation_question_and_a_draft(either: Page) -> None:
    leave_traces(either)
    either.goto("/")
    either.get_by_label("Your question").fill(UNANSWERED)
    either.get_by_role("button", name="Ask", exact=True).click()
    expect(either.locator(".turn")).to_have_count(1)
    sign_in(either)
    either.get_by_role("link", name="Stewardship").click()
    either.get_by_role("link", name="Gaps").click()
    expect(either.locator(".card", has_text="sourdough")).to_have_count(0)
    gap = either.locator(".card", has_text=UNANSWERED)
    gap.get_by_role("button", name="Make an evaluation question").click()
    expect(either.get_by_role("status")).to_contain_text("The evaluation question steward-")
    gap.get_by_role("button", name="Draft a document").click()
    expect(
        either.get_by_role("link", name="which-printer-does-the-change-advisory-board-use-")
    ).to_be_visible()
    expect(either.locator("pre")).to_contain_text(UNANSWERED)
    either.get_by_role("button", name="Sign out").click()
    either.goto("/steward")
    expect(either).to_have_url(re.compile("/signin"))


def test_the_table_of_questions_fits_a_phone_whatever_was_asked(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto("/")
    ask(page, "Donaudampfschifffahrtsgesellschaft" * 5)
    sign_in(page)
    page.goto("/steward")
    expect(page.locator(".wide").last).to_contain_text("Donaudampf")
    fits = "(one) => one.scrollWidth <= one.clientWidth"
    assert page.locator(".wide").last.evaluate(fits)


@pytest.fixture(scope="module")
def two_builds(
    real: Assistant, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, str, str]]:
    """A server that has published a copy of the real build; its address, the copy, the build."""
    data, before = tmp_path_factory.mktemp("data"), real.index.manifest.id
    copy = "0123456789abcdef"
    for name in (before, copy):
        source = real.settings.data_dir / "builds" / before
        shutil.copytree(source, data / "builds" / name, copy_function=os.link)
    rename(data / "builds" / copy / "manifest.json", copy)
    published = {"current": copy, "previous": before}
    (data / "published.json").write_text(json.dumps(published))
    with serving(application(replace(real.settings, data_dir=data), real)) as address:
        yield address, copy, before


def rename(manifest: Path, build: str) -> None:
    form = json.loads(manifest.read_text())
    manifest.unlink()  # a link to that of the real build, which must stay as it is
    manifest.write_text(json.dumps({**form, "id": build}))


def test_a_build_is_rolled_back_and_answers_come_from_the_one_before(
    browser: Browser, two_builds: tuple[str, str, str]
) -> None:
    """And forward again, without JavaScript."""
    address, copy, before = two_builds
    for scripted, published, other in ((True, copy, before), (False, before, copy)):
        one = Watched(browser, address, java_script_enabled=scripted)
        sign_in(one.page)
        one.page.goto("/steward/builds")
        expect(one.page.get_by_role("heading", name=f"{published} (published)")).to_be_visible()
        back = one.page.get_by_role("button", name="Roll back to it")
        expect(back).to_be_hidden()
        one.page.get_by_text("Roll back…").click()
        back.click()
        expect(one.page.get_by_role("heading", name=f"{other} (published)")).to_be_visible()
        deadline = time.monotonic() + 60
        while one.page.request.get("/readyz").json()["build"] != other:
            assert time.monotonic() < deadline, f"{other} does not answer"
            time.sleep(0.1)
        one.context.close()
        assert one.errors == []
