"""The glossary and the sayings, filtered while typing."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.e2e.steps import JOURNEY

pytestmark = JOURNEY


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
