"""The whole handbook: documents, their passages and spans, and how people ask for them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from corpus.asked import read_asked
from corpus.errors import CorpusError
from corpus.reader import read_documents
from corpus.splitter import split_handbook
from corpus.types import Handbook


def read_handbook(folder: Path) -> Handbook:
    """Read everything below a folder.

    Raises:
        CorpusError: a file cannot be read; the message names it. Or no document says anything.
    """
    documents = read_documents(folder)
    handbook = split_handbook(documents)
    if not handbook.passages:
        raise CorpusError(
            f"The documents below {folder} hold nothing but headings. Write what stands below them."
        )
    return replace(handbook, asked=read_asked(folder, documents, handbook.passages))
