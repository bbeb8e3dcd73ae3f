"""A quantity and its unit become an amount; what is said about it is kept with it."""

from dataclasses import replace
from decimal import Decimal

from migrate.rulebook.durations import DurationPolicy
from migrate.transform.durations.calendar_days import is_year
from migrate.transform.durations.items import NO_CODES, Item
from migrate.transform.durations.numbers import HALF, may_be_two_amounts
from migrate.transform.durations.vocabulary import vocabulary

CLASSES = {
    "hour": "H", "minute": "H", "second": "H", "unsure_minute": "H",
    "day": "D", "half_day": "D", "week": "W", "fortnight": "W",
}  # fmt: skip
MINUTES_IN_AN_HOUR = 60
ONE = Decimal(1)
_FORMS = (["hour", "minute"], ["day", "hour"], ["hour", "day"], ["week", "day"], ["week", "hour"])
FOREIGN = frozenset({"foreign"})


def read_amount(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """2 days, 2-3 hours, half an hour, 2 half days, an hour."""
    unit = items[-1]
    low, high, parts = quantity(items[:-1])
    found = make_amount(items, unit, low, high, parts, policy)
    is_doubtful = _may_be_no_count(unit, low, parts, policy) or (
        low < high
        and (
            _may_be_times(unit, low, high, policy)
            or _may_be_hours_and_minutes(items, low, high, policy)
            or _may_be_number_of_name(parts, items, policy)
        )
    )
    return [found.coded("ambiguous") if is_doubtful else found]


def _may_be_no_count(unit: Item, low: Decimal, parts: list[Item], policy: DurationPolicy) -> bool:
    """Say whether a number is too high for days in the singular: 121 half day is one-to-one."""
    if CLASSES.get(unit.unit) != "D" or unit.is_plural or len(unit.text) == 1:
        return False
    is_plausible = low * (policy.unit_hours[unit.unit] or ONE) <= policy.max_hours
    return is_plausible and any(part.low > policy.doubts.counted_in_the_singular for part in parts)


def _may_be_hours_and_minutes(items: list[Item], low: Decimal, high: Decimal, policy: DurationPolicy) -> bool:
    """Say whether a dash may stand for a colon: 1-30 hrs; not 10-30 hrs."""
    is_joined = any(item.kind == "-" and not item.after_space for item in items)
    is_round = bool(high) and high in policy.clock.quarters
    return is_joined and is_round and items[-1].unit == "hour" and high >= low * policy.doubts.widest_range


def _may_be_number_of_name(numbers: list[Item], items: list[Item], policy: DurationPolicy) -> bool:
    """Say whether the first of two numbers may tell which it was: course 2 - 3 days; not course 2-3 days."""
    is_apart = any(item.kind == "-" and item.after_space for item in items)
    return is_apart and numbers[0].after_filler in vocabulary(policy.words).places["numbered_kind"]


def _may_be_times(unit: Item, low: Decimal, high: Decimal, policy: DurationPolicy) -> bool:
    """Say whether a range may be one of times of day: 9-12 morning, de 9 a 17 horas."""
    day = policy.clock.day
    if unit.unit == "half_day":
        return not unit.is_plural and low >= day.least
    is_oclock = unit.text in vocabulary(policy.words).places["oclock_unit"]
    return is_oclock and low in day and high in day and not low % 1


def quantity(items: list[Item]) -> tuple[Decimal, Decimal, list[Item]]:
    """Return the lower and the higher number that the items say, and the items that are numbers."""
    places = [place for place, item in enumerate(items) if item.kind in "nf"]
    parts = [items[place] for place in places]
    if not parts:
        return ONE, ONE, []
    if len(parts) == 2 and any(item.kind in "-t|+a" for item in items[places[0] + 1 : places[1]]):  # noqa: PLR2004
        return parts[0].low, parts[1].high, parts
    low = high = ONE
    for part in parts:
        low, high = low * part.low, high * part.high
    return low, high, parts


def size_of(amount: Item, policy: DurationPolicy) -> Decimal:
    """Return the hours of an amount, the fewer ones of a range; of what has no length, how many they are."""
    return amount.low * (policy.unit_hours[amount.unit] or ONE)


def most_of(amount: Item, policy: DurationPolicy) -> Decimal:
    """Return the same of the higher end of a range."""
    return amount.high * (policy.unit_hours[amount.unit] or ONE)


def make_amount(
    items: list[Item], unit: Item, low: Decimal, high: Decimal, parts: list[Item], policy: DurationPolicy
) -> Item:
    """Return the amount that a quantity and a unit make, with every code that they bring."""
    name = "minute" if unit.unit == "unsure_minute" else unit.unit
    kinds = "".join([item.kind for item in items])
    codes = NO_CODES.union(*[item.codes for item in items])
    if "thousands" in codes:
        likely = high * (policy.unit_hours[name] or 0) <= policy.max_hours
        codes, high = (codes | {"ambiguous"}, high) if likely else (codes, low)
    elif low != high:
        codes |= {"range" if low < high else "ambiguous"}
    if "q" in kinds or kinds.endswith("+u"):
        codes |= {"approximate"}
    if not parts and "a" not in kinds:
        codes |= {"alone"}
    half = bool(parts) and name == "day" and (parts[-1].low == HALF or "y" in kinds)
    found = Item(
        CLASSES.get(name, "E"), " ".join([item.text for item in items]), low, high, name, codes,
        unit.is_plural, items[0].after_space, half, languages=told_in(items),
        after_filler=items[0].after_filler, before_filler=items[-1].before_filler,
    )  # fmt: skip
    if half and parts[-1].low == HALF:
        found.is_half = True
        found.is_word = parts[-1].kind == "f"  # 0.5 day is a number of days
    if unit.unit == "unsure_minute":
        found.coded("unsure")
    if name == "hour" and any(_may_be_minutes(part, policy) for part in parts):
        found.coded("ambiguous", "minutes")
    elif name == "hour" and any(is_time_of_day(part) for part in parts):
        found.coded("ambiguous")
    return found


def told_in(items: list[Item]) -> frozenset[str]:
    """Return "foreign" where a word that carries the amount is not English."""
    for item in items:
        if item.languages and "en" not in item.languages and item.kind in "ufyndhsAG":
            return FOREIGN
    return NO_CODES


def _may_be_minutes(part: Item, policy: DurationPolicy) -> bool:
    figures = part.text.replace(",", ".").partition(".")[2]
    return not part.is_word and figures in policy.decimal_minutes


def is_time_of_day(number: Item) -> bool:
    """Say whether four figures begin with a nought, as no amount does: 0900 hrs."""
    return len(number.text) == 4 and number.text[0] == "0" and number.text.isdigit()  # noqa: PLR2004


def read_whole_unit(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """A word or an ISO part that is an amount by itself: kwartier, PT7H."""
    item, times = items[-1], items[0].low if items[0].kind == "n" else ONE
    found = replace(item, kind=CLASSES.get(item.unit, "E"), languages=told_in(items))
    found.low, found.high = item.low * times, item.high * times
    return [found]


def read_units_first(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """Hours: 2, Minutes: 30, as on a form; of Days 2 Hours 14 and Day 2, Hours 3 nobody can tell."""
    units, numbers = ([item for item in items if item.kind == kind] for kind in "un")
    names = [unit.unit for unit in units]
    if not units[-1].is_plural or names not in _FORMS:
        return None
    amounts = [read_amount([number, unit], policy) or [] for number, unit in zip(numbers, units, strict=True)]
    return [*amounts[0], *([] if names == _FORMS[0] else [Item("!")]), *amounts[1]]


def read_whole_units(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """Full days, all hours: how many nobody says, as of days alone; full day is one."""
    return [replace(items[-1], kind="G", codes=frozenset({"vague"}))] if items[-1].is_plural else None


def read_unit_alone(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """Day is one day; days is a vague amount; min beside an amount is minimum."""
    unit = items[0]
    if unit.text in vocabulary(policy.words).places["minimum"]:  # a day min: of a minute nobody speaks
        return [replace(unit, kind="q", unit="at_least")]
    if unit.is_plural or unit.unit in {"second", "unsure_minute"} or len(unit.text) < 2:  # noqa: PLR2004
        return [
            replace(
                unit, kind="G", codes=frozenset({"vague"}) if len(unit.text) > 1 else frozenset({"letter"})
            )
        ]
    found = make_amount(items, unit, ONE, ONE, [], policy)
    return [found.coded("alone")]


def read_hour_of_session(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """Lecture an hour and 45 minutes: how long it was; of lectures an hour it would say how many."""
    session, *hour = items
    found = None if session.is_plural or hour[-1].unit != "hour" else read_amount(hour, policy)
    return found and [session, *found]


def read_hours_before_clock(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """Hours: 9am-5pm, as on a form."""
    return [] if items[0].unit == "hour" and items[0].is_plural else None


def read_times_unit(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """2 x mornings, 2 x full days: so many of the unit."""
    return read_amount([items[0], items[-1]], policy)


def read_halves(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """Half days: how many, nobody says."""
    fraction, unit = items[0], items[-1]
    if not (fraction.is_word and unit.is_plural) or fraction.is_plural or unit.codes:
        return None
    return read_vague(items, policy)


def read_vague(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """A few hours, several days, some weeks."""
    return [replace(items[-1], kind="G", codes=frozenset({"vague"}), is_plural=True)]


def read_label_first(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """Hours: 6, Duration (days) = 2, days - 3: the unit comes first, as on a form."""
    place = next(place for place, item in enumerate(items) if item.kind == "u")
    unit, following = items[place], items[place + 1 :]
    marked = any(item.kind in ":=()" for item in following)
    if unit.unit == "half_day" and any(item.kind == "-" for item in following):
        return None  # morning (9-12)
    if not marked and (not unit.is_plural or items[0].kind == "v"):
        return None
    numbers = [item for item in items if item.kind in "nf-"]
    if sum(item.kind != "-" for item in numbers) > 1 and not marked:
        return [Item("w", unit.text)]  # days 1-3: which ones they were
    if any(is_year(item, policy.dates) for item in numbers):
        return None
    while numbers and numbers[0].kind == "-":
        numbers.pop(0)
    found = read_amount([*(item for item in items if item.kind == "q"), *numbers, unit], policy) or []
    if any(may_be_two_amounts(number, unit, policy) for number in numbers):  # days attended: 2/3
        found = [item.coded("ambiguous") for item in found]
    return found


def read_whole_or_half(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """Full or half day."""
    fraction, unit = items[2], items[-1]
    return [make_amount([unit], unit, fraction.low, ONE, [fraction], policy).coded("ambiguous")]


def read_whole_days_before(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """1 full and 1 half day: the unit of the second is the first's."""
    number, *_, plus = items
    count = number.low if number.kind == "n" else ONE
    day = Item("u", "day", unit="day")
    return [make_amount([number, day], day, count, count, [number], policy), plus]


def read_half_to_whole(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """Half to full day."""
    half, unit = items[0], items[-1]
    return None if unit.is_plural else [make_amount([half, unit], unit, half.low, ONE, [half], policy)]


def read_one_after(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """In Arabic the number one follows its unit."""
    if items[1].text not in vocabulary(policy.words).places["one_after"]:
        return None
    return read_amount([items[1], items[0]], policy)


def read_after_point(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """2.days: a point that stands for the space."""
    number, point, unit = items
    return None if point.after_space or unit.after_space else read_amount([number, unit], policy)


def read_in_brackets(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """3 (hours)."""
    return read_amount([items[0], items[2]], policy)


def read_number_range(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """2-3 x: a range of how often."""
    low, high, parts = quantity(items)
    codes = frozenset().union(*(part.codes for part in parts)) | {"range" if low < high else "ambiguous"}
    return [Item("n", " ".join(item.text for item in items), low, high, codes=codes, is_word=True)]
