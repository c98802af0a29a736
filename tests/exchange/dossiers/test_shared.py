"""What the entries of a dossier share is said once; what is nearer to an entry holds."""

from __future__ import annotations

import json
from io import BytesIO

import pytest

from armsledger.domain.errors import LedgerError
from armsledger.exchange.dossiers.objects import Proposed, Unread
from armsledger.exchange.dossiers.shared import DEFAULTS
from armsledger.exchange.dossiers.short_form import STREAM_KEYS
from armsledger.exchange.dossiers.yaml_dossier import YamlDossier
from tests.exchange.dossiers.written import NOWHERE, as_bytes, refuses_yaml, streams, yaml

GROUPS = """\
source: {key: mon, publisher: MON, published: 2022-08-26}
deal: poland-k2
defaults:
  status: reported
  attribution: {role: minister}
entries:
  - opened: {on: 2022, status: fact}
  - {engagement: talks, event: held, on: 2022, source: other}
groups:
  - deal: poland-k9
    source: second
    defaults: {status: claim, credibility: 3}
    entries:
      - opened: {on: 2021, credibility: }
      - delivered: {on: 2022}
  - framework: accord
    entries:
      - signed: {on: 2020}
      - deal: poland-k2
        completed: {on: 2023, attribution: spokesman}
"""


def told(text: str) -> tuple[list[Proposed], list[LedgerError]]:
    """What a dossier proposes, and all that is wrong with it."""
    errors: list[LedgerError] = []

    def note(mark: int, unread: Unread) -> None:
        errors.append(unread.error)

    with YamlDossier(BytesIO(as_bytes(text)), "d.yaml", NOWHERE) as dossier:
        return [proposed for _, proposed in dossier.proposals(note)], errors


def test_the_nearest_holds() -> None:
    proposed = yaml(GROUPS)
    assert streams(proposed) == [
        "source/mon registered",
        "deal/poland-k2 opened",
        "engagement/talks held",
        "deal/poland-k9 opened",
        "deal/poland-k9 delivered",
        "framework/accord signed",
        "deal/poland-k2 completed",
    ]
    minister = {"role": "minister"}
    assert [one.proposal.fields for one in proposed] == [
        {"publisher": "MON", "published": "2022-08-26"},
        {"on": "2022", "status": "fact", "source": "mon", "attribution": minister},
        {"on": "2022", "source": "other", "status": "reported", "attribution": minister},
        {"on": "2021", "credibility": None, "source": "second", "status": "claim", "attribution": minister},
        {"on": "2022", "source": "second", "status": "claim", "credibility": "3", "attribution": minister},
        {"on": "2020", "source": "mon", "status": "reported", "attribution": minister},
        {"on": "2023", "source": "mon", "status": "reported", "attribution": "spokesman"},
    ]


def test_the_line_of_what_is_shared_is_the_one_where_it_is_shared() -> None:
    opened = yaml(GROUPS)[1]
    fields = ("source", "deal", "attribution.role", "on", "status")
    assert [opened.place_of(name) for name in fields] == ["d.yaml:1", "d.yaml:2", "d.yaml:5", "d.yaml:7", "d.yaml:7"]


def test_an_entry_of_a_sources_own_stream_shares_the_source_alone() -> None:
    text = "source: tass\ndeal: x\ndefaults: {status: claim}\n"
    text += "entries:\n  - opened: {on: 2018}\n  - regraded: {reliability: B}\n"
    regraded = yaml(text)[1]
    assert streams([regraded]) == ["source/tass regraded"]
    assert regraded.proposal.fields == {"reliability": "B"}
    retracted = yaml(
        text + "  - retracted: {target: a, reason: r}\n  - {stream: source/pti, event: retracted, target: b}\n"
    )
    assert streams(retracted[2:]) == ["deal/x retracted", "source/pti retracted"]
    assert retracted[3].proposal.fields == {"target": "b", "source": "tass"}


def test_a_group_may_be_of_a_sources_stream() -> None:
    text = "source: tass\ndefaults: {status: claim}\ngroups: [{stream: source/pti, entries: [{regraded: {on: 1}}]}]\n"
    [regraded] = yaml(f"{text}entries: [{{deal: x, opened: {{on: 1}}}}]\n")[:1]
    assert streams([regraded]) == ["source/pti regraded"]
    assert "status" not in regraded.proposal.fields


def test_sources_share_nothing() -> None:
    [source, _] = yaml("deal: x\nsources: [{key: s}]\ndefaults: {status: fact}\nentries: [{opened: {on: 1}}]\n")
    assert source.proposal.fields == {}


def test_several_entries_share_without_sharing_what_is_done_to_them() -> None:
    one, other = yaml("deal: x\nentries:\n  - opened: {on: 1}\n  - completed: {on: 2}\n")
    assert one.proposal.fields == {"on": "1"}
    assert other.proposal.fields == {"on": "2"}


@pytest.mark.parametrize(
    ("text", "line", "message", "remedy"),
    [
        ("deal: x\n", 1, "deal is shared here, and no entry takes it", "leave it out"),
        ("deal: x\nentries:\n  - {deal: y, opened: {on: 1}}\n", 1, "deal is shared here, and no entry", "leave it out"),
        ("defaults: {note: n}\nentries: [{deal: y, opened: {note: m}}]\n", 1, "note is shared here", "leave it out"),
        ("deal: [x]\nentries: []\n", 1, "deal is a list, not a text", "write deal: TEXT"),
        ("deal: x\nframework: y\nentries: []\n", 2, "two streams are shared, by deal and by framework", "leave one"),
        ("source: {publisher: x}\nentries: []\n", 1, "the source has no key", "add key"),
        ("source: s\ndefaults: {source: t}\nentries: []\n", 2, "source is shared twice", "leave one of them out"),
        ("defaults: x\nentries: []\n", 1, "'defaults' is a text, not a mapping", "as KEY: VALUE"),
        ("defaults: {supplier: RUS}\n", 1, "'defaults' cannot hold 'supplier'", "write it in each entry"),
        ("defaults: {id: a}\n", 1, "'defaults' cannot hold 'id'", "write it in each entry"),
        ("defaults: {same_as: a}\n", 1, "'defaults' cannot hold 'same_as'", "write it in each entry"),
        ("defaults: {statu: fact}\n", 1, "'defaults' cannot hold 'statu'", "did you mean 'status'?"),
        ("groups: {deal: x}\n", 1, "'groups' is not a list", "begin each of them with '- '"),
        ("groups:\n  - x\n", 2, "an item of 'groups' is not a mapping", "KEY: VALUE"),
        ("groups:\n  - groups: []\n", 2, "a group has no key 'groups'", "a group holds no groups"),
        ("dael: x\nentries: [{opened: {on: 1}}]\n", 1, "a dossier has no key 'dael'", "did you mean 'deal'?"),
        ("status: fact\nentries: []\n", 1, "a dossier has no key 'status'", "under 'defaults:'"),
        ("opened: {on: 1}\n", 1, "a dossier has no key 'opened'", "in the list under 'entries:'"),
    ],
)
def test_what_cannot_be_shared_is_refused(text: str, line: int, message: str, remedy: str) -> None:
    refuses_yaml(text, f"d.yaml:{line}", message, remedy)


def test_a_misspelt_key_is_told_and_read_as_the_one_that_is_meant() -> None:
    proposed, errors = told("dael: x\nentrys:\n  - opened: {on: 1}\n  - [a]\n  - completed: {on: 2}\n")
    assert streams(proposed) == ["deal/x opened", "deal/x completed"]
    assert [(error.place, error.message) for error in errors] == [
        ("d.yaml:1", "a dossier has no key 'dael'"),
        ("d.yaml:2", "a dossier has no key 'entrys'"),
        ("d.yaml:4", "an item of 'entries' is not a mapping"),
    ]


def test_what_is_unused_is_told_only_where_all_entries_can_be_read() -> None:
    _, errors = told("deal: x\nentries:\n  - {note: n}\n")
    assert [error.message for error in errors] == ["the entry names no event"]


@pytest.mark.parametrize("name", DEFAULTS)
def test_every_key_that_may_be_a_default_is_taken(name: str) -> None:
    stream = {} if name in STREAM_KEYS else {"deal": "y"}
    dossier = {"defaults": {name: "deal/x" if name == "stream" else "x"}, "entries": [{"completed": stream}]}
    [proposed] = yaml(json.dumps(dossier, indent=1))
    assert proposed.place_of(name) == "d.yaml:3"
