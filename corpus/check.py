"""`itsm corpus check`: what a handbook must keep to, each finding with file, line and remedy.

The rules are those of corpus/README.md. Nothing here makes vectors: which passages say nearly the
same comes from whoever has an index.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Annotated, Any, Literal

import msgspec

from corpus.blocks import HEADING_KINDS, SAYING_PARTS, heading_anchor, link_target, plain_text
from corpus.coverage import missing_facts
from corpus.reader import FRONT_MATTER
from corpus.rules import Rules
from corpus.spelling import misspelt
from corpus.types import Block, Document, Handbook, Passage

NEAR_DUPLICATE = 0.95
"""Passages of two documents with a higher cosine say the same."""


_Text = Annotated[str, msgspec.Meta(min_length=1)]


@dataclass(frozen=True, slots=True)
class _Source:
    title: _Text
    url: _Text
    seen: _Text


_Date = Annotated[str, msgspec.Meta(pattern=r"^\d{4}-\d{2}(-\d{2})?$")]
# What the community's own documents keep to beyond the forms that reading asks of any.
_STRICTER: Mapping[str, Any] = {
    "as_of": _Date,
    "verified": _Date,
    "sources": list[_Source],
    "aliases": Annotated[list[str], msgspec.Meta(max_length=6)],
    "scope": Literal["organisation-specific"],
}
_REQUIRED = ("summary", "as_of", "verified", "sources")
_ID = re.compile(r"[A-Z]\d+")
_SUMMARY_WORDS = 25
_SECTION_WORDS = (60, 200)
_LIST_ITEMS = 9
_HEADING = re.compile(r"^(#{1,6}) +(.*)$")
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_DANGLING = re.compile(
    r"(?:It|This(?! handbook)|That|They|These|Those|He|She|Such|However|Therefore)\b"
)
_ACRONYM = re.compile(r"(?<![\w./-])[A-Z][A-Z0-9]{1,5}s?(?![\w/-])")
_PLACEHOLDER = re.compile(r"\[[^\]\n]+\]")
_METRIC_LINES = ("Formula:", "Unit:", "Example:", "Watch out:")
_WORKED_EXAMPLE = re.compile(r"^Example:.*\d", re.MULTILINE)
_PROSE = frozenset({"paragraph", "definition", "why", "example", "view"})
_RUNNING_TEXT = frozenset({"paragraph", "view"})
# What a document of the section `practices` has: by a heading, or by a block of that kind.
_PRACTICE: Mapping[str, tuple[re.Pattern[str], str]] = {
    "definition": (re.compile(r"(?!)"), "definition"),
    "purpose": (re.compile(r"(?i)\bpurpose\b"), ""),
    "key activities": (
        re.compile(r"(?i)^key activities\b|^how .* (handled|carried out)$"),
        "steps",
    ),
    "roles": (re.compile(r"(?i)^who\b|\broles\b"), ""),
    "inputs and outputs": (re.compile(r"(?i)\binputs(,| and) outputs\b"), ""),
    "metrics": (re.compile(r"(?i)\bmetrics\b|\bmeasured?s?\b"), "metric"),
    "common mistakes": (re.compile(r"(?i)\bcommon mistakes\b"), ""),
}
# Codes (BAI06, SEV1, P3) and names in capitals that nobody spells out.
_CODE = re.compile(r"[A-Z]{2,3}\d{1,2}|[A-Z]\d")
_NAMES = frozenset(
    "AND OR NOT OK US UK EU IT ID AM PM II III IV ADGM ADKAR BP BS CPS DIFC GNU HEAT ISM ITEMO "
    "ITSM24 JTC OSS OTOBO PHP PINK14 RT SITS SMAX SMB SP SURVUZ TASK TSB".split()
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule that a document breaks; the line counts in the file, from 1."""

    path: str
    line: int
    message: str

    def __str__(self) -> str:
        """Return the finding as compilers print theirs."""
        return f"{self.path}:{self.line}: {self.message}"


def check_handbook(
    handbook: Handbook,
    rules: Rules,
    similar: Iterable[tuple[Passage, Passage, float]] = (),
) -> list[Finding]:
    """Return everything in a handbook that breaks a rule, in reading order.

    Args:
        handbook: what is checked.
        rules: the reviewed exceptions and the outline.
        similar: passages of two documents with a cosine above `NEAR_DUPLICATE`, and the cosine.

    Raises:
        CorpusError: codespell is not installed.
    """
    documents = {document.id: document for document in handbook.documents}
    anchors = {
        one.path: {heading_anchor(heading) for _, _, heading in _heading_lines(one)}
        for one in handbook.documents
    }
    glossary = _glossary(handbook)
    blocks: dict[str, list[Block]] = {document.id: [] for document in handbook.documents}
    for block in handbook.blocks:
        blocks[block.document_id].append(block)
    findings: list[Finding] = []
    for document in handbook.documents:
        own = blocks[document.id]
        findings.extend(_front_matter(document, documents))
        findings.extend(_headings(document, own))
        findings.extend(_links(document, anchors))
        findings.extend(_blocks(document, own))
        findings.extend(_openings(document, own))
        findings.extend(_sections(document, own))
        findings.extend(_practice(document, own))
        findings.extend(_acronyms(document, glossary))
        findings.extend(_spelling(document, rules))
        findings.extend(_outline(document, rules))
    findings.extend(_unasked(handbook, documents))
    findings.extend(_duplicates(similar, documents, rules))
    return findings


# --- front matter, headings, links ----------------------------------------------------------


def _front_matter(document: Document, documents: Mapping[str, Document]) -> Iterator[Finding]:
    metadata = document.metadata
    if not _ID.fullmatch(document.id):
        yield _first(document, f"the id is {document.id!r}. Give it the next free one, as in D200.")
    for name in _REQUIRED:
        if not metadata.get(name):
            yield _first(document, f"the front matter has no `{name}`. Add it.")
    for name in sorted(metadata.keys() - FRONT_MATTER.keys()):
        known = ", ".join(FRONT_MATTER)
        yield _first(document, f"the front matter has `{name}`. Remove it; known: {known}.")
    yield from _values(document)
    for other in metadata.get("related", []):
        if other not in documents:
            yield _first(document, f"`related` names {other}, which is no document. Remove it.")


def _values(document: Document) -> Iterator[Finding]:
    for name, form in _STRICTER.items():
        if value := document.metadata.get(name):
            try:
                msgspec.convert(value, form)
            except msgspec.ValidationError as error:
                yield _first(document, f"`{name}` is {value!r} ({error}). Give it that form.")
    words = len(document.metadata.get("summary", "").split())
    if words > _SUMMARY_WORDS:
        message = f"the summary has {words} words, the most is {_SUMMARY_WORDS}. Shorten it."
        yield _first(document, message)


def _headings(document: Document, blocks: Sequence[Block]) -> Iterator[Finding]:
    seen: dict[str, int] = {}
    titles = 0
    kinds = {(block.headings[-1], block.kind) for block in blocks if block.headings}
    for line, level, heading in _heading_lines(document):
        anchor = heading_anchor(heading)
        if level == 1:
            titles += 1
            if heading != document.title:
                message = (
                    f"the H1 {heading!r} is not the title {document.title!r}. Make them equal."
                )
                yield Finding(document.path, line, message)
        if level > 3:
            yield Finding(document.path, line, "a heading is at most of level 3. Raise it.")
        if anchor in seen:
            message = f"{heading!r} is also the heading of line {seen[anchor]}. Rename one."
            yield Finding(document.path, line, message)
        name, colon, _ = heading.partition(":")
        kind = HEADING_KINDS.get(name.lower(), "") if colon else ""
        if kind and (heading, kind) not in kinds:
            message = f"there is no block `{kind}` below {heading!r}. Add it or rename the heading."
            yield Finding(document.path, line, message)
        seen[anchor] = line
    if titles != 1:
        yield _first(document, f"there are {titles} H1 headings. Keep one, the title.")


def _links(document: Document, anchors: Mapping[str, set[str]]) -> Iterator[Finding]:
    for match in _LINK.finditer(document.text):
        if "://" in match[1].partition("#")[0]:
            continue
        path, anchor = link_target(match[1], document.path)
        if path not in anchors or (anchor and anchor not in anchors[path]):
            message = f"the link to {match[1]} leads nowhere. Name a document and a heading of it."
            yield _at(document, match.start(), message)


# --- blocks and sections --------------------------------------------------------------------


def _blocks(document: Document, blocks: Sequence[Block]) -> Iterator[Finding]:
    parts = {(block.label, block.kind) for block in blocks}
    for block in blocks:
        text = document.text[block.start : block.end]
        for message in (*_form(block, text), *_size(block, text)):
            yield _at(document, block.start, message)
        if block.kind == "meaning":
            for part in sorted(
                SAYING_PARTS - {kind for label, kind in parts if label == block.label}
            ):
                message = f"the saying {block.label!r} has no part `{part}`. Add it."
                yield _at(document, block.start, message)


def _form(block: Block, text: str) -> Iterator[str]:
    """Yield what a typed block lacks of its convention."""
    if block.kind == "template" and not _PLACEHOLDER.search(text):
        yield "the template has no [placeholder]. Add some."
    if block.kind == "metric":
        missing = [name for name in _METRIC_LINES if f"\n{name}" not in text]
        yield from (f"the metric has no line `{name}`. Add it." for name in missing)
        if "Example:" not in missing and not _WORKED_EXAMPLE.search(text):
            yield "the example of the metric has no number. Work it out."
    if block.kind == "comparison" and not text.startswith("| Aspect |"):
        yield "the first column of a comparison is `Aspect`. Name it so."
    if block.kind in {"table", "comparison"}:
        cells = text.partition("\n")[0].strip().strip("|").split("|")
        if len(cells) < 2 or not all(cell.strip() for cell in cells):
            yield "the table has a column without a heading, or only one column. Name each column."
    if block.kind == "myth" and "\n**Fact:**" not in text:
        yield "the myth has no `**Fact:**` below it. Add it."


def _size(block: Block, text: str) -> Iterator[str]:
    """Yield what makes a block too long to be read at a glance."""
    words, most = len(plain_text(text).split()), _SECTION_WORDS[1]
    if block.kind in _PROSE and words > most:
        yield f"the paragraph has {words} words, the most is {most}. Split it."
    if block.kind in {"list", "do", "dont", "steps"}:
        items = len(re.findall(r"(?m)^(?:[-*+]|\d+[.)]) ", text))
        if items > _LIST_ITEMS:
            yield f"the list has {items} items, the most is {_LIST_ITEMS}. Split it."


def _openings(document: Document, blocks: Sequence[Block]) -> Iterator[Finding]:
    """Find sections that open with a word that points out of them."""
    for _, group in groupby(blocks, key=lambda block: block.headings):
        block = next(group)
        opening = plain_text(document.text[block.start : block.end])
        if block.kind in _PROSE and _DANGLING.match(opening):
            message = f"the section opens with {opening.split()[0]!r}. Name the subject."
            yield _at(document, block.start, message)


def _sections(document: Document, blocks: Sequence[Block]) -> Iterator[Finding]:
    """Find sections of mostly running text that are too short or too long."""
    least, most = _SECTION_WORDS
    for headings, group in groupby(blocks, key=lambda block: block.headings[:1]):
        own = list(group)
        lengths = [len(plain_text(document.text[b.start : b.end]).split()) for b in own]
        words = sum(lengths)
        running = sum(n for n, b in zip(lengths, own, strict=True) if b.kind in _RUNNING_TEXT)
        name = headings[0] if headings else document.title
        if running * 2 > words and words < least:
            message = f"the section {name!r} has {words} words, the least is {least}. Say more."
            yield _at(document, own[0].start, message)
        if running > most:
            message = f"the section {name!r} has {running} words, the most is {most}. Split it."
            yield _at(document, own[0].start, message)


def _practice(document: Document, blocks: Sequence[Block]) -> Iterator[Finding]:
    """Find what the document of a practice does not have."""
    if document.section != "practices":
        return
    headings = [heading for _, level, heading in _heading_lines(document) if level > 1]
    kinds = {block.kind for block in blocks}
    for part, (pattern, kind) in _PRACTICE.items():
        if kind not in kinds and not any(pattern.search(heading) for heading in headings):
            yield _first(document, f"the practice has no {part}. Add a section with that heading.")


# --- words ----------------------------------------------------------------------------------


def _acronyms(document: Document, glossary: frozenset[str]) -> Iterator[Finding]:
    reported: set[str] = set()
    for match in _ACRONYM.finditer(document.text):
        acronym = match[0].removesuffix("s")
        spelt_out = acronym in glossary or f"({acronym}" in document.text
        known = spelt_out or acronym in _NAMES or bool(_CODE.fullmatch(acronym))
        if not known and acronym not in reported and not _in_template(document, match.start()):
            reported.add(acronym)
            message = f"{acronym} is neither in the glossary nor spelt out. Spell it out once."
            yield _at(document, match.start(), message)


def _glossary(handbook: Handbook) -> frozenset[str]:
    labels = (block.label for block in handbook.blocks if block.kind == "definition")
    return frozenset(word for label in labels for word in re.findall(r"[A-Z][A-Z0-9]+", label))


def _in_template(document: Document, position: int) -> bool:
    return document.text[:position].count("\n```") % 2 == 1


def _spelling(document: Document, rules: Rules) -> Iterator[Finding]:
    for position, word, right in misspelt(document.text, rules):
        message = (
            f"{word!r} is spelt {right!r}. Write that, or list it in corpus/rules/spelling.yaml."
        )
        yield _at(document, position, message)


# --- the handbook as a whole ----------------------------------------------------------------


def _outline(document: Document, rules: Rules) -> Iterator[Finding]:
    for fact in missing_facts(document, rules.outline.get(document.id, ())):
        message = (
            f"no section states the key fact {fact!r}. State it, or change its words in "
            "corpus/rules/outline.yaml."
        )
        yield _first(document, message)


def _unasked(handbook: Handbook, documents: Mapping[str, Document]) -> Iterator[Finding]:
    asked = {one.passage_id for one in handbook.asked}
    for passage in handbook.passages:
        document = documents[passage.document_id]
        if document.section != "glossary" and passage.headings and passage.id not in asked:
            message = f"nobody asks for {passage.headings[-1]!r} in the .asked.yaml. Add questions."
            yield _at(document, passage.start, message)


def _duplicates(
    similar: Iterable[tuple[Passage, Passage, float]],
    documents: Mapping[str, Document],
    rules: Rules,
) -> Iterator[Finding]:
    for one, other, cosine in similar:
        places = [f"{p.document_id} {p.headings[-1] if p.headings else ''}" for p in (one, other)]
        if frozenset(places) in rules.duplicates:
            continue
        message = (
            f"{places[0]!r} says nearly the same as {places[1]!r} (cosine {cosine:.3f}). Say it in "
            "one place, or list both in corpus/rules/duplicates.yaml with the reason."
        )
        yield _at(documents[one.document_id], one.start, message)


# --- places ---------------------------------------------------------------------------------


def _first(document: Document, message: str) -> Finding:
    return Finding(document.path, 1, message)


def _at(document: Document, position: int, message: str) -> Finding:
    line = document.first_line + document.text.count("\n", 0, position)
    return Finding(document.path, line, message)


def _heading_lines(document: Document) -> Iterator[tuple[int, int, str]]:
    """Yield line, level and text of each heading."""
    fenced = False
    for line, content in enumerate(document.text.split("\n"), document.first_line):
        fenced = fenced != content.startswith("```")
        match = _HEADING.match(content)
        if match and not fenced:
            yield line, len(match[1]), match[2].strip()
