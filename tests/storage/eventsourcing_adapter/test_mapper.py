"""Events are stored under names of their own, and older ones are brought up to date when they are read."""

from __future__ import annotations

import json
from typing import Any

import pytest
from eventsourcing.persistence import MapperDeserialisationError, StoredEvent

from armsledger.domain.entry import Draft
from armsledger.domain.events.catalogue import CATALOGUE, Catalogue
from armsledger.domain.events.contract import ContractSigned
from armsledger.storage.eventsourcing_adapter.mapper import Envelope, JournalEvent, JournalMapper
from armsledger.storage.journal import Journal
from tests.storage.drafts import draft, history, signed


class ContractSignedLater(ContractSigned):
    """The same event in a later release: what was the quote is called the note."""

    name = "contract-signed"
    schema_version = 2


def _rename_quote(fields: dict[str, Any]) -> dict[str, Any]:
    return {("note" if name == "quote" else name): value for name, value in fields.items()}


LATER = Catalogue({"deal": [ContractSignedLater]}, {("deal.contract-signed", 1): _rename_quote})


def test_an_event_is_stored_under_its_own_name_and_version() -> None:
    stored = JournalMapper(CATALOGUE).to_stored_event(Envelope.around(draft("deal/a", 3, "some id")))
    assert (stored.originator_id, stored.originator_version) == ("deal/a", 3)
    assert (stored.topic, stored.format, stored.entry_id) == ("deal.contract-signed", 1, "some id")
    assert "armsledger" not in stored.state.decode()


@pytest.mark.parametrize(
    ("on", "earliest", "latest"),
    [
        ("2018-10-05", "2018-10-05", "2018-10-05"),
        ("2018-10", "2018-10-01", "2018-10-31"),
        ("../2018", None, "2018-12-31"),
        ("2018/..", "2018-01-01", None),
    ],
)
def test_dates_are_stored_as_the_days_they_allow(on: str, earliest: str | None, latest: str | None) -> None:
    envelope = Envelope("deal/a", 1, Draft("deal/a", 1, "id", signed(on)))
    stored = JournalMapper(CATALOGUE).to_stored_event(envelope)
    assert (stored.on_earliest, stored.on_latest) == (earliest, latest)
    assert (stored.asserted_earliest, stored.asserted_latest) == ("2021-11-12", "2021-11-12")


def test_a_stored_event_is_what_its_constructor_makes() -> None:
    stored = JournalMapper(CATALOGUE).to_stored_event(Envelope.around(draft()))
    assert stored == JournalEvent(**vars(stored))


def test_a_draft_comes_back_as_it_was() -> None:
    mapper = JournalMapper(CATALOGUE)
    envelope = Envelope.around(draft("deal/a", 3))
    assert mapper.to_domain_event(mapper.to_stored_event(envelope)) == envelope


def test_by_way_of_the_library_entries_come_back_as_by_way_of_the_reader(address: str) -> None:
    with Journal.create(address) as journal:
        appended = journal.append(history("deal/a", 3), recorded_by="me")
        envelopes = list(journal.application.events.get("deal/a"))
        assert envelopes == [Envelope.around(entry) for entry in appended]
        notifications = journal.application.notification_log.select(start=2, limit=1000)
        mapper = journal.application.mapper
        assert [mapper.to_domain_event(each) for each in notifications] == envelopes[1:]


def test_the_library_may_put_envelopes_too(address: str) -> None:
    with Journal.create(address) as journal:
        recordings = journal.application.save(*map(Envelope.around, history("deal/a", 2)), recorded_by="me")
        assert [recording.notification.id for recording in recordings] == [1, 2]
        assert [entry.recorded_by for entry in journal.reader.entries()] == ["me", "me"]


def test_an_older_event_is_brought_up_to_date_when_it_is_read(address: str) -> None:
    event = signed().model_copy(update={"quote": "five squadrons"})
    with Journal.create(address) as journal:
        journal.append([Draft("deal/a", 1, "old", event)], recorded_by="me")
    with Journal.open(address, write=True, codec=LATER) as journal:
        journal.append(
            [Draft("deal/a", 2, "new", ContractSignedLater(on=event.on, asserted=event.on))], recorded_by="me"
        )
        old, new = (entry.event for entry in journal.reader.stream("deal/a"))
        rows = journal.reader.query("SELECT format, payload FROM journal ORDER BY position")
    assert isinstance(old, ContractSignedLater)
    assert (old.quote, old.note) == (None, "five squadrons")
    assert [stored for stored, _ in rows] == [1, 2]
    assert json.loads(rows[0][1])["quote"] == "five squadrons"
    assert new.schema_version == 2


def test_what_is_no_envelope_is_not_stored() -> None:
    with pytest.raises(TypeError, match="takes envelopes, not ContractSigned"):
        JournalMapper(CATALOGUE).to_stored_event(signed())  # type: ignore[arg-type]  # which is the point


def test_what_was_not_stored_by_the_catalogue_is_named() -> None:
    with pytest.raises(MapperDeserialisationError, match=r"deal/a@1 \(topic\) was not stored"):
        JournalMapper(CATALOGUE).to_domain_event(StoredEvent("deal/a", 1, "topic", b"{}"))


def test_a_payload_that_cannot_be_read_is_named() -> None:
    mapper = JournalMapper(CATALOGUE)
    stored = mapper.to_stored_event(Envelope.around(draft("deal/a", 3)))
    damaged = JournalEvent(**{**vars(stored), "state": b"{"})
    with pytest.raises(MapperDeserialisationError, match=r"deal/a@3 \(deal.contract-signed\) cannot be read"):
        mapper.to_domain_event(damaged)
