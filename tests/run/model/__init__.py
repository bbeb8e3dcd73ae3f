"""What is migrated and taken back, in plain Python: what the engine is compared with."""
