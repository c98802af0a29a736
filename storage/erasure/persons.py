"""The persons whom entries name, each with a key of their own; a forgotten person has neither name nor key."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from armsledger.domain.entry import Seal, Seals
from armsledger.domain.values.citation import ERASED
from armsledger.storage.erasure.seals import (
    SEAL,
    SealText,
    Unsealable,
    boxed,
    cipher_of,
    ids_in,
    name_text,
    new_id,
    new_key,
    paths_in,
    sealed,
    seals_in,
    unboxed,
)
from armsledger.storage.schema import is_instant

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESSIV

    from armsledger.storage.transaction import Transaction

COLUMNS: Final = 'id, name, "key", forgotten_at, forgotten_by'
SOME: Final = f"SELECT {COLUMNS} FROM person WHERE %s"
NAMES: Final = "SELECT id, name FROM person WHERE %s"
ALL: Final = f"SELECT {COLUMNS} FROM person ORDER BY id"
ADD: Final = f"INSERT INTO person ({COLUMNS}) VALUES (?, ?, ?, ?, ?)"
COUNT_FORGOTTEN: Final = "SELECT count(*) FROM person WHERE forgotten_at IS NOT NULL"
NAMES_IN_CLEAR: Final = "SELECT name FROM person WHERE name IS NOT NULL ORDER BY name"
FIRST_WITH_PERSONS: Final = 2
"""The first schema that has the table."""
IDS_AT_ONCE: Final = 500
NAMES_LOOKED_UP: Final = 20
"""In one transaction; for more, to read all persons is quicker."""
ERASED_TEXT: Final = name_text(ERASED)

Ask = Callable[..., Sequence[tuple[Any, ...]]]
"""Gives the rows of a SELECT with parameters, as `JournalReader.query` does."""


class Person(NamedTuple):
    """A row of the table, in the order of its columns."""

    id: str
    name: str | None
    key: bytes | None
    forgotten_at: str | None = None
    forgotten_by: str | None = None

    @property
    def text(self) -> str:
        """What stands in a payload for the name, as JSON."""
        return ERASED_TEXT if self.name is None else name_text(self.name)


def persons_of(ask: Ask, payloads: Sequence[str]) -> dict[str, Person]:
    """The persons whom some payloads name, by their ids; one who is not in the table is left out."""
    return {row[0]: Person(*row) for row in _rows_of(ask, SOME, payloads)}


def names_of(ask: Ask, payloads: Sequence[str]) -> dict[str, str]:
    """What stands in some payloads for each name, by the ids of the persons; every page of a fold asks for it."""
    rows = _rows_of(ask, NAMES, payloads)
    return {person_id: ERASED_TEXT if name is None else name_text(name) for person_id, name in rows}


def _rows_of(ask: Ask, select: str, payloads: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    ids = iter(ids_in(payloads))
    while some := tuple(islice(ids, IDS_AT_ONCE)):
        yield from ask(select % f"id IN ({', '.join('?' * len(some))})", *some)


def texts_of(persons: Mapping[str, Person]) -> dict[str, str]:
    """What stands in a payload for each name."""
    return {person.id: person.text for person in persons.values()}


def all_persons(ask: Ask) -> dict[str, Person]:
    """All persons whom entries name or have named, by their ids."""
    return {row[0]: Person(*row) for row in ask(ALL)}


def count_forgotten(ask: Ask) -> int:
    """How many persons were forgotten; all that was read before the number rose may hold another name."""
    ((count,),) = ask(COUNT_FORGOTTEN)
    return int(count)


def names_in_clear(ask: Ask) -> list[str]:
    """The names of all persons who are not forgotten."""
    return [str(name) for (name,) in ask(NAMES_IN_CLEAR)]


def seals_of(payload: str, persons: Mapping[str, Person]) -> Seals:
    """The seals of an entry as another ledger needs them to seal the same names the same way; raises KeyError."""
    if SEAL not in payload:
        return {}
    pairs = zip(paths_in(payload), seals_in(payload), strict=True)
    return {path: _portable(text, persons[text.id]) for path, text in pairs}


def _portable(text: SealText, person: Person) -> Seal:
    if person.key is None:
        return Seal(person.id, None, text.box, person.forgotten_at, person.forgotten_by)
    return Seal(person.id, person.key)


class Sealer:
    """Seals the names in what one transaction appends; persons whom nobody has named before get a key."""

    def __init__(self, transaction: Transaction) -> None:
        self.transaction = transaction
        self._connection = transaction.connection
        self._ciphers: dict[str, tuple[str, AESSIV]] = {}
        """The ids and ciphers of persons, by their names."""
        self._everybody: dict[str, Person] | None = None

    def __call__(self, payload: str, entry_id: str, seals: Seals | None) -> str:
        """A payload as it is stored; raises Unsealable. ``seals`` are those that another ledger has of these names."""
        paths = list(paths_in(payload)) if seals else []

        def seal(place: int, name: str) -> SealText:
            theirs = seals.get(paths[place]) if seals and place < len(paths) else None
            return self._seal(name, entry_id) if theirs is None else self._seal_as(theirs, name, entry_id)

        return sealed(payload, seal)

    def _seal_as(self, theirs: Seal, name: str, entry_id: str) -> SealText:
        """The seal of a name that another ledger has sealed; nobody opens that of a person forgotten there or here."""
        ours = self._person("id = ?", theirs.id)
        if theirs.box is not None:
            if ours is None:
                at = theirs.forgotten_at or self.transaction.unchecked_instant
                self._add(Person(theirs.id, None, None, at, theirs.forgotten_by or "another ledger"))
            return SealText(theirs.id, theirs.box)
        if ours is not None and ours.key is None:
            return SealText(theirs.id, boxed(cipher_of(theirs.key or new_key()), name, entry_id))
        return self._seal(name, entry_id, theirs if ours is None else None)

    def _seal(self, name: str, entry_id: str, theirs: Seal | None = None) -> SealText:
        """The seal of a name under the key of the person of that name; ``theirs`` gives a new person's id and key."""
        if name not in self._ciphers:
            person = self._by_name(name) or self._add(_new_person(name, theirs))
            self._ciphers[name] = (person.id, cipher_of(person.key or b""))
        person_id, cipher = self._ciphers[name]
        return SealText(person_id, boxed(cipher, name, entry_id))

    def _by_name(self, name: str) -> Person | None:
        """The person of a name: the first few are looked up one by one, then all persons are read at once."""
        if self._everybody is None and len(self._ciphers) < NAMES_LOOKED_UP:
            return self._person("name = ?", name)
        if self._everybody is None:
            persons = map(Person._make, self._connection.execute(ALL))
            self._everybody = {person.name: person for person in persons if person.name is not None}
        return self._everybody.get(name)

    def _person(self, condition: str, value: str) -> Person | None:
        row = self._connection.execute(SOME % condition, (value,)).fetchone()
        return None if row is None else Person(*row)

    def _add(self, person: Person) -> Person:
        self._connection.execute(ADD, tuple(person))
        return person


def _new_person(name: str, theirs: Seal | None) -> Person:
    if theirs is None or theirs.key is None:
        return Person(new_id(), name, new_key())
    return Person(theirs.id, name, theirs.key)


def check_persons(rows: Iterable[tuple[int, str, str]], persons: Mapping[str, Person]) -> Iterator[tuple[int, str]]:
    """What does not fit in the seals of entries: the position of each such entry, and what is wrong.

    ``rows`` are position, id and payload of entries as they are stored. While a person's key exists, each of their
    boxes must open to their name; nobody can check the boxes of a forgotten person.
    """
    ciphers: dict[str, AESSIV] = {}
    for position, entry_id, payload in rows:
        if SEAL in payload:
            try:
                texts = seals_in(payload)
                if len(texts) != payload.count(SEAL):
                    raise Unsealable("a seal in it is cut off")
            except Unsealable as error:
                yield position, str(error)
                continue
            for text in texts:
                if wrong := _misfit(text, entry_id, persons.get(text.id), ciphers):
                    yield position, wrong


def _misfit(text: SealText, entry_id: str, person: Person | None, ciphers: dict[str, AESSIV]) -> str:
    """What is wrong with a seal, nothing if it is as it should be."""
    if person is None:
        return f"it names the person {text.id}, whom the ledger does not hold"
    if (person.name is None) != (person.key is None) or (person.key is None) != (person.forgotten_at is not None):
        return f"of the person {person.id} only a part is there: name, key and when they were forgotten do not fit"
    if person.key is None:
        when = f"the person {person.id} was forgotten at {person.forgotten_at!r:.60}, which is no time"
        return "" if is_instant(person.forgotten_at) else when
    try:
        cipher = ciphers.get(person.id) or ciphers.setdefault(person.id, cipher_of(person.key))
    except (TypeError, ValueError) as error:
        return f"the key of the person {person.id} is none: {error}"
    if unboxed(cipher, text.box, entry_id) != person.name:
        return f"the name of the person {person.id} is not the one that was sealed in it"
    return ""
