"""Markdown to HTML that is safe to show, with citations as links and quotes highlighted."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import islice, pairwise
from typing import Protocol
from urllib.parse import unquote, urlencode

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

from assistant.types import Citation
from corpus.blocks import heading_anchor, link_target, parse_blocks, plain_text
from corpus.types import Document
from index.lexical import terms

_PARSER = MarkdownIt("commonmark", {"html": False}).enable("table")
_TAGS = (
    "p ul ol li strong em code pre blockquote table thead tbody tr th td h1 h2 h3 h4 a mark br hr "
    "div span"
).split()
_ATTRIBUTES = {
    "a": {"href", "title", "class", "data-source", "aria-label"},
    "mark": {"id", "class"},
    "div": {"class", "tabindex", "role", "aria-label"},
    "ol": {"start"},
    "pre": {"tabindex"},
    **{tag: {"id"} for tag in ("h1", "h2", "h3", "h4")},
}
_CELL = re.compile(r"(?:\\.|[^|\\])+")
# Characters of private use, which stand for the ends of marks while a page is made.
_SIGNS = "\ue000-\uf8fe"
_ONLY_SIGNS = re.compile(f"[{_SIGNS}]*")
# Lines of a metric, and a fact below its myth, stand on lines of their own, quoted or not.
_NEW_LINE = re.compile(rf"[{_SIGNS}]*(?:Formula:|Unit:|Example:|Watch out:|\*\*)")
# Lines that are nothing but markup: fences, and what parts a table's head from its body.
_RULE = re.compile(r"```|\|[-:| ]+\|$")
_WORDS = re.compile(r"([^\W_]+(?:['\u2019][^\W_]+)?)")
_HEADING = re.compile(r"^#+ ")
_LINK = re.compile(r"\[([^\]\n]*)\]\(([^()\s]*)\)")
_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z\d+.-]*:")
_CHECKBOX = re.compile(r"^\[[ xX]\] ")


def quote_url(
    document_id: str, sha256: str, start: int, end: int, others: Iterable[tuple[int, int]] = ()
) -> str:
    """Return where a quote is shown: its document, scrolled to the quote.

    `others` are quotes of the same document, itself among them or not, to be stepped through.
    """
    spans = sorted({(start, end), *others})
    fields: list[tuple[str, object]] = [("start", start), ("end", end), ("version", sha256[:12])]
    if len(spans) > 1:
        fields.extend(("span", f"{left}-{right}") for left, right in spans)
    return f"/documents/{document_id}?{urlencode(fields)}#quote"


class Quoted(Protocol):
    """Anything that stands in a document at `[start, end)`."""

    @property
    def document_id(self) -> str:
        """The document that holds it."""

    @property
    def start(self) -> int:
        """Its first character."""

    @property
    def end(self) -> int:
        """The character behind its last."""


def linker(
    documents: Mapping[str, Document], together: Iterable[Quoted] = ()
) -> Callable[[Quoted], str]:
    """Return what links a quote to its words, and to those shown together with it on its page."""
    spans: dict[str, list[tuple[int, int]]] = {}
    for one in together:
        spans.setdefault(one.document_id, []).append((one.start, one.end))

    def link(one: Quoted) -> str:
        others = spans.get(one.document_id, ())
        sha256 = documents[one.document_id].sha256
        return quote_url(one.document_id, sha256, one.start, one.end, others)

    return link


def citation_url(citation: Citation, citations: Iterable[Citation] = ()) -> str:
    """Return where a citation is shown, with the other citations of its document."""
    others = [(c.start, c.end) for c in citations if c.document_id == citation.document_id]
    return quote_url(citation.document_id, citation.sha256, citation.start, citation.end, others)


def page_url(link: str, document: Document, documents: Mapping[str, Document]) -> str:
    """Return the page of the handbook that a document's relative link leads to, if there is one."""
    place, anchor = link_target(link, document.path)
    for one in documents.values():
        if one.path == place:
            return f"/documents/{one.id}#{anchor}" if anchor else f"/documents/{one.id}"
    return ""


def _quoted_page(
    link: str, citations: Iterable[Citation], documents: Mapping[str, Document]
) -> str:
    """Return the page that a link within a quote leads to, if there is one."""
    for one in citations:
        document = documents.get(one.document_id)
        held = any(f"]({unquote(link)}{end}" in one.text for end in (")", " "))
        if document and held and (page := page_url(link, document, documents)):
            return page
    return ""


def portable(
    markdown: str, citations: Sequence[Citation], documents: Mapping[str, Document], origin: str
) -> str:
    """Return an answer's Markdown for elsewhere: links between documents lead to this server."""

    def absolute(match: re.Match[str]) -> str:
        label, link = match.groups()
        if _SCHEME.match(link):
            return match[0]
        page = _quoted_page(link, citations, documents)
        return f"[{label}]({origin}{page})" if page else label

    return _LINK.sub(absolute, markdown)


def answer_html(
    markdown: str,
    citations: Sequence[Citation],
    links: Mapping[str, str] | None = None,
    documents: Mapping[str, Document] | None = None,
) -> str:
    """Return an answer as HTML; each `[n]` links to its source and holds quote and place.

    Args:
        markdown: the answer.
        citations: what it quotes.
        links: addresses of lines that become links as a whole.
        documents: the handbook by id, into which links of quotes lead.
    """
    references = {
        str(citation.number): {
            "href": citation_url(citation, citations),
            "title": answer_text(citation.text).strip(),
        }
        for citation in citations
    }
    cited = {citation_url(citation, citations): citation for citation in citations}
    tokens = _PARSER.parse(markdown, {"references": references})
    _relink(
        tokens,
        lambda link: link if link in cited else _quoted_page(link, citations, documents or {}),
    )
    for token in _inline(tokens):
        citation = cited.get(str(token.attrGet("href")))
        if token.type == "link_open" and citation:
            token.attrSet("class", "cite")
            token.attrSet("data-source", " > ".join((citation.title, *citation.headings)))
            token.attrSet("aria-label", f"Source {citation.number}: {citation.title}")
    for token in tokens:
        if links and token.content in links:
            opened = Token("link_open", "a", 1, attrs={"href": links[token.content]})
            token.children = [opened, *(token.children or ()), Token("link_close", "a", -1)]
    return _html(tokens)


@dataclass(frozen=True, slots=True)
class Part:
    """What stands under one second-level heading, or above the first; `below` are its headings."""

    heading: str
    anchor: str
    html: str
    below: tuple[tuple[str, str], ...]


def document_parts(
    document: Document,
    quote: tuple[int, int] = (0, 0),
    others: Iterable[tuple[int, int]] = (),
    documents: Mapping[str, Document] | None = None,
) -> list[Part]:
    """Return a document as HTML by section; the quote is marked, and other quotes less strongly.

    Its links lead to pages of `documents`.
    """
    signs = _unused(document.text, 3)
    tokens = _PARSER.parse(_signed(document, quote, others, signs))
    _relink(tokens, lambda link: page_url(link, document, documents or {}))
    first = True
    parts = []
    for group in _sections(tokens):
        headings = list(_headings(group))
        html, first = _marked(_html(group, clean=False), signs, first=first)
        own = headings.pop(0) if headings and group[0].tag == "h2" else ("", "")
        parts.append(Part(*own, html, tuple(headings)))
    return parts


def _signed(
    document: Document,
    quote: tuple[int, int],
    others: Iterable[tuple[int, int]],
    signs: Sequence[str],
) -> str:
    """Return a document's text with signs where marks begin and end; marks never overlap."""
    quoted, other, closing = signs
    regions = [(*region, quoted) for region in _regions(document, *quote)]
    for start, end in others:
        for left, right in _regions(document, start, end):
            if all(right <= begun or ended <= left for begun, ended, _ in regions):
                regions.append((left, right, other))
    text = document.text
    for left, right, opening in sorted(regions, reverse=True):
        text = f"{text[:left]}{opening}{text[left:right]}{closing}{text[right:]}"
    return text


def _marked(html: str, signs: Sequence[str], *, first: bool) -> tuple[str, bool]:
    """Return HTML with marks for signs, and whether the quote's first mark is still to come."""
    quoted, other, closing = signs
    if first and quoted in html:
        html, first = html.replace(quoted, '<mark id="quote">', 1), False
    html = html.replace(quoted, "<mark>").replace(other, '<mark class="also">')
    return _clean(html.replace(closing, "</mark>")), first


def _sections(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    """Yield the tokens of each section, cut before second-level headings."""
    group: list[Token] = []
    for token in tokens:
        if group and token.type == "heading_open" and token.tag == "h2":
            yield group
            group = []
        group.append(token)
    if group:
        yield group


def _headings(tokens: Sequence[Token]) -> Iterator[tuple[str, str]]:
    """Give the headings below the first level an anchor, and yield text and anchor of each."""
    for token, inline in pairwise(tokens):
        if token.type == "heading_open" and token.tag != "h1":
            anchor = heading_anchor(inline.content)
            token.attrSet("id", anchor)
            yield inline.content, anchor


def _regions(document: Document, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield what to mark inside each Markdown leaf; a mark cannot reach from one to the next."""
    _, units = parse_blocks(document) if start < end else ((), ())
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


def section_name(section: str) -> str:
    """Return a section of the handbook as people write it: `service-desk` is Service desk."""
    return "FAQ" if section == "faq" else section.replace("-", " ").capitalize()


def inline_html(markdown: str) -> str:
    """Return a quote as HTML within a line; a table's row becomes text, and so do its links."""
    text = plain_text(markdown) if markdown.startswith("|") else markdown
    tokens = _PARSER.parseInline(text)
    _relink(tokens, lambda _: "")
    return _clean(str(_PARSER.renderer.render(tokens, _PARSER.options, {})))


def highlighted(text: str, question: str) -> str:
    """Return a text as HTML with the words marked that a question has, in whatever form."""
    wanted = frozenset(terms(question))
    parts = _WORDS.split(plain_text(_LINK.sub(r"\1", text)))
    return "".join(
        f"<mark>{escape(part)}</mark>" if wanted.intersection(terms(part)) else escape(part)
        for part in parts
    )


def _html(tokens: list[Token], *, clean: bool = True) -> str:
    shown = [
        one
        for one in _inline(tokens)
        if one.type != "text" or not _ONLY_SIGNS.fullmatch(one.content)
    ]
    for token, following in pairwise([*shown, Token("text", "", 0)]):
        if token.type == "text" and _CHECKBOX.match(token.content):
            token.content = "\u2610 " + token.content[4:]
        if token.type == "softbreak" and _NEW_LINE.match(following.content or following.markup):
            token.type, token.tag = "hardbreak", "br"
    html = str(_PARSER.renderer.render(tokens, _PARSER.options, {}))
    # A wide table scrolls by itself, and by keyboard, instead of widening the page.
    html = html.replace(
        "<table>", '<div class="wide" role="group" aria-label="Table" tabindex="0"><table>'
    )
    html = html.replace("</table>", "</table></div>").replace("<pre>", '<pre tabindex="0">')
    return _clean(html) if clean else html


def _clean(html: str) -> str:
    return nh3.clean(html, tags=set(_TAGS), attributes=_ATTRIBUTES, link_rel=None)


def _inline(tokens: Sequence[Token]) -> Iterator[Token]:
    for token in tokens:
        yield from token.children or ()


def _relink(tokens: Iterable[Token], page: Callable[[str], str]) -> None:
    """Let links without a scheme lead where `page` says; those that lead nowhere become text."""
    for token in tokens:
        kept, lost = [], False
        for one in token.children or ():
            if one.type == "link_open":
                link = str(one.attrGet("href"))
                one.attrSet("href", link if _SCHEME.match(link) else page(link))
                lost = not one.attrGet("href")
            if not (lost and one.tag == "a"):
                kept.append(one)
        if token.children:
            token.children = kept


def _unused(text: str, count: int) -> list[str]:
    """Return some private-use characters that a text does not contain."""
    free = (chr(code) for code in range(0xE000, 0xF8FF) if chr(code) not in text)
    return list(islice(free, count))


def answer_text(markdown: str) -> str:
    """Return an answer as plain text, for places that know no Markdown."""
    # As the parser counts lines, which `splitlines` does not.
    lines = markdown.removesuffix("\n").split("\n")
    for token in _PARSER.parse(markdown):
        if token.type == "inline" and token.map:
            first, last = token.map
            plain = "".join(_plain(child) for child in token.children or ())
            block = "\n".join(lines[first:last]).replace(token.content, plain, 1)
            lines[first:last] = block.split("\n")
    return "\n".join(_HEADING.sub("", line) for line in lines if not _RULE.match(line)) + "\n"


def _plain(token: Token) -> str:
    return "\n" if token.type in {"softbreak", "hardbreak"} else token.content
