"""A served application, the Chromium that looks at it, and pages that are watched."""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from litestar import Litestar
from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
if CHROMIUM is None and os.environ.get("REQUIRE_BROWSER"):
    raise RuntimeError(
        "REQUIRE_BROWSER is set and there is no Chromium. Install Debian's chromium."
    )
LAUNCH: dict[str, Any] = {
    "executable_path": CHROMIUM,
    "args": ["--no-sandbox", "--disable-background-networking", "--disable-component-update"],
}


@contextmanager
def serving(app: Litestar) -> Iterator[str]:
    """Serve on a free port and give the address."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()


@contextmanager
def chromium() -> Iterator[Browser]:
    """Run a browser without a window."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**LAUNCH)
        yield browser
        browser.close()


class Watched:
    """A page that remembers what went wrong on it and which hosts it called."""

    def __init__(self, browser: Browser, address: str, **options: Any) -> None:
        self.context = browser.new_context(base_url=address, **options)
        self.page: Page = self.context.new_page()
        self.errors: list[str] = []
        self.foreign: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", self._console)
        self.page.on(
            "request",
            lambda request: (
                None if request.url.startswith(address) else self.foreign.append(request.url)
            ),
        )

    def _console(self, message: Any) -> None:
        if message.type in {"error", "warning"} and "404 (Not Found)" not in message.text:
            self.errors.append(message.text)
