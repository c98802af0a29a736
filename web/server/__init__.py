"""The pages of a ledger, live: a server that reads, and records only where somebody asked for that."""
