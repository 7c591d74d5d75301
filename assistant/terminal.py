"""What commands share: settings, the opened build, building one, reading and printing."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import rich_click as click
from click import get_current_context

from assistant.errors import QuestionError
from assistant.settings import PROJECT, Settings, load_settings

if TYPE_CHECKING:
    from assistant.ask import Assistant
    from index.types import Manifest, Report

JSON = click.option("--json", "as_json", is_flag=True, help="Print plain JSON.")
BuildJudge = Callable[[Path, Path | None], str]
"""Compares a new build with the published one, if there is any, and returns what to say of it; or
raises, if it must not be published."""


def setting(name: str, **more: Any) -> Callable[[Any], Any]:
    """Return the option that gives a setting; the table of settings says what it means."""
    one = next(one for one in fields(Settings) if one.name == name)
    default = one.default.relative_to(PROJECT) if isinstance(one.default, Path) else one.default
    meaning = one.metadata["meaning"]
    return click.option(
        f"--{name.replace('_', '-')}",
        help=f"{meaning[0].upper()}{meaning[1:]}.",
        show_default=f"ITSM_{name.upper()}, else {default}",
        **more,
    )


@dataclass(frozen=True, slots=True)
class Root:
    """What `itsm` itself hands to its commands."""

    flags: Mapping[str, str | None]
    judge: Callable[[Settings, Path, Path | None], str]
    """As a `BuildJudge`, which this layer does not know: evaluation is above it."""


def _root() -> Root:
    root: Root = get_current_context().find_root().obj
    return root


def read_settings(**more: Any) -> Settings:
    """Return the settings: those of the command's own options, of `itsm`'s, then all others."""
    return load_settings({**_root().flags, **more}, os.environ)


def golden_judge(settings: Settings) -> BuildJudge:
    """Return who judges new builds by the golden questions."""
    return partial(_root().judge, settings)


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


def build_and_publish(
    settings: Settings,
    judge: BuildJudge | None = None,
    *,
    force: bool = False,
) -> Manifest:
    """Build the index and publish it, with progress on standard error.

    Args:
        settings: the places and the model.
        judge: has a say before a build is published; without it every build is.
        force: build even if nothing changed, reusing nothing.
    """
    from assistant.kinds import classifier_path
    from index.build import build_index
    from index.types import Model
    from index.weights import find_weights

    weights = find_weights(settings.model, settings.corpus_dir, classifier_path())

    def load_model() -> Model:
        from index.model import SentenceTransformerModel

        return SentenceTransformerModel(weights)

    notes: list[str] = []  # printed once the progress bars are done

    def judge_and_note(new: Path, published: Path | None) -> None:
        if judge is not None:
            notes.append(judge(new, published))

    with progress() as report:
        manifest = build_index(
            settings.corpus_dir,
            settings.data_dir,
            weights.identity,
            load_model,
            report,
            force=force,
            judge=judge_and_note,
        )
    for note in notes:
        click.echo(note, err=True)
    return manifest
