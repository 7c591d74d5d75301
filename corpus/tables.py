"""Markdown tables, row by row."""

from __future__ import annotations

import re
from collections.abc import Sequence

_BAR = re.compile(r"(?<!\\)\|")


def table_cells(row: str) -> list[str]:
    """Return the cells of a row as they are written, with the spaces around them."""
    bare = row.strip().removeprefix("|")
    return _BAR.split(bare.removesuffix("|") if not bare.endswith("\\|") else bare)


def table_columns(table: str, columns: Sequence[int]) -> str:
    """Return a table with some of its columns, from 0, each cell as it is written."""
    rows = (table_cells(row) for row in table.strip().split("\n"))
    return "\n".join(f"|{'|'.join(cells[n] for n in columns if n < len(cells))}|" for cells in rows)
