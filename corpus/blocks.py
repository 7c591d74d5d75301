"""Markdown to typed blocks and quotable spans, with exact offsets.

The handbook's conventions (a paragraph that opens with `**Definition: CAB.**`, a heading
`Steps: ...` over a numbered list, a blockquote followed by `**Meaning:**` ...) give blocks their
kind; any other Markdown yields plain kinds. The table of conventions is in corpus/README.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from posixpath import dirname, join, normpath
from urllib.parse import unquote

import sentencex
from markdown_it import MarkdownIt
from markdown_it.token import Token

from corpus.types import Block, Document

_PARSER = MarkdownIt("commonmark").enable("table")

_MARKER = re.compile(
    r"\*\*(?P<name>Definition|Why|Example|Metric|Community view|Myth|Fact|Meaning|Use it when"
    r"|Avoid it when|Serious point)(?::[ \t]*(?P<label>[^*]*?))?[.:]?\*\*[ \t]*\n?"
)
HEADING_KINDS = {
    "steps": "steps",
    "do": "do",
    "don't": "dont",
    "comparison": "comparison",
    "template": "template",
    "checklist": "checklist",
}
"""What a heading calls the block below it, as in `Steps: ...`, and that block's kind."""
_MARKER_KINDS = {"community view": "view", "use it when": "use", "avoid it when": "avoid"}
SAYING_PARTS = frozenset({"meaning", "use", "avoid", "serious point"})
"""Kinds of the paragraphs that explain a saying; their label is the saying's words."""
_ITEM_KINDS = {"steps": "step", "do": "do", "dont": "dont", "checklist": "check", "list": "item"}
_CHECKBOX = re.compile(r"\[[ xX]\][ \t]+")


@dataclass(frozen=True, slots=True)
class Unit:
    """A quotable stretch of a block, before passages are made."""

    start: int
    end: int
    kind: str
    block: int


@dataclass(frozen=True, slots=True)
class _Region:
    """The inline content of one Markdown leaf: where it stands in the document's text."""

    start: int
    end: int


def parse_blocks(document: Document) -> tuple[list[Block], list[Unit]]:
    """Return the typed blocks of a document and the units that can be quoted from them."""
    lines = _Lines(document.text)
    blocks: list[Block] = []
    units: list[Unit] = []
    headings: tuple[str, ...] = ()
    saying = ""
    for group in _top_level(_PARSER.parse(document.text)):
        first = group[0]
        if first.type == "heading_open":
            level = int(first.tag[1])
            headings = _enter(headings, level, group[1].content) if level > 1 else ()
            saying = ""
            continue
        block = _block(document, lines, group, headings, len(blocks))
        if block is None:
            continue
        if block.kind == "quote":
            saying = document.text[block.start : block.end].removeprefix(">").strip().strip('"')
        if block.kind in SAYING_PARTS:
            block = replace(block, label=saying)
            _retype_saying(blocks, units, block.headings)
        blocks.append(block)
        units.extend(_units(document.text, lines, group, block))
    return blocks, units


def heading_anchor(heading: str) -> str:
    """Return the fragment that a heading is linked by: lower case, words joined by hyphens."""
    return re.sub(r"[^\w]+", "-", heading.lower()).strip("-")


def link_target(link: str, path: str) -> tuple[str, str]:
    """Return the file that a relative link of the file at `path` leads to, and its fragment.

    Both paths are relative to the handbook's folder; one that begins with `..` is outside it.
    """
    target, _, anchor = link.partition("#")
    return normpath(join(dirname(path), unquote(target))) if target else path, anchor


def plain_text(markdown: str) -> str:
    """Return Markdown without its marks, for encoders and word counts, never for quoting."""
    text = re.sub(
        r"(?m)^\s*(?:>+|[-*+]|\d+[.)])\s+(?:\[[ xX]\]\s+)?|^[|\s:-]+$|[*`|_#]+", " ", markdown
    )
    return " ".join(text.split())


def sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the offsets of the sentences of `text[start:end]`, without surrounding white space."""
    position = start
    for sentence in sentencex.segment("en", text[start:end]):
        left = position + len(sentence) - len(sentence.lstrip())
        right = position + len(sentence.rstrip())
        position += len(sentence)
        if left < right:
            yield left, right


class _Lines:
    """Line starts of a text, to turn the parser's line numbers into offsets."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.starts = [0]
        self.starts.extend(match.end() for match in re.finditer(r"\n", text))
        self.starts.append(len(text))

    def region(self, token: Token) -> _Region:
        """Return where an inline token's content stands, outside list and quote markers."""
        first, last = _map(token)
        wanted = token.content.split("\n")
        start = self._find(first, wanted[0], first=True)
        end = self._find(last - 1, wanted[-1], first=len(wanted) == 1) + len(wanted[-1])
        return _Region(start, end)

    def lines(self, token: Token) -> _Region:
        """Return the lines of a block token without white space around them."""
        first, last = _map(token)
        start, end = self.starts[first], self.starts[min(last, len(self.starts) - 1)]
        body = self.text[start:end]
        left = len(body) - len(body.lstrip())
        return _Region(start + left, start + max(left, len(body.rstrip())))

    def _find(self, number: int, content: str, *, first: bool) -> int:
        start = self.starts[number]
        line = self.text[start : self.starts[number + 1]]
        at = line.rfind(content) if first else line.find(content)
        return start + max(at, 0)


def _map(token: Token) -> tuple[int, int]:
    if token.map is None:
        raise ValueError(f"the Markdown parser gave {token.type} no lines")
    return token.map[0], token.map[1]


def _top_level(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    group: list[Token] = []
    for token in tokens:
        group.append(token)
        if token.level == 0 and token.nesting <= 0:
            yield group
            group = []


def _enter(headings: tuple[str, ...], level: int, heading: str) -> tuple[str, ...]:
    return (*headings[: level - 2], heading.strip())


def _block(
    document: Document, lines: _Lines, group: list[Token], headings: tuple[str, ...], ordinal: int
) -> Block | None:
    token = group[0]
    region = lines.lines(token)
    if token.type in {"hr", "html_block"} or region.start == region.end:
        return None
    kind, label = _kind(document.text, token, region, headings)
    return Block(document.id, ordinal, kind, region.start, region.end, headings, label)


def _kind(text: str, token: Token, region: _Region, headings: tuple[str, ...]) -> tuple[str, str]:
    """Return a block's kind and label from its own marker or the heading it stands under."""
    name, _, label = (headings[-1] if headings else "").partition(":")
    under = HEADING_KINDS.get(name.lower(), "")
    label = label.strip()
    match token.type:
        case "paragraph_open":
            marker = _MARKER.match(text, region.start, region.end)
            if marker:
                kind = marker["name"].lower()
                return _MARKER_KINDS.get(kind, kind), (marker["label"] or "").strip()
            return "paragraph", ""
        case "ordered_list_open":
            return "steps", label if under == "steps" else ""
        case "bullet_list_open":
            return (under, label) if under in {"do", "dont", "checklist"} else ("list", "")
        case "table_open":
            return ("comparison", label) if under == "comparison" else ("table", "")
        case "fence" | "code_block":
            return ("template", label) if under == "template" else ("code", "")
        case _:
            return "quote", ""


def _retype_saying(blocks: list[Block], units: list[Unit], headings: tuple[str, ...]) -> None:
    """Turn the quote above a `**Meaning:**` paragraph into the saying that it is."""
    for position in range(len(blocks) - 1, -1, -1):
        block = blocks[position]
        if block.headings != headings or block.kind not in SAYING_PARTS | {"quote"}:
            return
        if block.kind == "quote":
            at = [i for i, unit in enumerate(units) if unit.block == block.ordinal]
            blocks[position] = replace(block, kind="saying")
            for i in at:
                units[i] = replace(units[i], kind="saying")
            return


def _units(text: str, lines: _Lines, group: list[Token], block: Block) -> Iterator[Unit]:
    token = group[0]
    if token.type == "paragraph_open":
        yield from _paragraph_units(text, lines.region(group[1]), block)
    elif token.type == "table_open":
        yield from _row_units(lines, group, block)
    elif token.type in {"fence", "code_block"}:
        yield from _code_units(text, block)
    else:
        kind = _ITEM_KINDS.get(block.kind, block.kind)
        for inline in (token for token in group if token.type == "inline"):
            region = lines.region(inline)
            checkbox = _CHECKBOX.match(text, region.start, region.end)
            start = checkbox.end() if checkbox else region.start
            if start < region.end:
                yield Unit(start, region.end, kind, block.ordinal)


def _paragraph_units(text: str, region: _Region, block: Block) -> Iterator[Unit]:
    """Yield a paragraph's sentences; a metric's lines and a myth stay whole."""
    position, kind = region.start, "sentence" if block.kind == "paragraph" else block.kind
    while position < region.end:
        marker = _MARKER.match(text, position, region.end)
        if marker:
            position = marker.end()
            name = marker["name"].lower()
            kind = _MARKER_KINDS.get(name, name)
        following = _next_marker(text, position, region.end)
        if kind in {"metric", "myth"}:
            spans = _line_spans(text, position, following)
        else:
            spans = sentences(text, position, following)
        yield from (Unit(start, end, kind, block.ordinal) for start, end in spans)
        position = following


def _next_marker(text: str, position: int, end: int) -> int:
    while (newline := text.find("\n", position, end)) != -1:
        position = newline + 1
        if _MARKER.match(text, position, end):
            return position
    return end


def _line_spans(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    for match in re.finditer(r"\S[^\n]*", text[start:end]):
        yield start + match.start(), start + match.start() + len(match[0].rstrip())


def _row_units(lines: _Lines, group: list[Token], block: Block) -> Iterator[Unit]:
    """Yield the body rows of a table, without the header."""
    in_body = False
    for token in group:
        in_body = in_body or token.type == "tbody_open"
        if in_body and token.type == "tr_open":
            region = lines.lines(token)
            if region.start < region.end:  # a line of nothing but a control character is a row
                yield Unit(region.start, region.end, "row", block.ordinal)


def _code_units(text: str, block: Block) -> Iterator[Unit]:
    """Yield what stands between the fences, as one unit."""
    body = text[block.start : block.end]
    fenced = re.match(r"(`{3,}|~{3,})[^\n]*\n(.*?)\n?[ \t]*\1[`~]*\Z", body, re.DOTALL)
    start, end = fenced.span(2) if fenced else (0, len(body))
    if start < end:
        yield Unit(block.start + start, block.start + end, block.kind, block.ordinal)
