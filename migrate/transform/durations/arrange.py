"""The amounts of a text in a row, and the one sign that stands between each two of them."""

import re
from functools import lru_cache
from itertools import pairwise

from migrate.rulebook.durations import DurationPolicy
from migrate.rulebook.languages import Place
from migrate.transform.durations.amounts import most_of
from migrate.transform.durations.calendar_days import is_year
from migrate.transform.durations.how_often import read_by, read_counted_word
from migrate.transform.durations.items import Item, signature
from migrate.transform.durations.labels import is_day_letter, is_dimension
from migrate.transform.durations.rewrite import rule
from migrate.transform.durations.said_beside import read_but
from migrate.transform.durations.vocabulary import vocabulary
from migrate.transform.durations.written_dates import MONTH_NAME

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
    r"(?<=[HDW])(_*\([^()]*(?:[HDW]_*|K(?=\)_*x)))\)[_,]*[+,x](?=[_(]*[NHDW])"
)
_LISTED = re.compile(r"(?<=\([HDW])\)[_,;]*[,;][_,;]*\((?=[HDW])")  # Part 1 (2 days), Part 2 (2 days)
_TWO_PARTS = re.compile(r"(?<=([HDW]))(?:_+|\)_*)\((?=\1_*\)?[_,;]*$)")  # 1 day theory (1 day practical)
_OF_A_BREAK = re.compile(r"H[j_(]*b|b[-:,(]*H")
_OF_CREDITS = re.compile("Cx|xC")  # 15 credits x 10 hours: no length beside them
_NAMED_PARTS = re.compile(  # theory - 1 day, practical - 1 day; IOSH 4 days; FAW 3 days
    r"(?<=[HDW])(?:[,;]_*-|;_+:?)(?=[HDW])"
)
_NAMED_FIRST = re.compile(r"[_,;-]*_[-:]?(?=[HDW])")
_SEPARATED = frozenset(",;+/-(")  # between two courses with a length each
_ADDED_DAYS = re.compile(r"(?:^|[-,;:(])[HDW][wLsS]*\+[HDW]")  # and no name before them: AutoCAD 2D + 1 day
_PARTS_OF_ONE = re.compile(r"(?<=[HDW])_+\+_*,")  # 8 hours theory and practical, 6 hours attended
_LIST_OF_PARTS = re.compile(r"(?<=H)_+,(?=D)")  # 6 hours theory, 1 day practical
_STRENGTH = {sign: place for place, sign in enumerate(SIGNS)}


def _of_word(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """3 London offices; of 2 days - 15 - London nobody can tell."""
    return None if items[1].kind == "-" and items[1].after_space else [Item("w", items[0].text)]


def _of_fraction(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """5/4 is a name; how much of 24/7 for 2 weeks was attended nobody can tell."""
    found = items[0]
    is_always = found.text in vocabulary(policy.words).places["round_the_clock"]
    return [Item("!" if is_always else "w", found.text)] if found.low >= 1 else None


def _counted_noun(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """6 topics x 2 hours: so many times, if the word is something that takes time."""
    return [Item("!", items[0].text), *items[1:-1]]


def _counted_people(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """2 x engineers 3 days: two of them, or two times three days."""
    is_people = items[-1].text in vocabulary(policy.words).places["people"]
    return [Item("!", items[-1].text)] if is_people else None


def _name_alone(items: list[Item], policy: DurationPolicy) -> list[Item]:
    """BS 7671, Feb-10: a name without its number; a month stays one."""
    name = items[0]
    return [Item("w", name.text, unit=MONTH_NAME if name.unit == MONTH_NAME else "")]


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
        _name_alone,
        "BS 7671 3 days",
    ),
    rule(
        r"(?<!x)n(?![xo])",
        lambda items, policy: [Item("2", items[0].text)] if is_year(items[0], policy.dates) else None,
        "2 hours 2010",
    ),
    rule(r"f", _of_fraction, "5/4"),
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
    items = _without_labels(items, places)
    spelt = [(_SPELT.get(item.kind, ""), item) for item in items]
    amounts = [item for kind, item in spelt if kind in AMOUNTS]
    sized = [item for item in amounts if is_dimension(item, policy)]
    are_doubtful = any("ambiguous" in item.codes for item in sized)
    if are_doubtful and any(item.kind in "HDWEK" and item not in sized for item in amounts):
        if not _are_days(items, sized, policy):
            # AutoCAD 3D 2 days: beside a length they are dimensions
            return arranged([Item("w", item.text) if item in sized else item for item in items], policy)
        if _are_parts_of_first(items, sized, policy):
            for item in sized:
                item.codes -= {"ambiguous"}
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
    return amounts, _signed(kinds, hours_are_short=_are_short(amounts, policy))


def _are_short(amounts: list[Item], policy: DurationPolicy) -> bool:
    """Say whether hours are too few to be those of a day: not 14 hours online, 2 days classroom."""
    hours = (most_of(item, policy) for item in amounts if item.kind == "H")
    return all(each < policy.hours_per_day for each in hours)


def _are_days(items: list[Item], sized: list[Item], policy: DurationPolicy) -> bool:
    """2d site + 1d, 2 hours classroom + 2d online; not 3D printing, 1d, nor 2D and 3D, 1d."""
    if _are_parts_of_first(items, sized, policy) or _are_listed(items, sized, policy):
        return True
    if _is_drawn(items, sized, policy) or len({item.text for item in sized}) > 1:
        return False
    days = [item for item in items if item.kind == "D"]
    return (items[0] in sized and any(is_day_letter(item, policy) for item in days)) or (
        _ADDED_DAYS.search(signature(items)) is not None
    )


def _are_parts_of_first(items: list[Item], sized: list[Item], policy: DurationPolicy) -> bool:
    """3d (2d theory, 1 day practical): the days after the first are as many as it."""
    days = [item for item in items if item.kind == "D"]
    parts = [item.low for item in days[1:]]
    is_whole = items[0] in sized and len(parts) > 1 and days[0].low == sum(parts)
    return is_whole and not _is_drawn(items, sized, policy)


def _are_listed(items: list[Item], sized: list[Item], policy: DurationPolicy) -> bool:
    """FAW 3d, EFAW 1d: courses of so many days; not AutoCAD 3D, Revit 1d, nor Tekla 3D, 2 days."""
    places = vocabulary(policy.words).places
    if any(item.text in places["drawn"] | places["dimensioned"] for item in items):
        return False
    kinds = signature(items)
    named = [(place, item) for place, item in enumerate(items) if _has_name(kinds, place)]
    days = [(place, item) for place, item in enumerate(items) if is_day_letter(item, policy)]
    return any(
        item in sized and other not in sized and not _SEPARATED.isdisjoint(kinds[min(at, to) : max(at, to)])
        for at, item in named
        for to, other in (*named, *days)
    )


def _has_name(kinds: str, place: int) -> bool:
    """Say whether a name stands before an amount: FAW 3d, FAW (3d), FAW - 3d."""
    return kinds[place] in "DH" and kinds[:place].rstrip("(:-")[-1:] in ("w", "L", "s")


def _is_drawn(items: list[Item], sized: list[Item], policy: DurationPolicy) -> bool:
    names = vocabulary(policy.words).places["drawn"]
    return any(item in sized and after.text in names for item, after in pairwise(items))


@lru_cache(maxsize=32768)
def _signed(kinds: str, *, hours_are_short: bool) -> str:
    """Return kinds with one sign between each two amounts; a break stays where a clock range may have it."""
    kinds = _PARTS_OF_ONE.sub("_,", kinds)
    kinds = _LISTED.sub(",", _AFTER_BRACKET.sub(r"\1|", _BRACKET.sub("_", kinds)))
    kinds = _TWO_PARTS.sub("-", kinds).replace(")", "(")
    kinds = _LIST_OF_PARTS.sub("+", kinds) if hours_are_short else kinds
    kinds = _NAMED_PARTS.sub(",", kinds) if _NAMED_FIRST.match(kinds) else kinds
    kinds = one_sign_each(kinds.strip(_OUTER))
    return kinds if "K" in kinds else one_sign_each(re.sub("[lib]", "_", kinds)).strip(SIGNS)


def one_sign_each(kinds: str) -> str:
    """Return kinds with the strongest sign of each run of them."""
    return _RUN.sub(_strongest, kinds)


def _without_labels(items: list[Item], places: dict[Place, frozenset[str]]) -> list[Item]:
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
            is_label = item.text.rpartition(" ")[2] in places["shift"]  # 2 days covering all shifts
        if is_label:
            is_label = _more_than_labels(lengths, places).isdisjoint(item.text.split())
        if "alone" in item.codes and place and items[place - 1].kind == "w" and not item.is_word:
            kept.append(Item("w", item.text))  # exam on the last day
            continue
        kept.append(Item(",") if is_label and not any(other.kind in "+|/" for other in beside) else item)
    return kept


def _more_than_labels(lengths: list[Item], places: dict[Place, frozenset[str]]) -> frozenset[str]:
    """Return what says more than the kind of event: evening class, 3 days; weekend, 9am-5pm."""
    kinds = {item.kind for item in lengths}
    if kinds == {"K"}:
        return places["weekend"]
    are_whole = kinds <= {"D", "W"} and not any(item.is_half for item in lengths)
    return places["part_of_a_day"] if are_whole or kinds == {"Z"} else frozenset()


def _strongest(found: "re.Match[str]") -> str:
    """Return one sign for a run of them; around a break every sign but the break's own is noise."""
    run = found[0]
    kept = "".join(sign for sign in run if sign in "lib")
    if kept and not any(sign in "|x+v" for sign in run):
        return kept
    return min(run, key=_STRENGTH.__getitem__)
