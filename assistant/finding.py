"""Searching the handbook itself: places by name, and what was found as data and as lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from typing import Any

from assistant.errors import NotFoundError
from corpus.acronyms import Sense
from corpus.blocks import heading_anchor
from corpus.types import Document, Passage
from index.folding import Listed
from index.search import POOL, Index
from index.types import Hit
from index.why import Outcome, Trace

_SCORES = {
    "passage": "passage cosine",
    "span": "best span cosine",
    "asked": "best asked question",
    "bm25": "BM25",
}


def find_document(index: Index, document_id: str) -> Document:
    """Return a document by its id.

    Raises:
        NotFoundError: there is none.
    """
    try:
        return index.documents[document_id]
    except KeyError:
        raise NotFoundError(
            f"There is no document {document_id!r}. `/documents` lists all of them."
        ) from None


def find_passages(index: Index, place: str) -> Sequence[Passage]:
    """Return the passages of a document, of `document#section`, or the one of an id.

    A document goes by id, path or title, a section by heading or its anchor.

    Raises:
        NotFoundError: there is no such place.
    """
    for passage in index.passages:
        if passage.id == place:
            return [passage]
    name, _, section = place.partition("#")
    names = {name: one for one in index.documents.values() for name in (one.path, one.title)}
    document = names.get(name) or find_document(index, name)
    passages, anchor = index.passages_of(document.id), heading_anchor(section)
    found = [one for one in passages if not section or anchor in map(heading_anchor, one.headings)]
    if not found:
        known = dict.fromkeys(heading_anchor(one) for each in passages for one in each.headings)
        raise NotFoundError(
            f"There is no section {section!r} in {document.id}. Choose from: {', '.join(known)}."
        )
    return found


# --- as data --------------------------------------------------------------------------------


def listed_form(index: Index, listed: Listed) -> dict[str, Any]:
    """Return a listed passage as the API and the CLI give it."""
    return {
        **_hit_form(index, listed.hit),
        "also": [_place_form(index, passage) for passage in listed.also],
    }


def trace_form(index: Index, found: Trace) -> dict[str, Any]:
    """Return what became of a passage in a search as the CLI gives it."""
    return {
        "outcome": found.outcome,
        **_place_form(index, found.passage),
        "rank": found.rank,
        "pool": found.pool,
        "standings": {name: asdict(one) for name, one in found.standings.items()},
        "hit": _hit_form(index, found.hit) if found.hit else None,
        "last": _hit_form(index, found.last) if found.last else None,
        "costs": found.costs,
        "into": _place_form(index, found.into) if found.into else None,
    }


def sense_form(documents: Iterable[Document], sense: Sense) -> dict[str, Any]:
    """Return what an acronym stands for, and each quote that says so, as the CLI gives it."""
    texts = {document.id: document.text for document in documents}
    evidence = []
    for span in sense.spans:
        document_id = span.passage_id.rpartition("/")[0]
        evidence.append(
            {
                "document_id": document_id,
                "start": span.start,
                "end": span.end,
                "text": texts[document_id][span.start : span.end],
            }
        )
    return {"acronym": sense.acronym, "expansion": sense.expansion, "evidence": evidence}


def _hit_form(index: Index, hit: Hit) -> dict[str, Any]:
    passage = hit.passage
    text = index.documents[passage.document_id].text
    return {
        **_place_form(index, passage),
        "start": passage.start,
        "end": passage.end,
        "text": text[passage.start : passage.end],
        "score": hit.score,
        "dense_rank": hit.dense_rank,
        "lexical_rank": hit.lexical_rank,
        "components": asdict(hit.components),
    }


def _place_form(index: Index, passage: Passage) -> dict[str, Any]:
    return {
        "passage_id": passage.id,
        "document_id": passage.document_id,
        "title": index.documents[passage.document_id].title,
        "headings": passage.headings,
    }


# --- as lines -------------------------------------------------------------------------------


def listed_lines(index: Index, listed: Sequence[Listed], *, explain: bool) -> Iterator[str]:
    """Yield a line for each hit, with its near-duplicates and on demand its components below."""
    for number, one in enumerate(listed, 1):
        yield f"{number:>2}  {one.hit.score:.3f}  {_place(index, one.hit.passage)}"
        yield from (f"    also in {_place(index, passage)}" for passage in one.also)
        if explain:
            yield f"    {_explanation(one.hit)}"


def trace_lines(index: Index, found: Trace, k: int) -> Iterator[str]:
    """Yield what became of a passage, and the figures behind it."""
    yield _place(index, found.passage)
    yield _verdict(index, found, k)
    for name, label in _SCORES.items():
        standing = found.standings.get(name)
        if standing is None:
            yield f"    {label:<20} no embedded question asks for it"
            continue
        line = f"    {label:<20} {standing.score:>7.3f}, rank {standing.rank:>5}"
        if found.costs:
            own, last = (_norm(hit, name) for hit in (found.hit, found.last))
            line += f"; {own:.3f} against {last:.3f} costs {found.costs[name]:+.3f}"
        yield line


def _verdict(index: Index, found: Trace, k: int) -> str:
    match found.outcome:
        case Outcome.FILTERED:
            return "Filtered out: no passage of it is what the filters ask for."
        case Outcome.NOT_IN_POOL:
            return (
                f"Not in the pool: it is none of the {POOL} nearest by any of the four scores, "
                f"and {found.pool} other passages are ranked."
            )
        case Outcome.FOLDED if found.into:
            return (
                f"Folded: rank {found.rank} of {found.pool}, listed as the near-duplicate of "
                f"{_place(index, found.into)}."
            )
        case Outcome.FOUND:
            return f"Found: rank {found.rank} of {found.pool}, among the first {k}."
    dearest = max(found.costs or {}, key=lambda name: (found.costs or {})[name])
    last = f"{_place(index, found.last.passage)}, the last of {k}" if found.last else ""
    return (
        f"Outranked: rank {found.rank} of {found.pool}, behind {last}. "
        f"{_SCORES[dearest]} costs it most."
    )


def _norm(hit: Hit | None, name: str) -> float:
    return float(getattr(hit.components, f"{name}_norm")) if hit else 0.0


def _place(index: Index, passage: Passage) -> str:
    title = index.documents[passage.document_id].title
    return f"{passage.id}  {' > '.join((title, *passage.headings))}"


def _explanation(hit: Hit) -> str:
    parts = hit.components
    return (
        f"passage cosine {parts.passage_cosine:.3f} -> {parts.passage_norm:.3f} "
        f"(rank {hit.dense_rank}), best span cosine {parts.span_cosine:.3f} -> "
        f"{parts.span_norm:.3f}, best asked question {parts.asked_cosine:.3f} -> "
        f"{parts.asked_norm:.3f}, BM25 {parts.bm25:.2f} -> {parts.bm25_norm:.3f} "
        f"(rank {hit.lexical_rank})"
    )
