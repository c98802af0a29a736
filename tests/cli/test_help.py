"""Help: every command has some, with an example that runs as it stands."""

from __future__ import annotations

import re
import shlex
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from armsledger import Ledger
from armsledger.domain.events.catalogue import CATALOGUE
from armsledger.domain.events.statement import Statement, own_fields
from armsledger.storage.proofs.keys import new_key
from tests.application.book import EXAMPLES
from tests.cli.runner import CLI, LEDGER, Inside

BY_KIND: dict[str, Mapping[str, type[Statement]]] = {str(kind): events for kind, events in CATALOGUE.by_kind.items()}
COMMANDS = [name for name in CLI.declared if name not in BY_KIND and name not in ("add", "serve")]
"""Commands whose examples end without a terminal; `add` and `serve` have tests of their own."""
EVENTS = [(kind, name) for kind, events in BY_KIND.items() for name in events]
SECTIONS = {
    "Record": "init schema record add deal engagement framework source correct retract",
    "Read": "show timeline replay log compare search check deals payments deliveries sanctions expectations engagements"
    " frameworks sources revisions findings links rows page plot publish serve report",
    "Keep": "info follow import export template verify proof rebuild lake admin",
}
PICTURES = ("page", "plot", "publish", "serve")
"""Commands that write pictures, of which no format is asked."""
IN_GROUPS = {
    "report": ("relations", "scorecard", "precedents", "volumes"),
    "proof": ("checkpoint", "cosign", "make", "check", "keys"),
    "lake": ("sync", "verify", "fold"),
    "admin": ("backup", "restore", "copy", "migrate", "doctor", "persons", "forget"),
}
GROUPED = [f"{group} {name}" for group, names in IN_GROUPS.items() for name in names]
EARLIER = {
    **{name: f"report {name}" for name in ("relations", "scorecard", "precedents")},
    **{"checkpoint": "proof checkpoint", "prove": "proof make", "verify-proof": "proof check", "keys": "proof keys"},
    **{name: f"admin {name}" for name in IN_GROUPS["admin"]},
}
"""Commands that stood at the top before there were groups; scripts may still call them so."""
SCREEN_LINES = 40
SCREEN_COLUMNS = 80

SOURCES = """
sources:
  - {key: other-1, publisher: One, published: 2021-01-01, reliability: B}
  - {key: other-2, publisher: Two, published: 2021-01-02, reliability: B}
  - {key: theprint-2021-11-12, publisher: ThePrint, published: 2021-11-12, reliability: C}
"""
ELSEWHERE = """
entries:
  - {deal: turkey-s400, event: opened, on: 2017, supplier: RUS, buyer: TUR, source: other-1}
"""
"""The stream that the examples of links name."""
HISTORIES = {
    "deal": """
entries:
  - {deal: india-s400, event: opened, on: 2015, supplier: RUS, buyer: IND, source: other-1}
  - {deal: india-s400, event: notified, on: 2017, legislature: Parliament of India, source: other-1}
  - {deal: india-s400, event: tranche-paid, tranche: 1, on: 2019, amount: USD 800m, source: other-1}
  - {deal: india-s400, event: tranche-paid, tranche: 1, on: 2019, amount: USD 850m, source: other-2}
""",
    "engagement": """
entries:
  - {engagement: india-russia-summit-21, event: scheduled, on: 2019, planned: 2020-10, source: other-1}
  - {engagement: india-russia-summit-21, event: postponed, on: 2020, source: other-1}
  - {engagement: india-russia-summit-21, event: held, on: 2020-12, place: New Delhi, source: other-1}
  - {engagement: india-russia-summit-21, event: held, on: 2020-12, place: Moscow, source: other-2}
""",
    "framework": """
entries:
  - {framework: india-russia-military-technical, event: signed, on: 2009, source: other-1}
  - {framework: india-russia-military-technical, event: renewed, on: 2015, source: other-1}
  - {framework: india-russia-military-technical, event: in-force, on: 2010, source: other-1}
  - {framework: india-russia-military-technical, event: in-force, on: 2011, source: other-2}
""",
    "source": """
entries:
  - {stream: source/theprint-2021-11-12, event: registered, on: 2017, publisher: ThePrint, url: u}
  - {stream: source/theprint-2021-11-12, event: registered, on: 2018, publisher: ThePrint, retrieved: 2021-11}
  - {stream: source/theprint-2021-11-12, event: registered, on: 2018, publisher: ThePrint, retrieved: 2021-11, url: u}
""",
}
"""What the examples of each kind of stream need: @3 and @4 are two statements about one occurrence."""
EXPECTATION = """
  - {%s, event: expected, what: %s, due: 2021-12, source: theprint-2021-11-12}
"""
EXPECTED = {
    "deal": ("deal: india-s400", "delivered tranche=1"),
    "engagement": ("engagement: india-russia-summit-21", "held"),
    "framework": ("framework: india-russia-military-technical", "renewed"),
    "source": ("stream: source/theprint-2021-11-12", "regraded"),
}
TOLD_ASIDE = (
    "no ",
    "wrote ",
    "arms.jsonl: 21 entries",
    "built deals",
    "arms.checkpoint: signed",
    "contract.tlog-proof: proves",
)
"""What commands say that write to a file, or find nothing."""
BEFORE = {
    **dict.fromkeys(("proof check", "verify-proof"), "proof make"),
    "proof cosign": "proof checkpoint",
    **dict.fromkeys(("admin restore", "restore"), "admin backup"),
    **dict.fromkeys(("lake verify", "lake fold"), "lake sync"),
    "import": "export",
}
"""Commands that take what another one has written."""
OF_AN_EXPECTATION = ("expectation-revised", "expectation-withdrawn")


def example_in(help_text: str) -> str:
    """The one line below ``Example:``."""
    found = re.search(r"^Example:\n  (armsledger .*)\Z", help_text.rstrip(), re.MULTILINE)
    assert found is not None, help_text
    return found[1]


def words_of(example: str) -> list[str]:
    """The words that a shell passes on."""
    command, *words = shlex.split(example)
    assert command == "armsledger"
    return words


def rows_below(heading: str, help_text: str) -> Iterator[str]:
    """The commands in the list below a heading; of several in one line, each."""
    section = help_text.partition(f"\n{heading}:\n")[2].partition("\n\n")[0]
    for line in section.splitlines():
        if re.match(r"  \S", line):
            yield from line.strip().partition("  ")[0].rstrip(",").split(", ")


def all_commands() -> Iterator[str]:
    """The words of every command that help lists, those of groups too, but for events."""
    for name, command in CLI.declared.items():
        if not command.hidden and name not in BY_KIND:
            yield name
            yield from (f"{name} {inner}" for inner in getattr(command.build(), "declared", ()))


def history(kind: str, event: str) -> str:
    """A dossier after which the example of an event can be run."""
    if event not in OF_AN_EXPECTATION:
        return SOURCES + HISTORIES[kind]
    return SOURCES + "\n".join(HISTORIES[kind].splitlines()[:-2]) + EXPECTATION % EXPECTED[kind]


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, bool], Path]:
    """A ledger for the examples of each kind of stream; one with an expectation as its third entry."""
    folder = tmp_path_factory.mktemp("prepared")
    ledgers: dict[tuple[str, bool], Path] = {}
    for kind in HISTORIES:
        for event in ("corrected", OF_AN_EXPECTATION[0]):
            path = folder / f"{kind}-{event}.db"
            (folder / "elsewhere.yaml").write_text(SOURCES + ELSEWHERE)
            (folder / "dossier.yaml").write_text(history(kind, event))
            with Ledger(path) as ledger:
                ledger.record_file(folder / "elsewhere.yaml")
                ledger.record_file(folder / "dossier.yaml")
            ledgers[kind, event in OF_AN_EXPECTATION] = path
    return ledgers


def test_the_top_groups_its_commands(armsledger: Inside) -> None:
    answer = armsledger("--help")
    assert answer.status == 0
    assert {heading: " ".join(rows_below(heading, answer.out)) for heading in SECTIONS} == SECTIONS


def test_no_command_is_left_out_of_the_sections() -> None:
    listed = [name for names in SECTIONS.values() for name in names.split()]
    assert sorted(listed) == sorted(name for name, command in CLI.declared.items() if not command.hidden)


def test_each_section_of_the_everyday_page_holds_the_commands_that_are_declared_for_it() -> None:
    declared = {name: CLI.declared[name].section for names in SECTIONS.values() for name in names.split()}
    assert declared == {name: section for section, names in SECTIONS.items() for name in names.split()}


def test_the_everyday_page_names_the_settings_in_the_environment(armsledger: Inside) -> None:
    told = armsledger("--help").out
    for name in ("LEDGER", "RECORDED_BY", "TIMEOUT_SECONDS", "KEY"):
        assert f"ARMSLEDGER_{name}" in told


def test_the_everyday_page_fits_a_screen(armsledger: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", str(SCREEN_COLUMNS))
    lines = armsledger("--help").lines
    assert len(lines) < SCREEN_LINES  # the line in which it was asked for is there too
    assert max(map(len, lines)) <= SCREEN_COLUMNS


@pytest.mark.parametrize("command", [*all_commands()])
def test_the_help_of_a_command_fits_a_screen(armsledger: Inside, monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    monkeypatch.setenv("COLUMNS", str(SCREEN_COLUMNS))
    assert len(armsledger(f"{command} --help").lines) < SCREEN_LINES


def test_both_ends_of_a_range_are_told_in_one_line(armsledger: Inside) -> None:
    told = armsledger("deals --help").out
    assert "--value-from/-to AMOUNT" in told
    assert "--value-to" not in told


@pytest.mark.parametrize("command", ["", "show", "deal", "deal delivered", "proof", "proof keys new"])
def test_the_short_option_for_help_is_the_long_one(armsledger: Inside, command: str) -> None:
    assert armsledger(f"{command} -h") == armsledger(f"{command} --help")


@pytest.mark.parametrize("kind", BY_KIND)
def test_a_group_says_what_it_does_and_lists_the_events_of_the_catalogue(armsledger: Inside, kind: str) -> None:
    answer = armsledger([kind, "--help"])
    assert says_what_it_does(answer.out)
    assert list(rows_below("Events", answer.out)) == list(BY_KIND[kind])


@pytest.mark.parametrize("kind", BY_KIND)
def test_a_group_without_an_event_shows_its_help(armsledger: Inside, kind: str) -> None:
    answer = armsledger([kind])
    assert answer.status == 2
    assert f"armsledger {kind} [OPTIONS] COMMAND" in answer.out + answer.err


@pytest.mark.parametrize(("kind", "event"), EVENTS)
def test_every_event_has_an_option_for_every_field_and_an_example_that_runs(
    armsledger: Inside, prepared: dict[tuple[str, bool], Path], kind: str, event: str
) -> None:
    asked = armsledger([kind, event, "--help"])
    assert (asked.status, asked.err) == (0, "")
    for name in (*own_fields(BY_KIND[kind][event]), "on", "asserted", "note", "id"):
        assert f"--{name.replace('_', '-')}" in asked.out
    shutil.copy(prepared[kind, event in OF_AN_EXPECTATION], LEDGER)
    if event == "registered":
        Path(LEDGER).unlink()
    words = words_of(example_in(asked.out))
    answer = armsledger(words)
    assert (answer.status, answer.err) == (0, "")
    last = armsledger("log --json").json[-1]
    assert answer.lines[0] == last["entry"]
    assert (last["event"], last["entry"].partition("@")[0]) == (event, f"{kind}/{words[2]}")


@pytest.mark.parametrize("kind", BY_KIND)
def test_the_example_of_every_group_runs(armsledger: Inside, prepared: dict[tuple[str, bool], Path], kind: str) -> None:
    shutil.copy(prepared["deal", False], LEDGER)
    answer = armsledger(words_of(example_in(armsledger([kind, "--help"]).out)))
    assert (answer.status, answer.err) in ((0, ""), (0, "  recorded before; nothing was added\n"))


def says_what_it_does(help_text: str) -> bool:
    """Whether a command begins its help with a sentence."""
    return re.match(r"[A-Z].*[.\]]", " ".join(help_text.split("\n\n")[1].split())) is not None


@pytest.mark.parametrize("command", [*COMMANDS, *GROUPED])
def test_every_command_says_what_it_does_in_a_sentence_and_has_an_example_that_runs(
    armsledger: Inside, seed: Path, command: str
) -> None:
    asked = armsledger(f"{command} --help")
    assert (asked.status, asked.err) == (0, "")
    assert says_what_it_does(asked.out)
    Path("examples").symlink_to(EXAMPLES)
    for key in ("arms.key", "colleague.key"):
        new_key(key)
    if command in BEFORE:
        armsledger(words_of(example_in(armsledger(f"{BEFORE[command]} --help").out)))
    answer = armsledger(words_of(example_in(asked.out)))
    assert answer.status == 0
    assert answer.out or answer.err.startswith(TOLD_ASIDE)


@pytest.mark.parametrize("group", IN_GROUPS)
def test_a_group_lists_its_commands(armsledger: Inside, group: str) -> None:
    assert tuple(rows_below("Commands", armsledger(f"{group} --help").out)) == IN_GROUPS[group]


@pytest.mark.parametrize("earlier", EARLIER)
def test_a_command_that_is_in_a_group_now_answers_to_its_earlier_name(armsledger: Inside, earlier: str) -> None:
    now = armsledger(f"{EARLIER[earlier]} --help")
    before = armsledger(f"{earlier} --help")
    assert (now.status, before.status) == (0, 0)
    assert before.out.partition("\n")[2] == now.out.partition("\n")[2]


@pytest.mark.parametrize("earlier", ["relations", "scorecard", "precedents", "persons"])
def test_scripts_that_use_an_earlier_name_get_the_same_answer(armsledger: Inside, story: Path, earlier: str) -> None:
    words = words_of(example_in(armsledger(f"{earlier} --help").out))
    answer = armsledger(words)
    assert answer.status == 0
    assert armsledger(words[1:]) == answer


def test_the_example_at_the_top_runs(armsledger: Inside, seed: Path) -> None:
    assert armsledger(words_of(example_in(armsledger("--help").out))).status == 0


def test_the_options_of_all_reads_are_the_same(armsledger: Inside) -> None:
    reads = [name for name in SECTIONS["Read"].split() if name not in ("log", "compare", "report", *PICTURES)]
    for command in [*reads, *(f"report {name}" for name in IN_GROUPS["report"])]:
        told = armsledger(f"{command} --help").out
        for option in ("--at D", "--known K", "--known-by", "--format", "--json", "--ledger PATH"):
            assert option in told, (command, option)


def test_help_holds_no_markup(armsledger: Inside) -> None:
    for kind in BY_KIND:
        assert "``" not in armsledger([kind, "--help"]).out
