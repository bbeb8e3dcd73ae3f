"""The templates of `reports/`: everything put into them is escaped, and a missing name is an error."""

from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from migrate.report.figures import candidate_words, count, moment, share
from migrate.report.privacy import visible
from migrate.report.results import VERDICT_NAMES, passed
from migrate.resources import resource


def templates_in(folder: str, **options: Any) -> Environment:
    """Return the templates of a folder of data files; options: others of Jinja's."""
    environment = Environment(
        loader=FileSystemLoader(resource(folder)),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        **options,
    )
    environment.filters["breakable"] = breakable
    return environment


def page_templates() -> Environment:
    """Return the templates of pages that open from a file; whatever is put into them is made visible."""
    environment = templates_in("reports", finalize=_visible)
    environment.filters |= {
        "moment": moment,
        "count": count,
        "share": share,
        "candidates": candidate_words,
        "passed": passed,
        "cell": _cell,
        "telling": _telling_columns,
        "failing": _failing,
    }
    return environment


def breakable(name: str) -> Markup:
    """Let a long name of a table or column break after its points and underscores, not within a word."""
    return escape(name).replace("_", Markup("_<wbr>")).replace(".", Markup(".<wbr>"))


def style_sheet(name: str) -> Markup:
    """Return a style sheet of `reports/`, to stand inside a page."""
    return Markup(resource(f"reports/{name}").read_text(encoding="utf-8"))  # noqa: S704  # the project's own


def _visible(value: object) -> object:
    """Spell out control characters in every text that goes into a page, except the project's own markup."""
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _failing(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the lines of the balance or of the suites that do not hold."""
    return [line for line in lines if passed(line) is False]


def _telling_columns(lines: list[dict[str, Any]]) -> list[str]:
    """Return the columns that have a value in some line, without the verdict, which is shown apart."""
    return [name for name in lines[0] if name not in VERDICT_NAMES and any(line.get(name) for line in lines)]


def _cell(value: object) -> str:
    """Return a value of a check or a balance line as a reader expects it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:,}" if isinstance(value, int) else "–" if value is None else str(value)
