"""Career Migrate: Career Manager v2 records into v3, cohort by cohort."""

import os

__version__ = "0.1.0"

# Arrow, if it is not loaded yet, will ask the C library for memory, not the mimalloc that comes with it
# (docs/choices.md)
os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
