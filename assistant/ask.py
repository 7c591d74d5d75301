"""A question to an answer: the whole way, in order.

clean -> spell -> resolve -> search -> evidence -> confidence, kind -> compose -> render
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, astuple, replace
from datetime import date
from functools import cached_property, lru_cache, partial
from typing import Any

from assistant.clarify import readings
from assistant.clock import Clock
from assistant.confidence import Calibration, Features, load_calibration
from assistant.conversation import leaning_signs, resolve
from assistant.editor import Editor
from assistant.evidence import Importance
from assistant.followup import Talk
from assistant.kinds import KindChooser
from assistant.language import common_english, language_of
from assistant.leaning import Leaning, Signs, load_leaning
from assistant.lookup import Found, Lookup
from assistant.material import Composition, Region
from assistant.nearby import nearest_sections, related_questions
from assistant.question import clean_question, named_words, tells_situation, without_markup
from assistant.reference import Reference
from assistant.render import Renderer
from assistant.settings import Settings
from assistant.spelling import Speller
from assistant.terms import Acronyms, collect_terms
from assistant.types import Answer, Citation, More, Section, Status
from corpus.acronyms import Sense
from corpus.review import overdue_documents
from index.lexical import terms
from index.search import Index
from index.types import Vectors

ANSWER_VERSION = 16
"""Part of `Answer.id`; raise it when the same build would answer differently."""

_LIKELY = 0.5
"""An answer that is right less likely than this is said to be beside the question, perhaps."""
_SAME = 0.93
"""From this cosine on, a question asks the same without a word."""
# Readings of follow-ups whose nearness is kept: earlier questions are written out anew each time.
_READINGS = 1_000
# So many questions before are not answered by the same quotes again; what they quote is kept for
# so many questions.
_LATEST, _QUOTED = 3, 1_000


class Assistant:
    """An opened build and what is needed to answer from it; safe to share between threads."""

    def __init__(
        self,
        index: Index,
        settings: Settings,
        calibration: Calibration | None = None,
        leaning: Leaning | None = None,
        today: Callable[[], date] = date.today,
    ) -> None:
        self.index = index
        self._today = today
        self._overdue = lru_cache(1)(partial(overdue_documents, index.documents.values()))
        self.settings = settings
        self.reference = Reference(index)
        encoder = index.manifest.model.encoder
        self.calibration = (calibration or load_calibration()).for_encoder(encoder)
        self._renderer = Renderer()
        self._kinds = KindChooser(index.labels)
        self._speller = Speller(index.words, [one.text for one in index.asked])
        self._terms = collect_terms(
            index.documents.values(),
            (block for document in index.documents for block in index.blocks(document)),
        )
        self._of_terms = frozenset(stem for key in self._terms.definitions for stem in key)
        sayings = {key: blocks[0].label for key, blocks in self._terms.sayings.items()}
        self._talk = Talk(
            {**self._terms.written, **sayings},
            lambda stem: index.lexical.document_frequency(stem) / len(index.passages),
            lru_cache(_READINGS)(self._nearness),
            lru_cache(_READINGS)(index.encode),
            (leaning or load_leaning()).for_encoder(encoder),
        )
        self._quoted = lru_cache(_QUOTED)(self._quotes_of)
        self._lookup = Lookup(index, self._terms, self._kinds)
        self._editor = Editor(index, self._terms, self._lookup, self.calibration, self._talk)
        fitted = [*astuple(self.calibration), *astuple(self._talk.leaning)]
        self._fingerprint = _digest([ANSWER_VERSION, index.manifest.id, fitted])

    @classmethod
    def open(cls, settings: Settings) -> Assistant:
        """Open the published build.

        Raises:
            IndexUnavailableError: there is none, or it cannot be used.
        """
        return cls(Index.open(settings.data_dir, settings.model), settings)

    def ask(self, question: str, history: Sequence[str] = (), *, literal: bool = False) -> Answer:
        """Answer a question from the handbook: what `stream` gives last.

        Takes and raises what `stream` does.
        """
        *_, answer = self.stream(question, history, literal=literal)
        return answer

    def stream(
        self, question: str, history: Sequence[str] = (), *, literal: bool = False
    ) -> Iterator[Answer]:
        """Answer a question from the handbook, and then look for what else it may have meant.

        Yields the answer as soon as its quotes are compared, and then the same with its `choices`:
        each sense of an ambiguous acronym takes an answer of its own. A literal question has none.

        Args:
            question: as it was typed.
            history: earlier questions of the conversation, oldest first.
            literal: take the question as it stands, without corrections and history.

        Raises:
            QuestionError: the question, or one before it, cannot be asked as it is.
            QuoteError: a quote is not what stands in its document; no answer is given.
        """
        clock = Clock()
        asked = clean_question(question, self.settings.max_question)
        before = self._earlier(history, asked)
        resolved = asked if literal else self.understand(asked, before)
        searched = resolved if literal else self._speller.as_written(resolved)
        clock.lap("understand")
        found = self._lookup.find(searched, clock, language_of(asked))
        goes_on = not literal and resolved != self.understand(asked, ())
        verdict = self._editor.decide(searched, found, self._shown(before) if goes_on else ())
        status, composition = verdict.status, verdict.composition
        clock.lap("evidence")
        overdue = self._overdue(self._today())
        # To what is beside the field nothing is near.
        nearby = () if status is Status.OUT_OF_SCOPE else found.hits
        nearest = nearest_sections(self.index, nearby)
        doubtful = verdict.right < _LIKELY
        markdown, citations = self._put(
            searched, found, status, composition, nearest, overdue, doubtful=doubtful
        )
        more = self._more(composition, len(citations))
        cited = {(citation.document_id, citation.headings[:1]) for citation in citations}
        related = related_questions(self.index, searched, nearby, cited)
        clock.lap("render")
        answer = Answer(
            id=self._answer_id(asked, before, literal, overdue),
            question=asked,
            resolved_question=resolved,
            status=status,
            kind=composition.kind if composition else found.kind,
            asked_kind=found.kind,
            confidence=verdict.right,
            markdown=markdown,
            citations=citations,
            related=related,
            build=self.index.manifest.id,
            timings=clock.laps(),
            nearest=() if citations else nearest,
            more=more,
        )
        yield answer
        if not literal:
            clock.resume()
            choices = self._choices(resolved, before)
            clock.lap("choices")
            yield replace(answer, choices=choices, timings=clock.laps())

    def _shown(self, before: Sequence[str]) -> tuple[Region, ...]:
        """Return what the latest questions of a conversation are answered by, each on its own.

        What they were really answered by depends on those before them, and so on: all would have to
        be answered again for each question that comes.
        """
        turns = range(max(0, len(before) - _LATEST), len(before))
        asked = [self.understand(before[turn], before[:turn]) for turn in turns]
        return tuple(region for one in asked for region in self._quoted(one))

    def _quotes_of(self, question: str) -> tuple[Region, ...]:
        """Return what a question, written out, is answered by."""
        searched = self._speller.as_written(question)
        verdict = self._editor.decide(searched, self._lookup.find(searched, Clock()))
        return tuple(verdict.composition.quoted) if verdict.composition else ()

    def _choices(self, question: str, before: Sequence[str]) -> tuple[str, ...]:
        """Return what an ambiguous question may mean, if more than one of it is answered."""
        asked = readings(question, before, self._terms, self.index.documents, self.senses)
        answered = [one for one in asked if self.ask(one, literal=True).status is Status.ANSWERED]
        return tuple(answered) if len(answered) > 1 else ()

    def _earlier(self, history: Sequence[str], asked: str) -> list[str]:
        """Return the latest questions before one; asked again at once, it is answered again."""
        latest = list(history)[max(0, len(history) - self.settings.max_history) :]
        before = [clean_question(one, self.settings.max_question) for one in latest]
        while before[-1:] == [asked]:
            before.pop()
        return before

    def _put(
        self,
        question: str,
        found: Found,
        status: Status,
        composition: Composition | None,
        nearest: Sequence[Section],
        overdue: frozenset[str],
        *,
        doubtful: bool,
    ) -> tuple[str, tuple[Citation, ...]]:
        """Return the answer's Markdown and its citations."""
        words = self._telling(question)
        if composition is None:
            missing = _missing(words, found.importance)
            return self._renderer.no_answer(status, words, missing, nearest), ()
        if not composition.lead and not composition.parts:
            return self._renderer.without_quotes(composition.kind, found.language), ()
        reserved = status is Status.PARTIAL
        telling = self._decisive(question, words, found) if reserved else frozenset[str]()
        documents = self.index.documents
        return self._renderer.answer(
            composition, documents, status, words, telling, overdue, doubtful=doubtful
        )

    def _decisive(self, question: str, words: Sequence[str], found: Found) -> frozenset[str]:
        """Return the rare words without which a question would ask for something else.

        Of a told situation most words are scenery, which no answer has to mention.
        """
        if tells_situation(question):
            return frozenset()
        return frozenset(
            word
            for word in words
            if found.importance.tells(word)
            and float(found.vector @ self.index.encode(_without(question, word))) <= _SAME
        )

    def _telling(self, question: str) -> list[str]:
        """Return the words that say what a question is about, to name them to who asked.

        Common English words do not, unless they belong to a term of the handbook.
        """
        words = named_words(question)
        return [
            word
            for word in words
            if word not in common_english() or self._of_terms.intersection(terms(word))
        ] or words

    def _more(self, composition: Composition | None, cited: int) -> More | None:
        regions = composition.more if composition else ()
        return self._renderer.more(regions, self.index.documents, cited + 1)

    def senses(self, question: str) -> Mapping[str, tuple[Sense, ...]]:
        """Return what each acronym of a question stands for; one with several is ambiguous."""
        return self._acronyms.senses(question)

    @cached_property
    def _acronyms(self) -> Acronyms:
        return Acronyms(self.index.documents.values(), self.reference.senses)

    def figures(self, question: str, history: Sequence[str] = ()) -> tuple[str, Vectors, Features]:
        """Return what confidence and kind are read from, for fitting: text, vector and features."""
        understood = self._speller.as_written(self.understand(question, history))
        found = self._lookup.find(understood, Clock())
        return understood, found.vector, found.features

    def warm_up(self) -> None:
        """Load what is otherwise loaded by the first question that needs it."""
        self.ask("Xqzvw?")  # no word, so that the dictionary is looked into

    def understand(self, question: str, history: Sequence[str]) -> str:
        """Return the question that is searched: no markup, a follow-up written out."""
        *before, asked = self._mended([*history, question])
        return resolve(asked, before, self._talk)

    def _nearness(self, question: str) -> float:
        """Return the cosine of a question to the nearest one that people ask."""
        return self.index.nearest_asked(self.index.encode(question))

    def signs(self, question: str, history: Sequence[str]) -> tuple[Signs, Vectors]:
        """Return what leaning on the questions before is read from, for fitting."""
        *before, asked = self._mended([*history, question])
        return leaning_signs(asked, before, self._talk)

    def _mended(self, questions: Sequence[str]) -> list[str]:
        return [self._speller.correct(without_markup(one)) for one in questions]

    def _answer_id(
        self, question: str, history: Sequence[str], literal: bool, overdue: frozenset[str]
    ) -> str:
        given = [question, history, literal, self._fingerprint]
        return _digest([*given, sorted(overdue)] if overdue else given)[:16]


def wire_form(answer: Answer) -> dict[str, Any]:
    """Return an answer as the API and the CLI give it."""
    wire = asdict(answer)
    del wire["nearest"], wire["asked_kind"]
    return wire


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value).encode()).hexdigest()


def _without(question: str, word: str) -> str:
    return re.sub(rf"\b{re.escape(word)}\b", "", question, flags=re.IGNORECASE)


def _missing(words: Sequence[str], importance: Importance) -> list[str]:
    """Return the words, no numbers, whose stems stand nowhere in the handbook."""
    unknown = {stem for stem in importance.unknown if not stem.isdecimal()}
    return [word for word in dict.fromkeys(words) if unknown.intersection(terms(word))]
