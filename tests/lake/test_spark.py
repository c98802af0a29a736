"""Folding on a real, local session of Spark's: the same rows, whoever makes the session."""

from __future__ import annotations

import os
import shutil
from importlib.util import find_spec
from pathlib import Path

import pytest

from armsledger import Ledger
from tests.application.book import SEED, STORY
from tests.lake.lakes import assert_same_rows, synced
from tests.processes import python

MISSING = [
    name
    for name, is_there in {"java": shutil.which("java"), "pyspark (make with-spark)": find_spec("pyspark")}.items()
    if not is_there
]
pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"there is no {' and no '.join(MISSING)} here")
LOCAL = {
    "SPARK_LOCAL_IP": "127.0.0.1",
    "PYSPARK_SUBMIT_ARGS": "--master local[2] --conf spark.ui.enabled=false"
    " --conf spark.sql.shuffle.partitions=2 pyspark-shell",
}
FOLD = """
import sys
from armsledger import lake
print(lake.fold(sys.argv[1], engine="spark").folder)
"""


def on_spark(folder: Path) -> Path:
    """Fold a lake on a session that the environment configures, in a process of its own."""
    return Path(python("-c", FOLD, folder, env={**os.environ, **LOCAL}).splitlines()[-1])


def test_the_story_folds_on_spark_to_the_rows_of_the_ledgers_own_tables(tmp_path: Path) -> None:
    with Ledger.in_memory(recorded_by="tester") as ledger:
        ledger.record_file(SEED)
        ledger.record_file(STORY)
        synced(ledger, tmp_path / "arms.lake", 2)
        assert_same_rows(ledger, on_spark(tmp_path / "arms.lake"))
