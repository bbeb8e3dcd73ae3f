"""What the ledger keeps of what members wrote, and how it is removed when the retention period ends."""
