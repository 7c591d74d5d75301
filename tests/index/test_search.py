from __future__ import annotations

import json
import math
from dataclasses import astuple
from pathlib import Path

import numpy as np
import pytest

from index.build import SPANS_FILE
from index.errors import IndexDamagedError, IndexMismatchError, IndexMissingError
from index.search import BM25, DENSE, FUSED, SOFTNESS, Index
from index.store import MANIFEST, build_folder, publication
from index.texts import is_embedded, passage_text, span_text
from tests.support import IDENTITY, HashingModel, build_tiny

QUESTIONS = ("what is a CAB", "rejected change", "incident or problem", "zebra", "SLA targets")


def slow_search(index: Index, question: str) -> list[tuple[str, float]]:
    """The fused ranking from its definition, over all passages, without FAISS."""
    model = HashingModel()
    query = model.encode_queries([question])[0]
    rows = []

    def cosine(text: str) -> float:
        kept = model.encode_queries([text])[0].astype(np.float16)
        return float(kept.astype(np.float32) @ query)

    bm25 = index.lexical.scores(question)
    for position, passage in enumerate(index.passages):
        document = index.documents[passage.document_id]
        own = cosine(passage_text(document, passage))
        spans = [s for s in index.spans if s.passage_id == passage.id]
        best = max(cosine(span_text(document, s)) for s in spans)
        asked = [a.text for a in index.asked if a.passage_id == passage.id and is_embedded(a)]
        cosines = [cosine(text) for text in asked]
        soft = SOFTNESS * np.log(sum(math.exp(one / SOFTNESS) for one in cosines) or 1)
        near = soft if cosines else (own + best) / 2
        rows.append((own, best, float(near), float(bm25[position])))
    raw = np.array(rows).round(5)
    width = np.ptp(raw, axis=0)
    norm = (raw - raw.min(axis=0)) / np.where(width > 0, width, 1)
    scores = norm @ astuple(FUSED)
    ranked = sorted(zip(index.passages, scores, strict=True), key=lambda one: -one[1])
    return [(passage.id, float(score)) for passage, score in ranked]


@pytest.mark.parametrize("question", QUESTIONS)
def test_ranking_is_the_documented_formula(tiny_index: Index, question: str) -> None:
    """The pool holds the whole tiny handbook, so both see the same passages; ties may differ."""
    hits = tiny_index.search(question, k=100)
    slow = dict(slow_search(tiny_index, question))
    assert {hit.passage.id for hit in hits} == set(slow)
    for hit in hits:
        assert hit.score == pytest.approx(slow[hit.passage.id], abs=2e-4)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def test_best_passage_is_the_one_that_says_it(tiny_index: Index) -> None:
    assert tiny_index.search("rejected change steps")[0].passage.headings[0] == (
        "How a rejected change goes on"
    )


def test_ranks_order_each_component_alone(tiny_index: Index) -> None:
    hits = tiny_index.search("incident problem", k=100)
    by_dense = sorted(hits, key=lambda hit: hit.dense_rank)
    cosines = [hit.components.passage_cosine for hit in by_dense]
    assert [hit.dense_rank for hit in by_dense] == list(range(1, len(hits) + 1))
    assert cosines == sorted(cosines, reverse=True)


@pytest.mark.parametrize("weights", [FUSED, DENSE, BM25])
def test_k_best_are_the_first_of_more(tiny_index: Index, weights: object) -> None:
    few = tiny_index.search("change", 3, weights)  # type: ignore[arg-type]
    assert few == tiny_index.search("change", 8, weights)[:3]  # type: ignore[arg-type]


def test_span_scores_belong_to_the_passage(tiny_index: Index) -> None:
    hit = tiny_index.search("CAB")[0]
    query = tiny_index.encode("CAB")
    scored = tiny_index.span_scores(hit.passage, query)
    assert [span for span, _ in scored] == list(tiny_index.spans_in(hit.passage))
    assert max(score for _, score in scored) == hit.components.span_cosine


def test_a_told_situation_is_found_by_its_words_and_not_embedded(
    tiny_index: Index, corpus_dir: Path, data_dir: Path
) -> None:
    told = "On Monday my form came back from the round with a red stamp on it, and " + "so " * 20
    path = corpus_dir / "change" / "cab.asked.yaml"
    path.write_text(f"{path.read_text().rstrip()}\n  - {told}\n")
    build_tiny(corpus_dir, data_dir)
    index = Index.open(data_dir, IDENTITY.name, HashingModel())
    best = index.search("a red stamp")[0]
    assert best.passage.headings[0] == "How a rejected change goes on"
    assert index.asked_of(best.passage)[-1].text == told.strip()
    [before] = [one for one in tiny_index.search("a red stamp", 100) if one.passage == best.passage]
    assert best.components.bm25 > before.components.bm25
    assert best.components.asked_cosine == before.components.asked_cosine


def test_near_duplicates_are_pairs_of_two_documents(corpus_dir: Path, data_dir: Path) -> None:
    twin = (corpus_dir / "faq" / "own.md").read_text().replace("T3", "T4")
    (corpus_dir / "faq" / "twin.md").write_text(twin)
    build_tiny(corpus_dir, data_dir)
    index = Index.open(data_dir, IDENTITY.name, HashingModel())
    [(one, other, cosine)] = index.near_duplicates(0.99)
    assert {one.document_id, other.document_id} == {"T3", "T4"}
    assert cosine == pytest.approx(1.0, abs=1e-3)  # half precision
    near = index.near_duplicates(0.0)
    assert len(near) > 1
    assert all(one.document_id != other.document_id for one, other, _ in near)


def test_no_build_is_missing(data_dir: Path) -> None:
    with pytest.raises(IndexMissingError, match="itsm index build"):
        Index.open(data_dir, IDENTITY.name)


def test_another_model_is_refused_with_both_names(corpus_dir: Path, data_dir: Path) -> None:
    build_tiny(corpus_dir, data_dir)
    with pytest.raises(IndexMismatchError, match="made with model hashing, .* uses model other"):
        Index.open(data_dir, "other", HashingModel())


@pytest.mark.parametrize("field", ["format_version", "splitter_version"])
def test_another_version_is_refused(corpus_dir: Path, data_dir: Path, field: str) -> None:
    build_tiny(corpus_dir, data_dir)
    path = build_folder(data_dir, publication(data_dir).current) / MANIFEST
    manifest = json.loads(path.read_text())
    manifest[field] = 999
    path.write_text(json.dumps(manifest))
    with pytest.raises(IndexMismatchError, match="999"):
        Index.open(data_dir, IDENTITY.name, HashingModel())


def damage_remove(path: Path) -> None:
    path.unlink()


def damage_truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-100])


def damage_alter(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize("damage", [damage_remove, damage_truncate, damage_alter])
@pytest.mark.parametrize("name", [SPANS_FILE, "handbook.json", "bm25/vocab.index.json"])
def test_every_kind_of_damage_is_named(
    corpus_dir: Path, data_dir: Path, damage: object, name: str
) -> None:
    build_tiny(corpus_dir, data_dir)
    path = build_folder(data_dir, publication(data_dir).current) / name
    damage(path)  # type: ignore[operator]
    with pytest.raises(IndexDamagedError, match=path.name):
        Index.open(data_dir, IDENTITY.name, HashingModel())


def test_a_foreign_folder_is_not_a_build(corpus_dir: Path, data_dir: Path) -> None:
    build_tiny(corpus_dir, data_dir)
    (build_folder(data_dir, publication(data_dir).current) / MANIFEST).write_text("[1, 2]")
    with pytest.raises(IndexDamagedError, match="no readable manifest"):
        Index.open(data_dir, IDENTITY.name, HashingModel())
