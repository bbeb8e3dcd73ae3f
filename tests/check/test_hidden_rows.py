"""Tables of PostgreSQL that a policy may hide rows of are refused, v2's and v3's."""

from pathlib import Path
from uuid import uuid4

import pytest

from migrate.check.preflight import check_target
from migrate.schema import v2, v3
from tests.check.test_preflight import source_problems
from tests.servers import as_user, execute, new_database, opened

SECURED = "ALTER TABLE training ENABLE ROW LEVEL SECURITY"
THROUGH_A_VIEW = (
    "ALTER TABLE training RENAME TO secured",
    "CREATE VIEW training {0} AS SELECT * FROM secured",
    "GRANT SELECT ON training TO PUBLIC",
)
POLICIES = {  # what is done to training, whether rows may be hidden
    "some": ((SECURED, "CREATE POLICY own ON training USING (title <> 'Rigging')"), True),
    "none": ((SECURED, "CREATE POLICY own ON training USING (true)"), False),
    "none, for others": ((SECURED, "CREATE POLICY own ON training TO postgres USING (true)"), True),
    "none, and some after all": (
        (
            SECURED,
            "CREATE POLICY own ON training USING (true)",
            "CREATE POLICY more ON training AS RESTRICTIVE USING (title <> 'Rigging')",
        ),
        True,
    ),
    "under a view of who asks": (
        (SECURED, *(part.format("WITH (security_invoker)") for part in THROUGH_A_VIEW)),
        True,
    ),
    "under a view of who asks, in short": (
        (SECURED, *(part.format("WITH (security_invoker = 'T')") for part in THROUGH_A_VIEW)),
        True,
    ),
    "under a view of its owner": ((SECURED, *(part.format("") for part in THROUGH_A_VIEW)), False),
}


@pytest.mark.parametrize(("statements", "are_hidden"), POLICIES.values(), ids=POLICIES)
def test_table_of_which_a_policy_hides_rows_from_the_account_is_told(
    tmp_path: Path, statements: tuple[str, ...], are_hidden: bool
) -> None:
    """What is never seen would be lost, and verify would find nothing amiss."""
    user = f"reader_{uuid4().hex[:8]}"
    told = (
        "v2's table training may hide rows from this account (row-level security). Give the account "
        "BYPASSRLS, or make a view that gives every row which is meant, and name that in "
        "rules/mapping.yaml under tables.training.from"
    )
    with new_database("postgresql", tmp_path) as url:
        with opened(url) as engine:
            v2.metadata.create_all(engine)
        execute(
            url,
            f"CREATE ROLE {user} LOGIN PASSWORD 'not-a-secret'",
            f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {user}",
            *statements,
        )
        try:
            assert source_problems(as_user(url, user, "not-a-secret")) == [told] * are_hidden
            assert source_problems(url) == []
        finally:
            execute(url, f"DROP OWNED BY {user}", f"DROP ROLE {user}")


SEEN = "CREATE POLICY own ON trainings FOR SELECT USING (true)"
SECURING = [  # policy, by whom else, whether v3's rows may be hidden, whether it may also skip changes
    ("CREATE POLICY own ON trainings USING (title <> 'Rigging')", "", True, True),
    (SEEN, "", False, True),
    ("CREATE POLICY own ON trainings USING (true)", "", False, True),  # takes no COPY
    (SEEN, "ALTER ROLE {user} BYPASSRLS", False, False),
    ("CREATE POLICY own ON trainings USING (false)", "ALTER TABLE trainings OWNER TO {user}", False, False),
    (
        "ALTER TABLE trainings FORCE ROW LEVEL SECURITY",
        "ALTER TABLE trainings OWNER TO {user}",
        True,
        True,
    ),
]


@pytest.mark.parametrize(("policy", "granted", "are_hidden", "may_be_skipped"), SECURING)
def test_v3_whose_policies_may_keep_rows_or_changes_from_the_account_is_refused(
    tmp_path: Path, policy: str, granted: str, are_hidden: bool, may_be_skipped: bool
) -> None:
    """Hidden rows would be told as deleted by their members, and changes that reach no row as made."""
    user = f"migrator_{uuid4().hex[:8]}"
    told = (
        "v3's table trainings may hide rows from this account or skip its changes (row-level security): they "
        "would be taken for deleted or made. Give the account BYPASSRLS; nothing was written"
    )
    with new_database("postgresql", tmp_path) as url:
        with opened(url) as engine:
            v3.metadata.create_all(engine)
        execute(
            url,
            f"CREATE ROLE {user} LOGIN PASSWORD 'not-a-secret'",
            f"GRANT ALL ON ALL TABLES IN SCHEMA public TO {user}",
            "ALTER TABLE trainings ENABLE ROW LEVEL SECURITY",
            policy,
            *([granted.format(user=user)] if granted else []),
        )
        try:
            with opened(as_user(url, user, "not-a-secret")) as engine:
                assert check_target(engine) == [told] * may_be_skipped
                assert check_target(engine, only_reads=True) == [told] * are_hidden
            with opened(url) as engine:
                assert check_target(engine) == []
        finally:
            execute(url, f"DROP OWNED BY {user} CASCADE", f"DROP ROLE {user}")
