"""How long each stage of an answer takes."""

from __future__ import annotations

import time
from collections.abc import Mapping


class Clock:
    """Milliseconds by stage."""

    def __init__(self) -> None:
        self._last = time.perf_counter()
        self._laps: dict[str, float] = {}

    def lap(self, stage: str) -> None:
        """End a stage, the next begins."""
        now = time.perf_counter()
        self._laps[stage] = round((now - self._last) * 1000, 3)
        self._last = now

    def resume(self) -> None:
        """Go on after a pause, which counts to no stage."""
        self._last = time.perf_counter()

    def laps(self) -> Mapping[str, float]:
        """Return the milliseconds of each stage so far, and `total`."""
        return {**self._laps, "total": round(sum(self._laps.values()), 3)}
