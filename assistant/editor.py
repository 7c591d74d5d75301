"""How far a question is answered, and with what."""

from __future__ import annotations

from dataclasses import replace

from assistant.clock import Clock
from assistant.compose import compose, organisation
from assistant.confidence import Calibration, Confidence
from assistant.conversation import resolve
from assistant.disagreement import disagreeing
from assistant.followup import Talk
from assistant.lookup import Found, Lookup
from assistant.material import Composition, Material, Part, joined
from assistant.more import more
from assistant.parts import two_questions
from assistant.render import DISAGREES
from assistant.terms import Terms
from assistant.types import Kind, Status
from index.search import Index

_GIVEN = frozenset({Status.ANSWERED, Status.PARTIAL})
_OWN_NEAR = 0.5


class Editor:
    """Decides from what was found."""

    def __init__(
        self, index: Index, terms: Terms, lookup: Lookup, calibration: Calibration, talk: Talk
    ) -> None:
        self._index = index
        self._terms = terms
        self._lookup = lookup
        self._calibration = calibration
        self._talk = talk

    def decide(
        self, question: str, found: Found, confidence: Confidence
    ) -> tuple[Status, Composition | None]:
        """Return how far a question is answered, and with what."""
        status = self._calibration.status(confidence, found.features)
        if found.language or (found.kind is Kind.SMALL_TALK and status is not Status.ANSWERED):
            kind = Kind.OTHER_LANGUAGE if found.language else Kind.SMALL_TALK
            return Status.OUT_OF_SCOPE, Composition(kind, ())
        if (
            found.kind is Kind.ORGANISATION
            and (status not in _GIVEN or self._terms.names_own(question))
            and (own := self._lookup.own_hits(question, found.vector))
        ):
            return Status.NO_ANSWER, organisation(self._index, own)
        composition = self._compose(question, found) if status in _GIVEN else None
        if parts := two_questions(question):
            status, composition = self._compose_both(parts, status, composition)
        if composition:
            return status, composition
        if status in _GIVEN:
            return Status.NO_ANSWER, None
        if status is Status.NO_ANSWER and found.own and found.own[0].score >= _OWN_NEAR:
            return Status.NO_ANSWER, organisation(self._index, found.own)
        # Who names a term of the handbook is not told that it is beside the field.
        return Status.NO_ANSWER if self._terms.in_field(question) else status, None

    def _compose(self, question: str, found: Found) -> Composition | None:
        context = (question, found.vector, self._index, self._terms)
        material = Material(*context, found.hits, found.evidence, found.importance)
        composition = compose(found.kind, material)
        if composition is None:
            return None
        if against := disagreeing(self._index, found.hits, composition):
            parts = (*composition.parts, Part(DISAGREES, tuple(against)))
            composition = replace(composition, parts=parts)
        return replace(composition, more=more(material, composition))

    def _compose_both(
        self, parts: tuple[str, str], status: Status, whole: Composition | None
    ) -> tuple[Status, Composition | None]:
        """Return the answers to the two questions of a sentence, one below the other.

        Where one of them, or the sentence as a whole, has none, the answer is a partial one.
        """
        first, second = parts[0], resolve(parts[1], parts[:1], self._talk)
        composed: list[Composition] = []
        for part in (first, second):
            found = self._lookup.find(part, Clock())
            confidence = found.confidence(self._calibration)
            reached = self._calibration.status(confidence, found.features)
            if reached in _GIVEN and (composition := self._compose(part, found)):
                composed.append(composition)
        if len(composed) == len(parts):
            return (status if whole else Status.PARTIAL), joined(*composed)
        if composed or whole:
            return Status.PARTIAL, composed[0] if composed else whole
        return status, None
