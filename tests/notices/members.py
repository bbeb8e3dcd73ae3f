"""Members as a run leaves them: v3's rows and the ledger's."""

from sqlalchemy import Connection

from migrate.schema import ledger, v3
from migrate.transform.identity import v3_id
from tests.ledgers import put

RUN = "20240512T203000-1"


def migrated(connection: Connection, table: str, v3_table: str, v2_id: str, member: str) -> str:
    """Put the ledger's row of something that was migrated; return its v3 id."""
    identity = v3_id(table, v2_id)
    fate = {"fate": "migrated", "v3_table": v3_table, "v3_id": identity, "cohort": f"cohort {member}"}
    put(connection, ledger.rows, fate, **ledger_place(table, v2_id, member))
    return identity


def ledger_place(table: str, v2_id: str, member: str) -> dict[str, str]:
    owner = v3_id("members", member)
    return {"v2_table": table, "v2_id": v2_id, "member_id": member, "owner_id": owner, "run_id": RUN}


def put_member(connection: Connection, member: str, **columns: str) -> str:
    identity = migrated(connection, "members", "members", member, member)
    put(connection, v3.members, {"id": identity, "membership_number": f"0110{member}", **columns})
    return identity
