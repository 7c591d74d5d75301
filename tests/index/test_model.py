from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from assistant.ask import Assistant
from assistant.kinds import classifier_path, example_questions
from index.errors import ModelError
from index.weights import PACKAGED_MODEL, PACKAGED_SHA256, find_weights


def test_packaged_weights_are_the_published_ones() -> None:
    assert find_weights(PACKAGED_MODEL).sha256 == PACKAGED_SHA256


def test_weights_of_another_hash_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.weights.PACKAGED_SHA256", "1" * 64)
    with pytest.raises(ModelError, match=f"have SHA-256 {PACKAGED_SHA256}, expected 1111"):
        find_weights(PACKAGED_MODEL)


def test_a_missing_model_folder_is_said(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="There is no model folder"):
        find_weights(str(tmp_path / "none"))
    with pytest.raises(ModelError, match=r"no readable model\.safetensors"):
        find_weights(str(tmp_path))


@pytest.mark.model
def test_a_folder_that_holds_no_model_is_refused(tmp_path: Path) -> None:
    from index.model import SentenceTransformerModel

    source = find_weights(PACKAGED_MODEL).folder
    shutil.copy(source / "model.safetensors", tmp_path)
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(ModelError, match="is not a sentence-transformers model"):
        SentenceTransformerModel(find_weights(str(tmp_path)))


@pytest.mark.model
def test_serving_encoder_agrees_with_sentence_transformers(real: Assistant) -> None:
    from index.model import SentenceTransformerModel

    texts = [passage.id + " " + " ".join(passage.headings) for passage in real.index.passages[::97]]
    texts += ["CAB", "x" * 3000, "na\u00efve \U0001f600 caf\u00e9"]
    weights = find_weights(PACKAGED_MODEL, real.settings.corpus_dir)
    model = SentenceTransformerModel(weights)
    reference = model.encode_queries(texts)
    served = np.stack([real.index.encode(text) for text in texts])
    assert np.abs(served - reference).max() < 1e-5
    assert np.abs(model.encode_documents(texts) - reference).max() < 1e-5


@pytest.mark.model
def test_the_served_classifier_chooses_as_the_one_that_learnt(real: Assistant) -> None:
    from index.model import SentenceTransformerModel

    weights = find_weights(PACKAGED_MODEL, real.settings.corpus_dir, classifier_path())
    learnt = SentenceTransformerModel(weights)
    assert real.index.labels == learnt.labels
    questions = [text for texts in example_questions().values() for text in texts[::7]]
    same = [
        int(np.argmax(real.index.read(one)[1])) == int(np.argmax(learnt.read_question(one)[1]))
        for one in questions
    ]
    assert len(same) > 100
    assert np.mean(same) > 0.95


@pytest.mark.model
def test_vectors_do_not_depend_on_company_or_order(real: Assistant) -> None:
    texts = ["What is a CAB?", "a much longer question about post-implementation reviews " * 5]
    alone = [real.index.encode(text) for text in texts]
    again = [real.index.encode(text) for text in reversed(texts)][::-1]
    assert all(np.array_equal(one, other) for one, other in zip(alone, again, strict=True))


@pytest.mark.model
def test_shipped_build_records_its_parity(real: Assistant) -> None:
    assert 0 < real.index.manifest.parity < 1e-5
    assert real.index.manifest.model.sha256 == PACKAGED_SHA256
