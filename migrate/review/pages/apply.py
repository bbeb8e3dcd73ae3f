"""The page that says how decisions reach v3: the command to run, and what `plan` expects of it."""

import json
import os
import shlex
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Connection
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from migrate.databases import without_password
from migrate.decisions.applied import read_run_decisions
from migrate.report.privacy import visible
from migrate.report.runs import read_runs
from migrate.review.pages.site import Databases, Site, site_of
from migrate.review.waiting import Waiting, waiting_for
from migrate.rulebook import rules_version

_PLAN_SECONDS = 600
_UNFINISHED = frozenset({"running", "interrupted", "failed"})
_PROGRAM = (sys.executable, "-m", "migrate")


def apply(request: Request) -> Response:
    """Show the command that applies the decisions; v3 is written by the run alone."""
    return _page(request, plan=None, problem=None)


def ask_plan(request: Request, form: FormData) -> Response:
    """Let `plan` say what that run would do; it writes nothing."""
    site = site_of(request)
    with site.engine.connect() as connection:
        cohorts = _waiting(site, connection).cohorts
    plan, problem = run_plan(site.databases, cohorts, site.rules_folder)
    return _page(request, plan=plan, problem=problem)


def command_line(databases: Databases, cohorts: list[str], rules_folder: Path | None) -> str:
    """Return the command as it may be shown: without passwords, for a shell."""
    source = without_password(databases.source) if databases.source else "URL-OF-V2"
    words = ["career-migrate", "run", "--source", source, "--target", without_password(databases.target)]
    return shlex.join([*words, *_options(cohorts, rules_folder)])


def _options(cohorts: list[str], rules_folder: Path | None) -> list[str]:
    """Return whom a command is about, and by which rules, as its words."""
    rules = ["--rules", str(rules_folder)] if rules_folder else []
    return [*rules, *(word for cohort in cohorts for word in ("--cohort", cohort))]


class Expected(NamedTuple):
    """A part of what plan says, as a table."""

    name: str
    columns: list[str]
    lines: list[tuple[str, list[str]]]


def run_plan(databases: Databases, cohorts: list[str], rules_folder: Path | None) -> tuple[Any, str | None]:
    """Return what `career-migrate plan --json` says, or why it said nothing.

    The addresses go by environment: a command line is seen by every user of the machine.
    """
    if databases.source is None:
        return None, "Start review with --source to let plan look at v2."
    environment = os.environ | {
        "CAREER_MIGRATE_SOURCE": databases.source,
        "CAREER_MIGRATE_TARGET": databases.target,
    }
    asked = [*_PROGRAM, "plan", "--json", *_options(cohorts, rules_folder)]
    try:
        done = subprocess.run(  # noqa: S603  # our own program, arguments apart
            asked, env=environment, capture_output=True, text=True, timeout=_PLAN_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return None, f"plan did not answer within {_PLAN_SECONDS // 60} minutes; run it in a terminal."
    try:
        return json.loads(done.stdout), None
    except ValueError:
        return None, done.stderr.strip()[-2000:] or "plan said nothing."


def _page(request: Request, *, plan: Any, problem: str | None) -> Response:
    site = site_of(request)
    with site.engine.connect() as connection:
        waiting = _waiting(site, connection)
        last = next((run for run in read_runs(connection, ()) if run.command == "run"), None)
    return site.page(
        request, "apply.html", waiting=waiting,
        unfinished=last.status if last and last.status in _UNFINISHED else None,
        by_other_rules=last is not None and last.rules_version != rules_version(site.rules_folder),
        command=visible(command_line(site.databases, waiting.cohorts, site.rules_folder)),
        has_source=site.databases.source is not None,
        has_password=_has_password(site.databases), plan=_tables(plan), problem=problem,
    )  # fmt: skip


def _waiting(site: Site, connection: Connection) -> Waiting:
    return waiting_for(connection, site.view.current(connection), read_run_decisions(connection))


def _has_password(databases: Databases) -> bool:
    return any(url and without_password(url) != url for url in (databases.source, databases.target))


def _tables(plan: Any) -> list[Expected]:
    """Return what plan says as tables. Values are only counted: a name may be among them."""
    if not isinstance(plan, dict):
        return []
    changes: Counter[str] = Counter()
    for change in plan["changes"]:
        changes[f"{change['v3_table']}.{change['v3_column']}"] += change["rows"]
    left = {
        f"{table}: {reason}": rows
        for table, fates in plan["fates"].items()
        for fate, reasons in fates.items()
        if fate != "migrated"
        for reason, rows in reasons.items()
    }
    parts = {
        "Rows of v3": plan["v3"],
        "Values that would change": changes,
        "Rows of v2 that do not arrive": left,
    }
    return [_table(name, part) for name, part in parts.items() if part]


def _table(name: str, part: dict[str, Any]) -> Expected:
    """Return a part of the plan; columns where nothing happens are left out."""
    lines = {label: value if isinstance(value, dict) else {"": value} for label, value in part.items()}
    columns = dict.fromkeys(key for line in lines.values() for key in line)
    used = [key for key in columns if key == "" or any(line.get(key) for line in lines.values())]
    return Expected(
        name, used, [(label, [_cell(line.get(key)) for key in used]) for label, line in lines.items()]
    )


def _cell(value: Any) -> str:
    return "" if value is None else f"{value:,}" if isinstance(value, int) else str(value)
