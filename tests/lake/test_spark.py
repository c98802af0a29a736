"""Folding on a real, local session of Spark's: the same rows, whoever makes the session."""

from __future__ import annotations

import os
import shutil
import sys
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace

import pytest

from armsledger import Ledger, lake
from armsledger.domain.errors import UsageError
from armsledger.lake.errors import SparkFailed
from bench.big_ledger import fill
from tests.application.book import SEED, STORY
from tests.lake.lakes import assert_same_rows, synced
from tests.processes import python

MISSING = [
    name
    for name, is_there in {"java": shutil.which("java"), "pyspark (make with-spark)": find_spec("pyspark")}.items()
    if not is_there
]
needs_spark = pytest.mark.skipif(  # never in CI, which has both
    bool(MISSING) and not os.environ.get("CI"), reason=f"there is no {' and no '.join(MISSING)} here"
)
LOCAL = {
    "SPARK_LOCAL_IP": "127.0.0.1",
    "PYSPARK_SUBMIT_ARGS": "--master local[2] --conf spark.ui.enabled=false"
    " --conf spark.sql.shuffle.partitions=2 pyspark-shell",
}
SPARK_SECONDS = 3600
"""How long a fold may take; the time of a test is limited elsewhere."""
FOLD = """
import sys
from armsledger import lake
print(lake.fold(sys.argv[1], engine="spark").folder)
"""


def on_spark(folder: Path) -> Path:
    """Fold a lake on a session that the environment configures, in a process of its own."""
    return Path(python("-c", FOLD, folder, env={**os.environ, **LOCAL}, timeout=SPARK_SECONDS).splitlines()[-1])


@needs_spark
def test_the_story_folds_on_spark_to_the_rows_of_the_ledgers_own_tables(tmp_path: Path) -> None:
    with Ledger.in_memory(recorded_by="tester") as ledger:
        ledger.record_file(SEED)
        ledger.record_file(STORY)
        synced(ledger, tmp_path / "arms.lake", 2)
        assert_same_rows(ledger, on_spark(tmp_path / "arms.lake"))


@needs_spark
@pytest.mark.soak
def test_two_thousand_generated_deals_fold_on_spark_as_on_this_machine(tmp_path: Path) -> None:
    fill(tmp_path / "arms.db", 2_000)
    with Ledger(tmp_path / "arms.db") as ledger:
        synced(ledger, tmp_path / "arms.lake", 16)
        folded = on_spark(tmp_path / "arms.lake")
        locally = Path(lake.fold(tmp_path / "arms.lake", out=tmp_path / "local", workers=2).folder)
        assert_same_rows(ledger, folded)
        for path in sorted(locally.glob("*/*.parquet")):
            assert path.read_bytes() == (folded / path.relative_to(locally)).read_bytes()


TRACE = """
An exception was thrown from the Python worker. Please see the stack trace below.
Traceback (most recent call last):
  File "pyspark/worker.py", line 1, in main
armsledger.lake.errors.LakeDamaged: s3://arms.lake/segments/1.parquet: it cannot be read
  remedy: remove it
"""


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (TRACE, "did not fold the lake: s3://arms.lake/segments/1.parquet: it cannot be read"),
        ("[JAVA_GATEWAY_EXITED] Java gateway process exited", r"\[JAVA_GATEWAY_EXITED\] Java gateway process exited"),
        ("", "did not fold the lake: OSError"),
    ],
)
def test_what_spark_says_is_told_in_a_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str, told: str
) -> None:
    def fails() -> None:
        raise OSError(said)

    session = SimpleNamespace(getActiveSession=object, builder=SimpleNamespace(getOrCreate=fails))
    monkeypatch.setattr("armsledger.lake.spark.imported", lambda *_: SimpleNamespace(SparkSession=session))
    with Ledger.in_memory() as ledger:
        synced(ledger, tmp_path, 2)
    with pytest.raises(SparkFailed, match=told):
        lake.fold(tmp_path, engine="spark")


def test_without_spark_it_is_said_how_to_install_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    with Ledger.in_memory() as ledger:
        synced(ledger, tmp_path, 2)
    with pytest.raises(UsageError, match="pyspark is not installed") as raised:
        lake.fold(tmp_path, engine="spark")
    assert raised.value.remedy == "pip install 'armsledger[spark]'"
