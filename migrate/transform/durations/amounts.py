"""A quantity and its unit become an amount; what is said about it is kept with it."""

from dataclasses import replace
from decimal import Decimal

from migrate.rulebook.durations import DurationPolicy
from migrate.transform.durations.items import Item
from migrate.transform.durations.numbers import HALF
from migrate.transform.durations.rewrite import rule

CLASSES = {
    "hour": "H", "minute": "H", "second": "H", "unsure_minute": "H",
    "day": "D", "half_day": "D", "week": "W", "fortnight": "W",
}  # fmt: skip
MINUTES_IN_AN_HOUR = 60
ONE = Decimal(1)
EARLIEST = 6  # no course begins earlier in the day


def read_amount(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """2 days, 2-3 hours, half an hour, 2 half days, an hour."""
    unit = items[-1]
    low, high, parts = _quantity(items[:-1])
    return [_amount(items, unit, low, high, parts, policy)]


def _quantity(items: list[Item]) -> tuple[Decimal, Decimal, list[Item]]:
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


def _amount(
    items: list[Item], unit: Item, low: Decimal, high: Decimal, parts: list[Item], policy: DurationPolicy
) -> Item:
    name = unit.unit
    codes = frozenset().union(*(item.codes for item in items))
    if low != high:
        codes |= {"range" if low < high else "ambiguous"}
    if any(item.kind == "q" for item in items[:-1]) or (items[-2:-1] and items[-2].kind == "+"):
        codes |= {"approximate"}
    if unit.codes and "misspelt" in unit.codes and unit.candidates:
        codes |= {"ambiguous"}
    if not parts and not any(item.kind == "a" for item in items):
        codes |= {"alone"}
    half = bool(parts) and parts[-1].low == HALF and name == "day"
    found = Item(
        CLASSES.get(name, "E"), " ".join(item.text for item in items if item.text), low, high, name, codes,
        is_plural=unit.is_plural, after_space=items[0].after_space, is_word=half,
        languages=_languages(items),
    )  # fmt: skip
    if name == "unsure_minute":
        found.unit = "minute"
        found.coded("unsure")
    if name == "hour" and any(_may_be_minutes(part, policy) for part in parts):
        found.coded("ambiguous", "minutes")
    return found


def _languages(items: list[Item]) -> frozenset[str]:
    """Return "foreign" where a word that carries the amount is not English."""
    told = [item.languages for item in items if item.languages and item.kind in "ufyndhsAG"]
    return frozenset({"foreign"}) if any("en" not in languages for languages in told) else frozenset()


def _may_be_minutes(part: Item, policy: DurationPolicy) -> bool:
    figures = part.text.replace(",", ".").partition(".")[2]
    return not part.is_word and figures in policy.decimal_minutes


def read_whole_unit(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """A word or an ISO part that is an amount by itself: kwartier, PT7H."""
    item, times = items[-1], items[0].low if items[0].kind == "n" else ONE
    found = replace(item, kind=CLASSES.get(item.unit, "E"), languages=_languages(items))
    found.low, found.high = item.low * times, item.high * times
    return [found]


def read_and_a_half(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """An hour and a half, 2 days and a half, 2時間半."""
    amount, fraction = items[0], items[-1]
    if amount.kind == "u":
        amount = _amount(items[:1], amount, ONE, ONE, [], policy)
    if amount.low != amount.high or amount.low % 1 or not 0 < fraction.low < 1:
        return None
    if len(items) == 2 and not _languages([fraction]):  # noqa: PLR2004 - 2 hours half is nobody's English
        return None
    amount.low = amount.high = amount.low + fraction.low
    amount.languages |= _languages([fraction])
    amount.text = f"{amount.text} {fraction.text}"
    return [amount]


def read_misspelt(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """2 housr: a word after a quantity that is a slip away from a unit."""
    from migrate.transform.durations.vocabulary import vocabulary

    words = vocabulary(policy.languages).corrected(items[-1].text)
    if not words:
        return None
    units = {word.unit for word in words}
    word = next((word for word in words if not word.is_foreign), next(iter(words)))
    typed = items[-1]
    found = Item(
        "u",
        typed.text,
        unit=word.unit,
        codes=frozenset({"misspelt"}),
        is_plural=True,
        languages=word.languages,
    )
    if len(units) > 1:
        found.coded("ambiguous")
    return [*items[:-1], found]


def read_unknown_adjective(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """3 intensive days: a word nobody knows between a number and its unit."""
    number, word, unit = items[0], items[-2], items[-1]
    if not unit.is_plural or number.low == 1 or word.codes or len(word.text) < 3:  # noqa: PLR2004
        return None
    return [word, *(read_amount([number, unit], policy) or ())]


def read_unit_alone(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """Day is one day; days is a vague amount; min beside an amount is minimum."""
    unit = items[0]
    if unit.is_plural or unit.unit in {"second", "unsure_minute"} or len(unit.text) < 2:  # noqa: PLR2004
        return [
            replace(
                unit, kind="G", codes=frozenset({"vague"}) if len(unit.text) > 1 else frozenset({"letter"})
            )
        ]
    found = _amount(items, unit, ONE, ONE, [], policy)
    return [found.coded("alone")]


def read_times_unit(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """2 x mornings, 2 x full days: so many of the unit."""
    return read_amount([items[0], items[-1]], policy)


def read_clock_rate(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """9am-5pm each day says no more than the clock range; 7-9pm weekly is a rate."""
    clock, unit = items[0], items[-1]
    if unit.unit == "day":
        return [clock]
    return [replace(clock, kind="R", dates="H", unit="hour", per=unit.unit)]


def read_vague(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """A few hours, several days, some weeks."""
    return [replace(items[-1], kind="G", codes=frozenset({"vague"}), is_plural=True)]


def read_sessions(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """10 evenings, an evening, evening sessions, 2-3 lectures."""
    last = items[-1]
    low, high, parts = _quantity([item for item in items[:-1] if item.kind in "nf-t|"])
    counted = bool(parts) or items[0].kind == "a" or not last.is_plural
    codes = frozenset().union(*(item.codes for item in items if item.kind != "s"))
    if low != high:
        codes |= {"range"}
    found = replace(last, kind="S", low=low, high=high, codes=codes, languages=_languages(items))
    found.is_plural, found.text = not counted, " ".join(item.text for item in items)
    found.is_word = bool(parts)
    if any(item.kind == "g" for item in items):
        found.is_plural = True
    return [found]


def read_credits(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """10 CPD points, CEUs: 2, credits."""
    number = next((item for item in items if item.kind == "n"), None)
    unit = next(item for item in items if item.kind == "c")
    low = number.low if number else Decimal(0)
    return [replace(unit, kind="C", low=low, high=low, is_plural=number is not None)]


def read_label_first(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """Hours: 6, Duration (days) = 2, days - 3: the unit comes first, as on a form."""
    unit = next(item for item in items if item.kind == "u")
    if not unit.is_plural and not any(item.kind in ":=(" for item in items):
        return None
    numbers = [item for item in items if item.kind in "nf-"]
    while numbers and numbers[0].kind == "-":
        numbers.pop(0)
    return read_amount([*numbers, unit], policy)


def read_numbered(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """Day 1, week 3: which one it was, not how many there were."""
    if (
        items[0].is_plural
        or items[0].unit in {"hour", "minute", "second"}
        or items[1].is_word
        or len(items[0].text) < 3
    ):  # noqa: PLR2004
        return None
    return [Item("w", items[0].text)]


def read_label(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """Module 2, session 1: which one it was."""
    return None if items[0].is_plural or items[-1].is_word else [Item("w", items[0].text)]


def read_falling_label(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """Guilds 2391 - 5 days: a number after a name that is no lower end of a range."""
    return [Item("w", items[0].text), *items[2:]] if items[1].low > items[3].low else None


def read_one_after(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """The Arabic one follows its unit."""
    if "ar" not in items[1].languages or items[1].low != 1:
        return None
    return read_amount([items[1], items[0]], policy)


def read_short_minutes(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """2h30, 2 hrs 30, 1 hour and fifteen: minutes without a unit after hours."""
    hours, number = items[0], items[-1]
    if hours.unit != "hour" or hours.low % 1 or hours.low != hours.high or number.low % 1:
        return None
    if (
        not 0 < number.low < MINUTES_IN_AN_HOUR
        or (not number.is_word and len(number.text) > 2)
        or hours.codes & {"minutes", "alone"}
    ):  # noqa: PLR2004
        return None
    minutes = number.low * policy.unit_hours["minute"]  # type: ignore[operator]
    hours.low = hours.high = hours.low + minutes
    hours.codes |= number.codes
    return [hours]


def read_compound(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """1 hr 15 min, 32 m 1 s: hours, minutes and seconds falling are one amount."""
    parts = [item for item in items if item.kind == "H"]
    parts = [_sure(part, parts[:place], parts[place + 1 :]) for place, part in enumerate(parts)]
    hours = [policy.unit_hours[part.unit] or ONE for part in parts]
    falling = all(
        after < before and part.low * after < before
        for part, before, after in zip(parts[1:], hours, hours[1:], strict=False)
    )
    if not falling or any(part.low != part.high or part.codes & {"range", "clock-style"} for part in parts):
        return None
    total = sum((part.low * hour for part, hour in zip(parts, hours, strict=True)), Decimal(0))
    whole = replace(parts[0], low=total, high=total, unit="hour", text=" ".join(item.text for item in items))
    whole.codes = frozenset().union(*(part.codes for part in parts))
    whole.languages = frozenset().union(*(part.languages for part in parts))
    whole.after_space = items[0].after_space
    return [whole]


def _sure(part: Item, before: list[Item], after: list[Item]) -> Item:
    settled = (before and before[-1].unit == "hour") or (after and after[0].unit == "second")
    return replace(part, codes=part.codes - {"unsure"}) if settled else part


def read_adjacent_minutes(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """2h30 without a space is one amount, also where a dash follows: 2h30-3h."""
    if items[2].after_space or items[1].after_space or items[1].unit != "hour" or len(items[2].text) != 2:  # noqa: PLR2004
        return None
    hours = read_amount(items[:2], policy)
    return read_short_minutes([*hours, items[2]], policy) if hours else None


def read_range(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """2 hours to 3 hours, 30 mins - 1 hour, half a day to 1 day."""
    first, last = items[0], items[-1]
    low, high = (policy.unit_hours.get(item.unit) for item in (first, last))
    if first.kind == "E" or last.kind == "E" or low is None or high is None:
        return (
            [replace(last, codes=first.codes | last.codes | {"range"})]
            if first.kind == last.kind == "E"
            else None
        )
    if first.kind != "H" and last.kind == "H":
        return None  # 1 day - 8 hours: the hours of that day
    dash = any(item.kind == "-" for item in items[1:-1])
    if first.codes & {"approximate"} or first.low * low >= last.high * high:
        return (
            None if dash or first.unit != last.unit else [replace(first, codes=first.codes | {"ambiguous"})]
        )
    found = replace(first, codes=first.codes | last.codes | {"range"})
    found.high = last.high * high / low
    if " " not in first.text and "h" in first.text.strip("h") and first.low >= EARLIEST:
        found.coded("ambiguous")  # 9h30-16h30 are times of day in French
    return [found]


def read_approximate(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """About 3 days, 20 hours minimum, up to 10 sessions."""
    found = next(item for item in items if item.kind not in "q-:(.,oa=T")
    found.is_total = found.is_total or any(item.kind == "T" for item in items)
    return [found.coded("approximate")]


def read_minimum(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """Min beside an amount is minimum, not a minute."""
    if items[0].unit != "minute" or items[0].text not in {"min", "mini"}:
        return None
    return [replace(items[0], kind="q")]


def read_total(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """Total 14 hours, 14 hours in total."""
    found = next(item for item in items if item.kind in "HDWE")
    found.is_total = True
    return [found]


def read_plus(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """20 hours+."""
    return [items[0].coded("approximate"), *items[2:]]


def read_of_sessions(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """2 hour lecture is an amount; 3 2-hour lectures a product; 2 hour lectures nobody can count."""
    amount = next(item for item in items if item.kind in "HDW")
    count = items[0] if items[0].kind == "n" else None
    amount.text = " ".join(item.text for item in items[1 if count else 0 :])
    if not items[-1].is_plural or any(item.kind == "o" for item in items) or amount.is_word:
        return items[:1] + [amount] if count else [amount]
    each = replace(amount, kind="U", per=amount.kind)
    return [count, Item("x"), each] if count else [each]


def read_rate(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """2 hours a day, 2 hrs/wk, 1 evening per week, 2 hours weekly, daily 2 hours."""
    amount = next(item for item in items if item.kind in "HDWES")
    unit = next((item for item in items if item.kind in "urs" and item is not amount), None)
    found = replace(amount, kind="R", dates=amount.kind, per=unit.unit if unit else "week")
    found.languages = amount.languages | (_languages([replace(unit, kind="u")]) if unit else frozenset())
    found.text = " ".join(item.text for item in items)
    return [found]


def read_each(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """2 hrs each."""
    return [replace(items[0], kind="Q", per=items[0].kind)]


def read_over(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """Over 20 hours, with no amount before it, is a lower limit and not a span."""
    place = next(place for place, item in enumerate(items) if item.kind == "v")
    if items[place].text == "over":
        items[-1].coded("approximate")
    return [*items[:place], items[-1]]


_QUANTITY = r"(?:B?[nf][-t|][nf]|B[nf]\+[nf]|nan|a*n(?:-?f)?o?|a*f-?o?-?a?)"
_X = "[HDWE]"
AMOUNT_RULES = (  # figures and fractions first, then rates, since the a of "2 hours a day" is no number
    rule(r"s[:.]?n(?=[n,:(\-]|$)", read_label),
    rule(r"[wL]n-n", read_falling_label),
    rule(r"[nf]-?w", read_misspelt),
    rule(r"(?<![nfayx(])u[-.]?n(?:\+n)*(?![-ux(])", read_numbered),
    rule(r"^(?:[gTL]\.?)?o?\(?u\)?[:=\-(]*(?:[nf]-)?(?:n|f)\)?$", read_label_first),
    rule(r"[an]?A", read_whole_unit),
    rule(r"un(?!u)", read_one_after),
    rule(r"nun(?![-+]?[ufsn])", read_adjacent_minutes),
    rule(r"nwu", read_unknown_adjective),
    rule(rf"{_QUANTITY}(?:[q+]|-)?-?y?-?u", read_amount),
    rule(r"nxy?-?u", read_times_unit),
    rule(r"n\(u\)", lambda items, policy: read_amount([items[0], items[2]], policy)),
    rule(r"(?:ga?o?|ao?g)y?u", read_vague),
    rule(r"(?<![HDWESusprn/)(])(?:a*y|a+)-?u", read_amount),
    rule(r"B[HDW]\+[HDW]", read_range),
    rule(rf"(?:{_X}|(?<![pa/])u)\+a?f(?!o?[au])|{_X}f(?!o?[au])", read_and_a_half),
    rule(r"H\+?n(?![-\w(/|%])|Hn(?=[-(H])", read_short_minutes),
    rule(r"H(?:[,+]?H)+(?![,(]?[blp])", read_compound),
    rule(r"(?<!n)[HDW]os+|n?(?<!s)[HDW]-?s+", read_of_sessions),
    rule(r"(?:B?n[-t|]n|a*n)-?r?y?s+", read_sessions),
    rule(r"K,?(?:[pa]u|r)", read_clock_rate),
    rule(r"[HDWES](?:,?[pa]|/|\(?p)[us]\)?|[HDWES],?r|[HDWES]p2", read_rate),
    rule(r"r[:,]?[HDWS](?!s)|pu[,:]?[HDWS]", read_rate),
    rule(r"[HDW],?p(?!o)", read_each),
    rule(rf"{_X}(?:[-t]|tq)?[-tq]{_X}", read_range),
    rule(r"c[:=]*n|n-?c|ga?o?c|c", read_credits),
    rule(r"(?:ga?o?|ao?g)?(?:a|y)*s+", read_sessions),
    rule(r"u(?=[:.(]*[qn]?[HDW])|(?<=[HDW])u", read_minimum),
    rule(r"(?<![pa/])u", read_unit_alone),
    rule(r"^[^HDWESRKUn]*v[HDW]", read_over),
    rule(r"q[-:(.]*[oaT=]*[HDWESRKCUQn]", read_approximate),
    rule(r"[HDWEUSR][,(.]?q", read_approximate),
    rule(r"[HDWE]\+$", read_plus),
    rule(r"T[:=\-(,]*o?[HDW]|[HDW][,(]?T(?![:=\-(]*o?[HDW])", read_total),
)
