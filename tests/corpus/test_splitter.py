from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from corpus.blocks import plain_text
from corpus.reader import canonical, read_documents
from corpus.splitter import MAX_WORDS, split_document, split_handbook
from corpus.types import Document
from tests.support import write_tiny

FRAGMENTS = [
    *("# T\n", "## H\n", "### Steps: x\n", "- a. b\n", "1. q\n", "  - n\n", "> quote\n", "\n"),
    *("**Definition: X.** y. z\n", "**Myth:** m\n**Fact:** f.\n", "```text\n[x]\n```\n", "\t"),
    *(
        "| a | b |\n|---|---|\n| 1 | 2 |\n",
        "- [ ] c\n",
        "    code\n",
        "a  \nb\n",
        "\u00e9\U0001f600 z.",
    ),
    *("***", "<b>x</b>", "\\|", "&amp;", "---\n", "[l](u)\n", "=\n", "**Meaning:** m\n", "\x0c"),
]


def document(text: str) -> Document:
    return Document("d", "c", "d.md", "T", "s", text, "", {})


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(FRAGMENTS) | st.text(max_size=12), max_size=14))
@example(["| a | b |\n|---|---|\n| 1 | 2 |\n", "\x1f\n0"])
def test_offsets_stay_inside_their_parents_for_any_markdown(fragments: list[str]) -> None:
    text = canonical("".join(fragments))
    blocks, passages, spans = split_document(document(text))
    by_id = {passage.id: passage for passage in passages}
    for span in spans:
        passage, block = by_id[span.passage_id], blocks[span.block]
        assert span.start < span.end
        assert passage.start <= span.start
        assert span.end <= passage.end
        assert block.start <= span.start
        assert span.end <= block.end
        assert text[span.start : span.end].strip()
    for before, after in pairwise(passages):
        assert before.end <= after.start
    for block in blocks:
        assert 0 <= block.start < block.end <= len(text)


def test_every_word_of_the_shipped_handbook_can_be_found(shipped: tuple[Document, ...]) -> None:
    """Nothing that a person wrote is lost between blocks and passages."""
    handbook = split_handbook(shipped)
    covered = {document.id: 0 for document in shipped}
    written = {document.id: 0 for document in shipped}
    for passage in handbook.passages:
        text = next(d for d in shipped if d.id == passage.document_id).text
        covered[passage.document_id] += len(plain_text(text[passage.start : passage.end]).split())
    for block in handbook.blocks:
        text = next(d for d in shipped if d.id == block.document_id).text
        written[block.document_id] += len(plain_text(text[block.start : block.end]).split())
    assert covered == written


def test_every_span_of_the_shipped_handbook_is_exactly_the_text_at_its_offsets(
    shipped: tuple[Document, ...],
) -> None:
    handbook = split_handbook(shipped)
    texts = {document.id: document.text for document in shipped}
    for span in handbook.spans:
        text = texts[span.passage_id.partition("/")[0]][span.start : span.end]
        assert text == text.strip() != ""
        if span.kind in {"sentence", "definition", "fact", "view", "do", "dont", "step"}:
            assert not text.startswith(("-", "*", "|", "#", ">")), text
            assert "\n\n" not in text


def test_passages_fit_the_window_unless_one_unit_alone_does_not() -> None:
    text = "## H\n\n" + "\n\n".join(f"Sentence number {n} says a thing." for n in range(200))
    _, passages, _ = split_document(document(text))
    assert len(passages) > 1
    assert all(len(plain_text(text[p.start : p.end]).split()) <= MAX_WORDS for p in passages)


def test_a_list_is_kept_whole_where_it_fits_and_cut_between_items_where_not() -> None:
    items = "".join(f"- Item {n} has five words.\n" for n in range(10))
    _, passages, _ = split_document(document(f"## H\n\n{items}"))
    assert len(passages) == 1
    _, cut, spans = split_document(document(f"## H\n\n{items}"), max_words=20)
    assert len(cut) > 1
    assert sum(span.passage_id == cut[0].id for span in spans) == 4


def test_a_new_heading_starts_a_new_passage() -> None:
    _, passages, _ = split_document(document("## A\n\none.\n\n## B\n\ntwo.\n"))
    assert [passage.headings for passage in passages] == [("A",), ("B",)]


@pytest.fixture(scope="module")
def shipped() -> tuple[Document, ...]:
    from assistant.settings import Settings

    return read_documents(Settings().corpus_dir)


def test_the_same_handbook_splits_the_same(tmp_path: Path) -> None:
    documents = read_documents(write_tiny(tmp_path))
    assert split_handbook(documents) == split_handbook(documents)
