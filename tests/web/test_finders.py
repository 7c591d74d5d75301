"""The pages to find in: etiquette, glossary, sayings, search; all without a script."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from assistant.ask import Assistant

Client = TestClient[Litestar]
HTML = {"accept": "text/html"}
HOSTILE = '<script>alert("1")</script>'


def text_of(client: Client, path: str, status: int = 200, **params: object) -> str:
    response = client.get(path, params=params, headers=HTML)
    assert response.status_code == status
    return unescape(response.text)


def quoted(client: Client, page: str, url_pattern: str) -> str:
    """Follow a link of a page, and return what is marked there."""
    url = re.search(url_pattern, page)
    assert url
    source = client.get(url[1].partition("#")[0], headers=HTML).text
    return " ".join(re.findall(r'<mark id="quote">(.*?)</mark>', source))


# --- etiquette --------------------------------------------------------------------------------


def test_cards_are_shown_by_kind_and_lead_to_their_words(client: Client) -> None:
    page = text_of(client, "/etiquette")
    assert page.count('type="checkbox"') == 4
    assert "4 cards from 1 page<" in page
    assert page.index("<h3>Do</h3>") < page.index("<h3>Don't</h3>")
    first = r'because members read it first.</span></label>\s*<a href="([^"]+)">Source'
    assert quoted(client, page, first).startswith("Send the request for change in time")


@pytest.mark.parametrize(
    ("params", "count"),
    [({"q": "evidence"}, 1), ({"situation": "cab"}, 4), ({"situation": "regions"}, 0)],
)
def test_cards_are_filtered(client: Client, params: dict[str, str], count: int) -> None:
    page = text_of(client, "/etiquette", **params)
    assert page.count('type="checkbox"') == count
    assert ("No card has" in page) is (count == 0)


def test_situations_count_the_cards_that_hold_the_words(client: Client) -> None:
    for params, count in (({}, "4"), ({"q": "evidence"}, "1"), ({"q": "zeppelin"}, "")):
        page = text_of(client, "/etiquette", **params)
        assert f'CAB <small id="in-cab" data-live-text>{count}</small>' in page
    assert 'value="regions"' not in page, "no card of it in any words"


def test_cards_of_the_same_meaning_are_shown_where_none_has_the_words(client: Client) -> None:
    words = {"q": "modifications before they go live"}
    for situation, count in (("", 4), ("cab", 4), ("regions", 0)):
        page = text_of(client, "/etiquette", **words, situation=situation)
        assert page.count('type="checkbox"') == count
        told = f"No card has all these words; {count} come nearest by meaning"
        assert (told in page) is bool(count)
    assert 'CAB <small id="in-cab" data-live-text>4</small>' in page


def test_chosen_cards_stay_chosen_outside_the_filter(client: Client, tiny: Assistant) -> None:
    card = tiny.reference.cards[0]
    page = text_of(client, "/etiquette", q="evidence", card=card.id)
    assert "Chosen before, outside this choice" in page
    assert f'value="{card.id}" checked' in page
    assert '<output id="chosen">1 chosen</output>' in page


def test_an_unknown_situation_is_refused_with_those_there_are(client: Client) -> None:
    assert "There is no situation 'zoo'. Choose one of: cab," in text_of(
        client, "/etiquette", 400, situation="zoo"
    )


def test_a_brief_holds_the_chosen_cards_with_their_sources(client: Client, tiny: Assistant) -> None:
    cards = tiny.reference.cards
    page = text_of(client, "/etiquette/brief", card=[cards[3].id, cards[0].id], situation="cab")
    assert "<h1>Etiquette brief: CAB</h1>" in page
    assert cards[0].text in page
    assert cards[3].text in page
    assert cards[1].text not in page
    assert f"T1, version {tiny.index.documents['T1'].sha256[:12]}" in page
    assert quoted(client, page, r'in time, because.*? href="([^"]+)">1</a>') == cards[0].text
    assert f"card={cards[0].id}&card={cards[3].id}" in page


def test_a_brief_has_the_title_that_it_is_given(client: Client, tiny: Assistant) -> None:
    card = tiny.reference.cards[0].id
    page = client.get(
        "/etiquette/brief", params={"card": card, "title": HOSTILE}, headers=HTML
    ).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(&#34;1&#34;)" in page


def test_a_brief_tells_of_cards_that_are_gone_and_of_none(client: Client, tiny: Assistant) -> None:
    card = tiny.reference.cards[0].id
    page = text_of(client, "/etiquette/brief", card=[card, "0123456789"])
    assert "1 card of this link is no longer in the handbook" in page
    assert "No card is chosen" in text_of(client, "/etiquette/brief")


# --- glossary and sayings ---------------------------------------------------------------------


def test_the_glossary_lists_terms_by_letter_with_their_places(client: Client) -> None:
    page = text_of(client, "/glossary")
    assert "3 terms and 1 acronym" in page
    assert '<a href="#letter-C">C</a>' in page
    assert "<dt>Change advisory board (CAB)</dt>" in page
    place = r'interruption of a service. <a class="cite" href="([^"]+)">'
    assert quoted(client, page, place) == "An incident is an unplanned interruption of a service."


def test_the_glossary_is_filtered_and_says_when_nothing_fits(client: Client) -> None:
    page = text_of(client, "/glossary", q="cab")
    assert page.index("<dt>CAB</dt>") < page.index("<dt>Change advisory board (CAB)</dt>")
    assert "<dt>Incident</dt>" not in page
    assert "letter-" not in page
    assert "No term fits" in text_of(client, "/glossary", q="zeppelin")


def test_sayings_have_their_parts_and_places(client: Client) -> None:
    page = text_of(client, "/sayings")
    assert "CAB Decides, We Comply" in page
    meaning = r'follows the decision. <a class="cite" href="([^"]+)">'
    assert quoted(client, page, meaning).startswith('"CAB Decides, We Comply" means')
    assert "1 saying" in page
    assert "No saying fits" in text_of(client, "/sayings", q="airlock")


# --- search -----------------------------------------------------------------------------------


def test_a_search_shows_marked_words_and_leads_to_the_sentence(client: Client) -> None:
    page = text_of(client, "/search", q="changes that are rejected")
    assert "<mark>rejected</mark> <mark>change</mark>" in page
    first = re.search(r'<h2><a href="([^"]+)">', page)
    assert first
    assert quoted(client, page, r'<h2><a href="([^"]+)">')


def test_a_search_is_narrowed_by_section_and_kind(client: Client) -> None:
    page = text_of(client, "/search", q="change", kind="steps", section="change")
    assert '<span class="count" id="count" role="status">1 passage</span>' in page
    assert page.count('<ol class="hits" start="1">') == 1
    assert re.search(r'name="kind" value="steps" checked> Steps and checklists <small>1<', page)
    page = text_of(client, "/search", q="change", kind="steps", section="faq")
    assert "No passage fits this choice" in page
    assert '<a href="/search?q=change">Search everywhere</a>' in page


def test_a_search_without_words_offers_the_sections(client: Client) -> None:
    page = text_of(client, "/search", q="  ")
    assert '<a href="/documents#practices">Practices</a>' in page
    assert 'id="count"' not in page


def test_a_search_says_when_no_word_stands_in_the_handbook(client: Client) -> None:
    assert "None of these words stands" in text_of(client, "/search", q="zeppelin")


def test_a_misspelt_search_offers_the_right_spelling(client: Client) -> None:
    assert 'href="/search?q=incident">incident</a>?' in text_of(client, "/search", q="incidnet")


def test_pages_behind_the_last_lead_back(client: Client) -> None:
    page = text_of(client, "/search", q="change", page=50)
    assert "There is only 1 page." in page
    assert "page=1" in page


@pytest.mark.parametrize(
    ("params", "said"),
    [
        ({"q": "x", "section": "nowhere"}, "There is no section 'nowhere'"),
        ({"q": "x", "kind": "poem"}, "There is no kind 'poem'"),
        ({"q": "x" * 2001}, "2,001 characters"),
        ({"q": "x", "page": 0}, ""),
        ({"q": "x", "page": "two"}, ""),
    ],
)
def test_a_search_that_cannot_be_made_is_explained(
    client: Client, params: dict[str, object], said: str
) -> None:
    assert said in text_of(client, "/search", 400, **params)


def test_suggestions_are_headings_and_questions(client: Client) -> None:
    found = client.get("/search/suggestions", params={"q": "risky modif"}).json()
    question = "Who looks at risky modifications before they go live?"
    assert found == {"suggestions": [{"text": question, "kind": "question"}]}
    assert client.get("/search/suggestions").json() == {"suggestions": []}


@pytest.mark.parametrize("path", ["/etiquette", "/glossary", "/sayings", "/search"])
def test_markup_that_was_typed_is_shown_as_text(client: Client, path: str) -> None:
    page = client.get(path, params={"q": f"{HOSTILE} zeppelin"}, headers=HTML).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def test_styles_and_scripts_of_every_page_exist(client: Client) -> None:
    static = Path(__file__).parents[2] / "web" / "static"
    for path in ("/documents/T1", "/etiquette", "/etiquette/brief", "/glossary", "/search?q=CAB"):
        page = client.get(path, headers=HTML).text
        for name in re.findall(r'(?:href|src)="/static/([^"]+)"', page):
            assert (static / name).is_file()
