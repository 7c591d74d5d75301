"""What can be wrong with an installation, checked one by one, each with its remedy."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from assistant.confidence import load_calibration
from assistant.kinds import classifier_path
from assistant.settings import Settings
from corpus.errors import ItsmError
from corpus.reader import read_documents
from index.build import corpus_digest
from index.search import Index
from index.weights import find_weights

_NEEDED_SPACE = 300 * 2**20


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at; the message of a failed one says what to do."""

    name: str
    passed: bool
    message: str

    def form(self) -> dict[str, object]:
        """Return the check as JSON-able data."""
        return asdict(self)


def diagnose(settings: Settings) -> list[Check]:
    """Check handbook, model, index and data folder; nothing is changed."""
    return [
        look("handbook", lambda: f"{len(read_documents(settings.corpus_dir))} documents"),
        look("model", lambda: f"{settings.model}, SHA-256 {find_weights(settings.model).sha256}"),
        look("index", lambda: _index(settings)),
        _disk(settings.data_dir),
    ]


def look(name: str, at: Callable[[], str]) -> Check:
    """Return what was found, or what is wrong with it."""
    try:
        return Check(name, True, at())
    except ItsmError as error:
        return Check(name, False, str(error))


def _index(settings: Settings) -> str:
    manifest = Index.open(settings.data_dir, settings.model).manifest
    stale = manifest.corpus_sha256 != corpus_digest(settings.corpus_dir)
    weights = find_weights(settings.model, settings.corpus_dir, classifier_path())
    other = manifest.model != weights.identity
    fitted = load_calibration().encoder == manifest.model.encoder
    notes = [
        (stale, "the handbook has changed since, `itsm index build` brings it up to date"),
        (other, "its adapter or classifier has changed since, `itsm index build` takes them over"),
        (not fitted, "confidence is fitted for another encoder, `itsm eval calibrate` fits it"),
    ]
    return "; ".join([f"build {manifest.id} is intact", *(note for is_so, note in notes if is_so)])


def _disk(folder: Path) -> Check:
    there = next(one for one in (folder, *folder.absolute().parents) if one.exists())
    if not os.access(there, os.W_OK | os.X_OK):
        return Check("disk", False, f"{there} cannot be written to. Set `data_dir` or its rights.")
    free = shutil.disk_usage(there).free
    found = f"{free // 2**20:,} MB free for {folder}"
    if free < _NEEDED_SPACE:
        return Check("disk", False, f"{found}; a build needs about 300 MB. Free some space.")
    return Check("disk", True, found)
