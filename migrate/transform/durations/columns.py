"""A whole column of texts: each distinct text is read once."""

from typing import TYPE_CHECKING, Any

from migrate.rulebook.durations import DurationPolicy
from migrate.transform.durations.duration import BLANK, Duration
from migrate.transform.durations.reader import read_duration

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd


def read_durations(
    texts: "pd.Series[Any]", policy: DurationPolicy
) -> tuple["np.ndarray[tuple[int], np.dtype[np.intp]]", list[Duration]]:
    """Return each text's place in a list, and the list of what the distinct texts read as.

    NULL reads as the blank duration. A row's answer is `durations[places[row]]`.
    """
    import numpy as np
    import pandas as pd  # here, so that one text is read without them

    places, distinct = pd.factorize(texts, use_na_sentinel=True)
    durations = [read_duration(text, policy) for text in distinct]
    missing = places < 0
    if missing.any():
        places = np.where(missing, len(durations), places)
        durations.append(BLANK)
    return places, durations
