from __future__ import annotations

import gc
import time
import weakref
from pathlib import Path
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from assistant.ask import Assistant
from assistant.settings import Settings
from index.search import Index
from index.store import build_folder
from tests.support import IDENTITY, HashingModel, build_tiny
from web.app import create_app

Client = TestClient[Litestar]
ASK = "/api/v1/ask"
DEEP = b'{"question": ' + b"[" * 2000 + b"]" * 2000 + b"}"


def problem(response: Any, status: int) -> str:
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    body = response.json()
    assert body["status"] == status
    assert body["title"]
    return str(body["detail"])


def test_ask_gives_the_agreed_form_with_quotes_that_stand_in_their_documents(
    client: Client,
) -> None:
    answer = client.post(ASK, json={"question": "What is a CAB?"}).json()
    assert set(answer) == {
        *("id", "question", "resolved_question", "status", "kind", "confidence", "markdown"),
        *("citations", "related", "build", "timings", "choices", "more"),
    }
    for citation in answer["citations"]:
        document = client.get(f"/api/v1/documents/{citation['document_id']}").json()
        assert document["text"][citation["start"] : citation["end"]] == citation["text"]
        assert document["sha256"] == citation["sha256"]


def test_history_resolves_a_follow_up(client: Client) -> None:
    body = {"question": "What is it?", "history": ["How do I behave in the CAB?"]}
    assert client.post(ASK, json=body).json()["resolved_question"] == "What is the CAB?"


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("", "empty"),
        (" \n", "empty"),
        ("x" * 2001, "has 2,001 characters, the most is 2,000"),
        ("a\u0000b", "control character U+0000"),
        ("na\ufffdve", "not valid UTF-8"),
    ],
)
def test_a_question_that_cannot_be_asked_is_a_400_with_the_reason(
    client: Client, question: str, said: str
) -> None:
    assert said in problem(client.post(ASK, json={"question": question}), 400)


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b'{"question": 1}', b'{"questoin": "x"}', b'{"question": "\xff"}', DEEP],
)
def test_a_body_that_is_not_a_question_is_a_400(client: Client, body: bytes) -> None:
    headers = {"content-type": "application/json"}
    problem(client.post(ASK, content=body, headers=headers), 400)


def test_a_sender_that_goes_away_is_no_failure(
    app: Litestar, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    scope: Any = {
        **{"type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "scheme": "http"},
        **{"method": "POST", "path": ASK, "raw_path": ASK.encode(), "query_string": b""},
        **{"headers": [(b"content-type", b"application/json")], "client": ("127.0.0.1", 1)},
        **{"server": ("testserver", 80), "root_path": ""},
    }
    with client.portal() as portal:
        portal.call(app, scope, receive, send)
    assert sent[0]["status"] == 400
    assert caplog.text == ""


def test_a_huge_body_is_refused(client: Client) -> None:
    problem(client.post(ASK, json={"question": "x" * 300_000}), 413)


def test_a_question_can_be_taken_literally(client: Client) -> None:
    body = {"question": "What is an incidnet?"}
    assert client.post(ASK, json=body).json()["resolved_question"] == "What is an incident?"
    literal = client.post(ASK, json={**body, "literal": True}).json()
    assert literal["resolved_question"] == "What is an incidnet?"


def test_search_is_limited_by_section_kind_and_collection(client: Client) -> None:
    query = [("q", "CAB"), ("kind", "do"), ("kind", "dont"), ("section", "change")]
    hits = client.get("/api/v1/search", params=query).json()["hits"]
    assert {hit["headings"][-1].partition(":")[0] for hit in hits} == {"Do", "Don't"}
    assert all(hit["also"] == [] for hit in hits)
    everything = client.get("/api/v1/search?q=CAB&k=100&collection=handbook").json()
    assert everything == client.get("/api/v1/search?q=CAB&k=100").json()


def test_an_unknown_filter_is_a_400_that_names_the_known_ones(client: Client) -> None:
    said = problem(client.get("/api/v1/search?q=CAB&section=chnage"), 400)
    assert said == "There is no section 'chnage'. Choose from: change, faq, practices."


def test_search_gives_every_component(client: Client) -> None:
    found = client.get("/api/v1/search", params={"q": "steps when refused", "k": 2}).json()
    assert len(found["hits"]) == 2
    best = found["hits"][0]
    assert best["headings"][0] == "How a rejected change goes on"
    assert set(best["components"]) == {
        *("passage_cosine", "span_cosine", "asked_cosine", "bm25"),
        *("passage_norm", "span_norm", "asked_norm", "bm25_norm"),
    }


@pytest.mark.parametrize("query", ["", "q=", "q=x&k=0", "q=x&k=101", "q=x&k=many", "q=%ff"])
def test_a_wrong_search_is_a_400(client: Client, query: str) -> None:
    problem(client.get(f"/api/v1/search?{query}"), 400)


def test_documents_are_listed_without_text(client: Client) -> None:
    listed = client.get("/api/v1/documents").json()["documents"]
    assert [one["id"] for one in listed] == ["T1", "T3", "T2"]
    assert all("text" not in one for one in listed)


@pytest.mark.parametrize(
    "path", ["/api/v1/documents/NOPE", "/api/v1/documents/..%2F..%2Fetc", "/api/v1/nothing"]
)
def test_what_does_not_exist_is_a_404(client: Client, path: str) -> None:
    problem(client.get(path), 404)


def test_a_wrong_method_is_a_405(client: Client) -> None:
    problem(client.get(ASK), 405)


def test_health_and_readiness(client: Client, tiny_index: Any) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    ready = client.get("/readyz").json()
    assert ready == {"status": "ready", "build": tiny_index.manifest.id}


def test_without_an_index_the_server_lives_and_says_what_to_do(tmp_path: Any) -> None:
    settings = Settings(data_dir=tmp_path, model=IDENTITY.name)
    with TestClient(create_app(settings), raise_server_exceptions=False) as client:
        assert client.get("/healthz").status_code == 200
        assert "itsm index build" in problem(client.get("/readyz"), 503)
        assert "itsm index build" in problem(client.post(ASK, json={"question": "CAB"}), 503)
        page = client.get("/", headers={"accept": "text/html"})
        assert page.status_code == 503
        assert "itsm index build" in page.text
        assert str(tmp_path) not in page.text


def test_an_unexpected_failure_is_logged_and_tells_nothing(
    client: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("assistant.ask.Assistant.ask", fail)
    detail = problem(client.post(ASK, json={"question": "CAB"}), 500)
    assert "secret" not in detail
    assert "secret detail" in caplog.text


def test_the_openapi_document_names_every_route(client: Client) -> None:
    document = client.get("/schema/openapi.json").json()
    assert set(document["paths"]) == {
        *("/api/v1/ask", "/api/v1/search", "/api/v1/documents"),
        *("/api/v1/documents/{document_id}", "/healthz", "/readyz"),
    }


def reopen(settings: Settings) -> Assistant:
    return Assistant(Index.open(settings.data_dir, settings.model, HashingModel()), settings)


def served(client: Client, build: str) -> str:
    """Return the build that answers, after waiting a while for one."""
    for _ in range(100):
        seen = str(client.get("/readyz").json()["build"])
        if seen == build:
            break
        time.sleep(0.02)
    return seen


def learn_more(corpus_dir: Path) -> None:
    path = corpus_dir / "faq" / "own.md"
    path.write_text(path.read_text() + "\n## More\n\nMore is known now.\n")


def test_a_new_build_takes_over_while_serving(
    tiny: Assistant, corpus_dir: Path, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next request after publishing starts to open the new build; none fails meanwhile."""
    warmed: list[str] = []
    monkeypatch.setattr(Assistant, "open", reopen)
    monkeypatch.setattr(Assistant, "warm_up", lambda one: warmed.append(one.index.manifest.id))
    application = create_app(tiny.settings, reopen(tiny.settings))
    with TestClient(application, raise_server_exceptions=False) as client:
        before = weakref.ref(application.state.engine.assistant().reference)
        learn_more(corpus_dir)
        gc.disable()
        try:
            after = build_tiny(corpus_dir, data_dir).id
            assert served(client, after) == after
            with application.state.engine._opening:
                assert before() is None, "the memory of the build before is freed"
        finally:
            gc.enable()
        assert warmed == [after]


def test_a_new_build_that_cannot_be_opened_leaves_the_old_one_serving(
    tiny: Assistant,
    corpus_dir: Path,
    data_dir: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It is tried once, and again when it has been made again."""
    tried: list[Settings] = []
    monkeypatch.setattr(Assistant, "open", lambda found: tried.append(found) or reopen(found))
    monkeypatch.setattr(Assistant, "warm_up", lambda one: None)
    application = create_app(tiny.settings, tiny)
    with TestClient(application, raise_server_exceptions=False) as client:
        learn_more(corpus_dir)
        after = build_tiny(corpus_dir, data_dir).id
        for file in build_folder(data_dir, after).glob("*.*"):
            file.write_bytes(b"")
        for _ in range(3):
            assert client.post(ASK, json={"question": "CAB"}).status_code == 200
            with application.state.engine._opening:
                pass
        assert len(tried) == 1
        build_tiny(corpus_dir, data_dir, force=True)
        assert served(client, after) == after
