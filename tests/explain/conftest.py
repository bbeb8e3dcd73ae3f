"""Explanations read v3's database: every test runs on each engine that it names."""

from tests.ledgers import connection, server_targets, sqlite_url, target_engine, target_url

__all__ = ["connection", "server_targets", "sqlite_url", "target_engine", "target_url"]
