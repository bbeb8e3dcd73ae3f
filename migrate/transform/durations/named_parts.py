"""Parts that have a name of their own: which are of the amount beside them, and which are more."""

import re
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

from migrate.rulebook.durations import DurationPolicy
from migrate.transform.durations.amounts import ONE, size_of
from migrate.transform.durations.calendar_days import is_year
from migrate.transform.durations.items import Item, signature
from migrate.transform.durations.not_counted import ASIDE
from migrate.transform.durations.unattended import MARKS
from migrate.transform.durations.vocabulary import vocabulary

_FALLING = frozenset({"HD", "HW", "DW"})  # an amount after a longer one


def read_included_part(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """2 days including 1 hour exam: no more than these; not 2 days including 2 hours travel."""
    whole, part = (item for item in items if item.kind in "HDW")
    are_of_days = part.kind == "H" != whole.kind  # 1 day including 6 hours online
    is_all = _fills(part, whole, policy) if are_of_days else size_of(part, policy) >= size_of(whole, policy)
    are_said_of_it = any(item.unit not in {"", MARKS, "unknown"} for item in items if item.kind == "w")
    return None if is_all or are_said_of_it else [whole, *(item for item in items if item.kind == "w")]


def read_named_hours(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """5 days (3 hour exam), 2 days classroom / 10 hours online: a part of them, or more.

    1 day (6 hour test) is all of it.
    """
    place = next(place for place, item in enumerate(items) if item.kind == "H")
    before, after = ([item for item in part if item.kind in "wL"] for part in (items[:place], items[place:]))
    is_part = (after or before)[-1].text in vocabulary(policy.words).places["examination"]
    if not (is_part or (before and after)) or _fills(items[place], items[0], policy):
        return None
    return [*items[: place + 1], Item("!")]


def read_exam_within(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """3 x 2 hours (exam 2 hrs): a part of them, or more."""
    word = next(item for item in items if item.kind == "w")
    return [Item("!", word.text)] if word.text in vocabulary(policy.words).places["examination"] else None


def read_named_parts(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """Theory 2 days / 6 hours, classroom 2 days - site 6 hours: two parts, unless the hours fill the days."""
    days = next(item for item in items if item.kind in "DW")
    hours = next(item for item in items if item.kind == "H")
    names = vocabulary(policy.words).places["part_name"]
    words = [item for item in items if item.kind == "w"]
    is_part = len(words) > 1 or any(item.text in names for item in words)
    return [*items[:-1], Item("!"), items[-1]] if is_part and not _fills(hours, days, policy) else None


def read_unit_unsaid(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """2 days onsite, 3 offsite: as likely as many days more; not 3 days training, 2 instructors or 1 exam."""
    number, word = next(item for item in items if item.kind == "n"), items[-1]
    places = vocabulary(policy.words).places
    is_thing = word.text.endswith("s") or word.text in places["people"] | places["examination"]
    is_known = word.unit not in {"", "unknown"} or is_year(number, policy.dates)
    return None if is_thing or is_known else [*items[:-1], Item("!", word.text)]


def read_unit_last(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """6 theory + 8 practical hours: as likely hours of both; not 5 sites, 2 full days."""
    number, word, unit = items[0], next(item for item in items if item.kind == "w"), items[-1]
    is_named = items[-2].kind == "w" or bool(unit.after_filler)
    is_known = word.unit != "" or is_year(number, policy.dates)
    is_thing = word.text.endswith("s") or word.text in vocabulary(policy.words).places["people"]
    if number.is_word or is_known or is_thing or not (is_named and (unit.is_plural or number.low > 1)):
        return None
    return [Item("!", word.text), *items[items.index(word) + 1 :]]


def read_semicolons(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """2 days theory; 1 day practical: as with a comma; after a full stop one may be of the other."""
    are_signs = all(item.text == ";" for item in items if item.kind == ";")
    return [Item(",") if item.kind == ";" else item for item in items] if are_signs else None


def read_listed_name(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """2 days; exam - 3 hours: the dash parts a name from its length.

    Of course: 2 days; CPD: 12 hours the hours are all.
    """
    name, last = items[:-2], items[-1]
    first = next(item for item in items if item.kind in "HDW")
    is_all = last.kind == "H" != first.kind and _fills(last, first, policy)
    if is_all or not any(item.kind in "wL" for item in items):
        return None
    return [*(Item(",") if item.kind in ";." else item for item in name), last]


def read_named_list(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """First Aid: 1 day Asbestos: 2 hours: each has a name before it, and they fall as 1 day 2 hours does.

    Of UK: 3 days USA: 5 days nobody can tell, nor after a dash, Revit - 3 days London - 2 hours, nor of
    travel, a renewal or hours that fill the days.
    """
    amounts = [item for item in items if item.kind in "HDW"]
    first, *others = amounts
    may_be_theirs = first.kind != "H" and any(
        item.kind == "H" and _fills(item, first, policy) for item in others
    )
    falls = all(after.kind + before.kind in _FALLING for before, after in pairwise(amounts))
    is_list = falls or _are_parts_of_all(items, policy)
    is_doubtful = may_be_theirs or any(item.kind == "-" for item in items) or _are_no_parts(items)
    joining = "," if is_list and not is_doubtful else "!"
    begin = items.index(first)
    return [*items[:begin], *(Item(joining) if item.kind in ":-" else item for item in items[begin:])]


def _are_parts_of_all(items: list[Item], policy: DurationPolicy) -> bool:
    """Part I: 2 days Part II: 3 days."""
    words = {items[name.start()].text for name in re.finditer(r"[wL]+(?=[:-])", signature(items))}
    return len(words) == 1 and words <= vocabulary(policy.words).places["part_of_all"]


def _are_no_parts(items: list[Item]) -> bool:
    """Travel: 2 days Theory: 1 day; Initial: 3 days Renewal: 1 day; not Travel planning: 2 days."""
    names = re.finditer(r"[wL]+(?=[:-])", signature(items))
    alone = [items[name.start()] for name in names if name.end() - name.start() == 1]
    return any(word.unit == ASIDE for word in alone) or any(item.unit == "renewal" for item in items)


def read_after_bracket(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """Classroom (2 days), 3 hours online: another part, where a comma joins it; without one nobody can tell.

    Nor can anybody of course (2 days), 2 days online. Course (2 days) - 14 hours, course (1 week), 5 days and
    course (2 days): 1 day theory, 1 day practical say all of it again.
    """
    at, following, *_ = (place for place, item in enumerate(items) if item.kind in "HDW")
    first, between, rest = items[at], items[at + 1 : following], items[following:]
    words = [item for item in between if item.kind in "wL"]
    has_name = signature(between).rstrip("(")[-1:] in ("w", "L", "S")
    is_said_again = size_of(first, policy) == size_of(rest[0], policy) and not has_name
    is_bare = first.unit != rest[0].unit and not (has_name or any(item.kind in "wL" for item in rest))
    if _says_all(rest, first, policy) or (is_bare and (is_said_again or first.kind == "W")):
        return None
    is_joined = any(item.kind in ",;" for item in between) and not is_said_again
    return [first, Item("," if is_joined else "!"), *words, *(item for item in rest if item.kind not in "()")]


def _says_all(parts: list[Item], whole: Item, policy: DurationPolicy) -> bool:
    """Say whether parts come to the whole before them, or are as many hours as its days have."""
    amounts = [item for item in parts if item.kind in "HDW"]
    size = sum((size_of(item, policy) for item in amounts), Decimal(0))
    are_hours = whole.kind != "H" and all(item.kind == "H" for item in amounts)
    is_sum = len(amounts) > 1 and size == size_of(whole, policy)
    return is_sum or (are_hours and _fill(size, size_of(whole, policy), policy))


def read_after_slash(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """3 days / Leeds, 2 hours online: the slash parts nothing from the hours, unless they fill the days."""
    days, hours = items[0], items[-1]
    return None if _fills(hours, days, policy) else [days, Item("!"), hours]


def read_at_event(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """2 hour talk at 3 day conference: a part of it; not 2 hours @ 3 days."""
    is_event = any(item.text in vocabulary(policy.words).places["at_event"] for item in items)
    return [items[0], Item("!"), items[-1]] if is_event else None


def read_total_after(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """1 day theory and practical (7 hours): those of the day; 1 day + exam (1 hour) is both.

    Of 1 day lecture and site visit (4 hours) nobody can tell, nor of what a comma joins.
    """
    days, sign, hours = items[0], items[-2], items[-1]
    known = vocabulary(policy.words)
    sessions = (item for item in items if item.kind == "S")
    if any(item.is_plural or item.is_word or known.has_part_of_day(item.text) for item in sessions):
        return None
    if _fills(hours, days, policy) and sign.kind != ",":
        return [days, sign, hours]
    least = policy.doubts.length_of_day.least
    if size_of(hours, policy) * policy.hours_per_day < size_of(days, policy) * least:
        return None
    both = replace(hours, low=hours.low + size_of(days, policy) / (policy.unit_hours[hours.unit] or ONE))
    return [hours, Item("|"), both]


def _fills(hours: Item, days: Item, policy: DurationPolicy) -> bool:
    """Say whether hours are as many as the days beside them have."""
    return _fill(size_of(hours, policy), size_of(days, policy), policy)


def _fill(hours: Decimal, days: Decimal, policy: DurationPolicy) -> bool:
    return hours * policy.hours_per_day >= days * policy.doubts.part_of_day_below
