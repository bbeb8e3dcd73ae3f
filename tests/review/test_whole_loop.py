"""From the link to v3: a group decided in the browser is applied by the next run."""

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from playwright.sync_api import expect
from sqlalchemy import create_engine, insert, select

from migrate.schema import ledger, v2, v3
from tests.review.chromium import choose_facet, chromium, serious_violations, served, watch

ROWS = 120


@pytest.fixture
def databases(tmp_path: Path) -> tuple[str, str]:
    """A v2 whose members all typed `3`, and the v3 that it was migrated into."""
    source, target = f"sqlite:///{tmp_path}/v2.db", f"sqlite:///{tmp_path}/v3.db"
    engine = create_engine(source)
    v2.metadata.create_all(engine)
    numbers = range(1, ROWS + 1)
    members = [{"member_id": n, "membership_number": f"M{n}", "cohort": "2024-A"} for n in numbers]
    trainings = [{"training_id": n, "member_id": n, "title": "IOSH", "duration": "3"} for n in numbers]
    with engine.begin() as connection:
        connection.execute(insert(v2.members), members)
        connection.execute(insert(v2.training), trainings)
    engine.dispose()
    migrate(source, target)
    return source, target


def migrate(source: str, target: str) -> None:
    """Run the migration as the page says it."""
    command = [sys.executable, "-m", "migrate", "run", "--source", source, "--target", target]
    subprocess.run([*command, "--cohort", "2024-A"], check=True, capture_output=True)  # noqa: S603


def hours_in(target: str) -> Counter[str | None]:
    """Count the hours that v3 has."""
    engine = create_engine(target)
    with engine.connect() as connection:
        hours = connection.scalars(select(v3.trainings.c.duration_hours)).all()
    engine.dispose()
    return Counter(None if each is None else f"{each:f}" for each in hours)


def open_anomalies_in(target: str) -> int:
    """Count what is reported about durations."""
    engine = create_engine(target)
    query = select(ledger.anomalies.c.v2_id).where(ledger.anomalies.c.v2_column == "duration")
    with engine.connect() as connection:
        count = len(connection.execute(query).all())
    engine.dispose()
    return count


def test_a_group_decided_with_one_click_is_gone_after_the_run_and_its_hours_are_in_v3(
    databases: tuple[str, str],
) -> None:
    source, target = databases
    assert (hours_in(target), open_anomalies_in(target)) == ({None: ROWS}, ROWS)
    with chromium() as browser, served(target, "--source", source, "--reviewer", "Kim") as link:
        page = browser.new_context().new_page()
        wrong = watch(page)
        page.goto(link)
        choose_facet(page, f"A number without a unit {ROWS}")
        page.get_by_role("button", name="21 h").click()
        expect(page.get_by_role("dialog")).to_contain_text(f"{ROWS} rows of {ROWS} members")
        page.get_by_role("button", name="Save").click()
        page.get_by_role("button", name="Undo").click()
        expect(page.get_by_role("status")).to_contain_text("Undone")
        page.get_by_role("button", name="21 h").click()
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("status")).to_contain_text("Saved: set 21 h")

        page.get_by_role("link", name="Apply").click()
        expect(page.get_by_label("Command")).to_contain_text("--cohort 2024-A")
        page.get_by_role("button", name="Ask what it would do").click()
        expect(page.locator("main")).to_contain_text("What plan says", timeout=60_000)
        expect(page.get_by_role("row", name=f"trainings.duration_hours {ROWS}")).to_be_visible()
        assert serious_violations(page) == []

        migrate(source, target)
        page.get_by_role("link", name="Groups").click()
        expect(page.locator("main")).to_contain_text("Nothing is open here.")
        page.get_by_role("link", name="Apply").click()
        expect(page.locator("main")).to_contain_text("No decision waits to be applied.")
        assert wrong == []
    assert (hours_in(target), open_anomalies_in(target)) == ({"21.00": ROWS}, 0)
