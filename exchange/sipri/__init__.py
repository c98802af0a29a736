"""SIPRI's registers of arms transfers as files: read, compared release by release, and written again."""
