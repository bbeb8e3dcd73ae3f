"""What the URL of a SQLite database must be: the name of a file, and at most options of the driver.

What else SQLAlchemy accepts would only half work: a database in memory is a different one for each
connection, and a URI is not the path of its file.
"""

from urllib.parse import unquote, urlsplit

from sqlalchemy import URL

from migrate.errors import ConfigurationError

OPTIONS = ("cached_statements", "check_same_thread", "detect_types", "isolation_level", "timeout")
"""What Python's driver takes beside the file."""
_URI = "uri"
_ONE_THREAD = "check_same_thread"
_NO = ("false", "f", "no", "n", "off", "0")
_IN_MEMORY = ("", ":memory:")
_EXAMPLE = "sqlite:///v3.db"


def refuse_unusable(url: URL) -> None:
    """Raise ConfigurationError, with what to write instead, where a SQLite URL does not name a file."""
    name = url.database or ""
    if url.host:
        path = "/".join(part for part in (url.host, name) if part)
        raise ConfigurationError(f"sqlite://{path} lacks a slash; write sqlite:///{path}")
    path = _path_in_uri(name) if _URI in url.query else name
    if path in _IN_MEMORY or url.query.get("mode") == "memory":
        raise ConfigurationError(
            f"sqlite:///{name} is a database in memory, which is gone when the command ends; "
            f"give a file, such as {_EXAMPLE}"
        )
    if _URI in url.query:
        raise ConfigurationError(
            f"sqlite:///{name}: a SQLite file is named by its path; leave uri out and write sqlite:///{path}"
        )
    if "\0" in path:
        raise ConfigurationError(f"sqlite:///{path!r} is no name of a file: there is a NUL in it")
    _refuse_options(url)


def _refuse_options(url: URL) -> None:
    name = url.database
    unknown = sorted(set(url.query) - set(OPTIONS))
    if unknown:
        raise ConfigurationError(
            f"sqlite:///{name}: the URL of a SQLite file has no option {', '.join(unknown)}; leave it out"
        )
    repeated = sorted(option for option, value in url.query.items() if not isinstance(value, str))
    if repeated:
        raise ConfigurationError(f"sqlite:///{name} gives {', '.join(repeated)} twice; write it once")
    if str(url.query.get(_ONE_THREAD, "false")).lower() not in _NO:
        raise ConfigurationError(
            f"sqlite:///{name}: several threads use the file; leave {_ONE_THREAD} out or write false"
        )


def _path_in_uri(name: str) -> str:
    return unquote(urlsplit(name).path) if name.startswith("file:") else name
