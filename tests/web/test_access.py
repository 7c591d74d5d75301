from __future__ import annotations

import asyncio
import os
import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest
from litestar import Litestar
from litestar.stores.memory import MemoryStore
from litestar.testing import RequestFactory, TestClient
from sqlalchemy import select, update

from assistant.ask import Assistant
from assistant.errors import NotFoundError, SettingsError
from assistant.settings import PROJECT, Settings
from tests.support import ITSM, submit
from web.access import Proxies, add_key, key_forms, remove_account, revoke_key, set_account
from web.app import create_app
from web.database import Database
from web.errors import AccessError
from web.serve import _hosts
from web.tables import Account, ApiKey, SignIn, now

Client = TestClient[Litestar]
PASSWORD = "correct horse battery"
HTML = {"accept": "text/html"}
ASK = "/api/v1/ask"
CAB = {"question": "What is a CAB?"}


@pytest.fixture
def closed(settings: Settings, tiny: Assistant) -> Iterator[Client]:
    """A server that is not for everybody."""
    app = create_app(replace(settings, anonymous=False), tiny)
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


def account(database: Database, name: str = "ada", role: str = "steward") -> None:
    with database.session() as session:
        set_account(session, name, PASSWORD, role)


def enter(client: Client, name: str = "ada", password: str = PASSWORD, **more: str) -> Any:
    return submit(client, "/signin", name=name, password=password, **more)


def bearer(database: Database, *scopes: str) -> dict[str, str]:
    with database.session() as session:
        return {"authorization": f"Bearer {add_key(session, 'a script', scopes)}"}


def test_signing_in_opens_a_closed_server_and_signing_out_closes_it(
    closed: Client, database: Database
) -> None:
    account(database, role="reader")
    page = closed.get("/documents/T1?start=2", headers=HTML)
    assert page.url.path == "/signin"
    assert 'name="next" value="/documents/T1?start=2"' in page.text
    inside = enter(closed, next="/documents/T1?start=2")
    assert inside.url.path == "/documents/T1"
    assert "Signed in as ada" in inside.text
    assert submit(closed, "/ask", question="CAB").status_code == 200
    assert closed.post(ASK, json=CAB).status_code == 200
    submit(closed, "/signout")
    assert closed.get("/", headers=HTML).url.path == "/signin"


def test_a_closed_server_lets_nobody_else_in(closed: Client, app: Litestar) -> None:
    """Each route is either for everybody by name or refuses whoever has not signed in."""
    public = {"/healthz", "/readyz", "/signin", "/signout", "/privacy", "/privacy/export"}
    public |= {"/privacy/delete"}
    for route in app.routes:
        path = route.path_format
        if path in public or path.startswith("/static"):
            continue
        reply = closed.get(path)
        if reply.status_code == 405:
            closed.get("/privacy")
            reply = closed.post(path, headers={"x-csrftoken": closed.cookies["csrf"]})
        assert reply.status_code == 401, path
    assert closed.post(ASK, json=CAB).status_code == 401
    assert closed.get("/healthz").status_code == 200


@pytest.mark.parametrize(("name", "password"), [("ada", "wrong"), ("nobody", PASSWORD)])
def test_a_wrong_name_or_password_is_refused_alike(
    visitor: Client, database: Database, name: str, password: str
) -> None:
    account(database)
    reply = enter(visitor, name, password)
    assert reply.status_code == 403
    assert "Name and password do not belong together" in reply.text
    assert "session" not in visitor.cookies


@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example", "/\\evil.example", "", "/\n/evil"]
)
def test_signing_in_never_leads_to_another_site(
    visitor: Client, database: Database, target: str
) -> None:
    account(database)
    assert str(enter(visitor, next=target).url) == f"{visitor.base_url}/"


def test_an_id_that_no_database_can_hold_is_nobodys(visitor: Client, database: Database) -> None:
    account(database)
    enter(visitor)
    for path in ("/conversations/a%00b", "/answers/a%00b"):
        assert visitor.get(path).status_code == 404
    page = "/conversations?before=2026-01-01T00:00:00%2B00:00~a%00b"
    assert visitor.get(page).status_code == 200
    fields: list[tuple[str, dict[str, str]]] = [
        ("/feedback", {"turn": "a\0b", "verdict": "helpful"}),
        ("/ask", {"question": "CAB", "conversation": "a\0b"}),
        ("/conversations/a%00b/delete", {}),
        ("/steward/keys/a%00b/revoke", {}),
        ("/steward/feedback/a%00b", {"state": "done"}),
    ]
    assert [submit(visitor, path, **form).status_code for path, form in fields] == [404] * 5
    assert enter(visitor, "ada\0").status_code == 403


def test_a_sign_in_is_new_each_time_and_ends(visitor: Client, database: Database) -> None:
    account(database)
    visitor.cookies.set("session", "planted")
    enter(visitor)
    token = {one.value for one in visitor.cookies.jar if one.name == "session"} - {"planted"}
    assert token
    with database.session() as session:
        kept = session.scalars(select(SignIn.id)).all()
        assert not set(kept) & {"planted", *token}
        session.execute(update(SignIn).values(expires=now()))
    visitor.cookies.delete("session")
    visitor.cookies.set("session", token.pop())
    assert "Signed in" not in visitor.get("/").text


def test_passwords_are_argon2_and_a_new_one_signs_out(visitor: Client, database: Database) -> None:
    account(database)
    enter(visitor)
    assert "Signed in as ada" in visitor.get("/").text
    account(database)
    assert "Signed in" not in visitor.get("/").text
    with database.session() as session:
        assert session.scalars(select(Account.password_hash)).one().startswith("$argon2id$")
        remove_account(session, "ada")
    assert enter(visitor).status_code == 403


@pytest.mark.parametrize(("name", "password"), [("", PASSWORD), ("a\nb", PASSWORD), ("ada", "x")])
def test_an_account_needs_a_name_and_a_long_password(
    database: Database, name: str, password: str
) -> None:
    with pytest.raises(AccessError), database.session() as session:
        set_account(session, name, password, "steward")


def test_spaces_around_a_name_are_no_part_of_it(visitor: Client, database: Database) -> None:
    account(database, " bob ", "reader")
    assert "Signed in as bob" in enter(visitor, " bob ").text


def test_trying_passwords_is_slowed_down(visitor: Client, database: Database) -> None:
    replies = [enter(visitor, "nobody", "x") for _ in range(11)]
    assert [one.status_code for one in replies] == [403] * 10 + [429]
    assert 0 < int(replies[-1].headers["retry-after"]) <= 60
    assert "Wait" in replies[-1].text


def test_asking_too_often_is_told_when_to_go_on(tiny: Assistant) -> None:
    app = create_app(replace(tiny.settings, ask_limit=3), tiny)
    with TestClient(app, raise_server_exceptions=False) as client:
        replies = [client.post(ASK, json=CAB) for _ in range(4)]
        assert [one.status_code for one in replies] == [200, 200, 200, 429]
        assert 0 < int(replies[-1].headers["retry-after"]) <= 60
        assert replies[-1].headers["content-type"] == "application/problem+json"
        assert client.get("/healthz").status_code == 200


@pytest.mark.parametrize("path", ["search/suggestions", "glossary", "sayings", "etiquette"])
def test_finding_too_often_is_bounded_like_asking(tiny: Assistant, path: str) -> None:
    app = create_app(replace(tiny.settings, ask_limit=2), tiny)
    with TestClient(app, raise_server_exceptions=False) as client:
        assert [client.get(f"/{path}?q=cab").status_code for _ in range(3)] == [200, 200, 429]


def test_the_counts_of_addresses_that_stay_away_are_freed(
    tiny: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.security._MINUTE", 0.01)
    app = create_app(tiny.settings, tiny)
    found = [app.stores.get(name) for name in ("limit_ask", "limit_sign_in")]
    stores = [store for store in found if isinstance(store, MemoryStore)]
    with TestClient(app) as client, client.portal() as portal:
        for store in stores:
            portal.call(store.set, "one that stays away", b"", timedelta(milliseconds=1))
        deadline = time.monotonic() + 10
        while any(store._store for store in stores) and time.monotonic() < deadline:
            time.sleep(0.01)
    assert [store._store for store in stores] == [{}, {}]


def test_a_key_opens_what_it_is_for(closed: Client, database: Database) -> None:
    key = bearer(database, "ask", "documents")
    assert closed.post(ASK, json=CAB, headers=key).status_code == 200
    assert closed.get("/api/v1/documents/T1", headers=key).status_code == 200
    refused = closed.get("/api/v1/search?q=CAB", headers=key)
    assert refused.status_code == 403
    assert "The API key is for ask, documents" in refused.json()["detail"]
    assert closed.get("/documents", headers=key).status_code == 403
    assert closed.get("/steward", headers=key).status_code == 403


def test_a_revoked_or_wrong_key_is_refused_even_where_anybody_may_ask(
    visitor: Client, database: Database
) -> None:
    key = bearer(database, "ask")
    assert visitor.post(ASK, json=CAB, headers=key).status_code == 200
    with database.session() as session:
        assert key["authorization"].split()[1] not in str(session.scalars(select(ApiKey)).one())
        revoke_key(session, key_forms(session)[0]["id"])
    assert visitor.post(ASK, json=CAB, headers=key).status_code == 401
    wrong = {"authorization": "Bearer itsm_wrong"}
    assert visitor.post(ASK, json=CAB, headers=wrong).status_code == 401
    assert visitor.post(ASK, json=CAB, headers={"authorization": "Basic eA=="}).status_code == 200
    with pytest.raises(NotFoundError), database.session() as session:
        revoke_key(session, "none")
    with pytest.raises(AccessError), database.session() as session:
        add_key(session, "x", ["everything"])


def test_a_key_that_cannot_be_looked_up_opens_no_closed_server(tiny: Assistant) -> None:
    nowhere = {"database_url": "sqlite:////nowhere/at/all.db", "anonymous": False}
    key = {"authorization": "Bearer itsm_x"}
    app = create_app(replace(tiny.settings, **nowhere), tiny)
    with TestClient(app, raise_server_exceptions=False) as client:
        reply = client.post(ASK, json=CAB, headers=key)
        assert reply.status_code == 503
        assert "Try again later" in reply.text
        assert "unable to open" not in reply.text, "the reason is for the log"


def from_address(app: Litestar, address: str, *headers: tuple[str, str]) -> httpx.Response:
    """Get the first page as whoever has this address."""

    async def get() -> httpx.Response:
        transport = httpx.ASGITransport(app=app, client=(address, 1))  # type: ignore[arg-type]
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            return await client.get("/", headers=[*HTML.items(), *headers])

    return asyncio.run(get())


def test_a_trusted_proxy_names_people_and_nobody_else_does(
    settings: Settings, tiny: Assistant, database: Database
) -> None:
    account(database, "ada", "steward")
    sso = {"sso_header": "X-Forwarded-User", "trusted_proxies": "10.0.0.0/24, ::1"}
    app = create_app(replace(settings, anonymous=False, **sso), tiny)
    named = "x-forwarded-user", "ada"
    page = from_address(app, "10.0.0.9", named).text
    assert "Signed in as ada" in page
    assert "Stewardship" in page
    bob = "x-forwarded-user", "bob"
    stranger = from_address(app, "10.0.0.9", bob).text
    assert "Signed in as bob" in stranger
    assert "Stewardship" not in stranger
    assert from_address(app, "10.0.0.9", named, bob).status_code == 303
    assert from_address(app, "10.0.1.9", named).status_code == 303
    assert from_address(app, "10.0.0.9").status_code == 303
    app.state.database.close()


@pytest.mark.parametrize(
    "wrong", [{"sso_header": "X-User"}, {"trusted_proxies": "everybody"}], ids=str
)
def test_a_header_that_anybody_could_send_is_refused_at_start(
    tiny: Assistant, wrong: dict[str, str]
) -> None:
    with pytest.raises(SettingsError, match="trusted_proxies"):
        create_app(replace(tiny.settings, **wrong), tiny)


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("203.0.113.1", "198.51.100.7", "203.0.113.1"),
        ("10.0.0.1", "198.51.100.7", "198.51.100.7"),
        ("10.0.0.1", "1.2.3.4, 198.51.100.7, 10.0.0.2", "198.51.100.7"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "1.2.3.4\n198.51.100.7", "198.51.100.7"),
        ("10.0.0.1", "1.2.3.4\n198.51.100.7\n10.0.0.2", "198.51.100.7"),
    ],
)
def test_the_address_behind_a_proxy_is_the_last_that_can_be_believed(
    peer: str, forwarded: str, address: str
) -> None:
    request = RequestFactory().get("/")
    lines = [(b"x-forwarded-for", line.encode()) for line in forwarded.split("\n")]
    request.scope.update(client=(peer, 1), headers=lines)
    assert Proxies("10.0.0.0/24").client_address(request) == address


def test_a_server_of_this_machine_answers_to_its_own_names(tiny: Assistant) -> None:
    assert _hosts(Settings(), 8000) == "localhost:8000,127.0.0.1:8000,[::1]:8000"
    assert _hosts(Settings(host="0.0.0.0"), 8000) == ""
    assert _hosts(Settings(host="0.0.0.0", allowed_hosts="a.example"), 8000) == "a.example"
    named = replace(tiny.settings, allowed_hosts=_hosts(Settings(), 8000))
    with TestClient(create_app(named, tiny)) as client:
        own = client.get("/glossary", headers={"host": "localhost:8000"})
        assert own.status_code == 200
        rebound = client.get("/glossary", headers={"host": "evil.example:8000"})
        assert rebound.status_code == 400


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_health_is_checked_by_address(tiny: Assistant, path: str) -> None:
    named = replace(tiny.settings, allowed_hosts="itsm.example")
    with TestClient(create_app(named, tiny)) as client:
        assert client.get(path, headers={"host": "10.0.0.7:8000"}).status_code == 200


def itsm(settings: Settings, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*ITSM, *arguments],
        check=False,
        capture_output=True,
        text=True,
        input=stdin,
        cwd=PROJECT,
        env={
            **os.environ,
            "ITSM_DATABASE_URL": settings.database_url,
            "ITSM_DATA_DIR": str(settings.data_dir),
        },
    )


def test_the_commands_make_accounts_and_keys(
    tiny: Assistant, settings: Settings, visitor: Client
) -> None:
    assert "at least 12" in itsm(settings, "user", "add", "ada", stdin="short\n").stderr
    assert itsm(settings, "user", "add", "ada", stdin=f"{PASSWORD}\n").returncode == 0
    assert "Signed in as ada" in enter(visitor).text
    made = itsm(settings, "key", "add", "nightly", "--scope", "ask")
    key = {"authorization": f"Bearer {made.stdout.strip()}"}
    assert visitor.post(ASK, json=CAB, headers=key).status_code == 200
    listed = itsm(settings, "key", "list").stdout
    assert "nightly  ask  valid" in listed
    assert itsm(settings, "key", "revoke", listed.split()[0]).returncode == 0
    assert visitor.post(ASK, json=CAB, headers=key).status_code == 401
    assert itsm(settings, "user", "remove", "ada").returncode == 0
    assert itsm(settings, "user", "remove", "ada").returncode == 3
