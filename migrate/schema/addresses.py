"""What an e-mail address looks like that somebody can be written to."""

import re

_BLANK = "\\s\N{NO-BREAK SPACE}"
_NAME, _LABEL = rf"[^{_BLANK}@<>,;\"]+", rf"[^{_BLANK}@<>,;\".]+"
ADDRESS = rf"^[{_BLANK}]*{_NAME}@{_LABEL}(?:\.{_LABEL})+[{_BLANK}]*$"
"""One address: a name, an @, and a domain with a dot; blanks around it are forgiven. Arrow and Python read it
alike.
"""
_ADDRESS = re.compile(ADDRESS.removesuffix("$"), re.ASCII)


def is_address(text: str | None) -> bool:
    """Tell whether a text is one address."""
    return _ADDRESS.fullmatch(text or "") is not None
