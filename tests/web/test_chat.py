from __future__ import annotations

import logging
import re
from dataclasses import replace
from datetime import timedelta
from html import escape, unescape
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from sqlalchemy import select, text, update

from assistant.ask import Assistant
from assistant.settings import Settings
from index.search import Index
from tests.support import IDENTITY, HashingModel, build_tiny, submit
from web.app import create_app
from web.changes import changes, is_changed
from web.conversations import delete_expired
from web.database import Database
from web.paging import PAGE
from web.privacy import keep_house
from web.tables import Conversation, Turn, Visitor, now

Client = TestClient[Litestar]
SCRIPT = {"hx-request": "true"}


def ask(client: Client, question: str, **fields: Any) -> str:
    """Ask and return the address of the conversation."""
    page = submit(client, "/ask", question=question, **fields)
    assert page.status_code == 200, page.text
    return str(page.url.path)


def link(client: Client, conversation: str) -> str:
    """Return the address of the first answer of a conversation."""
    found = re.search(r'<a href="(/answers/\w+)">Link', client.get(conversation).text)
    assert found
    return found[1]


def test_a_question_opens_a_conversation_and_a_follow_up_goes_on_with_it(visitor: Client) -> None:
    url = ask(visitor, "How do I behave in the CAB?")
    page = visitor.get(url).text
    fields = {
        "conversation": url.split("/")[-1],
        "earlier": re.findall(r'name="earlier" value="([^"]+)"', page),
    }
    assert ask(visitor, "What is it?", **fields) == url
    page = visitor.get(url).text
    assert page.count('<article class="turn"') == 2
    assert "Understood as: <em>What is the CAB?</em>" in page
    assert "<h1>How do I behave in the CAB?</h1>" in page


def test_a_told_situation_behind_a_follow_up_is_shown_in_short(visitor: Client) -> None:
    told = (
        "The change was rejected twice by the CAB although we had tested it for a whole week. " * 3
    )
    page = visitor.get(ask(visitor, "Who decides that?", earlier=[f"{told}What now?"])).text
    (understood,) = re.findall(r"Understood as: <em>(.*?)</em>", page)
    assert understood.startswith("Who decides that? (The change was rejected")
    assert understood.endswith(" …")
    assert len(understood) < 170


def events(client: Client, question: str, **fields: Any) -> list[tuple[str, str]]:
    """Ask as a script does; return kind and HTML of each event."""
    reply = submit(client, "/ask", question=question, headers=SCRIPT, **fields)
    assert reply.headers["content-type"].startswith("text/event-stream")
    assert reply.headers["cache-control"] == "no-store, private"
    parts = [part.splitlines() for part in reply.text.split("\r\n\r\n") if part]
    return [
        (
            lines[0].removeprefix("event: "),
            "\n".join(line.removeprefix("data: ") for line in lines[1:]),
        )
        for lines in parts
    ]


def test_a_script_gets_the_answer_first_and_then_what_belongs_below_it(visitor: Client) -> None:
    (first, answer), (second, rest) = events(visitor, "What is a CAB?")
    assert (first, second) == ("answer", "rest")
    assert answer.count('<article class="turn"') == 1
    assert "/documents/T1" in answer
    assert "feedback" not in answer
    assert "<html" not in answer + rest
    conversation = re.findall(r'data-conversation="(\w+)"', rest)[0]
    kept = visitor.get(f"/conversations/{conversation}").text
    assert "/documents/T1" in kept
    assert re.findall(r'id="(feedback-\w+)"', rest) == re.findall(r'id="(feedback-\w+)"', kept)


def test_an_answer_leaves_before_it_is_stored(
    visitor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.conversations.keep", Mock(side_effect=RuntimeError("torn")))
    (_, answer), (kind, reason) = events(visitor, "What is a CAB?")
    assert "/documents/T1" in answer
    assert (kind, "log" in reason) == ("problem", True)


def test_a_script_is_told_of_a_conversation_that_is_not_its_own(visitor: Client) -> None:
    (_, _), (kind, reason) = events(visitor, "What is a CAB?", conversation="0" * 32)
    assert kind == "problem"
    assert "no such conversation" in reason


def test_a_question_that_cannot_be_asked_starts_no_stream(visitor: Client) -> None:
    reply = submit(visitor, "/ask", question=" ", headers={**SCRIPT, "accept": "text/html"})
    assert reply.status_code == 400
    assert 'class="lead"' in reply.text


def test_a_question_can_be_picked_or_taken_literally(visitor: Client) -> None:
    assert ask(visitor, "", pick="What is a CAB?")
    page = visitor.get(ask(visitor, "", literal="What is it?", earlier=["What is a CAB?"])).text
    assert "Understood as" not in page


def test_the_nearest_sections_of_a_refusal_are_named_once_and_linked(visitor: Client) -> None:
    page = visitor.get(ask(visitor, "How do I bake sourdough bread?")).text
    named = re.findall(r'<li><a href="/documents/(T\d#[^"]+)">([^<]+)</a></li>', page)
    assert len(named) == len(set(named)) == 3
    title = named[0][1].partition(" &gt; ")[0]
    assert visitor.get(f"/documents/{named[0][0]}").text.count(f"<h1>{title}</h1>") == 1


def test_questions_answered_before_the_first_that_is_stored_are_stored_too(visitor: Client) -> None:
    page = visitor.get(ask(visitor, "What is it?", earlier=["What is a CAB?"])).text
    assert page.count('<article class="turn"') == 2


@pytest.mark.parametrize("way", ["", "/print", "/markdown", "/json", "/rename", "/delete"])
def test_a_conversation_is_its_owners_alone(
    visitor: Client, settings: Settings, tiny: Assistant, way: str
) -> None:
    url = ask(visitor, "What is a CAB?")
    number = url.split("/")[-1]
    with TestClient(create_app(settings, tiny), raise_server_exceptions=False) as other:
        ask(other, "What is an incident?")
        if way in {"/rename", "/delete"}:
            assert submit(other, url + way, title="Mine").status_code == 404
        else:
            assert other.get(url + way).status_code == 404
        assert submit(other, "/ask", question="x", conversation=number).status_code == 404
        assert "What is a CAB?" not in other.get("/conversations").text
        assert "What is a CAB?" not in other.get("/privacy/export").text
    assert "<h1>What is a CAB?</h1>" in visitor.get(url).text


def test_a_conversation_is_renamed_and_deleted(visitor: Client) -> None:
    url = ask(visitor, "What is a CAB?")
    submit(visitor, f"{url}/rename", title=" About <b>\nboards\x00 ")
    assert "<h1>About &lt;b&gt; boards</h1>" in visitor.get(url).text
    assert "About &lt;b&gt; boards" in visitor.get("/conversations").text
    assert "The conversation has been deleted." in submit(visitor, f"{url}/delete").text
    assert visitor.get(url).status_code == 404
    assert "About" not in visitor.get("/conversations").text


def test_conversations_are_listed_by_page_without_gap_or_repetition(
    visitor: Client, database: Database
) -> None:
    ask(visitor, "What is a CAB?")
    moment = now() - timedelta(days=1)
    with database.session() as session:
        owner = session.scalar(select(Visitor.id))
        # Several carry the same time, also across the end of a page.
        for number in range(2 * PAGE + 3):
            at = moment - timedelta(seconds=number // 4)
            session.add(Conversation(visitor_id=owner, title=f"n{number}", updated=at))
    seen: list[str] = []
    path = "/conversations"
    while path:
        page = visitor.get(path).text
        seen += re.findall(r'<a href="/conversations/\w+">([^<]+)</a>', page)
        further = re.search(r'href="(/conversations\?before=[^"]+)" rel="next"', page)
        path = further[1] if further else ""
    assert seen[0] == "What is a CAB?"
    assert len(seen) == len(set(seen)) == 2 * PAGE + 4
    for before, code in (("nonsense", 400), ("2026-01-01~a", 200), ("0001-01-01T00:00:00Z~a", 200)):
        assert visitor.get(f"/conversations?before={before}").status_code == code
    assert visitor.get("/conversations?before=0001-01-01T00:00:00%2B14:00~a").status_code == 400


def test_a_conversation_can_be_taken_along(visitor: Client) -> None:
    url = ask(visitor, "What is a CAB?")
    markdown = visitor.get(f"{url}/markdown")
    assert markdown.headers["content-disposition"] == 'attachment; filename="conversation.md"'
    assert markdown.text.startswith("# What is a CAB?\n\n## What is a CAB?\n\nA change advisory")
    form = visitor.get(f"{url}/json").json()
    assert form["turns"][0]["answer"]["citations"][0]["document_id"] == "T1"
    paper = visitor.get(f"{url}/print").text
    assert "A change advisory board (CAB) is a group" in paper
    assert "<form" not in paper


def test_an_answer_has_an_address_for_whoever_has_it(
    visitor: Client, settings: Settings, tiny: Assistant
) -> None:
    url = link(visitor, ask(visitor, "What is a CAB?"))
    with TestClient(create_app(settings, tiny)) as other:
        page = other.get(url).text
        assert "A change advisory board (CAB) is a group" in page
        assert f'<a href="{url}">Link to this answer</a>' in page
        assert "Changed since" not in page
        assert f'<a href="{url}/markdown">' in page
        assert re.search(r"Given on \d+ \w+ 20\d\d by the ITSM assistant, quoted", page)
        plain = other.get(f"{url}/text").text
        assert "**" not in plain
        assert plain.startswith("Question: What is a CAB?\n\nA change advisory board (CAB) is a ")
        here = str(other.base_url).rstrip("/")
        assert plain.endswith(f"\nLink to this answer: {here}{url}\n")
        assert other.get("/answers/none").status_code == 404


def test_a_copied_answer_can_be_checked_where_it_is_pasted(visitor: Client) -> None:
    page = visitor.get(ask(visitor, "What is it?", earlier=["What is a CAB?"])).text
    copies = [unescape(one) for one in re.findall(r'data-text="([^"]+)"', page)]
    urls = [link.partition("/markdown")[0] for link in re.findall(r'href="([^"]+/markdown)"', page)]
    assert copies[2] == visitor.get(f"{urls[-1]}/markdown").text
    assert copies[3] == visitor.get(f"{urls[-1]}/text").text
    assert "**Question:** What is it? (understood as: What is a CAB?)" in copies[2]
    here = str(visitor.base_url).rstrip("/")
    quotes = re.findall(r"^\[1\]: (.*)$", copies[2], re.MULTILINE)
    assert quotes[0].startswith(f"{here}/documents/T1?start=")
    assert '<mark id="quote">' in visitor.get(quotes[0]).text
    assert f"Link to this answer: {here}{urls[-1]}" in copies[2]


def test_a_copied_link_is_one_of_https_behind_a_proxy_that_speaks_it(
    visitor: Client, settings: Settings, tiny: Assistant
) -> None:
    url = link(visitor, ask(visitor, "What is a CAB?"))
    secured = Assistant(tiny.index, replace(settings, secure_cookies=True), tiny.calibration)
    with TestClient(create_app(secured.settings, secured)) as other:
        assert f"https://testserver.local{url}" in other.get(f"{url}/text").text


@pytest.mark.parametrize("question", ["How do I bake sourdough bread?", "How long is a CAB?"])
def test_the_reserve_of_an_answer_stands_apart_from_its_quotes(
    client: Client, tiny: Assistant, question: str
) -> None:
    answer = tiny.ask(question)
    own = answer.markdown.partition("\n")[0]
    page = client.get("/", params={"q": question}).text
    (notice,) = re.findall(r'<div class="notice">(.*?)</div>', page, re.S)
    assert f"<p>{escape(own, quote=False)}</p>" in notice
    assert page.count(f"<p>{escape(own, quote=False)}</p>") == 1
    assert ("Confidence that this answers the question: low." in notice) is bool(answer.citations)


def test_a_question_too_long_is_kept_to_be_shortened(visitor: Client) -> None:
    url = ask(visitor, "What is a CAB?")
    for conversation in ("", url.split("/")[-1]):
        fields = {"earlier": ["What is a CAB?"], "conversation": conversation}
        page = submit(visitor, "/ask", question="Why? " * 500, **fields)
        assert page.status_code == 400
        assert "2,499 characters, the most is 2,000" in page.text
        assert f">{'Why? ' * 500}</textarea>" in page.text
        assert page.text.count('<article class="turn"') == 1


def test_nobody_can_find_out_whether_a_question_was_asked(
    visitor: Client, settings: Settings, tiny: Assistant
) -> None:
    url = link(visitor, ask(visitor, "What is a CAB?"))
    with TestClient(create_app(settings, tiny)) as spy:
        known = spy.post("/api/v1/ask", json={"question": "What is a CAB?"}).json()["id"]
        assert known not in url
        assert spy.get(f"/answers/{known}").status_code == 404


def test_an_answer_shows_what_has_changed_since(
    visitor: Client, settings: Settings, tiny: Assistant, corpus_dir: Path, data_dir: Path
) -> None:
    url = ask(visitor, "What is a CAB?")
    path = corpus_dir / "change" / "cab.md"
    path.write_text(path.read_text().replace("advises on higher-risk", "decides on all"))
    build_tiny(corpus_dir, data_dir)
    index = Index.open(data_dir, IDENTITY.name, HashingModel())
    later = Assistant(index, settings, tiny.calibration)
    with TestClient(create_app(settings, later)) as client:
        page = client.get(link(visitor, url)).text
        client.cookies = visitor.cookies
        assert "The handbook has changed since" in client.get(url).text
    assert "Changed since" in page
    assert "<del>advises</del> <ins>decides</ins> on <del>higher-risk</del> <ins>all</ins>" in page
    assert "advises on higher-risk changes" in page  # the answer itself, as it was given


QUOTE = (
    "The chair opens the meeting with the list of changes for the coming week. Each requester says "
    "in two minutes what the change does, whom it touches and how it is taken back. The members "
    "ask about risks, clashes and tests, and the change manager writes down every condition. A "
    "decision is final when the chair has read it out, and it is sent to all within one day."
)
TABLE = "| Aspect | Change |\n|---|---|\n| Aim | A safe change |\n| Owner | The change manager |"


@pytest.mark.parametrize(
    ("quote", "now", "parts"),
    [
        (
            QUOTE,
            QUOTE.replace("two minutes", "five minutes").replace("one day", "one hour"),
            [("-", "two"), ("+", "five"), ("-", "day."), ("+", "hour.")],
        ),
        (QUOTE, QUOTE.replace(" A dec", " Nobody is blamed. A dec"), [("+", "Nobody is blamed.")]),
        (TABLE, TABLE.replace("safe", "quick"), [("-", "safe"), ("+", "quick")]),
        (QUOTE, "The board was dissolved.", []),
    ],
)
def test_a_quote_is_compared_with_the_words_that_took_its_place(
    tiny: Assistant, quote: str, now: str, parts: list[tuple[str, str]]
) -> None:
    answer = tiny.ask("What is a CAB?")
    citation = replace(answer.citations[0], text=quote, document_id="T1")
    text = f"# Board\n\n## Meeting\n\nIt meets weekly.\n\n{now}\n\nNotes are public.\n"
    document = replace(tiny.index.documents["T1"], text=text, sha256="later")
    [change] = changes(replace(answer, citations=(citation,), more=None), {"T1": document})
    assert [part for part in change.parts if part[0] != "="] == parts
    assert not change.stands


def test_what_stands_below_an_answer_is_compared_with_the_handbook_too(tiny: Assistant) -> None:
    answer = tiny.ask("What is a CAB?")
    assert answer.more is not None
    quoted = answer.more.citations[0]
    alone = replace(answer, citations=())
    documents = tiny.index.documents
    assert not is_changed(alone, documents)
    assert is_changed(alone, {**documents, quoted.document_id: documents["T3"]})


def test_what_is_kept_can_be_seen_and_deleted(visitor: Client, database: Database) -> None:
    assert "<p>Nothing.</p>" in visitor.get("/privacy").text
    ask(visitor, "What is a CAB?")
    ask(visitor, "What is an incident?")
    assert "2 conversations, with" in visitor.get("/privacy").text
    exported = visitor.get("/privacy/export").json()["conversations"]
    assert [one["title"] for one in exported] == ["What is a CAB?", "What is an incident?"]
    assert "has been deleted" in submit(visitor, "/privacy/delete").text
    assert "visitor" not in visitor.cookies
    with database.session() as session:
        assert [session.scalar(select(one)) for one in (Visitor.id, Turn.id)] == [None, None]


def test_conversations_go_after_their_time(visitor: Client, database: Database) -> None:
    ask(visitor, "What is a CAB?")
    url = ask(visitor, "What is an incident?")
    with database.session() as session:
        old = Conversation.title == "What is a CAB?"
        session.execute(update(Conversation).where(old).values(updated=now() - timedelta(days=31)))
    with database.session() as session:
        assert delete_expired(session, 30) == 1
    assert visitor.get(url).status_code == 200
    assert visitor.get("/conversations").text.count('<a href="/conversations/') == 1


def test_what_fails_once_does_not_end_the_deleting(
    database: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    delete = Mock(side_effect=[ZeroDivisionError, 0])
    monkeypatch.setattr("web.conversations.delete_expired", delete)
    monkeypatch.setattr("web.privacy.time.sleep", Mock(side_effect=[None, KeyboardInterrupt]))
    with pytest.raises(KeyboardInterrupt):
        keep_house(database, 30)
    assert delete.call_count == 2
    assert "not deleted today" in caplog.text


def test_the_cookie_is_random_and_only_its_hash_is_stored(
    visitor: Client, database: Database
) -> None:
    reply = submit(visitor, "/ask", question="CAB", headers=SCRIPT)
    cookie = next(one for one in reply.headers.get_list("set-cookie") if "visitor=" in one)
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    with database.session() as session:
        assert visitor.cookies["visitor"] not in session.scalars(select(Visitor.id)).all()


@pytest.fixture(params=["none", "of a later version"])
def broken(request: pytest.FixtureRequest, tiny: Assistant, tmp_path: Path) -> Any:
    """A browser whose server has no database that it can use."""
    settings = replace(tiny.settings, database_url="sqlite:////nowhere/at/all.db")
    if request.param != "none":
        settings = replace(settings, database_url=f"sqlite:///{tmp_path}/later.db")
        database = Database(settings)
        with database.session() as session:
            session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        database.close()
    with TestClient(create_app(settings, tiny), raise_server_exceptions=False) as client:
        yield client


def test_without_a_database_questions_are_answered_and_the_failure_is_logged_once(
    broken: Client, caplog: pytest.LogCaptureFixture
) -> None:
    page = submit(broken, "/ask", question="What is it?", earlier=["What is a CAB?"]).text
    assert page.count('<article class="turn"') == 2
    assert "cannot be stored at the moment" in page
    assert page.count('name="earlier"') == 2
    _, (_, rest) = events(broken, "What is a CAB?")
    assert "cannot be stored at the moment" in rest
    assert "/?q=What+is+a+CAB" in rest
    assert "data-conversation" not in rest
    assert broken.get("/conversations").status_code == 503
    key = {"authorization": "Bearer itsm_x"}
    assert broken.post("/api/v1/ask", json={"question": "CAB"}, headers=key).status_code == 200
    assert "does not answer" in broken.get("/privacy").text
    assert len([one for one in caplog.records if one.levelno >= logging.ERROR]) == 1


def test_no_log_holds_a_question(
    visitor: Client, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.INFO)
    ask(visitor, "Zanzibar CAB?")
    with monkeypatch.context() as patch:
        patch.setattr("web.conversations._title", lambda _: 1 / 0)
        assert submit(visitor, "/ask", question="Zanzibar again?").status_code == 500
    assert "/ask failed" in caplog.text
    assert "Zanzibar" not in caplog.text


@pytest.mark.parametrize("path", ["/ask", "/privacy/delete", "/conversations/x/delete"])
def test_a_form_of_another_site_is_refused(visitor: Client, path: str) -> None:
    visitor.get("/")
    assert visitor.post(path, data={"question": "CAB"}).status_code == 403
    wrong = {"question": "CAB", "_csrf_token": "0" * 128}
    assert visitor.post(path, data=wrong).status_code == 403


def test_the_secret_of_forms_outlives_a_restart_and_is_the_owners_alone(
    visitor: Client, settings: Settings, tiny: Assistant
) -> None:
    visitor.get("/")
    assert (settings.data_dir / "secret.key").stat().st_mode & 0o777 == 0o600
    with TestClient(create_app(settings, tiny)) as again:
        again.cookies = visitor.cookies
        assert submit(again, "/ask", question="CAB").status_code == 200


@pytest.mark.parametrize(
    "found", [b"", b"\xff\xfe" * 16, b"guessed"], ids=["empty", "random", "short"]
)
def test_a_file_that_holds_no_secret_is_replaced(
    settings: Settings, tiny: Assistant, found: bytes
) -> None:
    path = settings.data_dir / "secret.key"
    path.write_bytes(found)
    with TestClient(create_app(settings, tiny)) as client:
        assert submit(client, "/ask", question="CAB").status_code == 200
    assert len(set(path.read_text())) > 8
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_the_api_takes_nothing_that_a_form_could_send(client: Client, kind: str) -> None:
    reply = client.post(
        "/api/v1/ask", content=b'{"question": "CAB"}', headers={"content-type": kind}
    )
    assert reply.status_code == 415
    assert reply.json()["title"]
