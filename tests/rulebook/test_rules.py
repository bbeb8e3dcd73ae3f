"""The rules as one value: a folder's files replace shipped ones, and their content gives the version."""

from pathlib import Path

import pytest

from migrate.errors import ConfigurationError
from migrate.resources import resource
from migrate.rulebook import load_rules
from migrate.rulebook.files import FILES
from migrate.rulebook.yaml_file import RuleModel, read_rules


class Example(RuleModel):
    hours: int
    names: dict[str, str] = {}


WRONG = [  # a file, what is said of it after its path
    ("hours: seven\n", ":1: hours: "),
    ("names: {a: b}\n", ":1: hours: field required"),
    ("hours: 7\nnames:\n  a: b\n  a: c\n", ":4: a stands twice"),
    ("hours: 7\nminutes: 3\n", ":2: minutes: "),
    ("hours: [7\n", ":2: not valid YAML"),
    ("hours: !!python/object/apply:os.system ['true']\n", ":1: not valid YAML"),
    ("", ":1: hours: field required"),
    ("- 7\n", ":1: "),
    ("hours: 2010-13-45\n", ":1: not valid YAML: month must be in 1..12"),
    ("hours: 7\nnames: {a: \0}\n", ":1: not valid YAML: control characters are not allowed"),
    (
        "names: {}\nhours:7\n\n# more\nminutes: 3\n",
        ":2: not valid YAML: write a space after the colon of hours",
    ),
    ("names: {}\nhours:7\n", ":2: not valid YAML: write a space after the colon of hours"),
    ("hours: &it [*it]\n", ": holds itself, or is nested too deep"),
    (b"hours: 7\nnames: {a: Zo\xeb}\n", ":2: is not UTF-8; save it as UTF-8"),
    ("hours: 7\n".encode("utf-16"), ":1: is not UTF-8; save it as UTF-8"),
]


@pytest.mark.parametrize(("content", "words"), WRONG)
def test_a_wrong_file_is_told_by_line_and_key(content: str | bytes, words: str, tmp_path: Path) -> None:
    path = tmp_path / "example.yaml"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(ConfigurationError) as caught:
        read_rules(path, Example)
    assert f"{path}{words}" in str(caught.value)


def test_a_long_value_is_quoted_by_its_beginning(tmp_path: Path) -> None:
    path = tmp_path / "example.yaml"
    path.write_text(f"hours: {'seven ' * 1000}\n")
    with pytest.raises(ConfigurationError) as caught:
        read_rules(path, Example)
    assert len(str(caught.value)) < len(str(path)) + 200


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="cannot be read"):
        read_rules(tmp_path / "none.yaml", Example)


GAPS = [  # a shipped file, what stands there, what stands there instead, what is said
    ("durations.yaml", "  point: {hours_each: null, candidate_hours: 1}\n", "", "credits: must name point"),
    ("durations.yaml", '  second: "minute / 60"\n', "", "units: must name second"),
    ("durations.yaml", "    - vague\n", "", "precedence: must name vague"),
    (
        "durations.yaml",
        '"minute / 60"',
        '"minuet / 60"',
        "units: cannot be counted in hours ('minuet' is not",
    ),
    ("durations.yaml", '"day / 2"', '"half_day / 2"', "units: cannot be counted in hours ("),
    ("durations.yaml", '"{hours_per_day} hour"', '"{hours} hour"', "units: cannot be counted in hours ("),
    ("durations.yaml", '"hour / 60"', '"0 hour"', "units.minute: must be more than no hours"),
    ("durations/languages/en.yaml", "locale: en", "locale: english", "locale: must be a locale of CLDR"),
    ("durations/languages/zh.yaml", "[zh_Hant]", "[xx]", "more_locales.0: must be a locale of CLDR"),
    ("durations/languages/de.yaml", "{ones}und{tens}", "{ones}und{ten}", "compounds.0: string should match"),
    ("durations/languages/de.yaml", '"{n}einhalb"', '"{m}einhalb"', "halves.0: string should match"),
    (
        "durations/languages/de.yaml",
        '"1/2": [halb,',
        '"1/0": [halb,',
        "fractions.1/0.[key]: string should match",
    ),
    ("dates.yaml", "languages: [en,", "languages: [xx,", "languages.0: must be a locale of CLDR"),
    ("anomalies.yaml", "\norphan:\n", "\norphans:\n", "an entry for each shipped code (lacks orphan)"),
]


@pytest.mark.parametrize(("name", "shipped", "instead", "words"), GAPS)
def test_a_file_that_lacks_what_readers_ask_of_it_is_refused(
    name: str, shipped: str, instead: str, words: str, tmp_path: Path
) -> None:
    content = resource(f"rules/{name}").read_text(encoding="utf-8")
    assert shipped in content
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / name).write_text(content.replace(shipped, instead, 1))
    with pytest.raises(ConfigurationError) as caught:
        load_rules(tmp_path)
    assert words in str(caught.value)
    assert all(line.startswith(str(tmp_path / name)) for line in caught.value.problems)


@pytest.mark.parametrize("name", FILES)
def test_a_folder_replaces_a_shipped_file_and_changes_the_version(name: str, tmp_path: Path) -> None:
    assert load_rules(tmp_path).version == load_rules().version
    shipped = resource(f"rules/{name}").read_text(encoding="utf-8")
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text(shipped)
    assert load_rules(tmp_path).version == load_rules().version
    (tmp_path / name).write_text(f"{shipped}\n# reviewed\n")
    assert load_rules(tmp_path).version != load_rules().version
