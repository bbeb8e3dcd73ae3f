"""Middleware: checks every request before a page sees it, and adds security headers to every response.

A foreign Host header, another site's POST or a missing session is answered with 403, and nothing happens. The
Host check is against DNS rebinding: an attacker's host name that points at this address.
"""

from http.cookies import CookieError, SimpleCookie

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from migrate.review.sessions import Sessions

OPEN_PATHS = ("/enter", "/login")  # what is there to get a session
STATIC = "/static/"  # style and script, without anything of the ledger
LARGEST_FORM = 1_000_000
_BY_LINK = "Open the newest link that `career-migrate review` printed; each works once."
METHODS = frozenset({"GET", "HEAD", "POST"})

SAFE_HEADERS = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    # not no-referrer: with that, browsers send `Origin: null` with our own forms
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "cache-control": "no-store",
}


class Guard:
    """Stands before the pages; puts the request's session into `request.state.session`."""

    def __init__(self, app: ASGIApp, sessions: Sessions, hosts: frozenset[str], cookie: str) -> None:
        self.app = app
        self.sessions = sessions
        self.hosts = hosts
        """What the Host header may say, with the port."""
        self.cookie = cookie

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse the request, or hand it on; either way with the safe headers."""
        if scope["type"] != "http":  # starting and stopping; there are no web sockets
            await self.app(scope, receive, send)
            return

        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in SAFE_HEADERS.items():
                    headers[name] = value
            await send(message)

        answer = self._refusal(scope) or self._no_session(scope)
        await (answer or self.app)(scope, receive, send_safely)

    def _refusal(self, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        if [host.lower() for host in headers.getlist("host")] not in [[host] for host in self.hosts]:
            return _refused("This page answers to its own address only.")
        if "\x00" in scope["path"]:
            return PlainTextResponse("No address has a NUL character in it.", 400)
        if scope["method"] not in METHODS:
            return PlainTextResponse("Only GET and POST are answered.", 405)
        return _foreign_post(scope["scheme"], headers) if scope["method"] == "POST" else None

    def _no_session(self, scope: Scope) -> Response | None:
        path: str = scope["path"]
        session = self.sessions.find(_cookie(Headers(scope=scope), self.cookie))
        scope.setdefault("state", {})["session"] = session
        if session or path in OPEN_PATHS or path.startswith(STATIC):
            return None
        by_password, saves = self.sessions.has_password, scope["method"] == "POST"
        if by_password and not saves:
            return RedirectResponse("/login", 303)
        way_in = "Log in again under /login." if by_password else _BY_LINK
        return _refused(f"Your session is over, and nothing was saved. {way_in}" if saves else way_in)


def _foreign_post(scheme: str, headers: Headers) -> Response | None:
    own = f"{scheme}://{headers['host'].lower()}"
    if headers.get("origin", own).lower() != own:
        return _refused("This form was sent from another site.")
    if headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        return _refused("This form was sent from another site.")
    length = headers.get("content-length", "")
    if not length.isdecimal() or int(length) > LARGEST_FORM:
        return PlainTextResponse("The form is too large, or does not say how large it is.", 413)
    return None


def _cookie(headers: Headers, name: str) -> str:
    try:
        found = SimpleCookie(headers.get("cookie", "")).get(name)
    except CookieError:
        return ""
    return found.value if found else ""


def _refused(words: str) -> Response:
    return PlainTextResponse(words, 403)
