"""What every page shares: the ledger's view, the rules, the templates and the session's words."""

import hmac
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial, wraps
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment
from sqlalchemy import Engine
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, QueryParams
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from migrate.errors import ConfigurationError
from migrate.report.catalogue import kind_of_code
from migrate.report.figures import count
from migrate.report.templates import templates_in
from migrate.review.cards import described, labelled
from migrate.review.deciding import Deciding
from migrate.review.groups import full_column
from migrate.review.ledger_view import LedgerView
from migrate.review.pages import shown
from migrate.review.sessions import Session, Sessions
from migrate.rulebook.anomalies import AnomalyKind, Catalogue
from migrate.rulebook.review import ReviewRules

FORM_TOKEN = "form_token"  # noqa: S105  # the name of a field
PANEL = "panel"
Post = Callable[[Request, FormData], Response]


@dataclass(frozen=True)
class Databases:
    """The addresses that the page was started with."""

    target: str
    source: str | None


@dataclass(frozen=True)
class Site:
    """One server's page; `request.app.state.site`."""

    engine: Engine
    databases: Databases
    rules_folder: Path | None
    rules: ReviewRules
    catalogue: Catalogue
    view: LedgerView
    deciding: Deciding
    sessions: Sessions
    templates: Environment
    cookie: str
    is_secure: bool

    def kind(self, code: str) -> AnomalyKind:
        """Return what a code means; a code that the rules lack gets a stand-in."""
        return kind_of_code(self.catalogue, code)

    def page(self, request: Request, name: str, *, status: int = 200, **context: Any) -> Response:
        """Return a template filled in; its fragment alone where the panel of the page asks for it."""
        session: Session | None = request.state.session
        news = session.news[:] if session else []
        if session:
            session.news.clear()
        template = self.templates.get_template(name)
        is_panel = request.headers.get("hx-target") == PANEL
        filled = template.render(
            request=request, session=session, news=news, is_panel=is_panel, rules=self.rules,
            path=request.url.path, address=own_address(request), **context,
        )  # fmt: skip
        return HTMLResponse(filled, status)


def templates_of(rules: ReviewRules) -> Environment:
    """Return the templates of `reports/review`."""
    environment = templates_in("reports/review")
    environment.filters |= {
        "text": partial(shown.shown_text, limits=rules.texts),
        "value": shown.shown_value,
        "name": shown.shown_name,
        "figure": shown.figure,
        "share": shown.share,
        "moment": shown.moment,
        "counted": count,
    }
    environment.globals |= {"described": described, "full_column": full_column, "labelled": labelled}
    return environment


def site_of(request: Request) -> Site:
    """Return the site that a request is for."""
    site: Site = request.app.state.site
    return site


def own_address(request: Request) -> str:
    """Return path and query of a request, for coming back to it."""
    query = request.url.query
    return f"{request.url.path}?{query}" if query else request.url.path


def way_on(form: FormData | QueryParams) -> str:
    """Return where a form leads next: a path of this site, `/` for anything else."""
    wanted = str(form.get("on", ""))
    is_ours = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and wanted.isprintable()
    return wanted if is_ours else "/"


def go(address: str) -> Response:
    """Return the answer that leads the browser on after a form."""
    return RedirectResponse(address, 303)


def leading_to(page: str) -> Callable[[Request], Response]:
    """Make an endpoint that leads on to a page, whose address has the parts of the request's own."""

    def endpoint(request: Request) -> Response:
        return go(page.format(**{name: quote(part, safe="") for name, part in request.path_params.items()}))

    return endpoint


def posted(function: Post) -> Callable[[Request], Awaitable[Response]]:
    """Make an endpoint of a function that changes something: only with the session's own form token."""

    @wraps(function)
    async def endpoint(request: Request) -> Response:
        session: Session | None = request.state.session
        async with request.form(max_files=0) as form:
            if session is None or not _same(str(form.get(FORM_TOKEN, "")), session.form_token):
                raise HTTPException(
                    403, "This form is not from this page, or the page is an old one. Load it again."
                )
            return await run_in_threadpool(function, request, form)

    return endpoint


@contextmanager
def refused_as(status: int) -> Iterator[None]:
    """Tell the browser, with an HTTP status, what is wrong with a decision. Raises HTTPException."""
    try:
        yield
    except ConfigurationError as error:
        raise HTTPException(status, " ".join(error.problems)) from None


def reviewer_of(request: Request) -> str:
    """Return who decides. Raises HTTPException 403 where no name has been given."""
    session: Session = request.state.session
    if not session.reviewer:
        raise HTTPException(403, "Say who you are first.")
    return session.reviewer


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())
