"""One text to one duration."""

import re
from decimal import ROUND_HALF_UP, Decimal

from migrate.rulebook.durations import DurationPolicy
from migrate.transform.durations.duration import BLANK, Duration

_PLAIN = re.compile(r"(\d{1,6}(?:\.\d{1,6})?)\s*(hours?|days?|weeks?)")
_CODES = {"hour": "stated", "day": "assumed-day", "week": "assumed-week"}


def read_duration(text: str | None, policy: DurationPolicy) -> Duration:
    """Return what a text says in hours; any text is answered."""
    if text is None or not text.strip():
        return BLANK
    found = _PLAIN.fullmatch(text.strip().lower())
    if not found:
        return Duration(None, "not-understood", "warning", message=f"'{text}' was not understood.")
    unit = found[2].rstrip("s")
    each = policy.unit_hours[unit] or Decimal(0)
    hours = (Decimal(found[1]) * each).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return Duration(
        hours, _CODES[unit], policy.severities.get(_CODES[unit]), message=f"'{text}' was read as {hours} h."
    )
