"""What holds for every page: it fits, is accessible, weighs little, calls no other host.

Screenshots go to artifacts/screenshots.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from assistant.ask import Assistant
from tests.browser import LAUNCH, Watched, serving
from tests.e2e.steps import JOURNEY, SHOTS, application, leave_traces, sign_in

pytestmark = JOURNEY
# Each width and each scheme once: colours do not depend on the width.
VIEWS = [(360, "dark"), (1280, "light")]
PATHS = {
    "home": "/",
    "answer": "/?q=What+is+the+difference+between+an+incident+and+a+problem%3F",
    "conversation": "/?q=What+is+a+CAB%3F&q=Who+attends+it%3F",
    "template": "/?q=Give+me+a+template+for+an+RFC",
    "long": f"/?q={'Change+advisory+boards+' * 9}{'Donaudampfschifffahrt' * 9}",
    "no-answer": "/?q=How+do+I+bake+sourdough+bread%3F",
    "handbook": "/documents",
    "document": "/documents/D011",
    "etiquette": "/etiquette",
    "etiquette-cab": "/etiquette?q=CAB",
    "etiquette-near": "/etiquette?q=executive",
    "etiquette-none": "/etiquette?q=zeppelin",
    "brief-none": "/etiquette/brief",
    "glossary": "/glossary",
    "glossary-found": "/glossary?q=DORA",
    "glossary-none": "/glossary?q=zeppelin",
    "sayings": "/sayings",
    "search": "/search",
    "search-found": "/search?q=incident+or+change",
    "search-narrow": "/search?q=incident&kind=conduct",
    "search-none": "/search?q=change&kind=saying&section=regions",
    "not-found": "/documents/NOPE",
    "conversations": "/conversations",
    "privacy": "/privacy",
    "sign-in": "/signin",
}
BEHIND = "one => getComputedStyle(one).backgroundColor"
STEADY = "home document handbook etiquette glossary search sign-in not-found conversations".split()
STEWARD = {
    "steward": "/steward",
    "gaps": "/steward/gaps",
    "feedback": "/steward/feedback",
    "coverage": "/steward/coverage",
    "drafts": "/steward/drafts",
    "builds": "/steward/builds",
    "keys": "/steward/keys",
}


def look_at(one: Watched, paths: dict[str, str], kind: str) -> None:
    """Keep a picture of each page; it fits and axe finds nothing."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    axe = Axe()
    for name, path in paths.items():
        one.page.goto(path)
        one.page.screenshot(path=SHOTS / f"{name}-{kind}.png")
        wide = one.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert wide <= 0, f"{name} is {wide} px too wide"
        found = axe.run(one.page)
        assert found.violations_count == 0, f"{name}: {found.generate_report()}"


@pytest.mark.parametrize(("width", "scheme"), VIEWS)
def test_every_page_fits_is_accessible_and_stays_on_its_host(
    browser: Browser, address: str, width: int, scheme: str
) -> None:
    one = Watched(browser, address, viewport={"width": width, "height": 800}, color_scheme=scheme)
    kept, shared = leave_traces(one.page)
    one.page.goto("/etiquette?situation=cab")
    for number in range(8):
        one.page.get_by_role("checkbox").nth(number).check()
    one.page.get_by_role("button", name="Make a brief").last.click()
    brief = one.page.url
    one.page.locator(".sides .cite").nth(1).click()
    made = {"brief": brief, "quotes": one.page.url}
    own = {"kept": kept, "print": f"{kept}/print", "shared": shared}
    look_at(one, {**PATHS, **made, **own}, f"{width}-{scheme}")
    sign_in(one.page)
    look_at(one, STEWARD, f"{width}-{scheme}")
    one.context.close()
    assert one.errors == []
    assert one.foreign == []


def test_a_server_that_has_just_started_has_no_odd_page(
    browser: Browser, real: Assistant, tmp_path: Path
) -> None:
    settings = replace(real.settings, database_url=f"sqlite:///{tmp_path}/people.db")
    with serving(application(settings, real)) as address:
        one = Watched(browser, address, viewport={"width": 360, "height": 800})
        sign_in(one.page)
        look_at(one, {"conversations": "/conversations", "privacy": "/privacy", **STEWARD}, "first")
        one.context.close()
    assert one.errors == []


@pytest.mark.parametrize("width", [360, 1280])
def test_the_navigation_stands_at_the_same_place_on_every_page(
    browser: Browser, address: str, width: int
) -> None:
    """Also beside a scrollbar that takes room, which Chromium hides when it has no window."""
    shown = browser.browser_type.launch(**LAUNCH, ignore_default_args=["--hide-scrollbars"])
    page = shown.new_page(base_url=address, viewport={"width": width, "height": 800})
    places = {}
    for name in STEADY:
        page.goto(PATHS[name])
        parts = (page.get_by_role("banner"), page.get_by_role("navigation", name="Main"))
        places[name] = [part.bounding_box() for part in parts]
    shown.close()
    assert all(place == places["home"] for place in places.values()), places


def test_paper_is_white_whatever_the_screen_is(page: Page) -> None:
    page.emulate_media(color_scheme="dark", media="print")
    page.goto(PATHS["answer"])
    for part, colour in (("body", "rgb(255, 255, 255)"), (".answer", "rgb(255, 255, 255)")):
        assert page.locator(part).evaluate(BEHIND) == colour


def test_the_first_page_weighs_at_most_100_kb(page: Page) -> None:
    responses: list[Any] = []
    page.on("response", lambda response: responses.append(response))
    page.goto("/", wait_until="networkidle")
    weights = {one.url: len(one.body()) for one in responses}
    assert sum(weights.values()) <= 100_000, weights
