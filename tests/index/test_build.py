from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from corpus.errors import CorpusError
from index.build import PASSAGES_FILE, SPANS_FILE
from index.dense import DenseIndex
from index.errors import BuildError, BuildRejectedError
from index.search import Index
from index.store import build_folder, publication
from tests.support import IDENTITY, HashingModel, build_tiny

STAGES = ("read", "embed passages", "embed spans", "export encoder", "write", "judge", "publish")


def append(corpus_dir: Path, text: str) -> None:
    path = corpus_dir / "practices" / "incidents.md"
    path.write_text(path.read_text() + text)


def test_an_unchanged_handbook_is_not_built_again(corpus_dir: Path, data_dir: Path) -> None:
    first = build_tiny(corpus_dir, data_dir)
    model = HashingModel()
    assert build_tiny(corpus_dir, data_dir, model) == first
    assert model.encoded == []


def test_only_texts_that_changed_are_embedded_again(corpus_dir: Path, data_dir: Path) -> None:
    before = build_tiny(corpus_dir, data_dir)
    append(corpus_dir, "\n## News\n\nA canary release goes to a few users first.\n")
    model = HashingModel()
    after = build_tiny(corpus_dir, data_dir, model)
    assert len(model.encoded) == 2  # one passage and its one span
    assert all("canary" in text for text in model.encoded)
    assert after.reused == before.passages + before.spans + before.asked - 1  # one told situation


def test_reused_vectors_are_those_of_a_build_from_nothing(
    corpus_dir: Path, data_dir: Path, tmp_path: Path
) -> None:
    build_tiny(corpus_dir, data_dir)
    append(corpus_dir, "\n## News\n\nA canary release goes to a few users first.\n")
    reusing = build_folder(data_dir, build_tiny(corpus_dir, data_dir).id)
    afresh = build_folder(tmp_path / "other", build_tiny(corpus_dir, tmp_path / "other").id)
    for name in (PASSAGES_FILE, SPANS_FILE):
        one, other = DenseIndex.open(reusing / name), DenseIndex.open(afresh / name)
        assert np.array_equal(one.vectors, other.vectors)


def test_another_classifier_is_exported_without_embedding_anything_again(
    corpus_dir: Path, data_dir: Path
) -> None:
    before = build_tiny(corpus_dir, data_dir)
    model, identity = HashingModel(), replace(IDENTITY, classifier_sha256="1" * 64)
    after = build_tiny(corpus_dir, data_dir, model, identity=identity)
    assert after.id != before.id
    assert model.encoded == []
    one, other = (
        build_folder(data_dir, id_) / "encoder/encoder.json" for id_ in (before.id, after.id)
    )
    assert not one.samefile(other)


def test_the_same_handbook_makes_the_same_build_anywhere(
    corpus_dir: Path, data_dir: Path, tmp_path: Path
) -> None:
    one = build_tiny(corpus_dir, data_dir)
    other = build_tiny(corpus_dir, tmp_path / "other")
    assert one.id == other.id
    assert one.files == other.files


def test_a_damaged_build_is_made_again(corpus_dir: Path, data_dir: Path) -> None:
    folder = build_folder(data_dir, build_tiny(corpus_dir, data_dir).id)
    (folder / PASSAGES_FILE).write_bytes(b"")
    build_tiny(corpus_dir, data_dir)
    Index.open(data_dir, IDENTITY.name, HashingModel())


def test_a_broken_document_leaves_the_published_build(corpus_dir: Path, data_dir: Path) -> None:
    before = build_tiny(corpus_dir, data_dir)
    (corpus_dir / "bad.md").write_bytes(b"\xff")
    with pytest.raises(CorpusError, match=r"bad\.md"):
        build_tiny(corpus_dir, data_dir)
    assert publication(data_dir).current == before.id
    Index.open(data_dir, IDENTITY.name, HashingModel())


def reject(new: Path, published: Path | None) -> None:
    raise BuildRejectedError("worse")


def test_a_rejected_build_is_kept_aside_while_the_old_one_serves(
    corpus_dir: Path, data_dir: Path
) -> None:
    before = build_tiny(corpus_dir, data_dir)
    append(corpus_dir, "\n## News\n\nA canary release goes to a few users first.\n")
    with pytest.raises(BuildRejectedError, match="worse"):
        build_tiny(corpus_dir, data_dir, judge=reject)
    assert publication(data_dir).current == before.id
    Index.open(data_dir, IDENTITY.name, HashingModel())
    model = HashingModel()
    after = build_tiny(corpus_dir, data_dir, model)
    assert model.encoded == []  # it was complete and only had to be published
    assert publication(data_dir).current == after.id != before.id


def test_of_several_rejected_builds_only_the_last_takes_up_space(
    corpus_dir: Path, data_dir: Path
) -> None:
    before = build_tiny(corpus_dir, data_dir)
    for word in ("canary", "beta"):
        append(corpus_dir, f"\n## {word}\n\nA {word} release goes to a few users first.\n")
        with pytest.raises(BuildRejectedError):
            build_tiny(corpus_dir, data_dir, judge=reject)
    kept = {path.name for path in (data_dir / "builds").iterdir()}
    assert len(kept) == 2
    assert before.id in kept


def test_a_judge_sees_the_new_build_beside_the_published_one(
    corpus_dir: Path, data_dir: Path
) -> None:
    seen: list[tuple[Path, Path | None]] = []
    first = build_tiny(corpus_dir, data_dir, judge=lambda *folders: seen.append(folders))
    append(corpus_dir, "\n## News\n\nA canary release goes to a few users first.\n")
    second = build_tiny(corpus_dir, data_dir, judge=lambda *folders: seen.append(folders))
    build_tiny(corpus_dir, data_dir, judge=reject)  # nothing new, nothing to judge
    one, other = build_folder(data_dir, first.id), build_folder(data_dir, second.id)
    assert seen == [(one, None), (other, one)]


@pytest.mark.parametrize("stage", STAGES)
def test_kill_9_at_any_stage_leaves_the_old_build_serving(
    corpus_dir: Path, data_dir: Path, stage: str
) -> None:
    before = build_tiny(corpus_dir, data_dir)
    append(corpus_dir, "\n## News\n\nA canary release goes to a few users first.\n")
    process = run_build(corpus_dir, data_dir, kill_at=stage)
    assert process.returncode == -signal.SIGKILL
    assert publication(data_dir).current == before.id
    Index.open(data_dir, IDENTITY.name, HashingModel())
    after = build_tiny(corpus_dir, data_dir)
    assert publication(data_dir).current == after.id != before.id
    assert list((data_dir / "builds").glob(".new-*")) == []


def test_a_full_disk_is_said_and_leaves_the_published_build(
    corpus_dir: Path, data_dir: Path
) -> None:
    before = build_tiny(corpus_dir, data_dir)
    append(corpus_dir, "\n## News\n\n" + "A canary release goes to a few users first.\n" * 200)
    process = run_build(corpus_dir, data_dir, largest_file=20_000)
    assert process.returncode == 1
    assert "BuildError: Writing to" in process.stderr
    assert "Free some space" in process.stderr
    assert publication(data_dir).current == before.id
    Index.open(data_dir, IDENTITY.name, HashingModel())
    assert list((data_dir / "builds").glob(".new-*")) == []


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small disk needs root")
def test_a_disk_without_space_is_said(corpus_dir: Path, tmp_path: Path) -> None:
    small = tmp_path / "small"
    small.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=40k", "tmpfs", str(small)]
    if subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("this machine does not let root mount a tmpfs")
    try:
        with pytest.raises(BuildError, match="No space left on device") as caught:
            build_tiny(corpus_dir, small / "data")
        assert "Free some space" in str(caught.value)
    finally:
        subprocess.run(["umount", str(small)], check=True)


def run_build(
    corpus_dir: Path, data_dir: Path, *, kill_at: str = "", largest_file: int = 0
) -> subprocess.CompletedProcess[str]:
    """Build in a process of its own that is killed at a stage, or may write no large file."""
    script = """
import os, signal, sys
from pathlib import Path
from tests.support import build_tiny

def report(stage, done, total):
    if stage == sys.argv[3]:
        os.kill(os.getpid(), signal.SIGKILL)

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
build_tiny(Path(sys.argv[1]), Path(sys.argv[2]), report=report)
"""

    def limit() -> None:
        if largest_file:
            resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, largest_file))

    return subprocess.run(
        [sys.executable, "-c", script, str(corpus_dir), str(data_dir), kill_at],
        check=False,
        capture_output=True,
        text=True,
        preexec_fn=limit,
        cwd=Path(__file__).parents[2],
    )
