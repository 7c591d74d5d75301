from __future__ import annotations

import re

import pytest

from assistant.types import Citation
from corpus.blocks import parse_blocks
from corpus.reader import read_documents
from corpus.types import Document
from web.markup import (
    answer_html,
    answer_text,
    document_parts,
    highlighted,
    inline_html,
    portable,
    section_name,
)


def document(text: str) -> Document:
    return Document("d", "c", "d.md", "T", "s", text, "", {})


def document_html(one: Document, start: int = 0, end: int = 0) -> str:
    return "".join(part.html for part in document_parts(one, (start, end)))


def marked(html: str) -> list[str]:
    return [
        re.sub(r"<[^>]+>", "", one) for one in re.findall(r"<mark[^>]*>(.*?)</mark>", html, re.S)
    ]


def test_a_citation_links_to_its_quote_and_shows_it() -> None:
    citation = Citation(1, "D1", "T", ("H",), "ab" * 32, 3, 9, 'say "hi" <b>')
    html = answer_html("Text. [1]\n", [citation])
    assert 'href="/documents/D1?start=3&amp;end=9&amp;version=abababababab#quote"' in html
    assert 'title="say &quot;hi&quot; &lt;b&gt;"' in html
    assert 'class="cite"' in html
    assert 'data-source="T &gt; H"' in html
    assert 'aria-label="Source 1: T"' in html
    assert ">1</a>" in html


def test_numbers_in_brackets_that_are_no_citation_stay_text() -> None:
    assert "<a" not in answer_html("See [2] and `[1]` and [x](javascript:alert(1)).\n", [])


@pytest.mark.parametrize(
    "hostile",
    ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "[x](javascript:alert(1))"],
)
def test_markup_in_a_document_is_only_text(hostile: str) -> None:
    html = document_html(document(f"# T\n\n{hostile}\n"))
    assert "<script" not in html
    assert "<img" not in html
    assert "href" not in html


@pytest.mark.parametrize(
    "hostile",
    ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "[x](javascript:alert(1))"],
)
def test_markup_in_a_quote_is_only_text(hostile: str) -> None:
    citation = Citation(1, "D1", hostile, (hostile,), "ab" * 32, 0, len(hostile), hostile)
    html = answer_html(f"{hostile} [1]\n\n- [1] {hostile} > {hostile}\n", [citation])
    assert not re.search(r"<script|<img|href=\"javascript", html)
    assert html.count("<a ") == 2, "only the citations are links"


@pytest.mark.parametrize(
    ("text", "quote", "expected"),
    [
        ("One. Two. Three.\n", "Two.", ["Two."]),
        ("**Definition: X.** X is *good* `code`.\n", "X is *good* `code`.", ["X is good code."]),
        ("- a\n- b\n- c\n", "- a\n- b", ["a", "b"]),
        ("1. a\n2. b\n", "1. a\n2. b", ["a", "b"]),
        ("- [ ] check it\n", "check it", ["check it"]),
        ("| A | B |\n|---|---|\n| x | y |\n", "| x | y |", ["x", "y"]),
        ("```text\nHello [name]\nBye\n```\n", "Hello [name]\nBye", ["Hello [name]\nBye"]),
        ("> said so\n", "said so", ["said so"]),
    ],
)
def test_exactly_the_quote_is_marked(text: str, quote: str, expected: list[str]) -> None:
    start = text.index(quote)
    html = document_html(document(text), start, start + len(quote))
    assert marked(html) == expected
    assert html.count('id="quote"') == 1


def test_nothing_is_marked_without_a_quote_or_outside_the_text() -> None:
    assert "<mark" not in document_html(document("One.\n"))
    assert "<mark" not in document_html(document("One.\n"), 900, 950)


def test_every_span_of_the_shipped_handbook_can_be_marked() -> None:
    from assistant.settings import Settings

    for one in read_documents(Settings().corpus_dir)[::12]:
        _, units = parse_blocks(one)
        for unit in units[::7]:
            html = document_html(one, unit.start, unit.end)
            assert html.count('id="quote"') == 1, one.text[unit.start : unit.end]


TYPED = """# T

**Definition: X.** X is *good* `code`. It is new.

**Metric: A.**
Formula: a / b.
Unit: x
Example: 1 / 2.
Watch out: b.

**Myth:** "m"
**Fact:** f

- [ ] check *it*
- [ ] check that

> said so

**Meaning:** so it is.

| **A** | B |
|---|---|
| x \\| y | `z` |

```text
Hello [name]
```
"""


def test_marks_change_nothing_else_of_a_page() -> None:
    one = document(TYPED)
    _, units = parse_blocks(one)
    for start, end in ((0, 0), (0, len(TYPED)), *((unit.start, unit.end) for unit in units)):
        (part,) = document_parts(one, (start, end), [(unit.start, unit.end) for unit in units])
        assert part.html.count("<mark") >= len(units)
        assert re.sub(r"</?mark[^>]*>", "", part.html) == document_html(one)


def test_headings_can_be_linked_to() -> None:
    assert '<h2 id="don-t-panic">' in document_html(document("## Don't panic\n"))


def test_lines_of_a_metric_and_a_fact_stand_on_lines_of_their_own() -> None:
    html = answer_html("**Metric: A.**\nFormula: a / b.\nUnit: x\n\n**Myth:** m\n**Fact:** f\n", [])
    assert html.count("<br>") == 3
    assert "<br>" not in answer_html("wrapped\nby an editor\n", [])


@pytest.mark.parametrize(
    ("markdown", "plain"),
    [
        ("**Do**\n\n- Ask *now*. [1]\n", "Do\n\n- Ask now. [1]\n"),
        ("## Head\n\n1. `a`\n2. b \\| c\n", "Head\n\n1. a\n2. b | c\n"),
        ("| **A** | B |\n|---|---|\n| x | y |\n", "| A | B |\n| x | y |\n"),
        ("```text\nHello *[name]*\n```\n", "Hello *[name]*\n"),
        ("One\u2028two.\n\n**Do**\n\n- **Ask** now.\n", "One\u2028two.\n\nDo\n\n- Ask now.\n"),
    ],
)
def test_plain_text_holds_the_words_and_no_markup(markdown: str, plain: str) -> None:
    assert answer_text(markdown) == plain


def test_citations_of_one_document_can_be_stepped_through() -> None:
    one = Citation(1, "D1", "T", ("H",), "ab" * 32, 30, 40, "x")
    other = Citation(2, "D1", "T", ("H",), "ab" * 32, 3, 9, "y")
    elsewhere = Citation(3, "D2", "T", ("H",), "cd" * 32, 5, 6, "z")
    html = answer_html("A [1] B [2] C [3]\n", [one, other, elsewhere])
    assert "D1?start=30&amp;end=40&amp;version=abababababab&amp;span=3-9&amp;span=30-40" in html
    assert "D2?start=5&amp;end=6&amp;version=cdcdcdcdcdcd#quote" in html


def test_overlapping_quotes_are_marked_once_and_exactly() -> None:
    parts = document_parts(document("One two. Three.\n"), (0, 8), [(0, 8), (4, 15), (9, 15)])
    (part,) = parts
    assert part.html == (
        '<p><mark id="quote">One two.</mark> <mark class="also">Three.</mark></p>\n'
    )


def test_parts_follow_the_second_level_headings() -> None:
    parts = document_parts(document("# T\n\nUp.\n\n## A\n\n### B\n\nb\n\n## C\n\nc\n"))
    assert [(one.heading, one.anchor, one.below) for one in parts] == [
        ("", "", ()),
        ("A", "a", (("B", "b"),)),
        ("C", "c", ()),
    ]


def test_words_are_highlighted_in_any_form_and_markup_stays_text() -> None:
    html = highlighted("**Changes** of <b>the</b> change\u2019s plan", "change the b")
    assert html == (
        "<mark>Changes</mark> of &lt;<mark>b</mark>&gt;the&lt;/<mark>b</mark>&gt; "
        "<mark>change\u2019s</mark> plan"
    )


def test_a_quote_within_a_line_keeps_its_marks_and_no_markup() -> None:
    assert inline_html("a *b* <i>c</i>") == "a <em>b</em> &lt;i&gt;c&lt;/i&gt;"
    assert inline_html("| a | b |") == "a b"


def test_links_between_documents_lead_to_their_pages_or_are_text() -> None:
    text = (
        "Ask [the *CAB*](../b/cab.md#who) or [nobody](none.md), see [up](#t) and <https://x.org>."
    )
    one = Document("D1", "c", "a/one.md", "T", "s", f"# T\n\n{text}\n", "", {})
    documents = {"D1": one, "D2": Document("D2", "c", "b/cab.md", "CAB", "s", "", "", {})}
    expected = (
        'Ask <a href="/documents/D2#who">the <em>CAB</em></a> or nobody, '
        'see <a href="/documents/D1#t">up</a> and <a href="https://x.org">https://x.org</a>.'
    )
    (part,) = document_parts(one, documents=documents)
    assert expected in part.html
    citation = Citation(1, "D1", "T", (), "ab" * 32, 5, 9, text)
    assert expected in answer_html(f"{text} [1]\n", [citation], documents=documents)
    assert (
        "[the *CAB*](http://h/documents/D2#who) or nobody, see [up](http://h/documents/D1#t)"
        in portable(text, [citation], documents, "http://h")
    )
    assert inline_html("Ask [the *CAB*](../b/cab.md)") == "Ask the <em>CAB</em>"
    assert highlighted("Ask [the CAB](../b/cab.md)", "") == "Ask the CAB"


def test_a_section_has_the_name_that_people_write() -> None:
    assert [section_name(one) for one in ("service-desk", "faq")] == ["Service desk", "FAQ"]


def test_a_line_that_has_an_address_becomes_a_link() -> None:
    html = answer_html("- T > One\n- T > Two\n", (), {"T > One": "/documents/d#one"})
    assert '<li><a href="/documents/d#one">T &gt; One</a></li>' in html
    assert "<li>T &gt; Two</li>" in html
