"""Moments as the ledger keeps them: UTC, without a zone."""

from datetime import UTC, datetime


def in_utc(moment: datetime) -> datetime:
    """Return a moment with a zone as the ledger keeps it. Raises OverflowError where UTC has no such year."""
    return moment.astimezone(UTC).replace(tzinfo=None)


def now() -> datetime:
    """Return this moment as the ledger keeps it."""
    return in_utc(datetime.now(UTC))
