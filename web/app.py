"""The application: routes, errors, headers, and the assistant that handlers are given."""

from __future__ import annotations

import os
from importlib.metadata import version
from pathlib import Path

from advanced_alchemy.extensions.litestar import SQLAlchemyInitPlugin
from litestar import Litestar, get
from litestar.datastructures import MutableScopeHeaders, State
from litestar.datastructures.headers import CacheControlHeader
from litestar.di import Provide
from litestar.exceptions import HTTPException
from litestar.logging import LoggingConfig
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.plugins.htmx import HTMXPlugin
from litestar.plugins.jinja import JinjaTemplateEngine
from litestar.static_files import create_static_files_router
from litestar.template import TemplateConfig
from litestar.types import Message, Scope

from assistant.ask import Assistant
from assistant.settings import Settings, load_settings
from corpus.errors import ItsmError
from web.api import ApiController
from web.database import Database
from web.engine import Engine
from web.pages import PagesController
from web.problems import handle_error

_FOLDER = Path(__file__).parent
_MAX_BODY = 256 * 1024
_HEADERS = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "cross-origin-opener-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}


def create_app(settings: Settings | None = None, assistant: Assistant | None = None) -> Litestar:
    """Return the application.

    Args:
        settings: those in force, else they are read from file and environment.
        assistant: an opened one, else the published build is opened with the first request.
    """
    settings = settings or load_settings(environment=os.environ)
    database = Database(settings)
    return Litestar(
        route_handlers=[
            ApiController,
            PagesController,
            healthz,
            readyz,
            create_static_files_router(
                path="/static",
                directories=[_FOLDER / "static"],
                cache_control=CacheControlHeader(max_age=3600, public=True),
            ),
        ],
        dependencies={"assistant": Provide(provide_assistant, sync_to_thread=True)},
        state=State({"engine": Engine(settings, assistant), "database": database}),
        template_config=TemplateConfig(directory=_FOLDER / "templates", engine=JinjaTemplateEngine),
        plugins=[HTMXPlugin(), SQLAlchemyInitPlugin(database.config)],
        exception_handlers={
            ItsmError: handle_error,
            HTTPException: handle_error,
            Exception: handle_error,
        },
        before_send=[_set_headers],
        request_max_body_size=_MAX_BODY,
        openapi_config=OpenAPIConfig(
            title="ITSM assistant",
            version=version("itsm-assistant"),
            description="Answers questions about IT service management with exact quotes.",
            use_handler_docstrings=True,
            path="/schema",
            render_plugins=[JsonRenderPlugin()],
        ),
        logging_config=LoggingConfig(
            # handle_error logs what needs a person, once.
            log_exceptions="never",
            root={"level": "WARNING", "handlers": ["queue_listener"]},
        ),
    )


def provide_assistant(state: State) -> Assistant:
    """Give handlers the assistant of the published build."""
    engine: Engine = state.engine
    engine.follow()
    return engine.assistant()


@get("/healthz", summary="Is the server alive", sync_to_thread=False)
def healthz() -> dict[str, str]:
    """Answer as long as the process runs."""
    return {"status": "ok"}


@get("/readyz", summary="Can the server answer questions", sync_to_thread=True)
def readyz(state: State) -> dict[str, str]:
    """Answer with the build in use, or with a problem where there is none."""
    return {"status": "ready", "build": provide_assistant(state).index.manifest.id}


def _set_headers(message: Message, scope: Scope) -> None:
    if message["type"] == "http.response.start":
        headers = MutableScopeHeaders.from_message(message)
        for name, value in _HEADERS.items():
            headers.setdefault(name, value)
