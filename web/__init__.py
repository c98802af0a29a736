"""Pages: what a ledger tells, for browsers."""
