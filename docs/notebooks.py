"""Runs a notebook from its first cell to its last and gives it with what its cells show.

It runs on a copy of the folder that it stands in, with settings of its own, so nothing is written beside it and
nobody's own Jupyter has a say. What differs from run to run is left out: times, and the version of Python. Files that a
reader puts into a folder beside the notebook are those of `BESIDE`.

    python docs/notebooks.py examples/s400-questions.ipynb               # write the notebook anew
    python docs/notebooks.py examples/s400-questions.ipynb --to FILE     # write what it gives elsewhere
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from pathlib import Path

from nbclient import NotebookClient
from nbformat import NO_CONVERT, NotebookNode, read, write
from traitlets.config import Config

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src"
BESIDE = {"sipri-register.ipynb": ("sipri-registers", ROOT / "tests" / "exchange" / "sipri" / "five_years")}
"""The folder that a notebook reads files from, and where the invented ones are with which it is run here."""
SECONDS_A_CELL = 60
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}


def executed(path: Path) -> NotebookNode:
    """The notebook with the outputs of a fresh run; raises what nbclient raises if a cell fails."""
    notebook: NotebookNode = read(path, as_version=NO_CONVERT)  # type: ignore[no-untyped-call]  # nbformat has no types
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _settle(folder)
        beside = shutil.copytree(path.resolve().parent, folder / "beside", ignore=shutil.ignore_patterns("__pycache__"))
        if path.name in BESIDE:
            named, files = BESIDE[path.name]
            shutil.copytree(files, beside / named)
        sockets = {"transport": "ipc", "connection_file": str(folder / "kernel.json")}
        client = NotebookClient(
            notebook,
            kernel_name=KERNEL["name"],
            config=Config(KernelManager=sockets),
            timeout=SECONDS_A_CELL,
            record_timing=False,
            coalesce_streams=True,
            resources={"metadata": {"path": str(beside)}},
        )
        client.execute()
    notebook["metadata"] = {"kernelspec": KERNEL, "language_info": {"name": "python"}}
    return notebook


def _settle(folder: Path) -> None:
    """Let Jupyter, IPython and the kernel find this very package, and nothing of the user's."""
    for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR"):
        own = folder / name.lower()
        own.mkdir()
        os.environ[name] = str(own)
    for name in [name for name in os.environ if name.startswith(("ARMSLEDGER_", "JUPYTER_PATH", "PYTHONSTARTUP"))]:
        del os.environ[name]
    os.environ |= {
        "PYTHONPATH": str(SOURCE),
        "PYTHONDONTWRITEBYTECODE": "1",
        "JUPYTER_PREFER_ENV_PATH": "1",
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    }


def main() -> int:
    """Write a notebook anew, or what it gives to another file."""
    parser = argparse.ArgumentParser(description="Run a notebook and write it with what its cells show.")
    parser.add_argument("notebook", type=Path)
    parser.add_argument("--to", type=Path, metavar="FILE", help="where to write it [default: where it stands]")
    asked = parser.parse_args()
    write(executed(asked.notebook), asked.to or asked.notebook)  # type: ignore[no-untyped-call]  # nbformat has no types
    return 0


if __name__ == "__main__":
    sys.exit(main())
