"""Each rule of the handbook finds what breaks it, and the shipped handbook breaks none."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.ask import Assistant
from assistant.settings import Settings
from corpus.check import NEAR_DUPLICATE, check_handbook
from corpus.handbook import read_handbook
from corpus.rules import Rules, read_rules

FRONT = """---
id: X1
title: A title
section: frameworks
summary: One sentence.
as_of: 2026-11
verified: 2026-11-22
sources:
  - {title: T, url: "https://example.org", seen: 2026-11}
---
"""
SIXTY_WORDS = "A service is agreed with its customer. " + "A user asks for a service. " * 9
BODY = f"# A title\n\n## A section\n\n{SIXTY_WORDS}\n"
FIRST_LINE = FRONT.count("\n") + 1
PRACTICE = """
**Definition: Service desk.** A service desk is the contact of users.

### Purpose of a desk

### Steps: run a desk

1. Answer the user.

### Who runs a desk

### Inputs and outputs of a desk

### Metrics for a desk

### Common mistakes at a desk
"""
RULES = Rules(
    outline={"X1": ("customers agree services",)},
    words=frozenset({"fulfilment"}),
    names=("Support Center",),
)


def findings(tmp_path: Path, text: str) -> list[str]:
    (tmp_path / "x.md").write_text(text)
    (tmp_path / "x.asked.yaml").write_text("A section:\n  - What is agreed?\n")
    return [str(finding) for finding in check_handbook(read_handbook(tmp_path), RULES)]


def test_the_shipped_handbook_keeps_its_rules() -> None:
    handbook = read_handbook(Settings().corpus_dir)
    assert [str(finding) for finding in check_handbook(handbook, read_rules())] == []


@pytest.mark.model
def test_no_two_documents_of_the_shipped_handbook_say_the_same(real: Assistant) -> None:
    """The rule that needs vectors, on the real ones; a listed exception must still be needed."""
    handbook, rules = read_handbook(Settings().corpus_dir), read_rules()
    similar = real.index.near_duplicates(NEAR_DUPLICATE)
    assert [str(finding) for finding in check_handbook(handbook, rules, similar)] == []
    assert len(similar) >= len(rules.duplicates) > 0


@pytest.mark.parametrize(
    "text",
    [
        FRONT + BODY,
        FRONT.replace("frameworks", "practices") + BODY + PRACTICE,
        FRONT + BODY + '\nThe "Pink Color Center" and the Support Center do fulfilment.\n',
        FRONT + BODY + "\n### Template: t\n\n```text\n[name]\n```\n",
        FRONT + BODY + "\n| A | B |\n|---|---|\n| 1 | 2 |\n",
        FRONT + BODY + "\n### Do: at a desk\n\n- Answer the user.\n",
    ],
    ids=["plain", "practice", "names", "template", "table", "do"],
)
def test_a_document_that_keeps_the_rules_has_no_finding(tmp_path: Path, text: str) -> None:
    found = findings(tmp_path, text)
    assert [one for one in found if "nobody asks" not in one] == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (FRONT.replace("verified: 2026-11-22\n", "") + BODY, "the front matter has no `verified`"),
        (FRONT.replace("as_of: 2026-11\n", "as_of: soon\n") + BODY, "`as_of` is 'soon'"),
        (FRONT.replace("One sentence.", "word " * 26) + BODY, "the summary has 26 words"),
        (FRONT.replace(", seen: 2026-11}", "}") + BODY, "- at `$[0].seen`"),
        (FRONT.replace("as_of", "related: [X9]\nas_of") + BODY, "names X9, which is no document"),
        (FRONT.replace("as_of", "author: me\nas_of") + BODY, "has `author`. Remove it"),
        (FRONT.replace("as_of", "aliases: [a, b, c, d, e, f, g]\nas_of") + BODY, "length <= 6"),
        (FRONT.replace("id: X1\n", "") + BODY, "the id is 'x'. Give it"),
        (FRONT + BODY.replace("# A title", "# Other", 1), "the H1 'Other' is not the title"),
        (FRONT + BODY + "\n## A section\n\nA user asks.\n", "also the heading of line"),
        (FRONT + BODY + "\n#### Deep\n\nA user asks.\n", "at most of level 3"),
        (FRONT + BODY + "\nSee [this](../none.md#x).\n", "the link to ../none.md#x leads"),
        (FRONT + BODY.replace("A service", "It", 1), "the section opens with 'It'"),
        (FRONT + BODY + "\nThe QQX decides.\n", "QQX is neither in the glossary nor spelt out"),
        (FRONT + BODY + "\n**Metric: M.**\nFormula: a\n", "the metric has no line `Unit:`"),
        (
            FRONT + BODY + "\n**Metric: M.**\nFormula: a\nUnit: b\nExample: c\nWatch out: d\n",
            "the example of the metric has no number",
        ),
        (FRONT + BODY + '\n**Myth:** "m"\n', "the myth has no `**Fact:**`"),
        (FRONT + BODY + "\n> Be calm\n\n**Meaning:** Calm.\n", "'Be calm' has no part `use`"),
        (FRONT + BODY + "\n### Template: t\n\n```text\nx\n```\n", "has no [placeholder]"),
        (FRONT + BODY + "\n### Steps: s\n\n- One\n", "no block `steps` below 'Steps: s'"),
        (FRONT + BODY + "\n### Comparison: a\n\n| X | Y |\n|---|---|\n| 1 | 2 |\n", "is `Aspect`"),
        (FRONT + BODY + "\n| X | |\n|---|---|\n| 1 | 2 |\n", "a column without a heading"),
        (FRONT + BODY + "\n" + "- one\n" * 10, "the list has 10 items"),
        (FRONT + BODY + "\n" + "word " * 201 + "\n", "the paragraph has 201 words"),
        (FRONT + BODY + ("\n" + "word " * 75 + "\n") * 2, "the section 'A section' has 211 words"),
        (FRONT + BODY.replace(SIXTY_WORDS, "A service is agreed."), "has 4 words, the least is 60"),
        (FRONT + BODY.replace("customer", "client"), "the key fact 'customers agree services'"),
        (FRONT + BODY + "\nA user recieves help.\n", "'recieves' is spelt 'receives'"),
        (FRONT + BODY + "\nA user organizes help.\n", "'organizes' is spelt 'organises'"),
        (FRONT.replace("frameworks", "practices") + BODY, "the practice has no key activities"),
        (FRONT + BODY + "\n## Lonely\n\nA user asks.\n", "nobody asks for 'Lonely'"),
    ],
)
def test_a_broken_rule_is_found_with_file_line_and_remedy(
    tmp_path: Path, text: str, said: str
) -> None:
    found = findings(tmp_path, text)
    assert any(said in one for one in found), found
    assert all(one.startswith("x.md:") and one.endswith(".") for one in found)


@pytest.mark.parametrize(
    ("line", "part"),
    [
        ("**Definition: Service desk.**", "definition"),
        ("### Purpose of a desk", "purpose"),
        ("1. Answer the user.", "key activities"),
        ("### Who runs a desk", "roles"),
        ("### Inputs and outputs of a desk", "inputs and outputs"),
        ("### Metrics for a desk", "metrics"),
        ("### Common mistakes at a desk", "common mistakes"),
    ],
)
def test_every_part_of_a_practice_is_asked_for(tmp_path: Path, line: str, part: str) -> None:
    text = FRONT.replace("frameworks", "practices") + BODY + PRACTICE.replace(line, "")
    assert f"the practice has no {part}." in " ".join(findings(tmp_path, text))


def test_links_lead_to_files_as_a_browser_understands_them(tmp_path: Path) -> None:
    (tmp_path / "a b").mkdir()
    (tmp_path / "a b" / "y.md").write_text(FRONT.replace("X1", "Y1") + BODY)
    links = "[a](a%20b/y.md#a-section) [b](./a%20b/../a%20b/y.md) [c](#a-section)"
    found = findings(tmp_path, FRONT + BODY + f"\nSee {links} [d](../x.md).\n")
    assert [one.split(":", 2)[2] for one in found if "leads nowhere" in one] == [
        " the link to ../x.md leads nowhere. Name a document and a heading of it."
    ]


def test_the_line_is_that_of_the_file(tmp_path: Path) -> None:
    [found] = findings(tmp_path, FRONT + "\n" + BODY + "\nA user recieves help.\n")
    line = (tmp_path / "x.md").read_text().split("\n").index("A user recieves help.") + 1
    assert found.startswith(f"x.md:{line}: ")


def test_passages_that_say_the_same_are_found_unless_listed(tmp_path: Path) -> None:
    for name in ("x", "y"):
        text = (FRONT + BODY).replace("X1", name.upper() + "2")
        (tmp_path / f"{name}.md").write_text(text)
        (tmp_path / f"{name}.asked.yaml").write_text("A section:\n  - What is agreed?\n")
    handbook = read_handbook(tmp_path)
    one, other = handbook.passages
    [found] = check_handbook(handbook, Rules(), [(one, other, 0.97)])
    assert "'X2 A section' says nearly the same as 'Y2 A section' (cosine 0.970)" in found.message
    assert (found.path, found.line) == ("x.md", FIRST_LINE + 4)
    listed = Rules(duplicates=frozenset({frozenset({"Y2 A section", "X2 A section"})}))
    assert check_handbook(handbook, listed, [(one, other, 0.97)]) == []
