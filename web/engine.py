"""The assistant that answers now; a newly published build takes over while requests go on."""

from __future__ import annotations

import logging
import threading

from assistant.ask import Assistant
from assistant.settings import Settings
from corpus.errors import ItsmError
from index.store import publication

_LOG = logging.getLogger(__name__)


class Engine:
    """Opens the published build, and the next one when another is published.

    Opening happens beside the requests: they are answered from the old build until the new one is
    open, and for good if it cannot be opened.
    """

    def __init__(self, settings: Settings, assistant: Assistant | None = None) -> None:
        self.settings = settings
        self._assistant = assistant
        self._refused: str | None = None
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
        serving = self._assistant and self._assistant.index.manifest.id
        if published in {None, serving, self._refused} or not self._opening.acquire(blocking=False):
            return
        threading.Thread(target=self._take_over, args=(published,), daemon=True).start()

    def _published(self) -> str | None:
        try:
            return publication(self.settings.data_dir).current
        except ItsmError:
            return None

    def _take_over(self, build: str) -> None:
        try:
            assistant = Assistant.open(self.settings)
            assistant.warm_up()
            self._assistant = assistant
            _LOG.info("Answering from build %s", build)
        except ItsmError as error:
            self._refused = build
            _LOG.error("Build %s cannot be opened, the one before goes on: %s", build, error)
        finally:
            self._opening.release()
