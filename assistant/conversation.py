"""A follow-up to the question that it stands for.

The earlier questions are written out in order. Rules look at the one before, written out, and put
what it names into the follow-up; where they leave several readings, the one nearest to a question
that people ask wins. A question that no rule fits, but that leans on those before, has them put
beside it, and so has one whose reading by the rules comes less near, or that follows a told
situation. A correction takes the place of what it corrects. A question that can stand alone stays
as it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.followup import Talk, as_question, bare, corrected, new_topic, read, says_nothing
from assistant.leaning import LONGEST, Signs
from assistant.pointing import points_to_all
from assistant.question import ASKS_SPECIMEN, ASKS_TEMPLATE, content_words, tells_situation
from index.types import Vectors

_LEANS = 0.5
"""From this probability on, a question has those before put beside it."""
_NEARER = 0.05
"""So much nearer, in cosine, must they bring it to outdo what a rule makes of it."""
# What introduces a topic as one of its kind: "a filled-in".
_SOME = re.compile(r"\ban? (?:[\w-]+ ){0,3}$", re.IGNORECASE)
# Rounded, so that last-bit differences between processors do not show.
_DECIMALS = 5


@dataclass(frozen=True, slots=True)
class _Turn:
    """A question written out, and what the next one may lean on: questions since the topic came."""

    text: str
    said: tuple[str, ...]


def resolve(question: str, history: Sequence[str], talk: Talk) -> str:
    """Return a follow-up written out with the questions before, any other question unchanged.

    Args:
        question: the question, cleaned.
        history: earlier questions, oldest first.
        talk: what there is to know of the handbook.
    """
    return _written_out(question, _turns(history, talk), talk).text


def resolve_part(part: str, before: Sequence[str], talk: Talk) -> str:
    """Return a later question of a sentence written out with those before it in the sentence.

    It is on the first one's topic, which is put beside it unless it comes clearly nearer without.
    """
    written = resolve(part, before, talk)
    beside = _beside(bare(part), [bare(before[0])])
    if written != part or talk.nearness(written) - talk.nearness(beside) > _NEARER:
        return written
    return beside


def leaning_signs(question: str, history: Sequence[str], talk: Talk) -> tuple[Signs, Vectors]:
    """Return what tells whether a question leans on those before it; there must be one."""
    before = _turns(history, talk)
    stripped, _ = read(question, [one.text for one in before], talk)
    return _signs(stripped, before[-1].said, talk), talk.encode(stripped)


def _turns(history: Sequence[str], talk: Talk) -> list[_Turn]:
    turns: list[_Turn] = []
    for earlier in history:
        if not says_nothing(earlier):
            turns.append(_written_out(earlier, turns, talk))
    return turns


def _written_out(question: str, before: Sequence[_Turn], talk: Talk) -> _Turn:
    if not before or says_nothing(question):
        return _Turn(question, (bare(question),))
    if anew := new_topic(question):
        return _Turn(as_question(bare(anew)), (bare(anew),))
    if right := corrected(question, before[-1].text, talk):
        return _Turn(as_question(right), (bare(right),))
    said = before[-1].said
    stripped, reading = read(question, [one.text for one in before], talk)
    beside = _beside(bare(question), said)
    # A name of a told situation in a pronoun's place would leave the situation out.
    if reading and not any(map(tells_situation, said)):
        reading = as_question(reading)
        if talk.nearness(beside) - talk.nearness(reading) <= _NEARER:
            return _Turn(reading, _then(said, bare(reading)))
    elif not (reading or points_to_all(stripped) or _leans(stripped, said, talk)):
        text = question if stripped == bare(question) else as_question(stripped)
        return _Turn(text, (stripped,) if talk.topics(stripped) else _then(said, stripped))
    return _Turn(beside, _then(said, bare(question)))


def _beside(question: str, said: Sequence[str]) -> str:
    """Return a question with those before it: what is asked comes first."""
    return f"{as_question(question)} ({', '.join(said)})"


def has_beside(question: str) -> bool:
    """Return whether a follow-up as written out has the questions before put beside it."""
    return question.rstrip("?").endswith(")")


def _then(said: Sequence[str], latest: str) -> tuple[str, ...]:
    """Return what was said with one question more: the first, which named the topic, and two."""
    return (*said[:1], *said[1:][-1:], latest)


def _leans(question: str, said: Sequence[str], talk: Talk) -> bool:
    if _wants_another(question, said, talk):
        return False
    signs = _signs(question, said, talk)
    return talk.leaning.probability(signs, talk.encode(question)) >= _LEANS


def _wants_another(question: str, said: Sequence[str], talk: Talk) -> bool:
    """Return whether a question asks to see one of a topic that is new: 'a filled-in SLA'."""
    known = {topic.stems for one in said for topic in talk.topics(one)}
    asks = ASKS_SPECIMEN.search(question) or ASKS_TEMPLATE.search(question)
    return bool(asks) and any(
        topic.stems not in known and (topic.article or _SOME.search(question[: topic.start]))
        for topic in talk.topics(question)
    )


def _signs(question: str, said: Sequence[str], talk: Talk) -> Signs:
    content = min(len(content_words(question)), LONGEST)
    return Signs(
        named=float(bool(talk.topics(question))),
        gain=talk.nearness(_beside(question, said)) - talk.nearness(question),
        kinship=round(float(talk.encode(question) @ talk.encode(", ".join(said))), _DECIMALS),
        words=content / LONGEST,
    )
