"""SIPRI's registers as files: read as far as they can be, with every repair and every problem told."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from armsledger.domain.errors import LedgerError, UnreadableDossier, UsageError
from armsledger.domain.values.party import Party
from armsledger.exchange.sipri.columns import DEALS_COLUMNS, REGISTER_COLUMNS, layout_of
from armsledger.exchange.sipri.plans import Plan, plans_in
from armsledger.exchange.sipri.preamble import Scope, says_undelivered
from armsledger.exchange.sipri.reader import read_releases
from armsledger.exchange.sipri.release import NoRegister, Release
from armsledger.exchange.sipri.statements import statements_of
from armsledger.exchange.sipri.text import lines_of
from tests.exchange.sipri.register_text import (
    DEALS as DEALS_FILE,
)
from tests.exchange.sipri.register_text import (
    DEALS_HEAD,
    HEADER,
    NAMES,
    REGISTERS,
    RELEASES,
    ROW,
    read,
    register,
    row,
    rows,
    said,
    words_of,
)

PLAIN = {
    "recipient": "India",
    "supplier": "Russia",
    "designation": "Kestrel-4",
    "description": "SAM system",
    "condition": "New",
    "comment": "By ship",
    "order_year": "2018?",
    "ordered": "10",
    "delivered": "6?",
    "years": "2021; 2022",
    "volume_per_unit": "65",
    "volume_ordered": "650",
    "volume_delivered": "390",
}


def test_the_first_register_is_read_with_its_date_its_scope_and_its_broken_row(tmp_path: Path) -> None:
    (release,) = read_releases([REGISTERS["2024-03-18"]], NAMES.party)
    assert release.released == date(2024, 3, 18)
    assert release.encodings == ["Latin-1"]
    assert release.scope == Scope("All countries", "All countries", ((1950, 9999),), True, "deals")
    assert release.records == len(release.rows) == 18
    assert said(release.problems) == [("repaired", 19, None), ("noted", 25, "comment")]
    assert not release.set_aside
    broken = next(one.words for one in release.rows if one.words["designation"] == "Zubr-3")
    assert broken["comment"] == "Part of a larger deal; 1 more not delivered"
    assert [broken[name] for name in ("volume_per_unit", "volume_ordered", "volume_delivered")] == [
        "0.25",
        "3.5",
        "3.25",
    ]
    garza = release.rows[2]
    assert garza.words["designation"] == "Garza "
    assert garza.words["comment"] == "Turkish designation Göksu "
    assert (garza.buyer, garza.supplier) == ("TUR", "ESP")


def test_a_file_of_several_releases_is_read_as_several(tmp_path: Path) -> None:
    header = (
        "release_generated,Recipient,Supplier,Year of order,order_uncertain,Number ordered,n_ordered_uncertain,"
        "Weapon designation,Weapon description,Number delivered,n_delivered_uncertain,Year(s) of delivery,status,"
        "Comments,TIV per unit,TIV total order,TIV delivered"
    )
    path = tmp_path / "several.csv"
    path.write_text("\n".join([header, f"2025-03-13,{ROW}", f"2024-03-18,{ROW}", f"2025-03-13,{row(year='2017')}"]))
    found = read_releases([path], NAMES.party)
    assert [(one.released, len(one.rows)) for one in found] == [(date(2024, 3, 18), 1), (date(2025, 3, 13), 2)]
    assert found[0].rows[0].words == PLAIN


def test_rows_without_a_day_are_set_aside(tmp_path: Path) -> None:
    header = "released," + HEADER
    lines = [f",{ROW}", f"18/03/2024,{ROW}", f"2024-03-18,{ROW}"]
    release = read(tmp_path, "\n".join([header, *lines]))
    assert release.released == date(2024, 3, 18)
    assert said(release.problems) == [("set aside", 2, "released"), ("set aside", 3, "released")]
    with pytest.raises(NoRegister, match="no rows that could be taken"):
        read(tmp_path, "\n".join([header, *lines[:2]]))


def test_deals_by_year_that_stand_in_two_files_are_one(tmp_path: Path) -> None:
    one, other = tmp_path / "one.csv", tmp_path / "other.csv"
    line = "101,Russia,India,Kestrel-4,SAM system,Air defence,2018,No,2,No,{},No,New,65,65,130,No"
    one.write_text(register(line.format(2021), header=DEALS_HEAD))
    other.write_text(register(line.format(2022), line.format(2021), header=DEALS_HEAD))
    (release,) = read_releases([one, other], NAMES.party)
    (found,) = release.rows
    assert [year["year"] for year in found.words["deliveries"]] == ["2021", "2022"]


@pytest.mark.parametrize("day", ["18 Mai 2024", "31 Feb 2024", "soon"])
def test_a_day_that_cannot_be_read_is_asked_for(tmp_path: Path, day: str) -> None:
    text = register(ROW).replace("18 Mar 2024", day)
    with pytest.raises(UsageError, match="does not say when"):
        read(tmp_path, text)
    assert read(tmp_path, text, date(2024, 3, 18)).rows


def test_another_day_than_the_file_says_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="generated on 2024-03-18"):
        read(tmp_path, register(ROW), date(2023, 3, 18))


def test_a_nul_is_set_aside_with_its_line(tmp_path: Path) -> None:
    release = read(tmp_path, register(ROW, row(comment="a\0b")))
    assert said(release.problems) == [("set aside", 6, "comment")]


def test_files_of_one_release_are_one(tmp_path: Path) -> None:
    one, other = tmp_path / "one.csv", tmp_path / "other.csv"
    one.write_text(register(row(supplier="Russia")).replace("from All countries to", "from Russia to"))
    other.write_text(
        register(row(supplier="France"), row(supplier="France", year="2017")).replace(
            "from All countries", "from France"
        )
    )
    (release,) = read_releases([one, other], NAMES.party)
    assert [found.number for found in release.rows] == [1, 2, 3]
    assert release.scope.suppliers == "France and Russia"
    assert len(release.digests) == 2


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (register(row(comment="Göksu")).encode("latin-1"), "Latin-1"),
        (register(row(comment="Göksu")).encode("utf-8"), "UTF-8"),
        (register(row(comment="Göksu")).encode("utf-8-sig"), "UTF-8"),
        (register(row(comment="Göksu\u2014 2")).encode("cp1252"), "Windows-1252"),
    ],
)
def test_encodings_are_told_apart(tmp_path: Path, content: bytes, encoding: str) -> None:
    release = read(tmp_path, content)
    assert release.encodings == [encoding]
    assert release.rows[0].words["comment"].startswith("Göksu")


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_lines_may_end_as_any_system_ends_them(tmp_path: Path, newline: str) -> None:
    assert words_of(read(tmp_path, register(ROW, ROW).replace("\n", newline))) == [PLAIN, PLAIN]


@pytest.mark.parametrize(
    "header",
    [
        HEADER,
        HEADER.replace(" ,", ","),
        HEADER.replace(", ,", ",Unnamed: 3,", 1),
        HEADER.replace("Recipient", '"Recipient"'),
        HEADER.replace("status", "Status").replace("Comments", "comments"),
        HEADER + ",,,",
    ],
    ids=["as it is", "blank flags", "named by a program", "quoted", "other case", "empty columns behind"],
)
def test_headers_are_known_however_they_were_saved(tmp_path: Path, header: str) -> None:
    assert words_of(read(tmp_path, register(ROW, header=header))) == [PLAIN]


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_a_spreadsheet_may_have_saved_it_with_another_delimiter(tmp_path: Path, delimiter: str) -> None:
    cells = [f'"{cell}"' if ";" in cell else cell for cell in ROW.split(",")]
    text = register(delimiter.join(cells), header=HEADER.replace(",", delimiter))
    assert words_of(read(tmp_path, text)) == [PLAIN]


def test_semicolons_behind_every_line_are_left_out(tmp_path: Path) -> None:
    release = read(tmp_path, register(ROW + ";;;;", header=HEADER + ";;;;;;"))
    assert words_of(release) == [PLAIN]
    assert said(release.problems) == [("noted", 4, None)]


def test_a_register_without_a_preamble_needs_its_date(tmp_path: Path) -> None:
    text = "\n".join([HEADER, ROW])
    with pytest.raises(UsageError, match="does not say when"):
        read(tmp_path, text)
    release = read(tmp_path, text, date(2023, 3, 1))
    assert release.released == date(2023, 3, 1)
    assert release.scope == Scope(None, None, None, False, "deals")
    assert Scope.read(str(release.scope)) == release.scope


def test_a_register_without_a_header_is_known_by_its_rows(tmp_path: Path) -> None:
    release = read(tmp_path, "\n".join([ROW, row(year="2017")]), date(2024, 3, 18))
    assert [words["order_year"] for words in words_of(release)] == ["2018?", "2017?"]
    assert said(release.problems) == [("noted", 1, None)]


@pytest.mark.parametrize(
    ("lines", "repair"),
    [
        ([ROW.replace(",65,650,390", ""), ",65,650,390"], "broken by a line break"),
        ([ROW.replace("By ship,65,650,390", "By"), "ship,65,650,390"], "broken by a line break"),
        ([ROW.replace(",By ship,65,650,390", ",By ship,,,"), ",65,650,390,,,,,,,,,,,,"], "broken by a line break"),
        ([ROW.replace("By ship,65,650,390", '"By'), 'ship",65,650,390'], "a line break within a cell"),
        ([ROW.replace(",6,?", ",6.0,?")], "6.0 is 6"),
        ([ROW + ",,,;"], ""),
        ([ROW.replace("By ship", '"By ship"')], ""),
    ],
)
def test_a_row_is_put_together_again(tmp_path: Path, lines: list[str], repair: str) -> None:
    release = read(tmp_path, register(*lines, row(year="2017")))
    assert words_of(release) == [PLAIN, PLAIN | {"order_year": "2017?"}]
    assert [problem.what for problem in release.problems] == ([repair] if repair else [])
    assert not release.set_aside


@pytest.mark.parametrize(
    ("line", "column"),
    [
        (row(recipient=""), "recipient"),
        (row(designation=" "), "designation"),
        (row(recipient="Indai"), "recipient"),
        (row(year="20188"), "order_year"),
        (row(year="2031"), "order_year"),
        (row(ordered="ten"), "ordered"),
        (row(ordered_flag="x"), "ordered"),
        (row(delivered="6.5"), "delivered"),
        (row(years="2021; 20222"), "years"),
        (row(unit="65 m"), "volume_per_unit"),
        (ROW + ",more", None),
        ("India,Russia,2018", None),
        ('India,"Russia,2018,?,10,,Kestrel-4,SAM', None),
    ],
)
def test_what_cannot_be_read_is_set_aside_with_its_line_and_a_remedy(
    tmp_path: Path, line: str, column: str | None
) -> None:
    release = read(tmp_path, register(ROW, line, row(year="2017")))
    assert [words["order_year"] for words in words_of(release)] == ["2018?", "2017?"]
    (problem,) = release.problems
    assert (problem.kind, problem.line, problem.column) == ("set aside", 6, column)
    assert problem.remedy
    assert str(problem).startswith(f"{tmp_path}/register.csv:6")
    assert [one.raw for one in release.set_aside] == [line]


def test_rows_of_deals_by_year_are_one_deal_each() -> None:
    (release,) = read_releases([DEALS_FILE], NAMES.party)
    assert release.by_year
    assert [found.words["reference"] for found in release.rows] == ["101", "102", "103"]
    assert release.rows[0].words["deliveries"] == [
        {"year": "2021", "number": "2", "volume": "130"},
        {"year": "2022", "number": "2?", "volume": "130"},
        {"year": "2023?", "number": "2?", "volume": "130"},
    ]
    assert release.rows[1].words["order_year"] == "2010?"
    assert release.rows[1].words["local_production"] == "Yes"


def test_rows_of_one_id_that_speak_of_two_deals_are_set_aside(tmp_path: Path) -> None:
    lines = [
        "101,Russia,India,Kestrel-4,SAM system,Air defence,2018,No,2,No,2021,No,New,65,65,130,No",
        "101,Russia,China,Kestrel-4,SAM system,Air defence,2018,No,2,No,2022,No,New,65,65,130,No",
        ",Russia,China,Kestrel-5,SAM system,Air defence,2018,No,2,No,2022,No,New,65,65,130,No",
        ",Russia,China,Kestrel-5,SAM system,Air defence,2018,No,1,No,2023,No,New,65,65,65,No",
    ]
    release = read(tmp_path, register(*lines, header=DEALS_HEAD))
    assert said(release.problems) == [("set aside", 6, "recipient"), ("set aside", 5, None)]
    assert [one.raw for one in release.set_aside] == [lines[1], lines[0]], "the deal is set aside whole"
    assert [len(found.words["deliveries"]) for found in release.rows] == [2]


def test_the_older_names_of_the_columns_are_known() -> None:
    older = (
        DEALS_HEAD.replace("SIPRI AT Database ID", "Deal ID")
        .replace("Supplier", "Seller")
        .replace("Recipient", "Buyer")
    )
    layout = layout_of(older.replace(",", ";"))
    assert layout is not None
    assert layout.columns == tuple(DEALS_COLUMNS)
    assert layout.is_by_year
    assert layout_of(HEADER) == (tuple(REGISTER_COLUMNS), ",")
    assert layout_of("Name,Amount,Date") is None


def test_a_preamble_that_speaks_of_deliveries_only_is_not_believed_against_the_rows(tmp_path: Path) -> None:
    all_deals = register(ROW, row(year="2017", delivered="0", years=""), which="deliveries")
    release = read(tmp_path, all_deals)
    assert release.scope.undelivered is True
    assert said(release.problems) == [("noted", 1, None)]
    assert read(tmp_path, register(ROW, which="deliveries")).scope.undelivered is False
    assert says_undelivered(release.preamble) is False


@pytest.mark.parametrize(
    ("years", "scope"),
    [
        ("'Not specified' to 'Not specified'", "orders and deliveries"),
        ("'1950' to '2024'", "orders and deliveries"),
        ("1950 to 2023", "orders and deliveries"),
        ("'1900' to 'Not specified'", "orders and deliveries"),
        ("'1950' to '2022'", "orders and deliveries, years 1950 to 2022"),
        ("'1990' to '2024'", "orders and deliveries, years 1990 to now"),
        ("'Not specified' to '1989'", "orders and deliveries, years 1950 to 1989"),
    ],
)
def test_years_up_to_the_day_of_the_export_are_all_that_there_are(years: str, scope: str, tmp_path: Path) -> None:
    text = register(ROW, row(year="2017", delivered="0", years="")).replace("'Not specified' to 'Not specified'", years)
    release = read(tmp_path, text)
    assert str(release.scope) == scope
    assert Scope.read(scope) == release.scope


def test_a_file_without_an_order_that_is_not_delivered_holds_deliveries_only_whatever_it_says(tmp_path: Path) -> None:
    scope = read(tmp_path, register(ROW, which="deliveries or orders")).scope
    assert str(scope) == "deliveries only"
    assert Scope.read("deliveries only, from France and Russia to India") == Scope(
        "France and Russia", "India", ((1950, 9999),), False, "deals"
    )
    assert Scope.read("what somebody wrote") == Scope()


def test_scopes_of_two_files_are_joined() -> None:
    first = Scope.read("deliveries only, years 1950 to 1989, from Russia to India")
    second = Scope.read("orders and deliveries, years 1990 to now, from France to All countries")
    assert str(first.joined(second)) == "orders and deliveries, from France and Russia to All countries"
    assert str(first.joined(Scope.read("years 1995 to 1999"))) == (
        "deliveries only, years 1950 to 1989 and 1995 to 1999"
    )


@pytest.mark.parametrize("text", ["", "a,b,c\n1,2,3\n", "\x00\x01", "Recipient\n"])
def test_a_file_that_is_no_register_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(NoRegister, match="holds no register"):
        read(tmp_path, text, date(2024, 3, 18))


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableDossier, match="there is no file"):
        read_releases([tmp_path / "missing.csv"], NAMES.party)


@pytest.mark.parametrize(
    ("comment", "plan"),
    [
        ("delivery planned 2021-2024", Plan("2021/2024", "planned", True)),
        ("INR1 b deal; delivery planned 2021-2025/2026", Plan("2021/2026", "planned", True)),
        ("Delivery planned 2027", Plan("2027", "planned", True)),
        ("delivery planned by 2026/2027", Plan("../2027", "planned", True)),
        ("Deliveries planned by 2026", Plan("../2026", "planned", True)),
        ("delivery planned by end-2024", Plan("../2024", "planned", True)),
        ("planned delivery by 2026", Plan("../2026", "planned", True)),
        ("delivery planned 2026/2027", Plan("2026/2027", "planned", True)),
        ("delivery planned from 2026", Plan("2026/..", "planned", False)),
        ("delivery planned from 2026/2027", Plan("2026/..", "planned", False)),
        ("delivery planned after 2025", Plan("2026/..", "planned", False)),
        ("delivery probably planned 2024-25", Plan("2024/2025", "likely", True)),
        ("delivery planned 2026 (delayed from 2024)", Plan("2026", "planned", True)),
        ("delivery planned 2024 (delayed from 2022) to 2025", Plan("2024/2025", "planned", True)),
        ("delivery planned 2024 (delayed from 2022) to 2024-2026; aid", Plan("2024/2026", "planned", True)),
        ("delivery planned from 2026 (delayed from 2019-2023)", Plan("2026/..", "planned", False)),
        ("delivery planned from 2025-2028", Plan("2025/2028", "planned", True)),
        ("delivery planned 2024-2025 or 2026", Plan("2024/2026", "planned", True)),
        ("delivery planned 2024-2027 (for all versions)", Plan("2024/2027", "planned", True)),
        ("delivery expected 2024-2025", Plan("2024/2025", "expected", True)),
        ("delivey planned from 2024", Plan("2024/..", "planned", False)),
        ("plan for 5 more cancelled", None),
        ("modified for use against coca plants", None),
        ("", None),
        (None, None),
    ],
)
def test_plans_of_delivery_are_read_from_comments(comment: str | None, plan: Plan | None) -> None:
    assert plans_in(comment) == (plan, ())


@pytest.mark.parametrize(
    "clause",
    [
        "delivery planned 2028-20233",
        "delivery planned from late-2030s",
        "delivery planned 2027-2024",
        "delivery of 1st 75 planned by 2026",
        "delivery planned 0001",
        "delivery planned after 9999",
    ],
)
def test_a_plan_that_cannot_be_understood_is_told(clause: str) -> None:
    assert plans_in(f"Aid; {clause}") == (None, (clause,))


def test_of_two_windows_of_delivery_neither_is_taken() -> None:
    assert plans_in("delivery planned 2026; delivery planned 2028") == (None, ("two windows of delivery",))


def test_a_row_states_an_opening_a_contract_and_a_delivery_over_its_years() -> None:
    quantity = {"count": 10, "unit": "SAM system"}
    assert statements_of(PLAIN | {"comment": "delivery planned 2021-2024"}, "IND", "RUS") == {
        "opened": {
            "supplier": "RUS",
            "buyer": "IND",
            "items": [{"designation": "Kestrel-4", "description": "SAM system", "condition": "new"}],
            "on": "2018?",
        },
        "contract-signed": {"on": "2018?", "quantity": quantity},
        "delivered": {"on": "2021/2022", "quantity": {"count": 6, "unit": "SAM system", "approximate": True}},
        "expected": {
            "what": {"event": "delivered"},
            "due": "2021/2024",
            "modality": "planned",
            "quantity": quantity,
        },
    }


def test_what_a_row_leaves_blank_stays_unknown() -> None:
    bare = {"recipient": "Chad", "supplier": "unknown supplier(s)", "designation": "PB-1", "order_year": "?"}
    assert statements_of(bare | {"ordered": "?", "delivered": "0"}, "TCD", "unknown") == {
        "opened": {"supplier": "unknown", "buyer": "TCD", "items": [{"designation": "PB-1"}]},
        "contract-signed": {},
    }


def test_an_order_of_nothing_is_one_of_an_unknown_number() -> None:
    stated = statements_of(PLAIN | {"ordered": "0?", "comment": "delivery planned 2024"}, "A", "B")
    assert stated["contract-signed"] == {"on": "2018?"}
    assert "quantity" not in stated["expected"]


def test_what_is_selected_and_not_yet_ordered_is_no_contract() -> None:
    assert "contract-signed" in statements_of(PLAIN | {"comment": "Option on 10 more not yet ordered"}, "A", "B")
    for comment in (
        "Selected but not yet ordered by end-2023",
        "Aid; selected 2023 but not ordered by end-2023",
        "possibly selected 2023 but not yet ordered by end-2023",
        "selected but probably not ordered by end-2023",
        "Selected but not yet ordred by end2024",
        "Selected but contract not yet signed",
    ):
        assert "contract-signed" not in statements_of(PLAIN | {"comment": comment}, "A", "B")


@pytest.mark.parametrize(
    ("name", "party"),
    [
        ("Turkey", "TUR"),
        ("Turkiye", "TUR"),
        ("Soviet Union", "SUN"),
        ("Czechoslovakia", "CSK"),
        ("East Germany (GDR)", "DDR"),
        ("Viet Nam", "VNM"),
        ("South Vietnam", "South Vietnam"),
        ("Saint Vincent", "VCT"),
        ("unknown recipient(s)", "unknown"),
        ("unknown rebel group*", "unknown rebel group"),
        ("FAN (Chad)*", "FAN (Chad)"),
        ("NATO**", "NATO"),
        ("PLO*", "actor:PLO"),
        ("Jordan*", "actor:Jordan"),
    ],
)
def test_parties_are_known_by_sipris_names(name: str, party: str) -> None:
    found = NAMES.party(name)
    assert (found, getattr(found, "written", found)) == (Party.stored(party), party)


@given(st.binary(max_size=400))
def test_no_bytes_are_too_bad_to_be_lines_of(content: bytes) -> None:
    assert lines_of(content).lines


def _read_or_refused(folder: Path, text: str) -> Release | None:
    """The release, or nothing if it is refused with a remedy; anything else fails."""
    try:
        return read(folder, text.encode("utf-8", "surrogatepass"))
    except LedgerError as error:
        return None if error.remedy else read(folder, text)


@given(st.lists(st.one_of(rows(), st.text(max_size=80), st.just(ROW[:40]), st.just(',"'))), st.booleans())
def test_every_line_is_taken_or_set_aside_whatever_is_in_it(lines: list[str], deals: bool) -> None:
    text = register(*lines, header=DEALS_HEAD if deals else HEADER)
    with TemporaryDirectory() as folder:
        release = _read_or_refused(Path(folder), text)
    if release is None:
        return
    taken = len(release.rows)
    if deals:
        taken = sum(max(1, len(found.words.get("deliveries", ()))) for found in release.rows)
    assert taken + len(release.set_aside) == release.records
    assert len(release.set_aside) == release.count("set aside")


@given(st.lists(rows(), min_size=1, max_size=8))
def test_well_formed_rows_are_taken_as_they_are(lines: list[str]) -> None:
    with TemporaryDirectory() as folder:
        release = read(Path(folder), register(*lines))
    assert len(release.rows) == len(lines)
    assert not release.set_aside
    assert not release.count("repaired")


def test_the_invented_releases_are_told_apart() -> None:
    assert [one.released.isoformat() for one in read_releases(REGISTERS.values(), NAMES.party)] == list(RELEASES)
