from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from sqlalchemy import select

from assistant.ask import Assistant
from assistant.settings import Settings
from tests.support import submit
from web.app import create_app
from web.database import Database
from web.tables import Feedback

Client = TestClient[Litestar]


def asked(client: Client) -> str:
    """Ask and return the id of the turn."""
    page = submit(client, "/ask", question="What is a CAB?").text
    found = re.search(r'name="turn" value="(\w+)"', page)
    assert found
    return found[1]


def stored(database: Database) -> Feedback:
    with database.session() as session:
        return session.scalars(select(Feedback)).one()


def test_feedback_is_stored_and_shown_and_can_be_changed(
    visitor: Client, database: Database
) -> None:
    turn = asked(visitor)
    page = submit(visitor, "/feedback", turn=turn, verdict="unhelpful").text
    assert "Thank you: not helpful." in page
    assert "<details open>" in page
    assert "What is wrong with it" in page
    more = {"reason": "wrong source", "comment": "No <b>.\x00", "correction": "Line\r\nline"}
    page = submit(visitor, "/feedback", turn=turn, verdict="unhelpful", **more).text
    assert '<option value="wrong source" selected>' in page
    assert "No &lt;b&gt;.</textarea>" in page
    found = stored(database)
    assert (found.reason, found.comment) == ("wrong source", "No <b>.")
    assert (found.correction, found.state) == ("Line\nline", "new")
    submit(visitor, "/feedback", turn=turn, verdict="helpful", reason="wrong")
    assert (stored(database).verdict, stored(database).reason) == ("helpful", "")
    export = visitor.get("/privacy/export").json()["conversations"][0]
    assert export["turns"][0]["feedback"]["verdict"] == "helpful"


def test_of_clicks_that_arrive_together_each_is_taken(
    visitor: Client, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    turn = asked(visitor)
    together = Barrier(2, timeout=20)

    def wait(text: str) -> str:
        together.wait()
        return text

    def click(_: int) -> int:
        return int(submit(visitor, "/feedback", turn=turn, verdict="helpful").status_code)

    monkeypatch.setattr("web.feedback._printable", wait)
    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(click, range(2))) == [200, 200]
    assert stored(database).verdict == "helpful"


def test_nobody_judges_by_saying_more(visitor: Client) -> None:
    turn = asked(visitor)
    conversation = visitor.get("/conversations").text
    url = re.search(r"/conversations/\w{32}", conversation)
    assert url
    assert re.findall(r'value="(\w+)"[^>]*>(?:Yes|No|Send)<', visitor.get(url[0]).text) == [
        "helpful",
        "unhelpful",
    ]
    page = submit(visitor, "/feedback", turn=turn, verdict="helpful").text
    assert '<button name="verdict" value="helpful">Send' in page
    assert "Comment" in page
    assert "What is wrong with it" not in page


def test_a_script_gets_the_form_back(visitor: Client) -> None:
    turn = asked(visitor)
    script = {"hx-request": "true"}
    reply = submit(visitor, "/feedback", turn=turn, verdict="helpful", headers=script)
    assert reply.text.count("<form") == 1
    assert 'value="helpful" aria-pressed="true"' in reply.text
    assert "<html" not in reply.text


def test_nobody_judges_the_answers_of_others(
    visitor: Client, settings: Settings, tiny: Assistant
) -> None:
    turn = asked(visitor)
    with TestClient(create_app(settings, tiny), raise_server_exceptions=False) as other:
        assert submit(other, "/feedback", turn=turn, verdict="helpful").status_code == 404


@pytest.mark.parametrize(
    "fields",
    [
        {"verdict": "great"},
        {},
        {"verdict": "helpful", "reason": "mood"},
        {"verdict": "helpful", "comment": "x" * 4001},
    ],
)
def test_what_is_no_feedback_is_refused(visitor: Client, fields: dict[str, Any]) -> None:
    assert submit(visitor, "/feedback", turn=asked(visitor), **fields).status_code == 400
