"""The style of the report's charts, and how much they show (`reports/charts.yaml`)."""

from decimal import Decimal

from migrate.resources import resource
from migrate.rulebook.yaml_file import RuleModel, read_rules


class Colours(RuleModel):
    """Each colour by what it stands for; no two are equal, so the style sheet can tell them apart."""

    ink: str
    quiet: str
    grid: str
    migrated: str
    dropped: str
    rejected: str
    info: str
    warning: str
    error: str
    usual: str
    outlier: str
    heat: tuple[str, ...]
    heat_dark_from: float


class Widths(RuleModel):
    """The two widths that every chart is drawn in, in pixels."""

    wide: int
    narrow: int


class HoursBars(RuleModel):
    """The bars of the distribution of hours."""

    bounds: tuple[Decimal, ...]
    outlier_over: Decimal
    outliers_listed: int


class ChartStyle(RuleModel):
    """The whole file."""

    colours: Colours
    widths: Widths
    font: str
    hours: HoursBars
    most_texts: int
    most_codes: int
    most_cohorts: int


def load_style() -> ChartStyle:
    """Read `reports/charts.yaml`."""
    return read_rules(resource("reports/charts.yaml"), ChartStyle)
