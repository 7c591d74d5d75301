"""`itsm ask` and `search`, `itsm corpus` and `itsm index`: questions, handbook, builds."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import rich_click as click

from assistant.errors import NotFoundError
from assistant.settings import Settings
from assistant.terminal import (
    JSON,
    build_and_publish,
    golden_judge,
    open_assistant,
    print_json,
    progress,
    read_settings,
    show,
    standard_input,
)
from index.errors import IndexUnavailableError

if TYPE_CHECKING:
    from corpus.types import Handbook, Passage
    from index.types import Manifest


@click.command()
@click.argument("question", help="What to ask, or `-`.")
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


@click.command()
@click.argument("question", help="What to search for, in words or as a question.")
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
@click.option(
    "--why-not",
    metavar="DOCUMENT[#SECTION]",
    help="Say at which step this was lost, instead of what was found.",
)
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


@click.group("corpus")
def corpus_group() -> None:
    """Check the handbook and count what is in it."""


@corpus_group.command("check")
@JSON
def corpus_check(as_json: bool) -> None:
    """Report what breaks the handbook's rules, with file and line; exit with 5 if anything does."""
    from dataclasses import asdict

    from corpus.check import check_handbook
    from corpus.handbook import read_handbook
    from corpus.rules import read_rules

    settings = read_settings()
    handbook = read_handbook(settings.corpus_dir)
    similar, reason = _near_duplicates(settings, handbook)
    findings = check_handbook(handbook, read_rules(), similar)
    unchecked = [f"near-duplicate passages: {reason}"] if reason else []
    form = {"findings": [asdict(one) for one in findings], "not_checked": unchecked}
    folder = os.path.relpath(settings.corpus_dir)
    show(form, (f"{folder}/{one}" for one in findings), as_json=as_json)
    if not as_json:
        for rule in unchecked:
            click.echo(f"Not checked: {rule}", err=True)
        click.echo(f"{len(handbook.documents)} documents, {len(findings)} findings.", err=True)
    if findings:
        sys.exit(5)


def _near_duplicates(
    settings: Settings, handbook: Handbook
) -> tuple[list[tuple[Passage, Passage, float]], str]:
    """Return what the published build says on duplicates, or why it cannot."""
    from corpus.check import NEAR_DUPLICATE
    from index.search import Index

    try:
        index = Index.open(settings.data_dir, settings.model)
    except IndexUnavailableError as error:
        return [], str(error)
    if [one.sha256 for one in index.documents.values()] != [
        one.sha256 for one in handbook.documents
    ]:
        return [], "the handbook has changed since the index was built. Run `itsm index build`."
    return index.near_duplicates(NEAR_DUPLICATE), ""


@corpus_group.command("stats")
@JSON
def corpus_stats(as_json: bool) -> None:
    """Count documents, words, passages, typed blocks and the covered facts of the outline."""
    from corpus.handbook import read_handbook
    from corpus.rules import read_rules
    from corpus.statistics import statistics

    figures = statistics(read_handbook(read_settings().corpus_dir), read_rules())
    show(figures, _statistics_lines(figures), as_json=as_json)


def _statistics_lines(figures: Mapping[str, Any]) -> Iterator[str]:
    for name, value in figures.items():
        if isinstance(value, int):
            yield f"{name:<18}{value:>9,}"
    for name, value in figures["blocks"].items():
        yield f"  {name:<16}{value:>9,}"
    for name, counts in figures["sections"].items():
        yield (
            f"{name:<18}{counts['documents']:>5} documents {counts['words']:>8,} words "
            f"{counts['passages']:>5} passages"
        )
    coverage = figures["coverage"]
    yield f"{'facts covered':<18}{coverage['covered']:>9,} of {coverage['facts']:,}"
    for name, counts in coverage["documents"].items():
        yield f"  {name:<16}{counts['covered']:>9} of {counts['facts']}"


@corpus_group.command("terms")
@click.argument("acronyms", nargs=-1, help="Such as CAB; all if none is given.")
@JSON
def corpus_terms(acronyms: tuple[str, ...], as_json: bool) -> None:
    """List what ACRONYMS, or all of the handbook's, stand for and the sentences that say so."""
    from assistant.finding import sense_form
    from corpus.acronyms import senses_of
    from corpus.handbook import read_handbook

    handbook = read_handbook(read_settings().corpus_dir)
    known = {one.casefold(): senses for one, senses in senses_of(handbook).items()}
    for acronym in acronyms:
        if acronym.casefold() not in known:
            raise NotFoundError(
                f"The handbook spells out no acronym {acronym!r}. `itsm corpus terms` lists all."
            )
    chosen = [known[one.casefold()] for one in acronyms] or list(known.values())
    forms = [sense_form(handbook.documents, sense) for senses in chosen for sense in senses]
    lines = (
        f"{form['acronym']:<10}{form['expansion']}\n{'':<10}{one['document_id']}: {one['text']}"
        for form in forms
        for one in form["evidence"][:1]
    )
    show(forms, lines, as_json=as_json)
    if not as_json:
        ambiguous = sum(len(senses) > 1 for senses in chosen)
        click.echo(f"{len(chosen)} acronyms, {ambiguous} with several readings.", err=True)


@click.group("index")
def index_group() -> None:
    """Build, check and switch index builds."""


@index_group.command("build")
@click.option("--force", is_flag=True, help="Build even if nothing changed, reusing nothing.")
@click.option("--no-gate", is_flag=True, help="Publish even if the golden questions lose by it.")
@JSON
def index_build(force: bool, no_gate: bool, as_json: bool) -> None:
    """Build the handbook's index and publish it, unless answers would be lost."""
    settings = read_settings()
    judge = None if no_gate else golden_judge(settings)
    manifest = build_and_publish(settings, judge, force=force)
    line = (
        f"Published build {manifest.id}: {manifest.documents} documents, {manifest.passages} "
        f"passages, {manifest.spans} spans ({manifest.reused} vectors reused)."
    )
    show(manifest_form(manifest), [line], as_json=as_json)


@index_group.command("adapt")
def index_adapt() -> None:
    """Let the encoder learn how people ask (45 minutes); the next build uses what it learnt."""
    from corpus.handbook import read_handbook
    from index.weights import ADAPTER_FILE, find_weights

    settings = read_settings()
    weights = find_weights(settings.model)
    handbook = read_handbook(settings.corpus_dir)
    path = settings.corpus_dir / ADAPTER_FILE
    with progress() as report:
        from index.model import SentenceTransformerModel

        SentenceTransformerModel(weights).learn(handbook, path, report)
    click.echo(f"Wrote {path}. Run `itsm index build`, then `itsm eval calibrate`.")


@index_group.command("status")
@JSON
def index_status(as_json: bool) -> None:
    """Say which build is published and whether the handbook has changed since."""
    from index.build import corpus_digest
    from index.store import build_folder, publication, read_manifest

    settings = read_settings()
    published = publication(settings.data_dir)
    manifest = read_manifest(build_folder(settings.data_dir, published.current))
    current = manifest.corpus_sha256 == corpus_digest(settings.corpus_dir)
    lines = (
        f"Build {manifest.id} of {manifest.created}: {manifest.documents} documents, "
        f"{manifest.passages} passages, {manifest.spans} spans, model {manifest.model.name}, "
        f"{'adapted to the handbook' if manifest.model.adapter_sha256 else 'not adapted'}.",
        "The handbook has not changed since."
        if current
        else "The handbook has changed since. Run `itsm index build`.",
        f"Previous build: {published.previous or 'none'}.",
    )
    form = {**manifest_form(manifest), "up_to_date": current, "previous": published.previous}
    show(form, lines, as_json=as_json)


@index_group.command("verify")
@JSON
def index_verify(as_json: bool) -> None:
    """Compare every file of the published build with its recorded hash, and open it."""
    manifest = open_assistant().index.manifest
    form = {"build": manifest.id, "files": len(manifest.files), "intact": True}
    line = f"Build {manifest.id} is intact ({len(manifest.files)} files)."
    show(form, [line], as_json=as_json)


@index_group.command("rollback")
@JSON
def index_rollback(as_json: bool) -> None:
    """Publish the previous build again."""
    from index.store import rollback

    published = rollback(read_settings().data_dir)
    form = {"current": published.current, "previous": published.previous}
    line = f"Published build {published.current} again; {published.previous} is kept."
    show(form, [line], as_json=as_json)


def manifest_form(manifest: Manifest) -> dict[str, Any]:
    """Return what a build says about itself as plain data."""
    import msgspec

    form: dict[str, Any] = msgspec.to_builtins(manifest)
    return form
