from __future__ import annotations

import re

import pytest
from litestar import Litestar
from litestar.testing import TestClient

Client = TestClient[Litestar]
HTML = {"accept": "text/html"}


def test_the_first_page_offers_questions_and_a_form(client: Client) -> None:
    page = client.get("/", headers=HTML).text
    assert "Ask the ITSM community handbook" in page
    assert '<form id="ask"' in page
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
    assert "Ask another question" in response.text


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
    for path in ("/", "/?q=What+is+a+CAB", "/documents", "/documents/T1", "/nothing"):
        page = client.get(path, headers=HTML).text
        assert not re.search(r"<script(?![^>]*\ssrc=)", page)
        assert "style=" not in page
        assert not re.search(r"\son\w+=", page)
