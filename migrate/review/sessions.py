"""Who may see the page: a one-time link or a password starts a session, whose name is in a cookie."""

import hmac
import secrets
import threading
import time
from dataclasses import dataclass, field

IDLE_SECONDS = 12 * 3600
_FAILURES_ALLOWED = 10
_PAUSE_SECONDS = 60.0


def link(base: str, token: str) -> str:
    """Return the address that lets one browser in."""
    return f"{base.rstrip('/')}/enter?token={token}"


@dataclass
class Session:
    """What the page remembers of one reviewer's browser."""

    reviewer: str | None = None
    form_token: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    """Every form carries it: another site cannot know it."""
    keys_on: bool = True
    entries: list[int] = field(default_factory=list)
    """What this session saved, for undoing; the newest last."""
    news: list[str] = field(default_factory=list)
    """Messages for the top of the next page."""
    seed: int = field(default_factory=lambda: secrets.randbits(32))
    used_at: float = field(default_factory=time.monotonic)


class Sessions:
    """The sessions of one server, kept in memory only."""

    def __init__(self, *, reviewer: str | None = None, password: str | None = None) -> None:
        self.reviewer = reviewer
        self._password = password
        self._lock = threading.Lock()
        self._links: set[str] = set()
        self._sessions: dict[str, Session] = {}
        self._failures = 0
        self._closed_until = 0.0

    @property
    def has_password(self) -> bool:
        """Whether reviewers come in by a password and not by a link."""
        return self._password is not None

    def new_link(self) -> str:
        """Return a token that lets one browser in, once."""
        token = secrets.token_urlsafe(32)
        with self._lock:
            self._links.add(token)
        return token

    def enter(self, token: str) -> str | None:
        """Use up a link's token and return the name of a new session; None for a token that is not valid."""
        with self._lock:
            known = [link for link in self._links if hmac.compare_digest(link.encode(), token.encode())]
            self._links.difference_update(known)
            return self._begin() if known else None

    def log_in(self, password: str) -> str | None:
        """Return the name of a new session; None for a wrong password, and for any after too many of them."""
        with self._lock:
            if self._password is None or time.monotonic() < self._closed_until:
                return None
            if hmac.compare_digest(self._password.encode(), password.encode()):
                self._failures = 0
                return self._begin()
            self._failures += 1
            if self._failures >= _FAILURES_ALLOWED:
                self._failures, self._closed_until = 0, time.monotonic() + _PAUSE_SECONDS
            return None

    def find(self, name: str) -> Session | None:
        """Return the session of a cookie; None where there is none, or it has been idle for too long."""
        with self._lock:
            session = self._sessions.get(name)
            if session is None or time.monotonic() - session.used_at > IDLE_SECONDS:
                self._sessions.pop(name, None)
                return None
            session.used_at = time.monotonic()
            return session

    def _begin(self) -> str:
        name = secrets.token_urlsafe(32)
        self._sessions[name] = Session(reviewer=self.reviewer)
        return name
