"""What can be wrong with an index, or stop one from being built."""

from __future__ import annotations

from corpus.errors import ItsmError


class IndexUnavailableError(ItsmError):
    """No build can be opened; questions cannot be answered until one is."""

    exit_code = 4


class IndexMissingError(IndexUnavailableError):
    """Nothing has been published in the data folder yet."""


class IndexDamagedError(IndexUnavailableError):
    """A file of the build is missing, cut short or altered."""


class IndexMismatchError(IndexUnavailableError):
    """The build was made by another format, splitter or model than the one in use."""


class FilterError(ItsmError):
    """A search is limited to something that the handbook does not have."""

    exit_code = 2


class BuildError(ItsmError):
    """A new build could not be made or published; the published one is untouched."""

    exit_code = 5


class BuildRejectedError(BuildError):
    """A new build is complete but worse than it must be; it is kept aside, unpublished."""


class ModelError(BuildError):
    """The embedding model is missing, or is not the one that was asked for."""
