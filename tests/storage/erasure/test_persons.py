"""Persons in a journal: whom entries name is sealed in the payload, read by name, and forgotten once and for all."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest

from armsledger.domain.entry import Draft, Entry, Seal
from armsledger.domain.events.repair import Corrected
from armsledger.domain.values.citation import ERASED, Attribution
from armsledger.storage.erasure.entries import erasure
from armsledger.storage.erasure.persons import NAMES_LOOKED_UP, Person, all_persons, check_persons
from armsledger.storage.erasure.seals import boxed, cipher_of, new_id, new_key, seals_in
from armsledger.storage.errors import Conflict, LedgerDamaged, LedgerFailed
from armsledger.storage.eventsourcing_adapter.mapper import Envelope
from armsledger.storage.journal import Journal
from armsledger.storage.proofs.merkle import root_of
from tests.storage.drafts import history, signed

HASHES = 14
"""Their place in a row of the journal."""
ANN, BEN = "Ann «Ä» Other", "Ben Ö"
"""No name is of letters only: those turn up by themselves in what is written as base64."""


def quoting(speaker: str, version: int = 1, *, seal: Seal | None = None) -> Draft:
    """An entry that quotes somebody; ``seal`` is how another ledger keeps the name."""
    event = signed().model_copy(update={"attribution": Attribution(speaker=speaker, role="minister")})
    return Draft("deal/a", version, f"e{version}", event, None if seal is None else {"attribution.speaker": seal})


def correcting(speaker: str, by: str, version: int) -> Draft:
    """A correction in somebody's words, of whose words an entry gives."""
    event = Corrected.model_validate(
        {
            "on": "2022",
            "asserted": "2022",
            "target": "e1",
            "set": {"attribution": {"speaker": speaker}},
            "reason": "source-error",
            "attribution": {"speaker": by},
        }
    )
    return Draft("deal/a", version, f"e{version}", event)


@pytest.fixture
def journal(address: str) -> Iterator[Journal]:
    """An empty journal on each of the databases."""
    with Journal.create(address) as journal:
        yield journal


def append(journal: Journal, *drafts: Draft) -> list[Entry]:
    """Record drafts."""
    return journal.append(drafts, recorded_by="me")


def payloads(journal: Journal) -> list[str]:
    """The payloads as they are stored."""
    return [payload for (payload,) in journal.reader.query("SELECT payload FROM journal ORDER BY position")]


def persons(journal: Journal) -> dict[str | None, Person]:
    """The table of persons, by name."""
    return {person.name: person for person in all_persons(journal.reader.query).values()}


def speakers(journal: Journal) -> list[str | None]:
    """Who is quoted in each entry, as it is read."""
    entries = journal.reader.entries()
    return [speaker_of(entry) for entry in entries if not entry.stream.startswith("person/")]


def speaker_of(entry: Entry | Draft) -> str | None:
    """Who is quoted in an entry."""
    return None if entry.event.attribution is None else entry.event.attribution.speaker


def forget(journal: Journal, name: str) -> None:
    """Destroy somebody's name and key."""
    at = "2026-11-25T00:00:00.000000Z"
    journal.append([erasure(persons(journal)[name].id, "me", at, is_earlier=True)], recorded_by="me")


def misfits(journal: Journal, **changes: Any) -> list[tuple[int, str]]:
    """What does not fit, with some persons changed in memory."""
    rows = journal.reader.query("SELECT position, entry_id, payload FROM journal ORDER BY position")
    known = {**all_persons(journal.reader.query), **changes}
    return list(check_persons(((row[0], row[1], row[2]) for row in rows), known))


# appending


def test_a_name_stands_in_no_payload_and_is_read_as_it_was_written(journal: Journal) -> None:
    drafts = [quoting(ANN), quoting(BEN, 2), correcting(BEN, ANN, 3), *history("deal/b", 1)]
    appended = append(journal, *drafts)
    assert list(journal.reader.entries()) == appended
    assert [entry.event for entry in appended] == [draft.event for draft in drafts]
    assert not any(name in payload for payload in payloads(journal) for name in (ANN, "«Ä»", BEN))
    assert [len(seals_in(payload)) for payload in payloads(journal)] == [1, 1, 2, 0]


def test_everybody_has_one_key_in_whichever_transaction_they_are_named(journal: Journal) -> None:
    append(journal, quoting(ANN), quoting(BEN, 2), quoting(ANN, 3))
    append(journal, quoting(ANN, 4), quoting("ann «Ä» Other", 5))
    assert persons(journal).keys() == {ANN, BEN, "ann «Ä» Other"}
    ids = [seal.id for payload in payloads(journal) for seal in seals_in(payload)]
    assert [persons(journal)[name].id for name in (ANN, BEN, ANN, ANN, "ann «Ä» Other")] == ids
    keys = {person.key for person in persons(journal).values()}
    assert len(keys) == 3
    assert {len(key or b"") for key in keys} == {32}


def test_the_same_name_is_boxed_otherwise_in_each_entry(journal: Journal) -> None:
    append(journal, quoting(ANN), quoting(ANN, 2))
    boxes = [seal.box for payload in payloads(journal) for seal in seals_in(payload)]
    assert len(set(boxes)) == 2


def test_however_many_are_named_in_one_transaction_each_is_found_again(journal: Journal) -> None:
    names = [f"Speaker {number}" for number in range(2 * NAMES_LOOKED_UP)]
    append(journal, *(quoting(name, version) for version, name in enumerate(names[::2], 1)))
    forget(journal, names[0])
    append(journal, *(quoting(name, version) for version, name in enumerate([*names, *names], NAMES_LOOKED_UP + 1)))
    assert persons(journal).keys() == {None, *names}
    assert len(all_persons(journal.reader.query)) == len(names) + 1
    assert speakers(journal) == [ERASED, *names[2::2], *names, *names]
    assert misfits(journal) == []


def test_of_a_transaction_that_is_undone_no_person_is_left(journal: Journal) -> None:
    append(journal, quoting(BEN))
    with suppress(ZeroDivisionError), journal.transaction():
        append(journal, quoting(ANN, 2))
        assert persons(journal).keys() == {ANN, BEN}
        raise ZeroDivisionError
    assert persons(journal).keys() == {BEN}
    append(journal, quoting(ANN, 2))
    assert speakers(journal) == [BEN, ANN]


def test_two_writers_take_the_same_person_for_the_same(address: str) -> None:
    with Journal.create(address) as one, Journal.open(address, write=True) as other:
        append(one, quoting(ANN))
        append(other, quoting(ANN, 2))
        append(one, quoting(BEN, 3))
        append(other, quoting(BEN, 4))
        assert persons(one).keys() == {ANN, BEN}
        assert speakers(one) == speakers(other) == [ANN, ANN, BEN, BEN]


def test_what_looks_like_a_seal_before_it_is_recorded_is_refused(journal: Journal) -> None:
    event = Corrected.model_validate(
        {
            "on": "2022",
            "asserted": "2022",
            "target": "e1",
            "set": {"attribution": {"speaker": {"sealed": f"{new_id()}.AAAA"}}},
            "reason": "source-error",
        }
    )
    with pytest.raises(LedgerFailed, match="deal/a@1 cannot be recorded: it holds a seal already"):
        append(journal, Draft("deal/a", 1, "e1", event))
    assert journal.reader.head() == 0


# by way of the library


def test_the_library_gives_events_with_the_names_in_them(journal: Journal) -> None:
    appended = append(journal, quoting(ANN), correcting(BEN, ANN, 2))
    assert list(journal.application.events.get("deal/a")) == [Envelope.around(entry) for entry in appended]
    notifications = journal.application.notification_log.select(start=1, limit=10)
    assert list(map(journal.application.mapper.to_domain_event, notifications)) == list(map(Envelope.around, appended))
    forget(journal, ANN)
    assert speakers(journal) == [ERASED, ERASED]
    assert list(journal.application.events.get("deal/a")) == list(map(Envelope.around, journal.reader.stream("deal/a")))


# forgetting


def test_who_is_forgotten_is_read_as_erased_and_no_hash_changes(journal: Journal) -> None:
    append(journal, quoting(ANN), quoting(BEN, 2), correcting(BEN, ANN, 3))
    before = journal.reader.query("SELECT * FROM journal ORDER BY position")
    forget(journal, ANN)
    assert speakers(journal) == [ERASED, BEN, ERASED]
    assert journal.reader.query("SELECT * FROM journal WHERE position <= 3 ORDER BY position") == before
    assert root_of(3, {row[0]: row[HASHES] for row in before}.__getitem__)
    (gone,) = (person for name, person in persons(journal).items() if name is None)
    assert (gone.key, gone.forgotten_at, gone.forgotten_by) == (None, "2026-11-25T00:00:00.000000Z", "me")


def test_somebody_is_forgotten_once_and_a_person_is_never_changed_otherwise(journal: Journal) -> None:
    append(journal, quoting(ANN))
    person = persons(journal)[ANN]
    for change in ("name = 'Else'", "id = 'x'", "key = NULL", "forgotten_at = 'now'"):
        with pytest.raises(Exception, match="stays as it is"), journal.transaction() as transaction:
            transaction.connection.execute(f"UPDATE person SET {change} WHERE id = ?", (person.id,))
    forget(journal, ANN)
    with pytest.raises(Conflict):
        journal.append([erasure(person.id, "other", "2026-11-26T00:00:00.000000Z")], recorded_by="other")
    assert persons(journal)[None].forgotten_by == "me"
    with pytest.raises(Exception, match="stays as it is"), journal.transaction() as transaction:
        transaction.connection.execute("UPDATE person SET forgotten_by = 'x' WHERE id = ?", (person.id,))


def test_who_is_quoted_again_after_they_were_forgotten_is_somebody_new(journal: Journal) -> None:
    append(journal, quoting(ANN))
    forget(journal, ANN)
    append(journal, quoting(ANN, 2))
    assert speakers(journal) == [ERASED, ANN]
    assert len({seal.id for payload in payloads(journal) for seal in seals_in(payload)}) == 2


def test_another_reader_sees_that_somebody_was_forgotten_with_the_next_page(address: str) -> None:
    with Journal.create(address) as writer, Journal.open(address) as reader:
        append(writer, *(quoting(ANN, version) for version in range(1, 130)))
        walk = reader.reader.entries()
        assert speaker_of(next(walk)) == ANN
        forget(writer, ANN)
        names = [speaker_of(entry) for entry in walk]
        assert names == [ANN] * 63 + [ERASED] * 65
        assert set(speakers(reader)) == {ERASED}


def test_within_a_snapshot_a_name_is_read_as_it_was(address: str) -> None:
    with Journal.create(address) as writer, Journal.open(address) as reader:
        append(writer, quoting(ANN))
        with reader.reader.snapshot():
            assert speakers(reader) == [ANN]
            forget(writer, ANN)
            assert speakers(reader) == [ANN]
        assert speakers(reader) == [ERASED]


# seals of another ledger


def test_a_name_is_kept_under_the_id_and_key_of_the_ledger_that_it_comes_from(journal: Journal) -> None:
    given = Seal(new_id(), new_key())
    append(journal, quoting(ANN, seal=given), quoting(ANN, 2))
    assert persons(journal)[ANN] == Person(given.id, ANN, given.key)
    assert {seal.id for payload in payloads(journal) for seal in seals_in(payload)} == {given.id}
    append(journal, quoting(ANN, 3, seal=Seal(new_id(), new_key())), quoting(BEN, 4, seal=given))
    assert persons(journal).keys() == {ANN, BEN}
    assert speakers(journal) == [ANN, ANN, ANN, BEN]
    assert misfits(journal) == []


def test_who_was_forgotten_there_stays_so_here(journal: Journal) -> None:
    box = boxed(cipher_of(new_key()), ANN, "e1")
    given = Seal(new_id(), None, box, "2026-01-01T00:00:00.000000Z", "they")
    append(journal, quoting(ERASED, seal=given), quoting(ANN, 2))
    assert speakers(journal) == [ERASED, ANN]
    assert seals_in(payloads(journal)[0]) == [(given.id, box)]
    assert persons(journal)[None] == Person(given.id, None, None, "2026-01-01T00:00:00.000000Z", "they")


@pytest.mark.parametrize("key", [None, bytes(range(32))])
def test_who_was_forgotten_here_stays_so_whatever_another_ledger_still_knows(
    journal: Journal, key: bytes | None
) -> None:
    append(journal, quoting(ANN))
    person = persons(journal)[ANN]
    forget(journal, ANN)
    append(journal, quoting(ANN, 2, seal=Seal(person.id, key or person.key)))
    append(journal, quoting(ANN, 3, seal=Seal(person.id)))
    assert speakers(journal) == [ERASED] * 3
    assert persons(journal).keys() == {None}


# what does not fit


def test_seals_that_fit_are_passed_and_of_the_forgotten_nothing_is_said(journal: Journal) -> None:
    append(journal, quoting(ANN), quoting(BEN, 2), *history("deal/b", 1))
    assert misfits(journal) == []
    forget(journal, ANN)
    assert misfits(journal) == []


@pytest.mark.parametrize("when", ["yesterday", "2026-11-25", "2026-11-25T12:00:00Z", "2026-11-25T12:00:00.000000", ""])
def test_when_somebody_was_forgotten_must_be_a_time(journal: Journal, when: str) -> None:
    append(journal, quoting(ANN))
    forget(journal, ANN)
    (gone,) = all_persons(journal.reader.query).values()
    told = f"the person {gone.id} was forgotten at {when!r}, which is no time"
    assert misfits(journal, **{gone.id: gone._replace(forgotten_at=when)}) == [(1, told)]


def test_each_entry_whose_seal_does_not_fit_is_told(journal: Journal) -> None:
    append(journal, quoting(ANN), quoting(BEN, 2), quoting(ANN, 3))
    ann, ben = persons(journal)[ANN], persons(journal)[BEN]
    swapped = misfits(journal, **{ann.id: ann._replace(name=BEN)})
    assert swapped == [
        (place, f"the name of the person {ann.id} is not the one that was sealed in it") for place in (1, 3)
    ]
    assert [place for place, _ in misfits(journal, **{ann.id: ann._replace(key=ben.key)})] == [1, 3]
    ((place, told),) = misfits(journal, **{ben.id: ben._replace(key=None)})
    assert (place, told.partition(":")[0]) == (2, f"of the person {ben.id} only a part is there")
    ((_, told),) = misfits(journal, **{ben.id: ben._replace(key=b"short")})
    assert told == f"the key of the person {ben.id} is none: a key has 32 bytes, not 5"


def test_a_seal_of_nobody_or_moved_to_another_entry_is_told(journal: Journal) -> None:
    append(journal, quoting(ANN))
    known, (payload,) = all_persons(journal.reader.query), payloads(journal)
    (person,) = known
    assert list(check_persons([(1, "e1", payload)], {})) == [
        (1, f"it names the person {person}, whom the ledger does not hold")
    ]
    assert len(list(check_persons([(1, "e2", payload)], known))) == 1
    ((_, told),) = check_persons([(1, "e1", payload.replace(f"{person}.", "."))], known)
    assert told.endswith("is no seal")
    assert list(check_persons([(1, "e1", payload.replace('"}}', "}}"))], known)) == [(1, "a seal in it is cut off")]


def test_an_entry_that_names_somebody_who_is_not_there_is_damaged(tmp_path: Path) -> None:
    with Journal.create(tmp_path / "ledger.db") as journal:
        append(journal, quoting(ANN))
    with closing(sqlite3.connect(tmp_path / "ledger.db", isolation_level=None)) as connection:
        connection.execute("DROP TRIGGER person_refuses_delete")
        connection.execute("DELETE FROM person")
    with Journal.open(tmp_path / "ledger.db") as journal, pytest.raises(LedgerDamaged, match="deal/a@1"):
        speakers(journal)


def test_who_is_forgotten_is_erased_in_the_same_transaction_too(journal: Journal) -> None:
    append(journal, quoting("Ann"))
    with journal.transaction():
        assert [speaker_of(entry) for entry in journal.reader.stream("deal/a")] == ["Ann"]
        forget(journal, "Ann")
        assert [speaker_of(entry) for entry in journal.reader.stream("deal/a")] == [ERASED]
