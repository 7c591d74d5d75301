"""The command `itsm`. The one module that imports upwards, inside functions only.

Answers and data go to standard output, everything else to standard error. Exit codes: 0 done,
1 unexpected, 2 wrong question, option or setting, 3 no such document, 4 no usable index,
5 the handbook or a build failed, 6 an evaluation failed, 7 the database cannot be used.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import rich_click as click
from click import get_current_context

from assistant.errors import NotFoundError, QuestionError, QuoteError, SettingsError
from assistant.settings import Settings, load_settings
from corpus.errors import CorpusError, ItsmError
from index.errors import BuildError, FilterError, IndexUnavailableError

if TYPE_CHECKING:
    from assistant.ask import Assistant
    from corpus.types import Handbook, Passage
    from eval.results import Result
    from index.search import Weights
    from index.types import Manifest, Report

_JSON = click.option("--json", "as_json", is_flag=True, help="Print plain JSON.")


def exit_codes() -> dict[type[ItsmError], int]:
    """Return the exit code of each error class; a subclass takes its nearest base's."""
    from eval.errors import EvaluationError
    from web.errors import AccessError, StorageError

    return {
        QuoteError: 1,
        QuestionError: 2,
        FilterError: 2,
        SettingsError: 2,
        NotFoundError: 3,
        IndexUnavailableError: 4,
        BuildError: 5,
        CorpusError: 5,
        EvaluationError: 6,
        StorageError: 7,
        AccessError: 2,
    }


def main() -> None:
    """Run the command and exit with the code of its outcome."""
    try:
        itsm(prog_name="itsm")
    except ItsmError as error:
        print(f"Error: {error}", file=sys.stderr)  # noqa: T201
        codes = exit_codes()
        sys.exit(next(codes[base] for base in type(error).__mro__ if base in codes))
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


def _settings(**more: Any) -> Settings:
    return load_settings({**get_current_context().find_root().obj, **more}, os.environ)


def _open() -> Assistant:
    from assistant.ask import Assistant

    return Assistant.open(_settings())


# --- asking ---------------------------------------------------------------------------------


@itsm.command()
@click.argument("question")
@click.option("--history", multiple=True, help="An earlier question, oldest first; repeatable.")
@click.option("--literal", is_flag=True, help="Correct no spelling and ignore the history.")
@_JSON
def ask(question: str, history: tuple[str, ...], literal: bool, as_json: bool) -> None:
    """Answer QUESTION with quotes from the handbook; `-` reads it from standard input."""
    from assistant.ask import wire_form
    from assistant.question import clean_question

    text = _standard_input() if question == "-" else question
    clean_question(text, _settings().max_question)  # before the index is opened
    answer = _open().ask(text, history, literal=literal)
    if as_json:
        _print_json(wire_form(answer))
        return
    if answer.resolved_question != answer.question:
        understood = f"Understood as: {answer.resolved_question} (--literal asks as typed)\n"
        click.echo(understood, err=True)
    _print_markdown(answer.markdown)
    if answer.choices:
        click.echo("\nOr did you mean: " + " | ".join(answer.choices), err=True)
    if answer.related:
        click.echo("\nRelated: " + " | ".join(answer.related), err=True)


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
@_JSON
def search(
    question: str, count: int, explain: bool, why_not: str | None, as_json: bool, **limits: Any
) -> None:
    """Show the passages that rank best for QUESTION."""
    from assistant import finding
    from assistant.question import clean_question
    from index.filters import Filters
    from index.folding import list_hits
    from index.why import trace

    text = clean_question(question, _settings().max_question)
    index, filters = _open().index, Filters(**limits)
    form: dict[str, Any] = {"question": text, "build": index.manifest.id}
    if why_not:
        found = trace(index, text, finding.find_passages(index, why_not), count, filters)
        form["why_not"] = finding.trace_form(index, found)
        lines = finding.trace_lines(index, found, count)
    else:
        listed = list_hits(index, text, count, filters)
        form["hits"] = [finding.listed_form(index, one) for one in listed]
        lines = finding.listed_lines(index, listed, explain=explain)
    if as_json:
        _print_json(form)
    else:
        click.echo("\n".join(lines))


# --- the index ------------------------------------------------------------------------------


@itsm.group("index")
def index_group() -> None:
    """Build, check and switch index builds."""


@index_group.command("build")
@click.option("--force", is_flag=True, help="Build even if nothing changed, reusing nothing.")
@click.option("--no-gate", is_flag=True, help="Publish even if the golden questions lose by it.")
@_JSON
def index_build(force: bool, no_gate: bool, as_json: bool) -> None:
    """Build the handbook's index and publish it, unless answers would be lost."""
    manifest = _build(_settings(), force=force, gate=not no_gate)
    if as_json:
        _print_json(_manifest_form(manifest))
        return
    click.echo(
        f"Published build {manifest.id}: {manifest.documents} documents, {manifest.passages} "
        f"passages, {manifest.spans} spans ({manifest.reused} vectors reused)."
    )


@index_group.command("adapt")
def index_adapt() -> None:
    """Let the encoder learn how people ask (half an hour); the next build uses what it learnt."""
    from corpus.handbook import read_handbook
    from index.weights import ADAPTER_FILE, find_weights

    settings = _settings()
    weights = find_weights(settings.model)
    handbook = read_handbook(settings.corpus_dir)
    path = settings.corpus_dir / ADAPTER_FILE
    with _progress() as report:
        from index.model import SentenceTransformerModel

        SentenceTransformerModel(weights).learn(handbook, path, report)
    click.echo(f"Wrote {path}. Run `itsm index build`, then `itsm eval calibrate`.")


@index_group.command("status")
@_JSON
def index_status(as_json: bool) -> None:
    """Say which build is published and whether the handbook has changed since."""
    from index.build import corpus_digest
    from index.store import build_folder, publication, read_manifest

    settings = _settings()
    published = publication(settings.data_dir)
    manifest = read_manifest(build_folder(settings.data_dir, published.current))
    current = manifest.corpus_sha256 == corpus_digest(settings.corpus_dir)
    if as_json:
        form = _manifest_form(manifest)
        _print_json({**form, "up_to_date": current, "previous": published.previous})
        return
    click.echo(
        f"Build {manifest.id} of {manifest.created}: {manifest.documents} documents, "
        f"{manifest.passages} passages, {manifest.spans} spans, model {manifest.model.name}, "
        f"{'adapted to the handbook' if manifest.model.adapter_sha256 else 'not adapted'}."
    )
    click.echo(
        "The handbook has not changed since."
        if current
        else "The handbook has changed since. Run `itsm index build`."
    )
    click.echo(f"Previous build: {published.previous or 'none'}.")


@index_group.command("verify")
@_JSON
def index_verify(as_json: bool) -> None:
    """Compare every file of the published build with its recorded hash, and open it."""
    index = _open().index
    if as_json:
        _print_json(
            {"build": index.manifest.id, "files": len(index.manifest.files), "intact": True}
        )
        return
    click.echo(f"Build {index.manifest.id} is intact ({len(index.manifest.files)} files).")


@index_group.command("rollback")
@_JSON
def index_rollback(as_json: bool) -> None:
    """Publish the previous build again."""
    from index.store import rollback

    published = rollback(_settings().data_dir)
    if as_json:
        _print_json({"current": published.current, "previous": published.previous})
        return
    click.echo(f"Published build {published.current} again; {published.previous} is kept.")


def _manifest_form(manifest: Manifest) -> dict[str, Any]:
    import msgspec

    form: dict[str, Any] = msgspec.to_builtins(manifest)
    return form


def _build(settings: Settings, *, force: bool = False, gate: bool = True) -> Manifest:
    from index.build import build_index
    from index.types import Model
    from index.weights import find_weights

    weights = find_weights(settings.model, settings.corpus_dir)

    def load_model() -> Model:
        from index.model import SentenceTransformerModel

        return SentenceTransformerModel(weights)

    notes: list[str] = []  # printed once the progress bars are done

    def judge(new: Path, published: Path | None) -> None:
        if gate:
            notes.append(_judge(new, published, settings))

    places = settings.corpus_dir, settings.data_dir
    with _progress() as report:
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


@contextmanager
def _progress() -> Iterator[Report]:
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


# --- the handbook ---------------------------------------------------------------------------


@itsm.group("corpus")
def corpus_group() -> None:
    """Check the handbook and count what is in it."""


@corpus_group.command("check")
@_JSON
def corpus_check(as_json: bool) -> None:
    """Report what breaks the handbook's rules, with file and line; exit with 5 if anything does."""
    from dataclasses import asdict

    from corpus.check import check_handbook
    from corpus.handbook import read_handbook
    from corpus.rules import read_rules

    settings = _settings()
    handbook = read_handbook(settings.corpus_dir)
    similar, reason = _near_duplicates(settings, handbook)
    findings = check_handbook(handbook, read_rules(), similar)
    unchecked = [f"near-duplicate passages: {reason}"] if reason else []
    if as_json:
        _print_json({"findings": [asdict(one) for one in findings], "not_checked": unchecked})
    else:
        for finding in findings:
            click.echo(f"{os.path.relpath(settings.corpus_dir)}/{finding}")
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
@_JSON
def corpus_stats(as_json: bool) -> None:
    """Count documents, words, passages, typed blocks and the covered facts of the outline."""
    from corpus.handbook import read_handbook
    from corpus.rules import read_rules
    from corpus.statistics import statistics

    figures = statistics(read_handbook(_settings().corpus_dir), read_rules())
    if as_json:
        _print_json(figures)
        return
    for name, value in figures.items():
        if isinstance(value, int):
            click.echo(f"{name:<18}{value:>9,}")
    for name, value in figures["blocks"].items():
        click.echo(f"  {name:<16}{value:>9,}")
    for name, counts in figures["sections"].items():
        click.echo(
            f"{name:<18}{counts['documents']:>5} documents {counts['words']:>8,} words "
            f"{counts['passages']:>5} passages"
        )
    coverage = figures["coverage"]
    click.echo(f"{'facts covered':<18}{coverage['covered']:>9,} of {coverage['facts']:,}")
    for name, counts in coverage["documents"].items():
        click.echo(f"  {name:<16}{counts['covered']:>9} of {counts['facts']}")


@corpus_group.command("terms")
@click.argument("acronyms", nargs=-1)
@_JSON
def corpus_terms(acronyms: tuple[str, ...], as_json: bool) -> None:
    """List what ACRONYMS, or all of the handbook's, stand for and the sentences that say so."""
    from assistant.finding import sense_form
    from corpus.acronyms import senses_of
    from corpus.handbook import read_handbook

    handbook = read_handbook(_settings().corpus_dir)
    known = {one.casefold(): senses for one, senses in senses_of(handbook).items()}
    for acronym in acronyms:
        if acronym.casefold() not in known:
            raise NotFoundError(
                f"The handbook spells out no acronym {acronym!r}. `itsm corpus terms` lists all."
            )
    chosen = [known[one.casefold()] for one in acronyms] or list(known.values())
    forms = [sense_form(handbook.documents, sense) for senses in chosen for sense in senses]
    if as_json:
        _print_json(forms)
        return
    for form in forms:
        evidence = form["evidence"][0]
        click.echo(f"{form['acronym']:<10}{form['expansion']}")
        click.echo(f"{'':<10}{evidence['document_id']}: {evidence['text']}")
    ambiguous = sum(len(senses) > 1 for senses in chosen)
    click.echo(f"{len(chosen)} acronyms, {ambiguous} with several readings.", err=True)


# --- serving and checking -------------------------------------------------------------------


@itsm.command()
@click.option("--host", help="Address to listen on.")
@click.option("--port", type=int, help="Port to listen on; 0 takes a free one.")
@click.option("--build", is_flag=True, help="First build the index if the handbook has changed.")
def serve(host: str | None, port: int | None, build: bool) -> None:
    """Serve the chat and the API."""
    from web.serve import run

    settings = _settings(host=host, port=port)
    if build:
        _build_or_keep(settings)
    run(settings)


def _build_or_keep(settings: Settings) -> None:
    """Bring the index up to date; where that fails, an earlier build goes on serving."""
    from index.store import publication

    try:
        _build(settings)
    except (BuildError, CorpusError) as error:
        try:
            kept = publication(settings.data_dir).current
        except IndexUnavailableError:
            raise error from None
        click.echo(f"Warning: {error} Serving build {kept}.", err=True)


@itsm.command()
@_JSON
def doctor(as_json: bool) -> None:
    """Check settings, handbook, model and index; exit with 4 if something is broken."""
    from assistant.doctor import diagnose

    checks = diagnose(_settings())
    if as_json:
        _print_json([check.form() for check in checks])
    else:
        for check in checks:
            click.echo(f"{'ok  ' if check.passed else 'FAIL'}  {check.name}: {check.message}")
    if not all(check.passed for check in checks):
        sys.exit(4)


@itsm.group("db")
def db_group() -> None:
    """Keep the database of conversations and accounts."""


@db_group.command("upgrade")
def db_upgrade() -> None:
    """Bring the database to the form of this version; `itsm serve` does it by itself."""
    from web.database import Database

    Database(_settings()).migrate()
    click.echo("The database is up to date.")


@itsm.group("user")
def user_group() -> None:
    """Keep the accounts of those who sign in."""


@user_group.command("add")
@click.argument("name")
@click.option(
    "--role", type=click.Choice(["steward", "reader"]), default="steward", show_default=True
)
def user_add(name: str, role: str) -> None:
    """Make an account, or give an existing one a new password and role.

    The password is asked for; where there is no terminal, it is the first line of standard input.
    """
    from web.access import set_account
    from web.database import Database

    if sys.stdin.isatty():
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    else:
        password = _standard_input().partition("\n")[0].rstrip("\r")
    with Database(_settings()).session() as session:
        set_account(session, name, password, role)
    click.echo(f"{name} can sign in as a {role} at /signin.")


@user_group.command("remove")
@click.argument("name")
def user_remove(name: str) -> None:
    """Delete an account; it is signed out everywhere."""
    from web.access import remove_account
    from web.database import Database

    with Database(_settings()).session() as session:
        remove_account(session, name)
    click.echo(f"{name} cannot sign in any more.")


@itsm.group("key")
def key_group() -> None:
    """Keep the API keys of programs."""


@key_group.command("add")
@click.argument("name")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    type=click.Choice(["ask", "search", "documents"]),
    help="What it may be used for; repeatable, all of it if not given.",
)
def key_add(name: str, scopes: tuple[str, ...]) -> None:
    """Make a key for a program and print it; it is shown this once."""
    from web.access import SCOPES, add_key
    from web.database import Database

    with Database(_settings()).session() as session:
        token = add_key(session, name, scopes or SCOPES)
    click.echo(token)
    click.echo("Send it as `Authorization: Bearer <key>`. It is not shown again.", err=True)


@key_group.command("list")
@_JSON
def key_list(as_json: bool) -> None:
    """List the keys, revoked ones too."""
    from web.access import key_forms
    from web.database import Database

    with Database(_settings()).session() as session:
        forms = key_forms(session)
    if as_json:
        _print_json(forms)
        return
    for form in forms:
        state = "revoked" if form["revoked"] else "valid"
        click.echo(f"{form['id']}  {form['name']}  {form['scopes']}  {state}")


@key_group.command("revoke")
@click.argument("key_id")
def key_revoke(key_id: str) -> None:
    """Make a key useless; `itsm key list` shows the ids."""
    from web.access import revoke_key
    from web.database import Database

    with Database(_settings()).session() as session:
        revoke_key(session, key_id)
    click.echo(f"The key {key_id} cannot be used any more.")


# --- measuring ------------------------------------------------------------------------------


_SPLIT = click.option(
    "--split",
    type=click.Choice(["dev", "test", "all"]),
    default="test",
    show_default=True,
    help="Dev is for tuning, test for reporting.",
)
_QUESTIONS = click.option(
    "--questions", type=click.Path(path_type=Path), help="Your own: CSV, JSONL or YAML."
)
_SETS = click.option(
    "--set", "sets", multiple=True, help="Only this file of eval/sets, as everyday; repeatable."
)
_SAVE = click.option("--save", is_flag=True, help="Keep the results under the data folder.")
_ROWS = click.option("--rows", is_flag=True, help="Also show every question.")


@itsm.group("eval", invoke_without_command=True)
@_SPLIT
@_SETS
@_QUESTIONS
@_ROWS
@_JSON
@click.pass_context
def eval_group(
    context: click.Context,
    split: str,
    sets: tuple[str, ...],
    questions: Path | None,
    rows: bool,
    as_json: bool,
) -> None:
    """Measure search and answers on the test questions."""
    if context.invoked_subcommand:
        return
    from eval.run import VARIANTS

    results, mistakes = _measure(split, sets, questions, VARIANTS)
    _print_figures(results, rows, as_json, split)
    _require_none(mistakes)


@eval_group.command("run")
@_SPLIT
@_SETS
@_QUESTIONS
@click.option("--variant", "names", multiple=True, help="Only this ranking; repeatable.")
@_SAVE
@_ROWS
@_JSON
def eval_run(
    split: str,
    sets: tuple[str, ...],
    questions: Path | None,
    names: tuple[str, ...],
    save: bool,
    rows: bool,
    as_json: bool,
) -> None:
    """Measure every ranking: dense, BM25, fused, and fused with each score left out."""
    from eval.run import choose_variants

    results, mistakes = _measure(split, sets, questions, choose_variants(names))
    if save:
        _save(results)
    _print_figures(results, rows, as_json, split)
    _require_none(mistakes)


def _measure(
    split: str, sets: Sequence[str], own: Path | None, variants: Mapping[str, Weights]
) -> tuple[list[Result], list[str]]:
    """Return results on the shipped questions or on people's own, and the mistakes in those."""
    if own is None:
        return _evaluate(split, variants, sets), []
    from eval.own import read_own
    from eval.run import run

    assistant = _open()
    questions, mistakes = read_own(own, assistant.index, assistant.settings.max_question)
    chosen = [one for one in questions if split in {"all", one.split} or one.split == "own"]
    if not chosen:
        _require_none(mistakes)
    return run(assistant, chosen, variants, own.name), mistakes


def _require_none(mistakes: Sequence[str]) -> None:
    from eval.errors import EvaluationError

    if mistakes:
        raise EvaluationError("\n".join([f"{len(mistakes)} rows are left out.", *mistakes]))


def _save(results: Sequence[Result]) -> None:
    from eval.results import file_name, save_result

    for result in results:
        path = _settings().data_dir / "evaluations" / file_name(result)
        save_result(result, path)
        click.echo(f"Saved {path}", err=True)


def _print_figures(
    results: Sequence[Result], rows: bool, as_json: bool, split: str = "all"
) -> None:
    from eval.report import figures, row_lines, table

    found = {"split": split, **figures(results)}
    if as_json:
        _print_json(found if rows else {k: v for k, v in found.items() if k != "rows"})
        return
    click.echo(table(found, results[0].questions))
    if rows:
        click.echo(row_lines(found))


def _evaluate(
    split: str, variants: Mapping[str, Weights], sets: Sequence[str] = ()
) -> list[Result]:
    from eval.questions import load_questions, shipped_sets
    from eval.run import run

    questions = load_questions(shipped_sets(sets))
    chosen = [one for one in questions if split in {"all", one.split}]
    return run(_open(), chosen, variants, " ".join((f"{split} split", *sets)))


@eval_group.command("compare")
@click.argument("before")
@click.argument("after")
@_SPLIT
@_JSON
def eval_compare(before: str, after: str, split: str, as_json: bool) -> None:
    """Compare two results, BEFORE and AFTER, on the same questions: files or rankings."""
    from eval.compare import compare, comparison_table
    from eval.results import load_result

    files = {name: load_result(Path(name)) for name in (before, after) if Path(name).is_file()}
    names = tuple(name for name in (before, after) if name not in files)
    if names:
        from eval.run import choose_variants

        results = _evaluate(split, choose_variants(names))
        files.update((one.variant, one) for one in results)
    found = compare(files[before], files[after])
    if as_json:
        _print_json(found)
    else:
        click.echo(comparison_table(found))


@eval_group.command("followups")
@_SPLIT
@_JSON
def eval_followups(split: str, as_json: bool) -> None:
    """Compare follow-ups, resolved and as they stand, with the questions that they stand for."""
    from eval.compare import compare, comparison_table
    from eval.followups import run_followups
    from eval.questions import load_questions, shipped_sets

    questions = [one for one in load_questions(shipped_sets()) if split in {"all", one.split}]
    results = run_followups(_open(), questions, split)
    found = [compare(results[0], other) for other in results[1:]]
    if as_json:
        _print_json(found)
    else:
        click.echo("\n\n".join(map(comparison_table, found)))


@eval_group.command("repeat")
@click.option("--count", default=500, show_default=True, help="How many questions are asked.")
def eval_repeat(count: int) -> None:
    """Ask the same questions in two processes, in opposite order; exit with 6 if a byte differs."""
    from eval.questions import load_questions, shipped_sets
    from eval.repeat import require_same

    asked = load_questions(shipped_sets())[:count]
    digest = require_same(_settings(), [(one.question, one.history) for one in asked])
    click.echo(f"{len(asked)} questions, twice the same bytes (SHA-256 {digest}).")


@eval_group.command("beir")
@click.argument("folder", type=click.Path(path_type=Path))
@_SAVE
@_JSON
def eval_beir(folder: Path, save: bool, as_json: bool) -> None:
    """Measure search on a public set in the layout of BEIR; its index is kept for the next time."""
    from dataclasses import replace

    from assistant.ask import Assistant
    from eval.beir import read_queries, write_documents
    from eval.run import VARIANTS, run

    questions, labelled = read_queries(folder)
    settings = _settings()
    place = settings.data_dir / "beir" / folder.resolve().name
    settings = replace(settings, data_dir=place, corpus_dir=place / "documents")
    write_documents(folder, settings.corpus_dir)
    _build(settings, gate=False)
    options = {"by_document": True, "answers": labelled}
    results = run(Assistant.open(settings), questions, VARIANTS, folder.resolve().name, **options)
    if save:
        _save(results)
    _print_figures(results, rows=False, as_json=as_json)


@eval_group.command("report")
@click.argument("results", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--out", type=click.Path(path_type=Path), default="evaluation.html", show_default=True
)
@_SPLIT
def eval_report(results: tuple[Path, ...], out: Path, split: str) -> None:
    """Write one HTML file of stored RESULTS, or of a new evaluation of every ranking."""
    from eval.page import page
    from eval.results import load_result
    from eval.run import choose_variants

    given = [load_result(path) for path in results]
    out.write_text(page(given or _evaluate(split, choose_variants(()))), encoding="utf-8")
    click.echo(f"Wrote {out}.")


@eval_group.command("gate")
@click.option("--baseline", type=click.Path(path_type=Path), help="Another baseline file.")
@click.option("--update", is_flag=True, help="Make the present figures the baseline.")
def eval_gate(baseline: Path | None, update: bool) -> None:
    """Fail if the dev questions are answered significantly worse than at the baseline."""
    from eval.gate import BASELINE, as_baseline, require_baseline
    from eval.results import load_result, save_result
    from eval.run import VARIANTS

    path = baseline or BASELINE
    result = _evaluate("dev", {"fused": VARIANTS["fused"]})[0]
    if update:
        save_result(as_baseline(result), path)
        click.echo(f"Stored {len(result.rows)} questions in {path}.")
        return
    require_baseline(load_result(path), result)
    click.echo(f"Build {result.build} loses nothing significant against {path}.")


@eval_group.command("check")
@_JSON
def eval_check(as_json: bool) -> None:
    """Name test questions that are copied from an answer or that the index reads; exit with 6."""
    from corpus.handbook import read_handbook
    from eval.leakage import copied, known
    from eval.questions import load_questions, shipped_sets

    handbook, questions = read_handbook(_settings().corpus_dir), load_questions(shipped_sets())
    findings = copied(questions, handbook) + known(questions, handbook)
    if as_json:
        _print_json(findings)
    else:
        for finding in findings:
            click.echo(finding)
        click.echo(f"{len(questions)} questions, {len(findings)} findings.", err=True)
    if findings:
        sys.exit(6)


@eval_group.command("calibrate")
@click.option(
    "--risk",
    type=click.FloatRange(0, 1, min_open=True, max_open=True),
    help="Share of wrong answers, among those given without reserve, to promise at most.",
)
def eval_calibrate(risk: float | None) -> None:
    """Fit confidence and the kinds of answers for the encoder in use, and store both."""
    from assistant.confidence import store_calibration
    from assistant.kinds import store_kind_model
    from eval.calibrate import RISK, calibrate
    from eval.kinds import fit_kinds
    from eval.questions import load_questions, shipped_sets

    questions = [one for one in load_questions(shipped_sets()) if one.split == "dev"]
    assistant = _open()
    calibration = calibrate(assistant, questions, risk or RISK)
    click.echo(
        f"Stored in {store_calibration(calibration)}: answers from {calibration.partial}, without "
        f"reserve from {calibration.answered}, where at most {calibration.risk:.0%} are wrong."
    )
    model = fit_kinds(assistant, questions)
    click.echo(f"Stored in {store_kind_model(model)}: {len(model.kinds)} kinds.")


@eval_group.command("bench")
@_JSON
def eval_bench(as_json: bool) -> None:
    """Time start-up and answers against sentence-transformers and the bare encoder."""
    from eval.bench import bench

    figures = bench(_settings())
    if as_json:
        _print_json(figures)
        return
    for name, value in figures.items():
        click.echo(f"{name:<58} {value:>9.3f}")


# --- printing -------------------------------------------------------------------------------


def _standard_input() -> str:
    try:
        return sys.stdin.buffer.read().decode()
    except UnicodeDecodeError as error:
        raise QuestionError(
            f"Standard input is not UTF-8 (byte {error.start}). Send it as UTF-8 text."
        ) from error


def _print_json(value: Any) -> None:
    import msgspec

    click.echo(msgspec.json.format(msgspec.json.encode(value)).decode())


def _print_markdown(markdown: str) -> None:
    if not sys.stdout.isatty():
        click.echo(markdown, nl=False)
        return
    from rich.console import Console
    from rich.markdown import Markdown

    Console().print(Markdown(markdown))
