"""Parts to Markdown: numbered citations, through a template.

An answer is template text, the handbook's titles and headings, and quotes; every quote is
`text[start:end]` of the cited version of its document, and stands so in the Markdown.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

from jinja2 import Environment, PackageLoader, StrictUndefined

from assistant.errors import QuoteError
from assistant.material import DISAGREES, Composition, Part, Region
from assistant.types import Citation, Kind, More, Section, Status
from corpus.review import last_read, review_due
from corpus.tables import table_columns
from corpus.types import Document
from index.lexical import terms

_BLANK_LINES = re.compile(r"\n(?:[ \t]*\n)+")


@dataclass(frozen=True, slots=True)
class Cited:
    """A quote as templates see it."""

    text: str
    number: int
    view: bool


@dataclass(frozen=True, slots=True)
class CitedPart:
    """A part as templates see it."""

    label: str
    quotes: tuple[Cited, ...]
    whole: bool


@dataclass(frozen=True, slots=True)
class Place:
    """Citations under one heading; the heading is empty above the first."""

    numbers: tuple[int, ...]
    heading: str


@dataclass(frozen=True, slots=True)
class Source:
    """Citations of one document, for the list of sources; dates as in `2026-11-20`, or empty."""

    title: str
    places: tuple[Place, ...]
    checked: str = ""
    due: str = ""


class Renderer:
    """Templates of all kinds, compiled once."""

    def __init__(self) -> None:
        environment = Environment(
            loader=PackageLoader("assistant", "templates"),
            autoescape=False,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._more = environment.get_template("_more.md")
        self._templates = {
            name.partition(".")[0]: environment.get_template(name)
            for name in environment.list_templates(
                filter_func=lambda name: not name.startswith("_")
            )
        }

    @property
    def kinds(self) -> Set[str]:
        """What there are templates for."""
        return self._templates.keys()

    def answer(
        self,
        composition: Composition,
        documents: Mapping[str, Document],
        status: Status,
        words: Sequence[str],
        telling: Set[str],
        overdue: Set[str] = frozenset(),
        *,
        doubtful: bool = False,
    ) -> tuple[str, tuple[Citation, ...]]:
        """Return an answer's Markdown and its citations, numbered in order of appearance.

        Args:
            composition: what to quote.
            documents: the build's documents by id.
            status: answered or partial, which says so in front.
            words: the question's words of content, for saying which a partial answer lacks.
            telling: those of them that are worth naming.
            overdue: documents past their review; an answer from one of them says when each of its
                sources was checked, and so does one whose sources disagree.
            doubtful: a partial answer is more likely beside the question than not.

        Raises:
            QuoteError: a quote does not stand in the Markdown as it does in its document.
        """
        citing = _Citing(documents)
        lead = tuple(citing.cite(region) for region in composition.lead)
        parts = tuple(citing.cite_part(part) for part in composition.parts)
        covered = _covered(words, citing.citations)
        disagree = any(part.label == DISAGREES for part in composition.parts)
        dated = disagree or any(one.document_id in overdue for one in citing.citations)
        markdown = self._templates[composition.kind.value].render(
            lead=lead,
            parts=parts,
            rule=composition.rule,
            sources=_sources(citing.citations, documents if dated else {}, overdue),
            partial=status is Status.PARTIAL,
            beside=doubtful or not covered,
            about=_about(composition, documents),
            missing=[word for word in dict.fromkeys(words) if word in telling - {*covered}],
        )
        return _whole(markdown, citing)

    def more(
        self, regions: Sequence[Region], documents: Mapping[str, Document], first: int
    ) -> More | None:
        """Return quotes beside an answer, numbered from `first`; none if there are no regions.

        Raises:
            QuoteError: a quote does not stand in the Markdown as it does in its document.
        """
        if not regions:
            return None
        citing = _Citing(documents, first)
        quotes = tuple(citing.cite(region) for region in regions)
        markdown = self._more.render(quotes=quotes, sources=_sources(citing.citations))
        return More(*_whole(markdown, citing))

    def without_quotes(self, kind: Kind, language: str | None) -> str:
        """Return what is said to a question that no handbook is needed for."""
        return _tidy(self._templates[kind.value].render(language=language))

    def no_answer(
        self,
        status: Status,
        searched: Sequence[str],
        missing: Sequence[str],
        nearest: Sequence[Section],
    ) -> str:
        """Return what was looked for, what stands nowhere in the handbook, and where to read on."""
        markdown = self._templates["no_answer"].render(
            out_of_scope=status is Status.OUT_OF_SCOPE,
            searched=list(dict.fromkeys(searched)),
            missing=missing,
            nearest=nearest,
        )
        return _tidy(markdown)


def _covered(words: Sequence[str], citations: Sequence[Citation]) -> list[str]:
    """Return the words whose stems stand in what is cited, or in its title or headings."""
    text = " ".join(" ".join((one.title, *one.headings, one.text)) for one in citations)
    cited = frozenset(terms(text))
    return [word for word in dict.fromkeys(words) if cited.issuperset(terms(word))]


def _about(composition: Composition, documents: Mapping[str, Document]) -> str:
    """Return the heading of the first quote, or of the block below it from its own section."""
    region = composition.quoted[0]
    if composition.parts and composition.parts[0].whole:
        block = composition.parts[0].regions[0]
        if (block.document_id, block.headings[:1]) == (region.document_id, region.headings[:1]):
            region = block
    return (region.headings or (documents[region.document_id].title,))[-1]


class _Citing:
    """Numbers quotes in the order of their first appearance."""

    def __init__(self, documents: Mapping[str, Document], first: int = 1) -> None:
        self._documents = documents
        self._first = first
        self.citations: list[Citation] = []
        self.shown: list[str] = []
        """Each quote as it is shown: of a wide table those columns that were asked for."""

    def cite(self, region: Region) -> Cited:
        known = (region.document_id, region.start, region.end)
        for citation, shown in zip(self.citations, self.shown, strict=True):
            if (citation.document_id, citation.start, citation.end) == known:
                return Cited(shown, citation.number, region.view)
        document = self._documents[region.document_id]
        citation = Citation(
            number=self._first + len(self.citations),
            document_id=document.id,
            title=document.title,
            headings=region.headings,
            sha256=document.sha256,
            start=region.start,
            end=region.end,
            text=document.text[region.start : region.end],
        )
        columns = region.columns
        self.citations.append(citation)
        self.shown.append(table_columns(citation.text, columns) if columns else citation.text)
        return Cited(self.shown[-1], citation.number, region.view)

    def cite_part(self, part: Part) -> CitedPart:
        return CitedPart(part.label, tuple(map(self.cite, part.regions)), part.whole)


def _sources(
    citations: Sequence[Citation],
    dated: Mapping[str, Document] | None = None,
    overdue: Set[str] = frozenset(),
) -> list[Source]:
    """Return the documents that are cited, with their headings; those of `dated` with dates.

    Of the headings over a quote the last is enough: a document has no two alike.
    """
    grouped: dict[tuple[str, str], dict[str, list[int]]] = {}
    for one in citations:
        places = grouped.setdefault((one.document_id, one.title), {})
        places.setdefault("".join(one.headings[-1:]), []).append(one.number)
    return [
        Source(
            title,
            tuple(Place(tuple(numbers), heading) for heading, numbers in places.items()),
            *_dates((dated or {}).get(id_), id_ in overdue),
        )
        for (id_, title), places in grouped.items()
    ]


def _dates(document: Document | None, overdue: bool) -> tuple[str, str]:
    """Return when a document was last checked, and since when its review is due."""
    if document is None:
        return "", ""
    return last_read(document.metadata), str(review_due(document.metadata)) if overdue else ""


def _whole(markdown: str, citing: _Citing) -> tuple[str, tuple[Citation, ...]]:
    """Return tidied Markdown and what it cites.

    Raises:
        QuoteError: a template has left out a quote, or has changed it.
    """
    tidied = _tidy(markdown, citing.shown)
    for one, shown in zip(citing.citations, citing.shown, strict=True):
        if shown not in tidied:
            raise QuoteError(
                f"The quote [{one.number}] does not stand in the answer as it does at {one.start}:"
                f"{one.end} of {one.document_id}: {shown!r}. Mend the template."
            )
    return tidied, tuple(citing.citations)


def _tidy(markdown: str, quotes: Sequence[str] = ()) -> str:
    """Return Markdown with single blank lines where the template left more; quotes as they are."""
    longest_first = sorted(quotes, key=len, reverse=True)
    either = "|".join(map(re.escape, longest_first)) or r"(?!)"
    parts = re.split(f"({either})", markdown.strip("\n"))
    parts[::2] = [_BLANK_LINES.sub("\n\n", part) for part in parts[::2]]
    return "".join(parts) + "\n"
