"""`itsm eval`: measure search and answers, compare results, fit what is fitted."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import rich_click as click

from assistant.terminal import (
    JSON,
    build_and_publish,
    open_assistant,
    progress,
    read_settings,
    show,
)

if TYPE_CHECKING:
    from eval.questions import Question
    from eval.results import Result
    from index.search import Weights

_SPLIT = click.option(
    "--split",
    type=click.Choice(["dev", "test", "all"]),
    default="test",
    show_default=True,
    help="Dev is for tuning, test for reporting.",
)
_QUESTIONS = click.option(
    "--questions",
    type=click.Path(path_type=Path),
    help="Measure your own instead, in a CSV, JSONL or YAML file.",
)
_SETS = click.option(
    "--set",
    "sets",
    multiple=True,
    help="Only this file of eval/sets, as everyday; repeatable, all if not given.",
)
_SAVE = click.option(
    "--save", is_flag=True, help="Keep the results in evaluations/ in the data folder."
)
_ROWS = click.option("--rows", is_flag=True, help="Also show every question.")


@click.group("eval", invoke_without_command=True)
@_SPLIT
@_SETS
@_QUESTIONS
@_ROWS
@JSON
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
@click.option(
    "--variant",
    "names",
    multiple=True,
    help="Only this ranking, as dense; repeatable, all if not given.",
)
@_SAVE
@_ROWS
@JSON
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

    assistant = open_assistant()
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
        path = read_settings().data_dir / "evaluations" / file_name(result)
        save_result(result, path)
        click.echo(f"Saved {path}", err=True)


def _print_figures(
    results: Sequence[Result], rows: bool, as_json: bool, split: str = "all"
) -> None:
    from eval.report import figures, row_lines, table

    found = {"split": split, **figures(results)}
    lines = [table(found, results[0].questions), *([row_lines(found)] if rows else [])]
    form = found if rows else {k: v for k, v in found.items() if k != "rows"}
    show(form, lines, as_json=as_json)


def _evaluate(
    split: str, variants: Mapping[str, Weights], sets: Sequence[str] = ()
) -> list[Result]:
    from eval.run import run

    label = " ".join((f"{split} split", *sets))
    return run(open_assistant(), _shipped(split, sets), variants, label)


def _shipped(split: str = "all", sets: Sequence[str] = ()) -> list[Question]:
    """Return the questions of eval/sets, or of some of its files, that are of a split."""
    from eval.questions import load_questions, shipped_sets

    return [one for one in load_questions(shipped_sets(sets)) if split in {"all", one.split}]


@eval_group.command("compare")
@click.argument("before", help="A file that --save wrote, or a ranking, as dense.")
@click.argument("after", help="Likewise.")
@_SPLIT
@JSON
def eval_compare(before: str, after: str, split: str, as_json: bool) -> None:
    """Compare two results, BEFORE and AFTER, on the same questions: files or rankings."""
    from eval.compare import compare, comparison_table
    from eval.results import load_result
    from eval.run import choose_variants

    files = {name: load_result(Path(name)) for name in (before, after) if Path(name).is_file()}
    names = tuple(name for name in (before, after) if name not in files)
    if names:
        results = _evaluate(split, choose_variants(names))
        files.update((one.variant, one) for one in results)
    found = compare(files[before], files[after])
    show(found, [comparison_table(found)], as_json=as_json)


@eval_group.command("followups")
@_SPLIT
@click.option(
    "--conversations",
    is_flag=True,
    help="Take those of eval/conversations.jsonl instead, which nobody has judged: how often they "
    "find the best passage of the question that they stand for.",
)
@JSON
def eval_followups(split: str, conversations: bool, as_json: bool) -> None:
    """Compare follow-ups, resolved and as they stand, with the questions that they stand for."""
    from eval.compare import compare, comparison_table
    from eval.followups import run_followups
    from eval.leaning import agreement, load_conversations

    if conversations:
        figures = agreement(open_assistant(), load_conversations())
        show(
            figures, (f"{name:<48} {value:.3f}" for name, value in figures.items()), as_json=as_json
        )
        return
    results = run_followups(open_assistant(), _shipped(split), split)
    found = [compare(results[0], other) for other in results[1:]]
    show(found, ["\n\n".join(map(comparison_table, found))], as_json=as_json)


@eval_group.command("misspelt")
@_SPLIT
@JSON
def eval_misspelt(split: str, as_json: bool) -> None:
    """Compare questions retyped with mistakes with the same questions as written.

    To dev belong the questions for fitting.
    """
    from eval.compare import compare, comparison_table
    from eval.misspelt import load_retyped, run_misspelt
    from eval.questions import fit_set, load_questions

    known = _shipped(split) + (load_questions([fit_set()]) if split != "test" else [])
    found = compare(*run_misspelt(open_assistant(), known, load_retyped()))
    show(found, [comparison_table(found)], as_json=as_json)


@eval_group.command("repeat")
@click.option("--count", default=500, show_default=True, help="How many questions are asked.")
def eval_repeat(count: int) -> None:
    """Ask the same questions in two processes, in opposite order; exit with 6 if a byte differs."""
    from eval.repeat import require_same

    asked = _shipped()[:count]
    digest = require_same(read_settings(), [(one.question, one.history) for one in asked])
    click.echo(f"{len(asked)} questions, twice the same bytes (SHA-256 {digest}).")


@eval_group.command("beir")
@click.argument(
    "folder",
    type=click.Path(path_type=Path),
    help="Holds corpus.jsonl, queries.jsonl and qrels.tsv, or qrels/test.tsv.",
)
@_SAVE
@JSON
def eval_beir(folder: Path, save: bool, as_json: bool) -> None:
    """Measure search on a public set in the layout of BEIR; its index is kept for the next time."""
    from dataclasses import replace

    from assistant.ask import Assistant
    from eval.beir import read_queries, write_documents
    from eval.run import VARIANTS, run

    questions, labelled = read_queries(folder)
    settings = read_settings()
    place = settings.data_dir / "beir" / folder.resolve().name
    settings = replace(settings, data_dir=place, corpus_dir=place / "documents")
    write_documents(folder, settings.corpus_dir)
    build_and_publish(settings)
    options = {"by_document": True, "answers": labelled}
    results = run(Assistant.open(settings), questions, VARIANTS, folder.resolve().name, **options)
    if save:
        _save(results)
    _print_figures(results, rows=False, as_json=as_json)


@eval_group.command("report")
@click.argument(
    "results",
    nargs=-1,
    type=click.Path(path_type=Path),
    help="Files that --save wrote; if none is given, every ranking is measured.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default="evaluation.html",
    show_default=True,
    help="File to write.",
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
@click.option(
    "--baseline",
    type=click.Path(path_type=Path),
    show_default="eval/baseline.json",
    help="File of the baseline's figures.",
)
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
@JSON
def eval_check(as_json: bool) -> None:
    """Name test questions that are copied from an answer or that the index reads; exit with 6."""
    from corpus.handbook import read_handbook
    from eval.leakage import copied, known

    handbook, questions = read_handbook(read_settings().corpus_dir), _shipped()
    findings = copied(questions, handbook) + known(questions, handbook)
    show(findings, findings, as_json=as_json)
    if not as_json:
        click.echo(f"{len(questions)} questions, {len(findings)} findings.", err=True)
    if findings:
        sys.exit(6)


@eval_group.command("calibrate")
@click.option(
    "--risk",
    type=click.FloatRange(0, 1, min_open=True, max_open=True),
    show_default="0.15",
    help="Share of wrong answers, among those given without reserve, to promise at most.",
)
def eval_calibrate(risk: float | None) -> None:
    """Fit follow-ups and confidence for the encoder in use; store both."""
    from assistant.confidence import store_calibration
    from assistant.leaning import store_leaning
    from eval.calibrate import RISK, calibrate
    from eval.leaning import fit_leaning, load_conversations
    from eval.questions import LURES, PARTLY, fit_set, load_questions, shipped_sets

    further, talks = load_questions([fit_set()]), load_conversations()
    leaning = fit_leaning(open_assistant(), talks, further)
    click.echo(f"Stored in {store_leaning(leaning)}: which of {len(talks)} questions lean.")
    assistant = open_assistant()
    names = [path.stem for path in shipped_sets()]
    lures = _shipped("dev", [name for name in names if name.startswith(LURES)])
    questions = _shipped("dev", [name for name in names if not name.startswith(LURES)])
    settled = [one for one in further if one.reason != PARTLY]
    calibration = calibrate(assistant, questions, lures, settled, risk or RISK)
    click.echo(
        f"Stored in {store_calibration(calibration)}: answers from {calibration.partial}, without "
        f"reserve from {calibration.answered}, where at most {calibration.risk:.0%} are wrong."
    )


@eval_group.command("kinds")
@click.option(
    "--without-dev",
    is_flag=True,
    help="Learn nothing from the dev questions, so that they can measure it and calibrate.",
)
def eval_kinds(without_dev: bool) -> None:
    """Let the classifier of kinds learn (8 minutes); the next build uses what it learnt."""
    from assistant.kinds import classifier_path
    from eval.kinds import lessons
    from eval.questions import fit_set, load_questions
    from index.weights import find_weights

    judged = load_questions([fit_set()]) + ([] if without_dev else _shipped("dev"))
    examples = lessons(open_assistant(), judged)
    weights, path = find_weights(read_settings().model), classifier_path()
    with progress() as report:
        from index.model import SentenceTransformerModel

        SentenceTransformerModel(weights).learn_labels(examples, path, report)
    click.echo(f"Wrote {path} from {len(examples)} questions. Run `itsm index build`.")


@eval_group.command("bench")
@JSON
def eval_bench(as_json: bool) -> None:
    """Time start-up and answers against sentence-transformers and the bare encoder."""
    from eval.bench import bench

    figures = bench(read_settings())
    show(figures, (f"{name:<58} {value:>9.3f}" for name, value in figures.items()), as_json=as_json)
