"""A small v2 and the v3 that it is migrated into, as `explain` sees them."""

import json
from collections.abc import Mapping
from typing import Any

from click.testing import CliRunner
from sqlalchemy import Engine, Table, create_engine, insert

from migrate.cli import cli
from migrate.decisions.decision import Decision
from migrate.schema import v2
from tests.recording import record_decision

V2_ROWS: dict[Table, list[dict[str, Any]]] = {
    v2.members: [
        {"member_id": 7, "membership_number": "01100007", "surname": "Ashdown", "cohort": "2024-A"},
        {"member_id": 8, "membership_number": "01100008", "surname": "Penrose", "cohort": "2024-A"},
    ],
    v2.training: [
        {"training_id": 1, "member_id": 7, "title": "Manual Handling", "duration": "2 days"},
        {
            "training_id": 2,
            "member_id": 7,
            "title": "COSHH awareness",
            "duration": "3",
            "description": "x" * 300,
        },
        {"training_id": 9, "member_id": 99, "title": "Fire Marshal", "duration": "2 days"},
    ],
    v2.competence_assessments: [{"assessment_id": 1, "member_id": 7, "is_archived": "1"}],
    v2.assessment_responses: [{"response_id": 1, "assessment_id": 1, "competence_code": "A1"}],
    v2.education: [{"education_id": 1, "member_id": 7, "course": "HNC Electrical Engineering"}],
}


class World:
    """A v2 of two members and a v3 to migrate it into."""

    def __init__(self, source: str, target: str) -> None:
        self.source, self.target = ["--source", source], ["--target", target]
        self.v2, self.v3 = create_engine(source), create_engine(target)
        v2.metadata.create_all(self.v2)
        for table, rows in V2_ROWS.items():
            for row in rows:
                self.write(self.v2, insert(table).values(row))

    def write(self, engine: Engine, statement: Any) -> None:
        with engine.begin() as connection:
            connection.execute(statement)

    def decide(self, decision: Decision) -> None:
        with self.v3.begin() as connection:
            record_decision(connection, decision)

    def run(self) -> None:
        self.call("run", "--no-checks")

    def explain(self, *arguments: str) -> Any:
        return json.loads(self.call("explain", "--json", *arguments))

    def value(self, column: str, table: str = "training", v2_id: str = "1") -> Mapping[str, Any]:
        """Return the explanation of one value."""
        values = self.explain(table, v2_id)["values"]
        found: Mapping[str, Any] = next(
            each for each in values if column in (each["v2_column"], each["v3_column"])
        )
        return found

    def call(self, command: str, *arguments: str, source: bool = True) -> str:
        places = [*(self.source if source else ()), *self.target]
        result = CliRunner().invoke(cli, [command, *places, *arguments], catch_exceptions=True)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result.stdout

    def close(self) -> None:
        self.v2.dispose()
        self.v3.dispose()
