"""v2, the source, by its canonical names (contract, part 1).

A v2 in the field may use other names and types; `rules/mapping.yaml` says which. Whatever a column's type is
there, its values are read as text: v2 keeps dates, durations and flags as its members typed them.
"""

from sqlalchemy import Column, Integer, MetaData, Table

from migrate.schema.types import LongText

metadata = MetaData()

PARENTS: dict[str, dict[str, str]] = {  # v2 table → column → the table whose key it holds
    "employment": {"member_id": "members"},
    "education": {"member_id": "members"},
    "training": {"member_id": "members"},
    "other_experience": {"member_id": "members"},
    "competence_assessments": {"member_id": "members"},
    "assessment_responses": {"assessment_id": "competence_assessments"},
    "verifications": {"assessment_id": "competence_assessments"},
    "intents_to_register": {"member_id": "members"},
    "supporters": {"intent_id": "intents_to_register"},
    "scheme_memberships": {"member_id": "members", "scheme_id": "schemes"},
}
"""v2 has no foreign keys; these are the ones it means. The first of a table leads to the owning member."""


def _table(name: str, key: str, *columns: str) -> Table:
    """Declare a v2 table: an integer key, the key of its owner where it has one, and text."""
    owners = [Column(column, Integer, index=True) for column in PARENTS.get(name, ())]
    texts = [Column(column, LongText) for column in columns]
    return Table(
        name,
        metadata,
        Column(key, Integer, primary_key=True, autoincrement=False),
        *owners,
        *texts,
        mysql_charset="utf8mb4",
        mariadb_charset="utf8mb4",
    )


members = _table(
    "members", "member_id",
    "membership_number", "title", "forename", "surname", "email", "membership_category", "cohort",
    "created_at", "updated_at",
)  # fmt: skip
employment = _table(
    "employment", "employment_id",
    "employer", "job_title", "start_date", "end_date", "is_current", "responsibilities",
    "personal_achievements", "updated_at",
)  # fmt: skip
education = _table(
    "education", "education_id",
    "institution", "course", "grade", "start_date", "end_date", "updated_at",
)  # fmt: skip
training = _table(
    "training", "training_id",
    "title", "provider", "location", "start_date", "end_date", "duration", "description", "updated_at",
)  # fmt: skip
other_experience = _table(
    "other_experience", "experience_id",
    "heading", "description", "start_date", "end_date", "updated_at",
)  # fmt: skip
competence_assessments = _table(
    "competence_assessments", "assessment_id",
    "framework", "title", "status", "is_archived", "archived_at", "created_at", "updated_at",
)  # fmt: skip
assessment_responses = _table(
    "assessment_responses", "response_id",
    "competence_code", "level", "evidence", "updated_at",
)  # fmt: skip
verifications = _table(
    "verifications", "verification_id",
    "verifier_name", "verifier_email", "decision", "comments", "verified_at", "updated_at",
)  # fmt: skip
intents_to_register = _table(
    "intents_to_register", "intent_id",
    "registration_category", "status", "submitted_at", "pra_consulted", "updated_at",
)  # fmt: skip
supporters = _table(
    "supporters", "supporter_id",
    "name", "email", "membership_number", "updated_at",
)  # fmt: skip
schemes = _table("schemes", "scheme_id", "name", "organisation", "coordinator_email", "updated_at")
scheme_memberships = Table(
    "scheme_memberships",
    metadata,
    Column("scheme_membership_id", Integer, primary_key=True, autoincrement=False),
    Column("scheme_id", Integer),
    Column("member_id", Integer, index=True),
    Column("joined_on", LongText),
    Column("status", LongText),
    Column("updated_at", LongText),
    mysql_charset="utf8mb4",
    mariadb_charset="utf8mb4",
)

KEYS = {table.name: next(iter(table.primary_key)).name for table in metadata.tables.values()}
"""The key column of each v2 table."""


def column_names(table: str) -> tuple[str, ...]:
    """Return the canonical columns of a v2 table, in its order."""
    return tuple(column.name for column in metadata.tables[table].columns)
