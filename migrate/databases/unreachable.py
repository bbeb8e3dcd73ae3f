"""What is wrong where a database cannot be opened, in a line that says what to do."""

from sqlalchemy import URL
from sqlalchemy.exc import DBAPIError

from migrate.databases.shown_url import shown_url, without_secrets
from migrate.errors import ConfigurationError, MigrationError

_BAD_OPTION = ("invalid connection option", "bad value for", "invalid sslmode value")
"""What libpq says of an option in the URL that it does not know or cannot take."""
ADVICE = (  # the first sign that stands in the driver's message tells what to do
    *((sign, "the URL has an option that cannot be taken; mend it or leave it out") for sign in _BAD_OPTION),
    ("password authentication failed", "the user or password is wrong"),
    ("access denied", "the user or password is wrong, or the user has no right to this database"),
    ("no password supplied", "a password is needed; put it into the URL"),
    ("does not exist", "create the database or role first, or check its name"),
    ("unknown database", "create the database first, or check its name"),
    ("not a database", "the file is not a SQLite database; check the path"),
    ("could not translate host", "the host is unknown; check its name"),
    ("failed to resolve host", "the host is unknown; check its name"),
    ("name or service not known", "the host is unknown; check its name"),
    ("temporary failure in name", "the host is unknown; check its name"),
    ("nodename nor servname", "the host is unknown; check its name"),
    ("refused", "nothing answers there; check host and port, and that the server runs"),
    ("timed out", "the server does not answer; check host, port and firewall"),
    ("timeout", "the server does not answer; check host, port and firewall"),
    ("unable to open database file", "the file cannot be opened; check the path and its rights"),
)


def unreachable(url: URL, error: DBAPIError) -> MigrationError:
    """Return the error to raise: ConfigurationError where the URL has an option that cannot be taken."""
    reason = without_secrets(" ".join(str(error.orig).split()), url)
    advice = next((words for sign, words in ADVICE if sign in reason.lower()), "check the URL and the server")
    is_mistake = any(sign in str(error.orig) for sign in _BAD_OPTION)
    kind = ConfigurationError if is_mistake else MigrationError
    return kind(f"{shown_url(url)} cannot be opened: {advice} ({reason})")
