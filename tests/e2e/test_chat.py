"""Asking at `/`: an answer comes, and what a click on or beside it does."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Browser, Page, Route, expect

from tests.browser import Watched
from tests.e2e.steps import JOURNEY, SHOTS, ask

pytestmark = JOURNEY


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


def test_a_question_sent_while_another_is_answered_comes_next(page: Page) -> None:
    page.goto("/")
    held: list[Any] = []
    page.route("**/ask", lambda route: route.continue_() if held else held.append(route))
    page.get_by_role("button", name="What do I put in a PIR?").click()
    expect(page.locator(".waiting")).to_have_count(1)
    page.get_by_label("Your question").fill("What is a CAB?")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    while not held:
        page.wait_for_timeout(10)
    held[0].continue_()
    expect(page.locator(".turn")).to_have_count(2)
    expect(page.locator("#latest .question")).to_have_text("What is a CAB?")
    expect(page.get_by_label("Your question")).to_have_value("")


def test_what_is_typed_while_a_question_fails_is_kept(page: Page, watched: Watched) -> None:
    page.goto("/")
    held: list[Any] = []
    page.route("**/ask", lambda route: held.append(route))
    page.get_by_role("button", name="What do I put in a PIR?").click()
    expect(page.locator(".waiting")).to_have_count(1)
    page.get_by_label("Your question").fill("What is a CAB?")
    while not held:
        page.wait_for_timeout(10)
    held[0].abort()
    expect(page.locator("#state")).to_contain_text("No answer")
    expect(page.get_by_label("Your question")).to_have_value("What is a CAB?")
    watched.errors.clear()  # the aborted request is the point of this test


def test_a_question_too_long_is_told_and_kept(page: Page, watched: Watched) -> None:
    page.goto("/")
    box = page.get_by_label("Your question")
    box.fill("Why? " * 500)
    box.press("Enter")
    expect(page.locator("#state")).to_contain_text("2,499 characters, the most is 2,000")
    expect(box).to_have_value("Why? " * 500)
    expect(page.locator(".waiting")).to_have_count(0)
    watched.errors.clear()  # the refused request is the point of this test


def test_waiting_has_an_end_and_the_question_is_kept(page: Page) -> None:
    page.add_init_script(
        "const wait = AbortSignal.timeout.bind(AbortSignal);"
        "AbortSignal.timeout = (time) => wait(time / 100);"
    )
    page.goto("/")
    page.route("**/ask", lambda route: None)
    page.get_by_role("button", name="What do I put in a PIR?").click()
    expect(page.locator("#state")).to_have_text(re.compile("No answer: It takes too long."))
    expect(page.get_by_label("Your question")).to_have_value("What do I put in a PIR?")


def test_on_a_touch_screen_the_keyboard_does_not_cover_the_answer(
    browser: Browser, address: str
) -> None:
    one = Watched(browser, address, has_touch=True, is_mobile=True)
    one.page.goto("/")
    one.page.get_by_role("button", name="What do I put in a PIR?").tap()
    expect(one.page.locator("#latest .rest")).to_have_count(1)
    expect(one.page.get_by_label("Your question")).not_to_be_focused()
    one.context.close()


def test_examples_and_related_questions_are_one_click(either: Page) -> None:
    either.goto("/")
    either.get_by_role("button", name="What do I put in a PIR?").click()
    expect(either.locator(".turn")).to_have_count(1)
    either.locator(".related button").first.click()
    expect(either.locator(".turn")).to_have_count(2)


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


def test_each_sense_of_an_acronym_is_one_click(either: Page) -> None:
    either.goto("/")
    choices = ask(either, "PIR").locator(".related", has_text="Or did you mean")
    choices.get_by_role("button", name="post-incident review").click()
    expect(either.locator(".turn")).to_have_count(2)
    expect(either.locator("#latest .question")).to_contain_text("post-incident review")
    expect(either.locator("#latest .answer p").first).to_contain_text("post-incident review")


def test_an_ambiguous_acronym_is_answered_and_then_offers_its_senses(page: Page) -> None:
    page.goto("/")
    ask(page, "PIR")
    expect(page.locator(".turn .related").first).to_contain_text("Or did you mean")


def test_no_answer_is_said_with_places_to_read_on(either: Page) -> None:
    either.goto("/?q=How+do+I+bake+sourdough+bread%3F")
    expect(either.locator(".turn")).to_contain_text("outside the handbook")
    expect(either.locator(".answer li a")).to_have_count(0)
    either.goto("/?q=How+many+CABs+does+Siemens+have%3F")
    expect(either.locator(".turn")).to_contain_text("does not answer")
    either.locator(".answer li a").first.click()
    expect(either).to_have_url(re.compile("/documents/D"))


def test_an_answer_is_copied(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("/")
    page.get_by_role("button", name="What do I put in a PIR?").click()
    for name, held in (
        ("Copy as Markdown", "**Sources**"),
        ("Copy as text", "Sources\n"),
        ("Copy the link", "/answers/"),
    ):
        page.locator(".copies").get_by_role("button", name=name).click()
        expect(page.locator("#state")).to_have_text("Copied")
        assert held in page.evaluate("navigator.clipboard.readText()")
    page.goto(page.evaluate("navigator.clipboard.readText()"))
    expect(page.locator(".turn")).to_have_count(1)


def test_a_template_is_copied_by_itself(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("/")
    page.get_by_role("button", name="Give me a template for an RFC").click()
    page.get_by_role("button", name="Copy this template").first.click()
    expect(page.locator("#state")).to_have_text("Copied")
    block = page.locator(".answer pre").first.inner_text()
    assert page.evaluate("navigator.clipboard.readText()").strip() == block.strip()


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


def test_a_server_that_is_away_is_told_and_the_page_goes_on(page: Page, watched: Watched) -> None:
    page.goto("/")
    page.route("**/ask", lambda route: route.abort())
    page.get_by_role("button", name="What do I put in a PIR?").click()
    expect(page.get_by_role("status")).to_contain_text("No answer: The server cannot be reached.")
    expect(page.get_by_label("Your question")).to_have_value("What do I put in a PIR?")
    expect(page.get_by_role("button", name="I am new to")).to_be_visible()
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
