"""Conversations: found again, renamed, deleted, taken along."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.e2e.steps import JOURNEY, ask

pytestmark = JOURNEY


def test_a_conversation_survives_reload_and_is_found_again(page: Page) -> None:
    page.goto("/")
    for question in ("What is a CAB?", "What is a PIR?"):
        ask(page, question)
    page.reload()
    expect(page.locator(".turn")).to_have_count(2)
    page.go_back()
    expect(page.locator(".turn")).to_have_count(0)
    page.get_by_role("link", name="Conversations").click()
    page.get_by_role("link", name="What is a CAB?").click()
    expect(page.locator(".turn")).to_have_count(2)


def test_a_conversation_is_renamed_and_deleted(either: Page) -> None:
    either.goto("/")
    either.get_by_role("button", name="What do I put in a PIR?").click()
    either.wait_for_url("**/conversations/*")
    either.goto(either.url.partition("#")[0])
    either.locator(".manage > summary").click()
    either.get_by_label("Title").fill("About reviews")
    either.get_by_role("button", name="Rename").click()
    expect(either.get_by_role("heading", name="About reviews")).to_be_visible()
    either.locator(".manage > summary").click()
    either.get_by_text("Delete…").click()
    either.get_by_role("button", name="Delete this conversation").click()
    expect(either).to_have_url(re.compile(r"/conversations\?deleted"))
    expect(either.locator("main")).not_to_contain_text("About reviews")


def test_a_conversation_is_taken_along(either: Page) -> None:
    either.goto("/")
    either.get_by_role("button", name="What do I put in a PIR?").click()
    either.wait_for_url("**/conversations/*")
    either.goto(either.url.partition("#")[0])
    either.locator(".manage > summary").click()
    for name, start in (("Markdown", "# What do I put"), ("JSON", '{"id":')):
        with either.expect_download() as download:
            either.locator(".manage").get_by_role("link", name=name).click()
        assert Path(download.value.path()).read_text().startswith(start)
    either.get_by_role("link", name="print view").click()
    expect(either.locator("section h2")).to_have_text("What do I put in a PIR?")
    expect(either.locator("form")).to_have_count(0)
