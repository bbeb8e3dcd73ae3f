"""The amounts of a text in a row, what stands between them, and the shape that they have together."""

import re
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise

from migrate.errors import ConfigurationError
from migrate.rulebook.durations import DurationPolicy, Words
from migrate.transform.durations.calendar_days import is_year
from migrate.transform.durations.items import Item, signature
from migrate.transform.durations.labels import is_day_letter, is_dimension
from migrate.transform.durations.rates import read_by, read_counted_word
from migrate.transform.durations.reading import (
    LEAVES_BLANK,
    Reading,
    Scene,
    blank,
    exceeds_full_time,
    hours_of,
    read_one,
)
from migrate.transform.durations.rewrite import rule
from migrate.transform.durations.said_beside import read_but
from migrate.transform.durations.shapes import SHAPES, beside_clock, total
from migrate.transform.durations.vocabulary import vocabulary

AMOUNTS = frozenset("HDWEGSUQRKZCN!")
LENGTHS = frozenset("HDWEGSUQRKZ")  # beside one of them credits and single dates say nothing more
_LENGTHS_BUT_SESSIONS = frozenset("HDWEUQRKZ")
SIGNS = "|x+vj=o/(-,:lib;_"  # what stands between amounts, the strongest first
_SPELT = {kind: kind for kind in AMOUNTS | set(SIGNS)}
_SPELT |= {"t": "-", ")": ")", ".": ";", "w": "_", "L": "_", **dict.fromkeys("nfdh", "N")}
_OUTER = "".join(sign for sign in SIGNS if sign not in "lib")
_RUN = re.compile(f"[{re.escape(SIGNS)}]{{2,}}")
_BRACKET = re.compile(r"\([^A-Z!()lib=]*\)")  # one that holds no amount
_AFTER_BRACKET = re.compile(  # no part of it: 12 hours (6 x 2 hours) + 1 day, 1 day (7 hours) x 2
    r"(?<=[HDW])(_*\([^()]*(?:[HDW]|K(?=\)_*x)))\)[_,]*[+,x](?=[_(]*[NHDW])"
)
_LISTED = re.compile(r"(?<=\([HDW])\)[_,;]*[,;][_,;]*\((?=[HDW])")  # Part 1 (2 days), Part 2 (2 days)
_TWO_PARTS = re.compile(r"(?<=([HDW]))(?:_+|\)_*)\((?=\1_*\)?[_,;]*$)")  # 1 day theory (1 day practical)
_OF_A_BREAK = re.compile(r"H[j_(]*b|b[-:,(]*H")
_OF_CREDITS = re.compile("Cx|xC")  # 15 credits x 10 hours: no length beside them
_NAMED_PARTS = re.compile(r"(?<=[HDW])[,;]_*-(?=[HDW])")  # theory - 1 day, practical - 1 day
_NAMED_FIRST = re.compile(r"[_,;-]*_-(?=[HDW])")
_ADDED_DAYS = re.compile(r"(?:^|[-,;:(])[HDW][wLsS]*\+[HDW]")  # and no name before them: AutoCAD 2D + 1 day
_JOINING = AMOUNTS | set("x+ol")
_LIST_OF_PARTS = re.compile(r"(?<=H)_+,(?=D)")  # 6 hours theory, 1 day practical
_COUNTING = {"DN": "N", "NW": "N", "DK": "D", "KS": "S", "KN": "N"}  # which of two counts the other
_STRENGTH = {sign: place for place, sign in enumerate(SIGNS)}


def _of_word(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """3 London offices; of 2 days - 15 - London nobody can tell."""
    return None if items[1].kind == "-" and items[1].after_space else [Item("w", items[0].text)]


def _counted_noun(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """6 topics x 2 hours: so many times, if the word is something that takes time."""
    return [Item("!", items[0].text), *items[1:-1]]


def _counted_people(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """2 x engineers 3 days: two of them, or two times three days."""
    is_people = items[-1].text in vocabulary(policy.words).places["people"]
    return [Item("!", items[-1].text)] if is_people else None


WORD_RULES = (  # last: numbers and units that belong to words
    rule(
        r"(?<=[wL])t(?=[wL])",
        lambda items, policy: [Item("w", items[0].text)],
        "2 days back to back, 10 hours",
    ),
    rule(r"nw(?=-?[HDW])|(?<=[HDW])wn(?!-?[a-zL])", read_by, "6 by 2 hrs"),
    rule(r"(?<=[HDWE])[-,;(]*wn|w(?=[HDWE])", read_but, "3 days but attended 2"),
    rule(r"[HDW]xn[wL]", read_counted_word, "1 day x 2 CDM"),
    rule(r"(?<!x)nw+[xo(](?=[HDW])", _counted_noun, "6 topics x 2 hours"),
    rule(r"^n-[wL]", lambda items, policy: [Item("w", items[0].text)], "1 - Revit training, 2 days"),
    rule(
        r"[wL][-:.#]?[nf](?![xo|])|[wL][-:.#]?O|L",
        lambda items, policy: [Item("w", items[0].text)],
        "BS 7671 3 days",
    ),
    rule(
        r"(?<!x)n(?![xo])",
        lambda items, policy: [Item("2", items[0].text)] if is_year(items[0], policy.dates) else None,
        "2 hours 2010",
    ),
    rule(r"f", lambda items, policy: [Item("w", items[0].text)] if items[0].low >= 1 else None, "5/4"),
    rule(r"(?<![a-zA-Z])nxw(?=[HDW])", _counted_people, "2 x engineers 3 days"),
    rule(r"(?<!x)[nf]-?w+", _of_word, "1 day, 3 London offices"),
    rule(
        r"[il]w*S",
        lambda items, policy: [Item("w", items[-1].text)] if items[-1].is_plural else None,
        "9.5 hours including live sessions",
    ),
)


def arranged(items: list[Item], policy: DurationPolicy) -> tuple[list[Item], str]:
    """Return the amounts of a text, and their kinds with the strongest sign between each two."""
    places = vocabulary(policy.words).places
    items = _without_labels(items, places["part_of_a_day"], places["shift"])
    spelt = [(_SPELT.get(item.kind, ""), item) for item in items]
    amounts = [item for kind, item in spelt if kind in AMOUNTS]
    sized = [item for item in amounts if is_dimension(item, policy)]
    if (
        any("ambiguous" in item.codes for item in sized)
        and any(item.kind in "HDWEK" and item not in sized for item in amounts)
        and not _are_days(items, sized, policy)
    ):
        # AutoCAD 3D 2 days: beside a length they are dimensions
        return arranged([Item("w", item.text) if item in sized else item for item in items], policy)
    for item in amounts:
        item.kind = _SPELT[item.kind]
    kinds = "".join([kind for kind, _ in spelt])
    lengths = [item for item in amounts if item.kind in "HDWE"]
    if len(lengths) > 1 and "K" not in kinds and _OF_A_BREAK.search(kinds):
        kinds += "!"  # 8 hours, 1 hour lunch: with it or without
        amounts.append(Item("!"))
    if "C" in kinds and not LENGTHS.isdisjoint(kinds) and not _OF_CREDITS.search(kinds):
        kinds = kinds.replace("C", "_")
        amounts = [item for item in amounts if item.kind != "C"]
    return amounts, _signed(kinds)


def _are_days(items: list[Item], sized: list[Item], policy: DurationPolicy) -> bool:
    """2d site + 1d, 2 hours classroom + 2d online; not 3D printing, 1d, nor 2D and 3D, 1d."""
    names = vocabulary(policy.words).places["drawn"]
    is_drawn = any(item in sized and after.text in names for item, after in pairwise(items))
    if is_drawn or len({item.text for item in sized}) > 1:
        return False
    is_first = items[0] in sized
    return (is_first and any(is_day_letter(item, policy) for item in items if item.kind == "D")) or (
        _ADDED_DAYS.search(signature(items)) is not None
    )


@lru_cache(maxsize=32768)
def _signed(kinds: str) -> str:
    """Return kinds with one sign between each two amounts; a break stays where a clock range may have it."""
    kinds = _LISTED.sub(",", _AFTER_BRACKET.sub(r"\1|", _BRACKET.sub("_", kinds)))
    kinds = _LIST_OF_PARTS.sub("+", _TWO_PARTS.sub("-", kinds).replace(")", "("))
    kinds = _NAMED_PARTS.sub(",", kinds) if _NAMED_FIRST.match(kinds) else kinds
    kinds = _RUN.sub(_strongest, kinds.strip(_OUTER))
    return kinds if "K" in kinds else _RUN.sub(_strongest, re.sub("[lib]", "_", kinds)).strip(SIGNS)


def _without_labels(items: list[Item], parts_of_a_day: frozenset[str], shifts: frozenset[str]) -> list[Item]:
    """Leave out what names the kind of event, where its length is given: Webinar, 2 hours."""
    lengths = [item for item in items if item.kind in _LENGTHS_BUT_SESSIONS]
    if not lengths and any(item.kind == "C" for item in items):  # 20 credit module
        return [Item(",") if item.kind == "S" and not item.is_word else item for item in items]
    if not lengths or (len(lengths) == 1 and not any(item.kind == "S" for item in items)):
        return items
    kept = []
    has_days = {item.kind for item in lengths} <= {"D", "W"}
    for place, item in enumerate(items):
        beside = items[max(place - 1, 0) : place + 2]
        is_label = item.kind == "S" and not item.is_word and not item.is_plural
        if item.kind == "S" and item.is_plural and has_days:
            is_label = item.text.rpartition(" ")[2] in shifts  # 2 days covering all shifts
        if is_label and {other.kind for other in lengths} == {"Z"}:
            is_label = parts_of_a_day.isdisjoint(item.text.split())  # evening of 3 & 4 May
        if "alone" in item.codes and place and items[place - 1].kind == "w" and not item.is_word:
            kept.append(Item("w", item.text))  # exam on the last day
            continue
        kept.append(Item(",") if is_label and not any(other.kind in "+|/" for other in beside) else item)
    return kept


def _strongest(found: "re.Match[str]") -> str:
    """Return one sign for a run of them; around a break every sign but the break's own is noise."""
    run = found[0]
    kept = "".join(sign for sign in run if sign in "lib")
    if kept and not any(sign in "|x+v" for sign in run):
        return kept
    return min(run, key=_STRENGTH.__getitem__)


@lru_cache(maxsize=8)
def _patterns(known: Words) -> tuple[tuple["re.Pattern[str]", str], ...]:
    shapes = known.shapes
    unknown = [shape.read for shape in shapes if shape.read not in SHAPES and shape.read not in NESTED]
    if unknown:
        raise ConfigurationError(f"rules/durations/shapes.yaml: nothing reads {', '.join(unknown)}")
    return tuple((re.compile(shape.pattern), shape.read) for shape in shapes)


@lru_cache(maxsize=4096)
def shape_of(kinds: str, known: Words) -> "tuple[str, re.Match[str]] | None":
    """Return the function that reads a signature and its match; None where no shape fits."""
    for pattern, read in _patterns(known):
        found = pattern.fullmatch(kinds)
        if found:
            return read, found
    return None


def read_arranged(amounts: list[Item], kinds: str, scene: Scene) -> Reading:
    """Return what the amounts say together: a stated total, their shape, or that nothing settles them."""
    if len(amounts) > scene.policy.max_amounts:
        return blank("ambiguous")
    stated = [item for item in amounts if item.is_total and item.kind in "HDWE"] if len(amounts) > 1 else []
    if len(stated) == 1 and _stands_alone(stated[0], amounts, kinds):
        whole, parts = _whole_and_parts(stated[0], amounts, scene)
        if whole < parts:  # 2 hours, 3 hours, 4 hours in total
            return blank("ambiguous", parts, whole)
        return total(stated[0], _without(stated[0], amounts, kinds, scene), scene)
    shape = shape_of(kinds, scene.policy.words)
    if shape is not None:
        read, found = shape
        nested = NESTED.get(read)
        reading = nested(amounts, found, scene) if nested else SHAPES[read](amounts, kinds, scene)
        if reading is not None:
            return reading
    return _unsettled(amounts, kinds, scene)


def _whole_and_parts(stated: Item, amounts: list[Item], scene: Scene) -> tuple[Decimal, Decimal]:
    """Return the hours of a total and the least that its parts need; of days, hours are half of them at most.

    12 hours, 2 days in total: they may be the hours of all the days.
    """
    whole = hours_of(stated, scene) or Decimal(0)
    least = {stated.kind: 1} if stated.kind == "H" else {stated.kind: 1, "H": 2}
    others = [item for item in amounts if item is not stated]
    return whole, sum(
        ((hours_of(item, scene) or Decimal(0)) * least.get(item.kind, 0) for item in others), Decimal(0)
    )


def _stands_alone(stated: Item, amounts: list[Item], kinds: str) -> bool:
    """Tell whether a total is stated beside its parts: in 6 x 2 hours in total it is all of them.

    Days in total leave the hours beside them: 12 hours over 2 days in total; total: 3 days (18 hours).
    """
    place = [at for at, kind in enumerate(kinds) if kind in AMOUNTS][amounts.index(stated)]
    before, after = kinds[:place][-1:], kinds[place + 1 :][:1]
    if "|" in kinds or not {before, after}.isdisjoint(_JOINING):
        return False
    if stated.kind == "H":
        return True
    kinds_beside = {item.kind for item in amounts}
    has_hours = "H" in kinds_beside and stated is not amounts[-1]
    is_said_otherwise = has_hours or not kinds_beside.isdisjoint("KRQ")  # 5 days total, 2 hours a day
    return not is_said_otherwise and {before, after}.isdisjoint("v/(")


def _without(stated: Item, amounts: list[Item], kinds: str, scene: Scene) -> Reading | None:
    """Read the parts beside a stated total."""
    place = amounts.index(stated)
    letters = [at for at, kind in enumerate(kinds) if kind in AMOUNTS]
    rest = (kinds[: letters[place]] + "," + kinds[letters[place] + 1 :]).strip(SIGNS)
    others = amounts[:place] + amounts[place + 1 :]
    parts = read_arranged(others, _RUN.sub(_strongest, rest), scene)
    return parts if parts.codes & {"repeated", "clock-range"} else None


def _total_of(amounts: list[Item], found: "re.Match[str]", scene: Scene) -> Reading | None:
    """40 hours (8 weeks, 5 hours per week), or the total last."""
    first = found[1] is not None
    parts = found[1] if first else found[2]
    stated, others = (amounts[0], amounts[1:]) if first else (amounts[-1], amounts[:-1])
    summed = read_arranged(others, parts.strip(SIGNS), scene)
    count = _count_beside(others)
    if count is not None and _is_each(stated, summed, count, scene):
        each = hours_of(stated, scene) or Decimal(0)
        return blank("ambiguous", each * count.low, each)  # 2 x 1 day (7 hours); 2 days 9am-5pm (7 hours)
    is_each = "!" in parts or "N" in parts or any(item.kind == "R" and item.of == "S" for item in others)
    if summed.hours is None and (is_each or not first or _is_within(stated, others, scene)):
        return None  # an evening a week, 2 hours; 2 hours, 3 days a week: the hours of each
    if "K" not in parts and _is_less(stated, summed, scene) and found[0][1 if first else -2] in ",;":
        return blank("ambiguous", hours_of(stated, scene), summed.hours)  # 2 hr lecture, 1 hr tutorial x 10
    read = beside_clock if "K" in parts else total
    return read(stated, summed, scene)


def _is_less(stated: Item, parts: Reading, scene: Scene) -> bool:
    """Tell whether a stated total is less than its parts, and thus may be another of them."""
    hours = hours_of(stated, scene)
    return hours is not None and parts.hours is not None and hours < parts.hours


def _is_within(stated: Item, parts: list[Item], scene: Scene) -> bool:
    """Tell whether a stated total is no more than once what a rate says."""
    rate, hours = parts[0], hours_of(stated, scene)
    once = hours_of(rate, scene) if rate.kind == "R" else None
    return hours is not None and once is not None and hours <= once


def _count_beside(parts: list[Item]) -> Item | None:
    """Return how often days or a clock range come: 2 x 1 day, 2 days 9am-5pm."""
    counting = _COUNTING.get("".join(sorted(item.kind for item in parts)), "!")
    return next((item for item in parts if item.kind == counting), None)


def _is_each(stated: Item, parts: Reading, count: Item, scene: Scene) -> bool:
    """Tell whether stated hours are nearer to those of one part than to those of all."""
    hours = hours_of(stated, scene)
    if hours is None or parts.hours is None or not count.low:
        return False
    return abs(hours - parts.hours / count.low) < abs(hours - parts.hours)


def _days_of(amounts: list[Item], found: "re.Match[str]", scene: Scene) -> Reading | None:
    """3 days (2 days theory, 1 day practical)."""
    parts = read_arranged(amounts[1:], found[1], scene)
    if parts.hours is None:
        return None
    kinds = "".join(sorted(item.kind for item in amounts))
    if set(kinds) == {"D", "K"} and kinds.count("D") == 1:  # 2 days (9am-5pm and 9am-1pm)
        return parts if amounts[0].low == 1 else blank("ambiguous", parts.hours, parts.hours * amounts[0].low)
    if kinds in {"DHN", "DNU"} and any(item.kind == "N" and item.low == amounts[0].low for item in amounts):
        return parts.coded("stated-hours")  # 3 days (3 x 7.5 hours)
    if amounts[0].kind == "D" and set(kinds) == {"D", "H"} and kinds.count("D") == 1:
        a_day = parts.hours / amounts[0].low if amounts[0].low else parts.hours
        if a_day >= scene.policy.doubts.part_of_day_below:
            return parts.coded("stated-hours")  # 2 days (7 hours, 6 hours)
    return total(amounts[0], parts, scene)


def _spread(amounts: list[Item], found: "re.Match[str]", scene: Scene) -> Reading | None:
    """8 x 2 hours over 8 weeks: how long it went on adds nothing."""
    return read_arranged(amounts[:-1], found[1], scene)


def _sum_of_products(amounts: list[Item], found: "re.Match[str]", scene: Scene) -> Reading | None:
    """1 day + 2 x half day; of 2 x 1 day + 2 hours nobody can tell whether the hours come twice."""
    rest, whole, codes, counted = amounts, Decimal(0), frozenset({"sum"}), Decimal(0)
    for sign, times, kind in re.findall("([+,]?)(Nx)?([HDW])", found[0]):
        items, rest = rest[: 2 if times else 1], rest[2 if times else 1 :]
        reading, each = read_arranged(items, times + kind, scene), hours_of(items[-1], scene) or Decimal(0)
        may_be_counted = not times and each <= counted
        may_be_restated = sign == "," and not (times and counted)  # 1 day, 2 x half day
        if reading.hours is None or may_be_counted or may_be_restated:
            return None
        whole, codes, counted = whole + reading.hours, codes | reading.codes, each if times else Decimal(0)
    if "assumed-week" in codes and exceeds_full_time(whole, scene):
        return blank("elapsed-time", whole)
    return Reading(whole, codes)


# Shapes that hold another.
NESTED = {
    "total_of": _total_of,
    "days_of": _days_of,
    "spread": _spread,
    "sum_of_products": _sum_of_products,
}


def _unsettled(amounts: list[Item], kinds: str, scene: Scene) -> Reading:
    """Several amounts that no shape settles: ambiguous, unless none of them says hours at all."""
    if set(kinds) <= set("N-/,|;_:+x") and not re.fullmatch("N-N", kinds):
        return blank("no-unit") if "|" in kinds else blank("ambiguous")
    if kinds == "N-N":
        return _number_range(amounts, scene)
    readings = [read_one(item, scene) for item in amounts if item.kind in "HDWE"]
    candidates = [reading.hours for reading in readings]
    if any(sign in kinds for sign in "|/") or any(found is not None for found in candidates) or "!" in kinds:
        return blank("ambiguous", *candidates)
    codes = {code for reading in readings for code in reading.codes}
    codes |= {
        {"S": "unknown-length", "R": "unknown-length", "G": "vague", "C": "credits"}.get(item.kind, "")
        for item in amounts
    }
    rank = scene.policy.rank
    found = min(codes & LEAVES_BLANK, key=rank.__getitem__, default="ambiguous")
    return blank(found)


def _number_range(amounts: list[Item], scene: Scene) -> Reading:
    """9-5: times of day or numbers of something; 30-40 can only be numbers."""
    first, last = (item.low for item in amounts)
    clock = max(first, last) <= 24 and first % 1 == 0 and last % 1 == 0  # noqa: PLR2004 - hours of a day
    if not clock:
        return blank("no-unit", first, first * scene.policy.hours_per_day)
    span = (last - first) % 12 if max(first, last) <= 12 else last - first  # noqa: PLR2004
    return blank("ambiguous", span if span > 0 else None, first if first < last else None)
