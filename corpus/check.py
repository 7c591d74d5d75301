"""`itsm corpus check`: what a handbook must keep to, each finding with file, line and remedy.

The rules are those of corpus/README.md. Nothing here needs vectors.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpus.blocks import heading_anchor, parse_blocks, plain_text
from corpus.types import Block, Document, Handbook

_REQUIRED = ("summary", "as_of", "verified", "sources")
_SUMMARY_WORDS = 25
_ALIASES = 6
_LIST_ITEMS = 9
_PARAGRAPH_WORDS = 200
_DATE = re.compile(r"\d{4}-\d{2}(-\d{2})?")
_HEADING = re.compile(r"^(#{1,6}) +(.*)$")
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_DANGLING = re.compile(
    r"(?:It|This(?! handbook)|That|They|These|Those|He|She|Such|However|Therefore)\b"
)
_ACRONYM = re.compile(r"(?<![\w./-])[A-Z][A-Z0-9]{1,5}s?(?![\w/-])")
_PLACEHOLDER = re.compile(r"\[[^\]\n]+\]")
_METRIC_LINES = ("Formula:", "Unit:", "Example:", "Watch out:")
_PROSE = frozenset({"paragraph", "definition", "why", "example", "view"})
# Codes (BAI06, SEV1, P3) and names in capitals that nobody spells out.
_CODE = re.compile(r"[A-Z]{2,3}\d{1,2}|[A-Z]\d")
_NAMES = frozenset(
    "AND OR NOT OK US UK EU IT ID AM PM II III IV ADGM ADKAR BP BS CPS DIFC GNU HEAT ISM ITEMO "
    "ITSM24 JTC OSS OTOBO PHP PINK14 RT SITS SMAX SMB SP SURVUZ TASK TSB".split()
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule that a document breaks."""

    path: str
    line: int
    message: str

    def __str__(self) -> str:
        """Return the finding as compilers print theirs."""
        return f"{self.path}:{self.line}: {self.message}"


def check_handbook(handbook: Handbook) -> list[Finding]:
    """Return everything in a handbook that breaks a rule, in reading order."""
    documents = {document.id: document for document in handbook.documents}
    glossary = _glossary(handbook)
    asked = {one.passage_id for one in handbook.asked}
    findings: list[Finding] = []
    for document in handbook.documents:
        blocks, _ = parse_blocks(document)
        findings.extend(_front_matter(document))
        findings.extend(_references(document, documents))
        findings.extend(_headings(document))
        findings.extend(_links(document, documents))
        findings.extend(_blocks(document, blocks))
        findings.extend(_openings(document, blocks))
        findings.extend(_acronyms(document, glossary))
    findings.extend(_unasked(handbook, asked))
    return findings


def statistics(handbook: Handbook) -> dict[str, Any]:
    """Return documents, words, passages, spans and typed blocks, in all and by section."""
    sections: dict[str, Counter[str]] = {}
    texts = {document.id: document for document in handbook.documents}
    for document in handbook.documents:
        counts = sections.setdefault(document.section, Counter())
        counts["documents"] += 1
        counts["words"] += len(plain_text(document.text).split())
    for passage in handbook.passages:
        sections[texts[passage.document_id].section]["passages"] += 1
    return {
        "documents": len(handbook.documents),
        "words": sum(counts["words"] for counts in sections.values()),
        "passages": len(handbook.passages),
        "spans": len(handbook.spans),
        "asked questions": len(handbook.asked),
        "blocks": dict(Counter(block.kind for block in handbook.blocks).most_common()),
        "sections": {name: dict(counts) for name, counts in sorted(sections.items())},
    }


def _front_matter(document: Document) -> Iterator[Finding]:
    metadata = document.metadata
    for name in _REQUIRED:
        if not metadata.get(name):
            yield _first(document, f"the front matter has no `{name}`. Add it.")
    words = len(str(metadata.get("summary", "")).split())
    if words > _SUMMARY_WORDS:
        message = f"the summary has {words} words, the most is {_SUMMARY_WORDS}. Shorten it."
        yield _first(document, message)
    for name in ("as_of", "verified"):
        if metadata.get(name) and not _DATE.fullmatch(str(metadata[name])):
            message = f"`{name}` is {metadata[name]!r}, expected a date like 2026-11-22."
            yield _first(document, message)
    if len(metadata.get("aliases") or []) > _ALIASES:
        message = f"there are more than {_ALIASES} aliases. Keep the real synonyms."
        yield _first(document, message)


def _references(document: Document, documents: Mapping[str, Document]) -> Iterator[Finding]:
    for source in document.metadata.get("sources") or []:
        if not isinstance(source, dict) or not {"title", "url", "seen"} <= set(source):
            yield _first(document, f"the source {source!r} needs title, url and seen.")
    for other in document.metadata.get("related") or []:
        if other not in documents:
            yield _first(document, f"`related` names {other}, which is no document. Remove it.")


def _first(document: Document, message: str) -> Finding:
    return Finding(document.path, 1, message)


def _headings(document: Document) -> Iterator[Finding]:
    seen: dict[str, int] = {}
    titles = 0
    for number, level, heading in _heading_lines(document.text):
        anchor = heading_anchor(heading)
        if level == 1:
            titles += 1
            if heading != document.title:
                message = (
                    f"the H1 {heading!r} is not the title {document.title!r}. Make them equal."
                )
                yield Finding(document.path, number, message)
        if level > 3:
            yield Finding(document.path, number, "a heading is at most of level 3. Raise it.")
        if anchor in seen:
            message = f"{heading!r} is also the heading of line {seen[anchor]}. Rename one."
            yield Finding(document.path, number, message)
        seen[anchor] = number
    if titles != 1:
        yield Finding(document.path, 1, f"there are {titles} H1 headings, expected one.")


def _links(document: Document, documents: Mapping[str, Document]) -> Iterator[Finding]:
    anchors = {
        one.path: {heading_anchor(h) for _, _, h in _heading_lines(one.text)}
        for one in documents.values()
    }
    for match in _LINK.finditer(document.text):
        target, _, anchor = match[1].partition("#")
        if "://" in target:
            continue
        path = document.path
        if target:
            path = _relative(Path(document.path).parent / target)
        if path not in anchors or (anchor and anchor not in anchors[path]):
            message = f"the link to {match[1]} leads nowhere. Mend it."
            yield Finding(document.path, _line(document, match.start()), message)


def _blocks(document: Document, blocks: list[Block]) -> Iterator[Finding]:
    for block in blocks:
        text = document.text[block.start : block.end]
        for message in (*_form(block, text), *_size(block, text)):
            yield Finding(document.path, _line(document, block.start), message)


def _form(block: Block, text: str) -> Iterator[str]:
    """Yield what a typed block lacks of its convention."""
    if block.kind == "template" and not _PLACEHOLDER.search(text):
        yield "the template has no [placeholder]. Add some."
    if block.kind == "metric":
        missing = (name for name in _METRIC_LINES if f"\n{name}" not in text)
        yield from (f"the metric has no line `{name}`. Add it." for name in missing)
    if block.kind == "comparison" and not text.startswith("| Aspect |"):
        yield "the first column of a comparison is `Aspect`. Name it so."
    if block.kind == "myth" and "\n**Fact:**" not in text:
        yield "the myth has no `**Fact:**` below it. Add it."


def _size(block: Block, text: str) -> Iterator[str]:
    """Yield what makes a block too long to be read at a glance."""
    words = len(plain_text(text).split())
    if block.kind in _PROSE and words > _PARAGRAPH_WORDS:
        yield f"the paragraph has {words} words, the most is {_PARAGRAPH_WORDS}. Split it."
    if block.kind in {"list", "do", "dont", "steps"}:
        items = len(re.findall(r"(?m)^(?:[-*+]|\d+[.)]) ", text))
        if items > _LIST_ITEMS:
            yield f"the list has {items} items, the most is {_LIST_ITEMS}. Split it."


def _openings(document: Document, blocks: list[Block]) -> Iterator[Finding]:
    """Find sections that open with a word that points out of them."""
    headings: tuple[str, ...] | None = None
    for block in blocks:
        if block.headings != headings and block.kind in _PROSE:
            opening = plain_text(document.text[block.start : block.end])
            if _DANGLING.match(opening):
                message = f"the section opens with {opening.split()[0]!r}. Name the subject."
                yield Finding(document.path, _line(document, block.start), message)
        headings = block.headings


def _acronyms(document: Document, glossary: frozenset[str]) -> Iterator[Finding]:
    reported: set[str] = set()
    for match in _ACRONYM.finditer(document.text):
        acronym = match[0].removesuffix("s")
        spelt_out = acronym in glossary or f"({acronym}" in document.text
        known = spelt_out or acronym in _NAMES or bool(_CODE.fullmatch(acronym))
        if not known and acronym not in reported and not _in_template(document, match.start()):
            reported.add(acronym)
            message = f"{acronym} is neither in the glossary nor spelt out. Spell it out once."
            yield Finding(document.path, _line(document, match.start()), message)


def _unasked(handbook: Handbook, asked: set[str]) -> Iterator[Finding]:
    sections = {document.id: document for document in handbook.documents}
    for passage in handbook.passages:
        document = sections[passage.document_id]
        if document.section != "glossary" and passage.headings and passage.id not in asked:
            message = f"nobody asks for {passage.headings[-1]!r} in the .asked.yaml. Add questions."
            yield Finding(document.path, _line(document, passage.start), message)


def _glossary(handbook: Handbook) -> frozenset[str]:
    labels = (block.label for block in handbook.blocks if block.kind == "definition")
    return frozenset(word for label in labels for word in re.findall(r"[A-Z][A-Z0-9]+", label))


def _in_template(document: Document, position: int) -> bool:
    return document.text[:position].count("\n```") % 2 == 1


def _heading_lines(text: str) -> Iterator[tuple[int, int, str]]:
    fenced = False
    for number, line in enumerate(text.split("\n"), 1):
        fenced = fenced != line.startswith("```")
        match = _HEADING.match(line)
        if match and not fenced:
            yield number, len(match[1]), match[2].strip()


def _relative(path: Path) -> str:
    parts: list[str] = []
    for part in path.parts:
        if part == "..":
            del parts[-1:]
        elif part != ".":
            parts.append(part)
    return "/".join(parts)


def _line(document: Document, position: int) -> int:
    """Return the line of a position in the text; the front matter is not counted."""
    return document.text.count("\n", 0, position) + 1
