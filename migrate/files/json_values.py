"""What JSON has no word for: amounts become numbers, days and moments their ISO text."""

from datetime import date, datetime
from decimal import Decimal


def plain(value: object) -> object:
    """Return a value as JSON takes it, for `json.dumps(…, default=plain)`."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(f"no JSON for {type(value).__name__}")
