from __future__ import annotations

import pytest

from assistant.ask import Assistant
from web.engine import Engine


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is opened, which fails as a disk does."""
    tries: list[str] = []

    def fail(*_: object) -> None:
        tries.append("open")
        raise OSError("no such disk")

    monkeypatch.setattr(Assistant, "open", fail)
    return tries


def test_a_build_that_cannot_be_read_is_said_once_and_the_one_before_goes_on(
    tiny: Assistant, opened: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    engine = Engine(tiny.settings, tiny)
    engine._published = lambda: ("other", 1)  # type: ignore[method-assign]
    for _ in range(3):
        engine.follow()
        with engine._opening:
            pass
    assert opened == ["open"]
    assert "Build other cannot be opened, the one before goes on" in caplog.text
    assert "no such disk" in caplog.text
    assert engine.assistant() is tiny
