"""An editor's language server beside the schema that the program prints."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.cli.runner import Inside
from tests.editor.language_server import LanguageServer, language_server


@pytest.fixture(scope="session")
def editor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LanguageServer]:
    """A language server for dossiers in a folder that holds ``dossier.schema.json``."""
    folder = tmp_path_factory.mktemp("dossiers")
    (folder / "dossier.schema.json").write_text(Inside(folder)("schema").out, encoding="utf-8")
    with language_server(folder) as server:
        yield server
