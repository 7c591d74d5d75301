"""How far a question is answered, and with what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.clock import Clock
from assistant.compose import compose, organisation
from assistant.confidence import Calibration
from assistant.conversation import has_beside, resolve_part
from assistant.disagreement import disagreeing
from assistant.followup import Talk
from assistant.lookup import Found, Lookup
from assistant.material import (
    DISAGREES,
    Composition,
    Material,
    Part,
    Region,
    joined,
    unseen_first,
)
from assistant.more import more
from assistant.parts import several_questions
from assistant.terms import Terms
from assistant.types import Kind, Status
from index.search import Index

_GIVEN = frozenset({Status.ANSWERED, Status.PARTIAL})
_OWN_NEAR = 0.5


@dataclass(frozen=True, slots=True)
class Verdict:
    """How far a question is answered and with what, and how likely that is right, 0 to 1."""

    status: Status
    composition: Composition | None
    right: float

    def but(self, status: Status, composition: Composition | None = None) -> Verdict:
        """Return the same of another status and composition."""
        return replace(self, status=status, composition=composition)


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

    def decide(self, question: str, found: Found, shown: tuple[Region, ...] = ()) -> Verdict:
        """Return how far a question is answered, and with what.

        Args:
            question: as it is searched.
            found: what that brought to light.
            shown: what the conversation has quoted already.
        """
        verdict = self._judge(question, found, shown)
        status = verdict.status
        if found.language or (found.kind is Kind.SMALL_TALK and status is not Status.ANSWERED):
            kind = Kind.OTHER_LANGUAGE if found.language else Kind.SMALL_TALK
            return verdict.but(Status.OUT_OF_SCOPE, Composition(kind, ()))
        if (
            found.kind is Kind.ORGANISATION
            and (status not in _GIVEN or self._terms.names_own(question))
            and (own := self._lookup.own_hits(question, found.vector))
        ):
            return verdict.but(Status.NO_ANSWER, organisation(self._index, own))
        if parts := several_questions(question):
            verdict = self._judge_each(parts, verdict)
        if verdict.composition:
            return verdict
        if status in _GIVEN:
            return verdict.but(Status.NO_ANSWER)
        if status is Status.NO_ANSWER and found.own and found.own[0].score >= _OWN_NEAR:
            return verdict.but(status, organisation(self._index, found.own))
        # Who names a term of the handbook is not told that it is beside the field.
        return verdict.but(Status.NO_ANSWER if self._terms.in_field(question) else status)

    def _judge(self, question: str, found: Found, shown: tuple[Region, ...] = ()) -> Verdict:
        """Return how far a single question is answered by what was found."""
        confidence = found.confidence(self._calibration)
        status = self._calibration.status(confidence, found.features)
        composition = self._compose(question, found, shown) if status in _GIVEN else None
        return Verdict(status, composition, confidence.right)

    def _judge_each(self, parts: Sequence[str], whole: Verdict) -> Verdict:
        """Return the answers to the questions of a sentence, one below the other.

        Where one of them, or the sentence as a whole, has none, the answer is a partial one.
        """
        asked = [parts[0]]
        asked += [resolve_part(part, parts[:n], self._talk) for n, part in enumerate(parts) if n]
        verdicts = [self._judge(one, self._lookup.find(one, Clock())) for one in asked]
        given = [(one, one.composition) for one in verdicts if one.composition]
        if not given:
            return whole.but(Status.PARTIAL, whole.composition) if whole.composition else whole
        sure = whole.composition and all(one.status is Status.ANSWERED for one in verdicts)
        return Verdict(
            Status.ANSWERED if sure else Status.PARTIAL,
            joined([composition for _, composition in given]),
            sum(one.right for one, _ in given) / len(given),
        )

    def _compose(
        self, question: str, found: Found, shown: tuple[Region, ...]
    ) -> Composition | None:
        context = (question, found.vector, self._index, self._terms)
        # Questions that stand beside it bring up again what they were answered by.
        evidence = unseen_first(found.evidence, shown if has_beside(question) else ())
        material = Material(*context, found.hits, evidence, found.importance, shown)
        composition = compose(found.kind, material)
        if composition is None:
            return None
        if against := disagreeing(self._index, found.hits, composition):
            parts = (*composition.parts, Part(DISAGREES, tuple(against)))
            composition = replace(composition, parts=parts)
        return replace(composition, more=more(material, composition))
