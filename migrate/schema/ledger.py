"""The ledger, in v3's database (contract, part 3): fates, anomalies, decisions and runs."""

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    func,
    literal_column,
)

from migrate.schema.bytewise import bytewise
from migrate.schema.types import Id, LongText
from migrate.schema.v3 import EXACT_TEXT, Moment

LEDGER_VERSION = "1"

metadata = MetaData()

_Serial = BigInteger().with_variant(Integer, "sqlite")  # only INTEGER counts by itself in SQLite
_Key = String(255)

runs = Table(
    "migration_runs",
    metadata,
    Column("run_id", String(40), primary_key=True),
    Column("command", String(40), nullable=False),
    Column("cohort", LongText, comment="NULL for all; several are joined by ', '"),
    Column(
        "status", String(20), nullable=False, comment="running, completed, failed, interrupted, rolled-back"
    ),
    Column("rules_version", String(64), nullable=False),
    Column("started_at", Moment, nullable=False, comment="UTC"),
    Column("finished_at", Moment),
    Column("scope", LongText, nullable=False, comment="JSON: what was asked for; an equal scope is resumed"),
    Column("summary", LongText, comment="JSON: counts at the end"),
    **EXACT_TEXT,
)
batches = Table(
    "migration_batches",
    metadata,
    Column("run_id", String(40), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("kind", String(20), nullable=False, comment="schemes, members, departed, orphans or rollback"),
    Column("bounds", LongText, nullable=False, comment="JSON: which rows of v2 are in it"),
    Column("finished_at", Moment, comment="NULL while it is still to be done"),
    Column("counts", LongText, comment="JSON: rows inserted, updated, kept, dropped, rejected"),
    Column(
        "v2_digest", String(32), comment="of v2's rows, and of the rules, decisions and code that read them"
    ),
    Column(
        "v3_digest",
        String(32),
        comment="of v3's version of it when the batch was done; with both nothing is done",
    ),
    **EXACT_TEXT,
)
rows = Table(
    "migration_rows",
    metadata,
    Column("v2_table", String(64), primary_key=True),
    Column("v2_id", _Key, primary_key=True),
    Column("member_id", _Key, comment="v2's key of the owning member, as text"),
    Column("cohort", LongText),
    Column("fate", String(10), nullable=False, comment="migrated, dropped or rejected"),
    Column("reason", String(40)),
    Column("v3_table", String(64)),
    Column("v3_id", Id),
    Column("run_id", String(40), nullable=False),
    Column("owner_id", Id, comment="the v3 id derived from member_id: batches are ranges of it"),
    Column("base", LongText, comment="what was last loaded, for the merge (migrate.load.base)"),
    **EXACT_TEXT,
)
rows_owner = Index("migration_rows_owner", rows.c.owner_id)
updates = Table(
    "migration_updates",
    metadata,
    Column("update_id", _Serial, primary_key=True, autoincrement=True),
    Column(
        "run_id", String(40), nullable=False, comment="a run that changed a row which another run created"
    ),
    Column("v2_table", String(64), nullable=False),
    Column("v2_id", _Key, nullable=False),
    **EXACT_TEXT,
    sqlite_autoincrement=True,
)
Index("migration_updates_run", updates.c.run_id)
Index("migration_updates_row", updates.c.v2_table, updates.c.v2_id)
anomalies = Table(
    "migration_anomalies",
    metadata,
    Column("anomaly_id", _Serial, primary_key=True, autoincrement=True),
    Column("run_id", String(40), nullable=False),
    Column("cohort", LongText),
    Column("member_id", _Key, comment="v2's"),
    Column("v2_table", String(64), nullable=False),
    Column("v2_id", _Key),
    Column("v2_column", String(64), comment="NULL: the whole row"),
    Column("code", String(40), nullable=False),
    Column("severity", String(10), nullable=False),
    Column("raw_value", LongText, comment="what v2 held, to the letter"),
    Column("loaded_value", LongText, comment="what v3 got, as text"),
    Column("candidates", LongText, comment="JSON list"),
    Column("message", LongText),
    Column("owner_id", Id),
    **EXACT_TEXT,
    sqlite_autoincrement=True,
)
anomalies_owner = Index("migration_anomalies_owner", anomalies.c.owner_id)
text_start = bytewise(func.substr(anomalies.c.raw_value, literal_column("1"), literal_column("40")))
"""The start of a text: whole texts may be too long for an index. With it the rows of one text are found."""
_anomalies_text = Index("migration_anomalies_text", text_start, anomalies.c.anomaly_id).ddl_if(
    dialect=("sqlite", "postgresql")  # type: ignore[arg-type]  # a tuple is documented, not typed
)
_anomalies_text_prefix = Index(
    "migration_anomalies_text_start",
    anomalies.c.raw_value,
    mysql_length=40,
    mariadb_length=40,
).ddl_if(dialect=("mysql", "mariadb"))  # type: ignore[arg-type]
anomalies_text = {
    "sqlite": _anomalies_text,
    "postgresql": _anomalies_text,
    "mysql": _anomalies_text_prefix,
    "mariadb": _anomalies_text_prefix,
}
"""Each engine's index of texts."""
decisions = Table(
    "migration_decisions",
    metadata,
    Column("decision_id", _Serial, primary_key=True, autoincrement=True),
    Column("scope", String(10), nullable=False, comment="row or text"),
    Column("v2_table", String(64), nullable=False),
    Column("v2_column", String(64)),
    Column("v2_id", _Key),
    Column("raw_value", LongText),
    Column("action", String(20), nullable=False, comment="set, leave-blank, accept; withdraw takes back"),
    Column("value", LongText),
    Column("reviewer", _Key),
    Column("note", LongText),
    Column("decided_at", Moment, comment="UTC"),
    **EXACT_TEXT,
    sqlite_autoincrement=True,
)
notices = Table(
    "migration_notices",
    metadata,
    Column("member_id", _Key, primary_key=True, comment="v2's"),
    Column("digest", String(64), nullable=False, comment="of what the notice said"),
    Column("issued_at", Moment, nullable=False),
    **EXACT_TEXT,
)
ledger = Table(
    "migration_ledger",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", LongText),
    **EXACT_TEXT,
)
