"""The etiquette finder, and briefs of its cards."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.e2e.steps import JOURNEY

pytestmark = JOURNEY


def make_brief(page: Page) -> None:
    """Choose two cards about the CAB and open their brief."""
    for text in ("Send a complete request for change", "Do not complain about a CAB decision"):
        page.get_by_role("checkbox", name=text).check()
    page.get_by_role("button", name="Make a brief").first.click()
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
    expect(page.locator(".steps")).to_contain_text("One of 2 quotes on this page")


def test_a_brief_is_made_of_cards_that_are_found_while_typing(page: Page) -> None:
    page.goto("/etiquette")
    page.get_by_label("Words", exact=True).press_sequentially("CAB")
    expect(page).to_have_url(re.compile(r"/etiquette\?q=CAB$"))
    expect(page.locator("#count")).to_contain_text(" of ")
    expect(page.get_by_label("Words", exact=True)).to_be_focused()
    page.get_by_role("checkbox", name="Send a complete request for change").check()
    expect(page.locator("#chosen")).to_have_text("1 chosen")
    page.get_by_role("radio", name="Colleagues and newcomers").check()
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


def test_what_is_chosen_outlives_a_look_at_a_source_and_a_reload(page: Page) -> None:
    page.goto("/etiquette?situation=cab")
    boxes = page.get_by_role("checkbox")
    for number in range(2):
        boxes.nth(number).check()
    page.get_by_role("link", name="Source").first.click()
    expect(page.locator("mark#quote")).to_be_in_viewport()
    page.go_back()
    for _ in range(2):
        expect(page.locator("#chosen")).to_have_text("2 chosen")
        expect(boxes.nth(1)).to_be_checked()
        page.reload()
    boxes.first.uncheck()
    expect(page).to_have_url(re.compile(r"/etiquette\?situation=cab&card=[0-9a-f]{10}$"))


def test_the_words_are_at_hand_and_offer_situations_that_have_cards(page: Page) -> None:
    page.goto("/etiquette")
    words = page.get_by_label("Words", exact=True)
    expect(words).to_be_focused()
    page.get_by_role("radio", name="Any").focus()
    page.keyboard.press("/")
    page.keyboard.type("vice president")
    expect(page.locator("#count")).to_contain_text("nearest by meaning")
    expect(page.get_by_role("radio", name="Incidents")).to_be_visible()
    expect(page.get_by_role("radio", name="Metrics and reports")).to_be_hidden()


def test_a_card_takes_the_width_that_there_is(page: Page) -> None:
    page.goto("/etiquette?q=how+do+I+talk+to+an+angry+user")
    for inner in (".sides > .dont:first-child", ".cards > li"):
        widths = [page.locator(one).first.bounding_box() for one in (".sides", inner)]
        assert widths[0]
        assert widths[1]
        assert widths[0]["width"] == widths[1]["width"]


def test_a_brief_fits_on_one_printed_page(page: Page) -> None:
    page.goto("/etiquette?situation=cab")
    boxes = page.get_by_role("checkbox")
    for number in range(12):
        boxes.nth(number).check()
    page.get_by_role("button", name="Make a brief").last.click()
    expect(page.locator(".sides li")).to_have_count(12)
    page.emulate_media(media="print")
    expect(page.get_by_role("navigation", name="Main")).to_be_hidden()
    expect(page.get_by_label("Title")).to_be_hidden()
    assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4"))) == 1
