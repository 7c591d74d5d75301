"""No pattern may take long on text that was made to keep it busy: one request would stop all."""

from __future__ import annotations

import subprocess
import sys

from assistant.settings import PROJECT

# Seconds: all of it takes a tenth of this, and one bad pattern far more.
PATIENCE = 150


def test_no_pattern_is_kept_busy_by_a_question_made_for_it() -> None:
    command = [sys.executable, "-m", "tests.hostile"]
    try:
        subprocess.run(command, cwd=PROJECT, check=True, capture_output=True, timeout=PATIENCE)
    except subprocess.TimeoutExpired as error:
        at = (error.stdout or b"").decode().splitlines()[-1]
        raise AssertionError(f"It was still busy with {at}") from None
