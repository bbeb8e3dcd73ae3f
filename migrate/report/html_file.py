"""The report as one page that opens from a file, loads nothing and runs no script."""

from collections import Counter
from typing import Any, NamedTuple

from markupsafe import Markup

from migrate.report.charts import Chart, draw_charts
from migrate.report.counts import cohort_label, table_place
from migrate.report.facts import Facts
from migrate.report.style import ChartStyle
from migrate.report.templates import page_templates, style_sheet
from migrate.report.text_groups import TextGroup, open_groups
from migrate.report.verdict import judge

GROUPS_SHOWN = 60
INFOS_SHOWN = 15
COHORTS_SHOWN = 60
RUNS_SHOWN = 12
_MOST_ROWS = 0.8  # the share of open rows that is called most of them


class TableFates(NamedTuple):
    """The fates of one v2 table's rows."""

    v2_table: str
    rows: int
    migrated: int
    dropped: int
    rejected: int
    reasons: str


class CohortLine(NamedTuple):
    """One cohort beside the others."""

    cohort: str
    members: int
    rows: int
    rejected: int
    errors: int
    warnings: int
    infos: int


def report_page(facts: Facts, style: ChartStyle, files: dict[str, str]) -> str:
    """Return the HTML page. `files` are the files beside it, by format, to link to."""
    template = page_templates().get_template("report.html.j2")
    to_decide, to_know = open_groups(facts.groups, ("error", "warning")), open_groups(facts.groups, ("info",))
    return template.render(
        facts=facts,
        files=files,
        css=style_sheet("report.css"),
        charts={name: _safe(chart) for name, chart in draw_charts(facts, style).items()},
        verdict=judge(facts),
        tables=_tables(facts),
        checks=facts.checks().lines,
        balance=facts.balance().lines,
        runs=facts.runs[:RUNS_SHOWN],
        texts_to_decide=to_decide[:GROUPS_SHOWN],
        texts_to_know=to_know[:INFOS_SHOWN],
        text_counts={"decide": len(to_decide), "know": len(to_know), "most": _coverage(to_decide)},
        outliers=_outliers(facts, style),
        blank_hours=sum(each.rows for each in facts.hours if each.hours is None),
        cohorts=_cohorts(facts),
        cohorts_shown=COHORTS_SHOWN,
        waiting=sum(scheme.waiting_members for scheme in facts.schemes),
        no_address=sum(scheme.address_missing for scheme in facts.schemes),
        outlier_over=style.hours.outlier_over,
    )


def _safe(chart: Chart) -> dict[str, Markup]:
    return {name: Markup(svg) for name, svg in chart._asdict().items()}  # noqa: S704  # texts in it are escaped


def _tables(facts: Facts) -> list[TableFates]:
    rows: dict[str, Counter[str]] = {}
    reasons: dict[str, list[str]] = {}
    for each in facts.fates:
        rows.setdefault(each.v2_table, Counter())[each.fate] += each.rows
        if each.reason:
            reasons.setdefault(each.v2_table, []).append(f"{each.reason} {each.rows:,}")
    return [
        TableFates(
            v2_table=table,
            rows=fates.total(),
            migrated=fates["migrated"],
            dropped=fates["dropped"],
            rejected=fates["rejected"],
            reasons=", ".join(reasons.get(table, [])),
        )
        for table, fates in sorted(rows.items(), key=lambda item: table_place(item[0]))
    ]


def _coverage(groups: list[TextGroup]) -> int:
    """Return how many of the groups (the largest first) have together most of their open rows."""
    wanted, seen = _MOST_ROWS * sum(group.open for group in groups), 0
    for place, group in enumerate(groups):
        if seen >= wanted:
            return place
        seen += group.open
    return len(groups)


def _outliers(facts: Facts, style: ChartStyle) -> list[Any]:
    over = [each for each in facts.hours if each.hours is not None and each.hours > style.hours.outlier_over]
    return over[::-1][: style.hours.outliers_listed]


def _cohorts(facts: Facts) -> list[CohortLine]:
    severities: Counter[tuple[str | None, str]] = Counter()
    for each in facts.anomalies:
        severities[each.cohort, each.severity] += each.rows
    return [
        CohortLine(
            cohort_label(each.cohort),
            each.members,
            each.rows,
            each.rejected,
            *(severities[each.cohort, severity] for severity in ("error", "warning", "info")),
        )
        for each in facts.by_cohort
    ]
