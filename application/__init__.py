"""The use cases, for the command line and Python alike."""
