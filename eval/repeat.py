"""Whether the same questions get the same bytes in another process and another order."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections.abc import Sequence

import msgspec

from assistant.ask import Assistant, wire_form
from assistant.settings import PROJECT, Settings
from eval.errors import EvaluationError

Asked = Sequence[tuple[str, Sequence[str]]]
"""Questions, each with those before it."""

# In the same folder, so that relative paths lead to the same places.
_ELSEWHERE = (
    "import sys; sys.path.insert(0, sys.argv[1]); from eval.repeat import main; "
    "main(sys.stdin.buffer.read())"
)


def require_same(settings: Settings, asked: Asked) -> str:
    """Ask here in order and in another process in reverse; return the SHA-256 of all answers.

    Raises:
        EvaluationError: an answer differs; the message names the first question.
    """
    here = digests(Assistant.open(settings), asked)
    done = subprocess.run(
        [sys.executable, "-c", _ELSEWHERE, str(PROJECT)],
        input=msgspec.json.encode((settings, asked), enc_hook=str),
        capture_output=True,
        check=True,
    )
    there = msgspec.json.decode(done.stdout, type=list[str])
    for (question, _), one, other in zip(asked, here, there, strict=True):
        if one != other:
            raise EvaluationError(f"{question!r} was answered differently by two processes.")
    return hashlib.sha256("".join(here).encode()).hexdigest()


def digests(assistant: Assistant, asked: Asked) -> list[str]:
    """Return the SHA-256 of each answer, all of it but its timings."""
    forms = (wire_form(assistant.ask(question, history)) for question, history in asked)
    return [
        hashlib.sha256(msgspec.json.encode({**form, "timings": {}})).hexdigest() for form in forms
    ]


def main(request: bytes) -> None:
    """Answer in reverse order what another process asks for."""
    settings, asked = msgspec.json.decode(
        request,
        type=tuple[Settings, list[tuple[str, list[str]]]],
        dec_hook=lambda kind, text: kind(text),
    )
    found = digests(Assistant.open(settings), asked[::-1])
    sys.stdout.buffer.write(msgspec.json.encode(found[::-1]))
