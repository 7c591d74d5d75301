from __future__ import annotations

import re
from pathlib import Path

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from assistant.ask import Assistant
from index.search import Index
from tests.support import IDENTITY, HashingModel, build_tiny
from web.app import create_app

Client = TestClient[Litestar]
HTML = {"accept": "text/html"}


def test_the_first_page_offers_questions_and_a_form(client: Client) -> None:
    page = client.get("/", headers=HTML).text
    assert "Ask the ITSM community handbook" in page
    assert '<form id="ask"' in page
    assert "IT service management (ITSM)" in page
    assert page.count('name="pick"') == 6


def test_an_answer_links_each_citation_to_its_marked_quote(client: Client) -> None:
    page = client.get("/", params={"q": "What is a CAB?"}, headers=HTML).text
    url = re.search(r'href="(/documents/[^"]+)"[^>]*class="cite"', page)
    assert url
    source = client.get(url[1].replace("&amp;", "&"), headers=HTML).text
    assert '<mark id="quote">A change advisory board (CAB) is a group that' in source


def test_questions_in_the_address_are_answered_and_not_stored(client: Client) -> None:
    page = client.get("/?q=How+do+I+behave+in+the+CAB%3F&q=What+is+it%3F", headers=HTML).text
    assert page.count('<article class="turn"') == 2
    assert "Understood as: <em>What is the CAB?</em>" in page
    assert page.count('<input type="hidden" name="earlier"') == 2
    assert page.count('id="latest"') == 1
    assert "visitor" not in client.cookies


@pytest.mark.parametrize("path", ["/documents/NOPE", "/nothing", "/static/nothing.css"])
def test_a_missing_page_is_an_html_404_for_people(client: Client, path: str) -> None:
    response = client.get(path, headers=HTML)
    assert response.status_code == 404
    assert response.headers["content-type"].startswith("text/html")
    assert "<h1>There is no such page</h1>" in response.text
    assert not re.search(r"Not Found|`", response.text)
    assert "Ask another question" in response.text


@pytest.mark.parametrize("path", ["/documents/T1?start=x", "/search?page=0"])
def test_an_address_that_is_not_understood_is_told_in_plain_words(
    client: Client, path: str
) -> None:
    response = client.get(path, headers=HTML)
    assert response.status_code == 400
    assert "<h1>That did not work</h1>" in response.text
    assert "Something in the address" in response.text


@pytest.mark.parametrize(
    ("question", "said"),
    [("+", "The question is empty"), ("x" * 2001, "2,001 characters"), ("%ff", "UTF-8")],
)
def test_a_question_that_cannot_be_asked_is_explained(
    client: Client, question: str, said: str
) -> None:
    response = client.get(f"/?q={question}", headers=HTML)
    assert response.status_code == 400
    assert said in response.text


def test_markup_in_a_question_is_shown_as_text(client: Client) -> None:
    page = client.get("/", params={"q": "<script>alert(1)</script> CAB"}, headers=HTML).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_a_document_that_changed_since_it_was_quoted_says_so(client: Client) -> None:
    page = client.get("/documents/T1?start=2&end=9&version=000000000000", headers=HTML).text
    assert "has changed since it was quoted" in page
    assert "<mark" not in page


def test_the_handbook_is_listed_by_section(client: Client) -> None:
    page = client.get("/documents", headers=HTML).text
    assert page.count('href="/documents/T') == 3
    assert '<h2 id="practices">Practices</h2>' in page


@pytest.mark.parametrize("path", ["/", "/documents", "/documents/T1", "/nothing", "/readyz"])
def test_every_response_carries_the_security_headers(client: Client, path: str) -> None:
    headers = client.get(path, headers=HTML).headers
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


def test_pages_hold_no_inline_script_or_style(client: Client) -> None:
    finders = ("/etiquette", "/etiquette/brief", "/glossary", "/sayings", "/search?q=CAB")
    for path in ("/", "/?q=CAB", "/documents", "/documents/T1", "/nothing", *finders):
        page = client.get(path, headers=HTML).text
        assert not re.search(r"<script(?![^>]*\ssrc=)", page)
        assert "style=" not in page
        assert not re.search(r"\son\w+=", page)


def quote_of(client: Client, text: str) -> dict[str, object]:
    """The fields of an address that quotes a text of the first document."""
    document = client.get("/api/v1/documents/T1").json()
    start = document["text"].index(text)
    return {"start": start, "end": start + len(text), "version": document["sha256"][:12]}


def test_quotes_of_a_page_are_stepped_through(client: Client) -> None:
    texts = ("The CAB meets before the change.", "Bring test evidence for the change.")
    quotes = [quote_of(client, text) for text in texts]
    spans = [f"{one['start']}-{one['end']}" for one in quotes]
    first = client.get("/documents/T1", params={**quotes[0], "span": spans}, headers=HTML).text
    assert f'<mark id="quote">{texts[0]}</mark>' in first
    assert f'<mark class="also">{texts[1]}</mark>' in first
    assert "One of 2 quotes on this page" in first
    assert 'rel="prev"' not in first
    following = re.search(r'<a href="([^"]+)" rel="next">', first)
    assert following
    second = client.get(following[1].replace("&amp;", "&"), headers=HTML).text
    assert f'<mark id="quote">{texts[1]}</mark>' in second
    assert "One of 2 quotes on this page" in second
    assert 'rel="prev"' in second


def test_a_single_quote_has_nothing_to_step_to(client: Client) -> None:
    quote = quote_of(client, "The CAB meets before the change.")
    page = client.get("/documents/T1", params=quote, headers=HTML).text
    assert "Link to it" in page
    assert "Previous" not in page


@pytest.mark.parametrize("span", ["x", "9-2", "5", "-", "1-2-3"])
def test_a_span_that_is_none_is_refused(client: Client, span: str) -> None:
    response = client.get("/documents/T1", params={"span": span}, headers=HTML)
    assert response.status_code == 400
    assert "span=120-260" in response.text


def test_a_page_has_an_outline_and_questions_by_section(client: Client) -> None:
    page = client.get("/documents/T1", headers=HTML).text
    assert page.count('<a href="#behaviour-in-the-cab">') == 2
    assert page.count('<a href="#do-before-a-cab-meeting">') == 2
    assert page.count("Ask about this section") == 2
    assert 'value="My change was refused. What now?"' in page
    assert 'href="/documents/T1#how-a-rejected-change-goes-on"' in page


@pytest.mark.parametrize(("read", "overdue"), [("2020-01-31", True), ("2999-01", False)])
def test_a_page_past_its_review_says_so(
    corpus_dir: Path, data_dir: Path, tiny: Assistant, read: str, overdue: bool
) -> None:
    path = corpus_dir / "change" / "cab.md"
    path.write_text(path.read_text().replace("id: T1", f"id: T1\nverified: {read}"))
    build_tiny(corpus_dir, data_dir)
    newer = Assistant(Index.open(data_dir, IDENTITY.name, HashingModel()), tiny.settings)
    with TestClient(create_app(tiny.settings, newer)) as client:
        page = client.get("/documents/T1", headers=HTML).text
    assert ("was due to be read against its sources again by 31 January 2021" in page) is overdue
    assert "Next review" in page
