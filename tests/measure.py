"""Measures what the pages promise; `python -m tests.measure` prints it and asserts nothing.

The first answer is timed in a real browser on the real handbook: from the press of Enter to the
frame after the one that shows it, each time in a page that was just opened.

Each page is timed on an empty database, on one with a page full, and on one with 10,000
conversations, all of the visitor who looks; on SQLite and on PostgreSQL, side by side.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import numpy as np
from litestar.testing import TestClient
from sqlalchemy import delete, insert, inspect, select, text
from sqlalchemy.orm import undefer

from assistant.ask import Assistant
from assistant.settings import Settings, load_settings
from index.search import Index
from tests import postgres
from tests.browser import chromium, serving
from tests.support import IDENTITY, HashingModel, build_tiny, submit, write_tiny
from web.access import set_account
from web.app import create_app
from web.chat import EXAMPLES
from web.tables import Conversation, Feedback, Turn, Visitor, now

SIZES = (0, 25, 10_000)
REQUESTS = 100
ROUNDS = 4
PASSWORD = "correct horse battery"
LISTS = ("/conversations", "/privacy", "/steward/feedback")
ANALYSES = ("/steward", "/steward/gaps", "/steward/coverage")
WATCH = """() => {
  let pressed;
  addEventListener("keydown", () => { pressed = performance.now(); }, true);
  window.taken = new Promise((shown) => {
    new MutationObserver((_, observer) => {
      if (!document.querySelector("#log .turn")) return;
      observer.disconnect();
      const painted = () => shown(performance.now() - pressed);
      requestAnimationFrame(() => requestAnimationFrame(painted));
    }).observe(document.getElementById("log"), { childList: true });
  });
}"""


def main() -> None:
    """Print the time to the first answer, then each list's p95 on databases of several sizes."""
    with tempfile.TemporaryDirectory() as folder:
        times = _first_answers(Path(folder))
        figures = f"median {np.median(times):.0f}, p95 {np.percentile(times, 95):.0f}"
        print(f"first answer visible, ms after Enter ({len(times)} times): {figures}")
        print(f"{'p95 in ms, conversations:':32}" + "".join(f"{size:8}" for size in SIZES))
        with postgres.running() as server:
            for name, place in (("SQLite", f"sqlite:///{folder}"), ("PostgreSQL", server)):
                _print_lists(_tiny(Path(folder) / name), name, place)


def _first_answers(folder: Path) -> list[float]:
    settings = replace(load_settings(), database_url=f"sqlite:///{folder}/asked.db")
    assistant = Assistant.open(settings)
    assistant.warm_up()
    with serving(create_app(settings, assistant)) as address, chromium() as browser:
        page = browser.new_page(base_url=address)
        times = []
        for question in ROUNDS * EXAMPLES:
            page.goto("/")
            page.evaluate(WATCH)
            page.get_by_label("Your question").fill(question)
            page.keyboard.press("Enter")
            times.append(page.evaluate("window.taken"))
        return times


def _print_lists(assistant: Assistant, name: str, place: str) -> None:
    with ExitStack() as stack:
        clients = []
        for size in SIZES:
            url = _database(place, f"with_{size}")
            clients.append(stack.enter_context(_steward(assistant, url)))
            _fill(clients[-1], size)
        for path in (*LISTS, *ANALYSES):
            found = _p95(clients, path)
            figures = "".join(f"{one:8.1f}" for one in found)
            print(f"{name:11} {path:20}{figures}  x {found[-1] / found[0]:.1f}")


def _tiny(folder: Path) -> Assistant:
    corpus, data = write_tiny(folder / "documents"), folder / "data"
    build_tiny(corpus, data)
    settings = Settings(data_dir=data, corpus_dir=corpus, model=IDENTITY.name)
    return Assistant(Index.open(data, IDENTITY.name, HashingModel()), settings)


def _database(place: str, name: str) -> str:
    if place.startswith("sqlite"):
        return f"{place}/{name}.db"
    postgres.create_database(place, name)
    return f"{place}/{name}"


@contextmanager
def _steward(assistant: Assistant, url: str) -> Iterator[TestClient]:
    """Give the browser of a steward who has asked once."""
    settings = replace(assistant.settings, database_url=url)
    with ExitStack() as stack:
        client = stack.enter_context(TestClient(create_app(settings, assistant)))
        with client.app.state.database.session() as session:
            set_account(session, "ada", PASSWORD, "steward")
        submit(client, "/signin", name="ada", password=PASSWORD)
        submit(client, "/ask", question="What is a CAB?")
        yield client


def _fill(client: TestClient, size: int) -> None:
    """Store conversations of two turns each, one in ten with feedback, over ninety days."""
    database = client.app.state.database
    with database.session() as session:
        first = session.scalars(select(Turn).options(undefer(Turn.answer))).one()
        names = [column.key for column in inspect(Turn).columns]
        turn = {name: getattr(first, name) for name in names}
        visitor = session.scalar(select(Visitor.id))
        session.execute(delete(Conversation))
        talks, turns, opinions = [], [], []
        for number in range(size):
            at = now() - timedelta(days=90 * number / size)
            talk = {"id": uuid4().hex, "visitor_id": visitor, "title": f"Talk {number}"}
            talks.append({**talk, "created": at, "updated": at})
            status = "no_answer" if number % 7 == 0 else "answered"
            same = {"resolved_question": f"{turn['question']} {number % 1000}", "status": status}
            for position in range(2):
                own = {"id": uuid4().hex, "position": position, "created": at}
                turns.append({**turn, **same, **own, "conversation_id": talk["id"]})
            if number % 10 == 0:
                opinion = {"id": uuid4().hex, "turn_id": turns[-1]["id"], "created": at}
                opinions.append({**opinion, "verdict": "unhelpful"})
        for table, rows in ((Conversation, talks), (Turn, turns), (Feedback, opinions)):
            if rows:
                session.execute(insert(table), rows)
    with database.config.get_engine().begin() as connection:
        connection.execute(text("ANALYZE"))  # PostgreSQL does it by itself within a minute


def _p95(clients: Sequence[TestClient], path: str) -> list[float]:
    """Return each client's p95, measured by turns so that all bear what else the machine does."""
    taken: list[list[float]] = [[] for _ in clients]
    for _ in range(REQUESTS):
        for client, times in zip(clients, taken, strict=True):
            started = time.perf_counter()
            assert client.get(path).status_code == 200
            times.append(1000 * (time.perf_counter() - started))
    return [float(np.percentile(times, 95)) for times in taken]


if __name__ == "__main__":
    main()
