"""Whether OpenLineage events were asked for; without it nothing of it is imported, and nothing is sent."""

import os
from collections.abc import Mapping


def is_configured(environment: Mapping[str, str] | None = None) -> bool:
    """Return whether the environment names a transport and does not switch it off.

    A file openlineage.yml that happens to lie in the working folder is no such wish.
    """
    known = os.environ if environment is None else environment
    if known.get("OPENLINEAGE_DISABLED", "").strip().lower() == "true":
        return False
    named = ("OPENLINEAGE_URL", "OPENLINEAGE_CONFIG")
    return any(known.get(name) for name in named) or any(
        name.startswith("OPENLINEAGE__TRANSPORT") for name in known
    )
