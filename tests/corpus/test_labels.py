from __future__ import annotations

import pytest

from corpus.labels import read_label


@pytest.mark.parametrize(
    ("label", "read"),
    [
        ("Alert", ("Alert", "", "")),
        ("Change advisory board (CAB)", ("Change advisory board", "CAB", "")),
        ("Experience level agreement (XLA)", ("Experience level agreement", "XLA", "")),
        ("Change/release lead (C/RL)", ("Change/release lead", "C/RL", "")),
        ("Governance (COBIT)", ("Governance", "", "COBIT")),
        ("ITIL (Version 5)", ("ITIL", "", "Version 5")),
    ],
)
def test_a_label_tells_an_acronym_from_a_qualifier(label: str, read: tuple[str, ...]) -> None:
    assert read_label(label) == read
