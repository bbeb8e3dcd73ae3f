"""Database URLs as they may be shown: without the password, wherever in them it stands."""

from urllib.parse import quote

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

_SECRET_OPTIONS = ("password", "passwd", "sslpassword")
"""Options of the drivers that hold a password."""
_HIDDEN = "***"


def without_password(url: str) -> str:
    """Return the URL as it may be shown."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        return _behind_password(url)
    return _behind_password(url) if is_cut_short(parsed) else shown_url(parsed)


def is_cut_short(url: URL) -> bool:
    """Return whether the password has an @ in it: SQLAlchemy takes what follows for the host."""
    return "@" in (url.host or "")


def shown_url(url: URL) -> str:
    """Return a URL without its password, wherever in it that stands."""
    shown = url.update_query_dict(dict.fromkeys(_secret_options(url), _HIDDEN)).render_as_string(
        hide_password=True
    )
    return shown.replace(quote(_HIDDEN, safe=""), _HIDDEN)


def without_secrets(words: str, url: URL) -> str:
    """Leave the passwords of a URL out of what a driver says of it."""
    for secret in (url.password, *(url.query[name] for name in _secret_options(url))):
        if isinstance(secret, str) and secret:
            words = words.replace(secret, _HIDDEN)
    return words


def _behind_password(url: str) -> str:
    return url.rsplit("@", maxsplit=1)[-1]


def _secret_options(url: URL) -> list[str]:
    return [name for name in url.query if name.lower() in _SECRET_OPTIONS]
