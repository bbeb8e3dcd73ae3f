"""Whether two URLs lead to one database: v3 must not be written where v2 is."""

import pytest
from sqlalchemy import make_url

from migrate.run.preflight import place_of

ONE_PLACE = [
    ("sqlite:///v2.db", "sqlite:///./folder/../v2.db"),
    ("sqlite:///v2.db", "sqlite+pysqlite:///v2.db?timeout=5"),
    ("postgresql://reader:a@127.0.0.1/career", "postgresql+psycopg://writer:b@localhost:5432/career"),
    ("postgresql://v2.example/career", "postgresql://v2.example/career?connect_timeout=5&sslmode=require"),
    ("postgresql://V2.example/career", "postgresql:///career?host=v2.example&port=5432"),
    ("postgresql:///career", "postgresql://[::1]/career?application_name=night"),
    ("mysql://v2.example/career", "mariadb+pymysql://v2.example:3306/career?connect_timeout=5"),
]
TWO_PLACES = [
    ("sqlite:///v2.db", "sqlite:///v3.db"),
    ("postgresql://v2.example/career", "postgresql://v3.example/career"),
    ("postgresql://v2.example/career", "postgresql://v2.example:5433/career"),
    ("postgresql://v2.example/career", "postgresql://v2.example/career?port=5433"),
    ("postgresql://v2.example/career", "postgresql://v2.example/Career"),
    ("postgresql://v2.example/career", "postgresql://v2.example/career?options=-csearch_path%3Dv3"),
    ("postgresql:///career", "postgresql:///career?host=/run/other"),
    ("mariadb://localhost/career", "mariadb://localhost/career?unix_socket=/run/other.sock"),
    ("mariadb://localhost/career", "postgresql://localhost/career"),
]


@pytest.mark.parametrize(("one", "other"), ONE_PLACE)
def test_one_database_is_found_however_it_is_asked_for(one: str, other: str) -> None:
    assert place_of(make_url(one)) == place_of(make_url(other))


@pytest.mark.parametrize(("one", "other"), TWO_PLACES)
def test_two_databases_are_not_taken_for_one(one: str, other: str) -> None:
    assert place_of(make_url(one)) != place_of(make_url(other))
