"""Making a build: split, embed what is new, index, describe, publish.

The model is a function of the caller's, so that a build that changes no text loads no torch.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import astuple
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from corpus.handbook import read_handbook
from corpus.reader import handbook_files, read_bytes
from corpus.splitter import SPLITTER_VERSION
from corpus.types import Asked, Handbook
from index.dense import DenseIndex
from index.errors import IndexUnavailableError
from index.lexical import LexicalIndex, count_hyphenated, count_words
from index.store import (
    FORMAT_VERSION,
    build_folder,
    build_lock,
    check_files,
    keep_build,
    new_build,
    publication,
    publish,
    read_manifest,
    record_files,
    write_manifest,
)
from index.texts import asked_text, is_embedded, lexical_text, passage_text, span_text
from index.types import Judge, Manifest, Model, ModelIdentity, Report, Vectors

HANDBOOK_FILE = "handbook.json"
WORDS_FILE = "words.json"
KEYS_FILE = "keys.json"
PASSAGES_FILE = "passages.faiss"
SPANS_FILE = "spans.faiss"
ASKED_FILE = "asked.faiss"
LEXICAL_FOLDER = "bm25"
ENCODER_FOLDER = "encoder"
_BATCH = 256


def build_index(
    corpus_dir: Path,
    data_dir: Path,
    identity: ModelIdentity,
    load_model: Callable[[], Model],
    report: Report = lambda stage, done, total: None,
    *,
    force: bool = False,
    judge: Judge = lambda new, published: None,
) -> Manifest:
    """Build the handbook's index and publish it; return what is published.

    Nothing happens if the published build is intact and of these documents, unless forced; one of
    these documents that was kept aside is judged again, not made again. Vectors of texts that the
    published build has are taken from it; `load_model` is called only when there is something to
    embed or to export.

    Raises:
        CorpusError: a document cannot be read.
        BuildError: the model is wrong, another build runs, the disk refused a write, or `judge`
            rejected the build. In every case the published build is untouched.
    """
    with build_lock(data_dir):
        digest = corpus_digest(corpus_dir)
        build_id = identify(digest, identity)
        published = _published(data_dir)
        current = None if force or published is None else _intact_manifest(published)
        if current is not None and current.id == build_id:
            return current
        made = build_folder(data_dir, build_id)
        manifest = None if force else _intact_manifest(made)
        if manifest is None:
            same = current is not None and current.model.encoder == identity.encoder
            handbook = read_handbook(corpus_dir)
            report("read", 1, 1)
            with new_build(data_dir) as folder:
                source = published if same else None
                work = _Work(folder, handbook, identity, cache(load_model), source, report)
                manifest = work.write(build_id, digest)
                keep_build(folder, data_dir, build_id)
                report("write", 1, 1)
        if published != made:
            report("judge", 0, 1)
            judge(made, published)
            report("judge", 1, 1)
        report("publish", 0, 1)
        publish(data_dir, build_id)
        report("publish", 1, 1)
        return manifest


def corpus_digest(corpus_dir: Path) -> str:
    """Return one hash over the paths and bytes of all documents: equal if nothing changed."""
    digest = hashlib.sha256()
    for path in handbook_files(corpus_dir):
        digest.update(f"{path.relative_to(corpus_dir).as_posix()}\n".encode())
        digest.update(hashlib.sha256(read_bytes(path)).digest())
    return digest.hexdigest()


def identify(digest: str, identity: ModelIdentity) -> str:
    """Return a build's id: a hash of everything that decides what it answers."""
    parts = (FORMAT_VERSION, SPLITTER_VERSION, *astuple(identity), digest)
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]


def _published(data_dir: Path) -> Path | None:
    try:
        return build_folder(data_dir, publication(data_dir).current)
    except IndexUnavailableError:
        return None


def _intact_manifest(folder: Path) -> Manifest | None:
    """Return a build's manifest, or none if it is not one to rely on."""
    try:
        manifest = read_manifest(folder)
        check_files(folder, manifest.files)
    except IndexUnavailableError:
        return None
    return manifest


class _Work:
    """One build in the making: what it is made from and where it goes."""

    def __init__(
        self,
        folder: Path,
        handbook: Handbook,
        identity: ModelIdentity,
        model: Callable[[], Model],
        source: Path | None,
        report: Report,
    ) -> None:
        self._folder, self._handbook, self._source = folder, handbook, source
        self._identity, self._model, self._report = identity, model, report

    def write(self, build_id: str, digest: str) -> Manifest:
        """Write every file, the manifest last."""
        measured = self._files()
        self._report("write", 0, 1)
        manifest = Manifest(
            id=build_id,
            format_version=FORMAT_VERSION,
            splitter_version=SPLITTER_VERSION,
            model=self._identity,
            corpus_sha256=digest,
            documents=len(self._handbook.documents),
            passages=len(self._handbook.passages),
            spans=len(self._handbook.spans),
            asked=len(self._handbook.asked),
            created=datetime.now(UTC).isoformat(timespec="seconds"),
            files=record_files(self._folder),
            **measured,
        )
        write_manifest(self._folder, manifest)
        return manifest

    def _files(self) -> dict[str, Any]:
        """Write every file but the manifest; return the manifest's measured fields."""
        documents = {document.id: document for document in self._handbook.documents}
        passages = {passage.id: passage for passage in self._handbook.passages}
        texts = {
            PASSAGES_FILE: [
                passage_text(documents[passage.document_id], passage)
                for passage in self._handbook.passages
            ],
            SPANS_FILE: [
                span_text(documents[passages[span.passage_id].document_id], span)
                for span in self._handbook.spans
            ],
            ASKED_FILE: [asked_text(one) for one in self._handbook.asked if is_embedded(one)],
        }
        (self._folder / HANDBOOK_FILE).write_bytes(msgspec.json.encode(self._handbook))
        own = [document.text for document in self._handbook.documents]
        words = count_words(own) | count_hyphenated(own)
        (self._folder / WORDS_FILE).write_bytes(msgspec.json.encode(words))
        asked: dict[str, list[Asked]] = {}
        for one in self._handbook.asked:
            asked.setdefault(one.passage_id, []).append(one)
        LexicalIndex.build(
            [
                lexical_text(documents[passage.document_id], passage, asked.get(passage.id, []))
                for passage in self._handbook.passages
            ]
        ).save(self._folder / LEXICAL_FOLDER)
        keys = {name: [_key(text) for text in list_] for name, list_ in texts.items()}
        (self._folder / KEYS_FILE).write_bytes(msgspec.json.encode(keys))
        known = self._known_vectors()
        reused = sum(key in known for list_ in keys.values() for key in list_)
        for name, list_ in texts.items():
            vectors = self._embed(name, list_, keys[name], known)
            DenseIndex.build(vectors).save(self._folder / name)
        dimension = len(next(iter(known.values())))
        parity = self._encoder()
        return {"dimension": dimension, "reused": reused, "parity": parity}

    def _known_vectors(self) -> dict[str, Vectors]:
        """Return the vectors of the published build by the key of their text."""
        if self._source is None:
            return {}
        keys = msgspec.json.decode((self._source / KEYS_FILE).read_bytes())
        known: dict[str, Vectors] = {}
        for name, list_ in keys.items():
            known.update(zip(list_, DenseIndex.open(self._source / name).vectors, strict=True))
        return known

    def _embed(
        self, name: str, texts: Sequence[str], keys: Sequence[str], known: dict[str, Vectors]
    ) -> Vectors:
        stage = f"embed {name.partition('.')[0]}"
        # Texts of one length share a batch, so that little is spent on padding.
        missing = sorted(
            {key: text for key, text in zip(keys, texts, strict=True) if key not in known}.items(),
            key=lambda item: (len(item[1]), item[0]),
        )
        for start in range(0, len(missing), _BATCH):
            batch = missing[start : start + _BATCH]
            self._report(stage, start, len(missing))
            vectors = self._model().encode_documents([text for _, text in batch])
            known.update(zip((key for key, _ in batch), vectors, strict=True))
        self._report(stage, len(missing), len(missing))
        if not keys:
            return np.empty((0, len(next(iter(known.values())))), dtype=np.float32)
        return np.stack([known[key] for key in keys])

    def _encoder(self) -> float:
        """Export the encoder, or take over the same one from the published build."""
        target = self._folder / ENCODER_FOLDER
        if self._source is None or read_manifest(self._source).model != self._identity:
            self._report("export encoder", 0, 1)
            parity = self._model().export(target)
        else:
            _link_files(self._source / ENCODER_FOLDER, target)
            parity = read_manifest(self._source).parity
        self._report("export encoder", 1, 1)
        return parity


def _key(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _link_files(source: Path, target: Path) -> None:
    """Repeat a folder's files as hard links, or as copies where the disk has none."""
    target.mkdir()
    for path in source.iterdir():
        try:
            os.link(path, target / path.name)
        except OSError:
            shutil.copyfile(path, target / path.name)
