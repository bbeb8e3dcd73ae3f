"""Where each rule file lies: in a folder of the engineer's own, or as shipped."""

from pathlib import Path

from migrate.errors import ConfigurationError
from migrate.resources import resource

FILES = (
    "mapping.yaml",
    "dates.yaml",
    "flags.yaml",
    "durations.yaml",
    "anomalies.yaml",
    "durations/shapes.yaml",
)
"""The rule files that every migration reads, in addition to one for each language."""
LANGUAGES = "durations/languages"


def rule_file(name: str, folder: Path | None = None) -> Path:
    """Return the path of a rule file: the folder's own if it has one of that name, else the shipped one."""
    own = folder / name if folder else None
    return own if own and own.exists() else resource(f"rules/{name}")


def language_file(language: str) -> str:
    """Return the name of a language's rule file."""
    return f"{LANGUAGES}/{language}.yaml"


def refuse_misnamed(folder: Path) -> None:
    """Raise ConfigurationError that names each YAML file in a folder of rules that is not a rule file."""
    shipped = resource("rules")
    names = {path.relative_to(shipped) for path in shipped.rglob("*.yaml")}
    languages = Path(LANGUAGES)
    found = sorted(path.relative_to(folder) for path in folder.rglob("*.y*ml"))
    misnamed = [
        name
        for name in found
        if name not in names
        and not (name.parent == languages and name.suffix == ".yaml")
        and not any(part.startswith(".") for part in name.parts)
    ]
    if misnamed:
        known = ", ".join(sorted(str(name) for name in names if name.parent != languages))
        raise ConfigurationError(
            *(
                f"{folder / name}: no rules are read from a file of this name; they are {known} and "
                f"{LANGUAGES}/*.yaml. Rename it or take it out"
                for name in misnamed
            )
        )


def deciding_files(folder: Path | None = None) -> list[tuple[str, Path]]:
    """Return name and path of every rule file that decides what the migration reads."""
    folders = [resource("rules"), *([folder] if folder else [])]
    languages = sorted({path.stem for each in folders for path in (each / LANGUAGES).glob("*.yaml")})
    names = [*FILES, *map(language_file, languages)]
    return [(name, rule_file(name, folder)) for name in names]
