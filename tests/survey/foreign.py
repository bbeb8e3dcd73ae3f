"""A v2 that names things otherwise and keeps some of them in real types, on every engine."""

from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    DateTime,
    Engine,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    Uuid,
    insert,
    inspect,
    text,
)  # fmt: skip

from migrate.schema import v2

NAMES: dict[str, tuple[str, dict[str, str]]] = {  # canonical → what it is called here
    "members": (
        "tbl_person",
        {
            "member_id": "person_id", "membership_number": "member_no", "forename": "first_name",
            "surname": "last_name", "email": "email_address", "membership_category": "member_grade",
            "cohort": "wave", "created_at": "date_created", "updated_at": "last_modified",
        },
    ),
    "employment": (
        "JobHistory",
        {
            "employment_id": "JobId", "member_id": "PersonId", "employer": "Company", "job_title": "Role",
            "start_date": "DateFrom", "end_date": "DateTo", "is_current": "CurrentJob",
            "responsibilities": "Duties", "personal_achievements": "KeyAchievements",
            "updated_at": "ModifiedOn",
        },
    ),
    "education": (
        "academic_record",
        {
            "education_id": "id", "member_id": "person_id", "institution": "university", "course": "degree",
            "grade": "result", "start_date": "date_from", "end_date": "date_to", "updated_at": "modified_on",
        },
    ),
    "training": (
        "training_courses",
        {
            "training_id": "id", "member_id": "person_id", "title": "training_title", "provider": "supplier",
            "location": "venue", "start_date": "start", "end_date": "finish", "duration": "how_long",
            "description": "notes", "updated_at": "modified_on",
        },
    ),
    "other_experience": (
        "volunteering",
        {
            "experience_id": "id", "member_id": "person_id", "heading": "activity_title",
            "description": "details", "start_date": "date_from", "end_date": "date_to",
            "updated_at": "modified_on",
        },
    ),
    "competence_assessments": (
        "self_assessments",
        {
            "assessment_id": "id", "member_id": "person_id", "framework": "standard",
            "is_archived": "archive_flag", "archived_at": "archived_on", "created_at": "created_on",
            "updated_at": "modified_on",
        },
    ),
    "assessment_responses": (
        "assessment_answers",
        {
            "response_id": "answer_id", "assessment_id": "self_assessment_id",
            "competence_code": "competency", "level": "score", "updated_at": "modified_on",
        },
    ),
    "verifications": (
        "sign_offs",
        {
            "verification_id": "id", "assessment_id": "self_assessment_id", "verifier_name": "signed_off_by",
            "comments": "remarks", "verified_at": "verified_on", "updated_at": "modified_on",
        },
    ),
    "intents_to_register": (
        "registration_intents",
        {
            "intent_id": "id", "member_id": "person_id", "registration_category": "category_sought",
            "submitted_at": "date_submitted", "pra_consulted": "spoken_to_pra", "updated_at": "modified_on",
        },
    ),
    "supporters": (
        "referees",
        {
            "supporter_id": "id", "intent_id": "registration_intent_id", "membership_number": "member_no",
            "updated_at": "modified_on",
        },
    ),
    "schemes": (
        "company_schemes",
        {
            "scheme_id": "id", "organisation": "company_name", "coordinator_email": "coordinator_mail",
            "updated_at": "modified_on",
        },
    ),
    "scheme_memberships": (
        "scheme_enrolments",
        {
            "scheme_membership_id": "id", "scheme_id": "company_scheme_id", "member_id": "person_id",
            "joined_on": "date_joined", "status": "state", "updated_at": "modified_on",
        },
    ),
}  # fmt: skip

TYPED: dict[tuple[str, str], Any] = {
    ("employment", "is_current"): Boolean,
    ("education", "start_date"): Date,
    ("education", "end_date"): Date,
    ("competence_assessments", "is_archived"): Boolean,
    ("members", "created_at"): DateTime,
}


def their_name(table: str, column: str | None = None) -> str:
    """Return what this v2 calls a canonical table or column."""
    name, columns = NAMES[table]
    return name if column is None else columns.get(column, column)


def create_foreign_v2(engine: Engine, *, keys: Any = Integer, charset: str | None = None) -> MetaData:
    """Create the tables; `keys` is the type of all keys, `charset` MariaDB's character set."""
    metadata = MetaData()
    options: dict[str, Any] = {"mariadb_charset": charset} if charset else {}
    for canonical, table in v2.metadata.tables.items():
        columns = [
            Column(their_name(canonical, column.name), _type(canonical, column, keys))
            for column in table.columns
        ]
        Table(their_name(canonical), metadata, *columns, **options)
    metadata.create_all(engine)
    return metadata


def _type(table: str, column: Column[Any], keys: Any) -> Any:
    if isinstance(column.type, Integer):
        return keys
    return TYPED.get((table, column.name), Text)


def put(engine: Engine, metadata: MetaData, table: str, *rows: dict[str, Any]) -> None:
    """Insert rows given by canonical column names."""
    named = [{their_name(table, column): value for column, value in row.items()} for row in rows]
    with engine.begin() as connection:
        connection.execute(insert(metadata.tables[their_name(table)]), named)


def offer_views(engine: Engine, prefix: str) -> dict[str, str]:
    """Create a view of each table; return table → view."""
    quote = engine.dialect.identifier_preparer.quote
    views = {name: f"{prefix}{name}" for name in inspect(engine).get_table_names()}
    with engine.begin() as connection:
        for table, view in views.items():
            connection.execute(text(f"CREATE VIEW {quote(view)} AS SELECT * FROM {quote(table)}"))  # noqa: S608
    return views


KEY_TYPES = {"integers": Integer, "texts": String(40), "uuids": Uuid(as_uuid=False)}
