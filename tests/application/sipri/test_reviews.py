"""Deals that go on by another name: joined, proposed, marked by somebody, joined or kept apart, and undone."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from armsledger import Ledger
from armsledger.application.sipri.proposing import ReviewExists
from armsledger.application.sipri.report import ReleaseReport
from armsledger.application.sipri.reviewing import ReviewReport
from armsledger.exchange.errors import NotWritable
from armsledger.exchange.sipri.review import HEADER, BadMarks, is_review, release_meant
from tests.exchange.sipri.register_text import data_lines, register, row

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
FIRST, SECOND, THIRD = "2024-03-18", "2025-03-13", "2026-03-10"
KESTREL = "deal/sipri-ind-rus-2018-kestrel-4"
KESTREL_M = "deal/sipri-ind-rus-2018-kestrel-m"
PLAN, LATER_PLAN = "delivery planned 2021-2024", "delivery planned 2021-2026"
OTHER = row(year="2001", designation="Heron", ordered="3", delivered="3", years="2003")
OLD = row(comment=PLAN)
NEW = row(designation="Kestrel-M", delivered="8", years="2021; 2022; 2023", comment=LATER_PLAN, total="520")
SAME = row(designation="Kestrel-M", comment=PLAN)
LATER = row(designation="Kestrel-M", delivered="10", years="2021; 2022; 2023; 2025", comment="", total="650")


class Desk:
    """A ledger, and the files that somebody works with."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ledger = Ledger.in_memory(recorded_by="Asha", clock=lambda: NOW)

    def take(self, released: str, *rows: str, **options: Any) -> ReleaseReport:
        """Import a release of these rows."""
        path = self.folder / f"register-{released}.csv"
        path.write_text(register(*rows, released=released), encoding="utf-8")
        (report,) = self.ledger.import_sipri(path, **options).reports
        return report

    def review(self, released: str, name: str) -> list[dict[str, str]]:
        """The rows of the review of a release that was taken."""
        path = self.folder / name
        self.ledger.import_sipri(self.folder / f"register-{released}.csv", review=path)
        return read(path)

    def mark(self, name: str, marks: dict[str, str], why: str = "", **options: Any) -> ReviewReport:
        """Mark a review by the new deals (else the old ones) of its rows, and import it."""
        path = self.folder / name
        rows = read(path)
        for line in rows:
            decision = marks.get(line["new deal"] or line["old deal"])
            if decision is not None:
                line["decision"], line["why"] = decision, why
        with path.open("w", encoding="utf-8", newline="") as out:
            writer = csv.DictWriter(out, HEADER, delimiter=";")
            writer.writeheader()
            writer.writerows(rows)
        return self.ledger.import_review(path, **options)

    def again(self, name: str) -> ReviewReport:
        """Import a review as it is."""
        return self.ledger.import_review(self.folder / name)

    def exported(self, released: str) -> list[str]:
        """The rows of a release as the ledger writes them."""
        path = self.folder / f"again-{released}-{self.ledger.position()}.csv"
        self.ledger.at(known=released, known_by="asserted").export_sipri(path, replace=True)
        return sorted(data_lines(path))

    def stage(self, deal: str, **belief: Any) -> str | None:
        """The stage of a deal; None if nothing is known of it."""
        certain = self.ledger.at("2026-11-25", **belief).state(deal).certain
        return None if certain is None else certain.stage

    def proposals(self) -> set[str]:
        """The deals that `check` finds to be perhaps others."""
        return {finding.stream for finding in self.ledger.check() if finding.code == "perhaps-listed-before"}


def read(path: Path) -> list[dict[str, str]]:
    """The rows of a review."""
    with path.open(encoding="utf-8-sig", newline="") as lines:
        delimiter = ";" if lines.readline().startswith("decision;") else ","
        lines.seek(0)
        return list(csv.DictReader(lines, delimiter=delimiter))


@pytest.fixture
def desk(tmp_path: Path, database: str) -> Iterator[Desk]:
    """A desk with an empty ledger."""
    made = Desk(tmp_path)
    with made.ledger:
        yield made


@pytest.fixture
def renamed(desk: Desk) -> Desk:
    """A desk with two releases: the second has one deal by another name, which is proposed."""
    desk.take(FIRST, OLD, OTHER)
    report = desk.take(SECOND, NEW_PROPOSED, OTHER)
    assert (report.new, report.vanished, report.proposals) == (1, 1, 1)
    return desk


NEW_PROPOSED = SAME


def test_a_designation_renamed_everywhere_is_joined_and_its_deals_go_on(desk: Desk) -> None:
    egypt = row(recipient="Egypt", year="2019", comment="")
    desk.take(FIRST, OLD, egypt, OTHER)
    report = desk.take(
        SECOND, OTHER, row(designation="Kestrel-M", comment=LATER_PLAN), egypt.replace("Kestrel-4", "Kestrel-M")
    )
    assert (report.new, report.vanished, report.changed) == (0, 0, 2)
    assert report.revisions == {"vocabulary": 2, "comment": 1}
    ((kind, old, new, deals),) = report.renames
    assert (kind, old, new, set(deals)) == (
        "designation",
        "Kestrel-4",
        "Kestrel-M",
        {KESTREL, "deal/sipri-egy-rus-2019-kestrel-4"},
    )
    state = desk.ledger.at("2026-11-25").state(KESTREL).to_dict()["certain"]
    assert state["items"][0]["designation"] == "Kestrel-M"
    assert [one["outcome"] for one in state["expectations"]] == ["revised", "pending"], (
        "a plan that slipped, of one deal"
    )
    assert (
        desk.ledger.at("2024-12-31", known=FIRST, known_by="asserted")
        .state(KESTREL)
        .to_dict()["certain"]["items"][0]["designation"]
        == "Kestrel-4"
    )


def test_the_review_tells_a_pair_with_its_reasons(renamed: Desk) -> None:
    (line,) = renamed.review(SECOND, "review.csv")
    assert (line["decision"], line["release"], line["old deal"], line["new deal"]) == ("", SECOND, KESTREL, KESTREL_M)
    assert (line["old designation"], line["new designation"]) == ("Kestrel-4", "Kestrel-M")
    assert line["reasons"] == (
        "same parties, year of order, numbers, years, volumes, comment; other designation: Kestrel-4 -> Kestrel-M; "
        "Kestrel-4 is in no rows of this release; Kestrel-M was in no rows before"
    )
    assert is_review(renamed.folder / "review.csv")
    with pytest.raises(ReviewExists, match="there is a file"):
        renamed.review(SECOND, "review.csv")


def test_nothing_is_imported_if_the_review_cannot_be_written(desk: Desk) -> None:
    desk.take(FIRST, OLD, OTHER)
    before = desk.ledger.position()
    with pytest.raises(NotWritable, match="its folder is missing or read-only, and nothing was imported"):
        desk.take(SECOND, SAME, OTHER, review=desk.folder / "nowhere" / "review.csv")
    assert desk.ledger.position() == before


def test_deals_that_have_nothing_in_common_are_not_joined(desk: Desk) -> None:
    other = row(recipient="Peru", supplier="France", designation="Corsac", delivered="3", total="195")
    desk.take(FIRST, OLD, other)
    desk.take(SECOND, SAME, other.replace("Corsac", "Corsac-2"))
    lines = desk.review(SECOND, "review.csv")
    assert len(lines) == 2
    text = (desk.folder / "review.csv").read_text(encoding="utf-8-sig")
    mixed = text.replace(lines[0]["new deal"], "@").replace(lines[1]["new deal"], lines[0]["new deal"])
    (desk.folder / "review.csv").write_text(mixed.replace("@", lines[1]["new deal"]), encoding="utf-8")
    with pytest.raises(BadMarks, match="have no party and no designation in common"):
        desk.mark("review.csv", {line["new deal"]: "accept" for line in lines})


def test_an_accepted_pair_is_one_deal_from_the_day_of_the_release(renamed: Desk) -> None:
    before = renamed.ledger.position()
    assert renamed.proposals() == {KESTREL_M}
    renamed.review(SECOND, "review.csv")
    report = renamed.mark("review.csv", {KESTREL_M: "accept"}, why="the maker's new name")
    assert (report.joined, report.apart, report.undecided) == (1, 0, 0)
    assert renamed.stage(KESTREL) == "delivering"
    assert renamed.stage(KESTREL_M) is None
    assert renamed.stage(KESTREL, known=SECOND, known_by="asserted") == "delivering"
    assert renamed.stage(KESTREL_M, known=SECOND, known_by="asserted") is None
    assert renamed.stage(KESTREL, known=f"@{before}") is None, "what was believed before the review stays"
    assert renamed.stage(KESTREL_M, known=f"@{before}") == "delivering"
    assert renamed.proposals() == set()
    assert renamed.exported(FIRST) == sorted([OLD, OTHER])
    assert renamed.exported(SECOND) == sorted([SAME, OTHER])
    rows = renamed.ledger.revisions(known=(FIRST, SECOND))
    assert [(one.deal, one.revisions) for one in rows] == [(KESTREL.removeprefix("deal/"), ("vocabulary",))]


def test_the_decision_is_told_by_whom_when_and_why(renamed: Desk) -> None:
    renamed.review(SECOND, "review.csv")
    report = renamed.mark("review.csv", {KESTREL_M: "accept"}, why="the maker's new name")
    source = renamed.ledger.at().source(report.source).certain
    assert source is not None
    registered = renamed.ledger.log(f"source/{report.source}").to_dicts()[0]["data"]
    assert (registered["publisher"], registered["file"]) == ("Asha", "review.csv")
    assert len(registered["sha256"]) == 64
    decided = [one for one in renamed.ledger.log(KESTREL_M).to_dicts() if one["source"] == report.source]
    assert decided
    assert {one["recorded_by"] for one in decided} == {"Asha"}
    assert {one["note"] for one in decided} == {f"{KESTREL} and {KESTREL_M} are one deal: the maker's new name"}


def test_a_rejected_pair_stays_two_deals_and_is_not_proposed_again(renamed: Desk) -> None:
    renamed.review(SECOND, "review.csv")
    report = renamed.mark("review.csv", {KESTREL_M: "reject"})
    assert (report.joined, report.apart, report.recorded) == (0, 1, 2)
    assert renamed.stage(KESTREL) is None
    assert renamed.stage(KESTREL_M) == "delivering"
    assert renamed.proposals() == set()
    (line,) = renamed.review(SECOND, "again.csv")
    assert (line["decision"], line["decided"]) == ("apart", "rejected 2026-11-25 by Asha")
    assert renamed.take(THIRD, SAME, OTHER).proposals == 0


@pytest.mark.parametrize("decision", ["accept", "reject"])
def test_a_review_that_is_imported_twice_adds_nothing(renamed: Desk, decision: str) -> None:
    renamed.review(SECOND, "review.csv")
    renamed.mark("review.csv", {KESTREL_M: decision})
    before = renamed.ledger.position()
    report = renamed.again("review.csv")
    assert (report.joined, report.apart, report.known, report.recorded) == (0, 0, 1, 0)
    assert renamed.ledger.position() == before


def test_a_dry_run_records_nothing(renamed: Desk) -> None:
    before = renamed.ledger.position()
    renamed.review(SECOND, "review.csv")
    report = renamed.mark("review.csv", {KESTREL_M: "accept"}, dry_run=True)
    assert (report.joined, renamed.ledger.position()) == (1, before)
    assert report.recorded == renamed.again("review.csv").recorded


def test_rows_without_a_mark_are_left(renamed: Desk) -> None:
    renamed.review(SECOND, "review.csv")
    before = renamed.ledger.position()
    report = renamed.mark("review.csv", {})
    assert (report.undecided, report.recorded, renamed.ledger.position()) == (1, 0, before)
    assert renamed.proposals() == {KESTREL_M}


@pytest.mark.parametrize("day", ["13.03.2025", "3/13/2025", "13/03/25", "2025-03-13 00:00:00"])
def test_the_day_of_a_release_is_known_as_a_spreadsheet_writes_it(renamed: Desk, day: str) -> None:
    renamed.review(SECOND, "review.csv")
    path = renamed.folder / "review.csv"
    path.write_text(path.read_text(encoding="utf-8-sig").replace(SECOND, day), encoding="utf-8")
    assert renamed.mark("review.csv", {KESTREL_M: "reject"}).apart == 1


def test_a_day_that_may_be_two_releases_is_refused() -> None:
    days = ["2024-10-03", "2025-03-10", "2025-10-03"]
    assert release_meant("03.10.2024", days) == "2024-10-03"
    assert release_meant("03.10.2025", days) == "03.10.2025"
    assert release_meant("2025-10-03", days) == "2025-10-03"


def test_bad_marks_are_told_by_row_and_nothing_is_recorded(renamed: Desk) -> None:
    renamed.review(SECOND, "review.csv")
    before = renamed.ledger.position()
    with pytest.raises(BadMarks, match=r"review\.csv:2: 'maybe' is no decision"):
        renamed.mark("review.csv", {KESTREL_M: "maybe"})
    text = (renamed.folder / "review.csv").read_text(encoding="utf-8").replace("maybe", "accept")
    (renamed.folder / "bad.csv").write_text(text.replace(KESTREL_M, "deal/no-such"), encoding="utf-8")
    with pytest.raises(BadMarks, match=r"bad\.csv:2: deal/no-such is no deal that a release lists"):
        renamed.again("bad.csv")
    assert renamed.ledger.position() == before


def test_the_next_release_goes_on_with_the_deal_that_was_joined(renamed: Desk) -> None:
    renamed.review(SECOND, "review.csv")
    renamed.mark("review.csv", {KESTREL_M: "accept"})
    report = renamed.take(THIRD, LATER, OTHER)
    assert (report.new, report.vanished, report.changed, report.unchanged) == (0, 0, 1, 1)
    assert renamed.stage(KESTREL) == "delivered"
    assert renamed.stage(KESTREL_M) is None
    assert renamed.exported(THIRD) == sorted([LATER, OTHER])
    assert renamed.take("2026-04-01", OTHER).vanished == 1
    assert renamed.stage(KESTREL) is None
    assert renamed.exported("2026-04-01") == [OTHER]


def test_a_pair_can_be_accepted_when_a_later_release_was_taken_since(renamed: Desk) -> None:
    renamed.take(THIRD, LATER, OTHER)
    renamed.review(SECOND, "review.csv")
    assert renamed.mark("review.csv", {KESTREL_M: "accept"}).joined == 1
    for released, rows in ((FIRST, [OLD, OTHER]), (SECOND, [SAME, OTHER]), (THIRD, [LATER, OTHER])):
        assert renamed.exported(released) == sorted(rows)
    outcomes = [
        one["outcome"] for one in renamed.ledger.at("2026-11-25").state(KESTREL).to_dict()["certain"]["expectations"]
    ]
    assert outcomes == ["indeterminate"], "ten by 2025, planned by 2024: the split is unknown"
    assert renamed.take("2026-04-01", LATER, OTHER).unchanged == 2


@pytest.mark.parametrize("with_third", [False, True])
def test_what_was_accepted_can_be_undone_and_accepted_again(renamed: Desk, with_third: bool) -> None:
    renamed.review(SECOND, "review.csv")
    renamed.mark("review.csv", {KESTREL_M: "accept"})
    expected = {FIRST: sorted([OLD, OTHER]), SECOND: sorted([SAME, OTHER])}
    if with_third:
        renamed.take(THIRD, LATER, OTHER)
        expected[THIRD] = sorted([LATER, OTHER])
    (line,) = renamed.review(SECOND, "undo.csv")
    assert (line["decision"], line["old deal"], line["new deal"]) == ("joined", KESTREL, KESTREL_M)
    assert line["reasons"].startswith("joined as accepted")
    assert renamed.mark("undo.csv", {KESTREL_M: "reject"}).undone == 1
    assert renamed.stage(KESTREL) is None
    assert renamed.stage(KESTREL_M) == ("delivered" if with_third else "delivering")
    assert renamed.proposals() == set()
    assert {released: renamed.exported(released) for released in expected} == expected
    assert renamed.again("undo.csv").recorded == 0
    renamed.mark("undo.csv", {KESTREL_M: "accept"})
    assert renamed.stage(KESTREL) == ("delivered" if with_third else "delivering")
    assert renamed.stage(KESTREL_M) is None
    assert {released: renamed.exported(released) for released in expected} == expected
    renamed.mark("undo.csv", {KESTREL_M: "reject"})
    assert renamed.stage(KESTREL) is None
    assert {released: renamed.exported(released) for released in expected} == expected


@pytest.mark.parametrize("with_third", [False, True])
def test_what_was_joined_as_renamed_everywhere_can_be_undone(desk: Desk, with_third: bool) -> None:
    egypt = row(recipient="Egypt", year="2019", comment="")
    desk.take(FIRST, OLD, egypt, OTHER)
    second = [OTHER, row(designation="Kestrel-M", comment=LATER_PLAN), egypt.replace("Kestrel-4", "Kestrel-M")]
    desk.take(SECOND, *second)
    expected = {FIRST: sorted([OLD, egypt, OTHER]), SECOND: sorted(second)}
    third = [OTHER, LATER, egypt.replace("Kestrel-4", "Kestrel-M")]
    if with_third:
        desk.take(THIRD, *third)
        expected[THIRD] = sorted(third)
    lines = desk.review(SECOND, "review.csv")
    assert [(line["decision"], line["old deal"], line["new deal"]) for line in lines] == [
        ("joined", "deal/sipri-egy-rus-2019-kestrel-4", "deal/sipri-egy-rus-2019-kestrel-4"),
        ("joined", KESTREL, KESTREL),
    ]
    report = desk.mark("review.csv", {KESTREL: "reject"})
    assert (report.undone, report.apart) == (1, 0)
    assert desk.stage(KESTREL) is None
    assert desk.stage(KESTREL_M) == ("delivered" if with_third else "delivering")
    assert desk.stage(KESTREL, known=FIRST, known_by="asserted") == "delivering"
    assert {released: desk.exported(released) for released in expected} == expected
    assert desk.again("review.csv").recorded == 0
    assert desk.take("2026-05-01", *(third if with_third else second)).unchanged == 3
    assert desk.exported("2026-05-01") == sorted(third if with_third else second)


@pytest.mark.parametrize("with_third", [False, True])
@pytest.mark.parametrize("anew", [False, True])
@pytest.mark.parametrize("first", ["accept", "reject"])
def test_the_decision_about_a_proposal_can_be_changed_any_number_of_times(
    renamed: Desk, first: str, anew: bool, with_third: bool
) -> None:
    expected = {FIRST: sorted([OLD, OTHER]), SECOND: sorted([SAME, OTHER])}
    if with_third:
        renamed.take(THIRD, LATER, OTHER)
        expected[THIRD] = sorted([LATER, OTHER])
    stage = "delivered" if with_third else "delivering"
    renamed.review(SECOND, "review-0.csv")
    for number, decision in enumerate(["accept", "reject"] * 3 if first == "accept" else ["reject", "accept"] * 3):
        name = f"review-{number if anew else 0}.csv"
        if anew and number:
            renamed.review(SECOND, name)
        report = renamed.mark(name, {KESTREL_M: decision})
        done = "joined" if decision == "accept" else "undone" if number else "apart"
        assert (getattr(report, done), report.known) == (1, 0), number
        goes_on, is_gone = (KESTREL, KESTREL_M) if decision == "accept" else (KESTREL_M, KESTREL)
        for belief in ({}, {"known": SECOND, "known_by": "asserted"}):
            at_second = "delivering" if belief else stage
            assert (renamed.stage(goes_on, **belief), renamed.stage(is_gone, **belief)) == (at_second, None), number
        assert {released: renamed.exported(released) for released in expected} == expected, number
        assert renamed.proposals() == set()
        report = renamed.again(name)
        assert (report.known, report.recorded) == (1, 0), number


@pytest.mark.parametrize("with_third", [False, True])
@pytest.mark.parametrize("anew", [False, True])
def test_a_join_of_what_was_renamed_everywhere_can_be_undone_and_taken_up_again_any_number_of_times(
    desk: Desk, anew: bool, with_third: bool
) -> None:
    egypt = row(recipient="Egypt", year="2019", comment="")
    stories = {FIRST: [OLD, egypt, OTHER], SECOND: [SAME, egypt.replace("Kestrel-4", "Kestrel-M"), OTHER]}
    if with_third:
        stories[THIRD] = [LATER, egypt.replace("Kestrel-4", "Kestrel-M"), OTHER]
    for released, rows in stories.items():
        desk.take(released, *rows)
    desk.review(SECOND, "review-0.csv")
    for number, decision in enumerate(["reject", "accept"] * 3):
        name = f"review-{number if anew else 0}.csv"
        if anew and number:
            desk.review(SECOND, name)
        report = desk.mark(name, {KESTREL_M if anew and number else KESTREL: decision})
        assert (report.undone, report.joined) == ((1, 0) if decision == "reject" else (0, 1)), number
        goes_on, is_gone = (KESTREL, KESTREL_M) if decision == "accept" else (KESTREL_M, KESTREL)
        assert (desk.stage(goes_on), desk.stage(is_gone)) == ("delivered" if with_third else "delivering", None)
        assert {released: desk.exported(released) for released in stories} == {
            released: sorted(rows) for released, rows in stories.items()
        }
        report = desk.again(name)
        assert (report.known, report.recorded) == (1, 0), number


def test_a_review_that_is_written_again_holds_the_joins_that_were_undone(desk: Desk) -> None:
    egypt = row(recipient="Egypt", year="2019", comment="")
    desk.take(FIRST, OLD, egypt, OTHER)
    desk.take(SECOND, SAME, egypt.replace("Kestrel-4", "Kestrel-M"), OTHER)
    before = desk.review(SECOND, "review.csv")
    assert [line["decided"] for line in before] == ["", ""]
    assert before[1]["reasons"].startswith(f"joined: renamed everywhere, both rows are of {KESTREL}; same parties")
    desk.mark("review.csv", {KESTREL: "reject"}, why="another weapon")
    undone, joined = desk.review(SECOND, "again.csv")
    assert joined["decision"] == "joined"
    assert (undone["decision"], undone["decided"]) == ("apart", "rejected 2026-11-25 by Asha")
    assert (undone["old deal"], undone["new deal"]) == (KESTREL, KESTREL_M)
    assert undone["reasons"].endswith(f"decided: {KESTREL} and {KESTREL_M} are two deals: another weapon")
    report = desk.again("again.csv")
    assert (report.undecided, report.known, report.recorded) == (0, 0, 0), "what was decided is no mark"
    desk.mark("again.csv", {KESTREL_M: "accept"})
    joined = desk.review(SECOND, "accepted.csv")[1]
    assert (joined["decision"], joined["decided"]) == ("joined", "accepted 2026-11-25 by Asha")


def test_a_mark_that_can_mean_nothing_is_an_error_with_its_line(desk: Desk) -> None:
    egypt = row(recipient="Egypt", year="2019", comment="")
    desk.take(FIRST, OLD, egypt, OTHER)
    desk.take(SECOND, SAME, egypt.replace("Kestrel-4", "Kestrel-M"), OTHER)
    desk.review(SECOND, "review.csv")
    heron = "deal/sipri-ind-rus-2001-heron"
    (egypts, line) = read(desk.folder / "review.csv")
    for changes, told in (
        ({"decision": "reject", "old deal": heron, "new deal": ""}, f"{heron} was not joined with another deal in"),
        ({"decision": "reject", "new deal": "deal/no-such"}, "deal/no-such is no deal that a release lists"),
        ({"decision": "accept", "release": "2023-01-01", "new deal": ""}, "the ledger has no release of 2023-01-01"),
    ):
        with (desk.folder / "bad.csv").open("w", encoding="utf-8", newline="") as out:
            writer = csv.DictWriter(out, HEADER)
            writer.writeheader()
            writer.writerows([egypts, line | changes])
        with pytest.raises(BadMarks, match=rf"bad\.csv:3: {told}"):
            desk.again("bad.csv")
    desk.take(THIRD, egypt.replace("Kestrel-4", "Kestrel-M"), OTHER, LATER.replace("Kestrel-M", "Kestrel-N"))
    desk.mark("review.csv", {KESTREL: "accept"})
    assert desk.again("review.csv").known == 1, "they are one deal still"


def test_an_undone_join_whose_new_deal_is_one_with_another_cannot_be_taken_up_again_without_its_name(
    renamed: Desk,
) -> None:
    path = renamed.folder / "hand.csv"
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, HEADER)
        writer.writeheader()
        blank = dict.fromkeys(HEADER, "")
        writer.writerow(blank | {"decision": "accept", "release": SECOND, "old deal": KESTREL, "new deal": ""})
    with pytest.raises(BadMarks, match=rf"hand\.csv:2: {KESTREL} is not in the release of {SECOND}, and no deal was"):
        renamed.again("hand.csv")


def test_what_one_deal_took_from_the_proposals_of_another_is_open_again_when_it_is_undone(desk: Desk) -> None:
    """Two new rows that may be one old deal: one is accepted, and the other can be, once that was undone."""
    desk.take(FIRST, OLD, OTHER)
    desk.take(SECOND, SAME, SAME.replace("Kestrel-M", "Kestrel-N"), OTHER)
    kestrel_n = "deal/sipri-ind-rus-2018-kestrel-n"
    blank = dict.fromkeys(HEADER, "")
    rows = [blank | {"release": SECOND, "old deal": KESTREL, "new deal": new} for new in (KESTREL_M, kestrel_n)]
    for decisions in (("accept", ""), ("reject", ""), ("reject", "accept"), ("", "reject"), ("accept", "reject")):
        with (desk.folder / "hand.csv").open("w", encoding="utf-8", newline="") as out:
            writer = csv.DictWriter(out, HEADER)
            writer.writeheader()
            writer.writerows(line | {"decision": mark} for line, mark in zip(rows, decisions, strict=True))
        desk.again("hand.csv")
        assert desk.again("hand.csv").recorded == 0
        assert desk.exported(SECOND) == sorted([SAME, SAME.replace("Kestrel-M", "Kestrel-N"), OTHER])
        accepted = [line["new deal"] for line, mark in zip(rows, decisions, strict=True) if mark == "accept"]
        assert [deal for deal in (KESTREL_M, kestrel_n) if desk.stage(deal) is None] == accepted
        assert (desk.stage(KESTREL) is None) == (not accepted)


def test_a_join_that_is_undone_and_another_pair_of_its_deal_are_rejected_in_one_file(renamed: Desk) -> None:
    renamed.review(SECOND, "review.csv")
    renamed.mark("review.csv", {KESTREL_M: "accept"})
    (line,) = read(renamed.folder / "review.csv")
    other = line | {"decision": "reject", "new deal": "deal/sipri-ind-rus-2018-kestrel-n"}
    renamed.take(THIRD, SAME, SAME.replace("Kestrel-M", "Kestrel-N"), OTHER)
    with (renamed.folder / "both.csv").open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, HEADER)
        writer.writeheader()
        writer.writerows([other | {"release": THIRD}, line | {"decision": "reject"}])
    report = renamed.again("both.csv")
    assert (report.apart, report.undone) == (1, 1)
    assert renamed.again("both.csv").recorded == 0


def test_what_people_said_of_a_deal_follows_each_change_of_the_decision(renamed: Desk) -> None:
    renamed.ledger.record("source/own", "registered", publisher="We", published="2026-01-01")
    renamed.ledger.record(KESTREL_M, "tranche-paid", on="2025", tranche=1, amount="USD 5m", source="own")
    renamed.review(SECOND, "review.csv")
    for decision in ("accept", "reject") * 3:
        renamed.mark("review.csv", {KESTREL_M: decision})
        state = renamed.ledger.at("2026-11-25").state(KESTREL_M).to_dict()["certain"]
        links = [link["to"] for link in state["links"]]
        assert (len(state["listings"]), links) == ((0, [KESTREL]) if decision == "accept" else (1, []))
        assert renamed.exported(SECOND) == sorted([SAME, OTHER])


def test_of_rows_that_share_a_key_somebody_can_say_which_is_which(desk: Desk) -> None:
    olds = [row(comment="Aid", ordered="5", total="1"), row(comment="By ship", ordered="6", total="2")]
    news = [row(comment="Gift", ordered="7", total="3"), row(comment="By air", ordered="8", total="4")]
    desk.take(FIRST, *olds, OTHER)
    assert desk.take(SECOND, *news, OTHER).proposals == 4
    lines = desk.review(SECOND, "review.csv")
    assert len(lines) == 4
    third, fourth = f"{KESTREL}-3", f"{KESTREL}-4"
    path = desk.folder / "review.csv"
    for line in lines:
        pair = line["old deal"], line["new deal"]
        line["decision"] = "accept" if pair in ((KESTREL, fourth), (f"{KESTREL}-2", third)) else ""
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, HEADER)
        writer.writeheader()
        writer.writerows(lines)
    assert desk.again("review.csv").joined == 2
    assert desk.again("review.csv").known == 2
    for line in lines:
        line["decision"] = line["decision"] or "reject"
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, HEADER)
        writer.writeheader()
        writer.writerows(lines)
    report = desk.again("review.csv")
    assert (report.known, report.recorded) == (4, 0), "who is one deal with another is none with a third already"
    assert desk.exported(SECOND) == sorted([*news, OTHER])
    assert desk.exported(FIRST) == sorted([*olds, OTHER])
    assert [desk.stage(deal) for deal in (third, fourth)] == [None, None]
    assert desk.proposals() == set()
    assert desk.again("review.csv").recorded == 0
    undo = desk.review(SECOND, "undo.csv")
    assert [line["decision"] for line in undo] == ["joined", "joined"]
    assert desk.mark("undo.csv", {third: "reject", fourth: "reject"}).undone == 2
    assert desk.exported(SECOND) == sorted([*news, OTHER])
    assert desk.stage(KESTREL) is None


def test_one_deal_cannot_be_two_and_two_rows_of_one_release_cannot_be_one(renamed: Desk) -> None:
    renamed.review(SECOND, "review.csv")
    path = renamed.folder / "review.csv"
    (line,) = read(path)
    other = line | {"decision": "accept", "new deal": "deal/sipri-ind-rus-2001-heron"}
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, HEADER)
        writer.writeheader()
        writer.writerows([line | {"decision": "accept"}, other])
    with pytest.raises(BadMarks, match=rf"review\.csv:3: {KESTREL} is accepted in row 2 too"):
        renamed.again("review.csv")
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, HEADER)
        writer.writeheader()
        writer.writerows([other])
    with pytest.raises(BadMarks, match="stands in the release of 2024-03-18, as"):
        renamed.again("review.csv")


def test_what_people_said_of_a_deal_that_is_joined_stays_and_is_linked(renamed: Desk) -> None:
    renamed.ledger.record("source/own", "registered", publisher="We", published="2026-01-01")
    renamed.ledger.record(KESTREL_M, "tranche-paid", on="2025", tranche=1, amount="USD 5m", source="own")
    renamed.review(SECOND, "review.csv")
    renamed.mark("review.csv", {KESTREL_M: "accept"})
    state = renamed.ledger.at("2026-11-25").state(KESTREL_M).to_dict()["certain"]
    assert (state["supplier"], state["buyer"], state["listings"]) == ("RUS", "IND", [])
    assert [(link["to"], link["relation"]) for link in state["links"]] == [(KESTREL, "listed-as")]
    assert renamed.exported(SECOND) == sorted([SAME, OTHER])
    renamed.review(SECOND, "undo.csv")
    renamed.mark("undo.csv", {KESTREL_M: "reject"})
    state = renamed.ledger.at("2026-11-25").state(KESTREL_M).to_dict()["certain"]
    assert len(state["listings"]) == 1
    assert state["links"] == []
    assert renamed.exported(SECOND) == sorted([SAME, OTHER])


def test_a_repair_by_somebody_is_not_lost_without_a_word(renamed: Desk) -> None:
    log = renamed.ledger.log(KESTREL_M).to_dicts()
    signed = next(one["entry"] for one in log if one["event"] == "contract-signed")
    renamed.ledger.record(KESTREL_M, "corrected", target=signed, set={"on": "2018-05"}, reason="source-error")
    renamed.review(SECOND, "review.csv")
    with pytest.raises(BadMarks, match="somebody has repaired"):
        renamed.mark("review.csv", {KESTREL_M: "accept"})


def test_two_changes_of_name_in_two_releases_are_one_deal(desk: Desk) -> None:
    desk.take(FIRST, OLD, OTHER)
    desk.take(SECOND, SAME, OTHER)
    last = row(designation="Kestrel-N", comment=PLAN)
    desk.take(THIRD, last, OTHER)
    second, third = desk.review(SECOND, "second.csv"), desk.review(THIRD, "third.csv")
    both = desk.folder / "both.csv"
    with both.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, HEADER)
        writer.writeheader()
        writer.writerows(line | {"decision": "accept"} for line in (*second, *third))
    assert desk.again("both.csv").joined == 2
    assert desk.stage(KESTREL) == "delivering"
    assert desk.exported(THIRD) == sorted([last, OTHER])
    assert desk.exported(SECOND) == sorted([SAME, OTHER])
    assert desk.exported(FIRST) == sorted([OLD, OTHER])


def test_a_deal_of_a_second_change_of_name_is_proposed_for_the_deal_that_goes_on(desk: Desk) -> None:
    desk.take(FIRST, OLD, OTHER)
    desk.take(SECOND, SAME, OTHER)
    last = row(designation="Kestrel-N", comment=PLAN)
    desk.take(THIRD, last, OTHER)
    desk.review(SECOND, "second.csv")
    desk.review(THIRD, "stale.csv")
    desk.mark("second.csv", {KESTREL_M: "accept"})
    (line,) = desk.review(THIRD, "third.csv")
    assert line["old deal"] == KESTREL
    newest = line["new deal"]
    with pytest.raises(BadMarks, match="no release"):
        desk.mark("stale.csv", {newest: "accept"})
    desk.mark("third.csv", {newest: "accept"})
    assert desk.exported(THIRD) == sorted([last, OTHER])
    assert desk.stage(KESTREL) == "delivering"


def test_who_is_one_deal_with_another_is_not_parted_by_a_rejected_third(desk: Desk) -> None:
    olds = [row(comment="Aid"), row(designation="Kestrel-5", ordered="6", comment="By ship")]
    news = [row(designation="Kestrel-M", comment="Aid"), row(designation="Kestrel-N", ordered="6", comment="By ship")]
    desk.take(FIRST, *olds, OTHER)
    desk.take(SECOND, *news, OTHER)
    lines = desk.review(SECOND, "review.csv")
    assert len(lines) == 2
    first, second = lines
    crossed = first | {"new deal": second["new deal"], "decision": "reject"}
    for _ in range(2):
        with (desk.folder / "review.csv").open("w", encoding="utf-8", newline="") as out:
            writer = csv.DictWriter(out, HEADER)
            writer.writeheader()
            writer.writerows([crossed, *(line | {"decision": "accept"} for line in lines)])
        desk.again("review.csv")
        assert [desk.stage(line["old deal"]) for line in lines] == ["delivering", "delivered"]
        assert [desk.stage(line["new deal"]) for line in lines] == [None, None]


def test_a_deal_that_was_joined_reads_as_one_that_never_changed_its_name(desk: Desk) -> None:
    """What is believed by asserted date, of a deal joined late and of the same deal under one name."""
    stories = {FIRST: [OLD, OTHER], SECOND: [NEW, OTHER], THIRD: [LATER, OTHER]}
    for released, rows in stories.items():
        desk.take(released, *rows)
    path = desk.folder / "by-hand.csv"
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, HEADER)
        writer.writeheader()
        blank = dict.fromkeys(HEADER, "")
        writer.writerow(blank | {"decision": "accept", "release": SECOND, "old deal": KESTREL, "new deal": KESTREL_M})
    assert desk.again("by-hand.csv").joined == 1, "somebody may know a pair that no rule has found"
    plain = Ledger.in_memory(recorded_by="Asha", clock=lambda: NOW)
    with plain:
        for released, rows in stories.items():
            path = desk.folder / f"plain-{released}.csv"
            text = register(*(line.replace("Kestrel-M", "Kestrel-4") for line in rows), released=released)
            path.write_text(text, encoding="utf-8")
            plain.import_sipri(path)
        for known in stories:
            for day in ("2021-12-31", "2024-12-31", "2026-11-25"):
                joined, single = (
                    ledger.at(day, known=known, known_by="asserted").state(KESTREL).to_dict()
                    for ledger in (desk.ledger, plain)
                )
                told = [_without_names(state) for state in (joined, single)]
                assert told[0] == told[1], (known, day)
        slips = [
            [(one.slip_least_days, one.slip_most_days) for one in ledger.at("2026-11-25").expectations(stream=KESTREL)]
            for ledger in (desk.ledger, plain)
        ]
        assert slips[0] == slips[1]
        assert len(slips[0]) == 2


def _without_names(state: dict[str, Any]) -> str:
    """A state but for what only a name, an entry's number, or the ledger's length makes another."""
    certain = state["certain"]
    kept = {name: certain[name] for name in ("stage", "ordered", "delivered", "delivery_begun", "supplier", "buyer")}
    expectations = [(one["due"], one["outcome"], one["quantity"]) for one in certain["expectations"]]
    listings = [one | {"designation": ""} for one in certain["listings"]]
    return str((kept, expectations, listings))


NAMES = ("Kestrel-4", "Kestrel-M", "Heron", "Heron-2")


@st.composite
def histories(draw: st.DrawFn) -> list[dict[tuple[str, int], str]]:
    """Releases: the rows by recipient and year, each of a designation; names change one by one or everywhere."""
    key = st.tuples(st.sampled_from(("India", "Egypt")), st.integers(2001, 2004))
    rows = draw(st.dictionaries(key, st.sampled_from(NAMES), min_size=2, max_size=6))
    releases = [dict(rows)]
    for _ in range(draw(st.integers(1, 3))):
        everywhere = draw(st.dictionaries(st.sampled_from(NAMES), st.sampled_from(NAMES), max_size=2))
        rows = {one: everywhere.get(name, name) for one, name in rows.items()}
        rows |= draw(st.dictionaries(key, st.sampled_from(NAMES), max_size=2))
        for gone in draw(st.lists(key, max_size=1)):
            if len(rows) > 1:
                rows.pop(gone, None)
        releases.append(dict(rows))
    return releases


def _lines(rows: dict[tuple[str, int], str]) -> list[str]:
    return [
        row(recipient=recipient, year=str(year), designation=name, ordered=str(year - 1990), comment=PLAN)
        for (recipient, year), name in rows.items()
    ]


@given(histories(), st.data())
def test_whatever_is_renamed_joined_and_undone_each_release_is_written_again_and_no_deal_is_a_ghost(
    releases: list[dict[tuple[str, int], str]], data: st.DataObject
) -> None:
    days = [FIRST, SECOND, THIRD, "2026-05-01"][: len(releases)]
    with TemporaryDirectory() as folder:
        desk = Desk(Path(folder))
        with desk.ledger:
            for number, (day, rows) in enumerate(zip(days, releases, strict=True)):
                desk.take(day, *_lines(rows), accept_vanished=True)
                if number and data.draw(st.booleans(), label="reviewed"):
                    reviewed = data.draw(st.integers(1, number), label="which release")
                    name = f"review-{number}.csv"
                    desk.review(days[reviewed], name)
                    written = sorted(path.name for path in desk.folder.glob("review-*.csv"))
                    for _ in range(data.draw(st.integers(1, 4), label="how often")):
                        _mark_any(desk, data.draw(st.sampled_from(written), label="which review"), data)
                for taken, known in zip(days, releases[: number + 1], strict=False):
                    assert desk.exported(taken) == sorted(_lines(known))
                _check_no_ghosts(desk, len(rows))
            for earlier, later in pairwise(days):
                desk.ledger.revisions(known=(earlier, later))


def _mark_any(desk: Desk, name: str, data: st.DataObject) -> None:
    """Mark each row at random, or as it was; a review that contradicts itself is refused whole, in plain words."""
    lines = read(desk.folder / name)
    for line in lines:
        line["decision"] = data.draw(st.sampled_from(("accept", "reject", "", line["decision"])), label="mark")
    with (desk.folder / name).open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, HEADER)
        writer.writeheader()
        writer.writerows(lines)
    before = desk.ledger.position()
    problems: tuple[str, ...] = ()
    try:
        desk.again(name)
    except BadMarks as error:
        problems = error.problems
    if problems:
        assert desk.ledger.position() == before
        assert not any(words in problem for problem in problems for words in ("is retracted", "is recorded as"))
    else:
        assert desk.again(name).recorded == 0


def _check_no_ghosts(desk: Desk, listed: int) -> None:
    """As many deals are listed as the release has rows, each with its parties; of every other nothing is left."""
    count = 0
    for stream in desk.ledger.streams("deal"):
        certain = desk.ledger.at("2026-11-25").state(stream).certain
        if certain is not None:
            count += 1
            assert certain.supplier, stream
            assert certain.buyer, stream
            assert len(certain.listings) == 1, stream
    assert count == listed
