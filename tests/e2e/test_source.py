"""From a citation to the marked words of its document, and from a section to a question."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.steps import JOURNEY, QUESTION, SHOTS, ask, check_source

pytestmark = JOURNEY


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


def test_a_section_is_asked_about(plain: Page) -> None:
    plain.goto("/documents/D011")
    tools = plain.locator(".tools", has=plain.locator("#ask-missing-a-cab-meeting"))
    tools.locator("summary").click()
    question = tools.get_by_label("Your question").input_value()
    tools.get_by_role("button", name="Ask", exact=True).click()
    expect(plain.locator(".turn .question")).to_have_text(question)


@pytest.mark.parametrize("width", [360, 500, 719, 740, 768, 1280])
def test_the_bar_of_quotes_is_in_view_and_covers_no_navigation(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 640})
    page.goto("/?q=May+I+disagree+with+the+CAB+in+the+meeting%3F")
    page.locator(".answer .cite").first.click()
    expect(page.locator("mark#quote")).to_be_in_viewport()
    bar, header = (page.locator(one).bounding_box() for one in (".steps", ".top"))
    assert bar
    assert header
    assert 0 <= bar["y"] < 200
    assert header["y"] + header["height"] <= bar["y"]
