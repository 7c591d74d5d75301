"""The etiquette finder: cards by situation and word, and a brief of the chosen ones to print."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from urllib.parse import urlencode

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.exceptions import ClientException
from litestar.params import FromQuery
from litestar.response import Template

from assistant.ask import Assistant
from assistant.etiquette import HOME_SECTION, Card, Situation, choose, group, nearest
from assistant.prefixes import TYPED
from web.markup import inline_html, linker

KINDS = {"do": "Do", "dont": "Don't", "why": "Why"}
_TITLE = 120
_OPEN = 60
"""Up to this many cards, all groups are open at once."""


class EtiquetteController(Controller):
    """What to do, what not, and why."""

    path = "/etiquette"
    include_in_schema = False

    @get("/", limit="ask", sync_to_thread=True)
    def finder(
        self,
        assistant: NamedDependency[Assistant],
        q: FromQuery[str] = "",
        situation: FromQuery[str] = "",
        card: FromQuery[list[str] | None] = None,
    ) -> Template:
        """Show the cards that fit, those of the etiquette chapter first."""
        reference = assistant.reference
        _known(reference.situations, situation)
        typed = q[:TYPED]
        held = choose(reference.cards, typed=typed)
        fitting = held or nearest(assistant.index, reference.cards, typed)
        found = choose(fitting, situation=situation)
        shown = {one.id for one in found}
        chosen = _picked(reference.cards, card or [])
        return Template(
            "etiquette.html",
            context={
                "q": q,
                "situation": situation,
                "situations": _counted(reference.situations, reference.cards, fitting),
                "groups": group(found),
                "total": len(found),
                "of": len(reference.cards),
                "near": not held,
                "chosen": {one.id for one in chosen},
                "kept": [one for one in chosen if one.id not in shown],
                "unfold": len(found) <= _OPEN,
                "home": HOME_SECTION,
                "kinds": KINDS,
                "link": linker(assistant.index.documents),
                "inline": inline_html,
            },
        )

    @get("/brief", sync_to_thread=True)
    def brief(
        self,
        assistant: NamedDependency[Assistant],
        card: FromQuery[list[str] | None] = None,
        title: FromQuery[str] = "",
        q: FromQuery[str] = "",
        situation: FromQuery[str] = "",
    ) -> Template:
        """Show the chosen cards on a page to print, each with its source."""
        reference = assistant.reference
        named = _known(reference.situations, situation)
        wanted = dict.fromkeys(card or [])
        cards = _picked(reference.cards, wanted)
        sources = list({one.document_id: one for one in cards}.values())
        heading = " ".join(title.split())[:_TITLE]
        return Template(
            "brief.html",
            context={
                "title": heading or f"Etiquette brief{f': {named.name}' if named else ''}",
                "cards": cards,
                "kinds": KINDS,
                "numbers": {one.document_id: n for n, one in enumerate(sources, 1)},
                "sources": sources,
                "documents": assistant.index.documents,
                "missing": len(wanted) - len(cards),
                "back": "/etiquette?"
                + urlencode(
                    [("q", q), ("situation", situation), *(("card", one.id) for one in cards)]
                ),
                "build": assistant.index.manifest.id,
                "link": linker(assistant.index.documents, cards),
                "inline": inline_html,
            },
        )


def _known(situations: Iterable[Situation], wanted: str) -> Situation | None:
    found = next((one for one in situations if one.id == wanted), None)
    if wanted and found is None:
        known = ", ".join(one.id for one in situations)
        raise ClientException(f"There is no situation {wanted!r}. Choose one of: {known}.")
    return found


def _picked(cards: Iterable[Card], wanted: Iterable[str]) -> list[Card]:
    """Return the cards of some ids in the order of the handbook; unknown ones are left out."""
    ids = frozenset(wanted)
    return [one for one in cards if one.id in ids]


def _counted(
    situations: Iterable[Situation], cards: Iterable[Card], fitting: Iterable[Card]
) -> list[tuple[Situation, int]]:
    """Return the situations that have cards, each with how many of the fitting ones it has."""
    held = Counter(name for card in cards for name in card.situations)
    left = Counter(name for card in fitting for name in card.situations)
    return [(one, left[one.id]) for one in situations if held[one.id]]
