"""Each rule of the handbook finds what breaks it, and the shipped handbook breaks none."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.settings import Settings
from corpus.check import check_handbook, statistics
from corpus.handbook import read_handbook

FRONT = """---
id: X1
title: A title
summary: One sentence.
as_of: 2026-11
verified: 2026-11-22
sources:
  - {title: T, url: "https://example.org", seen: 2026-11}
---
"""
BODY = "# A title\n\n## A section\n\nA service is agreed.\n"


def findings(tmp_path: Path, text: str) -> list[str]:
    (tmp_path / "x.md").write_text(text)
    (tmp_path / "x.asked.yaml").write_text("A section:\n  - What is agreed?\n")
    return [str(finding) for finding in check_handbook(read_handbook(tmp_path))]


def test_the_shipped_handbook_keeps_its_rules() -> None:
    handbook = read_handbook(Settings().corpus_dir)
    assert [str(finding) for finding in check_handbook(handbook)] == []
    counted = statistics(handbook)
    assert counted["documents"] >= 130
    assert counted["words"] >= 90_000


def test_a_document_that_keeps_the_rules_has_no_finding(tmp_path: Path) -> None:
    assert findings(tmp_path, FRONT + BODY) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            FRONT.replace("verified: 2026-11-22\n", "") + BODY,
            "x.md:1: the front matter has no `ver",
        ),
        (FRONT.replace("as_of: 2026-11\n", "as_of: soon\n") + BODY, "`as_of` is 'soon'"),
        (FRONT.replace("One sentence.", "word " * 26) + BODY, "the summary has 26 words"),
        (FRONT.replace(", seen: 2026-11}", "}") + BODY, "needs title, url and seen"),
        (FRONT.replace("as_of", "related: [X9]\nas_of") + BODY, "names X9, which is no document"),
        (FRONT + BODY.replace("# A title", "# Other", 1), "the H1 'Other' is not the title"),
        (FRONT + BODY + "\n## A section\n\nA user asks.\n", "also the heading of line 3"),
        (FRONT + BODY + "\n#### Deep\n\nA user asks.\n", "at most of level 3"),
        (FRONT + BODY + "\nSee [this](../none.md#x).\n", "x.md:7: the link to ../none.md#x leads"),
        (FRONT + BODY.replace("A service", "It"), "the section opens with 'It'"),
        (FRONT + BODY + "\nThe QQX decides.\n", "QQX is neither in the glossary nor spelt out"),
        (FRONT + BODY + "\n**Metric: M.**\nFormula: a\n", "the metric has no line `Unit:`"),
        (FRONT + BODY + '\n**Myth:** "m"\n', "the myth has no `**Fact:**`"),
        (FRONT + BODY + "\n### Template: t\n\n```text\nx\n```\n", "has no [placeholder]"),
        (FRONT + BODY + "\n### Comparison: a\n\n| X | Y |\n|---|---|\n| 1 | 2 |\n", "is `Aspect`"),
        (FRONT + BODY + "\n" + "- one\n" * 10, "the list has 10 items"),
        (FRONT + BODY + "\n" + "word " * 201 + "\n", "the paragraph has 201 words"),
        (FRONT + BODY + "\n## Lonely\n\nA user asks.\n", "nobody asks for 'Lonely'"),
    ],
)
def test_a_broken_rule_is_found_with_file_line_and_remedy(
    tmp_path: Path, text: str, said: str
) -> None:
    found = findings(tmp_path, text)
    assert any(said in one for one in found), found
    assert all(one.startswith("x.md:") and one.endswith(".") for one in found)
