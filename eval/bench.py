"""Timings as ratios within one run, since machines differ and are noisy."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable

from assistant.ask import Assistant
from assistant.settings import Settings
from index.weights import find_weights

_QUESTION = "May I disagree with the CAB in the meeting?"
_RUNS = 5
_ASKS = 200
_REFERENCE = """
import sys
from sentence_transformers import SentenceTransformer
SentenceTransformer(sys.argv[1], device="cpu").encode([sys.argv[2]])
"""


def bench(settings: Settings) -> dict[str, float]:
    """Return medians in seconds and milliseconds, and the two ratios that are promised."""
    reference = [
        sys.executable,
        "-c",
        _REFERENCE,
        str(find_weights(settings.model).folder),
        _QUESTION,
    ]
    flags = ["--data-dir", str(settings.data_dir), "--model", settings.model]
    command = [sys.executable, "-m", "assistant.cli", *flags, "ask", _QUESTION]
    pairs = [(_wall(command), _wall(reference)) for _ in range(_RUNS)]
    ask_s, reference_s = (statistics.median(times) for times in zip(*pairs, strict=True))
    assistant = Assistant.open(settings)
    encode_ms = _median_ms(lambda: assistant.index.encode(_QUESTION))
    ask_ms = _median_ms(lambda: assistant.ask(_QUESTION))
    return {
        "itsm ask, process start to answer, s": ask_s,
        "sentence-transformers: import, encode one sentence, s": reference_s,
        "ratio (at most 0.2)": statistics.median(a / b for a, b in pairs),
        "ask in process, p50 ms": ask_ms,
        "ONNX forward pass of the question, p50 ms": encode_ms,
        "ratio (at most 3)": ask_ms / encode_ms,
    }


def _wall(command: list[str]) -> float:
    environment = {**os.environ, "HF_HUB_OFFLINE": "1"}
    start = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True, env=environment)
    return time.perf_counter() - start


def _median_ms(call: Callable[[], object]) -> float:
    times = []
    for _ in range(_ASKS):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return statistics.median(times) * 1000
