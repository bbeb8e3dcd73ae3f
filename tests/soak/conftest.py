"""The campaigns use the places of tests/faults."""

from tests.faults.conftest import campaigns, on_each_engine, on_each_server

__all__ = ["campaigns", "on_each_engine", "on_each_server"]
