"""The page that says how decisions reach v3: the command to run, and what `plan` expects of it."""

import json
import os
import shlex
import subprocess
import sys
from typing import Any

import numpy as np
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from migrate.databases import without_password
from migrate.review.ledger_view import Snapshot
from migrate.review.site import Databases, site_of

_PLAN_SECONDS = 600
_PROGRAM = (sys.executable, "-m", "migrate")


def apply(request: Request) -> Response:
    """Show the command that applies the decisions; v3 is written by the run alone."""
    return _page(request, plan=None, problem=None)


def ask_plan(request: Request, form: FormData) -> Response:
    """Let `plan` say what that run would do; it writes nothing."""
    site = site_of(request)
    with site.engine.connect() as connection:
        cohorts = cohorts_to_run(site.view.current(connection))
    plan, problem = run_plan(site.databases, cohorts)
    return _page(request, plan=plan, problem=problem)


def command_line(databases: Databases, cohorts: list[str]) -> str:
    """Return the command as it may be shown: without passwords, for a shell."""
    source = without_password(databases.source) if databases.source else "URL-OF-V2"
    words = ["career-migrate", "run", "--source", source, "--target", without_password(databases.target)]
    return shlex.join([*words, *(word for cohort in cohorts for word in ("--cohort", cohort))])


def cohorts_to_run(snapshot: Snapshot) -> list[str]:
    """Return the cohorts with decided anomalies; none, which is all, where some belong to no cohort."""
    groups, decided = snapshot.groups, snapshot.decided.decided
    values = groups.values["cohort"]
    rows = np.bincount(groups.places["cohort"], weights=decided, minlength=len(values))
    cohorts = [value for value, count in zip(values, rows, strict=True) if count]
    return [] if "" in cohorts else cohorts


def run_plan(databases: Databases, cohorts: list[str]) -> tuple[Any, str | None]:
    """Return what `career-migrate plan --json` says, or why it said nothing.

    The addresses go by environment: a command line is seen by every user of the machine.
    """
    if databases.source is None:
        return None, "Start review with --source to let plan look at v2."
    environment = os.environ | {
        "CAREER_MIGRATE_SOURCE": databases.source,
        "CAREER_MIGRATE_TARGET": databases.target,
    }
    asked = [*_PROGRAM, "plan", "--json", *(word for cohort in cohorts for word in ("--cohort", cohort))]
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
        snapshot = site.view.current(connection)
    cohorts = cohorts_to_run(snapshot)
    return site.page(
        request, "apply.html", command=command_line(site.databases, cohorts), cohorts=cohorts,
        decided=int(snapshot.decided.decided.sum()), has_source=site.databases.source is not None,
        has_password=_has_password(site.databases), plan=_lines(plan), problem=problem,
    )  # fmt: skip


def _has_password(databases: Databases) -> bool:
    return any(url and without_password(url) != url for url in (databases.source, databases.target))


def _lines(document: Any, name: str = "") -> list[tuple[str, str]]:
    """Return a JSON document as lines of path and value."""
    if isinstance(document, dict):
        return [
            line
            for key, value in document.items()
            for line in _lines(value, f"{name} › {key}" if name else key)
        ]
    if isinstance(document, list):
        named = [(f"{name} {number}", value) for number, value in enumerate(document, start=1)]
        return [line for path, value in named for line in _lines(value, path)]
    return [] if document is None else [(name, str(document))]
