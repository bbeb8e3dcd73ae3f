"""OpenLineage: an event when a run starts and one when it ends, with v2's tables in and v3's tables out.

Sent by openlineage-python over the transport that the environment names.
"""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from openlineage.client import OpenLineageClient
from openlineage.client.event_v2 import InputDataset, Job, OutputDataset, Run, RunEvent, RunState
from openlineage.client.generated.output_statistics_output_dataset import OutputStatisticsOutputDatasetFacet
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from migrate import __version__
from migrate.observe.observer import Ending, ObservedRun
from migrate.schema import v2, v3

logging.getLogger("urllib3").setLevel(logging.ERROR)  # of its tries the last one is told

JOBS = "career-migrate"
PRODUCER = f"career-migrate/{__version__}"
_PORTS = {"postgresql": 5432, "mysql": 3306, "mariadb": 3306}
_SCHEMES = {"postgresql": "postgres", "mysql": "mysql", "mariadb": "mysql"}  # OpenLineage's names
_STATES = {"completed": RunState.COMPLETE, "failed": RunState.FAIL, "interrupted": RunState.ABORT}


class Lineage:
    """Sends events to the transport in the environment; batches are not told: lineage is about datasets."""

    def __init__(self) -> None:
        self._client = OpenLineageClient()

    def begun(self, run: ObservedRun) -> None:
        """Send START."""
        self._send(run, RunState.START, run.started_at, {})

    def batch_done(
        self, run: ObservedRun, done: int, total: int, counts: Mapping[str, Any], moment: datetime
    ) -> None:
        """Nothing."""

    def checked(self, run: ObservedRun, checks: Sequence[Mapping[str, Any]], moment: datetime) -> None:
        """Nothing."""

    def ended(self, run: ObservedRun, ending: Ending) -> None:
        """Send COMPLETE, FAIL or ABORT with the rows written to each table, and close the transport."""
        if run.run_id is not None:
            self._send(run, _STATES[ending.status], ending.moment, ending.counts.get("v3", {}))
        self._client.close(timeout=10)

    def _send(
        self, run: ObservedRun, state: RunState, moment: datetime | None, v3_counts: Mapping[str, Any]
    ) -> None:
        if run.run_id is None or moment is None:
            return
        self._client.emit(
            RunEvent(
                eventTime=moment.isoformat(),
                eventType=state,
                run=Run(runId=str(uuid5(NAMESPACE_URL, f"career-migrate:{run.run_id}"))),
                job=Job(namespace=JOBS, name=f"{run.command}.{run.cohort or 'all'}"),
                producer=PRODUCER,
                inputs=[
                    InputDataset(*dataset_name(run.source, run.v2_tables.get(table.name, table.name)))
                    for table in v2.metadata.sorted_tables
                ],
                outputs=[_output(run, table.name, v3_counts.get(table.name)) for table in v3.LOAD_ORDER],
            )
        )


def dataset_name(url: str, table: str) -> tuple[str, str]:
    """Return the namespace and name that OpenLineage gives a table, which may be named with its schema.

    There is no user and no password in it.
    """
    try:
        parsed = make_url(url)
    except ArgumentError:
        return "file", f"{url.removeprefix('dir:')}/{table}"
    engine = parsed.get_backend_name()
    if engine not in _SCHEMES:
        return "file", f"{parsed.database}/{table}"
    host = f"{parsed.host or 'localhost'}:{parsed.port or _PORTS[engine]}"
    schema, _, plain = table.rpartition(".")
    middle = (
        f"{parsed.database}.{schema or 'public'}" if engine == "postgresql" else schema or parsed.database
    )
    return f"{_SCHEMES[engine]}://{host}", f"{middle}.{plain}"


def _output(run: ObservedRun, table: str, counts: Mapping[str, int] | None) -> OutputDataset:
    namespace, name = dataset_name(run.target, table)
    if counts is None:
        return OutputDataset(namespace, name)
    written = counts.get("created", 0) + counts.get("updated", 0)
    facet = OutputStatisticsOutputDatasetFacet(rowCount=written)
    return OutputDataset(namespace, name, outputFacets={"outputStatistics": facet})
