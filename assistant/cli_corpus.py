"""`itsm corpus`: check the handbook and count what is in it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import rich_click as click

from assistant.cli_shared import JSON, read_settings, show
from assistant.errors import NotFoundError
from assistant.settings import Settings
from index.errors import IndexUnavailableError

if TYPE_CHECKING:
    from corpus.types import Handbook, Passage


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
@click.argument("acronyms", nargs=-1)
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
