"""Whether a run may begin: everything that stands in its way, at once."""

from pathlib import Path

from sqlalchemy import URL

from migrate.check.preflight import UNCHANGED, check_source, check_target
from migrate.databases import shown_url
from migrate.errors import PreflightError
from migrate.run.unknown_scope import refuse_unknown_scope
from migrate.run.workplace import Workplace
from migrate.schema import v3

_THIS_MACHINE = (None, "", "127.0.0.1", "::1")
_PORTS = {"postgresql": 5432, "mariadb": 3306, "mysql": 3306}
_LEAD_ELSEWHERE = frozenset(
    {
        "database", "db", "dbname", "hostaddr", "options", "read_default_file", "read_default_group",
        "service", "unix_socket",
    }
)  # fmt: skip
"""Options of a URL that may name another place, `options` another schema; a timeout leads to the same."""


def refuse_problems(workplace: Workplace, *, only_reads: bool = False) -> None:
    """Raise PreflightError with every problem of v2 and v3; only_reads: as `check_target` has it.

    Raises ConfigurationError for a cohort or a member of the scope that is in neither.
    """
    _refuse_one_place(workplace)
    problems = [*check_source(workplace.source), *check_target(workplace.target, only_reads=only_reads)]
    if problems:
        raise PreflightError(*problems)
    refuse_unknown_scope(workplace)


def _refuse_one_place(workplace: Workplace) -> None:
    """Raise PreflightError where a table would be v2's and v3's at once: all else said of it misleads."""
    source, target = workplace.source.engine.url, workplace.target.url
    both = {rule.source for rule in workplace.rules.mapping.tables.values()} & set(v3.metadata.tables)
    if both and place_of(source) == place_of(target):
        raise PreflightError(
            f"--source and --target name the same database, {shown_url(target)}, and table {min(both)} there "
            f"would be both v2's and v3's. Give v3 a database of its own; {UNCHANGED}"
        )


def place_of(url: URL) -> tuple[object, ...]:
    """Return where a database is, whoever asks for it and however: equal for two URLs of one place."""
    backend, database = url.get_backend_name(), url.database
    if backend == "sqlite" and database:
        database = str(Path(database).resolve())
    host = url.query.get("host", url.host)
    if isinstance(host, str):
        host = host.lower()
    port = url.query.get("port", url.port or _PORTS.get(backend))
    elsewhere = sorted(option for option in url.query.items() if option[0] in _LEAD_ELSEWHERE)
    return (
        backend.replace("mysql", "mariadb"),
        "localhost" if host in _THIS_MACHINE else host,
        str(port),
        database,
        tuple(elsewhere),
    )
