from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from corpus.handbook import read_handbook
from corpus.types import Asked, Handbook
from index.build import identify
from index.errors import ModelError
from index.weights import ADAPTER_FILE, PACKAGED_MODEL, ModelFiles, find_weights
from tests.support import write_tiny


@pytest.fixture
def asked(tmp_path: Path) -> Handbook:
    """The tiny handbook, with two passages that are asked for in words it does not use."""
    handbook = read_handbook(write_tiny(tmp_path / "documents"))
    first, second = handbook.passages[0], handbook.passages[-1]
    words = {
        first.id: ("the folks who nod through updates", "grey beards that wave releases on"),
        second.id: ("why does it fall over each Friday", "same hiccup every single week"),
    }
    return replace(
        handbook, asked=tuple(Asked(id_, text) for id_, texts in words.items() for text in texts)
    )


@pytest.fixture(scope="module")
def packaged() -> ModelFiles:
    return find_weights(PACKAGED_MODEL)


@pytest.mark.model
def test_an_adapter_draws_questions_to_their_passage_and_leaves_the_model_as_it_was(
    asked: Handbook, packaged: ModelFiles, tmp_path: Path
) -> None:
    from index.adapter import learn
    from index.model import SentenceTransformerModel

    path = tmp_path / "documents" / ADAPTER_FILE
    model = SentenceTransformerModel(packaged)
    questions = [one.text for one in asked.asked]
    before = model.encode_queries(questions)
    learn(model._model, asked, packaged.sha256, path, steps=12, batch=2)
    assert np.array_equal(model.encode_queries(questions), before)
    adapted = SentenceTransformerModel(find_weights(PACKAGED_MODEL, tmp_path / "documents"))
    after = adapted.encode_queries(questions)
    assert _apart(after) > _apart(before) + 0.1


@pytest.mark.model
def test_too_few_asked_questions_are_said(
    asked: Handbook, packaged: ModelFiles, tmp_path: Path
) -> None:
    from index.model import SentenceTransformerModel

    with pytest.raises(ModelError, match="2 passages have two asked questions or more"):
        SentenceTransformerModel(packaged).learn(asked, tmp_path / ADAPTER_FILE, lambda *_: None)


def test_an_adapter_is_part_of_a_build_s_identity(packaged: ModelFiles, tmp_path: Path) -> None:
    _store(tmp_path, packaged.sha256)
    adapted = find_weights(PACKAGED_MODEL, tmp_path)
    assert adapted.adapter == tmp_path / ADAPTER_FILE
    assert identify("documents", adapted.identity) != identify("documents", packaged.identity)


def test_an_adapter_for_other_weights_is_left_out(packaged: ModelFiles, tmp_path: Path) -> None:
    _store(tmp_path, "f" * 64)
    assert find_weights(PACKAGED_MODEL, tmp_path) == packaged


def test_an_unreadable_adapter_is_said(tmp_path: Path) -> None:
    (tmp_path / ADAPTER_FILE).write_bytes(b"not an adapter")
    with pytest.raises(ModelError, match=r"cannot be read .*itsm index adapt"):
        find_weights(PACKAGED_MODEL, tmp_path)


def _apart(vectors: np.ndarray) -> float:
    """Return how much nearer questions for one passage are than questions for two."""
    cosines = vectors @ vectors.T
    return float((cosines[0, 1] + cosines[2, 3]) / 2 - cosines[:2, 2:].mean())


def _store(folder: Path, weights_sha256: str) -> None:
    from safetensors.numpy import save_file

    metadata = {"weights_sha256": weights_sha256}
    save_file({"any": np.zeros(1, dtype=np.float32)}, folder / ADAPTER_FILE, metadata=metadata)
