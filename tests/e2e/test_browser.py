"""The journeys of a person, in a real Chromium against a served real build.

Screenshots go to artifacts/screenshots.
"""

from __future__ import annotations

import os
import re
import shutil
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from assistant.ask import Assistant
from assistant.settings import PROJECT
from web.access import set_account
from web.app import create_app

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
if CHROMIUM is None and os.environ.get("REQUIRE_BROWSER"):
    raise RuntimeError(
        "REQUIRE_BROWSER is set and there is no Chromium. Install Debian's chromium."
    )

pytestmark = [
    pytest.mark.browser,
    pytest.mark.model,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]

QUESTION = "May I disagree with the CAB in the meeting?"
PASSWORD = "correct horse battery"
SHOTS = PROJECT / "artifacts" / "screenshots"
ARGUMENTS = ["--no-sandbox", "--disable-background-networking", "--disable-component-update"]
VIEWS = [(360, "light"), (360, "dark"), (1280, "light"), (1280, "dark")]
PATHS = {
    "home": "/",
    "answer": "/?q=What+is+the+difference+between+an+incident+and+a+problem%3F",
    "conversation": "/?q=What+is+a+CAB%3F&q=Who+attends+it%3F",
    "template": "/?q=Give+me+a+template+for+an+RFC",
    "no-answer": "/?q=How+do+I+bake+sourdough+bread%3F",
    "handbook": "/documents",
    "document": "/documents/D011",
    "etiquette": "/etiquette",
    "etiquette-cab": "/etiquette?q=CAB",
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
STEWARD = {
    "steward": "/steward",
    "gaps": "/steward/gaps",
    "feedback": "/steward/feedback",
    "coverage": "/steward/coverage",
    "drafts": "/steward/drafts",
    "builds": "/steward/builds",
    "keys": "/steward/keys",
}


@pytest.fixture(scope="module")
def address(real: Assistant, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    url = f"sqlite:///{tmp_path_factory.mktemp('people')}/people.db"
    settings = replace(real.settings, database_url=url)
    app = create_app(settings, real)
    with app.state.database.session() as session:
        set_account(session, "ada", PASSWORD, "steward")
    config = uvicorn.Config(app, port=0, log_level="warning")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


class Watched:
    """A page that remembers what went wrong on it and which hosts it called."""

    def __init__(self, browser: Browser, address: str, **options: Any) -> None:
        self.context = browser.new_context(base_url=address, **options)
        self.page: Page = self.context.new_page()
        self.errors: list[str] = []
        self.foreign: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", self._console)
        self.page.on(
            "request",
            lambda request: (
                None if request.url.startswith(address) else self.foreign.append(request.url)
            ),
        )

    def _console(self, message: Any) -> None:
        if message.type in {"error", "warning"} and "404 (Not Found)" not in message.text:
            self.errors.append(message.text)


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


@pytest.fixture
def plain(browser: Browser, address: str) -> Iterator[Page]:
    """A page without JavaScript."""
    one = Watched(browser, address, java_script_enabled=False)
    yield one.page
    one.context.close()
    assert one.errors == []


def check_source(page: Page, quote: str) -> None:
    """The source is open, and the quote is marked and in view; others of the answer may be too."""
    expect(page).to_have_url(re.compile(r"/documents/D\d+\?start=\d+&end=\d+"))
    mark = page.locator("mark#quote")
    assert " ".join(page.locator("mark:not(.also)").all_inner_texts()) == quote
    expect(mark).to_be_in_viewport()


def leave_traces(page: Page) -> tuple[str, str]:
    """Ask, and judge; return the addresses of the conversation and of its last answer."""
    page.goto("/")
    page.get_by_role("button", name="What do I put in a PIR?").click()
    page.wait_for_url("**/conversations/*")
    page.get_by_label("Your question").fill("How do I bake sourdough bread?")
    page.keyboard.press("Enter")
    expect(page.locator(".turn")).to_have_count(2)
    page.locator(".feedback").first.get_by_role("button", name="No").click()
    expect(page.locator(".feedback").first).to_contain_text("Thank you")
    answer = page.locator("#latest").get_by_role("link", name="Link to this answer")
    return page.url, str(answer.get_attribute("href"))


def sign_in(page: Page) -> None:
    page.goto("/signin")
    page.get_by_label("Name").fill("ada")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator(".bottom")).to_contain_text("Signed in as ada")


def test_a_gap_becomes_a_draft_and_the_steward_signs_out(page: Page) -> None:
    leave_traces(page)
    sign_in(page)
    page.get_by_role("link", name="Stewardship").click()
    page.get_by_role("link", name="Gaps").click()
    gap = page.locator(".card", has_text="How do I bake sourdough bread?")
    gap.get_by_role("button", name="Draft a document").click()
    expect(page.get_by_role("link", name="how-do-i-bake-sourdough-bread.md")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    page.goto("/steward")
    expect(page).to_have_url(re.compile("/signin"))


def test_ask_and_check_a_source(page: Page) -> None:
    page.goto("/")
    page.get_by_label("Your question").fill(QUESTION)
    page.keyboard.press("Enter")
    turn = page.locator(".turn")
    expect(turn.locator(".question")).to_have_text(QUESTION)
    expect(turn).to_contain_text("as long as you speak before the decision")
    citation = turn.locator(".cite").first
    quote = citation.get_attribute("title")
    assert quote
    citation.click()
    check_source(page, quote)


def test_ask_and_check_a_source_without_javascript(plain: Page) -> None:
    plain.goto("/")
    plain.get_by_label("Your question").fill(QUESTION)
    plain.get_by_role("button", name="Ask").click()
    expect(plain.locator(".turn")).to_contain_text("as long as you speak before the decision")
    citation = plain.locator(".cite").first
    quote = citation.get_attribute("title")
    assert quote
    citation.click()
    check_source(plain, quote)


def test_a_follow_up_is_understood_and_can_be_asked_literally(page: Page) -> None:
    page.goto("/")
    page.get_by_label("Your question").fill("What is a CAB?")
    page.keyboard.press("Enter")
    expect(page.locator(".turn")).to_have_count(1)
    page.get_by_label("Your question").fill("Who attends it?")
    page.keyboard.press("Enter")
    expect(page.locator(".turn")).to_have_count(2)
    latest = page.locator("#latest")
    expect(latest).to_contain_text("Understood as: Who attends")
    latest.get_by_role("button", name="Ask it literally").click()
    expect(page.locator(".turn")).to_have_count(3)
    expect(page.locator("#latest")).not_to_contain_text("Understood as")


def test_a_follow_up_works_without_javascript(plain: Page) -> None:
    plain.goto("/?q=What+is+a+CAB%3F")
    plain.get_by_label("Your question").fill("Who attends it?")
    plain.get_by_role("button", name="Ask").click()
    expect(plain.locator(".turn")).to_have_count(2)
    expect(plain.locator("#latest")).to_contain_text("Understood as: Who attends")


def test_examples_and_related_questions_are_one_click(page: Page) -> None:
    page.goto("/")
    page.get_by_role("button", name="What do I put in a PIR?").click()
    expect(page.locator(".turn")).to_have_count(1)
    page.locator(".related button").first.click()
    expect(page.locator(".turn")).to_have_count(2)


def test_a_conversation_survives_reload_and_is_found_again(page: Page) -> None:
    page.goto("/")
    for number, question in enumerate(("What is a CAB?", "What is a PIR?"), 1):
        page.get_by_label("Your question").fill(question)
        page.keyboard.press("Enter")
        expect(page.locator(".turn")).to_have_count(number)
    page.reload()
    expect(page.locator(".turn")).to_have_count(2)
    page.go_back()
    expect(page.locator(".turn")).to_have_count(0)
    page.get_by_role("link", name="Conversations").click()
    page.get_by_role("link", name="What is a CAB?").click()
    expect(page.locator(".turn")).to_have_count(2)


def test_a_conversation_is_managed_without_javascript(plain: Page) -> None:
    plain.goto("/")
    plain.get_by_role("button", name="What do I put in a PIR?").click()
    plain.locator(".manage summary").click()
    plain.get_by_label("Title").fill("About reviews")
    plain.get_by_role("button", name="Rename").click()
    expect(plain.get_by_role("heading", name="About reviews")).to_be_visible()
    plain.locator(".manage summary").click()
    plain.get_by_role("button", name="Delete this conversation").click()
    expect(plain).to_have_url(re.compile("/conversations$"))
    expect(plain.locator("main")).not_to_contain_text("About reviews")


def test_an_answer_is_copied(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("/")
    page.get_by_role("button", name="What do I put in a PIR?").click()
    for name, held in (("Markdown", "**Sources**"), ("text", "Sources\n"), ("link", "/answers/")):
        page.locator(".copies").get_by_role("button", name=name).click()
        expect(page.locator("#state")).to_have_text("Copied")
        assert held in page.evaluate("navigator.clipboard.readText()")
    page.goto(page.evaluate("navigator.clipboard.readText()"))
    expect(page.locator(".turn")).to_have_count(1)


def test_feedback_is_given_in_place(page: Page) -> None:
    page.goto("/")
    page.get_by_role("button", name="What do I put in a PIR?").click()
    feedback = page.locator(".feedback")
    feedback.get_by_role("button", name="No").click()
    feedback.get_by_label("What is wrong with it").select_option("It is out of date")
    feedback.get_by_label("What it should say").fill("The new way.")
    feedback.get_by_role("button", name="Send").click()
    expect(feedback.get_by_role("status")).to_have_text("Thank you: not helpful.")
    page.reload()
    expect(feedback.get_by_label("What it should say")).to_have_value("The new way.")


def test_feedback_works_without_javascript(plain: Page) -> None:
    plain.goto("/")
    plain.get_by_role("button", name="What do I put in a PIR?").click()
    plain.locator(".feedback").get_by_role("button", name="Yes").click()
    expect(plain.locator(".feedback")).to_contain_text("Thank you: helpful.")


def test_no_answer_is_said_with_places_to_read_on(page: Page) -> None:
    page.goto("/?q=How+do+I+bake+sourdough+bread%3F")
    expect(page.locator(".turn")).to_contain_text("outside the handbook")
    page.locator(".turn .note a").first.click()
    expect(page).to_have_url(re.compile("/documents/D"))


def test_keyboard_alone_is_enough(page: Page) -> None:
    page.goto("/documents")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.goto("/?q=What+is+a+CAB%3F")
    page.keyboard.press("/")
    expect(page.get_by_label("Your question")).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(page.get_by_label("Your question")).to_have_value("What is a CAB?")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label("Your question")).to_have_value("")


def test_a_failing_server_is_told_and_the_page_goes_on(page: Page, watched: Watched) -> None:
    page.goto("/")
    page.route("**/ask", lambda route: route.abort())
    page.get_by_label("Your question").fill(QUESTION)
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("No answer:")
    page.unroute("**/ask")
    page.keyboard.press("Enter")
    expect(page.locator(".turn")).to_have_count(1)
    watched.errors.clear()  # the aborted request is the point of this test


def make_brief(page: Page) -> None:
    """Choose two cards about the CAB and open their brief."""
    for text in ("Send a complete request for change", "Do not complain about a CAB decision"):
        page.get_by_role("checkbox", name=text).check()
    page.get_by_role("button", name="Make a brief").click()
    expect(page.locator(".sides li")).to_have_count(2)
    expect(page.locator(".sources li")).to_have_count(1)


def check_brief(page: Page) -> None:
    """Its first card leads to the words, and from there a step to those of the other."""
    page.locator(".sides .cite").first.click()
    expect(page.locator("mark#quote")).to_contain_text("Send a complete request for change")
    expect(page.locator("mark#quote")).to_be_in_viewport()
    page.get_by_role("link", name="Next", exact=True).click()
    expect(page.locator("mark#quote")).to_contain_text("Do not complain about a CAB decision")
    expect(page.locator("mark#quote")).to_be_in_viewport()
    expect(page.locator(".steps")).to_contain_text("Quote 2 of 2")


def test_a_brief_is_made_of_cards_that_are_found_while_typing(page: Page) -> None:
    page.goto("/etiquette")
    page.get_by_label("Words", exact=True).press_sequentially("CAB")
    expect(page).to_have_url(re.compile(r"/etiquette\?q=CAB$"))
    expect(page.locator("#count")).to_contain_text(" of ")
    expect(page.get_by_label("Words", exact=True)).to_be_focused()
    page.get_by_role("checkbox", name="Send a complete request for change").check()
    expect(page.locator("#chosen")).to_have_text("1 chosen")
    page.get_by_role("radio", name="Incidents").check()
    expect(page.locator(".kept")).to_contain_text("Send a complete request for change")
    page.get_by_role("radio", name="CAB").check()
    expect(page.locator(".kept")).to_have_count(0)
    make_brief(page)
    check_brief(page)


def test_a_brief_is_made_without_javascript(plain: Page) -> None:
    plain.goto("/etiquette")
    plain.get_by_label("Words", exact=True).fill("CAB")
    plain.get_by_role("button", name="Show").click()
    expect(plain).to_have_url(re.compile(r"/etiquette\?q=CAB"))
    make_brief(plain)
    check_brief(plain)


def test_a_brief_fits_on_one_printed_page(page: Page) -> None:
    page.goto("/etiquette?situation=cab")
    boxes = page.get_by_role("checkbox")
    for number in range(12):
        boxes.nth(number).check()
    page.get_by_role("button", name="Make a brief").click()
    expect(page.locator(".sides li")).to_have_count(12)
    page.emulate_media(media="print")
    expect(page.get_by_role("navigation", name="Main")).to_be_hidden()
    expect(page.get_by_label("Title")).to_be_hidden()
    assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4"))) == 1


def test_the_glossary_is_filtered_while_typing(page: Page) -> None:
    page.goto("/glossary")
    page.get_by_role("link", name="P", exact=True).click()
    expect(page.get_by_role("heading", name="P", exact=True)).to_be_in_viewport()
    page.get_by_label("Term, acronym or word").press_sequentially("dora")
    expect(page.locator("dt").first).to_have_text("DORA")
    expect(page.locator("dd").first).to_contain_text("senses")
    expect(page.get_by_role("status")).to_contain_text("acronym")
    page.locator("dd .cite").first.click()
    expect(page.locator("mark#quote")).to_contain_text("DORA")


def test_the_glossary_is_filtered_without_javascript(plain: Page) -> None:
    plain.goto("/glossary")
    plain.get_by_label("Term, acronym or word").fill("dora")
    plain.keyboard.press("Enter")
    expect(plain.locator("dt").first).to_have_text("DORA")


def test_sayings_are_filtered_while_typing(page: Page) -> None:
    page.goto("/sayings")
    expect(page.locator(".saying")).to_have_count(6)
    page.get_by_label("Words of a saying").press_sequentially("airlock")
    expect(page.locator(".saying")).to_have_count(1)


def test_a_search_by_keyboard_with_suggestions(page: Page) -> None:
    page.goto("/search")
    box = page.get_by_role("combobox", name="Words or a question")
    box.fill("rejected ch")
    expect(box).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    option = page.locator("[role=option][aria-selected=true]")
    assert option.get_attribute("id") == box.get_attribute("aria-activedescendant")
    wanted = option.get_attribute("data-text")
    assert wanted
    page.keyboard.press("Escape")
    expect(box).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("ArrowDown")
    expect(box).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator(".hits li").first).to_be_visible()
    expect(page.get_by_label("Words or a question")).to_have_value(wanted)
    page.locator(".hits a").first.click()
    expect(page.locator("mark#quote")).to_be_in_viewport()


def test_a_search_is_narrowed_in_place(page: Page) -> None:
    page.goto("/search?q=incident")
    before = page.get_by_role("status").inner_text()
    page.get_by_role("checkbox", name="Do and don't").check()
    expect(page.get_by_role("status")).not_to_have_text(before)
    expect(page.get_by_role("checkbox", name="Do and don't")).to_be_checked()
    expect(page.get_by_role("checkbox", name="Do and don't")).to_be_focused()
    expect(page).to_have_url(re.compile("kind=conduct"))


def test_a_search_works_without_javascript(plain: Page) -> None:
    plain.goto("/search")
    plain.get_by_label("Words or a question").fill("incident")
    plain.keyboard.press("Enter")
    expect(plain.locator(".hits li")).to_have_count(20)
    plain.get_by_role("link", name="Next", exact=True).click()
    expect(plain.locator(".pager")).to_contain_text("Page 2")
    plain.locator(".facets summary").click()
    plain.get_by_role("group", name="Kind").get_by_role("checkbox", name="Templates").check()
    plain.get_by_role("button", name="Apply").click()
    expect(plain).to_have_url(re.compile("kind=template"))
    plain.get_by_role("button", name="Ask this as a question").click()
    expect(plain.locator(".turn")).to_have_count(1)


def test_a_section_is_asked_about(plain: Page) -> None:
    plain.goto("/documents/D011")
    tools = plain.locator(".tools", has=plain.locator("#ask-missing-a-cab-meeting"))
    tools.locator("summary").click()
    question = tools.get_by_label("Your question").input_value()
    tools.get_by_role("button", name="Ask", exact=True).click()
    expect(plain.locator(".turn .question")).to_have_text(question)


@pytest.mark.parametrize(("width", "scheme"), VIEWS)
def test_every_page_fits_is_accessible_and_stays_on_its_host(
    browser: Browser, address: str, width: int, scheme: str
) -> None:
    one = Watched(browser, address, viewport={"width": width, "height": 800}, color_scheme=scheme)
    SHOTS.mkdir(parents=True, exist_ok=True)
    axe = Axe()
    kept, shared = leave_traces(one.page)
    one.page.goto("/etiquette?situation=cab")
    for number in range(8):
        one.page.get_by_role("checkbox").nth(number).check()
    one.page.get_by_role("button", name="Make a brief").click()
    brief = one.page.url
    one.page.locator(".sides .cite").nth(1).click()
    made = {"brief": brief, "quotes": one.page.url}
    paths = {**PATHS, **made, "kept": kept, "print": f"{kept}/print", "shared": shared}
    for number, (name, path) in enumerate({**paths, **STEWARD}.items()):
        if number == len(paths):
            sign_in(one.page)
        one.page.goto(path)
        one.page.screenshot(path=SHOTS / f"{name}-{width}-{scheme}.png")
        wide = one.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert wide <= 0, f"{name} is {wide} px too wide"
        found = axe.run(one.page)
        assert found.violations_count == 0, f"{name}: {found.generate_report()}"
    one.context.close()
    assert one.errors == []
    assert one.foreign == []
