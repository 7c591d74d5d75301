"""The assistant that answers now; a newly published build takes over while requests go on."""

from __future__ import annotations

import gc
import logging
import threading

from assistant.ask import Assistant
from assistant.settings import Settings
from corpus.errors import ItsmError
from index.store import publication, published_at

_LOG = logging.getLogger(__name__)


class Engine:
    """Opens the published build, and the next one when another is published.

    Opening happens beside the requests: they are answered from the old build until the new one is
    open, and for good if it cannot be opened.
    """

    def __init__(self, settings: Settings, assistant: Assistant | None = None) -> None:
        self.settings = settings
        self._assistant = assistant
        self._refused: tuple[str, int] | None = None
        self._opening = threading.Lock()

    def assistant(self) -> Assistant:
        """Return the assistant to answer with.

        Raises:
            IndexUnavailableError: there is no build that can be opened.
        """
        if self._assistant is None:
            with self._opening:
                if self._assistant is None:
                    self._assistant = Assistant.open(self.settings)
        return self._assistant

    def follow(self) -> None:
        """Start to open the published build if it is another than the one that answers."""
        published = self._published()
        if published is None or published == self._refused:
            return
        serving = self._assistant and self._assistant.index.manifest.id
        if published[0] == serving or not self._opening.acquire(blocking=False):
            return
        threading.Thread(target=self._take_over, args=(published,), daemon=True).start()

    def _published(self) -> tuple[str, int] | None:
        """Return the build's id and when it was published: one made again keeps its id."""
        try:
            since = published_at(self.settings.data_dir)
            return publication(self.settings.data_dir).current, since
        except (ItsmError, OSError):
            return None

    def _take_over(self, published: tuple[str, int]) -> None:
        build, _ = published
        try:
            assistant = Assistant.open(self.settings)
            assistant.warm_up()
            self._assistant = assistant
            _LOG.info("Answering from build %s", build)
            gc.collect()  # the build before refers to itself, and takes hundreds of megabytes
        except ItsmError as error:
            self._refused = published
            _LOG.error("Build %s cannot be opened, the one before goes on: %s", build, error)
        except Exception:  # a file that cannot be read, no memory: there is no request to tell
            self._refused = published
            _LOG.exception("Build %s cannot be opened, the one before goes on", build)
        finally:
            self._opening.release()
