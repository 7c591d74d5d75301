from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from index.build import identify
from index.errors import ModelError
from index.weights import PACKAGED_MODEL, find_weights

EXAMPLES = [
    ("why do we do this", {"reason": 1.0}),
    ("why is it late", {"reason": 1.0}),
    ("who does this", {"who": 1.0}),
    ("who is late", {"who": 0.6, "reason": 0.4}),
]


@pytest.mark.model
def test_a_classifier_learns_labels_and_leaves_every_vector_as_it_was(tmp_path: Path) -> None:
    from index.model import SentenceTransformerModel

    path, published = tmp_path / "kinds.safetensors", find_weights(PACKAGED_MODEL)
    model = SentenceTransformerModel(published)
    texts = [text for text, _ in EXAMPLES]
    before = model.encode_queries(texts)
    learn(model, path)
    assert np.array_equal(model.encode_queries(texts), before)
    weights = find_weights(PACKAGED_MODEL, classifier=path)
    reading = SentenceTransformerModel(weights)
    assert reading.labels == ("reason", "who")
    for question, label in (("why was it slow", "reason"), ("who was slow", "who")):
        vector, scores = reading.read_question(question)
        assert reading.labels[int(np.argmax(scores))] == label
        assert np.allclose(vector, model.encode_queries([question])[0], atol=1e-6)
    assert identify("documents", weights.identity) != identify("documents", published.identity)
    assert weights.identity.encoder == published.identity.encoder


def learn(model: object, path: Path) -> None:
    from index.classifier import learn
    from index.model import SentenceTransformerModel

    assert isinstance(model, SentenceTransformerModel)
    learn(model._model, EXAMPLES, find_weights(PACKAGED_MODEL).sha256, path, epochs=20)


def test_a_classifier_for_other_weights_is_left_out(tmp_path: Path) -> None:
    from safetensors.numpy import save_file

    path, any_ = tmp_path / "kinds.safetensors", {"any": np.zeros(1, dtype=np.float32)}
    save_file(any_, path, metadata={"weights_sha256": "f" * 64})
    published = find_weights(PACKAGED_MODEL)
    assert find_weights(PACKAGED_MODEL, classifier=path) == published
    save_file(any_, path, metadata={"weights_sha256": published.sha256})
    found = find_weights(PACKAGED_MODEL, classifier=path)
    assert replace(found, classifier=None, classifier_sha256="") == published
    assert found.classifier == path


def test_an_unreadable_classifier_is_said(tmp_path: Path) -> None:
    path = tmp_path / "kinds.safetensors"
    path.write_bytes(b"not a classifier")
    with pytest.raises(ModelError, match=r"cannot be read .*itsm eval kinds"):
        find_weights(PACKAGED_MODEL, classifier=path)
