"""Serves the pages: addresses (app), who may pass (guard), the port (serving), the link (opening)."""
