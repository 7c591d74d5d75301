from __future__ import annotations

from pathlib import Path
from shutil import rmtree
from typing import Any

import pytest

from index.errors import BuildError, IndexDamagedError, IndexMissingError
from index.store import build_folder, build_lock, publication, read_manifest, rollback
from tests.support import build_tiny


def change(corpus_dir: Path, word: str) -> None:
    path = corpus_dir / "practices" / "incidents.md"
    path.write_text(path.read_text() + f"\n\n## {word}\n\nThe word {word} is new here.\n")


def test_nothing_published_is_said_with_the_command_that_helps(data_dir: Path) -> None:
    with pytest.raises(IndexMissingError, match="no index in .*itsm index build"):
        publication(data_dir)


def test_unreadable_publication_is_damage(data_dir: Path) -> None:
    data_dir.mkdir()
    (data_dir / "published.json").write_text("{")
    with pytest.raises(IndexDamagedError, match=r"published\.json cannot be read"):
        publication(data_dir)


def test_the_build_before_is_kept_and_older_ones_go(corpus_dir: Path, data_dir: Path) -> None:
    ids = []
    for word in ("first", "second", "third"):
        change(corpus_dir, word)
        ids.append(build_tiny(corpus_dir, data_dir).id)
    assert sorted(p.name for p in (data_dir / "builds").iterdir()) == sorted(ids[1:])
    assert (publication(data_dir).current, publication(data_dir).previous) == (ids[2], ids[1])


def test_repairing_an_unreadable_publication_removes_no_build(
    corpus_dir: Path, data_dir: Path
) -> None:
    first = build_tiny(corpus_dir, data_dir).id
    change(corpus_dir, "more")
    second = build_tiny(corpus_dir, data_dir).id
    (data_dir / "published.json").write_text("{")
    assert build_tiny(corpus_dir, data_dir).id == second
    assert {path.name for path in (data_dir / "builds").iterdir()} == {first, second}


def test_a_build_that_is_made_again_is_never_removed_before_the_new_one_is_there(
    corpus_dir: Path, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    id_ = build_tiny(corpus_dir, data_dir).id
    found = []

    def remove(path: Path, **options: Any) -> None:
        rmtree(path, **options)
        found.append(read_manifest(build_folder(data_dir, publication(data_dir).current)).id)

    monkeypatch.setattr("index.store.shutil.rmtree", remove)
    build_tiny(corpus_dir, data_dir, force=True)
    assert set(found) == {id_}
    assert [path.name for path in (data_dir / "builds").iterdir()] == [id_]


def test_rollback_serves_the_build_before_and_back_again(corpus_dir: Path, data_dir: Path) -> None:
    first = build_tiny(corpus_dir, data_dir).id
    change(corpus_dir, "more")
    second = build_tiny(corpus_dir, data_dir).id
    assert rollback(data_dir).current == first
    assert rollback(data_dir).current == second


def test_rollback_without_a_build_before_is_refused(corpus_dir: Path, data_dir: Path) -> None:
    build_tiny(corpus_dir, data_dir)
    with pytest.raises(IndexMissingError, match="no build before"):
        rollback(data_dir)


def test_a_second_build_at_the_same_time_is_refused(corpus_dir: Path, data_dir: Path) -> None:
    with (
        build_lock(data_dir),
        pytest.raises(BuildError, match="Another process is changing the index"),
    ):
        build_tiny(corpus_dir, data_dir)


def test_manifest_lists_every_file_with_its_hash(corpus_dir: Path, data_dir: Path) -> None:
    folder = build_folder(data_dir, build_tiny(corpus_dir, data_dir).id)
    names = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    assert set(read_manifest(folder).files) == names - {"manifest.json"}


def test_a_data_folder_that_cannot_be_made_is_said(corpus_dir: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(BuildError, match="Writing to .*file/data failed: Not a directory"):
        build_tiny(corpus_dir, tmp_path / "file" / "data")
