"""The journeys of a person, in a real Chromium against a served real build.

Screenshots go to artifacts/screenshots.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from litestar import Litestar
from playwright.sync_api import Browser, Locator, Page, Route, expect

from assistant.ask import Assistant
from assistant.settings import PROJECT, Settings
from tests.browser import CHROMIUM, chromium, serving
from web.access import set_account
from web.app import create_app

pytestmark = [
    pytest.mark.browser,
    pytest.mark.model,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]

expect.set_options(timeout=20_000)  # a busy machine is no failure

QUESTION = "May I disagree with the CAB in the meeting?"
PASSWORD = "correct horse battery"
SHOTS = PROJECT / "artifacts" / "screenshots"
VIEWS = [(360, "light"), (360, "dark"), (1280, "light"), (1280, "dark")]
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


def application(settings: Settings, real: Assistant) -> Litestar:
    app = create_app(settings, real)
    with app.state.database.session() as session:
        set_account(session, "ada", PASSWORD, "steward")
    return app


@pytest.fixture(scope="module")
def address(real: Assistant, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    url = f"sqlite:///{tmp_path_factory.mktemp('people')}/people.db"
    with serving(application(replace(real.settings, database_url=url), real)) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


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


def ask(page: Page, question: str) -> Locator:
    """Ask by keyboard and return the turn that comes."""
    turns = page.locator(".turn")
    before = turns.count()
    page.get_by_label("Your question").fill(question)
    page.keyboard.press("Enter")
    expect(turns).to_have_count(before + 1)
    expect(page.locator("#latest .rest")).to_have_count(1)
    return page.locator("#latest")


def test_a_gap_becomes_an_evaluation_question_and_a_draft(either: Page) -> None:
    leave_traces(either)
    sign_in(either)
    either.get_by_role("link", name="Stewardship").click()
    either.get_by_role("link", name="Gaps").click()
    gap = either.locator(".card", has_text="How do I bake sourdough bread?")
    gap.get_by_role("button", name="Make an evaluation question").click()
    expect(either.get_by_role("status")).to_contain_text("The evaluation question steward-")
    gap.get_by_role("button", name="Draft a document").click()
    expect(either.get_by_role("link", name="how-do-i-bake-sourdough-bread.md")).to_be_visible()
    expect(either.locator("pre")).to_contain_text("How do I bake sourdough bread?")
    either.get_by_role("button", name="Sign out").click()
    either.goto("/steward")
    expect(either).to_have_url(re.compile("/signin"))


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
        one.page.get_by_role("button", name="Roll back to it").click()
        expect(one.page.get_by_role("heading", name=f"{other} (published)")).to_be_visible()
        deadline = time.monotonic() + 60
        while one.page.request.get("/readyz").json()["build"] != other:
            assert time.monotonic() < deadline, f"{other} does not answer"
            time.sleep(0.1)
        one.context.close()
        assert one.errors == []


def test_ask_and_check_a_source(either: Page) -> None:
    either.goto("/")
    turn = ask(either, QUESTION)
    expect(turn.locator(".question")).to_have_text(QUESTION)
    expect(turn).to_contain_text("as long as you speak before the decision")
    citation = turn.locator(".cite").first
    quote = citation.get_attribute("title")
    assert quote
    citation.click()
    check_source(either, quote)


@pytest.mark.parametrize("width", [360, 1280])
def test_pointing_at_a_number_shows_its_quote_and_place(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 640})
    page.goto("/?q=May+I+disagree+with+the+CAB+in+the+meeting%3F")
    tip = page.get_by_role("tooltip")
    for citation in page.locator(".answer p .cite, .answer li:last-child .cite").all()[:4]:
        page.keyboard.press("Escape")
        quote = citation.get_attribute("title")
        citation.hover()
        expect(tip.locator("p").first).to_have_text(str(quote))
        expect(tip).to_contain_text("How to behave in and after a CAB > ")
        box = tip.bounding_box()
        assert box
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
    page.screenshot(path=SHOTS / f"quote-{width}.png")
    tip.hover()
    expect(tip).to_be_visible()
    page.keyboard.press("Escape")
    expect(tip).to_be_hidden()


def test_a_follow_up_is_understood_and_can_be_asked_literally(either: Page) -> None:
    either.goto("/")
    ask(either, "What is a CAB?")
    latest = ask(either, "Who attends it?")
    expect(latest).to_contain_text("Understood as: Who attends")
    latest.get_by_role("button", name="Ask it literally").click()
    expect(either.locator(".turn")).to_have_count(3)
    expect(either.locator("#latest")).not_to_contain_text("Understood as")


def test_a_mended_word_is_said_and_the_original_offered(either: Page) -> None:
    either.goto("/")
    latest = ask(either, "What is an incidnet?")
    expect(latest).to_contain_text("Understood as: What is an incident?")
    expect(latest.get_by_role("button", name="Ask it literally")).to_be_visible()


def test_examples_and_related_questions_are_one_click(either: Page) -> None:
    either.goto("/")
    either.get_by_role("button", name="What do I put in a PIR?").click()
    expect(either.locator(".turn")).to_have_count(1)
    either.locator(".related button").first.click()
    expect(either.locator(".turn")).to_have_count(2)


def test_each_sense_of_an_acronym_is_one_click(either: Page) -> None:
    either.goto("/")
    choices = ask(either, "PIR").locator(".related", has_text="Or did you mean")
    choices.get_by_role("button", name="post-incident review").click()
    expect(either.locator(".turn")).to_have_count(2)
    expect(either.locator("#latest .question")).to_contain_text("post-incident review")
    expect(either.locator("#latest .answer p").first).to_contain_text("post-incident review")


def test_a_conversation_is_taken_along(either: Page) -> None:
    either.goto("/")
    either.get_by_role("button", name="What do I put in a PIR?").click()
    either.wait_for_url("**/conversations/*")
    either.goto(either.url.partition("#")[0])
    either.locator(".manage summary").click()
    for name, start in (("Markdown", "# What do I put"), ("JSON", '{"id":')):
        with either.expect_download() as download:
            either.locator(".manage").get_by_role("link", name=name).click()
        assert Path(download.value.path()).read_text().startswith(start)
    either.get_by_role("link", name="print view").click()
    expect(either.locator("section h2")).to_have_text("What do I put in a PIR?")
    expect(either.locator("form")).to_have_count(0)


def test_a_conversation_survives_reload_and_is_found_again(page: Page) -> None:
    page.goto("/")
    for question in ("What is a CAB?", "What is a PIR?"):
        ask(page, question)
    page.reload()
    expect(page.locator(".turn")).to_have_count(2)
    page.go_back()
    expect(page.locator(".turn")).to_have_count(0)
    page.get_by_role("link", name="Conversations").click()
    page.get_by_role("link", name="What is a CAB?").click()
    expect(page.locator(".turn")).to_have_count(2)


def test_a_conversation_is_renamed_and_deleted(either: Page) -> None:
    either.goto("/")
    either.get_by_role("button", name="What do I put in a PIR?").click()
    either.wait_for_url("**/conversations/*")
    either.goto(either.url.partition("#")[0])
    either.locator(".manage summary").click()
    either.get_by_label("Title").fill("About reviews")
    either.get_by_role("button", name="Rename").click()
    expect(either.get_by_role("heading", name="About reviews")).to_be_visible()
    either.locator(".manage summary").click()
    either.get_by_role("button", name="Delete this conversation").click()
    expect(either).to_have_url(re.compile("/conversations$"))
    expect(either.locator("main")).not_to_contain_text("About reviews")


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


def test_feedback_is_given_and_remembered(either: Page) -> None:
    either.goto("/")
    either.get_by_role("button", name="What do I put in a PIR?").click()
    feedback = either.locator(".feedback")
    feedback.get_by_role("button", name="No").click()
    feedback.get_by_label("What is wrong with it").select_option("It is out of date")
    feedback.get_by_label("What it should say").fill("The new way.")
    feedback.get_by_role("button", name="Send").click()
    expect(feedback.get_by_role("status")).to_have_text("Thank you: not helpful.")
    expect(feedback.locator("details")).not_to_have_attribute("open", "")
    either.reload()
    expect(feedback.locator("textarea").last).to_have_value("The new way.")


def test_no_answer_is_said_with_places_to_read_on(either: Page) -> None:
    either.goto("/?q=How+do+I+bake+sourdough+bread%3F")
    expect(either.locator(".turn")).to_contain_text("outside the handbook")
    either.locator(".answer li a").first.click()
    expect(either).to_have_url(re.compile("/documents/D"))


def test_keyboard_alone_is_enough(page: Page) -> None:
    page.goto("/documents")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.goto("/")
    page.keyboard.type(QUESTION)
    page.keyboard.press("Enter")
    expect(page.locator(".turn")).to_have_count(1)
    for _ in range(60):
        page.keyboard.press("Shift+Tab")
        if page.evaluate("document.activeElement.matches('.answer li .cite')"):
            break
    focused, tip = page.locator(".cite:focus"), page.get_by_role("tooltip")
    quote = tip.locator("p").first.inner_text()
    expect(focused).to_have_accessible_description(re.compile(re.escape(quote)))
    page.keyboard.press("Escape")
    expect(tip).to_be_hidden()
    page.keyboard.press("Enter")
    check_source(page, quote)


def test_keys_reach_the_box_and_recall_questions_without_losing_a_draft(page: Page) -> None:
    page.goto("/?q=What+is+a+CAB%3F&q=What+is+a+PIR%3F")
    box = page.get_by_label("Your question")
    page.keyboard.press("/")
    expect(box).to_be_focused()
    page.keyboard.type("Half a")
    for key, value in (
        ("ArrowUp", "What is a PIR?"),
        ("ArrowUp", "What is a CAB?"),
        ("ArrowDown", "What is a PIR?"),
        ("Escape", "Half a"),
    ):
        page.keyboard.press(key)
        expect(box).to_have_value(value)


def test_the_shortcut_can_be_switched_off(page: Page) -> None:
    page.goto("/?q=What+is+a+CAB%3F")
    page.get_by_text("Keyboard").click()
    page.get_by_label("goes to the box").uncheck()
    page.reload()
    page.keyboard.press("/")
    expect(page.get_by_label("Your question")).not_to_be_focused()


def test_the_question_stands_there_before_its_answer(page: Page) -> None:
    page.goto("/")
    held: list[Any] = []
    page.route("**/ask", lambda route: held.append(route))
    page.get_by_role("button", name="What do I put in a PIR?").click()
    expect(page.locator(".waiting")).to_contain_text("What do I put in a PIR?")
    while not held:
        page.wait_for_timeout(10)
    held[0].continue_()
    expect(page.locator(".turn")).to_have_count(1)
    expect(page.locator(".waiting")).to_have_count(0)


def test_a_server_that_is_away_is_told_and_the_page_goes_on(page: Page, watched: Watched) -> None:
    page.goto("/")
    page.route("**/ask", lambda route: route.abort())
    page.get_by_role("button", name="What do I put in a PIR?").click()
    expect(page.get_by_role("status")).to_contain_text("No answer: The server cannot be reached.")
    expect(page.get_by_label("Your question")).to_have_value("What do I put in a PIR?")
    expect(page.get_by_role("button", name="Who authorises")).to_be_visible()
    page.screenshot(path=SHOTS / "server-away.png")
    page.unroute("**/ask")
    page.keyboard.press("Enter")
    expect(page.locator(".turn")).to_have_count(1)
    page.route("**/feedback", lambda route: route.abort())
    page.locator(".feedback").get_by_role("button", name="Yes").click()
    expect(page.get_by_role("status")).to_contain_text("Not stored:")
    watched.errors.clear()  # the aborted requests are the point of this test


def test_a_connection_that_breaks_off_leaves_the_answer_that_came(page: Page) -> None:
    def torn(route: Route) -> None:
        whole = route.fetch()
        route.fulfill(response=whole, body=whole.text().split("event: rest")[0])

    page.goto("/")
    page.route("**/ask", torn)
    page.get_by_role("button", name="What do I put in a PIR?").click()
    expect(page.get_by_role("status")).to_have_text(re.compile("^The connection broke off"))
    expect(page.locator(".turn .cite").first).to_be_visible()
    expect(page.locator(".waiting")).to_have_count(0)
    page.unroute("**/ask")
    ask(page, "Who attends it?")
    expect(page.locator(".turn").nth(1)).to_contain_text("Understood as")


def test_an_ambiguous_acronym_is_answered_and_then_offers_its_senses(page: Page) -> None:
    page.goto("/")
    ask(page, "PIR")
    expect(page.locator(".turn .related").first).to_contain_text("Or did you mean")


def test_the_first_page_weighs_at_most_100_kb(page: Page) -> None:
    responses: list[Any] = []
    page.on("response", lambda response: responses.append(response))
    page.goto("/", wait_until="networkidle")
    weights = {one.url: len(one.body()) for one in responses}
    assert sum(weights.values()) <= 100_000, weights


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
    counted = page.locator("#in-cab").inner_text()
    page.get_by_role("radio", name="CAB").check()
    expect(page.locator("#count")).to_contain_text(f"{counted} of ")
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
    kept, shared = leave_traces(one.page)
    one.page.goto("/etiquette?situation=cab")
    for number in range(8):
        one.page.get_by_role("checkbox").nth(number).check()
    one.page.get_by_role("button", name="Make a brief").click()
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
