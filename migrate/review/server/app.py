"""The application: which address leads to which page."""

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from migrate.databases import for_reading
from migrate.databases.error_codes import advice_on, has_no_room, is_lost_connection, is_unreachable
from migrate.resources import resource
from migrate.review.deciding import Deciding
from migrate.review.ledger_view import LedgerView
from migrate.review.pages import apply, decision, entrance, history, lists, sample, together
from migrate.review.pages.site import Databases, Site, leading_to, posted, site_of, templates_of
from migrate.review.server.guard import Guard
from migrate.review.sessions import Sessions
from migrate.rulebook.anomalies import load_catalogue
from migrate.rulebook.durations import load_duration_policy
from migrate.rulebook.review import load_review_rules

PAGES = {
    "/": lists.groups,
    "/group/{name}": lists.group,
    "/row/{table}/{v2_id}": lists.row,
    "/alike": lists.clusters,
    "/confirm": decision.confirm,
    "/together": together.confirm,
    "/history": history.history,
    "/sample": sample.sample,
    "/apply": apply.apply,
    "/who": entrance.who,
    "/enter": entrance.enter,
    "/login": entrance.login,
}
CHANGES = {  # each asks for the session's form token
    "/decide": decision.decide,
    "/row/{table}/{v2_id}/decide": decision.decide_row,
    "/together": together.decide,
    "/undo": history.undo,
    "/draw": sample.draw_again,
    "/plan": apply.ask_plan,
    "/who": entrance.say_who,
    "/keys": entrance.turn_keys,
}
BACK = {  # where a form's address leads that is opened or loaded again: what it sent is not sent twice
    "/decide": "/",
    "/row/{table}/{v2_id}/decide": "/row/{table}/{v2_id}",
    "/undo": "/history",
    "/draw": "/sample",
    "/plan": "/apply",
    "/keys": "/",
}
_TITLES = {
    400: "That cannot be",
    403: "Not allowed",
    404: "Not here",
    409: "Changed meanwhile",
    503: "The database cannot do that now",
}
_OUT_OF_ORDER = (
    (has_no_room, "Its disk is full. Nothing was saved: have room made on it, and do it again."),
    (is_lost_connection, "The connection was lost. See whether it was saved, or do it again."),
    (is_unreachable, "No connection could be made. See whether it was saved, or do it again."),
)


@dataclass(frozen=True)
class Address:
    """Where the page is served."""

    hosts: frozenset[str]
    """What a request's Host header may say, port included."""
    port: int
    is_secure: bool = False


def make_app(
    engine: Engine,
    databases: Databases,
    sessions: Sessions,
    address: Address,
    rules_folder: Path | None = None,
) -> Starlette:
    """Return the application over one ledger. Raises ConfigurationError for wrong rules."""
    rules = load_review_rules(rules_folder)
    catalogue = load_catalogue(rules_folder)
    reading = for_reading(engine)  # no page keeps another from saving
    view = LedgerView(reading, rules, catalogue)
    cookie = f"career_migrate_review_{address.port}"  # a browser keeps one jar for all ports of a host
    app = Starlette(
        routes=_routes(),
        middleware=[Middleware(Guard, sessions=sessions, hosts=address.hosts, cookie=cookie)],
        exception_handlers={HTTPException: _failed, DBAPIError: _out_of_order, Exception: _failed},
    )
    app.state.site = Site(
        engine=reading,
        databases=databases,
        rules_folder=rules_folder,
        rules=rules,
        catalogue=catalogue,
        view=view,
        deciding=Deciding(engine, view, Decimal(load_duration_policy(rules_folder).max_hours)),
        sessions=sessions,
        templates=templates_of(rules),
        cookie=cookie,
        is_secure=address.is_secure,
    )
    return app


def read_ledger(app: Starlette) -> None:
    """Sum the ledger up before the first page asks for it; a million anomalies take some seconds."""
    site: Site = app.state.site
    with site.engine.connect() as connection:
        site.view.current(connection)


def _routes() -> list[Route | Mount]:
    return [
        *(Route(path, page, methods=["GET"]) for path, page in PAGES.items()),
        *(Route(path, leading_to(page), methods=["GET"]) for path, page in BACK.items()),
        *(Route(path, posted(change), methods=["POST"]) for path, change in CHANGES.items()),
        Route("/login", entrance.log_in, methods=["POST"]),
        Mount("/static", StaticFiles(directory=resource("reports/review/static"))),
    ]


async def _failed(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    detail = error.detail if isinstance(error, HTTPException) else ""
    if not hasattr(request.state, "session"):
        request.state.session = None
    title = _TITLES.get(status, "Something is wrong")
    return site_of(request).page(request, "failed.html", status=status, title=title, detail=detail)


async def _out_of_order(request: Request, error: Exception) -> Response:
    """Tell what the database lacks; what it says otherwise is a fault of ours, for the log."""
    detail = advice_on(error, _OUT_OF_ORDER) if isinstance(error, DBAPIError) else None
    if detail is None:
        raise error
    return await _failed(request, HTTPException(503, detail))
