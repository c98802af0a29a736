"""The functions of a ledger on PostgreSQL: those that its triggers call, and the one by which entries are appended.

Each is pinned to its schema, so that nobody's temporary table can stand in for the journal. The triggers hold for
everybody, the owner who restores an export included: what comes next, what belongs in the Merkle tree, and the form of
an entry. `armsledger_append` runs with the owner's rights, so that those who may call it need no right to insert: it
says where an entry stands, who the server knows the recorder as, and that the time is the server's.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from armsledger.domain.limits import ENTRY_BYTES, LONGEST_PERSON
from armsledger.storage.connection import INSTANT_ON_SERVER
from armsledger.storage.erasure.seals import ID_DIGITS, KEY_BYTES
from armsledger.storage.proofs.merkle import HASH_BYTES
from armsledger.storage.proofs.record import TAG, TAG_WITH_LOGIN, Record
from armsledger.storage.schema import Rule


class Function(NamedTuple):
    """A function: what it is called, what it takes and gives, and whether it runs with its owner's rights."""

    name: str
    body: str
    arguments: str = ""
    returns: str = "trigger"
    as_owner: bool = False

    @property
    def types(self) -> str:
        """The types of its arguments, as PostgreSQL lists them."""
        return ", ".join(argument.split(" ", 1)[1] for argument in self.arguments.split(", ") if argument)

    @property
    def signature(self) -> str:
        """What tells it from its namesakes."""
        return f"{self.name}({self.types})"

    @property
    def settings(self) -> tuple[str, ...]:
        """What is set while it runs. No plan is kept that reads the whole journal, as short as it may have been."""
        return ("enable_seqscan=off",) if self.returns == "trigger" else ()

    def definition(self, schema: str) -> str:
        """The statements that make it in a schema."""
        pinned = schema.replace('"', '""')
        rights = "\nSECURITY DEFINER" if self.as_owner else ""
        more = "".join(f"\nSET {setting.replace('=', ' = ')}" for setting in self.settings)
        made = (
            f"CREATE FUNCTION {self.name}({self.arguments}) RETURNS {self.returns} LANGUAGE plpgsql{rights}\n"
            f'SET search_path = "{pinned}", pg_temp{more} AS $$\n{self.body}\n$$'
        )
        if not self.as_owner:
            return made
        return f"{made};\nREVOKE ALL ON FUNCTION {self.name}({self.arguments}) FROM PUBLIC"


def _refusal(rule: Rule, detail: str = "broken.position") -> str:
    return f"RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = '{rule}', DETAIL = {detail};"


BLANKS: Final = r"\s\u001c-\u001f\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
KEY: Final = r"[^\s/@\u0000-\u001f\u007f]{1,200}"
DATE: Final = "[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
INSTANT: Final = rf"{DATE}T([01][0-9]|2[0-3])(:[0-5][0-9]){{2}}\.[0-9]{{6}}Z"
LARGEST_NAME: Final = 4 * LONGEST_PERSON
"""In bytes, of which a character takes four at most."""
CONTROL: Final = r"[\u0000-\u001f\u007f-\u009f]"


def _is_key(text: str) -> str:
    """Whether a text ends in a key (`armsledger.domain.values.stream`); blanks beyond ASCII are rarely looked for."""
    return f"{text} AND (octet_length(added.stream) = length(added.stream) OR added.stream !~ '[{BLANKS}]')"


BEFORE: Final = """CASE added.position WHEN 1 THEN ''
            ELSE (SELECT recorded_at FROM journal WHERE journal.position = added.position - 1) END"""
"""When the entry before a row was recorded; NULL if there is none, and the row is not the first."""
NEXT_VERSION: Final = """added.version = 1 OR added.version <= 0 AND added.format = 0 OR added.version > 1 AND EXISTS (
            SELECT FROM journal WHERE journal.stream = added.stream AND journal.version = added.version - 1
                AND journal.position < added.position)"""
"""Whether a version comes next in its stream. What is not of the catalogue begins with whatever its program likes."""
TIMELY: Final = f"""added.recorded_at = before.recorded_at
            OR added.recorded_at > before.recorded_at AND added.recorded_at ~ '^{INSTANT}$'
            AND added.recorded_at::timestamptz IS NOT NULL"""

_TEXTS: Final = ", ".join(
    f"added.{column}" for column in Record._fields[Record._fields.index("entry_id") :] if column != "login"
)
_TEXTS_WITH_LOGIN: Final = _TEXTS.replace("added.payload", "added.login, added.payload")
RECORD: Final = f"""CASE WHEN added.login IS NULL THEN '["{TAG}",' ELSE '["{TAG_WITH_LOGIN}",' END
            || added.position || ',' || to_json(added.stream) || ',' || added.version
            || ',' || to_json(added.name) || ',' || added.format
            || ',' || substr(array_to_json(CASE WHEN added.login IS NULL THEN ARRAY[{_TEXTS}]
                ELSE ARRAY[{_TEXTS_WITH_LOGIN}] END)::text, 2)"""
"""The record of a row (`armsledger.storage.proofs.record`). PostgreSQL writes no blanks into the JSON of an array, and
escapes in a text what RFC 8785 escapes, and nothing more."""
NODES: Final = f"octet_length(added.hashes) / {HASH_BYTES} - 1"
"""How many subtrees an entry completes: as many as its position has noughts at its end."""


def _hash(row: str, level: str) -> str:
    return f"substr({row}.hashes, {HASH_BYTES} * ({level}) + 1, {HASH_BYTES})"


IN_TREE: Final = f"""octet_length(added.hashes) BETWEEN {HASH_BYTES} AND {HASH_BYTES} * 62
            AND octet_length(added.hashes) % {HASH_BYTES} = 0
            AND 1::bigint << ({NODES}) = (added.position & -added.position)
            AND {_hash("added", "0")} = sha256('\\x00'::bytea || convert_to(
            {RECORD}, 'UTF8'))
            AND (added.position % 2 = 1 OR NOT EXISTS (
                SELECT FROM generate_series(1, {NODES}) AS level
                LEFT JOIN journal AS half ON half.position = added.position - (1::bigint << (level - 1))
                WHERE {_hash("added", "level")} IS DISTINCT FROM sha256('\\x01'::bytea
                    || {_hash("half", "level - 1")} || {_hash("added", "level - 1")})))"""
"""Whether the hashes beside a row are its leaf and the subtrees that it completes (`storage.proofs.merkle`)."""
IN_FORM: Final = rf"""added.format = 0 OR (
            split_part(added.name, '.', 1) = split_part(added.stream, '/', 1)
            AND (added.version > 1 OR {_is_key(f"added.stream ~ '^[a-z]+/{KEY}$'")})
            AND added.name ~ '^[a-z]+\.[a-z0-9-]+$'
            AND length(added.entry_id) BETWEEN 1 AND 200 AND added.entry_id !~ '{CONTROL}'
            AND added.recorded_by <> '' AND added.recorded_by !~ '{CONTROL}'
            AND coalesce(added.on_earliest <= added.on_latest, true)
            AND coalesce(added.asserted_earliest <= added.asserted_latest, true)
            AND concat(added.on_earliest, ' ', added.on_latest, ' ', added.asserted_earliest, ' ',
                added.asserted_latest) ~ '^({DATE})? ({DATE})? ({DATE})? ({DATE})?$'
            AND num_nulls(added.on_earliest::date, added.on_latest::date, added.asserted_earliest::date,
                added.asserted_latest::date) >= 0
            AND added.payload LIKE '{{%' AND added.payload::json ->> 'source' IS NOT DISTINCT FROM added.source)"""
"""Whether an entry of the catalogue has the form of one."""

# It runs when the rows are in the journal: each position but the first must follow another.
NEXT: Final = f"""DECLARE broken record; BEGIN
    SELECT * INTO broken FROM (
        SELECT added.position, CASE
            WHEN before.recorded_at IS NULL THEN '{Rule.POSITION}'
            WHEN NOT ({NEXT_VERSION}) THEN '{Rule.VERSION}'
            WHEN NOT ({TIMELY}) THEN '{Rule.RECORDED_AT}'
            WHEN NOT ({IN_TREE}) THEN '{Rule.TREE}'
            WHEN NOT ({IN_FORM}) THEN '{Rule.FORM}'
        END AS rule FROM added CROSS JOIN LATERAL (SELECT {BEFORE} AS recorded_at OFFSET 0) AS before
    ) AS judged WHERE rule IS NOT NULL ORDER BY position LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = broken.rule, DETAIL = broken.position;
    END IF;
    RETURN NULL;
EXCEPTION WHEN invalid_text_representation OR untranslatable_character OR datetime_field_overflow THEN
    {_refusal(Rule.FORM, "0")}
END"""

REFUSE: Final = "BEGIN RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = TG_ARGV[0]; END"

LEDGER: Final = f"""BEGIN
    IF OLD.key <> 'schema_version' OR NEW.key <> 'schema_version' OR NEW.value::int <= OLD.value::int THEN
        {_refusal(Rule.IDENTITY, "''")}
    END IF;
    RETURN NEW;
END"""

PERSON: Final = f"""BEGIN
    IF NEW.id <> OLD.id OR NEW.name IS NOT NULL OR NEW.key IS NOT NULL OR NEW.forgotten_at IS NULL
        OR OLD.forgotten_at IS NOT NULL OR NOT EXISTS (SELECT FROM journal WHERE stream = 'person/' || NEW.id) THEN
        {_refusal(Rule.PERSON, "''")}
    END IF;
    RETURN NEW;
END"""

# Whom another ledger has forgotten has neither name nor key; only the owner takes over what other ledgers hold. Who has
# an id of another form could not be forgotten: the entry that tells of it would not have the form of one.
NEW_PERSON: Final = f"""BEGIN
    IF NOT has_table_privilege(session_user, 'journal', 'INSERT') AND (
        NEW.forgotten_at IS NOT NULL OR octet_length(NEW.key) IS DISTINCT FROM {KEY_BYTES}
        OR NOT coalesce(octet_length(NEW.name) BETWEEN 1 AND {LARGEST_NAME}, false)
        OR NEW.id !~ '^[0-9a-f]{{{ID_DIGITS}}}$'
    ) THEN
        {_refusal(Rule.PERSON, "''")}
    END IF;
    RETURN NEW;
END"""

BETWEEN: Final = (
    f'instant >= greatest(last, {INSTANT_ON_SERVER.format("transaction_timestamp()")}) COLLATE "C"'
    f' AND instant <= {INSTANT_ON_SERVER.format("clock_timestamp()")} COLLATE "C"'
)
KINDS: Final = "deal|engagement|framework|source"
LARGEST_PAYLOAD: Final = 8 * ENTRY_BYTES
"""In bytes, for a writer: with the names in it sealed, an entry is longer than it may be when it is recorded."""
IS_SEALED: Final = r"""strpos(payload, '"speaker":{"sealed":"') = 0 OR (
                SELECT count(*) FROM regexp_matches(payload, '"speaker":\{"sealed":"', 'g')
            ) = (
                SELECT count(*) FROM regexp_matches(
                    payload, '"speaker":\{"sealed":"([0-9a-f]{32})\.[A-Za-z0-9+/]+={0,2}"\}', 'g'
                ) AS seal (parts) JOIN person ON person.id = parts[1]
            )"""
"""Whether each seal in a payload is one, and of a person of the ledger."""
# Whoever may insert into the journal needs none of it, and is only told who the recorder is.
APPEND: Final = f"""DECLARE last text; BEGIN
    SELECT recorded_at INTO last FROM journal WHERE position = first - 1;
    IF instant IS DISTINCT FROM last AND NOT coalesce({BETWEEN}, false) THEN
        {_refusal(Rule.SERVERS_TIME, "first")}
    END IF;
    IF NOT has_table_privilege(session_user, 'journal', 'INSERT') THEN
        IF 1 > ANY (formats) OR ' ' || array_to_string(streams, ' ') LIKE '% person/%' THEN
            {_refusal(Rule.OWNERS, "first")}
        END IF;
        IF octet_length(recorder) > {LARGEST_NAME} OR EXISTS (
            SELECT FROM unnest(streams, payloads) AS new (stream, payload)
            WHERE octet_length(payload) > {LARGEST_PAYLOAD} OR stream !~ '^({KINDS})/' OR NOT ({IS_SEALED})
        ) THEN
            {_refusal(Rule.FORM, "first")}
        END IF;
    END IF;
    INSERT INTO journal ({", ".join(Record._fields)}, hashes)
    SELECT first + place - 1, stream, version, name, format, entry_id, on_earliest, on_latest, asserted_earliest,
        asserted_latest, source, instant, recorder, session_user, payload, tree
    FROM unnest(streams, versions, names, formats, ids, on_from, on_to, asserted_from, asserted_to, sources, payloads,
        trees) WITH ORDINALITY AS new (stream, version, name, format, entry_id, on_earliest, on_latest,
        asserted_earliest, asserted_latest, source, payload, tree, place);
END"""

ARGUMENTS: Final = (
    "first bigint, instant text, recorder text, streams text[], versions integer[], names text[], formats integer[],"
    " ids text[], on_from text[], on_to text[], asserted_from text[], asserted_to text[], sources text[],"
    " payloads text[], trees bytea[]"
)
APPENDING: Final = Function("armsledger_append", APPEND, ARGUMENTS, "void", as_owner=True)
FUNCTIONS: Final = (
    Function("armsledger_next", NEXT),
    Function("armsledger_refuse", REFUSE),
    Function("armsledger_ledger", LEDGER),
    Function("armsledger_person", PERSON),
    Function("armsledger_new_person", NEW_PERSON),
    APPENDING,
)
