"""Markdown to HTML that is safe to show, with citations as links and quotes highlighted."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any
from urllib.parse import urlencode

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

from assistant.types import Citation
from corpus.blocks import heading_anchor, parse_blocks
from corpus.types import Document

_PARSER = MarkdownIt("commonmark", {"html": False}).enable("table")
_TAGS = (
    "p ul ol li strong em code pre blockquote table thead tbody tr th td h1 h2 h3 h4 a mark br hr "
    "div span"
).split()
_ATTRIBUTES = {
    "a": {"href", "title", "class", "data-source"},
    "mark": {"id"},
    "div": {"class", "tabindex"},
    "ol": {"start"},
    "pre": {"tabindex"},
    **{tag: {"id"} for tag in ("h1", "h2", "h3", "h4")},
}
_CELL = re.compile(r"(?:\\.|[^|\\])+")
# Lines of a metric, and a fact below its myth, stand on lines of their own.
_NEW_LINE = re.compile(r"Formula:|Unit:|Example:|Watch out:|\*\*")
# Lines that are nothing but markup: fences, and what parts a table's head from its body.
_RULE = re.compile(r"```|\|[-:| ]+\|$")
_HEADING = re.compile(r"^#+ ")
_CHECKBOX = re.compile(r"^\[[ xX]\] ")


def citation_url(citation: Citation) -> str:
    """Return where a citation is shown: its document, scrolled to the quote."""
    query = urlencode(
        {"start": citation.start, "end": citation.end, "version": citation.sha256[:12]}
    )
    return f"/documents/{citation.document_id}?{query}#quote"


def answer_html(markdown: str, citations: Sequence[Citation]) -> str:
    """Return an answer as HTML; each `[n]` links to its source and holds quote and place."""
    references = {
        str(citation.number): {
            "href": citation_url(citation),
            "title": answer_text(citation.text).strip(),
        }
        for citation in citations
    }
    places = {
        citation_url(citation): " > ".join((citation.title, *citation.headings))
        for citation in citations
    }
    tokens = _PARSER.parse(markdown, {"references": references})
    for token in _inline(tokens):
        if token.type == "link_open" and token.attrGet("href") in places:
            token.attrSet("class", "cite")
            token.attrSet("data-source", places[str(token.attrGet("href"))])
    return _html(tokens)


def document_html(document: Document, start: int = 0, end: int = 0) -> str:
    """Return a document as HTML; what is quoted from `[start, end)` is marked."""
    opening, closing = _unused(document.text)
    text = document.text
    regions = list(_marked_regions(document, start, end)) if start < end else []
    for left, right in reversed(regions):
        text = f"{text[:left]}{opening}{text[left:right]}{closing}{text[right:]}"
    tokens = _PARSER.parse(text)
    for position, token in enumerate(tokens):
        if token.type == "heading_open":
            token.attrSet("id", heading_anchor(tokens[position + 1].content))
    html = _html(tokens, clean=False)
    html = html.replace(opening, '<mark id="quote">', 1).replace(opening, "<mark>")
    return _clean(html.replace(closing, "</mark>"))


def _marked_regions(document: Document, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield what to mark inside each Markdown leaf; a mark cannot reach from one to the next."""
    _, units = parse_blocks(document)
    for unit in units:
        left, right = max(start, unit.start), min(end, unit.end)
        if left >= right:
            continue
        if unit.kind != "row":
            yield left, right
            continue
        for cell in _CELL.finditer(document.text, left, right):
            content = cell[0].strip()
            if content:
                first = cell.start() + cell[0].index(content)
                yield first, first + len(content)


def _html(tokens: list[Token], *, clean: bool = True) -> str:
    shown = [token for token in _inline(tokens) if token.type != "text" or token.content]
    for token, following in pairwise([*shown, Token("text", "", 0)]):
        if token.type == "text" and _CHECKBOX.match(token.content):
            token.content = "\u2610 " + token.content[4:]
        if token.type == "softbreak" and _NEW_LINE.match(following.content or following.markup):
            token.type, token.tag = "hardbreak", "br"
    html = str(_PARSER.renderer.render(tokens, _PARSER.options, {}))
    # A wide table scrolls by itself, and by keyboard, instead of widening the page.
    html = html.replace("<table>", '<div class="wide" tabindex="0"><table>')
    html = html.replace("</table>", "</table></div>").replace("<pre>", '<pre tabindex="0">')
    return _clean(html) if clean else html


def _clean(html: str) -> str:
    return nh3.clean(html, tags=set(_TAGS), attributes=_ATTRIBUTES, link_rel=None)


def _inline(tokens: Sequence[Token]) -> Iterator[Token]:
    for token in tokens:
        yield from token.children or ()


def _unused(text: str) -> tuple[str, str]:
    """Return two private-use characters that a text does not contain."""
    free = (chr(code) for code in range(0xE000, 0xF8FF) if chr(code) not in text)
    return next(free), next(free)


def outline(document: Document) -> list[dict[str, Any]]:
    """Return a document's headings with level and anchor, in order."""
    tokens = _PARSER.parse(document.text)
    return [
        {
            "level": int(token.tag[1]),
            "text": tokens[position + 1].content,
            "anchor": heading_anchor(tokens[position + 1].content),
        }
        for position, token in enumerate(tokens)
        if token.type == "heading_open" and token.tag != "h1"
    ]


def answer_text(markdown: str) -> str:
    """Return an answer as plain text, for places that know no Markdown."""
    lines = markdown.splitlines()
    for token in _PARSER.parse(markdown):
        if token.type == "inline" and token.map:
            first, last = token.map
            plain = "".join(_plain(child) for child in token.children or ())
            block = "\n".join(lines[first:last]).replace(token.content, plain, 1)
            lines[first:last] = block.split("\n")
    return "\n".join(_HEADING.sub("", line) for line in lines if not _RULE.match(line)) + "\n"


def _plain(token: Token) -> str:
    return "\n" if token.type in {"softbreak", "hardbreak"} else token.content
