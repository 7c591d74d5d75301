"""The errors of keeping people's data."""

from __future__ import annotations

from corpus.errors import ItsmError


class StorageError(ItsmError):
    """The database does not answer; questions are still answered, but nothing is stored."""
