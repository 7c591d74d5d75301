"""Files to documents: front matter, canonical text, identity."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from corpus.errors import CorpusError
from corpus.types import Document

SUFFIXES = frozenset({".md", ".markdown"})
# libyaml reads fifteen times as fast; a PyYAML built without it reads the same.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_FRONT_MATTER = re.compile(r"---\n(.*?)^---[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_TITLE = re.compile(r"^# +(.+?) *#*$", re.MULTILINE)


def read_documents(folder: Path, collection: str = "handbook") -> tuple[Document, ...]:
    """Read every Markdown file below a folder, ordered by path.

    Raises:
        CorpusError: the folder holds no Markdown file, a file is not UTF-8 or its front matter is
            not YAML, or two files carry the same id.
    """
    paths = sorted(_markdown_files(folder))
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
        id=str(metadata.pop("id", slug)),
        collection=collection,
        path=relative.as_posix(),
        title=str(metadata.pop("title", heading[1] if heading else path.stem)),
        section=str(metadata.pop("section", relative.parent.as_posix())),
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
    return yaml.load(text, Loader=_LOADER)


def text_sha256(text: str) -> str:
    """Return the hexadecimal SHA-256 of a text's UTF-8 bytes."""
    return hashlib.sha256(text.encode()).hexdigest()


def _markdown_files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES)


def _decode(path: Path) -> str:
    try:
        return path.read_bytes().decode()
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
        raise CorpusError(f"{path}: the front matter is not YAML ({error}). Mend it.") from error
    if not isinstance(metadata, dict):
        raise CorpusError(f"{path}: the front matter is {metadata!r}, expected `key: value` lines.")
    return _plain(metadata), source[match.end() :].lstrip("\n")


def _plain(value: Any) -> Any:
    """Return YAML values with dates as ISO text, so that they can be written as JSON."""
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value
