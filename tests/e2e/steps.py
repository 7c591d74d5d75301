"""Steps that several journeys take, and the application that they take them on."""

from __future__ import annotations

import re

import pytest
from litestar import Litestar
from playwright.sync_api import Locator, Page, expect

from assistant.ask import Assistant
from assistant.settings import PROJECT, Settings
from tests.browser import CHROMIUM
from web.access import set_account
from web.app import create_app

JOURNEY = [
    pytest.mark.browser,
    pytest.mark.model,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]
PASSWORD = "correct horse battery"
QUESTION = "May I disagree with the CAB in the meeting?"
SHOTS = PROJECT / "artifacts" / "screenshots"


def application(settings: Settings, real: Assistant) -> Litestar:
    """Give an application that knows one steward."""
    app = create_app(settings, real)
    with app.state.database.session() as session:
        set_account(session, "ada", PASSWORD, "steward")
    return app


def ask(page: Page, question: str) -> Locator:
    """Ask and return the turn that comes."""
    turns = page.locator(".turn")
    before = turns.count()
    page.get_by_label("Your question").fill(question)
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(turns).to_have_count(before + 1)
    expect(page.locator("#latest .rest")).to_have_count(1)
    return page.locator("#latest")


def check_source(page: Page, quote: str) -> None:
    """The source is open, and the quote is marked and in view; others of the answer may be too."""
    expect(page).to_have_url(re.compile(r"/documents/D\d+\?start=\d+&end=\d+"))
    mark = page.locator("mark#quote")
    assert " ".join(page.locator("mark:not(.also)").all_inner_texts()) == quote
    expect(mark).to_be_in_viewport()


def leave_traces(page: Page) -> tuple[str, str]:
    """Ask, and judge; return the addresses of the conversation and of its last answer."""
    page.goto("/")
    page.get_by_role("button", name="What do I put in a PIR?").click()
    page.wait_for_url("**/conversations/*")
    page.get_by_label("Your question").fill("How do I bake sourdough bread?")
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.locator(".turn")).to_have_count(2)
    page.locator(".feedback").first.get_by_role("button", name="No").click()
    expect(page.locator(".feedback").first).to_contain_text("Thank you")
    answer = page.locator("#latest").get_by_role("link", name="Link to this answer")
    return page.url, str(answer.get_attribute("href"))


def sign_in(page: Page) -> None:
    page.goto("/signin")
    page.get_by_label("Name").fill("ada")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator(".bottom")).to_contain_text("Signed in as ada")
