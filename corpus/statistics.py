"""`itsm corpus stats`: what is in a handbook, in figures."""

from __future__ import annotations

from collections import Counter
from typing import Any

from corpus.blocks import plain_text
from corpus.coverage import coverage
from corpus.rules import Rules
from corpus.types import Handbook


def statistics(handbook: Handbook, rules: Rules) -> dict[str, Any]:
    """Return documents, words, passages, spans, typed blocks and covered facts of the outline."""
    sections: dict[str, Counter[str]] = {}
    texts = {document.id: document for document in handbook.documents}
    for document in handbook.documents:
        counts = sections.setdefault(document.section, Counter())
        counts["documents"] += 1
        counts["words"] += len(plain_text(document.text).split())
    for passage in handbook.passages:
        sections[texts[passage.document_id].section]["passages"] += 1
    covered = {
        one: {"covered": found.facts - len(found.missing), "facts": found.facts}
        for one, found in coverage(handbook, rules.outline).items()
    }
    return {
        "documents": len(handbook.documents),
        "words": sum(counts["words"] for counts in sections.values()),
        "passages": len(handbook.passages),
        "spans": len(handbook.spans),
        "asked questions": len(handbook.asked),
        "blocks": dict(Counter(block.kind for block in handbook.blocks).most_common()),
        "sections": {name: dict(counts) for name, counts in sorted(sections.items())},
        "coverage": {
            "covered": sum(counts["covered"] for counts in covered.values()),
            "facts": sum(counts["facts"] for counts in covered.values()),
            "documents": covered,
        },
    }
