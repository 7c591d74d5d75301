from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from litestar import Litestar
from litestar.testing import TestClient
from sqlalchemy import inspect, select, update
from sqlalchemy.orm import undefer

from assistant.ask import Assistant
from assistant.settings import Settings
from corpus.reader import read_document
from eval.own import read_own
from index.store import publication
from tests.support import build_tiny, submit
from web import insight
from web.access import set_account
from web.app import create_app
from web.conversations import delete_expired
from web.database import Database
from web.insight import cluster, coverage, gaps
from web.paging import PAGE
from web.tables import Feedback, Settled, Turn, now

Client = TestClient[Litestar]
PASSWORD = "correct horse battery"
PAGES = ("", "/gaps", "/feedback", "/coverage", "/drafts", "/builds", "/keys")


@pytest.fixture
def steward(settings: Settings, tiny: Assistant, database: Database) -> Iterator[Client]:
    """The browser of a signed-in steward."""
    with database.session() as session:
        set_account(session, "ada", PASSWORD, "steward")
        set_account(session, "bob", PASSWORD, "reader")
    with TestClient(create_app(settings, tiny), raise_server_exceptions=False) as client:
        submit(client, "/signin", name="ada", password=PASSWORD)
        yield client


def ask(client: Client, *questions: str, verdict: str = "") -> None:
    for question in questions:
        page = submit(client, "/ask", question=question).text
        turn = re.search(r'name="turn" value="(\w+)"', page)
        assert turn
        if verdict:
            submit(client, "/feedback", turn=turn[1], verdict=verdict, reason="wrong")


@pytest.mark.parametrize("page", PAGES)
def test_the_pages_are_for_stewards_alone(visitor: Client, steward: Client, page: str) -> None:
    assert steward.get(f"/steward{page}").status_code == 200
    assert visitor.get(f"/steward{page}").status_code == 401
    submit(visitor, "/signin", name="bob", password=PASSWORD)
    assert visitor.get(f"/steward{page}").status_code == 403
    assert "Stewardship" not in visitor.get("/").text


def test_questions_are_grouped_around_those_asked_most() -> None:
    def at(degrees: float) -> np.ndarray:
        radians = np.radians(degrees)
        return np.array([np.cos(radians), np.sin(radians)], dtype=np.float32)

    assert cluster([]) == []
    assert cluster([at(0), at(90), at(20), at(80), at(45)], alike=0.8) == [[0, 2], [1, 3], [4]]


def test_gaps_are_what_was_not_answered_or_not_helpful(
    steward: Client, tiny: Assistant, database: Database
) -> None:
    ask(steward, "How do I bake bread?", "How do I bake bread", "How do I bake a bread?")
    ask(steward, "What is a CAB?", verdict="unhelpful")
    ask(steward, "What is an incident?", verdict="helpful")
    with database.session() as session:
        old = now() - timedelta(days=8)
        one = Turn.question == "How do I bake a bread?"
        session.execute(update(Turn).where(one).values(created=old))
        greeting = {"status": "out_of_scope", "kind": "small_talk"}
        session.execute(
            update(Turn).where(Turn.question == "What is an incident?").values(greeting)
        )
    with database.session() as session:
        found = gaps(session, tiny.index, now() - timedelta(days=30))
        assert gaps(session, tiny.index, now()) == []
    assert [(gap.count, gap.downvoted, gap.recent, gap.before) for gap in found] == [
        (3, 0, 2, 1),
        (1, 1, 1, 0),
    ]
    assert found[0].question == "How do I bake bread"
    assert set(found[0].wordings) == {"How do I bake bread", "How do I bake a bread?"}
    page = steward.get("/steward/gaps").text
    assert "asked 3 times; 2 in the last seven days, 1 in the seven before" in " ".join(
        page.split()
    )


def test_gaps_are_named_as_asked_and_leave_out_other_fields(
    steward: Client, tiny: Assistant, database: Database
) -> None:
    ask(steward, "Who waters the plants in an oranjery?", "What is the capital of France?")
    with database.session() as session:
        for word, changed in (
            ("oranjery", {"resolved_question": "Who waters the plants in an orangery?"}),
            ("capital", {"status": "out_of_scope"}),
        ):
            session.execute(update(Turn).where(Turn.question.contains(word)).values(changed))
    with database.session() as session:
        found = gaps(session, tiny.index, now() - timedelta(days=30))
    assert [gap.question for gap in found] == ["Who waters the plants in an oranjery?"]


def test_only_the_latest_questions_are_kept_encoded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(insight, "_KEPT", 3)
    encoded = []

    class Index:
        def encode(self, question: str) -> str:
            encoded.append(question)
            return question.upper()

    index: Any = Index()
    assert insight._vectors_of(index, ["a", "b"]) == ["A", "B"]
    assert insight._vectors_of(index, ["b", "c"]) == ["B", "C"]
    assert encoded == ["a", "b", "c"]
    insight._vectors_of(index, ["d"])
    assert len(insight._vectors[index]) <= 3


def test_a_gap_that_is_done_comes_back_only_if_it_is_asked_again(
    steward: Client, tiny: Assistant, database: Database
) -> None:
    wordings = ["How do I bake bread?", "How do I bake a bread?"]
    ask(steward, *wordings, "Who sings the blues?")

    def found() -> list[tuple[str, int]]:
        with database.session() as session:
            open_gaps = gaps(session, tiny.index, now() - timedelta(days=30))
        return [(gap.question, gap.count) for gap in open_gaps]

    assert len(found()) == 2
    for _ in range(2):  # a second click changes nothing
        assert submit(steward, "/steward/gaps", wordings=wordings).status_code == 200
        assert found() == [("Who sings the blues?", 1)]
    ask(steward, "how do i bake bread")
    assert ("how do i bake bread", 1) in found()
    with database.session() as session:
        assert delete_expired(session, 90) == 0
        assert session.query(Settled).count() == 2
        session.execute(update(Settled).values(at=now() - timedelta(days=91)))
        delete_expired(session, 90)
        assert session.query(Settled).count() == 0


def test_coverage_counts_the_documents_that_answers_cite(
    visitor: Client, tiny: Assistant, database: Database
) -> None:
    ask(visitor, "What is a CAB?", "What is a CAB?")
    with database.session() as session:
        rows = {row["section"]: row for row in coverage(session, tiny.index, now() - timedelta(1))}
    assert rows["change"] == {"section": "change", "documents": 1, "cited": 1, "answers": 2}
    assert rows["faq"]["answers"] == 0


def test_the_overview_counts_answers(steward: Client) -> None:
    ask(steward, "What is a CAB?", "what is a cab?")
    ask(steward, "How do I bake bread?", verdict="unhelpful")
    counts = {
        name: {
            row[key]: row["answers"] for row in steward.get(f"/steward/export/{name}/json").json()
        }
        for name, key in (("status", "status"), ("confidence", "confidence"))
    }
    assert sum(counts["status"].values()) == sum(counts["confidence"].values()) == 3
    assert counts["status"]["answered"] == 2
    asked = steward.get("/steward/export/asked/json").json()
    assert (asked[0]["question"].lower(), asked[0]["count"]) == ("what is a cab?", 2)
    days = steward.get("/steward/export/days/json?days=7").json()
    assert (len(days), days[-1]["questions"]) == (8, 3)
    assert "<svg" in steward.get("/steward").text


def test_tables_are_exported_without_formulas(steward: Client) -> None:
    ask(steward, "=HYPERLINK('evil') bread?")
    rows = list(csv.DictReader(io.StringIO(steward.get("/steward/export/gaps/csv").text)))
    assert rows[0]["question"].startswith("'=HYPERLINK")
    assert steward.get("/steward/export/gaps/xlsx").status_code == 404
    assert steward.get("/steward/export/nothing/csv").status_code == 404
    assert steward.get("/steward?days=0").status_code == 400


def test_feedback_moves_through_its_states(steward: Client, database: Database) -> None:
    ask(steward, "What is a CAB?", verdict="unhelpful")
    page = steward.get("/steward/feedback").text
    assert "Not helpful: it is wrong" in page
    answer = re.search(r'href="(/answers/\w+)"', page)
    assert answer
    assert steward.get(answer[1]).status_code == 200
    move = re.search(r'action="(/steward/feedback/\w+)"', page)
    assert move
    submit(steward, move[1], state="in work")
    assert "There is none in this state" in steward.get("/steward/feedback").text
    assert "What is a CAB?" in steward.get("/steward/feedback?queue=in+work").text
    assert submit(steward, move[1], state="lost").status_code == 400
    assert submit(steward, "/steward/feedback/none", state="done").status_code == 404
    with database.session() as session:
        assert session.query(Feedback).one().state == "in work"


def test_feedback_is_listed_by_page_and_exported_whole(steward: Client, database: Database) -> None:
    ask(steward, "What is a CAB?", verdict="unhelpful")
    with database.session() as session:
        turn = session.scalars(select(Turn).options(undefer(Turn.answer))).one()
        form = {column.key: getattr(turn, column.key) for column in inspect(Turn).columns}
        for number in range(PAGE + 3):
            session.add(Turn(**{**form, "id": f"t{number}"}))
            session.flush()
            session.add(Feedback(turn_id=f"t{number}", verdict="helpful", comment=f"n{number}"))
    first = steward.get("/steward/feedback").text
    further = re.search(r'href="(/steward/feedback[^"]+)" rel="next"', first)
    assert further
    last = steward.get(further[1].replace("&amp;", "&")).text
    pages = [re.findall(r"<p>(n\d+)</p>", page) for page in (first, last)]
    assert [len(pages[0]), len(pages[1])] == [PAGE, 3]
    assert len({*pages[0], *pages[1]}) == PAGE + 3
    assert len(steward.get("/steward/export/feedback/json").json()) == PAGE + 4


def test_a_gap_becomes_an_evaluation_question_once(
    steward: Client, settings: Settings, tiny: Assistant
) -> None:
    for _ in range(2):
        submit(steward, "/steward/questions", question="How do I bake bread?")
    more = {"gold": "T1#what-a-cab-is", "nuggets": "advises on changes\r\n\r\nmeets before"}
    for fields in ({}, more, {}):
        submit(steward, "/steward/questions", question="Who advises?", **fields)
    path = settings.data_dir / "questions.jsonl"
    assert path.stat().st_mode & 0o777 == 0o600
    questions, mistakes = read_own(path, tiny.index, settings.max_question)
    assert mistakes == []
    assert {one.split for one in questions} == {"own"}, "measured whatever split is asked for"
    assert [(one.question, one.answerable) for one in questions] == [
        ("How do I bake bread?", False),
        ("Who advises?", True),
    ]
    assert questions[1].gold == [["T1#what-a-cab-is"]]
    assert questions[1].nuggets == ["advises on changes", "meets before"]
    assert "Who advises?" in steward.get("/steward/drafts").text


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"gold": "T1#none", "nuggets": "x"}, 404),
        ({"gold": "T1#what-a-cab-is"}, 400),
        ({"nuggets": "x"}, 400),
    ],
)
def test_an_evaluation_question_that_cannot_be_judged_is_refused(
    steward: Client, settings: Settings, fields: dict[str, str], status: int
) -> None:
    assert submit(steward, "/steward/questions", question="Who?", **fields).status_code == status
    assert not (settings.data_dir / "questions.jsonl").exists()


@pytest.mark.parametrize("place", ["questions", "drafts"])
@pytest.mark.parametrize("question", [" ", "a\0b"], ids=["blank", "control"])
def test_what_cannot_be_asked_is_not_kept(
    steward: Client, settings: Settings, place: str, question: str
) -> None:
    assert submit(steward, f"/steward/{place}", question=question).status_code == 400
    assert not list(settings.data_dir.glob("questions.jsonl"))
    assert not list(settings.data_dir.glob("drafts"))


@pytest.mark.parametrize("question", ["How do I: bake 'bread'?", "../../etc/passwd", "Wer? \u00fc"])
def test_a_gap_becomes_a_stub_that_the_reader_takes(
    steward: Client, settings: Settings, question: str
) -> None:
    submit(steward, "/steward/drafts", question=question, wordings=[question, "Other --> words"])
    [name] = re.findall(r'href="/steward/drafts/([^"]+)"', steward.get("/steward/drafts").text)
    folder = settings.data_dir / "drafts"
    assert (folder / name).stat().st_mode & 0o777 == 0o600
    document = read_document(folder / name, folder)
    assert document.title == question.rstrip("?").strip()
    assert "Other" in steward.get(f"/steward/drafts/{name}").text
    assert steward.get("/steward/drafts/..%2fsecret.key").status_code == 404


@pytest.mark.parametrize(
    "opening", ["Wer? ", "How do I behave in a meeting of the change advisory board if "]
)
def test_gaps_that_begin_alike_get_a_stub_each(steward: Client, opening: str) -> None:
    questions = [f"{opening}{word}" for word in ("\u00fc", "\u00f6")]
    for question in questions:
        submit(steward, "/steward/drafts", question=question, wordings=[f"{question}!"])
    page = steward.get("/steward/drafts").text
    paths = re.findall(r'href="(/steward/drafts/[^"]+)"', page)
    texts = [steward.get(path).text for path in paths]
    assert len(texts) == 2
    assert all(sum(f"{question}!" in text for text in texts) == 1 for question in questions)


def test_builds_are_published_and_rolled_back(
    steward: Client, settings: Settings, corpus_dir: Path
) -> None:
    first = publication(settings.data_dir).current
    path = corpus_dir / "faq" / "own.md"
    path.write_text(path.read_text() + "\n## More\n\nMore is known now.\n")
    second = build_tiny(corpus_dir, settings.data_dir).id
    page = steward.get("/steward/builds").text
    assert f"{second} (published)" in page
    assert "Roll back to it" in page
    submit(steward, f"/steward/builds/{first}/publish")
    assert publication(settings.data_dir).current == first
    assert submit(steward, "/steward/builds/none/publish").status_code == 404
    assert submit(steward, "/steward/builds/..%2f/publish").status_code == 404


def test_results_of_evaluations_are_shown(steward: Client, settings: Settings) -> None:
    folder = settings.data_dir / "evaluations"
    folder.mkdir()
    result = {"split": "test", "answers": {"nugget recall": 0.74849}, "rows": []}
    (folder / "nightly.json").write_text(json.dumps(result))
    build = publication(settings.data_dir).current
    rows = [{"parts": {"recall@5": [one, 1]}} for one in (1, 0.5, 0.5, 1)]
    stored = {"variant": "fused", "questions": "dev split", "build": build, "rows": [*rows, {}]}
    (folder / "saved.json").write_text(json.dumps(stored))
    (folder / "report.html").write_text("<h1>Report</h1>")
    (folder / "broken.json").write_text("{")
    page = steward.get("/steward/builds").text
    assert "Evaluated, fused on dev split: recall@5 0.750" in page
    assert '<a href="/steward/evaluations/report.html">The latest report</a>' in page
    assert "<dt>answers nugget recall</dt><dd>0.748</dd>" in page
    report = steward.get("/steward/evaluations/report.html")
    assert report.text == "<h1>Report</h1>"
    assert report.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    assert steward.get("/steward/evaluations/..%2f..%2fsecret.key").status_code == 404


def test_keys_are_made_shown_once_and_revoked(steward: Client) -> None:
    page = submit(steward, "/steward/keys", name="nightly", scopes=["ask", "search"]).text
    token = re.search(r"itsm_[\w-]+", page)
    assert token
    page = steward.get("/steward/keys").text
    assert token[0] not in page
    assert "ask search" in page
    revoke = re.search(r'action="(/steward/keys/\w+/revoke)"', page)
    assert revoke
    assert "revoked" in submit(steward, revoke[1]).text
    assert submit(steward, "/steward/keys", name="none").status_code == 400
