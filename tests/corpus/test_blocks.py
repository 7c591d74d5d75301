from __future__ import annotations

import pytest

from corpus.blocks import heading_anchor, parse_blocks, plain_text, sentences
from corpus.types import Block, Document


def document(text: str) -> Document:
    return Document("d", "c", "d.md", "T", "s", text, "", {})


def parsed(text: str) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """Each block as kind, label and its units (kind, text)."""
    blocks, units = parse_blocks(document(text))
    return [
        (
            block.kind,
            block.label,
            [(u.kind, text[u.start : u.end]) for u in units if u.block == block.ordinal],
        )
        for block in blocks
    ]


CONVENTIONS = {
    "**Definition: Known error.** A known error is analysed. It is open.\n": (
        "definition",
        "Known error",
        [("definition", "A known error is analysed."), ("definition", "It is open.")],
    ),
    "### Steps: one thing\n\n1. Do a.\n2. Do b.\n": (
        "steps",
        "one thing",
        [("step", "Do a."), ("step", "Do b.")],
    ),
    "### Do: in a CAB\n\n- Speak up.\n": ("do", "in a CAB", [("do", "Speak up.")]),
    "### Don't: in a CAB\n\n- Do not shout.\n": ("dont", "in a CAB", [("dont", "Do not shout.")]),
    "**Why: documenting.** Audits need it.\n": (
        "why",
        "documenting",
        [("why", "Audits need it.")],
    ),
    "**Example: a patch.** A firm patched.\n": (
        "example",
        "a patch",
        [("example", "A firm patched.")],
    ),
    "### Comparison: A and B\n\n| Aspect | A | B |\n|---|---|---|\n| Size | a | b |\n": (
        "comparison",
        "A and B",
        [("row", "| Size | a | b |")],
    ),
    '**Myth:** "CABs decide."\n**Fact:** CABs advise. Mostly.\n': (
        "myth",
        "",
        [("myth", '"CABs decide."'), ("fact", "CABs advise."), ("fact", "Mostly.")],
    ),
    "### Template: note\n\n```text\nHello [name]\n```\n": (
        "template",
        "note",
        [("template", "Hello [name]")],
    ),
    "### Checklist: before\n\n- [ ] Test done.\n": (
        "checklist",
        "before",
        [("check", "Test done.")],
    ),
    "**Metric: Rate.**\nFormula: a / b\nUnit: per cent\n": (
        "metric",
        "Rate",
        [("metric", "Formula: a / b"), ("metric", "Unit: per cent")],
    ),
    "**Community view.** Many agree.\n": ("view", "", [("view", "Many agree.")]),
    "Plain text. Two sentences.\n": (
        "paragraph",
        "",
        [("sentence", "Plain text."), ("sentence", "Two sentences.")],
    ),
    "- one\n- two\n": ("list", "", [("item", "one"), ("item", "two")]),
    "> quoted\n": ("quote", "", [("quote", "quoted")]),
}


@pytest.mark.parametrize("text", CONVENTIONS)
def test_each_convention_gives_its_kind_label_and_units(text: str) -> None:
    assert parsed(text) == [CONVENTIONS[text]]


def test_a_quote_with_a_meaning_is_a_saying_and_labels_its_parts() -> None:
    text = (
        "> Keep the SLA Holy\n\n**Meaning:** m.\n\n**Use it when:** u.\n\n**Avoid it when:** a.\n"
    )
    assert [(kind, label) for kind, label, _ in parsed(text)] == [
        ("saying", ""),
        ("meaning", "Keep the SLA Holy"),
        ("use", "Keep the SLA Holy"),
        ("avoid", "Keep the SLA Holy"),
    ]


def test_headings_nest_below_the_title() -> None:
    blocks, _ = parse_blocks(document("# T\n\nintro\n\n## A\n\na\n\n### B\n\nb\n\n## C\n\nc\n"))
    assert [block.headings for block in blocks] == [(), ("A",), ("A", "B"), ("C",)]


def test_nested_and_continued_list_items_are_exact() -> None:
    text = "- a\n  goes on\n  - inner\n- b\n"
    _, units = parse_blocks(document(text))
    assert [text[u.start : u.end] for u in units] == ["a\n  goes on", "inner", "b"]


def test_rules_html_and_empty_documents_hold_nothing_to_quote() -> None:
    assert parsed("") == []
    assert parsed("---\n\n<b>x</b>\n\n<!-- c -->\n") == [
        ("paragraph", "", [("sentence", "<b>x</b>")])
    ]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("ISO/IEC 20000-1:2018 (Sept 2018) is current. It counts.", 2),
        ('The profile says: "Always document even small changes." Teams comply.', 2),
        ("Version 5.0 vs. 4 differs e.g. in scope.", 1),
        ("Availability is 99.9 % in a month. Really? Yes!", 3),
    ],
)
def test_sentences_end_where_a_reader_would_end_them(text: str, count: int) -> None:
    found = [text[start:end] for start, end in sentences(text, 0, len(text))]
    assert len(found) == count
    assert " ".join(found) == text


def test_plain_text_drops_marks_and_keeps_words() -> None:
    assert plain_text("**Do** `x`\n\n| a | b |\n|---|---|\n- [ ] c\n1. d") == "Do x a b c d"


def test_heading_anchor_is_what_links_use() -> None:
    assert heading_anchor("Don't: in & after a CAB") == "don-t-in-after-a-cab"


def test_block_ordinals_count_from_zero() -> None:
    blocks: list[Block] = parse_blocks(document("a\n\nb\n"))[0]
    assert [block.ordinal for block in blocks] == [0, 1]
