"""How a URL of PostgreSQL's says in which schema tables are to be looked for."""

import re
from urllib.parse import quote

from sqlalchemy import make_url

_PLAIN = re.compile(r"[a-z_][a-z0-9_]*")
"""A name that PostgreSQL takes as it stands; others are quoted."""
_SPLITS = re.compile(r"([\s\\])")
"""What would end an option, unless a backslash stands before it."""


def path_advice(url: str, schema: str) -> str:
    """Return in words what a URL needs, so that a schema's tables are found without its name."""
    name = schema if _PLAIN.fullmatch(schema) else '"{}"'.format(schema.replace('"', '""'))
    path = _SPLITS.sub(r"\\\1", f"-csearch_path={name},public")
    own = make_url(url).normalized_query
    written = quote(" ".join([*own.get("options", ()), path]), safe=",")
    if "options" in own:
        return f"write in the URL, in place of its options, options={written}"
    return f"end the URL in {'&' if own else '?'}options={written}"
