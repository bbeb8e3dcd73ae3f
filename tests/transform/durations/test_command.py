"""`career-migrate duration`: one line for each text, whatever its bytes."""

import json

from click.testing import CliRunner

from migrate.cli.duration import duration


def _lines(arguments: list[str], given: bytes = b"") -> list[str]:
    result = CliRunner().invoke(duration, arguments, input=given, catch_exceptions=False)
    assert result.exit_code == 0
    return result.stdout.splitlines()


def test_json_is_one_object_a_line() -> None:
    first, second = (json.loads(line) for line in _lines(["--json", "2 days", "3"]))
    assert first == {
        "text": "2 days",
        "hours": 14,
        "code": "assumed-day",
        "severity": "info",
        "assumptions": [],
        "candidates": [],
        "message": "'2 days' was read as 14 h: 7 h a day",
    }
    assert (second["hours"], second["code"], second["candidates"]) == (None, "no-unit", [3, 21])


def test_a_stream_gives_a_line_for_each_line_also_for_blank_ones() -> None:
    given = b"2 days\n\n6 x 2 hours\r\n3\xff hours\n\xc2\xbd day"
    found = [json.loads(line) for line in _lines(["-", "--json"], given)]
    assert [(each["hours"], each["code"]) for each in found] == [
        (14, "assumed-day"),
        (None, "blank"),
        (12, "repeated"),
        (3, "stated"),
        (3.5, "assumed-day"),
    ]
    assert found[2]["text"] == "6 x 2 hours"


def test_a_text_may_begin_with_a_dash() -> None:
    assert json.loads(_lines(["-3 hours", "--json"])[0])["code"] == "invalid"
    assert json.loads(_lines(["--json", "--", "-3 hours"])[0])["code"] == "invalid"


def test_without_json_a_line_is_for_reading() -> None:
    assert _lines(["2 days"]) == ["      14 h  assumed-day         '2 days' was read as 14 h: 7 h a day"]
