"""`python -m migrate` is `career-migrate`."""

from migrate.cli import main

main()
