"""Files to documents: front matter, canonical text, identity."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import yaml

from corpus.errors import CorpusError
from corpus.types import Document

SUFFIXES = frozenset({".md", ".markdown"})


@dataclass(frozen=True, slots=True)
class _Source:
    title: str
    url: str = ""
    seen: str = ""


FRONT_MATTER: Mapping[str, Any] = {
    "summary": str,
    "as_of": str,
    "verified": str,
    "sources": list[_Source],
    "seed": list[str],
    "view": bool,
    "aliases": list[str],
    "related": list[str],
    "scope": str,
}
"""What the rest of the program reads from a document's front matter, and the form of each."""
_FORMS = {"id": str, "title": str, "section": str, **FRONT_MATTER}
_WRITTEN: Mapping[Any, str] = {
    str: "a text",
    bool: "`true` or `false`",
    list[str]: "a list of texts, as in `[one, two]`",
    list[_Source]: 'a list of sources, each as in `- {title: "ITIL", url: "https://..."}`',
}
# libyaml reads fifteen times as fast; a PyYAML built without it reads the same.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_FRONT_MATTER = re.compile(r"---\n(.*?)^---[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_TITLE = re.compile(r"^# +(.+?) *#*$", re.MULTILINE)


def read_documents(folder: Path, collection: str = "handbook") -> tuple[Document, ...]:
    """Read every Markdown file below a folder, ordered by path.

    Raises:
        CorpusError: the folder holds no Markdown file, a file cannot be read as UTF-8, its front
            matter is not YAML of the known forms, or two files carry the same id.
    """
    paths = [path for path in handbook_files(folder) if path.suffix.lower() in SUFFIXES]
    if not paths:
        raise CorpusError(
            f"No Markdown file below {folder}. Point `corpus_dir` at the handbook's documents."
        )
    documents = tuple(read_document(path, folder, collection) for path in paths)
    seen: dict[str, str] = {}
    for document in documents:
        if document.id in seen:
            raise CorpusError(
                f"{document.path} and {seen[document.id]} both have the id {document.id!r}. "
                "Give one of them another `id:` in its front matter."
            )
        seen[document.id] = document.path
    return documents


def read_document(path: Path, root: Path, collection: str = "handbook") -> Document:
    """Read one file as a document whose text is canonical Markdown without its front matter."""
    source = canonical(_decode(path))
    metadata, text = _split_front_matter(source, path)
    relative = path.relative_to(root)
    heading = _TITLE.search(text)
    slug = relative.with_suffix("").as_posix().replace("/", "-").lower()
    return Document(
        id=metadata.pop("id", slug),
        collection=collection,
        path=relative.as_posix(),
        title=metadata.pop("title", heading[1] if heading else path.stem),
        section=metadata.pop("section", relative.parent.as_posix()),
        text=text,
        sha256=text_sha256(text),
        metadata=metadata,
        first_line=1 + source.count("\n") - text.count("\n"),
    )


def canonical(source: str) -> str:
    """Return text with LF line ends, composed characters (NFC) and no byte-order mark."""
    source = source.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", source).replace("\x00", "\ufffd")


def load_yaml(text: str) -> Any:
    """Return the value of a YAML text; raises yaml.YAMLError if it is none."""
    try:
        return yaml.load(text, Loader=_LOADER)
    except ValueError as error:  # such as a date that no calendar has
        raise yaml.YAMLError(str(error)) from error


def text_sha256(text: str) -> str:
    """Return the hexadecimal SHA-256 of a text's UTF-8 bytes."""
    return hashlib.sha256(text.encode()).hexdigest()


def handbook_files(folder: Path) -> list[Path]:
    """Return the files below a folder by path; what editors and systems hide is not among them."""
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file()
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    )


def read_bytes(path: Path) -> bytes:
    """Return what a file of the handbook holds.

    Raises:
        CorpusError: it cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise CorpusError(
            f"{path} cannot be read ({error.strerror}). Make it readable or remove it."
        ) from error


def _decode(path: Path) -> str:
    try:
        return read_bytes(path).decode()
    except UnicodeDecodeError as error:
        raise CorpusError(
            f"{path} is not UTF-8: byte {error.start} is 0x{error.object[error.start]:02x}. "
            "Save the file as UTF-8."
        ) from error


def _split_front_matter(source: str, path: Path) -> tuple[dict[str, Any], str]:
    match = _FRONT_MATTER.match(source)
    if not match:
        return {}, source.lstrip("\n")
    try:
        metadata = load_yaml(match[1]) or {}
    except yaml.YAMLError as error:
        raise CorpusError(
            f"{path}: the front matter is not YAML ({error}). Quote what holds ': '."
        ) from error
    if not isinstance(metadata, dict):
        raise CorpusError(f"{path}: the front matter is {metadata!r}, expected `key: value` lines.")
    return _front_matter(metadata, path), source[match.end() :].lstrip("\n")


def _front_matter(metadata: Mapping[Any, Any], path: Path) -> dict[str, Any]:
    """Return front matter without empty values, those that are known in their forms."""
    given = {str(key): _plain(value) for key, value in metadata.items()}
    kept = {name: value for name, value in given.items() if value not in (None, "")}
    return {
        name: _formed(name, value, _FORMS[name], path) if name in _FORMS else value
        for name, value in kept.items()
    }


def _formed(name: str, value: Any, form: Any, path: Path) -> Any:
    text = _numbers_as_text(value)
    try:
        return msgspec.to_builtins(msgspec.convert(text, form))
    except msgspec.ValidationError as error:
        raise CorpusError(
            f"{path}: `{name}` in the front matter is {value!r} ({error}). "
            f"Write {_WRITTEN[form]}, or leave it out."
        ) from error


def _numbers_as_text(value: Any) -> Any:
    """Return a value with its numbers as text: an id or a title may be one."""
    if isinstance(value, dict):
        return {key: _numbers_as_text(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_numbers_as_text(item) for item in value]
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return str(value) if number else value


def _plain(value: Any) -> Any:
    """Return YAML values with dates as ISO text, so that they can be written as JSON."""
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value
