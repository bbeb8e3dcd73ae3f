"""A run: batches of v2 rows, each extracted, transformed and loaded in one transaction."""
