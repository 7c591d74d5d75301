"""Which kind of answer a question asks for.

A few rules decide where words do; else the classifier that comes with the build, a branch of the
encoder that learnt it from the examples in data/kinds.yaml and from judged questions (`itsm eval
kinds`, index/classifier.py). A build of another model has none: then the wording alone decides.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

import msgspec
import numpy as np

from assistant.types import Kind
from index.types import Vectors

EXAMPLES_FILE = "kinds.yaml"
CLASSIFIER_FILE = "kinds.safetensors"
_DECIMALS = 4

# Patterns of the wording, for where there is no classifier: the first that matches decides.
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
        (
            r"^(?:what|who)(?:'s| is| are| was)(?: meant by)? "
            r"(?:an? |the )?(?:\S+ ){0,4}\S+(?: \?)?$",
        ),
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
    (Kind.REASON, (r"^why\b|\bwhy (?:do|does|did|is|are|was|were|should|would|can|not)\b",)),
    (Kind.WHO, (r"^(?:and )?(?:who|whom|whose|by whom|to whom)\b",)),
    (Kind.WHEN_WHERE, (r"^(?:when|where|since when|until when|in which (?:year|country))\b",)),
    (Kind.YES_NO, (r"^(?:is|are|does|do|did|has|have|will|would|was|were)\b",)),
)
_OUTSIDE = frozenset({Kind.SMALL_TALK, Kind.OTHER_LANGUAGE, Kind.OUT_OF_SCOPE})
"""What is asked for there does not belong to the field."""
_SENTENCE = re.compile(r"[^.!?]+[.!?]*")
_COMPILED = tuple((kind, re.compile("|".join(p), re.IGNORECASE)) for kind, p in _RULES)


class KindChooser:
    """Chooses the kind of answer; safe to share between threads.

    Args:
        labels: what the build's classifier tells apart; it is not used if one is no kind.
    """

    def __init__(self, labels: Sequence[str]) -> None:
        known = set(Kind).issuperset(labels)
        self._kinds = [Kind(label) for label in labels] if known else []

    def choose(
        self,
        question: str,
        scores: Vectors,
        *,
        names_own: bool = False,
        foreign: bool = False,
        names_saying: bool = False,
        names_term: bool = False,
    ) -> Kind:
        """Return the kind of answer that a question asks for.

        Args:
            question: the question, written out.
            scores: what the classifier gives it, `[labels]`.
            names_own: whether it asks for the reader's own instance of a term.
            foreign: whether it is in another language than English.
            names_saying: whether the words of one of the community's sayings stand in it.
            names_term: whether it asks what a defined term means and nothing else.
        """
        if foreign:
            return Kind.OTHER_LANGUAGE
        if names_own:
            return Kind.ORGANISATION
        if names_saying:
            return Kind.SAYING
        if names_term:
            return Kind.DEFINITION
        if not self._kinds:
            return kind_by_words(question)
        # Rounded, so that last-bit differences between processors do not show.
        return self._kinds[int(np.argmax(scores.round(_DECIMALS)))]

    def beside(self, scores: Vectors) -> tuple[float, float]:
        """Return how likely a question asks for what no handbook holds, 0 to 1.

        First for what lies outside the field, then for what only the reader's organisation knows:
        the shares of those kinds in the softmax of the scores; 0 without a classifier.
        """
        if not self._kinds:
            return 0.0, 0.0
        likely = np.exp(scores - scores.max())
        shares = dict(zip(self._kinds, likely / likely.sum(), strict=True))
        outside = sum(float(share) for kind, share in shares.items() if kind in _OUTSIDE)
        own = float(shares.get(Kind.ORGANISATION, 0.0))
        return round(outside, _DECIMALS), round(own, _DECIMALS)


def kind_by_words(question: str) -> Kind:
    """Return the kind of answer that the wording alone asks for."""
    asking = _asking_sentence(question)
    matching = (kind for kind, pattern in _COMPILED if pattern.search(asking))
    return next(matching, Kind.GENERAL)


def example_questions() -> dict[Kind, list[str]]:
    """Return the example questions of each kind."""
    data = files("assistant").joinpath("data", EXAMPLES_FILE).read_bytes()
    return msgspec.yaml.decode(data, type=dict[Kind, list[str]])


def classifier_path() -> Path:
    """Return where the classifier lies that a build takes over."""
    return Path(str(files("assistant").joinpath("data", CLASSIFIER_FILE)))


def _asking_sentence(question: str) -> str:
    """Return the last sentence that asks: what comes before it tells the situation."""
    sentences = _SENTENCE.findall(question)
    return next((one.strip() for one in reversed(sentences) if one.endswith("?")), question)
