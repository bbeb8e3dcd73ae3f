"""A small v2 migrated for real, for tests of what stands after a run."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, insert

from migrate.load.ledger.scope import Scope
from migrate.run.checked_run import Checks, checked_run
from migrate.run.migration import RunOptions
from migrate.run.workplace import Workplace
from migrate.schema import v2

MEMBER = {"member_id": 1, "membership_number": "0017", "forename": "Zoë", "cohort": "2024-A"}
V2: Mapping[str, Sequence[Mapping[str, Any]]] = {
    "members": [MEMBER, {"member_id": 2, "membership_number": "0018", "cohort": "2024-B"}],
    "education": [{"education_id": 1, "member_id": 1, "course": "BEng", "grade": "2:1"}],
    "training": [
        {"training_id": 1, "member_id": 1, "title": "HV", "duration": "2 days"},
        {"training_id": 2, "member_id": 1, "title": "LV", "duration": "3", "start_date": "12/03/2010"},
        {"training_id": 3, "member_id": 2, "title": "EMC", "duration": "6 hours"},
        {"training_id": 4, "member_id": 99, "title": "of nobody", "duration": "a few hours"},
    ],
    "competence_assessments": [
        {"assessment_id": 1, "member_id": 1, "framework": "ICTTech", "created_at": "2010-03-12 09:30:00"},
        {"assessment_id": 2, "member_id": 1, "framework": "ICTTech", "is_archived": "1"},
    ],
    "assessment_responses": [
        {"response_id": 1, "assessment_id": 1, "competence_code": "A1"},
        {"response_id": 2, "assessment_id": 2, "competence_code": "A1"},
    ],
    "intents_to_register": [{"intent_id": 1, "member_id": 1, "status": "submitted"}],
    "schemes": [{"scheme_id": 1, "name": "Graduates", "coordinator_email": "graduates@mail.example"}],
    "scheme_memberships": [{"scheme_membership_id": 1, "scheme_id": 1, "member_id": 1, "status": "active"}],
}


def write_v2(url: str, tables: Mapping[str, Sequence[Mapping[str, Any]]] = V2) -> None:
    """Create v2's tables and fill them."""
    engine = create_engine(url)
    v2.metadata.create_all(engine)
    with engine.begin() as connection:
        for name, rows in tables.items():
            for row in rows:
                connection.execute(insert(v2.metadata.tables[name]), dict(row))
    engine.dispose()


def migrate_v2(source: str, target: str, *cohorts: str, rules: Path | None = None) -> str:
    """Migrate without the suites and return the run's id."""
    workplace = Workplace(source, target, Scope(cohorts=cohorts), rules)
    try:
        return checked_run(workplace, RunOptions(), Checks(suites=False)).run_id
    finally:
        workplace.source.engine.dispose()
        workplace.target.dispose()
