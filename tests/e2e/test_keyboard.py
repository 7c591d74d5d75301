"""Asking and checking without a mouse."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.e2e.steps import JOURNEY, QUESTION, check_source

pytestmark = JOURNEY


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


def test_skipping_to_the_content_keeps_what_was_typed(page: Page) -> None:
    page.goto("/?q=What+is+a+CAB%3F")
    page.get_by_label("Your question").fill("Half a")
    page.get_by_role("link", name="Skip to content").press("Enter")
    expect(page).to_have_url(re.compile("#main$"))
    page.go_back()
    page.wait_for_timeout(300)  # for a page that loads anew
    expect(page.get_by_label("Your question")).to_have_value("Half a")


def test_the_shortcut_can_be_switched_off(page: Page) -> None:
    page.goto("/?q=What+is+a+CAB%3F")
    page.get_by_text("Keyboard").click()
    page.get_by_label("goes to the box").uncheck()
    page.reload()
    page.keyboard.press("/")
    expect(page.get_by_label("Your question")).not_to_be_focused()
