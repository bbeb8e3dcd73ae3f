"""A v2 of a few members beside an empty v3, on SQLite and with v3 on each engine."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.run.places import Place, Row, fill_v2, opened_place
from tests.servers import ENGINES

CAREERS: dict[str, list[Row]] = {  # member 1 and 2 are of cohort A, 3 of B, 4 of none
    "members": [
        {"membership_number": "N1", "surname": "Ashdown", "cohort": "A"},
        {"membership_number": "N2", "surname": "Birch", "cohort": "A"},
        {"membership_number": "N3", "surname": "Cole", "cohort": "B"},
        {"membership_number": "N4", "surname": "Dunn"},
    ],
    "training": [
        {"member_id": 1, "title": "First aid", "duration": "2 hours"},
        {"member_id": 1, "title": "Welding", "duration": "call me"},
        {"member_id": 2, "title": "Rigging", "duration": "1 day"},
        {"member_id": 3, "title": "Survey", "duration": "3 hours"},
        {"member_id": 4, "title": "Piling", "duration": "4 hours"},
        {"member_id": 99, "title": "Nobody's", "duration": "4 hours"},
    ],
    "education": [{"member_id": 1, "course": "HND", "grade": "2:1"}],
    "competence_assessments": [
        {"member_id": 1, "title": "Mine", "is_archived": "0"},
        {"member_id": 1, "title": "Old", "is_archived": "1"},
        {"member_id": 3, "title": "Third", "is_archived": "0"},
    ],
    "assessment_responses": [
        {"assessment_id": 1, "competence_code": "A1", "level": "3"},
        {"assessment_id": 2, "competence_code": "A1", "level": "1"},
        {"assessment_id": 3, "competence_code": "B2", "level": "2"},
    ],
    "schemes": [{"name": "Northgrid", "coordinator_email": "c@example.org"}],
    "scheme_memberships": [{"scheme_id": 1, "member_id": 1}, {"scheme_id": 1, "member_id": 3}],
}


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """The careers, and an empty v3 on SQLite."""
    yield from filled_place(f"sqlite:///{tmp_path / 'v2.db'}", f"sqlite:///{tmp_path / 'v3.db'}")


@pytest.fixture(params=ENGINES)
def each_place(
    request: pytest.FixtureRequest, tmp_path: Path, fresh_database: Callable[[str], str]
) -> Iterator[Place]:
    """The careers, and an empty v3 on each engine."""
    yield from filled_place(f"sqlite:///{tmp_path / 'v2.db'}", fresh_database(request.param))


def filled_place(source_url: str, target_url: str) -> Iterator[Place]:
    """Yield a place that holds the careers."""
    with opened_place(source_url, target_url) as place:
        fill_v2(place, CAREERS)
        yield place
