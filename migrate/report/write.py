"""Writes the report's files into a folder, each whole or not at all."""

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Connection

from migrate.files.json_values import plain
from migrate.files.whole import make_folder, replacing, replacing_path
from migrate.report import FORMATS
from migrate.report.anomaly_file import read_anomalies, write_anomalies, write_groups
from migrate.report.facts import Facts, read_facts
from migrate.report.json_file import report_document
from migrate.report.privacy import Privacy
from migrate.report.schemes import waiting_members, write_members, write_schemes
from migrate.report.scope import Cohorts
from migrate.report.style import load_style
from migrate.rulebook.anomalies import load_catalogue

FILES = {
    "html": "report.html",
    "xlsx": "report.xlsx",
    "csv": "anomalies.csv",
    "groups": "groups.csv",
    "json": "report.json",
    "schemes": "schemes.csv",
    "scheme_members": "scheme_members.csv",
}


class Written(NamedTuple):
    """What was written and what it says."""

    facts: Facts
    files: list[Path]


class Report(NamedTuple):
    """What the writers of the files need."""

    connection: Connection
    facts: Facts
    privacy: Privacy
    folder: Path
    files: dict[str, str]
    """The part of `FILES` that is written, for links from one file to another."""

    def anomalies(self, *, most: int | None = None) -> Iterator[tuple[Any, ...]]:
        """Yield every anomaly as it may be shown, or the first of them."""
        facts = self.facts
        return read_anomalies(self.connection, facts.cohorts, facts.decided, self.privacy, most=most)


def write_report(
    connection: Connection,
    folder: Path,
    *,
    cohorts: Cohorts = (),
    formats: Iterable[str] = FORMATS,
    with_personal_data: bool = False,
    rules_folder: Path | None = None,
) -> Written:
    """Write the report of a ledger in the formats named, and `schemes.csv` beside it.

    With personal data there is also `scheme_members.csv`: whom to tell when their scheme is available.

    Raises ConfigurationError for a folder that cannot be written, MigrationError where writing fails.
    """
    make_folder(folder)
    wanted = [name for name in FORMATS if name in set(formats)]
    privacy = Privacy(with_personal_data=with_personal_data)
    catalogue = load_catalogue(rules_folder)
    facts = read_facts(connection, cohorts, privacy=privacy, catalogue=catalogue)
    files = {name: FILES[name] for name in _parts(wanted, privacy)}
    report = Report(connection, facts, privacy, folder, files)
    for name in files:
        _WRITERS[name](report)
    return Written(facts, [folder / name for name in files.values()])


def _parts(formats: list[str], privacy: Privacy) -> Iterator[str]:
    """Yield the keys of `FILES` to be written."""
    yield from formats
    yield "schemes"
    if "csv" in formats:
        yield "groups"
    if privacy.with_personal_data:
        yield "scheme_members"


def _write_html(report: Report) -> None:
    from migrate.report.html_file import report_page  # charts take a second to import

    with replacing(report.folder / FILES["html"]) as stream:
        stream.write(report_page(report.facts, load_style(), report.files))


def _write_xlsx(report: Report) -> None:
    from migrate.report.workbook import ANOMALY_ROWS, write_workbook

    with replacing_path(report.folder / FILES["xlsx"]) as path:
        write_workbook(path, report.facts, report.anomalies(most=ANOMALY_ROWS))


def _write_csv(report: Report) -> None:
    with replacing(report.folder / FILES["csv"]) as stream:
        write_anomalies(report.anomalies(), stream)


def _write_groups(report: Report) -> None:
    with replacing(report.folder / FILES["groups"]) as stream:
        write_groups(report.facts.groups, stream)


def _write_json(report: Report) -> None:
    with replacing(report.folder / FILES["json"]) as stream:
        json.dump(report_document(report.facts), stream, default=plain, ensure_ascii=False, indent=1)
        stream.write("\n")


def _write_schemes(report: Report) -> None:
    with replacing(report.folder / FILES["schemes"]) as stream:
        write_schemes(report.facts.schemes, stream)


def _write_scheme_members(report: Report) -> None:
    with replacing(report.folder / FILES["scheme_members"]) as stream:
        write_members(waiting_members(report.connection, report.facts.cohorts), stream)


_WRITERS: dict[str, Callable[[Report], None]] = {
    "html": _write_html,
    "xlsx": _write_xlsx,
    "csv": _write_csv,
    "groups": _write_groups,
    "json": _write_json,
    "schemes": _write_schemes,
    "scheme_members": _write_scheme_members,
}
