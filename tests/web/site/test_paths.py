"""Where pages are in the folder of a site."""

from __future__ import annotations

import pytest

from armsledger.web.site.paths import file_name, page_path, stream_path


def test_plain_keys_are_file_names_in_folders_of_two_letters() -> None:
    kind, letters, name = stream_path("deal/india-s400").split("/")
    assert (kind, len(letters), name) == ("deal", 2, "india-s400.html")
    assert page_path("board") == "index.html"
    assert page_path("country/RUS") == "country/RUS.html"


@pytest.mark.parametrize("key", ["Con", "nul", "..", "a:b", "a\\b", "x" * 200, "Ä", "ключ", "a.", "?#%"])
def test_keys_that_a_file_system_or_an_address_may_read_otherwise_get_names_of_their_own(key: str) -> None:
    name = file_name(key)
    assert name.isascii()
    assert name == name.lower()
    assert not set(name) & set(r'\/:*?"<>|#% ')
    assert 0 < len(name) < 100
    assert not name.startswith(".")
    assert name != key


def test_keys_that_differ_in_capitals_have_different_files() -> None:
    assert len({file_name(key).lower() for key in ("a", "A", "ä", "Ä", "a ", "a-")}) == len("aAäÄ12")
