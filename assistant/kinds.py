"""Which kind of answer a question asks for, by its words."""

from __future__ import annotations

import re

from assistant.types import Kind

# The first kind with a matching pattern decides, so the more telling words come first.
_RULES: tuple[tuple[Kind, tuple[str, ...]], ...] = (
    (
        Kind.COMPARISON,
        (
            r"\bdifferen(?:ce|ces|t|tiate)\b|\bdiffers?\b|\bvs\.?\b|\bversus\b|\bdistinguish",
            r"\bcompar(?:e|ed|ison)\b|\btell\b.*\bapart\b|\bsame (?:thing )?as\b",
            r"\bconfus(?:e|ed|ing)\b",
        ),
    ),
    (
        Kind.TEMPLATE,
        (
            r"\btemplates?\b|\bskeleton\b|\bboilerplate\b|\b(?:copy|ready)[- ](?:paste|to)\b",
            r"\bsample (?:text|message|rfc|agenda|article)\b|\bdraft (?:a|an|of)\b",
        ),
    ),
    (Kind.METRIC, (r"\bformulas?\b|\bcalculat(?:e|ed|ion)\b|\bcompute\b|\bwork(?:ed)? out\b",)),
    (
        Kind.ETIQUETTE,
        (
            r"^(?:may|can|could|should|must|shall|am|is it|are we|do i have to|do we have to)\b",
            r"\b(?:etiquette|manners|polite|rude|impolite|behave|taboo)\b",
            r"\b(?:appropriate|acceptable|allowed|okay|ok to|fine to|unwritten|faux pas|avoid)\b",
            r"\bdo'?s and don'?t'?s\b",
        ),
    ),
    (
        Kind.DEFINITION,
        (
            r"\bdefin(?:e|ition)\b|\bmean(?:s|ing)?\b|\bstands? for\b|\bexplain\b",
            r"\bacronym\b|\babbreviation\b",
        ),
    ),
    (
        Kind.PROCEDURE,
        (
            r"^how (?:do|does|can|should|would|to|must|shall)\b|\bhow to\b|\bwalk me through\b",
            r"\bsteps?\b|\bprocedure\b|\bwhat happens (?:after|when|if)\b",
            r"\bwhat (?:do|should|must) (?:i|we|you) do\b",
        ),
    ),
    (
        Kind.DEFINITION,
        (r"^(?:what|who)(?:'s| is| are| was)(?: meant by)? (?:an? |the )?(?:\S+ ?){1,5}\??$",),
    ),
    (
        Kind.LIST,
        (
            r"^(?:which|list|name|what are|how many)\b|\bexamples? of\b",
            r"\b(?:belongs?|goes) in(?:to)?\b",
            r"\b(?:types|kinds|list|roles|groups|principles|dimensions) (?:of|in|are)\b",
            r"\b(?:inputs|outputs|metrics|mistakes|stages|phases|components) (?:of|in|are)\b",
            r"\bwhat (?:do|should|must) (?:i|we) (?:put|include|write)\b",
        ),
    ),
)
_SENTENCE = re.compile(r"[^.!?]+[.!?]*")
_COMPILED = tuple((kind, re.compile("|".join(p), re.IGNORECASE)) for kind, p in _RULES)


def choose_kind(question: str, *, names_saying: bool = False, names_term: bool = False) -> Kind:
    """Return the kind of answer that a question's wording asks for.

    Args:
        question: the question, written out.
        names_saying: whether the words of one of the community's sayings stand in it.
        names_term: whether it is nothing but a defined term.
    """
    if names_saying:
        return Kind.SAYING
    if names_term:
        return Kind.DEFINITION
    asking = _last_question(question)
    matching = (kind for kind, pattern in _COMPILED if pattern.search(asking))
    return next(matching, Kind.GENERAL)


def _last_question(question: str) -> str:
    """Return the last sentence that asks: what comes before it tells the situation."""
    sentences = _SENTENCE.findall(question)
    return next((one.strip() for one in reversed(sentences) if one.endswith("?")), question)
