"""What all commands share: settings, the opened build, reading and printing."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import rich_click as click
from click import get_current_context

from assistant.errors import QuestionError
from assistant.settings import Settings, load_settings

if TYPE_CHECKING:
    from assistant.ask import Assistant
    from index.types import Report

JSON = click.option("--json", "as_json", is_flag=True, help="Print plain JSON.")


def read_settings(**more: Any) -> Settings:
    """Return the settings: those of the command's own options, of `itsm`'s, then all others."""
    return load_settings({**get_current_context().find_root().obj, **more}, os.environ)


def open_assistant() -> Assistant:
    """Open the published build."""
    from assistant.ask import Assistant

    return Assistant.open(read_settings())


def standard_input() -> str:
    """Return all of standard input, which has to be UTF-8."""
    try:
        return sys.stdin.buffer.read().decode()
    except UnicodeDecodeError as error:
        raise QuestionError(
            f"Standard input is not UTF-8 (byte {error.start}). Send it as UTF-8 text."
        ) from error


def show(form: Any, lines: Iterable[str], *, as_json: bool) -> None:
    """Print a result: as plain JSON where that is asked for, else its lines."""
    if as_json:
        print_json(form)
        return
    for line in lines:
        click.echo(line)


def print_json(value: Any) -> None:
    """Print plain JSON, indented."""
    import msgspec

    click.echo(msgspec.json.format(msgspec.json.encode(value)).decode())


@contextmanager
def progress() -> Iterator[Report]:
    """Show a bar per stage on standard error; lines where it is not a terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description:<16}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console) as progress:
        tasks: dict[str, Any] = {}

        def report(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = progress.add_task(stage, total=total)
            progress.update(tasks[stage], completed=done, total=total)

        yield report
