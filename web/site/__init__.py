"""A ledger as a folder of pages: which pages there are, where each is, and writing those that changed."""
