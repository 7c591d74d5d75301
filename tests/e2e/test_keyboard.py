"""Asking and checking without a mouse."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.steps import JOURNEY, QUESTION, check_source

pytestmark = JOURNEY
# Whether the focus is within the answer, and out of view or behind a bar with all of it.
COVERED = """() => {
  const one = document.activeElement;
  const { left, top, right, bottom } = one.getBoundingClientRect();
  const covered = (x, y) => {
    const above = document.elementFromPoint(x, y);
    const bar = above?.closest(".top, #ask");
    return !above || (!!bar && !bar.contains(one));
  };
  const heights = [top + 2, (top + bottom) / 2, bottom - 2];
  return [!!one.closest("#log"), heights.every((height) => covered((left + right) / 2, height))];
}"""


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


def test_keys_reach_the_box_and_recall_questions(page: Page) -> None:
    page.goto("/?q=What+is+a+CAB%3F&q=What+is+a+PIR%3F")
    box = page.get_by_label("Your question")
    page.keyboard.press("/")
    expect(box).to_be_focused()
    for key, value in (
        ("ArrowUp", "What is a PIR?"),
        ("ArrowUp", "What is a CAB?"),
        ("ArrowDown", "What is a PIR?"),
        ("Escape", ""),
    ):
        page.keyboard.press(key)
        expect(box).to_have_value(value)


def test_a_question_may_have_several_lines_in_which_the_arrows_move(page: Page) -> None:
    page.goto("/?q=What+is+a+PIR%3F")
    box = page.get_by_label("Your question")
    low = box.bounding_box()
    box.press_sequentially("is a CAB?")
    page.keyboard.press("Home")
    page.keyboard.press("Shift+Enter")
    page.keyboard.press("ArrowUp")
    page.keyboard.type("What")
    expect(box).to_have_value("What\nis a CAB?")
    high = box.bounding_box()
    assert low
    assert high
    assert high["height"] > low["height"] + 15
    page.keyboard.press("Enter")
    expect(page.locator(".turn").nth(1).locator(".question")).to_have_text("What is a CAB?")
    expect(box).to_have_value("")


@pytest.mark.parametrize("height", [480, 360])
def test_what_has_the_focus_is_not_hidden_behind_a_bar(page: Page, height: int) -> None:
    page.set_viewport_size({"width": 640, "height": height})
    page.goto("/?q=What+is+the+difference+between+an+incident+and+a+problem%3F")
    for key in ("Tab", "Shift+Tab"):
        page.locator("#log a" if key == "Tab" else "#question").first.focus()
        seen = 0
        for _ in range(11):
            page.keyboard.press(key)
            inside, covered = page.evaluate(COVERED)
            seen += inside
            assert not (inside and covered), page.evaluate("document.activeElement.outerHTML")
        assert seen > 8


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
