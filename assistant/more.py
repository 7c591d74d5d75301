"""What else the handbook says to a question, for those who want more than the answer."""

from __future__ import annotations

from assistant.evidence import distinct
from assistant.material import Composition, Material, Region, holds, same_section, stretch
from corpus.types import Passage

_MOST = 4
_NEAR = 0.6


def more(material: Material, composition: Composition) -> tuple[Region, ...]:
    """Return the next best stretches of text that an answer does not quote, best first.

    No more than one of a section, and only what comes near enough to the best evidence.
    """
    quoted = composition.quoted
    chosen: list[Region] = []
    sections: list[Passage] = []
    for one in distinct(material.sentences(), material.index):
        if len(chosen) == _MOST or one.score < _NEAR * material.evidence[0].score:
            break
        if any(holds(region, one) for region in (*quoted, *chosen)):
            continue
        if any(same_section(one, passage) for passage in sections):
            continue
        chosen.append(stretch(material.index, one, (*quoted, *chosen)))
        sections.append(one.passage)
    return tuple(chosen)
