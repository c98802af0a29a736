"""Seals stand in place of names and of nothing else, whatever people write."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from armsledger.domain.events.payload import canonical_json
from armsledger.domain.events.persons import personal_paths, places
from armsledger.storage.erasure.seals import (
    ATTRIBUTED,
    KEY_BYTES,
    PADDED_BYTES,
    SEAL,
    SPEAKER,
    SealText,
    Unsealable,
    boxed,
    cipher_of,
    ids_in,
    name_text,
    new_id,
    new_key,
    sealed,
    seals_in,
    unboxed,
    unsealed,
)

SAMPLES = Path(__file__).parents[2] / "domain" / "events" / "samples"
ANN, BEN = f"{1:032x}", f"{2:032x}"
CIPHER = cipher_of(bytes(range(KEY_BYTES)))

LOOK_ALIKES = (
    f'"speaker":{{"sealed":"{ANN}.AAAA"}}',
    f'{{"speaker":{{"sealed":"{ANN}.AAAA"}}}}',
    '","speaker":"somebody',
    '\\","speaker":{"sealed":"',
    '"attribution":{"speaker":"x"}',
    "\\",
    '"',
    '"}',
)
texts = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20),
    st.lists(st.sampled_from(LOOK_ALIKES), min_size=1, max_size=3).map("".join),
)
attributions = st.fixed_dictionaries({"speaker": texts}, optional={"role": texts, "anonymous": st.just(True)})
events = st.recursive(
    st.fixed_dictionaries({}, optional={"attribution": attributions, "note": texts, "quote": texts, "agenda": texts}),
    lambda fields: st.fixed_dictionaries({"set": fields}, optional={"attribution": attributions, "note": texts}),
    max_leaves=3,
)


class Notes:
    """Seals names by boxing them, and remembers whom it gave which id."""

    def __init__(self) -> None:
        self.names: dict[str, str] = {}

    def __call__(self, place: int, name: str) -> SealText:
        person = new_id()
        self.names[person] = name
        return SealText(person, boxed(CIPHER, name, "e1"))

    @property
    def texts(self) -> dict[str, str]:
        """The names as they stand in a payload."""
        return {person: name_text(name) for person, name in self.names.items()}


@given(events)
def test_what_was_sealed_comes_back_to_the_letter(fields: dict[str, Any]) -> None:
    notes, payload = Notes(), canonical_json(fields)
    stored = sealed(payload, notes)
    assert unsealed(stored, notes.texts) == payload
    assert [unboxed(CIPHER, seal.box, "e1") for seal in seals_in(stored)] == list(notes.names.values())


@given(events)
def test_a_seal_stands_where_a_person_is_named_and_nowhere_else(fields: dict[str, Any]) -> None:
    stored = json.loads(sealed(canonical_json(fields), Notes()))
    assert {place.path for place in places(stored)} == {place.path for place in places(fields)}
    assert all(place.text.keys() == {"sealed"} for place in places(stored))
    for place in places(fields):
        place.within[place.name] = None
    for place in places(stored):
        place.within[place.name] = None
    assert stored == fields


@given(texts, texts, texts)
def test_what_people_write_elsewhere_is_never_taken_for_a_seal(note: str, role: str, quote: str) -> None:
    payload = canonical_json({"attribution": {"role": role}, "note": note, "quote": quote, "set": {"note": quote}})
    assert sealed(payload, Notes()) == payload
    assert SEAL not in payload
    assert SPEAKER not in payload
    assert ids_in([payload]) == set()


@given(events)
def test_without_the_marks_that_are_searched_for_nothing_is_named_and_nothing_sealed(fields: dict[str, Any]) -> None:
    payload = canonical_json(fields)
    assert (ATTRIBUTED in payload) >= bool(list(places(fields)))
    assert (SEAL in sealed(payload, Notes())) == bool(list(places(fields)))


def test_every_field_of_the_catalogue_that_names_a_person_is_one_that_is_sealed() -> None:
    for path in personal_paths():
        fields: Any = "Ann «Ä»"
        for name in reversed(path):
            fields = {name: fields}
        payload = canonical_json(fields)
        assert ATTRIBUTED in payload
        assert "«Ä»" not in sealed(payload, Notes())


def test_the_persons_in_payloads_are_found_by_their_ids() -> None:
    people = iter((ANN, BEN))
    payload = canonical_json({"attribution": {"speaker": "Ann"}, "set": {"attribution": {"speaker": "Ben"}}})
    stored = sealed(payload, lambda _, name: SealText(next(people), boxed(CIPHER, name, "e1")))
    assert ids_in([stored, '{"note":"n"}']) == {ANN, BEN}
    assert [seal.id for seal in seals_in(stored)] == [ANN, BEN]


def test_a_payload_that_holds_a_seal_before_it_is_sealed_is_refused() -> None:
    payload = canonical_json({"attribution": {"speaker": {"sealed": f"{ANN}.AAAA"}}})
    with pytest.raises(Unsealable, match="holds a seal already"):
        sealed(payload, Notes())
    with pytest.raises(Unsealable, match="is no text"):
        sealed('{"attribution":{"speaker":5}}', Notes())


@pytest.mark.parametrize("text", ["", ANN, f"{ANN}.", f"{ANN}.a b", f"{ANN[:-1]}.AAAA", f"{ANN.replace('0', 'G')}.AA"])
def test_what_is_no_seal_is_refused(text: str) -> None:
    with pytest.raises(Unsealable, match="is no seal"):
        seals_in(canonical_json({"attribution": {"speaker": {"sealed": text}}}))


def test_a_seal_of_somebody_unknown_or_cut_off_cannot_be_read() -> None:
    stored = canonical_json({"attribution": {"speaker": {"sealed": f"{ANN}.AAAA"}}})
    with pytest.raises(KeyError):
        unsealed(stored, {BEN: '"Ben"'})
    with pytest.raises(ValueError, match="substring not found"):
        unsealed(stored[:-4], {ANN: '"Ann"'})


# boxes


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=100), st.text(max_size=9))
def test_a_box_opens_under_its_key_and_in_its_entry_only(name: str, entry_id: str) -> None:
    entry_id = entry_id.encode(errors="ignore").decode()
    key = new_key()
    box = boxed(cipher_of(key), name, entry_id)
    assert box == boxed(cipher_of(key), name, entry_id)
    assert unboxed(cipher_of(key), box, entry_id) == name
    assert unboxed(cipher_of(new_key()), box, entry_id) is None
    assert unboxed(cipher_of(key), box, f"{entry_id}x") is None


def test_a_box_tells_next_to_nothing_of_the_length_of_the_name() -> None:
    lengths = {len(boxed(CIPHER, "A" * length, "e1")) for length in range(PADDED_BYTES + 1)}
    assert len(lengths) == 1
    assert len(boxed(CIPHER, "A" * (PADDED_BYTES + 1), "e1")) > lengths.pop()


@pytest.mark.parametrize("box", ["", "AAAA", "no base64", "A" * 64])
def test_what_is_no_box_is_not_opened(box: str) -> None:
    assert unboxed(CIPHER, box, "e1") is None


def test_every_person_has_a_key_and_an_id_of_their_own() -> None:
    assert len({new_key() for _ in range(100)}) == len({new_id() for _ in range(100)}) == 100
    with pytest.raises(ValueError, match="a key has 32 bytes, not 16"):
        cipher_of(bytes(16))
    with pytest.raises(Unsealable, match="holds NUL"):
        boxed(CIPHER, "A\0", "e1")


def test_whatever_was_stored_is_sealed_and_comes_back() -> None:
    for sample in SAMPLES.glob("*.json"):
        fields = json.loads(sample.read_text(encoding="utf-8"))["payload"]
        notes, payload = Notes(), canonical_json(fields)
        stored = sealed(payload, notes)
        assert list(notes.names.values()) == [place.text for place in places(fields)], sample
        assert unsealed(stored, notes.texts) == payload
