"""Where builds lie, which one is published, and how that changes in one atomic step.

    <data>/builds/<id>/         a complete build, published, previous or kept aside; nothing in it
                                ever changes
    <data>/builds/.new-*/       a build that is being made, was given up or has been replaced
    <data>/published.json       {"current": id, "previous": id or null}
    <data>/build.lock           held while a build is made

A reader sees the old build or the new one: `published.json` is replaced by a rename. Only a build
that is made again in its own place is away for a moment, between two renames.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import msgspec

from index.errors import (
    BuildError,
    IndexDamagedError,
    IndexMismatchError,
    IndexMissingError,
    IndexUnavailableError,
)
from index.types import FileRecord, Manifest

MANIFEST = "manifest.json"
FORMAT_VERSION = 9
"""Raise it whenever the files of a build change their form or meaning."""
_PUBLISHED = "published.json"
_BUILD_COMMAND = "itsm index build"


@dataclass(frozen=True, slots=True)
class _Versioned:
    """The one field that manifests of every format have."""

    format_version: int


@dataclass(frozen=True, slots=True)
class Publication:
    """Ids of the build that serves and of the one to roll back to."""

    current: str
    previous: str | None = None


def build_folder(data_dir: Path, build_id: str) -> Path:
    """Return where a build of that id lies."""
    return data_dir / "builds" / build_id


def publication(data_dir: Path) -> Publication:
    """Return what is published.

    Raises:
        IndexMissingError: nothing has been published.
        IndexDamagedError: the record cannot be read.
    """
    path = data_dir / _PUBLISHED
    try:
        return msgspec.json.decode(path.read_bytes(), type=Publication)
    except FileNotFoundError:
        raise IndexMissingError(
            f"There is no index in {data_dir}. Run `{_BUILD_COMMAND}`."
        ) from None
    except (OSError, msgspec.MsgspecError) as error:
        raise IndexDamagedError(
            f"{path} cannot be read ({error}). Run `{_BUILD_COMMAND}`."
        ) from error


def published_at(data_dir: Path) -> int:
    """Return when something was last published; the same build published again is later."""
    return (data_dir / _PUBLISHED).stat().st_mtime_ns


def publish(data_dir: Path, build_id: str) -> Publication:
    """Make a complete build the current one, keep the one before, remove older ones.

    Where the record of the one before cannot be read, no build is removed: any may be that one.
    """
    readable = True
    try:
        before = publication(data_dir)
    except IndexMissingError:
        before = Publication(build_id)
    except IndexDamagedError:
        before, readable = Publication(build_id), False
    previous = before.previous if before.current == build_id else before.current
    after = Publication(build_id, previous)
    _replace(data_dir / _PUBLISHED, msgspec.json.encode(after))
    if readable:
        _prune(data_dir, after.current, after.previous)
    return after


def rollback(data_dir: Path) -> Publication:
    """Publish the previous build again; the current one becomes the previous.

    Raises:
        IndexMissingError: there is no previous build.
    """
    with build_lock(data_dir):
        before = publication(data_dir)
        if before.previous is None:
            raise IndexMissingError(
                f"{data_dir} holds no build before {before.current}, so there is nothing to roll "
                "back to."
            )
        read_manifest(build_folder(data_dir, before.previous))
        after = Publication(before.previous, before.current)
        _replace(data_dir / _PUBLISHED, msgspec.json.encode(after))
        return after


def read_manifest(folder: Path) -> Manifest:
    """Return a build's manifest.

    Raises:
        IndexDamagedError: it is missing or is not one.
        IndexMismatchError: it is of another format.
    """
    try:
        content = (folder / MANIFEST).read_bytes()
        found = msgspec.json.decode(content, type=_Versioned).format_version
        if found != FORMAT_VERSION:
            raise mismatch(folder.name, "format", found, FORMAT_VERSION)
        return msgspec.json.decode(content, type=Manifest)
    except (OSError, msgspec.MsgspecError) as error:
        raise IndexDamagedError(
            f"The build {folder} has no readable manifest ({error}). Run `{_BUILD_COMMAND}`, or "
            "`itsm index rollback` for the build before."
        ) from error


def mismatch(build: str, what: str, built: object, used: object) -> IndexMismatchError:
    """Return what to tell a person whose build was made by another program or model."""
    return IndexMismatchError(
        f"The build {build} was made with {what} {built}, this program uses {what} {used}. Run "
        f"`{_BUILD_COMMAND}` to make a matching one."
    )


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write the manifest: the last file of a build, so that having one means being complete."""
    _replace(folder / MANIFEST, msgspec.json.format(msgspec.json.encode(manifest)))


def record_files(folder: Path) -> dict[str, FileRecord]:
    """Return size and hash of every file below a folder, by relative path."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): _record(path) for path in paths}


def check_files(folder: Path, files: Mapping[str, FileRecord]) -> None:
    """Compare every file of a build with its record.

    Raises:
        IndexDamagedError: one is missing, cut short or altered; the message names it.
    """
    for name, record in files.items():
        path = folder / name
        try:
            found = _record(path)
        except OSError as error:
            raise _damaged(path, f"cannot be read ({error.strerror})") from error
        if found.size != record.size:
            raise _damaged(path, f"has {found.size} bytes, expected {record.size}")
        if found.sha256 != record.sha256:
            raise _damaged(path, f"has SHA-256 {found.sha256}, expected {record.sha256}")


@contextmanager
def build_lock(data_dir: Path) -> Iterator[None]:
    """Let one process at a time change a data folder; the system frees the lock if it dies.

    Raises:
        BuildError: another process holds the lock, or the folder cannot be written.
    """
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        file = (data_dir / "build.lock").open("w")
    except OSError as error:
        raise write_error(data_dir, error) from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BuildError(
                f"Another process is changing the index in {data_dir}. Wait until it ends."
            ) from None
        yield


@contextmanager
def new_build(data_dir: Path) -> Iterator[Path]:
    """Give a fresh folder for a build and remove it, and any left by a killed one, at the end.

    Raises:
        BuildError: the disk is full or the folder cannot be written.
    """
    builds = data_dir / "builds"
    folder = builds / f".new-{os.getpid()}"
    try:
        for left_over in builds.glob(".new-*"):
            shutil.rmtree(left_over)
        folder.mkdir(parents=True)
        yield folder
    except OSError as error:
        raise write_error(folder, error) from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def keep_build(folder: Path, data_dir: Path, build_id: str) -> None:
    """Move a finished build to its place, flushed to disk first; others kept aside go."""
    for path in folder.rglob("*"):
        _flush(path)
    _flush(folder)
    target = build_folder(data_dir, build_id)
    before = folder.with_name(f"{folder.name}-before")
    if target.exists():
        target.rename(before)
    folder.rename(target)
    _flush(target.parent)
    shutil.rmtree(before, ignore_errors=True)
    with suppress(IndexUnavailableError):
        published = publication(data_dir)
        _prune(data_dir, build_id, published.current, published.previous)


def write_error(path: Path, error: OSError) -> BuildError:
    """Return what to tell a person whose disk refused a write."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
        advice = "Free some space (a build takes about 150 MB) or set `data_dir` to another disk."
    else:
        advice = "Make the folder writable or set `data_dir` to one that is."
    return BuildError(
        f"Writing to {path} failed: {error.strerror or error}. {advice} The published index is "
        "unchanged."
    )


def _damaged(path: Path, what: str) -> IndexDamagedError:
    return IndexDamagedError(
        f"{path} {what}: the build is damaged. Run `{_BUILD_COMMAND} --force` to make it again, or "
        "`itsm index rollback` for the build before."
    )


def _record(path: Path) -> FileRecord:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        return FileRecord(file.tell(), digest)


def _replace(path: Path, content: bytes) -> None:
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with temporary.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
        _flush(path.parent)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise write_error(path, error) from error


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _prune(data_dir: Path, *kept: str | None) -> None:
    for folder in (data_dir / "builds").iterdir():
        if folder.name not in kept and not folder.name.startswith("."):
            shutil.rmtree(folder, ignore_errors=True)
