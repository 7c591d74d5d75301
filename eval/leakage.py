"""Questions that would measure nothing: copied from what answers them, or known to the index."""

from __future__ import annotations

import re
from collections.abc import Iterable

from corpus.types import Handbook
from eval.questions import Question, section_ids
from index.lexical import words

_RUN = 6
"""So many words in a row are not chance."""

Runs = frozenset[tuple[str, ...]]


def copied(questions: Iterable[Question], handbook: Handbook) -> list[str]:
    """Return a message for each question that shares six words in a row with what answers it.

    That is a passage of a gold section, or the title or a heading of any document.
    """
    sections, headings = _sections(handbook), _headings(handbook)
    messages: list[str] = []
    for question in questions:
        runs = _runs(question.question) | _runs(question.standalone)
        golds = (one for need in question.gold for one in need)
        places = [one for one in golds if runs & sections.get(one, frozenset())]
        places += sorted({f"the heading {headings[run]!r}" for run in runs & headings.keys()})
        messages += (
            f"{question.id} {question.question!r} shares six words in a row with {place}."
            for place in places
        )
    return messages


def known(questions: Iterable[Question], handbook: Handbook) -> list[str]:
    """Return a message for each question that the index reads, whatever the case and punctuation.

    Such a question is found by itself and not by what it means.
    """
    asked = {tuple(words(one.text)): one for one in reversed(handbook.asked)}
    return [
        f"{question.id} {text!r} is among what is asked for {one.passage_id}: {one.text!r}."
        for question in questions
        for text in dict.fromkeys((question.question, question.standalone))
        if (one := asked.get(tuple(words(text))))
    ]


def _sections(handbook: Handbook) -> dict[str, Runs]:
    texts = {document.id: document.text for document in handbook.documents}
    sections: dict[str, Runs] = {}
    for passage in handbook.passages:
        runs = _runs(texts[passage.document_id][passage.start : passage.end])
        for id_ in section_ids(passage):
            sections[id_] = sections.get(id_, frozenset()) | runs
    return sections


def _headings(handbook: Handbook) -> dict[tuple[str, ...], str]:
    """Return the first title or heading that has each six words in a row."""
    titles = [document.title for document in handbook.documents]
    headings = [heading for passage in handbook.passages for heading in passage.headings]
    return {
        run: text for text in reversed(dict.fromkeys((*titles, *headings))) for run in _runs(text)
    }


def _runs(text: str) -> Runs:
    found = re.findall(r"\w+", text.lower())
    return frozenset(tuple(found[at : at + _RUN]) for at in range(len(found) - _RUN + 1))
