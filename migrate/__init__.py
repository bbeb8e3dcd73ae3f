"""Career Migrate: Career Manager v2 records into v3, cohort by cohort."""

__version__ = "0.1.0"
