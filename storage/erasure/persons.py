"""The persons whom entries name, each with a key of their own; who was forgotten has neither name nor key any more."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from armsledger.domain.entry import Seal, Seals
from armsledger.domain.values.citation import ERASED
from armsledger.storage.erasure.sealing import (
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
FOUND: Final = f"SELECT {COLUMNS} FROM person WHERE %s"
NAMES: Final = "SELECT id, name FROM person WHERE %s"
ALL: Final = f"SELECT {COLUMNS} FROM person ORDER BY id"
ADD: Final = f"INSERT INTO person ({COLUMNS}) VALUES (?, ?, ?, ?, ?)"
IDS_AT_ONCE: Final = 500
NAMES_SOUGHT: Final = 20
"""In one transaction; with more, to read all persons is quicker."""
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
    """The persons named in some payloads, by their ids; one who is not in the table is left out."""
    return {row[0]: Person(*row) for row in _rows_of(ask, FOUND, payloads)}


def names_of(ask: Ask, payloads: Sequence[str]) -> dict[str, str]:
    """What stands in some payloads for each name, by the ids of the persons: asked for with every page of a fold."""
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
    """Everybody whom entries name or have named, by their ids."""
    return {row[0]: Person(*row) for row in ask(ALL)}


def seals_of(payload: str, persons: Mapping[str, Person]) -> Seals:
    """The seals of an entry as another ledger needs them to keep the same names the same way; raises KeyError."""
    if SEAL not in payload:
        return {}
    pairs = zip(paths_in(payload), seals_in(payload), strict=True)
    return {path: _seal(text, persons[text.id]) for path, text in pairs}


def _seal(text: SealText, person: Person) -> Seal:
    if person.key is None:
        return Seal(person.id, None, text.box, person.forgotten_at, person.forgotten_by)
    return Seal(person.id, person.key)


class Sealing:
    """Seals the names in what one transaction appends; persons whom nobody has named before get a key."""

    def __init__(self, transaction: Transaction) -> None:
        self.transaction = transaction
        self._connection = transaction.connection
        self._known: dict[str, tuple[str, AESSIV]] = {}
        self._everybody: dict[str, Person] | None = None

    def __call__(self, payload: str, entry_id: str, seals: Seals | None) -> str:
        """A payload as it is stored; raises Unsealable."""
        paths = list(paths_in(payload)) if seals else []

        def seal(place: int, name: str) -> SealText:
            given = seals.get(paths[place]) if seals and place < len(paths) else None
            return self._called(name, entry_id) if given is None else self._kept(name, entry_id, given)

        return sealed(payload, seal)

    def _kept(self, name: str, entry_id: str, given: Seal) -> SealText:
        """The seal of a name that another ledger keeps; of somebody who is forgotten there or here, nobody opens it."""
        known = self._person("id = ?", given.id)
        if given.box is not None:
            if known is None:
                at, by = given.forgotten_at or self.transaction.instant, given.forgotten_by or "another ledger"
                self._add(Person(given.id, None, None, at, by))
            return SealText(given.id, given.box)
        if known is not None and known.key is None:
            return SealText(given.id, boxed(cipher_of(given.key or new_key()), name, entry_id))
        return self._called(name, entry_id, given if known is None else None)

    def _called(self, name: str, entry_id: str, given: Seal | None = None) -> SealText:
        """The seal of a name under the key of whoever is called so; ``given`` is what somebody new is to have."""
        known = self._known.get(name)
        if known is None:
            person = self._by_name(name) or self._add(_somebody(name, given))
            known = self._known[name] = (person.id, cipher_of(person.key or b""))
        return SealText(known[0], boxed(known[1], name, entry_id))

    def _by_name(self, name: str) -> Person | None:
        """Somebody by name: a few are looked up one by one, of many names all persons are read at once."""
        if self._everybody is None and len(self._known) < NAMES_SOUGHT:
            return self._person("name = ?", name)
        if self._everybody is None:
            rows = map(Person._make, self._connection.execute(ALL))
            self._everybody = {person.name: person for person in rows if person.name is not None}
        return self._everybody.get(name)

    def _person(self, condition: str, value: str) -> Person | None:
        row = self._connection.execute(FOUND % condition, (value,)).fetchone()
        return None if row is None else Person(*row)

    def _add(self, person: Person) -> Person:
        self._connection.execute(ADD, tuple(person))
        return person


def _somebody(name: str, given: Seal | None) -> Person:
    """A person whom nobody has named before."""
    if given is None or given.key is None:
        return Person(new_id(), name, new_key())
    return Person(given.id, name, given.key)


def check_persons(rows: Iterable[tuple[int, str, str]], persons: Mapping[str, Person]) -> Iterator[tuple[int, str]]:
    """What does not fit in the seals of entries: the position of each such entry, and what is wrong.

    ``rows`` are position, id and payload of entries as they are stored. Where a person's key exists, each of their
    boxes must open to their name; of who is forgotten, nothing can be said.
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
                wrong = _misfit(text, entry_id, persons.get(text.id), ciphers)
                if wrong:
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
