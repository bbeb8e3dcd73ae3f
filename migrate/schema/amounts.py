"""Which texts are an amount, such as hours: a user of SQLite's v3 may have written a word, or NaN."""

from decimal import Decimal, InvalidOperation


def amount_in(text: str | None) -> Decimal | None:
    """Return the amount that a text says; None where it says none, or no finite one."""
    try:
        amount = Decimal(text or "NaN")
    except InvalidOperation:
        return None
    return amount if amount.is_finite() else None
