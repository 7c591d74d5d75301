"""The application: routes, errors, headers, and the assistant that handlers are given."""

from __future__ import annotations

import os
from importlib.metadata import version
from pathlib import Path

from litestar import Litestar, get
from litestar.datastructures import State
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

from assistant.ask import Assistant
from assistant.settings import Settings, load_settings
from corpus.errors import ItsmError
from web.access import Identify, require_access
from web.api import ApiController
from web.chat import ChatController
from web.database import Database
from web.engine import Engine
from web.etiquette import EtiquetteController
from web.feedback import FeedbackController
from web.glossary import GlossaryController
from web.markup import section_name
from web.pages import PagesController
from web.privacy import PrivacyController
from web.problems import handle_error
from web.search import SearchController
from web.security import allowed_hosts, csrf_config, forget_addresses, limits, set_headers
from web.signin import SignInController
from web.steward import StewardController

_FOLDER = Path(__file__).parent
_MAX_BODY = 256 * 1024


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
            ChatController,
            EtiquetteController,
            FeedbackController,
            GlossaryController,
            PagesController,
            PrivacyController,
            SearchController,
            SignInController,
            StewardController,
            healthz,
            readyz,
            create_static_files_router(
                path="/static",
                directories=[_FOLDER / "static"],
                cache_control=CacheControlHeader(max_age=3600, public=True),
                opt={"public": True},
            ),
        ],
        dependencies={
            "assistant": Provide(provide_assistant, sync_to_thread=True),
            "database": Provide(lambda: database, sync_to_thread=False),
            "settings": Provide(lambda: settings, sync_to_thread=False),
        },
        state=State(
            {"engine": Engine(settings, assistant), "database": database, "settings": settings}
        ),
        guards=[require_access],
        middleware=[*limits(settings), Identify(settings, database)],
        allowed_hosts=allowed_hosts(settings),
        template_config=_templates(),
        plugins=[HTMXPlugin()],
        lifespan=[forget_addresses],
        on_shutdown=[database.close],
        exception_handlers={
            ItsmError: handle_error,
            HTTPException: handle_error,
            Exception: handle_error,
        },
        before_send=[set_headers],
        csrf_config=csrf_config(settings),
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


@get("/healthz", summary="Is the server alive", public=True, sync_to_thread=False)
def healthz() -> dict[str, str]:
    """Answer as long as the process runs."""
    return {"status": "ok"}


@get("/readyz", summary="Can the server answer questions", public=True, sync_to_thread=True)
def readyz(state: State) -> dict[str, str]:
    """Answer with the build in use, or with a problem where there is none."""
    return {"status": "ready", "build": provide_assistant(state).index.manifest.id}


def _templates() -> TemplateConfig[JinjaTemplateEngine]:
    def add_filters(engine: JinjaTemplateEngine) -> None:
        engine.engine.filters["section_name"] = section_name

    return TemplateConfig(
        directory=_FOLDER / "templates", engine=JinjaTemplateEngine, engine_callback=add_filters
    )
