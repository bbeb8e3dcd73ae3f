"""Says in words what is wrong with the Python that `make setup` was given."""

import sys

if sys.version_info < (3, 11):  # noqa: UP036  # this runs under whatever Python is there
    sys.exit(
        f"Career Migrate needs Python 3.11 or later; {sys.executable} is {sys.version.split()[0]}. "
        "Type: make setup PYTHON=/path/to/python3.11"
    )
try:
    import ensurepip  # noqa: F401
    import venv  # noqa: F401
except ImportError:
    sys.exit(f"{sys.executable} cannot make virtual environments. On Debian: apt-get install python3-venv")
