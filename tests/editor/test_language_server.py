"""Where the language server is not installed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.editor import language_server


@pytest.fixture
def _nothing_installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(language_server, "INSTALLED", tmp_path)


@pytest.mark.usefixtures("_nothing_installed")
def test_a_test_is_skipped_and_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="yaml-language-server is not installed"):
        language_server.require()


@pytest.mark.usefixtures("_nothing_installed")
def test_continuous_integration_skips_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    monkeypatch.delenv("WITHOUT_REGISTRY", raising=False)
    with pytest.raises(pytest.fail.Exception, match="continuous integration must have it"):
        language_server.require()


@pytest.mark.usefixtures("_nothing_installed")
def test_continuous_integration_that_reaches_no_registry_skips(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    monkeypatch.setenv("WITHOUT_REGISTRY", "true")
    with pytest.raises(pytest.skip.Exception, match="yaml-language-server is not installed"):
        language_server.require()
