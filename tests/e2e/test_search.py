"""The search page: suggestions, facets, and the same without JavaScript."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.e2e.steps import JOURNEY

pytestmark = JOURNEY


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


def test_a_click_beside_the_suggestions_chooses_none(page: Page) -> None:
    page.goto("/search")
    page.get_by_role("combobox").fill("rejected ch")
    expect(page.get_by_role("option").first).to_be_visible()
    page.locator("#suggestions").dispatch_event("click")
    expect(page.get_by_role("option").first).to_be_visible()


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
