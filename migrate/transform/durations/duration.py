"""What reading a text gives: hours or none, the reason, and what was assumed."""

from dataclasses import dataclass
from decimal import Decimal

from migrate.rulebook.anomalies import Severity


@dataclass(frozen=True, slots=True)
class Duration:
    """One text's answer: `hours` (two places, half up) or None, and why."""

    hours: Decimal | None
    code: str
    severity: Severity | None = None
    assumptions: tuple[str, ...] = ()
    candidates: tuple[Decimal, ...] = ()
    message: str = ""


BLANK = Duration(None, "blank", message="There was nothing to read.")
