"""v3, the target (contract, part 2). Its users edit these tables while cohorts are still migrating."""

from typing import Any

from sqlalchemy import Boolean, Column, Date, DateTime, ForeignKey, Index, MetaData, Numeric, String, Table
from sqlalchemy.dialects import mysql
from sqlalchemy.schema import SchemaItem

from migrate.schema.types import Id, LongText

metadata = MetaData()

EXACT_TEXT: dict[str, Any] = {  # MariaDB's usual collations take 'AB1', 'ab1' and 'AB1 ' for one number
    "mysql_charset": "utf8mb4",
    "mysql_collate": "utf8mb4_bin",
    "mariadb_charset": "utf8mb4",
    "mariadb_collate": "utf8mb4_nopad_bin",
}
Moment = DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb")
Hours = Numeric(8, 2)


def _table(name: str, *items: SchemaItem) -> Table:
    return Table(
        name, metadata, Column("id", Id, primary_key=True), *items, Column("updated_at", Moment), **EXACT_TEXT
    )


def _member() -> Column[str]:
    return Column("member_id", Id, ForeignKey("members.id"), nullable=False, index=True)


def _assessment() -> Column[str]:
    return Column("assessment_id", Id, ForeignKey("registration_assessments.id"), nullable=False, index=True)


members = _table(
    "members",
    Column("membership_number", LongText, comment="blank in v2 is NULL"),
    Column("title", LongText),
    Column("forename", LongText),
    Column("surname", LongText),
    Column("email", LongText),
    Column("membership_category", LongText),
    Column("created_at", Moment),
)
Index(
    "members_membership_number",
    members.c.membership_number,
    unique=True,
    mysql_using="hash",  # whole texts of any length; a prefix would be too strict
    mariadb_using="hash",
)
NUMBER_PREFIX = "members_membership_number_prefix"
Index(
    NUMBER_PREFIX,  # a hash index answers no look-ups
    members.c.membership_number,
    mysql_length=32,
    mariadb_length=32,
).ddl_if(dialect=("mysql", "mariadb"))  # type: ignore[arg-type]  # a tuple is documented, not typed

employments = _table(
    "employments",
    _member(),
    Column("employer", LongText),
    Column("job_title", LongText),
    Column("started_on", Date),
    Column("ended_on", Date),
    Column("is_current", Boolean),
    Column("responsibilities", LongText),
    Column("personal_achievements", LongText),
)
qualification_types = Table(
    "qualification_types",
    metadata,
    Column("id", Id, primary_key=True),
    Column("code", String(64), nullable=False, unique=True),
    Column("label", String(255), nullable=False),
    **EXACT_TEXT,
)
educations = _table(
    "educations",
    _member(),
    Column("institution", LongText),
    Column("course_description", LongText, comment="v2 course"),
    Column(
        "qualification",
        String(64),
        ForeignKey("qualification_types.code"),
        comment="new in v3: blank until the member chooses",
    ),
    Column("classification", LongText, comment="v2 grade, to the letter"),
    Column("started_on", Date),
    Column("ended_on", Date),
)
trainings = _table(
    "trainings",
    _member(),
    Column("title", LongText),
    Column("provider", LongText),
    Column("location", LongText),
    Column("started_on", Date),
    Column("ended_on", Date),
    Column("duration_hours", Hours, comment="v2 duration, read as hours"),
    Column("cpd_hours", Hours, comment="new in v3: the member adds them"),
    Column("description", LongText),
)
achievements = _table(
    "achievements",
    _member(),
    Column("title", LongText),
    Column("description", LongText),
    Column("started_on", Date),
    Column("ended_on", Date),
)
registration_assessments = _table(
    "registration_assessments",
    _member(),
    Column("framework", LongText),
    Column("title", LongText),
    Column("status", LongText),
    Column("created_at", Moment),
)
assessment_ratings = _table(
    "assessment_ratings",
    _assessment(),
    Column("competence_code", LongText),
    Column("level", LongText),
    Column("evidence", LongText),
)
assessment_verifications = _table(
    "assessment_verifications",
    _assessment(),
    Column("verifier_name", LongText),
    Column("verifier_email", LongText),
    Column("decision", LongText),
    Column("comments", LongText),
    Column("verified_at", Moment),
)
registration_applications = _table(
    "registration_applications",
    _member(),
    Column("category", LongText),
    Column("status", LongText, comment="always draft: an intent is not an application"),
    Column("intent_status", LongText, comment="v2's own status"),
    Column("intent_submitted_at", Moment),
    Column("spoken_to_pra", Boolean, nullable=False),
)
schemes = _table(
    "schemes",
    Column("name", LongText),
    Column("organisation", LongText),
    Column("coordinator_email", LongText),
)
AWAITING_COORDINATOR = "awaiting-coordinator"
"""The status of a membership until v3 sets the scheme up."""
scheme_memberships = _table(
    "scheme_memberships",
    Column("scheme_id", Id, ForeignKey("schemes.id"), nullable=False, index=True),
    _member(),
    Column("joined_on", Date),
    Column("status", LongText, comment=f"{AWAITING_COORDINATOR} until v3 sets the scheme up"),
)

UNWRITTEN = {("educations", "qualification"), ("trainings", "cpd_hours")}
"""v3's own columns: the migration leaves them NULL and never looks at them again."""

LOAD_ORDER = tuple(table for table in metadata.sorted_tables if table is not qualification_types)
"""The tables that the migration fills, parents before children."""


def merged_columns(table: Table) -> tuple[str, ...]:
    """Return the columns of a v3 table whose values the merge compares, in the table's order."""
    apart = {"id", "updated_at"} | {column for name, column in UNWRITTEN if name == table.name}
    return tuple(column.name for column in table.columns if column.name not in apart)


def written_columns(table: Table) -> tuple[str, ...]:
    """Return the columns that a new row is written with: its id, the merged ones and updated_at."""
    return ("id", *merged_columns(table), "updated_at")
