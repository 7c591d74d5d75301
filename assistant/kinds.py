"""Which kind of answer a question asks for.

A few rules decide where words do; else a multinomial logistic regression over three sorts of
figures that an answer needs anyway: the question's vector, the features of confidence, and the
words and pairs of words of the sentence that asks. It is fitted by `itsm eval calibrate` on the
examples in data/kinds.yaml and the dev questions, and kept in data/kinds.json with the hash of the
encoder that it is for; with another encoder the words alone decide.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import astuple
from importlib.resources import files
from itertools import pairwise
from pathlib import Path

import msgspec
import numpy as np

from assistant.confidence import Features
from assistant.types import Kind
from index.types import Vectors

EXAMPLES_FILE = "kinds.yaml"
MODEL_FILE = "kinds.json"
WORD_WEIGHT = 0.4
"""What a word of the question counts beside its unit vector."""
_LONGEST = 40
_DECIMALS = 4

# Patterns of the wording: the first that matches decides where there is no classifier, and for it
# each is one more word of the question.
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
    (Kind.REASON, (r"^why\b|\bwhy (?:do|does|did|is|are|was|were|should|would|can|not)\b",)),
    (Kind.WHO, (r"^(?:and )?(?:who|whom|whose|by whom|to whom)\b",)),
    (Kind.WHEN_WHERE, (r"^(?:when|where|since when|until when|in which (?:year|country))\b",)),
    (Kind.YES_NO, (r"^(?:is|are|does|do|did|has|have|will|would|was|were)\b",)),
)
_SENTENCE = re.compile(r"[^.!?]+[.!?]*")
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?|\?")
_COMPILED = tuple((kind, re.compile("|".join(p), re.IGNORECASE)) for kind, p in _RULES)


class KindModel(msgspec.Struct, frozen=True):
    """Coefficients of the classifier; each list has one number for each kind.

    Attributes:
        encoder: SHA-256 of the weights of the encoder whose vectors it was fitted on.
        kinds: what it chooses from.
        intercept: of each kind.
        features: by feature of confidence, in their order.
        words: by word or pair of words.
        vector: by component of the question's vector.
    """

    encoder: str
    kinds: list[Kind]
    intercept: list[float]
    features: dict[str, list[float]]
    words: dict[str, list[float]]
    vector: list[list[float]]


class KindChooser:
    """Chooses the kind of answer; safe to share between threads.

    Args:
        encoder: SHA-256 of the weights of the encoder in use.
        model: the classifier instead of the shipped one.

    Attributes:
        fingerprint: a hash of the classifier; another one may choose otherwise.
    """

    def __init__(self, encoder: str, model: KindModel | None = None) -> None:
        model = model or load_kind_model()
        self._model = model if model.encoder == encoder else None
        self._dense = np.array([*model.vector, *model.features.values()])
        self._words = {word: np.array(row) for word, row in model.words.items()}
        self._intercept = np.array(model.intercept)
        self.fingerprint = hashlib.sha256(msgspec.json.encode(model)).hexdigest()

    def choose(
        self,
        question: str,
        vector: Vectors,
        features: Features,
        *,
        names_own: bool = False,
        foreign: bool = False,
        names_saying: bool = False,
        names_term: bool = False,
    ) -> Kind:
        """Return the kind of answer that a question asks for.

        Args:
            question: the question, written out.
            vector: its unit vector, `[dimension]`.
            features: what confidence in an answer to it is read from.
            names_own: whether it asks for the reader's own instance of a term.
            foreign: whether it is in another language than English.
            names_saying: whether the words of one of the community's sayings stand in it.
            names_term: whether it is nothing but a defined term.
        """
        if foreign:
            return Kind.OTHER_LANGUAGE
        if names_own:
            return Kind.ORGANISATION
        if names_saying:
            return Kind.SAYING
        if names_term:
            return Kind.DEFINITION
        if self._model is None:
            return kind_by_words(question)
        scores = self._intercept + np.array([*vector, *astuple(features)]) @ self._dense
        # Sorted, so that the sum is the same in every process.
        for word in sorted(asking_words(question)):
            if word in self._words:
                scores += WORD_WEIGHT * self._words[word]
        # Rounded, so that last-bit differences between processors do not show.
        return self._model.kinds[int(np.argmax(scores.round(_DECIMALS)))]


def kind_by_words(question: str) -> Kind:
    """Return the kind of answer that the wording alone asks for."""
    asking = _asking_sentence(question)
    matching = (kind for kind, pattern in _COMPILED if pattern.search(asking))
    return next(matching, Kind.GENERAL)


def asking_words(question: str) -> set[str]:
    """Return the words, pairs of words and matching rules of the sentence that asks."""
    asking = _asking_sentence(question)
    words = ["^", *_WORD.findall(asking.lower().replace("\u2019", "'"))][:_LONGEST]
    pairs = (f"{one} {other}" for one, other in pairwise(words))
    rules = (f"rule={kind}" for kind, pattern in _COMPILED if pattern.search(asking))
    return {*words, *pairs, *rules}


def example_questions() -> dict[Kind, list[str]]:
    """Return the example questions of each kind."""
    data = files("assistant").joinpath("data", EXAMPLES_FILE).read_bytes()
    return msgspec.yaml.decode(data, type=dict[Kind, list[str]])


def load_kind_model() -> KindModel:
    """Return the classifier that is shipped."""
    data = files("assistant").joinpath("data", MODEL_FILE).read_bytes()
    return msgspec.json.decode(data, type=KindModel)


def store_kind_model(model: KindModel) -> str:
    """Write the classifier that is shipped, one coefficient row a line; return where it lies."""
    path = Path(str(files("assistant").joinpath("data", MODEL_FILE)))
    text = msgspec.json.encode(model).decode()
    path.write_text(text.replace("],", "],\n") + "\n", encoding="utf-8")
    return str(path)


def _asking_sentence(question: str) -> str:
    """Return the last sentence that asks: what comes before it tells the situation."""
    sentences = _SENTENCE.findall(question)
    return next((one.strip() for one in reversed(sentences) if one.endswith("?")), question)
