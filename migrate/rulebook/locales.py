"""The locales that rule files name: words are asked of CLDR by them."""

from typing import Annotated

from babel import Locale, UnknownLocaleError
from pydantic import AfterValidator


def _known(name: str) -> str:
    try:
        Locale.parse(name)
    except (UnknownLocaleError, ValueError) as error:
        raise ValueError(f"must be a locale of CLDR, such as en_GB ({error})") from error
    return name


LocaleName = Annotated[str, AfterValidator(_known)]
"""The name of a locale that CLDR knows."""
