"""The policy's last word on a reading: rounding, limits, the gravest code, and words for a support desk."""

from decimal import ROUND_HALF_UP, Decimal

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
    return policy.reasons.get(code, code)


def plain(hours: Decimal) -> str:
    """Return a number without trailing zeros."""
    return f"{hours.normalize():f}"
