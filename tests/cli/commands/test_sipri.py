"""SIPRI's register on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.runner import Inside, Process
from tests.exchange.sipri.register_text import DEALS, REGISTERS, ROW, data_lines, register, row

FIRST, SECOND, THIRD = REGISTERS.values()
KESTREL = "deal/sipri-ind-rus-2018-kestrel-4"


@pytest.fixture
def both(armsledger: Inside) -> Inside:
    """A folder with a ledger that has taken the first two releases."""
    assert armsledger(["import", "sipri", str(FIRST), str(SECOND)]).status == 0
    return armsledger


def test_a_register_is_taken_into_a_missing_ledger(armsledger: Inside, tmp_path: Path) -> None:
    answer = armsledger(["import", "sipri", str(FIRST)])
    assert answer.status == 0
    assert answer.lines == [
        "register-2024-03-18.csv: SIPRI's register as released on 2024-03-18 (Latin-1)",
        "  rows         18: 17 taken as they are, 1 repaired, 0 set aside",
        "  duplicates   1 row repeats another to the letter: one deal each",
        "  deals        17",
        "  recorded     68 entries (positions 1 to 68)",
    ]
    repaired, noted = answer.err.splitlines()
    assert repaired == f"repaired: {FIRST}:19: broken by a line break"
    assert noted.startswith(f"noted: {FIRST}:25, comment: 'delivery planned 2028-20233' is a plan")
    assert [path.name for path in tmp_path.iterdir()] == ["armsledger.db"]


def test_a_later_release_tells_what_it_changed(both: Inside) -> None:
    answer = both(["import", "sipri", str(THIRD)])
    assert answer.lines[1:] == [
        "  rows         17: 16 taken as they are, 1 repaired, 0 set aside",
        "  deals        14 unchanged, 2 changed, 0 new, 0 vanished, 1 reappeared",
        "  changes      1 value, 1 comment, 1 reappeared, 1 vocabulary, 1 duplicate",
        "  columns      1 delivered, 1 years, 1 comment, 1 volume delivered, 1 rows",
        "  recorded     12 entries (positions 125 to 136)",
    ]
    again = both(["import", "sipri", str(THIRD), "--json"]).json
    assert again[0]["recorded"] == 0
    assert again[0]["deals"]["unchanged"] == 17


def test_ambiguous_rows_are_told_by_line_and_deals(armsledger: Inside) -> None:
    answer = armsledger(["import", "sipri", str(FIRST), str(SECOND)])
    assert (
        "  ambiguous    line 27 (Lynx-C from France to Oman) may be any of"
        " deal/sipri-omn-fra-1995-lynx-c, deal/sipri-omn-fra-1995-lynx-c-2" in answer.lines
    )


def test_the_revisions_are_counted_by_class_country_and_decade(both: Inside) -> None:
    answer = both("compare --known 2024-03-18 --known 2025-03-13 --known-by asserted")
    lines = [" ".join(line.split()) for line in answer.lines]
    assert "revisions of SIPRI's register: 17 deals, of which one can be revised in several ways" in lines
    assert {"new 3", "vanished 4", "value 4", "flag 4", "comment 3", "vocabulary 5", "duplicate 1"} <= set(lines)
    assert "IND 2 0 0 1 2 2 1 0" in lines
    assert "2020s 4 2 1 0 0 1 1 0" in lines
    assert "deal/sipri-ind" not in answer.out


def test_the_json_of_a_comparison_counts_the_revisions_too(both: Inside) -> None:
    told = both("compare --known 2024-03-18 --known 2025-03-13 --known-by asserted --json").json
    assert told["revisions"]["deals"] == 17
    assert told["revisions"]["by_class"]["vanished"] == 4
    assert told["revisions"]["by_decade"]["2020s"] == {
        "deals": 4,
        "new": 2,
        "vanished": 1,
        "comment": 1,
        "vocabulary": 1,
    }
    assert any(change["stream"] == KESTREL for change in told["changes"])


def test_the_revisions_are_listed_deal_by_deal(both: Inside) -> None:
    between = "compare --known 2024-03-18 --known 2025-03-13 --known-by asserted --revisions"
    rows = {one["deal"]: one for one in both(f"{between} --json").json}
    assert len(rows) == 17
    assert rows["sipri-wsm-aus-1986-seagull"]["revisions"] == ["vanished"]
    (one,) = both([*between.split(), KESTREL, "--json"]).json
    assert "years: 2021; 2022; 2023 -> 2021; 2022; 2023; 2024" in one["changes"]
    assert both(f"{between} --format csv").lines[0].startswith("deal,buyer,supplier,designation")
    nothing = both("compare --known 2023-01-01 --known 2023-02-01 --known-by asserted --revisions")
    assert (nothing.status, nothing.err) == (0, "the register was not revised\n")


BETWEEN = "compare --known 2024-03-18 --known 2025-03-13 --known-by asserted"


def test_revisions_are_listed_cell_by_cell_within_80_columns(both: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    answer = both("revisions --column delivered --direction up")
    assert answer.lines == [
        "deal                          released    column     revision  by",
        "\u2500" * 65,
        "sipri-ind-rus-2018-kestrel-4  2025-03-13  delivered  6? -> 8   +2",
        "sipri-ken-gbr-1975-heron-2    2025-03-13  delivered  4? -> 6   +2",
        "",
        "2 revisions of 2 deals: 2 up; by class: 2 value, 2 flag",
    ]
    whole = both("revisions")
    assert max(map(len, whole.lines)) <= 80
    (plan,) = both(f"revisions --deal {KESTREL.partition('/')[2]} --column plan --json").json
    assert (plan["old"], plan["new"], plan["slip_first_years"], plan["slip_last_years"]) == (
        "2021/2024", "2021/2026", 0, 2,
    )  # fmt: skip
    assert both("revisions --class vanished --buyer Oman --format csv").lines[0].startswith("deal,supplier,buyer")
    assert both("revisions --release 2024-03-18").err == "no revisions\n"


def test_a_word_that_no_revision_has_is_refused(armsledger: Inside) -> None:
    armsledger("init")
    answer = armsledger("revisions --direction downward")
    assert (answer.status, answer.out) == (2, "")
    assert answer.err.splitlines() == [
        "error: 'downward' is no direction",
        "  remedy: did you mean down?",
    ]


def test_marks_that_a_file_lacks_are_left_out_of_a_comparison(both: Inside) -> None:
    left_out = "--without-flags-of delivered --without description"
    lines = [" ".join(line.split()) for line in both(f"{BETWEEN} {left_out}").lines]
    head = "revisions of SIPRI's register (without description, flags of delivered): 15 deals"
    assert f"{head}, of which one can be revised in several ways" in lines
    assert {"value 4", "flag 1"} <= set(lines), "the mark of the number ordered, and all numbers"
    rows = {one["deal"]: one for one in both(f"{BETWEEN} --revisions {left_out} --json").json}
    assert "delivered: 6? -> 8" in rows["sipri-ind-rus-2018-kestrel-4"]["changes"]
    assert "sipri-fan-chad-lby-1981-dart-3" not in rows, "it had lost its mark, and no more"
    columns = both(f"{BETWEEN} --revisions --by column {left_out} --json").json
    assert {row["column"] for row in columns if row["deal"] == "sipri-ken-gbr-1975-heron-2"} == {
        "ordered", "delivered", "volume_ordered", "volume_delivered",
    }  # fmt: skip
    told = both(f"{BETWEEN} {left_out} --json").json
    assert told["revisions"]["deals"] == len(rows) == 15
    refused = both(f"{BETWEEN} --without deliverd")
    assert (refused.status, refused.err.splitlines()[-1]) == (2, "  remedy: did you mean delivered?")


def test_a_deal_is_compared_in_words(both: Inside) -> None:
    answer = both(f"compare {KESTREL} --known 2024-03-18 --known 2025-03-13 --known-by asserted")
    assert any("delivered: ~6 SAM systems -> 8 air-defence systems" in line for line in answer.lines)
    shown = both(f"show {KESTREL} --known 2024-03-18 --known-by asserted")
    assert any("TIV 650 m ordered, 390 m delivered, 65 m per unit; INR100 b deal" in line for line in shown.lines)


def test_a_release_is_written_again(both: Inside, tmp_path: Path) -> None:
    answer = both("export sipri first.csv --known 2024-03-18 --known-by asserted --encoding latin-1")
    assert (answer.status, answer.err) == (0, "first.csv: 18 rows as of sipri-2024-03-18\n")
    again = data_lines(tmp_path / "first.csv", "latin-1")
    assert list(again) == list(data_lines(FIRST, "latin-1")) or sorted(again) == sorted(data_lines(FIRST, "latin-1"))
    there = both("export sipri first.csv")
    assert there.status == 1
    assert "--replace" in there.err
    assert both("export sipri -").out.startswith("Transfers of major conventional arms")


def test_what_is_set_aside_is_written_to_a_file_that_can_be_corrected(armsledger: Inside, tmp_path: Path) -> None:
    Path("bad.csv").write_text(register(ROW, row(designation="KM-6", years="20222")))
    answer = armsledger("import sipri bad.csv")
    assert answer.status == 0
    assert "set aside: bad.csv:6, years: '20222' is no year from 1900 to 2024; write years of four digits" in answer.err
    told = "bad.set-aside.csv: 1 row set aside; correct them there and import that file before the next release"
    assert told in answer.err
    aside = tmp_path / "bad.set-aside.csv"
    aside.write_text(aside.read_text().replace("20222", "2022"))
    assert armsledger("import sipri bad.set-aside.csv").lines[-1] == "  recorded     4 entries (positions 6 to 9)"
    assert len(armsledger("deals --json").json) == 2
    armsledger("import sipri bad.csv")
    assert (tmp_path / "bad.set-aside-2.csv").exists(), "a file that somebody corrects is not overwritten"


@pytest.mark.parametrize(
    ("command", "status", "words"),
    [
        ("import sipri missing.csv", 1, "there is no file missing.csv"),
        ("import sipri plain.csv", 1, "holds no register of SIPRI's"),
        ("import sipri bare.csv", 2, "--released 2024-03-18"),
        ("import sipri bare.csv --released soon", 2, "'soon' is no day"),
        ("import sipri bare.csv --released 2031-01-01", 1, "after today"),
        ("import sipri bad.csv --strict", 1, "bad.csv:6, years"),
        ("import sipri bare.csv --reliability G", 2, "'G' is not"),
        ("import sipri", 2, "Missing argument"),
        ("export sipri x.csv", 1, "armsledger"),
    ],
)
def test_bad_input_is_refused_with_a_remedy_and_leaves_nothing(
    armsledger: Inside, tmp_path: Path, command: str, status: int, words: str
) -> None:
    Path("plain.csv").write_text("a,b\n1,2\n")
    Path("bare.csv").write_text("\n".join(register(ROW).splitlines()[3:]))
    Path("bad.csv").write_text(register(ROW, row(years="20222")))
    before = sorted(path.name for path in tmp_path.iterdir())
    answer = armsledger(command)
    assert answer.status == status
    assert words in answer.err
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_a_strict_import_lists_what_is_damaged(armsledger: Inside) -> None:
    Path("bad.csv").write_text(register(ROW, row(years="20222"), row(year="x")))
    answer = armsledger("import sipri bad.csv --strict")
    first, second, error, _ = answer.err.splitlines()
    assert first.startswith("set aside: bad.csv:6, years: '20222' is no year")
    assert second.startswith("set aside: bad.csv:7, order year: 'x' is no year")
    assert error.startswith("error: 2 rows are damaged, such as bad.csv:6")


def test_a_deal_that_there_is_not_has_no_revisions(both: Inside) -> None:
    answer = both("compare deal/typo --known 2024-03-18 --known 2025-03-13 --known-by asserted --revisions")
    assert (answer.status, "holds no deal/typo" in answer.err) == (1, True)


def test_a_dry_run_writes_nothing(armsledger: Inside, tmp_path: Path) -> None:
    Path("bad.csv").write_text(register(ROW, row(years="20222")))
    answer = armsledger("import sipri bad.csv --dry-run")
    assert answer.lines[-1] == "  would record 5 entries"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bad.csv"]


def test_deals_by_year_are_written_again(armsledger: Inside) -> None:
    armsledger(["import", "sipri", str(DEALS)])
    assert armsledger("export sipri -").out == DEALS.read_text(encoding="latin-1")


def test_an_import_is_a_process_of_its_own_too(process: Process) -> None:
    answer = process(["import", "sipri", str(FIRST), "--resume"])
    assert answer.status == 0
    assert "recorded     69 entries" in answer.out, "one of them says that all was taken"


RENAMED = "deal/sipri-ind-rus-2018-kestrel-m"
EVERYWHERE = [row(recipient=name, designation="Petrel", comment="") for name in ("Egypt", "Peru")]


@pytest.fixture
def renamed(armsledger: Inside) -> Inside:
    """A folder with two releases: the second has a designation renamed everywhere, and one deal by another name."""
    later = [line.replace("Petrel", "Petrel-2") for line in EVERYWHERE]
    Path("first.csv").write_text(register(ROW, *EVERYWHERE))
    Path("second.csv").write_text(register(row(designation="Kestrel-M"), *later, released="2025-03-13"))
    assert armsledger("import sipri first.csv --ledger my.db").status == 0
    return armsledger


def mark(name: str, decision: str, why: str = "") -> None:
    """Mark the only row that is not decided, as a spreadsheet would save it."""
    lines = Path(name).read_bytes().decode("utf-8-sig").splitlines()
    marked = [f"{decision},{why}{line[1:]}" if line.startswith(",,") else line for line in lines]
    Path(name).write_text("\n".join(marked), encoding="utf-8-sig")


def test_what_was_renamed_is_told_and_written_for_review(renamed: Inside) -> None:
    answer = renamed("import sipri second.csv --review renames.csv --ledger my.db")
    assert "  renames      1 designation (2 deals) joined; 1 proposal: --review FILE" in answer.lines
    assert answer.err.splitlines()[-1] == (
        "renames.csv: 1 proposal, 2 joined deals; mark rows accept or reject in the column decision, then: "
        "armsledger import sipri renames.csv --ledger my.db"
    )
    content = Path("renames.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbfdecision,why,decided,reasons,old designation,new designation,")
    lines = content.decode("utf-8-sig").splitlines()
    assert [line.split(",")[0] for line in lines] == ["decision", "", "joined", "joined"]
    again = renamed("import sipri second.csv --review renames.csv --ledger my.db")
    assert again.status == 1
    assert "there is a file at renames.csv already" in again.err
    assert "somebody may have marked this one" in again.err


def test_the_json_of_an_import_tells_what_was_renamed(renamed: Inside) -> None:
    (told,) = renamed("import sipri second.csv --json --ledger my.db").json
    assert told["renames"] == [
        {
            "kind": "designation",
            "old": "Petrel",
            "new": "Petrel-2",
            "deals": ["deal/sipri-egy-rus-2018-petrel", "deal/sipri-per-rus-2018-petrel"],
        }
    ]
    assert told["proposals"] == 1


def test_a_dry_run_writes_a_review_as_well(renamed: Inside) -> None:
    answer = renamed("import sipri second.csv --review renames.csv --dry-run --ledger my.db")
    assert "1 proposal, 2 joined deals" in answer.err
    mark("renames.csv", "accept")
    early = renamed("import sipri renames.csv --ledger my.db")
    assert early.status == 1
    assert f"renames.csv:2: {RENAMED} is no deal that a release lists; take the release first" in early.err
    assert renamed("import sipri second.csv --ledger my.db").status == 0
    assert renamed("import sipri renames.csv --ledger my.db").status == 0


def test_a_marked_review_joins_deals_and_can_be_taken_back(renamed: Inside) -> None:
    renamed("import sipri second.csv --review renames.csv --ledger my.db")
    mark("renames.csv", "accept", "as the maker says")
    dry = renamed("import sipri renames.csv --dry-run --ledger my.db")
    assert dry.lines[:2] == [
        "renames.csv: review of what SIPRI's register renamed",
        "  joined       1 pair: one deal each",
    ]
    assert dry.lines[-1].startswith("  would record")
    answer = renamed("import sipri renames.csv --ledger my.db")
    assert answer.lines[-1].startswith("  recorded")
    shown = renamed(f"show {KESTREL} --ledger my.db")
    assert any("Kestrel-M" in line for line in shown.lines)
    told = [one for one in renamed(f"log {RENAMED} --json --ledger my.db").json if one["event"] == "retracted"]
    assert {one["note"] for one in told} == {f"{KESTREL} and {RENAMED} are one deal: as the maker says"}
    assert renamed("import sipri renames.csv --ledger my.db").lines[1:] == [
        "  as before    1 pair: decided so already",
        "  recorded     0 entries",
    ]
    text = Path("renames.csv").read_text(encoding="utf-8-sig")
    Path("undo.csv").write_text(text.replace("accept,", "reject,").replace("joined,", "reject,"))
    assert renamed("import sipri undo.csv --ledger my.db").lines[1] == "  undone       3 joins: two deals again"
    assert renamed("import sipri undo.csv --json --ledger my.db").json["recorded"] == 0


def test_what_somebody_decided_is_told_where_the_deal_ended(renamed: Inside) -> None:
    renamed("import sipri second.csv --review renames.csv --ledger my.db")
    mark("renames.csv", "accept", "as the maker says")
    renamed("import sipri renames.csv --ledger my.db")
    shown = " ".join(line.strip() for line in renamed(f"show {RENAMED} --ledger my.db").lines)
    assert "retracted is all that was said of it (entry-error, " in shown
    assert f": {KESTREL} and {RENAMED} are one deal: as the maker says; 'armsledger log {RENAMED}'" in shown
    assert "one deal: as the maker says" in " ".join(renamed(f"log {RENAMED} --ledger my.db").out.split())
    text = Path("renames.csv").read_text(encoding="utf-8-sig")
    Path("undo.csv").write_text(text.replace("accept,as the maker says", "reject,two weapons"))
    assert renamed("import sipri undo.csv --ledger my.db").lines[1] == "  undone       1 join: two deals again"
    shown = " ".join(line.strip() for line in renamed(f"show {KESTREL} --ledger my.db").lines)
    assert "retracted is all that was said of it (vanished, 2025-03-13, sipri-2025-03-13); decided by " in shown
    assert f": {KESTREL} and {RENAMED} are two deals: two weapons; 'armsledger log {KESTREL}' shows it" in shown


def test_a_deal_that_was_parted_names_the_one_that_goes_on(renamed: Inside) -> None:
    renamed("import sipri second.csv --review renames.csv --ledger my.db")
    text = Path("renames.csv").read_text(encoding="utf-8-sig")
    Path("undo.csv").write_text(text.replace("joined,", "reject,", 1))
    assert renamed("import sipri undo.csv --ledger my.db").lines[1] == "  undone       1 join: two deals again"
    petrel = "deal/sipri-egy-rus-2018-petrel"
    shown = " ".join(line.strip() for line in renamed(f"show {petrel} --ledger my.db").lines)
    assert f"{petrel} and {petrel}-2 are two deals" in shown
    answer = renamed("import sipri second.csv --review again.csv --ledger my.db")
    assert "again.csv: 1 proposal, 1 pair kept apart, 1 joined deal; mark rows" in answer.err


def test_a_long_line_about_a_deal_that_ended_is_folded_on_a_terminal(renamed: Inside, process: Process) -> None:
    renamed("import sipri second.csv --review renames.csv --ledger my.db")
    mark("renames.csv", "accept", "as the maker says")
    renamed("import sipri renames.csv --ledger my.db")
    status, shown = process.at_a_terminal(f"show {RENAMED} --ledger my.db", COLUMNS="80")
    assert (status, max(map(len, shown.splitlines())) <= 80) == (0, True)
    assert f"one deal: as the maker says; 'armsledger log {RENAMED}' shows it" in " ".join(shown.split())


@pytest.mark.parametrize(
    ("command", "status", "words"),
    [
        ("import sipri second.csv renames.csv", 2, "a review is taken by itself"),
        ("import sipri renames.csv --force", 2, "a review is taken by itself"),
        ("import sipri renames.csv --review other.csv", 2, "a review is taken by itself"),
        ("import sipri bad.csv", 1, "bad.csv:2: 'perhaps' is no decision; write accept or reject"),
        ("import sipri nameless.csv", 1, "nameless.csv:2: the row names no old deal"),
    ],
)
def test_a_review_that_cannot_be_taken_says_why(renamed: Inside, command: str, status: int, words: str) -> None:
    renamed("import sipri second.csv --review renames.csv --ledger my.db")
    mark("renames.csv", "perhaps")
    text = Path("renames.csv").read_text(encoding="utf-8-sig")
    Path("bad.csv").write_text(text)
    Path("nameless.csv").write_text(text.replace("perhaps,", "accept,").replace(f"{KESTREL},", ",", 1))
    answer = renamed(f"{command} --ledger my.db")
    assert (answer.status, words in answer.err) == (status, True), answer.err


def test_each_row_of_a_review_that_cannot_be_taken_has_a_line(renamed: Inside) -> None:
    renamed("import sipri second.csv --review renames.csv --ledger my.db")
    text = Path("renames.csv").read_text(encoding="utf-8-sig")
    first, *lines = text.splitlines()
    Path("bad.csv").write_text("\n".join([first, *("yes," + line.partition(",")[2] for line in lines)]))
    answer = renamed("import sipri bad.csv --ledger my.db")
    assert (answer.status, len(lines)) == (1, 3)
    told = [
        line
        for line in answer.err.splitlines()
        if line.endswith("'yes' is no decision; write accept or reject, or leave it blank")
    ]
    assert [line.partition(": ")[0] for line in told] == ["bad.csv:2", "bad.csv:3", "bad.csv:4"]
    assert "error: 3 rows of bad.csv cannot be taken, and nothing was recorded" in answer.err
