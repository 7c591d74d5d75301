from __future__ import annotations

from corpus.tables import table_cells, table_columns

TABLE = "| Aspect | SLA | OLA |\n|---|---|---|\n| Form | `a\\|b` | c |\n| Short | d |"


def test_a_cell_is_kept_as_it_is_written() -> None:
    assert table_cells("| Form | `a\\|b` | c |") == [" Form ", " `a\\|b` ", " c "]


def test_a_row_needs_no_bars_at_its_ends() -> None:
    assert table_cells("Form | a | b") == ["Form ", " a ", " b"]


def test_columns_are_left_out_of_every_row() -> None:
    assert table_columns(TABLE, (0, 2)) == "| Aspect | OLA |\n|---|---|\n| Form | c |\n| Short |"
