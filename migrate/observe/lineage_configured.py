"""Whether OpenLineage events were asked for; without it nothing of it is imported, and nothing is sent."""

from collections.abc import Mapping


def is_configured(environment: Mapping[str, str]) -> bool:
    """Return whether an environment names a transport and does not switch it off.

    A file openlineage.yml that happens to lie in the working folder is no such wish.
    """
    if environment.get("OPENLINEAGE_DISABLED", "").strip().lower() == "true":
        return False
    named = ("OPENLINEAGE_URL", "OPENLINEAGE_CONFIG")
    return any(environment.get(name) for name in named) or any(
        name.startswith("OPENLINEAGE__TRANSPORT") for name in environment
    )
