"""The root of the project's errors, and those of reading the handbook.

Every message says what happened, the value, and what to do. assistant/errors.py has the whole tree.
"""

from __future__ import annotations

from typing import ClassVar


class ItsmError(Exception):
    """Base of every error that is the project's own and meant for a person to read.

    `exit_code` is what `itsm` exits with; assistant/cli.py says what each code means.
    """

    exit_code: ClassVar[int] = 1


class CorpusError(ItsmError):
    """A handbook file cannot be read; the message names the file and how to mend it."""

    exit_code = 5
