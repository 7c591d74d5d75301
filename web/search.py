"""Search to look through passages oneself, and suggestions while typing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict
from math import ceil
from typing import Annotated, Any
from urllib.parse import urlencode

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.exceptions import ClientException
from litestar.params import FromQuery, QueryParameter
from litestar.response import Template

from assistant.ask import Assistant
from assistant.facets import FACETS, Found, Match, find
from assistant.question import clean_question
from index.search import Index
from web.markup import highlighted, quote_url, section_name

_PAGE = 20
_NAMES = {kind: name for name, kinds in FACETS.values() for kind in kinds}


class SearchController(Controller):
    """Passages by question, section and kind."""

    path = "/search"
    include_in_schema = False

    @get("/", limit="ask", sync_to_thread=True)
    def search(
        self,
        assistant: NamedDependency[Assistant],
        q: FromQuery[str] = "",
        section: FromQuery[list[str] | None] = None,
        kind: FromQuery[list[str] | None] = None,
        page: Annotated[int, QueryParameter(ge=1, le=100)] = 1,
    ) -> Template:
        """Show the passages that fit, with what to narrow them down by."""
        index = assistant.index
        known = sorted({one.section for one in index.documents.values()})
        sections = _checked("section", section or [], known)
        kinds = _checked("kind", kind or [], FACETS)
        context: dict[str, Any] = {"q": q.strip(), "sections": sections, "kinds": kinds}
        if not q.strip():
            return Template("search.html", context={**context, "found": None, "known": known})
        question = clean_question(q, assistant.settings.max_question)
        first = (page - 1) * _PAGE
        found = find(index, question, sections=sections, kinds=kinds, first=first, count=_PAGE)
        understood = assistant.understand(question, ())
        return Template(
            "search.html",
            context={
                **context,
                "found": found,
                "hits": [_hit(index, match, question) for match in found.matches],
                "meant": understood if understood != question else "",
                "facets": _facets(found, sections, kinds),
                "page": page,
                "pages": ceil(found.total / _PAGE),
                "url": lambda number: _url(q, sections, kinds, number),
            },
        )

    @get("/suggestions", limit="ask", sync_to_thread=True)
    def suggestions(
        self, assistant: NamedDependency[Assistant], q: FromQuery[str] = ""
    ) -> dict[str, Any]:
        """Return a few headings and questions whose words begin as those that were typed."""
        typed = q[: assistant.settings.max_question]
        found = assistant.reference.suggester.suggest(typed)
        return {"suggestions": [asdict(one) for one in found]}


def _checked(name: str, chosen: Iterable[str], known: Collection[str]) -> frozenset[str]:
    for one in chosen:
        if one not in known:
            raise ClientException(f"There is no {name} {one!r}. Choose of: {', '.join(known)}.")
    return frozenset(chosen)


def _facets(found: Found, sections: frozenset[str], kinds: frozenset[str]) -> list[dict[str, Any]]:
    """Return the two groups of boxes: value, name, count and whether it is ticked."""
    names = {key: name for key, (name, _) in FACETS.items()}
    in_order = [key for key in names if key in found.kinds or key in kinds]
    by_count = sorted({*found.sections, *sections}, key=lambda key: (-found.sections[key], key))
    return [
        _boxes("section", "Section", by_count, {}, found.sections, sections),
        _boxes("kind", "Kind", in_order, names, found.kinds, kinds),
    ]


def _boxes(
    field: str,
    legend: str,
    keys: Iterable[str],
    names: Mapping[str, str],
    counts: Mapping[str, int],
    ticked: frozenset[str],
) -> dict[str, Any]:
    boxes = [
        {
            "value": key,
            "name": names.get(key, section_name(key)),
            "count": counts[key],
            "ticked": key in ticked,
        }
        for key in keys
    ]
    return {"field": field, "legend": legend, "boxes": boxes}


def _hit(index: Index, match: Match, question: str) -> dict[str, Any]:
    span, document = match.span, index.documents[match.passage.document_id]
    return {
        "url": quote_url(document.id, document.sha256, span.start, span.end),
        "title": document.title,
        "section": document.section,
        "headings": match.passage.headings,
        "kind": _NAMES.get(match.kind, ""),
        "html": highlighted(document.text[span.start : span.end], question),
    }


def _url(q: str, sections: frozenset[str], kinds: frozenset[str], page: int) -> str:
    fields = [("q", q), *(("section", one) for one in sorted(sections))]
    fields += [("kind", one) for one in sorted(kinds)]
    return "/search?" + urlencode([*fields, ("page", str(page))])
