"""`itsm corpus` and `itsm index`: check the handbook, build and switch its index."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import rich_click as click

from assistant.errors import NotFoundError
from assistant.settings import Settings
from assistant.terminal import JSON, open_assistant, progress, read_settings, show
from index.errors import IndexUnavailableError

if TYPE_CHECKING:
    from corpus.types import Handbook, Passage
    from index.types import Manifest


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


@click.group("index")
def index_group() -> None:
    """Build, check and switch index builds."""


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


def build_and_publish(
    settings: Settings,
    judge: Callable[[Path, Path | None], str] | None = None,
    *,
    force: bool = False,
) -> Manifest:
    """Build the index and publish it, with progress on standard error.

    Args:
        settings: the places and the model.
        judge: compares the new build with the published one, if there is any, and returns what to
            say about it, or raises. Without it every build is published.
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
