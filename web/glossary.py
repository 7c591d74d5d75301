"""The glossary and the sayings, to be read and filtered."""

from __future__ import annotations

from itertools import groupby

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import FromQuery
from litestar.response import Template

from assistant.ask import Assistant
from assistant.glossary import Term, find_sayings, find_terms
from assistant.prefixes import prefixes
from web.markup import inline_html, linker

PARTS = {
    "meaning": "What it means",
    "use": "Use it when",
    "avoid": "Avoid it when",
    "serious point": "The serious point",
}


class GlossaryController(Controller):
    """Terms, acronyms and sayings."""

    include_in_schema = False

    @get("/glossary", limit="ask", sync_to_thread=True)
    def glossary(self, assistant: NamedDependency[Assistant], q: FromQuery[str] = "") -> Template:
        """Show every term from A to Z, or those that fit what was typed, nearest name first."""
        everything = assistant.reference.glossary
        found = find_terms(everything, q)
        filtered = bool(prefixes(q))
        by_letter = groupby(found, lambda one: "" if filtered else one.letter)
        return Template(
            "glossary.html",
            context={
                "q": q,
                "groups": [(letter, list(entries)) for letter, entries in by_letter],
                "filtered": filtered,
                "terms": sum(isinstance(one, Term) for one in found),
                "acronyms": sum(not isinstance(one, Term) for one in found),
                "total": len(found),
                "link": linker(assistant.index.documents),
                "inline": inline_html,
            },
        )

    @get("/sayings", limit="ask", sync_to_thread=True)
    def sayings(self, assistant: NamedDependency[Assistant], q: FromQuery[str] = "") -> Template:
        """Show the sayings with what they mean, when they fit and when not."""
        everything = assistant.reference.sayings
        return Template(
            "sayings.html",
            context={
                "q": q,
                "sayings": find_sayings(everything, q),
                "of": len(everything),
                "parts": PARTS,
                "link": linker(assistant.index.documents),
                "inline": inline_html,
            },
        )
