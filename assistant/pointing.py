"""Words of a question that point to what was spoken of before: `it`, `that meeting`, `the latter`.

A pronoun often points to something in its own question ('someone closed my ticket, may they?');
only one that has nothing before it to point to is taken to point further back.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial

from assistant.question import content_words
from assistant.topics import NOUN, Topic

AUXILIARY = (
    r"(?:is|are|was|were|do|does|did|can|could|should|would|will|may|might|must|shall|has|have|am)"
)
_I = re.IGNORECASE
_HERE = r"(?! (?:handbook|website|page|answer|chat|bot|assistant|week|month|year|morning)\b)"
_POINTER = re.compile(
    rf"\b(?P<pointing>this|that|these|those) (?P<noun>{NOUN})\b"
    r"|(?<!is )(?<!are )(?<!hi )(?<!hello )(?<!still )\b(?P<there>there)(?=\W*$)"
    r"|\b(?P<pronoun>its|it|theirs|their|they|them|his|him|he|hers|her|she)\b(?!')"
    r"|\b(?P<bare>this|that|these|those)(?=\W*$)"
    r"|\b(?:for|about|with|of|after|before|like|from|do) "
    rf"(?P<object>this|that|these|those)\b{_HERE}"
    rf"|^(?:(?:why|how|when|where|what) )?{AUXILIARY} "
    rf"(?P<subject>this|that|these|those)\b{_HERE}",
    _I,
)
_TO_ALL = re.compile(r"\bdecides? (?:that|this|it)\W*$", _I)
_DUMMY = re.compile(
    rf"\b(?:{AUXILIARY}|isn't|wouldn't) it (?:be )?(?:\w+[ -]){{1,4}}(?:to|that|if|when)\b(?= \w)"
    r"|\bit(?:'s| is| was) (?:\w+ ){1,3}(?:to|that|if)\b"
    r"|\bit (?:take |cost )?to\b|\bit (?:be until\b|(?:rain|snow|depend)\w*)",
    _I,
)
# Who or what a later pronoun of the same question may mean.
_THINGS = re.compile(r"\b(?:my|our|your|an?|the|something|anything|everything)\b|^you\b", _I)
_PERSONS = re.compile(
    r"\b(?i:(?:some|any|every|no)(?:body|one)|no one|people|who\w*ever|two|all|users?|customers?"
    r"|colleagues?)\b|(?<!^)\b[A-Z]\w*[a-z]\w*"
)
_CLAUSE = re.compile(r"\b(?:when|if|because|before|after|while|although|until|so)\b|[.;:!?,]", _I)
_OF_IT = re.compile(r"\b(?:of|for|to|in|with|about|between|from|than|as|like|on)\s*$", _I)
_PERSON = re.compile(r"(?:er|or|ist|ant|ee|people|staff|team|board|Patel)s?$", _I)
_LIGHT = frozenset(
    "happens happen happened go goes often long much many soon give get tell still until "
    "since".split()
)
_ONE_PERSON = frozenset({"he", "him", "his", "she", "her", "hers"})
_POSSESSIVES = frozenset({"its", "their", "theirs", "his", "her"})
_SHORT = 9
_LONG = 12
_FEW = 3
_ONE_OF_TWO = re.compile(
    r"\b(?:the )?(former|latter)\b|\bthe (first|second|other|last)(?: one\b| of them\b|(?=\W*$))",
    _I,
)
_BOTH = re.compile(r"^(which) (?:one|of (?:them|the two))\b|\bboth(?: of them)?(?=\W*$)", _I)
# What stands between two things that are set against each other.
_BETWEEN = re.compile(
    r"[\s,/:-]*(?:(?:and|or|vs\.?|versus|against|from|to|with|than|instead of|rather than)[\s,]*)?"
    r"(?:(?:an?|the)\s*)?",
    _I,
)
_WHICH_ONE = re.compile(r"^which one\b", _I)
_WHICH = re.compile(r"^which(?= (?:is|are|should|would|do|does|fits?|suits?)\b)", _I)


def points_to_all(question: str) -> bool:
    """Return whether a question points to all that was asked: 'who decides that?'."""
    return bool(_TO_ALL.search(question))


def find_pointer(question: str, topics: Sequence[Topic]) -> re.Match[str] | None:
    """Return the word that points beyond its question, None if there is none.

    Args:
        question: the question, without lead-in.
        topics: what it speaks of itself.
    """
    dummies = [match.span() for match in _DUMMY.finditer(question)]
    for match in _POINTER.finditer(question):
        dummy = match[0] == "IT" or any(a <= match.start() < b for a, b in dummies)
        if not dummy and _points_back(question, match, topics):
            return match
    return None


def point(question: str, match: re.Match[str], topic: Topic) -> str:
    """Return a question with a topic in the place of the word that points to it."""
    word, noun = match["pronoun"] or "", match["noun"]
    phrase = topic.phrase
    ends = question[match.end() :].strip()
    if match["there"]:
        phrase = f"in {phrase}"
    elif noun:
        named = noun.lower().rstrip("s") in topic.name.lower()
        phrase = phrase if named or noun.lower() in {"one", "ones"} else f"the {topic.name} {noun}"
    elif word.lower() in {"its", "their", "theirs", "his"} or (word.lower() == "her" and ends):
        phrase = f"{phrase}'s"
    return question[: _start(match)] + phrase + question[match.end() :]


def meant_by(match: re.Match[str], topics: Sequence[Topic]) -> Sequence[Topic]:
    """Return the topics that a word may point to: persons for one of persons, if there are any.

    `they` may mean things as well; `he` and `she` never do.
    """
    persons = [topic for topic in topics if _PERSON.search(topic.name)]
    word = (match["pronoun"] or "").lower()
    if word in _ONE_PERSON:
        return persons
    return persons if persons and word and not word.startswith("it") else topics


def name_one_of_two(question: str, latest_text: str, before: Sequence[Sequence[Topic]]) -> str:
    """Return a question with the name of the one of two things that it points to by order.

    Args:
        question: the question.
        latest_text: the question right before, written out.
        before: the topics of the questions before, oldest first.
    """
    chosen_from = len(before[-1]) > 1 and _side_by_side(latest_text, *before[-1][:2])
    if chosen_from:  # 'which is better?' after two things
        question = _WHICH.sub("which one", question)
    if _WHICH_ONE.match(question) and len(before[-1]) > 1 and not chosen_from:
        return question  # 'which one first?' after 'is a certificate worth it for an engineer?'
    if not (_ONE_OF_TWO.search(question) or _BOTH.search(question)):
        return question
    pair = next((pair for pair in reversed(before) if len({one.stems for one in pair}) > 1), None)
    pair = pair or list({topics[0].stems: topics[0] for topics in before[-2:] if topics}.values())
    if len(pair) < 2:
        return _ONE_OF_TWO.sub(partial(_of_several, pair[0]), question) if pair else question
    first, second = pair[:2]
    latest = [topic.stems for topic in before[-1]]
    other = first if latest == [second.stems] else second

    def name(match: re.Match[str]) -> str:
        word = (match[1] or match[2]).lower()
        return {"first": first, "former": first, "other": other}.get(word, second).phrase

    both = f"{first.phrase} and {second.phrase}"
    named = _ONE_OF_TWO.sub(name, question)
    return _BOTH.sub(lambda match: f"which of {both}" if match[1] else both, named)


def _of_several(topic: Topic, match: re.Match[str]) -> str:
    """Return which of 'the guiding principles' is meant; of one thing there is no latter."""
    return f"the {match[2]} of {topic.phrase}" if match[2] else match[0]


def _side_by_side(text: str, first: Topic, second: Topic) -> bool:
    return bool(_BETWEEN.fullmatch(text[first.end : second.start]))


def _points_back(question: str, match: re.Match[str], topics: Sequence[Topic]) -> bool:
    before, size = question[: _start(match)], len(question.split())
    possessive = (match["pronoun"] or "").lower() in _POSSESSIVES
    if points_to_all(question):
        return False
    whoever = re.search(r"\bwho\w*ever\b", before, _I)
    if whoever or size > (_SHORT if possessive else _LONG):  # it tells enough itself
        return False
    if match["subject"] or not before.strip():
        return True
    if size <= _SHORT and _OF_IT.search(before) and not possessive:
        return True  # 'a template for that'
    content = [word for word in content_words(before) if word not in _LIGHT]
    person = (match["pronoun"] or "it")[:2].lower() != "it"
    own = _THINGS.search(before) or (person and _PERSONS.search(before))
    if len(content) > _FEW or own or any(_may_mean(match, topic, before) for topic in topics):
        return False
    # A word of content and then another clause: the pronoun means what stands in the first.
    return not (content and _CLAUSE.search(before, before.lower().find(content[0])))


def _may_mean(match: re.Match[str], topic: Topic, before: str) -> bool:
    """Return whether a word may point to a topic before it: `it` means no plural.

    What stands right before it is a verb: 'who may change it?'.
    """
    plural = topic.name.endswith("s") and not topic.name.endswith("ss")
    verb = before[topic.end :].isspace() and not topic.article
    it = (match["pronoun"] or "it").lower().startswith("it")
    return topic.end <= _start(match) and not verb and not (it and plural)


def _start(match: re.Match[str]) -> int:
    """Return where the word itself begins; a pattern may hold what stands before it."""
    return match.start("pointing" if match["noun"] else match.lastgroup or 0)
