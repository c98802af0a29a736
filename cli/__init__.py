"""The ``armsledger`` command: parse, make one call, print."""
