"""What readers of the documentation are told of `explain`."""

import re
from pathlib import Path
from typing import get_args

from migrate.explain.row import State


def test_the_page_on_reviewing_names_every_state() -> None:
    page = (Path(__file__).parents[2] / "docs" / "reviewing.md").read_text(encoding="utf-8")
    table = page.partition("| state | means |")[2].partition("\n\n")[0]
    assert set(re.findall(r"^\| `([a-z-]+)` \|", table, re.MULTILINE)) == set(get_args(State))
