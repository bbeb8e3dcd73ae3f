"""Dates in place of a duration, as they are written: 3-5 May 2010, 10th & 11th Nov, 12/03/2010."""

from dataclasses import replace

from migrate.rulebook.durations import DurationPolicy
from migrate.transform.durations.amounts import MINUTES_IN_AN_HOUR
from migrate.transform.durations.calendar_days import coarse, counted, full_year, is_year, one_date, span
from migrate.transform.durations.clock import read_range
from migrate.transform.durations.items import Day, Item
from migrate.transform.durations.rewrite import rule
from migrate.transform.durations.weekdays import (
    read_day_beside_span,
    read_every_weekday,
    read_halves_of_weekdays,
    read_ordinals,
    read_part_of_weekday,
    read_parts_of_days,
    read_weekday_list,
    read_weekday_span,
)

MONTH_NAME = "month_name"


def read_literal(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """12/03/2010 and 2010-03-12: day before month unless the year comes first."""
    if items[0].day is not None:
        return None
    parts = [part.strip() for part in items[0].text.replace("-", "/").replace(".", "/").split("/")]
    year, month, day = parts if len(parts[0]) == 4 else reversed(parts)  # noqa: PLR2004
    return [one_date(Day(int(day), int(month), full_year(year, policy.dates)), items[0])]


def read_day_month(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """3 May 2010, 3rd of May, Mon 3 May."""
    numbers = [item for item in items if item.kind in "On"]
    month = next(item for item in items if item.kind == "M")
    if not _is_day(numbers[0]) or not month.low:
        return None
    return _with_year(Day(int(numbers[0].low), int(month.low)), items, numbers[1:], policy)


def read_month_day(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """May 3, 2010; also June 2009, which names no day."""
    numbers = [item for item in items if item.kind in "On"]
    month = next(item for item in items if item.kind == "M")
    if is_year(numbers[0], policy.dates):
        return [coarse(items[0]), *items[items.index(numbers[0]) + 1 :]]
    if not _is_day(numbers[0]) or not month.low:
        return None
    return _with_year(Day(int(numbers[0].low), int(month.low)), items, numbers[1:], policy)


def read_dashed(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """10-Jun-2013 is one date, whatever is between its parts."""
    day, first, month, second, year = items
    if first.after_space or month.after_space or second.text != first.text or year.after_space:
        return None
    return [day, month, year] if is_year(year, policy.dates) or len(year.text) == 2 else None  # noqa: PLR2004


def read_month_days(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """May 3-5, 2010."""
    first, last, *years = [item for item in items if item.kind in "On"]
    month = next(item for item in items if item.kind == "M")
    if not (_is_day(first) and _is_day(last) and month.low):
        return None
    ended = _with_year(Day(int(last.low), int(month.low)), items, years, policy)
    return [span(Day(int(first.low)), ended[0].day, items[0], policy), *ended[1:]]


def read_days_of_month(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """3-5 May 2010, 12-14/03/2010, 3rd to Wed 5th May."""
    first = next(item for item in items if item.kind in "On")
    return [span(Day(int(first.low)), items[-1].day, first, policy)] if _is_day(first) else None


def read_listed_days(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """10th & 11th Nov 2012; 3, 4 and 5 May."""
    days = [item for item in items if item.kind in "On"]
    if not all(_is_day(item) for item in days):
        return None
    return [counted(len(days) + 1, items[0])]


def read_slashed_days(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """10/11 Nov 2012 names both days."""
    first, last = items[0].fraction or (0, 0)
    month = next(item for item in items if item.kind == "M")
    if last != first + 1 or not first or not month.low:
        return None
    return [counted(2, items[0])]


def read_slashed_ordinals(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """12th/13th Sept 2008 names both days, as 12/13 Sept does."""
    first, last = items[0], items[-1].day
    return [counted(2, first)] if last and last.day == first.low + 1 else None


def read_span(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """12/03/2010 - 14/03/2010, 28 Feb to 2 Mar, 12/3 - 14/3/10."""
    first = items[0]
    start = Day(*first.fraction) if first.fraction else first.day
    return [span(start, items[-1].day, first, policy)] if start else None


def read_list(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """Each listed date counts."""
    return [counted(sum(item.kind == "1" for item in items), items[0])]


def read_years(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """2014-2018, 2010-11, 2010/11, 1985-87."""
    if items[0].kind == "f":
        numerator, _ = items[0].fraction or (0, 0)
        return [coarse(items[0])] if policy.dates.first_year <= numerator <= policy.dates.last_year else None
    first, last = items[0], items[-1]
    if not is_year(first, policy.dates):
        return None
    is_next = last.low == (first.low + 1) % 100
    is_later = last.low > first.low % 100 >= MINUTES_IN_AN_HOUR  # 1930-45 may be times of day
    short = len(last.text) == 2 and (is_next or is_later)  # noqa: PLR2004
    return [coarse(first)] if short or is_year(last, policy.dates) else None


def read_month_of_year(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """Jan-10 half day: a day or a year of the month, and no ten of them."""
    is_joined = not (items[1].after_space or items[2].after_space)
    return [coarse(items[0])] if is_joined else None


def read_months_of_year(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """Jan-Mar 98: two figures after months say which year."""
    is_short = len(items[-1].text) == 2 and items[-1].text.isdigit()  # noqa: PLR2004
    return [coarse(items[0])] if is_short else None


def read_coarse(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """Whatever joins months and years names no day; those of a list are several."""
    return [replace(coarse(items[0]), is_plural=any(item.kind in ",+" for item in items[1:-1]))]


def read_dated_times(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """A date and a time at both ends: of one day a clock range, over several days nobody can tell."""
    dates = [item for item in items if item.kind in "1W2"]
    times = [item for item in items if item.kind in "knm"]
    middle = next(place for place, item in enumerate(items) if item.kind in "-t")
    ends = [[item for item in part if item.kind in "knm"] for part in (items[:middle], items[middle + 1 :])]
    same = (
        len(dates) == len(ends)
        and (dates[0].day or dates[0].low) == (dates[1].day or dates[1].low)
        and dates[0].kind == dates[1].kind
    )
    if not times or not all(ends):
        return None
    if not same:
        return [Item("K", codes=frozenset({"clock-range", "ambiguous"}))]
    return read_range([*ends[0], Item("-"), *ends[1]], policy)


def read_times_of_a_day(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """Mon 9am-5pm, Tue 9am-1pm: the first of days that have their own times."""
    return read_range([item for item in items if item.kind in "knm-t"], policy)


def leave_out(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """A weekday or a time beside a date says nothing more."""
    return [item for item in items if item.kind in "12"]


def as_written(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """A month that belongs to no date is a word like any other."""
    return [Item("w", items[0].text)]


def read_month_name(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """Nov day: of how much of the month nobody can tell; out is a month in Portuguese only."""
    is_month = items[0].low and "en" in items[0].languages
    return [Item("w", items[0].text, unit=MONTH_NAME)] if is_month else None


def read_month_names(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """May & June, Jan, Feb, Mar 2010: each is a month."""
    named = [read_month_name([item], policy) if item.kind == "M" else [item] for item in items]
    return [item for found in named for item in found or ()] if all(named) else None


def read_month_alone(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """June, and nothing else."""
    return [coarse(items[0])] if read_month_name(items[:1], policy) else None


def read_further_days(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """3rd-5th and 10th-12th May: days of one month before others of it."""
    return [Item("!", items[0].text)]


def _with_year(day: Day, items: list[Item], numbers: list[Item], policy: DurationPolicy) -> list[Item]:
    """Take the number after the date as its year where it is one; give it back where it is not."""
    if not numbers:
        return [one_date(day, items[0])]
    place = items.index(numbers[-1])
    number = numbers[-1]
    has_two_figures = len(number.text) == 2 and number.text.isdigit()  # noqa: PLR2004 - and is not the word un
    is_short = has_two_figures and number.kind == "n" and items[place - 1].kind in "M"
    if is_short or is_year(numbers[-1], policy.dates):
        return [one_date(Day(day.day, day.month, full_year(numbers[-1].text, policy.dates)), items[0])]
    rest = items[place - 1 :] if items[place - 1].kind == "," else items[place:]
    return [one_date(day, items[0]), *rest]


def _is_day(item: Item) -> bool:
    return item.low % 1 == 0 and 1 <= item.low <= 31 and not item.is_word and "." not in item.text  # noqa: PLR2004


_DAY = r"(?:W,?)?[On]\.?"
DATE_RULES = (  # the longest first
    rule(r"1", read_literal, "12/03/2010 - 14/03/2010"),
    rule(r"[On]-M-n|[On]/M/n|[On]\.M\.n", read_dashed, "10-Jun-2013 to 12-Jun-2013"),
    rule(rf"{_DAY}o?M[,.]?n(?=[-t]{_DAY}o?M[,.]?n(?![uhfxm]))", read_day_month, "12 Mar 09 - 13 Mar 09"),
    rule(r"M[On][-t][On](?:,?n(?![uhfxm]))?", read_month_days, "June 6-8, 2011"),
    rule(r"fo?M(?:,?n(?![uhfxm]))?", read_slashed_days, "10/11 Nov 2012"),
    rule(rf"{_DAY}o?M(?:[,.]?o?n(?![uhfmM]|x(?!w)))?", read_day_month, "3-5 May"),
    rule(r"(?:W,?)?(?!M,nx)M[,.]?o?[On](?:,?n(?![uhfxm]))?(?!-?f?u)", read_month_day, "May 2012"),
    rule(r"W[,.]?1", leave_out, "Mon 12/03/2010 - Wed 14/03/2010"),
)
_BESIDE_A_HALF = "nfadhgAkKprxjv/|!s12OM"  # an amount, or what says that there were more
_TIMES = r"(?<!p)[12W][,v]?[kn]m?[-t][kn]m?"
_TIMES_FIRST = r"[kn]m?[-t][kn]m?,?[1W]"
DATED_CLOCK_RULES = (
    rule(rf"{_TIMES}(?=[,+;]*{_TIMES})", read_times_of_a_day, "Mon 9am-5pm, Tue 9am-1pm"),
    rule(rf"{_TIMES_FIRST}(?=[,+;]+{_TIMES_FIRST}[^r]*$)", read_times_of_a_day, "9am-5pm Mon, 9am-1pm Tue"),
    rule(
        r"(?:[12W][,v]?[kn]m?u?|[kn]m?u?[,v]?[12W])[-t](?:[12W][,v]?[kn]m?u?|[kn]m?u?[,v]?[12W])",
        read_dated_times,
        "Mon 9am - Mon 5pm",
    ),
)
SPAN_RULES = (
    rule(r"1[,v]?k", leave_out, "3 May 2010 10:30"),
    rule(r"pW(?:[,+/]+W)*(?![-t])(?:s|u)?", read_every_weekday, "every Tuesday 2 hours"),
    rule(
        r"[W12][smu]?[-ta][W12]u|[W12][smu][-t][W12][sm]?|W[+,/]+Wu",
        read_parts_of_days,
        "Fri evening - Sun afternoon",
    ),
    rule(rf"^(?!.*W[-t])[^{_BESIDE_A_HALF}]*Wm[^{_BESIDE_A_HALF}]*$", read_halves_of_weekdays, "Friday pm"),
    rule(r"(?<![-ta+,/])W[su]", read_part_of_weekday, "6 Saturday mornings"),
    rule(
        rf"B{_DAY}\+1",
        lambda items, policy: read_days_of_month(items[1:], policy),
        "between 12 and 16 March 2012",
    ),
    rule(rf"{_DAY}[-ta](?:W,?)?1", read_days_of_month, "1-10 May"),
    rule(rf"{_DAY}(?:[,;+]{_DAY})*[,;+]*[,;+]1", read_listed_days, "10 & 11 Nov 2009"),
    rule(r"O/1", read_slashed_ordinals, "12th/13th Sept 2008"),
    rule(r"[1f][-ta]1", read_span, "30 April - 2 May"),
    rule(r"B1\+1", lambda items, policy: read_span(items[1:], policy), "between 1 May 2018 and 3 May 2018"),
    rule(r"1(?:[,;+]+1)+", read_list, "14 May & 4 June 2012"),
    rule(r"W[-ta]W", read_weekday_span, "Mon-Wed"),
    rule(r"W(?:[,;+/]+W)+", read_weekday_list, "Sat & Sun"),
    rule(r"(?:n[-t]n|f)(?![-uhxms])", read_years, "2010-11, 2 days"),
    rule(r"M[-t/]Mn(?=[).]*$)", read_months_of_year, "Jan-Mar 98"),
    rule(r"(?:[12M]|(?<![a-zA-Z])n)[-t/]2|2[-t]1|M[-t/]M|(?:2[,+]?)*2,?", read_coarse, "May - June"),
    rule(r"^n[-/]M$|^M[-/]n$", read_coarse, "02-Mar"),
    rule(r"O[-t]O[,+]+(?=Z)", read_further_days, "3rd-5th and 10th-12th May"),
    rule(
        r"(?:(?<![-t])[1W][,;+]+)?Z(?:[,;+]+[1W](?!-?[tmsukn1W2O]))+|[1W][,;+]+Z",
        read_day_beside_span,
        "Mon-Wed, Fri",
    ),
    rule(r"[WO]*O|W", read_ordinals, "Tues 6-8pm"),
    rule(r"M-n(?=f)", read_month_of_year, "Jan-10 half day"),
    rule(r"M(?=u)", read_month_name, "Nov day"),
    rule(r"M(?:[+,]+M)*(?=[+,]+[M2])|(?<=M[+,])M", read_month_names, "1 day (May & June 2010)"),
    rule(r"^M[).]*$", read_month_alone, "June"),
    rule(r"M", as_written, "May 2 days"),
)
