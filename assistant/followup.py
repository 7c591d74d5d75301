"""What rules make of a follow-up, which can be read off the result.

Each looks at the question before, written out, and puts what it names into the follow-up. Where a
rule leaves several readings, the one nearest to a question that people ask wins.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from assistant.leaning import Leaning
from assistant.pointing import AUXILIARY, find_pointer, meant_by, name_one_of_two, point
from assistant.question import content_words
from assistant.topics import Topic, find_topics, with_article
from index.lexical import terms
from index.types import Vectors

_I = re.IGNORECASE
_NOTHING = re.compile(
    r"^\W*(?:(?:thanks?|thank you|thx|cheers|ok(?:ay)?|great|good|nice|cool|perfect|got it|i see"
    r"|hi|hello|hey|bye|yes|no|so much|very much|a lot|lol|never mind|please|that'?s all"
    r"|that (?:is|was) (?:all|it))\b\W*)+$",
    _I,
)
_POLITE = re.compile(
    r"^(?:(?:(?:ok(?:ay)?|thanks|thank you|great|also|so|then)\b|(?:well|now),)[\s,.:;!-]*)+", _I
)
_AND = re.compile(r"^(?:and|but|or|plus)\b[\s,.:;-]*", _I)
_MOVE = re.compile(
    r"^(?:what about|how about|what of|(?:is (?:it|that|this) )?(?:the )?same (?=for|with|in))\s*",
    _I,
)
# How a whole question begins, as opposed to a piece of one.
_WHOLE = re.compile(
    rf"^(?:{AUXILIARY}|what|who|whom|whose|which|when|where|why|how|i|we|my|our|tell|give|show"
    r"|explain|name|list|describe|compare|define|isn't|aren't|don't|doesn't|can't|shouldn't)\b",
    _I,
)
_ASKS = re.compile(r"^(?:what|who|whom|whose|which|when|where|why|how)\b", _I)
_CIRCUMSTANCE = re.compile(
    r"^(in|for|at|on|with|without|during|after|before|under|by|from|within|outside|as|among) (.+)",
    _I,
)
_BARE = re.compile(
    r"^(?:why not|why|who|whom|when|where|how often|how long|how much|how come|how|by whom|to whom"
    r"|for whom|with whom|since when|until when|what for)$",
    _I,
)
_ASKS_WHETHER = re.compile(rf"^({AUXILIARY}) (\S+) (.+)$", _I)
_ASKS_HOW = re.compile(rf"^(?:when|where|why|how(?: \w+)?|whom?) ({AUXILIARY} .+)$", _I)
_ABOUT = {
    "why": "Why is {} important",
    "who": "Who is responsible for {}",
    "when": "When is {} used",
    "where": "Where is {} used",
    "how": "How does {} work",
    "how often": "How often does {} take place",
    "how long": "How long does {} take",
    "how much": "How much does {} cost",
}
_SORRY = r"(?:(?:no|nope|not really|sorry|oops|wait|actually|hm+|ah|oh|well)\b[\s,.:;!-]*)"
_MEANT = (
    r"(?:(?:i|we) (?:really |actually )?(?:mean|meant|was asking (?:about|for)|am asking about"
    r"|am talking about|was talking about)|make that|rather)[\s:,]+"
)
_CORRECTS = re.compile(rf"^(?:{_SORRY}+(?:{_MEANT})?|{_MEANT})(\S.*)$", _I)
_NOT_THIS = re.compile(
    rf"^{_SORRY}*(?:{_MEANT})?not (.+?)(?:,\s*|\s+)(?:but |rather )?(\S+.*)$", _I
)
_NOT_THAT = re.compile(
    rf"^{_SORRY}*(?:{_MEANT})?(\S.*?),? (?:not|instead of|rather than) (\S.*)$", _I
)
_BUT_NOT = re.compile(r",\s*not [^,]+$", _I)
_TAIL = re.compile(r"(?<![\s,])[\s,]+(?:sorry|please|thanks|thank you|then|though|tho)$", _I)
_NEW_TOPIC = re.compile(
    r"^(?:(?:ok(?:ay)?|so|and|well|now|thanks|thank you|great)\b[\s,.!]*)*"
    r"(?:(?:a |an |to a )?(?:different|new|other|another|next|unrelated)"
    r" (?:topic|question|subject|matter)|change of (?:topic|subject)|something (?:else|different)"
    r"|on another note)\s*[:,.;\u2013-]+\s*(?=\S)",
    _I,
)
_REVERSE = re.compile(r"^(?:vice versa|conversely|the reverse|the other way a?round)$", _I)
_DEFINES = re.compile(r"^what(?:'s| is| are) an? ", _I)
_YOU = re.compile(r"\byou(?:r|rs)?\b", _I)
# A question of so few words of content may leave its topic out,
_FEW = 3
# if each of them stands in so large a share of all passages that it names no topic itself,
_COMMON = 0.006
# and if it asks for what people ask for that topic.
_ASKED = 0.65
_PIECE = 6


@dataclass(frozen=True, slots=True)
class Talk:
    """What the rules need to know of the handbook.

    Attributes:
        written: its terms by their stems.
        share: the share of passages that a stem occurs in, 0 to 1.
        nearness: the cosine of a question to the nearest one that people ask.
        encode: the vector of a question.
        leaning: how likely a question leans on those before.
    """

    written: Mapping[tuple[str, ...], str]
    share: Callable[[str], float]
    nearness: Callable[[str], float]
    encode: Callable[[str], Vectors]
    leaning: Leaning

    def topics(self, question: str) -> list[Topic]:
        """Return what a question speaks of, in order, each once."""
        found = {topic.stems: topic for topic in find_topics(question, self.written)[::-1]}
        return list(found.values())[::-1]

    def nearest(self, readings: Sequence[str]) -> str:
        """Return the reading nearest to a question that people ask; of equals, the first."""
        known = list(dict.fromkeys(readings))
        return known[0] if len(known) == 1 else max(known, key=self.nearness)


def read(question: str, before: Sequence[str], talk: Talk) -> tuple[str, str | None]:
    """Return a question without its lead-in, and what the rules make of it, None if nothing.

    Args:
        question: the question, cleaned.
        before: the questions before, written out, oldest first.
        talk: what there is to know of the handbook.
    """
    latest = bare(before[-1])
    polite = _POLITE.sub("", bare(question)) or bare(question)
    rest = _AND.sub("", polite) or polite
    moved = _MOVE.sub("", rest)
    named = name_one_of_two(moved, before[-1], [talk.topics(one) for one in before])
    goes_on = named != polite
    if _WHOLE.match(named):
        reading = _pointing(named, latest, talk) or _open(named, latest, talk)
    else:
        reading = _from_piece(named, latest, talk, goes_on=goes_on)
    if reading is None and named != moved:
        reading = named
    return named, reading


def new_topic(question: str) -> str | None:
    """Return what is asked after 'different topic:' or the like, None if that is not said."""
    match = _NEW_TOPIC.match(question)
    return question[match.end() :] if match else None


def says_nothing(question: str) -> bool:
    """Return whether a question is nothing but thanks, a greeting or the like."""
    return bool(_NOTHING.match(question))


def bare(text: str) -> str:
    """Return a question without its mark and what is said by the way."""
    return _TAIL.sub("", text.strip().rstrip("?!. ")) or text


def as_question(text: str) -> str:
    """Return a text as a question: a capital first, a mark last."""
    return f"{text[:1].upper()}{text[1:]}?"


# --- corrections ----------------------------------------------------------------------------


def corrected(question: str, before: str, talk: Talk) -> str | None:
    """Return the question before with what a correction puts right, None if it is none."""
    text, latest = bare(question), bare(before)
    for pattern, wrong, right in ((_NOT_THIS, 1, 2), (_NOT_THAT, 2, 1)):
        match = pattern.match(text)
        if not match or _WHOLE.match(match[right]):  # 'not sure whether I should ask'
            continue
        exchanged = _exchange(latest, match[wrong], match[right], talk)
        if exchanged:
            return exchanged
    match = _CORRECTS.match(text)
    if not match:
        return None
    meant = match[1]
    if _WHOLE.match(meant):
        meant = _BUT_NOT.sub("", meant)  # 'I meant how many people, not tickets'
        asks = _ASKS.match(meant) and not talk.topics(meant)
        return _pointing(meant, latest, talk) or (f"{meant} ({latest})" if asks else meant)
    if circumstance := _CIRCUMSTANCE.match(meant):
        return _elsewhere(circumstance, latest, talk)
    if not talk.topics(meant) or len(meant.split()) > _PIECE:
        return None
    readings = [_put(latest, topic, meant, talk) for topic in talk.topics(latest)]
    return talk.nearest(readings) if readings else meant


def _exchange(latest: str, wrong: str, right: str, talk: Talk) -> str | None:
    """Return the question before with a topic that was named wrong exchanged, if it has it."""
    stems = [topic.stems for topic in talk.topics(wrong)]
    named = (topic for topic in talk.topics(latest) if topic.stems in stems)
    return next((_put(latest, topic, right, talk) for topic in named), None)


def _put(question: str, topic: Topic, other: str, talk: Talk) -> str:
    """Return a question with another topic in the place of one, its article fitted."""
    named = find_topics(other, talk.written)
    if len(named) == 1 and named[0].name == other and topic.article:
        if topic.article in {"a", "an"}:
            other = with_article(_singular(other, talk.written.get(named[0].stems, "")))
        else:
            other = f"{topic.article} {other}"
    return question[: topic.start] + other + question[topic.end :]


def _singular(name: str, written: str) -> str:
    """Return a name without the ending that the handbook does not write it with."""
    return name[:-1] if name.lower() == f"{written.lower()}s" else name


# --- pieces of a question -------------------------------------------------------------------


def _from_piece(piece: str, latest: str, talk: Talk, *, goes_on: bool) -> str | None:
    """Return what a piece of a question asks after the one before, None if it stands alone."""
    topics, before = talk.topics(piece), talk.topics(latest)
    if _BARE.match(piece):
        return _aspect(piece, latest, before, talk)
    if _REVERSE.match(piece) and len(before) > 1:
        return _reversed(latest, *before[:2])
    if match := _CIRCUMSTANCE.match(piece):
        return _elsewhere(match, latest, talk) if len(piece.split()) <= _PIECE else None
    if reading := _pointing(piece, latest, talk):
        return reading
    if not goes_on:
        return _left_out(piece, latest, talk)
    for topic in () if topics else before:  # 'and hierarchical?' after functional escalation
        other = " ".join([piece, *topic.name.split()[1:]])
        if other != piece and terms(other) in talk.written:
            return _put(latest, topic, other, talk)
    attributes = [_attribute(piece, topic) for topic in before]
    if not topics:
        return talk.nearest(attributes) if attributes else None
    exchanged = [_put(latest, topic, piece, talk) for topic in before]
    only = piece.lower() in {topics[0].phrase.lower(), topics[0].name.lower()}
    return talk.nearest(exchanged if only and exchanged else [*exchanged, *attributes, piece])


def _elsewhere(match: re.Match[str], latest: str, talk: Talk) -> str:
    """Return the question before with another place, time or case: 'and in Asia?'."""
    named = talk.topics(match[2])
    for topic in talk.topics(latest) if named else ():
        if topic.stems != named[-1].stems and topic.stems[-1:] == named[-1].stems[-1:]:
            return _put(latest, topic, match[2], talk)
    tail = re.search(rf"\b{match[1]} (?:\S+ ){{0,3}}\S+$", latest, _I)
    if tail:
        return latest[: tail.start()] + match[0]
    own, beside, said = latest.partition(" (")
    between = ", " if own.lower().endswith(f" {match[1].lower()}") else " "
    return f"{own.rstrip('?')}{between}{match[0]}{beside}{said}"


def _reversed(question: str, first: Topic, second: Topic) -> str:
    """Return a question with two topics in each other's place."""
    between = question[first.end : second.start]
    return (
        f"{question[: first.start]}{second.phrase}{between}{first.phrase}{question[second.end :]}"
    )


def _attribute(piece: str, topic: Topic) -> str:
    return f"{piece} for {topic.phrase}"


# --- whole questions ------------------------------------------------------------------------


def _pointing(question: str, latest: str, talk: Talk) -> str | None:
    """Return a question with what a word in it points to, None if none points to before."""
    match = find_pointer(question, talk.topics(question))
    if not match:
        return None
    topics = meant_by(match, talk.topics(latest))
    if not topics:
        return None
    return talk.nearest([point(question, match, topic) for topic in topics])


def _open(question: str, latest: str, talk: Talk) -> str | None:
    """Return a question that leaves its topic out with the one before, None if it leaves none."""
    if _BARE.match(question):
        return _aspect(question, latest, talk.topics(latest), talk)
    return _left_out(question, latest, talk)


def _left_out(question: str, latest: str, talk: Talk) -> str | None:
    """Return a question whose few words go with any topic with the topic before: 'the steps?'."""
    stems = terms(question)
    if (
        _DEFINES.match(question)
        or not 0 < len(content_words(question)) < _FEW
        or _YOU.search(question)
    ):
        return None
    if any(talk.share(stem) < _COMMON for stem in stems):
        return None
    own, topics = talk.topics(question), talk.topics(latest)
    if any(not _is_attribute(topic, question) for topic in own):
        return None
    if not topics:
        return None
    reading = talk.nearest([_attribute(question, topic) for topic in topics])
    least = talk.nearness(question) if own else _ASKED
    return reading if talk.nearness(reading) >= least else None


def _is_attribute(topic: Topic, question: str) -> bool:
    """Return whether a term is asked for as a part of something: 'the risks', 'which metrics'."""
    before = question[: topic.start].lower().split()[-1:]
    plain = topic.name.islower() and " " not in topic.name
    return plain and (topic.article == "the" or before in ([], ["which"]))


def _aspect(word: str, latest: str, topics: Sequence[Topic], talk: Talk) -> str | None:
    """Return a bare question word with what it is asked of."""
    asked = word.lower()
    if asked in {"why", "why not"} and (match := _ASKS_WHETHER.match(latest)):
        negation = " not" if asked == "why not" else ""
        return f"why {match[1].lower()} {match[2]}{negation} {match[3]}"
    readings = [f"{asked} {match[1]}"] if (match := _ASKS_HOW.match(latest)) else []
    about = _ABOUT.get(asked.removesuffix(" not"))
    readings += [about.format(topic.phrase) for topic in topics if about]
    return talk.nearest(readings) if readings else None
