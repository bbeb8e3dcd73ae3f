"""The policy's last word on a reading: rounding, limits, the gravest code, and words for a support desk."""

from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from migrate.rulebook.durations import DurationPolicy
from migrate.transform.durations.duration import Duration
from migrate.transform.durations.reading import Reading, blank

CENTI = Decimal("0.01")
MAY_BE = "; it may be "
_LONGEST_QUOTE = 60


def judge(text: str, reading: Reading, policy: DurationPolicy) -> Duration:
    """Return the duration of a reading, with one code; the other codes are its assumptions."""
    if reading.hours is not None and reading.hours > policy.max_hours:
        reading = blank("implausible")
    hours = None if reading.hours is None else _rounded(reading.hours)
    codes = set(reading.codes)
    if hours == 0:
        codes.add("zero")
    ranked = sorted(codes & policy.rank.keys(), key=policy.rank.__getitem__)
    code = ranked[0] if ranked else "stated"
    candidates = () if hours is not None else _readings(reading, policy)
    return Duration(
        hours,
        code,
        policy.severities.get(code),
        tuple(ranked[1:]),
        candidates,
        _message(text, hours, ranked, candidates, policy),
    )


def _readings(reading: Reading, policy: DurationPolicy) -> tuple[Decimal, ...]:
    """Return what may be chosen: more hours than the policy's most could not be saved."""
    possible = (found for found in reading.candidates if 0 <= found <= policy.max_hours)
    return tuple(dict.fromkeys(map(_rounded, possible)))


def _rounded(hours: Decimal) -> Decimal:
    # A third of an hour has no end in decimals, so what is nearly a half is made one before it is rounded up.
    return round(hours, 12).quantize(CENTI, ROUND_HALF_UP)


def _message(
    text: str,
    hours: Decimal | None,
    codes: list[str],
    candidates: tuple[Decimal, ...],
    policy: DurationPolicy,
) -> str:
    quoted = text if len(text) <= _LONGEST_QUOTE else f"{text[:_LONGEST_QUOTE]}…"
    if hours is not None:
        reasons = "; ".join(_reason(code, policy) for code in codes)
        return f"'{quoted}' was read as {plain(hours)} h{': ' if reasons else '.'}{reasons}"
    readings = f"{MAY_BE}{' or '.join(f'{plain(found)} h' for found in candidates)}" if candidates else ""
    return f"'{quoted}' was left blank: {_reason(codes[0], policy)}{readings}"


def _reason(code: str, policy: DurationPolicy) -> str:
    return _reasons(policy.hours_per_day, policy.days_per_week, policy.max_hours).get(code, code)


@lru_cache(maxsize=8)
def _reasons(hours_per_day: Decimal, days_per_week: Decimal, max_hours: Decimal) -> dict[str, str]:
    figures = {
        "hours_per_day": plain(hours_per_day),
        "days_per_week": plain(days_per_week),
        "max_hours": plain(max_hours),
    }
    return {code: words.format_map(figures) for code, words in REASONS.items()}


def plain(hours: Decimal) -> str:
    """Return a number without idle noughts."""
    return f"{hours.normalize():f}"


REASONS = {
    "invalid": "a sign stands before the amount",
    "implausible": "it comes to more than {max_hours} h",
    "zero": "that is no time at all",
    "ambiguous": "there is more than one reading",
    "elapsed-time": "it says how long it went on, not how many hours it took",
    "vague": "it names no definite amount",
    "unknown-length": "it does not say how long each was, or how many there were",
    "credits": "credits and points are not hours",
    "date-not-duration": "it is a date and not a duration",
    "no-unit": "the number has no unit",
    "not-understood": "no amount of time was found in it",
    "conflicting-totals": "the total differs from its parts",
    "misspelt": "the unit is misspelt",
    "range": "the lower amount of the range",
    "approximate": "the amount is approximate",
    "from-dates": "the days of the dates, {hours_per_day} h a day",
    "part-time": "part time, and no hours are given",
    "assumed-week": "{days_per_week} days a week, {hours_per_day} h a day",
    "not-stated": "it says that no duration is given",
    "mojibake": "damaged characters were repaired",
    "stated-hours": "the hours that are stated",
    "repeated": "one part times their number",
    "clock-range": "from the start to the end time",
    "clock-style": "hours and minutes",
    "sum": "the sum of the amounts",
    "comma-decimal": "the comma is a decimal sign",
    "language": "it is not in English",
    "assumed-day": "{hours_per_day} h a day",
    "extra-text": "other words were passed over",
}
