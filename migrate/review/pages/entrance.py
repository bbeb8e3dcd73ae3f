"""Coming in: by the link or the password, and saying who one is."""

import time

import click
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from migrate.review.pages.site import Site, go, site_of, way_on
from migrate.review.sessions import link

LONGEST_NAME = 100


def enter(request: Request) -> Response:
    """Let a browser in by the token of a link, once; then print a link for the next reviewer."""
    site = site_of(request)
    name = site.sessions.enter(request.query_params.get("token", ""))
    if name is None and request.state.session:
        return go("/")
    if name is None:
        raise HTTPException(
            403, "This link has been used, or is not one of ours. The terminal shows a fresh one."
        )
    fresh = link(str(request.base_url), site.sessions.new_link())
    click.echo(f"A reviewer has come in. The next one opens  {fresh}", err=True)
    return _with_cookie(site, go("/"), name)


def login(request: Request) -> Response:
    """Ask for the password."""
    site = site_of(request)
    if not site.sessions.has_password:
        raise HTTPException(404)
    return site.page(request, "login.html", failed=False)


async def log_in(request: Request) -> Response:
    """Let a browser in by the password; a wrong one takes a second."""
    site = site_of(request)
    if not site.sessions.has_password:
        raise HTTPException(404)
    async with request.form(max_files=0) as form:
        name = site.sessions.log_in(str(form.get("password", "")))
    if name is None:
        await run_in_threadpool(time.sleep, 1)
        return site.page(request, "login.html", status=403, failed=True)
    return _with_cookie(site, go("/"), name)


def who(request: Request) -> Response:
    """Ask for the reviewer's name."""
    return site_of(request).page(request, "who.html", on=request.query_params.get("on", "/"))


def say_who(request: Request, form: FormData) -> Response:
    """Take the reviewer's name for this session, without what cannot be seen in it, such as a joiner."""
    seen = (
        letter if letter.isprintable() else " " * letter.isspace() for letter in str(form.get("reviewer", ""))
    )
    name = " ".join("".join(seen).split())[:LONGEST_NAME]
    if not name:
        raise HTTPException(400, "A name is needed: every decision carries it.")
    request.state.session.reviewer = name
    return go(way_on(form))


def turn_keys(request: Request, form: FormData) -> Response:
    """Turn the single-key shortcuts of this session on or off."""
    request.state.session.keys_on = form.get("keys") == "on"
    return go(way_on(form))


def _with_cookie(site: Site, response: Response, name: str) -> Response:
    response.set_cookie(site.cookie, name, httponly=True, samesite="strict", secure=site.is_secure, path="/")
    return response
