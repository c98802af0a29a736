"""A table is built anew when its projection has changed, and not when a module has moved."""

from __future__ import annotations

from armsledger.projections.read_models.builtin import BUILT_IN


def test_stamps_name_types_as_the_first_release_did() -> None:
    stamps = {projection.name: projection.stamp for projection in BUILT_IN}
    assert "value <class 'armsledger.domain.money.Money'>" in stamps["deals"]
    assert "ordered tuple[armsledger.domain.quantity.Line, ...]" in stamps["deals"]
    assert "due <class 'armsledger.domain.when.When'>" in stamps["expectations"]
    assert not any("domain.values" in stamp for stamp in stamps.values())
