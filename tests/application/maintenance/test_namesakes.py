"""Names are compared as people mean them: which are the same, which are near, and which texts hold them."""

from __future__ import annotations

import pytest

from armsledger.application.maintenance.namesakes import Namesake, holds, is_same_name, meant_by, near_to

JOSE = "Jos\u00e9 Garc\u00eda"


@pytest.mark.parametrize(
    "written",
    [
        "Jose\u0301 Garci\u0301a",  # NFD
        "JOS\u00c9  garc\u00cdA",
        " Jos\u00e9\u00a0Garc\u00eda\n",
        "\uff2aos\u00e9 Garc\u00eda",  # a letter of full width
        "Jo\u00ads\u00e9 Gar\u200bc\u00eda",  # a soft hyphen and a blank of no width
        "Jos\u00e9 Garc\u00eda\ufe0f\u2069",
    ],
)
def test_a_name_is_the_same_in_every_normal_form_and_case_and_with_other_blanks(written: str) -> None:
    assert is_same_name(JOSE, written)
    assert holds(f"so said {written}.", JOSE)


@pytest.mark.parametrize("other", ["Jose Garcia", "J. Garc\u00eda", "Garc\u00eda, Jos\u00e9", "Jos\u00e9"])
def test_a_name_that_is_written_otherwise_is_another(other: str) -> None:
    assert not is_same_name(JOSE, other)


@pytest.mark.parametrize(
    "near",
    [
        "Jose Garcia",  # without accents
        "Garc\u00eda, Jos\u00e9",
        "J. Garc\u00eda",
        "Garc\u00eda",
        "Jos\u00e9 Mar\u00eda Garc\u00eda",
        "Jos\u00e9 Garci\u00e1",
        "Joze Garcia",
    ],
)
def test_a_name_is_near_if_somebody_may_have_meant_the_same_person(near: str) -> None:
    assert near_to([JOSE], [Namesake("1", near)]) == [Namesake("1", near)]


@pytest.mark.parametrize(
    "far", ["Jos\u00e9 Ram\u00edrez", "M. Garc\u00eda", "J. G.", "!!", "Ministry of Defence", JOSE.upper()]
)
def test_other_names_and_the_name_itself_are_not_near(far: str) -> None:
    assert near_to([JOSE], [Namesake("1", far)]) == []


def test_a_name_in_letters_of_another_script_that_look_alike_is_near() -> None:
    russian = Namesake("1", "\u0410\u0441\u0435")
    assert near_to(["Ace"], [russian, Namesake("2", "\u0411\u0436\u0444")]) == [russian]


def test_an_id_stands_for_its_name_and_a_name_for_all_its_spellings() -> None:
    composed, decomposed, other = Namesake("1", JOSE), Namesake("2", "Jose\u0301 Garci\u0301a"), Namesake("3", "Ann")
    everybody = [composed, decomposed, other]
    assert meant_by(JOSE.upper(), everybody) == meant_by("2", everybody) == [composed, decomposed]
    assert meant_by("Jose Garcia", everybody) == []


@pytest.mark.parametrize("text", ["source/ann-other-2021", "as ANN_OTHER's office said", "\u00abAnn\u00bb Other"])
def test_a_text_holds_a_name_whatever_stands_between_its_words(text: str) -> None:
    assert holds(text, "Ann Other")


@pytest.mark.parametrize(("text", "held"), [("so said ??!", True), ("so said ?", False)])
def test_a_name_without_letters_is_looked_for_to_the_letter(text: str, held: bool) -> None:
    assert holds(text, "??!") == held
