"""The errors of asking, and the tree of all errors that people see.

    ItsmError                         corpus/errors.py
      CorpusError                     a handbook file cannot be read
      IndexUnavailableError           index/errors.py
        IndexMissingError             nothing is published
        IndexDamagedError             a file is missing, cut short or altered
        IndexMismatchError            made by another format, splitter or model
      FilterError                     a search is limited to what the handbook does not have
      BuildError                      a build could not be made or published
        BuildRejectedError            a build is worse than it must be to be published
        ModelError                    the embedding model is missing or another one
      SettingsError                   a setting is unknown or out of bounds
      QuestionError                   the question cannot be asked as it is
      NotFoundError                   no such document, conversation or answer
      QuoteError                      a quote does not stand in its answer word for word
      EvaluationError                 eval/errors.py: a question set cannot be used
      StorageError                    web/errors.py: the database cannot be used
      AccessError                     an account, a password or a key is not acceptable

Each has an exit code (assistant/cli.py says what they mean) and a row in `web/problems.py` (HTTP
status); a subclass takes those of its nearest base.
"""

from __future__ import annotations

from corpus.errors import ItsmError


class SettingsError(ItsmError):
    """A setting is unknown, of the wrong type or out of bounds."""

    exit_code = 2


class QuestionError(ItsmError):
    """The question is empty, too long or not readable text."""

    exit_code = 2


class NotFoundError(ItsmError):
    """There is nothing of that id, or it is somebody else's."""

    exit_code = 3


class QuoteError(ItsmError):
    """A quote stands in its answer otherwise than in its document; the answer is withheld."""
