"""The report's charts, drawn once as SVG: no script runs and nothing is loaded when the page is read."""

from collections import Counter
from collections.abc import Callable
from typing import Any, NamedTuple

import altair as alt
import pandas as pd
import vl_convert

from migrate.report.counts import cohort_label, table_place
from migrate.report.facts import Facts
from migrate.report.hours import HoursCount
from migrate.report.privacy import visible
from migrate.report.style import ChartStyle, HoursBars
from migrate.report.text_groups import TextGroup, open_groups
from migrate.rulebook.anomalies import SEVERITIES

FATES = ("migrated", "dropped", "rejected")
_LABEL_LENGTH = 34


class Chart(NamedTuple):
    """One chart in its two widths, as SVG."""

    wide: str
    narrow: str


Picture = Any  # Altair's charts: a Chart, or a LayerChart that shares no useful base with it
Draw = Callable[[Facts, ChartStyle, int], Picture | None]


def draw_charts(facts: Facts, style: ChartStyle) -> dict[str, Chart]:
    """Return each chart for which the facts have something to show."""
    charts = {}
    for name, draw in _DRAWN.items():
        wide, narrow = draw(facts, style, style.widths.wide), draw(facts, style, style.widths.narrow)
        if wide is not None and narrow is not None:
            charts[name] = Chart(_svg(wide, style), _svg(narrow, style))
    return charts


def fates_by_table(facts: Facts, style: ChartStyle, width: int) -> Picture | None:
    """Shares of the fates, one bar for each v2 table."""
    if not facts.fates:
        return None
    rows: Counter[tuple[str, str]] = Counter()
    for each in facts.fates:
        rows[each.v2_table, each.fate] += each.rows
    frame = pd.DataFrame([(table, fate, FATES.index(fate), n) for (table, fate), n in rows.items()])
    frame.columns = pd.Index(["table", "fate", "place", "rows"])
    colours = [getattr(style.colours, fate) for fate in FATES]
    return _sized(
        alt.Chart(frame)
        .mark_bar(height=14)
        .encode(
            x=alt.X("rows:Q", stack="normalize", axis=_axis(format="%", tickCount=5), title=None),
            y=alt.Y("table:N", sort=sorted(frame["table"].unique(), key=table_place), axis=_labels(width)),
            color=alt.Color("fate:N", scale=_scale(FATES, colours), legend=None),
            order=alt.Order("place:Q"),
        ),
        width,
        rows=frame["table"].nunique(),
    )


def anomalies_by_cohort(facts: Facts, style: ChartStyle, width: int) -> Picture | None:
    """Anomalies for each thousand rows of a cohort, by code: equal rows of cells mean equal cohorts."""
    frame = _rates(facts, style, most_cohorts=style.most_cohorts if width == style.widths.wide else 4)
    if frame.empty:
        return None
    dark = float(frame["rate"].max()) * style.colours.heat_dark_from
    order = list(dict.fromkeys(frame.sort_values("code_rows", ascending=False)["code"]))
    base = alt.Chart(frame).encode(
        x=alt.X("cohort:N", axis=alt.Axis(title=None, orient="top", labelAngle=0, labelLimit=70)),
        y=alt.Y("code:N", sort=order, axis=_labels(width)),
    )
    cells = base.mark_rect(stroke="white", strokeWidth=1.5).encode(
        color=alt.Color("rate:Q", scale=alt.Scale(type="sqrt", range=list(style.colours.heat)), legend=None)
    )
    shade = alt.condition(alt.datum.rate > dark, alt.value("#ffffff"), alt.value("#1d2431"))
    figures = base.mark_text(fontSize=10.5).encode(text=alt.Text("shown:N"), color=shade)
    return _sized(alt.layer(cells, figures), width, rows=frame["code"].nunique(), row_height=24)


def hours_distribution(facts: Facts, style: ChartStyle, width: int) -> Picture | None:
    """How many trainings have how many hours, with the outliers in a colour of their own."""
    frame = pd.DataFrame(_bars(facts.hours, style.hours), columns=["hours", "rows", "kind"])
    if not frame["rows"].sum():
        return None
    names = ("usual", "outliers")
    base = alt.Chart(frame).encode(
        x=alt.X("hours:N", sort=None, axis=_axis(labelAngle=-45, grid=False), title="hours"),
        y=alt.Y("rows:Q", axis=_axis(tickCount=5, format="~s"), title=None, scale=alt.Scale(type="symlog")),
    )
    bars = base.mark_bar().encode(
        color=alt.Color(
            "kind:N", scale=_scale(names, [style.colours.usual, style.colours.outlier]), legend=None
        )
    )
    figures = (
        base.mark_text(dy=-7, fontSize=10)
        .transform_filter("datum.rows > 0")
        .encode(text=alt.Text("rows:Q", format="~s"))
    )
    return _sized(alt.layer(bars, figures), width, height=220)


def texts_by_frequency(facts: Facts, style: ChartStyle, width: int) -> Picture | None:
    """The texts behind most open errors and warnings."""
    listed = open_groups(facts.groups, SEVERITIES[:2])[: style.most_texts]
    if not listed:
        return None
    labels = _distinct_labels(_text_labels(listed))
    frame = pd.DataFrame(
        {
            "text": labels,
            "rows": [group.open for group in listed],
            "severity": [group.key.severity for group in listed],
        }
    )
    colours = [getattr(style.colours, severity) for severity in SEVERITIES]
    return _sized(
        alt.Chart(frame)
        .mark_bar(height=14)
        .encode(
            x=alt.X("rows:Q", axis=_axis(tickCount=5, format="~s"), title="open rows"),
            y=alt.Y("text:N", sort=None, axis=_labels(width)),
            color=alt.Color("severity:N", scale=_scale(SEVERITIES, colours), legend=None),
        ),
        width,
        rows=len(listed),
    )


_DRAWN: dict[str, Draw] = {
    "fates": fates_by_table,
    "cohorts": anomalies_by_cohort,
    "hours": hours_distribution,
    "texts": texts_by_frequency,
}


def _rates(facts: Facts, style: ChartStyle, *, most_cohorts: int) -> pd.DataFrame:
    sizes = sorted(facts.by_cohort, key=lambda each: -each.rows)[:most_cohorts]
    rows_of = {each.cohort: each.rows for each in sizes if each.rows}
    by_code: Counter[str] = Counter()
    cells: Counter[tuple[str, str | None]] = Counter()
    for each in facts.anomalies:
        by_code[each.code] += each.rows
        cells[each.code, each.cohort] += each.rows
    found = [
        (code, visible(cohort_label(cohort)), 1000 * cells[code, cohort] / size, total)
        for code, total in by_code.most_common(style.most_codes)
        for cohort, size in rows_of.items()
    ]
    frame = pd.DataFrame(found, columns=["code", "cohort", "rate", "code_rows"])
    frame["shown"] = [_rate(rate) for rate in frame["rate"]]
    return frame


def _rate(rate: float) -> str:
    if rate == 0:
        return "·"
    return "<0.1" if rate < 0.1 else f"{rate:.1f}" if rate < 10 else f"{rate:,.0f}"  # noqa: PLR2004


def _bars(counts: list[HoursCount], bars: HoursBars) -> list[tuple[str, int, str]]:
    found: Counter[int] = Counter()
    for each in counts:
        if each.hours is not None:
            place = next((n for n, bound in enumerate(bars.bounds) if each.hours <= bound), len(bars.bounds))
            found[place] += each.rows
    names = _bar_names(bars)
    bounds = (*bars.bounds, bars.bounds[-1] + 1)
    return [
        (names[place], found[place], "outliers" if bounds[place] > bars.outlier_over else "usual")
        for place in range(len(names))
        if place < len(bars.bounds) or found[place]
    ]


def _bar_names(bars: HoursBars) -> list[str]:
    between = [f"{low}–{high}" for low, high in zip(bars.bounds, bars.bounds[1:], strict=False)]
    return [str(bars.bounds[0]), *between, f"over {bars.bounds[-1]}"]


def _text_labels(groups: list[TextGroup]) -> list[str]:
    """Name each group by its text and code; where these are several columns', by its text and column."""
    names = [f"{_one_line(group.text)} · {group.key.code}" for group in groups]
    often = Counter(names)
    return [
        f"{_one_line(group.text)} · {_place(group)}" if often[name] > 1 else name
        for name, group in zip(names, groups, strict=True)
    ]


def _place(group: TextGroup) -> str:
    return ".".join(part for part in (group.key.v2_table, group.key.v2_column) if part)


def _one_line(text: str) -> str:
    line = " ".join(text.split()) or "(blank)"
    return line if len(line) <= _LABEL_LENGTH else line[:_LABEL_LENGTH] + "…"


def _distinct_labels(labels: list[str]) -> list[str]:
    """Number equal labels: bars of one name would be drawn as one."""
    seen: Counter[str] = Counter()
    distinct = []
    for label in labels:
        seen[label] += 1
        distinct.append(label if seen[label] == 1 else f"{label} ({seen[label]})")
    return distinct


def _axis(**options: Any) -> alt.Axis:
    return alt.Axis(**{"domain": False, "ticks": False, "labelPadding": 6, **options})


def _labels(width: int) -> alt.Axis:
    return _axis(title=None, grid=False, labelLimit=width * 2 // 5)


def _scale(names: tuple[str, ...], colours: list[str]) -> alt.Scale:
    return alt.Scale(domain=list(names), range=colours)


def _sized(chart: Picture, width: int, *, rows: int = 0, row_height: int = 22, height: int = 0) -> Picture:
    room = {"left": 14, "right": 5, "top": 5, "bottom": 5}  # labels are wider in a browser than measured here
    sized = chart.properties(width=width, height=height or rows * row_height, padding=room)
    sized.autosize = alt.AutoSizeParams(type="fit-x", contains="padding")
    return sized


def _svg(chart: Picture, style: ChartStyle) -> str:
    colours = style.colours
    words = {"labelColor": colours.ink, "titleColor": colours.quiet, "labelFontSize": 12, "titleFontSize": 12}
    styled = (
        chart.configure(font=style.font, background="transparent")
        .configure_view(stroke=None)
        .configure_axis(gridColor=colours.grid, titleFontWeight="normal", **words)
        .configure_text(color=colours.ink)
    )
    svg: str = vl_convert.vegalite_to_svg(styled.to_dict())
    return svg
