"""``python -m armsledger``."""

from armsledger.cli.main import run

run()
