"""Which failures are tried again, how often and how long apart."""

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from tenacity import Retrying, retry_if_exception, stop_after_attempt, wait_random_exponential

from migrate.databases.error_codes import NO_RIGHT, READ_ONLY, error_codes_of, has_no_room
from migrate.load.applying.apply import ChangedUnderneathError

ATTEMPTS = 9
LONGEST_WAIT_SECONDS = 20
_HOPELESS = NO_RIGHT | READ_ONLY
_HOPELESS_WORDS = ("readonly", "disk is full", "disk i/o error", "no such table")
"""SQLite's, which gives no number with them and speaks English everywhere."""


def retrying() -> Retrying:
    """Return the attempts at one piece of work: about a minute and a half in all, then the last error."""
    return Retrying(
        retry=retry_if_exception(may_pass),
        stop=stop_after_attempt(ATTEMPTS),
        wait=wait_random_exponential(multiplier=0.25, max=LONGEST_WAIT_SECONDS),
        reraise=True,
    )


def may_pass(error: BaseException) -> bool:
    """Tell whether the same work may succeed a little later."""
    if isinstance(error, ChangedUnderneathError):
        return True
    if not isinstance(error, DBAPIError):
        return False
    if has_no_room(error):
        return False
    said = str(error.orig).lower()
    if not _HOPELESS.isdisjoint(error_codes_of(error)) or any(words in said for words in _HOPELESS_WORDS):
        return False
    return error.connection_invalidated or isinstance(error, OperationalError | InterfaceError)
