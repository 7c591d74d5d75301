"""The label of a definition, taken apart: `Change advisory board (CAB)`."""

from __future__ import annotations

import re

_LABEL = re.compile(r"(?P<name>.*\S)\s*\((?P<inner>[^()]+)\)\s*")


def read_label(label: str) -> tuple[str, str, str]:
    """Return the name, the acronym and the qualifier of a definition's label.

    `Change advisory board (CAB)` has an acronym, `Governance (COBIT)` says where it means this.
    """
    match = _LABEL.fullmatch(label)
    if not match:
        return label.strip(), "", ""
    name, inner = match["name"], match["inner"].strip()
    return (name, inner, "") if stands_for(inner, name) else (name, "", inner)


def stands_for(short: str, name: str) -> bool:
    """Return whether all letters of a single word stand in a name, in their order."""
    letters = iter(name.lower())
    return " " not in short and all(one in letters for one in short.lower() if one.isalnum())
