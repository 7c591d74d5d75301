"""`itsm index`: build, check and switch index builds."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import rich_click as click

from assistant.cli_shared import JSON, open_assistant, progress, read_settings, show
from assistant.settings import Settings

if TYPE_CHECKING:
    from index.types import Manifest


@click.group("index")
def index_group() -> None:
    """Build, check and switch index builds."""


@index_group.command("build")
@click.option("--force", is_flag=True, help="Build even if nothing changed, reusing nothing.")
@click.option("--no-gate", is_flag=True, help="Publish even if the golden questions lose by it.")
@JSON
def index_build(force: bool, no_gate: bool, as_json: bool) -> None:
    """Build the handbook's index and publish it, unless answers would be lost."""
    manifest = build_and_publish(read_settings(), force=force, gate=not no_gate)
    line = (
        f"Published build {manifest.id}: {manifest.documents} documents, {manifest.passages} "
        f"passages, {manifest.spans} spans ({manifest.reused} vectors reused)."
    )
    show(_manifest_form(manifest), [line], as_json=as_json)


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
    form = {**_manifest_form(manifest), "up_to_date": current, "previous": published.previous}
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


def _manifest_form(manifest: Manifest) -> dict[str, Any]:
    import msgspec

    form: dict[str, Any] = msgspec.to_builtins(manifest)
    return form


def build_and_publish(settings: Settings, *, force: bool = False, gate: bool = True) -> Manifest:
    """Build the index and publish it, with progress on standard error.

    Args:
        settings: the places, and the floor of the gate.
        force: build even if nothing changed, reusing nothing.
        gate: publish only what answers the golden questions.
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

    def judge(new: Path, published: Path | None) -> None:
        if gate:
            notes.append(_judge(new, published, settings))

    places = settings.corpus_dir, settings.data_dir
    with progress() as report:
        manifest = build_index(
            *places, weights.identity, load_model, report, force=force, judge=judge
        )
    for note in notes:
        click.echo(note, err=True)
    return manifest


def _judge(new: Path, published: Path | None, settings: Settings) -> str:
    from assistant.ask import Assistant
    from eval.gate import golden_questions, judge_build, open_for_judging
    from index.search import Index

    assistant = Assistant(Index.open_build(new, settings.model), settings)
    before = open_for_judging(published, settings) if published else None
    return judge_build(assistant, before, golden_questions(), settings.gate_floor / 100)
