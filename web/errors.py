"""The errors of keeping people's data and of letting people in."""

from __future__ import annotations

from corpus.errors import ItsmError


class StorageError(ItsmError):
    """The database does not answer; questions are still answered, but nothing is stored."""

    exit_code = 7


class AccessError(ItsmError):
    """An account, a password or a key is not acceptable."""

    exit_code = 2
