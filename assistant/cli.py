"""The command `itsm`: asking, searching, serving; the other groups are modules beside this one.

The command's modules are the only ones that import upwards, inside functions only.

Answers and data go to standard output, everything else to standard error. Exit codes: 0 done,
1 unexpected, 2 wrong question, option or setting, 3 no such document, 4 no usable index,
5 the handbook or a build failed, 6 an evaluation failed, 7 the database cannot be used,
130 stopped by Ctrl+C.
"""

from __future__ import annotations

import os
import signal
import sys
from functools import partial
from pathlib import Path
from typing import Any

import rich_click as click
from click import get_current_context

from assistant.cli_accounts import db_group, key_group, user_group
from assistant.cli_eval import eval_group
from assistant.commands import build_and_publish, corpus_group, index_group, manifest_form
from assistant.settings import Settings
from assistant.terminal import (
    JSON,
    open_assistant,
    print_json,
    read_settings,
    show,
    standard_input,
)
from corpus.errors import ItsmError
from index.errors import IndexUnavailableError


def main() -> None:
    """Run the command and exit with the code of its outcome."""
    signal.signal(signal.SIGINT, lambda *_: sys.exit(128 + signal.SIGINT))
    try:
        itsm(prog_name="itsm")
    except ItsmError as error:
        print(f"Error: {error}", file=sys.stderr)  # noqa: T201
        sys.exit(error.exit_code)
    except BrokenPipeError:
        # The reader of a pipe has left, as `itsm search ... | head` does.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@click.group()
@click.version_option(package_name="itsm-assistant")
@click.option("--data-dir", help="Folder that index builds are kept in.")
@click.option("--corpus-dir", help="Folder of the handbook's Markdown files.")
@click.option("--model", help="Embedding model: the packaged one or a folder.")
def itsm(**flags: str | None) -> None:
    """Ask the ITSM community handbook, and keep its index."""
    get_current_context().obj = flags


for group in (index_group, corpus_group, eval_group, db_group, user_group, key_group):
    itsm.add_command(group)


@itsm.command()
@click.argument("question")
@click.option("--history", multiple=True, help="An earlier question, oldest first; repeatable.")
@click.option("--literal", is_flag=True, help="Correct no spelling and ignore the history.")
@click.option("--more", is_flag=True, help="Also show what else the handbook says to it.")
@JSON
def ask(question: str, history: tuple[str, ...], literal: bool, more: bool, as_json: bool) -> None:
    """Answer QUESTION with quotes from the handbook; `-` reads it from standard input."""
    from assistant.ask import wire_form
    from assistant.question import clean_question

    text = standard_input() if question == "-" else question
    clean_question(text, read_settings().max_question)  # before the index is opened
    answer = open_assistant().ask(text, history, literal=literal)
    if as_json:
        print_json(wire_form(answer))
        return
    if answer.resolved_question != answer.question:
        understood = f"Understood as: {answer.resolved_question} (--literal asks as typed)\n"
        click.echo(understood, err=True)
    _print_markdown(answer.markdown)
    if answer.more and more:
        _print_markdown("\n" + answer.more.markdown)
    elif answer.more:
        click.echo(f"\nMore: {len(answer.more.citations)} further quotes (--more)", err=True)
    if answer.choices:
        click.echo("\nOr did you mean: " + " | ".join(answer.choices), err=True)
    if answer.related:
        click.echo("\nRelated: " + " | ".join(answer.related), err=True)


def _print_markdown(markdown: str) -> None:
    if not sys.stdout.isatty():
        click.echo(markdown, nl=False)
        return
    from rich.console import Console
    from rich.markdown import Markdown

    Console().print(Markdown(markdown))


@itsm.command()
@click.argument("question")
@click.option(
    "-k",
    "--count",
    type=click.IntRange(1),
    default=10,
    show_default=True,
    help="How many passages.",
)
@click.option("--section", multiple=True, help="Only documents of this section; repeatable.")
@click.option("--kind", multiple=True, help="Only passages with such a block, as dont; repeatable.")
@click.option("--collection", multiple=True, help="Only this collection; repeatable.")
@click.option("--explain", is_flag=True, help="Show every component of the score.")
@click.option("--why-not", metavar="DOCUMENT[#SECTION]", help="Say where this was lost.")
@JSON
def search(
    question: str, count: int, explain: bool, why_not: str | None, as_json: bool, **limits: Any
) -> None:
    """Show the passages that rank best for QUESTION."""
    from assistant import finding
    from assistant.question import clean_question
    from index.filters import Filters
    from index.folding import list_hits
    from index.why import trace

    text = clean_question(question, read_settings().max_question)
    index, filters = open_assistant().index, Filters(**limits)
    form: dict[str, Any] = {"question": text, "build": index.manifest.id}
    if why_not:
        found = trace(index, text, finding.find_passages(index, why_not), count, filters)
        form["why_not"] = finding.trace_form(index, found)
        lines = finding.trace_lines(index, found, count)
    else:
        listed = list_hits(index, text, count, filters)
        form["hits"] = [finding.listed_form(index, one) for one in listed]
        lines = finding.listed_lines(index, listed, explain=explain)
    show(form, lines, as_json=as_json)


@index_group.command("build")
@click.option("--force", is_flag=True, help="Build even if nothing changed, reusing nothing.")
@click.option("--no-gate", is_flag=True, help="Publish even if the golden questions lose by it.")
@JSON
def index_build(force: bool, no_gate: bool, as_json: bool) -> None:
    """Build the handbook's index and publish it, unless answers would be lost."""
    settings = read_settings()
    judge = None if no_gate else partial(_judge, settings)
    manifest = build_and_publish(settings, judge, force=force)
    line = (
        f"Published build {manifest.id}: {manifest.documents} documents, {manifest.passages} "
        f"passages, {manifest.spans} spans ({manifest.reused} vectors reused)."
    )
    show(manifest_form(manifest), [line], as_json=as_json)


def _judge(settings: Settings, new: Path, published: Path | None) -> str:
    """Hold a new build against the published one on the golden questions; return the outcome."""
    from assistant.ask import Assistant
    from eval.gate import golden_questions, judge_build, open_for_judging
    from index.search import Index

    assistant = Assistant(Index.open_build(new, settings.model), settings)
    before = open_for_judging(published, settings) if published else None
    return judge_build(assistant, before, golden_questions(), settings.gate_floor / 100)


@itsm.command()
@click.option("--host", help="Address to listen on.")
@click.option("--port", type=int, help="Port to listen on; 0 takes a free one.")
@click.option("--build", is_flag=True, help="First build the index if the handbook has changed.")
def serve(host: str | None, port: int | None, build: bool) -> None:
    """Serve the chat and the API."""
    from web.serve import run

    settings = read_settings(host=host, port=port)
    if build:
        _build_or_keep(settings)
        if "torch" in sys.modules:
            _start_again()
    run(settings)


def _start_again() -> None:
    """Replace this process by one that only serves: what a build has loaded takes a gigabyte."""
    arguments = [one for one in sys.argv[1:] if one != "--build"]
    os.execv(sys.executable, [sys.executable, "-m", "assistant.cli", *arguments])


def _build_or_keep(settings: Settings) -> None:
    """Bring the index up to date; where that fails, an earlier build goes on serving."""
    from index.store import publication

    try:
        build_and_publish(settings, partial(_judge, settings))
    except ItsmError as error:
        try:
            kept = publication(settings.data_dir).current
        except IndexUnavailableError:
            raise error from None
        click.echo(f"Warning: {error} Serving build {kept}.", err=True)


@itsm.command()
@JSON
def doctor(as_json: bool) -> None:
    """Check handbook, model, index, disk and database; exit with 4 if something is broken."""
    from assistant.doctor import diagnose, look
    from web.database import Database

    settings = read_settings()
    checks = [*diagnose(settings), look("database", lambda: Database(settings).describe())]
    lines = (f"{'ok  ' if one.passed else 'FAIL'}  {one.name}: {one.message}" for one in checks)
    show([check.form() for check in checks], lines, as_json=as_json)
    if not all(check.passed for check in checks):
        sys.exit(4)


if __name__ == "__main__":
    main()
