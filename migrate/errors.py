"""What can go wrong with a set-up. Bad data never raises: it is an anomaly.

    MigrationError            1  something failed; what was committed stays
    ├── ConfigurationError    2  wrong usage, rules or settings
    ├── PreflightError        3  the databases are not ready; nothing was written
    │   └── ScopeHeldError    3  another live run holds the cohort
    ├── QualityError          4  a critical expectation failed after the run
    └── InterruptedRunError 130  stopped on request, at a batch boundary

The command line turns them into one line of words and the exit code at one point (`migrate.cli`). They keep
their parts as arguments, so that they survive the way home from a worker process.
"""

from enum import IntEnum


class ExitCode(IntEnum):
    """What the process says to its caller (contract, part 4). `verify` answers DIFFERENCE, it is no error."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    REFUSED = 3
    QUALITY = 4
    DIFFERENCE = 5
    INTERRUPTED = 130


class MigrationError(Exception):
    """A failure that a person can act on; its text says where, what, and what to do."""

    exit_code = ExitCode.FAILED

    @property
    def problems(self) -> tuple[str, ...]:
        """Each problem found, as one line."""
        return tuple(str(part) for part in self.args)

    def __str__(self) -> str:
        return "\n".join(self.problems)


class ConfigurationError(MigrationError):
    """The command, a rule file or a setting is wrong."""

    exit_code = ExitCode.USAGE


class PreflightError(MigrationError):
    """Source or target are not as the run needs them. Nothing was written."""

    exit_code = ExitCode.REFUSED


class ScopeHeldError(PreflightError):
    """Another run that is alive works on the same members."""


class QualityError(MigrationError):
    """A critical expectation failed after the run."""

    exit_code = ExitCode.QUALITY


class InterruptedRunError(MigrationError):
    """The run was asked to stop and stopped at a batch boundary."""

    exit_code = ExitCode.INTERRUPTED
