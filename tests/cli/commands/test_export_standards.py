"""Exports to the standards of others, on the command line and from Python."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, get_args

import pytest

from armsledger import Ledger
from armsledger.domain.errors import UsageError
from armsledger.exchange.standards.losses import LossKind
from armsledger.version import VERSION
from docs import pages
from tests.cli.runner import Inside
from tests.exchange.standards.readers import faults, ftm_faults, merged, settled
from tests.processes import ROOT, python

ASKED = [
    "",
    "--at 2019-12-31",
    "--at 2021-12-31 --known @21",
    "--at 2021-12-31 --known 2021-11-12 --known-by asserted",
    "--at 2023-12-31 --buyer India",
]


def read(path: str) -> Any:
    return json.loads(Path(path).read_text(encoding="utf-8"))


def lines(path: str) -> list[Any]:
    return [json.loads(line) for line in Path(path).read_text(encoding="utf-8").splitlines()]


@pytest.mark.usefixtures("story")
@pytest.mark.parametrize("asked", ASKED)
def test_a_release_package_is_valid_and_merges_to_the_record_package(armsledger: Inside, asked: str) -> None:
    assert armsledger(f"export ocds releases.json {asked}").status == 0
    assert armsledger(f"export ocds records.json --compiled {asked}").status == 0
    releases, records = read("releases.json"), read("records.json")
    assert faults(releases, "release-package") == []
    assert faults(records, "record-package") == []
    assert [one for record in records["records"] for one in record["releases"]] == releases["releases"]
    for record in records["records"]:
        assert settled(merged(record["releases"])) == settled(record["compiledRelease"])


@pytest.mark.usefixtures("story")
@pytest.mark.parametrize("asked", ASKED)
def test_entities_are_valid_and_lead_to_each_other(armsledger: Inside, asked: str) -> None:
    assert armsledger(f"export ftm entities.jsonl {asked}").status == 0
    assert ftm_faults(lines("entities.jsonl")) == []


@pytest.mark.usefixtures("story")
@pytest.mark.parametrize("command", ["export ocds", "export ocds --compiled", "export ftm"])
def test_the_same_question_gives_the_same_bytes(armsledger: Inside, command: str) -> None:
    for name in ("one", "two"):
        assert armsledger(f"{command} {name} --losses {name}.losses --at 2021-12-31").status == 0
    assert Path("one").read_bytes() == Path("two").read_bytes()
    one, two = read("one.losses"), read("two.losses")
    assert (one.pop("file"), two.pop("file")) == ("one", "two")
    assert one == two


@pytest.mark.usefixtures("story")
def test_as_known_before_the_longer_story_the_deal_is_the_one_of_the_article(armsledger: Inside) -> None:
    assert armsledger("export ocds deal.json --deal india-s400 --at 2021-12-31 --known @21").status == 0
    (release,) = read("deal.json")["releases"]
    assert release["contracts"][0]["value"] == {"amount": 5000000000, "currency": "USD"}
    assert armsledger("export ocds now.json --deal india-s400 --at 2021-12-31").status == 0
    first, second = read("now.json")["releases"]
    assert first == release
    assert second["contracts"][0]["value"] == {"amount": 5430000000, "currency": "USD"}
    assert read("now.json")["publishedDate"] == second["date"]


@pytest.mark.usefixtures("story")
def test_the_report_of_losses_tells_what_and_where(armsledger: Inside) -> None:
    answer = armsledger("export ocds deals.json --at 2021-12-31")
    assert answer.out == ""
    first, second = answer.err.splitlines()
    assert first == "deals.json: 2 deals, 3 releases as OCDS 1.1, at 2021-12-31, as known now (position 105)"
    assert second.endswith("; deals.json.losses.json lists them")
    report = read("deals.json.losses.json")
    losses = {one["kind"]: one for one in report["losses"]}
    assert second.startswith(f"  OCDS 1.1 cannot say {sum(one['count'] for one in report['losses'])} things: ")
    assert report["asked"]["position"] == 105
    assert report["asked"]["made_by"] == f"armsledger {VERSION}"
    assert report["asked"] == read("deals.json")["armsledger"]
    values = {"entry": "deal/india-s400@12", "field": "value", "value": "USD 5.43bn; INR 390bn; ~USD 5bn"}
    assert values in losses["contested"]["examples"]
    assert {"engagement", "framework", "expectation", "attribution", "grade"} <= losses.keys()
    narrower = armsledger("export ocds one.json --deal india-s400 --at 2021-12-31")
    assert narrower.status == 0
    assert "engagement" not in {one["kind"] for one in read("one.json.losses.json")["losses"]}


def test_a_link_is_an_edge_where_both_deals_are_in_the_file(armsledger: Inside) -> None:
    Path("resale.yaml").write_text(RESALE, encoding="utf-8")
    assert armsledger("record resale.yaml").status == 0
    assert armsledger("export ftm all.jsonl").status == 0
    assert armsledger("export ftm one.jsonl --deal egypt").status == 0
    for name, edges in (("all.jsonl", ["resale-of"]), ("one.jsonl", [])):
        assert ftm_faults(lines(name)) == []
        links = [one["properties"]["role"][0] for one in lines(name) if one["schema"] == "UnknownLink"]
        assert links == edges
        told = [one for one in read(f"{name}.losses.json")["losses"] if one["kind"] == "link"]
        assert [one["count"] for one in told] == ([] if edges else [1])
    assert armsledger("export ocds one.json --deal egypt --ocid-prefix ocds-a1b2c3").status == 0
    (process,) = read("one.json")["releases"][0]["relatedProcesses"]
    assert (process["identifier"], process["relationship"]) == ("ocds-a1b2c3-russia", ["x_resaleOf"])
    assert faults(read("one.json"), "release-package") == []


@pytest.mark.parametrize("asked", ["", "--at 2015-01-01", "--at 2023-03-01 --known 2023-03-01 --known-by asserted"])
def test_all_examples_are_valid_in_both_standards(examples: Path, armsledger: Inside, asked: str) -> None:
    ledger = f"--ledger {examples}"
    assert armsledger(f"{ledger} export ocds releases.json {asked}").status == 0
    assert armsledger(f"{ledger} export ocds records.json --compiled {asked}").status == 0
    assert armsledger(f"{ledger} export ftm entities.jsonl {asked}").status == 0
    assert faults(read("releases.json"), "release-package") == []
    assert faults(read("records.json"), "record-package") == []
    for record in read("records.json")["records"]:
        assert settled(merged(record["releases"])) == settled(record["compiledRelease"])
    assert ftm_faults(lines("entities.jsonl")) == []


def test_the_examples_tell_of_courts_resales_and_many_suppliers(examples: Path, armsledger: Inside) -> None:
    assert armsledger(f"--ledger {examples} export ocds releases.json --at 2026-01-01").status == 0
    assert armsledger(f"--ledger {examples} export ftm entities.jsonl --at 2026-01-01").status == 0
    entities = lines("entities.jsonl")
    (case,) = [one["properties"] for one in entities if one["schema"] == "CourtCase"]
    assert (case["status"], case["summary"]) == (["withdrawn"], ["claimed USD 4bn"])
    names = {one["id"]: one["properties"].get("title", [""])[0] for one in entities}
    edges = [one["properties"] for one in entities if one["schema"] == "UnknownLink"]
    resales = [(names[one["subject"][0]], names[one["object"][0]]) for one in edges if one["role"] == ["resale-of"]]
    assert ("mistral-egypt", "mistral-russia") in resales
    last = {one["ocid"].removeprefix("unregistered-"): one for one in read("releases.json")["releases"]}
    assert len(last["ukraine-leopard-2"]["awards"][0]["suppliers"]) > 5
    (process,) = last["mistral-egypt"]["relatedProcesses"]
    assert (process["identifier"], process["relationship"]) == ("unregistered-mistral-russia", ["x_resaleOf"])


@pytest.fixture(scope="module")
def examples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger of all dossiers of the repository's examples."""
    path = tmp_path_factory.mktemp("examples") / "examples.db"
    with Ledger(path, recorded_by="tester") as ledger:
        for dossier in sorted((ROOT / "examples").glob("*.yaml")):
            ledger.record_file(dossier)
    return path


RESALE = """
sources:
  - {key: reuters, publisher: Reuters, published: 2015-10-10, reliability: B}
entries:
  - {deal: russia, event: opened, on: 2011, supplier: FRA, buyer: RUS, source: reuters}
  - {deal: russia, event: contract-signed, on: 2011-06-17, value: EUR 1.2bn, quantity: 2 ships, source: reuters}
  - {deal: egypt, event: opened, on: 2015-09-23, supplier: FRA, buyer: EGY, source: reuters}
  - {deal: egypt, event: contract-signed, on: 2015-10-10, value: EUR 950m, quantity: 2 ships, source: reuters}
  - {deal: egypt, event: linked, on: 2015-09-23, to: deal/russia, relation: resale-of, source: reuters}
"""


@pytest.mark.usefixtures("story")
def test_a_forgotten_speaker_is_in_no_export(armsledger: Inside) -> None:
    person = armsledger("admin persons --json").json[0]["name"]
    assert armsledger("export ftm before.jsonl").status == 0
    assert person not in Path("before.jsonl.losses.json").read_text(encoding="utf-8")
    assert armsledger(["admin", "forget", person, "--yes"]).status == 0
    assert armsledger("export ftm entities.jsonl").status == 0
    report = Path("entities.jsonl.losses.json").read_text(encoding="utf-8")
    assert person not in report + Path("entities.jsonl").read_text(encoding="utf-8")
    assert "erased-person" in report


@pytest.mark.usefixtures("story")
def test_standard_output_takes_the_export_and_a_file_the_losses(armsledger: Inside) -> None:
    answer = armsledger("export ocds - --losses losses.json --publisher Desk --ocid-prefix ocds-a1b2c3")
    assert faults(answer.json, "release-package") == []
    assert answer.json["publisher"] == {"name": "Desk"}
    assert answer.json["releases"][0]["ocid"].startswith("ocds-a1b2c3-")
    assert read("losses.json")["losses"]
    assert armsledger("export ftm -").status == 0
    assert sorted(path.name for path in Path().iterdir()) == ["armsledger.db", "losses.json"]


@pytest.mark.usefixtures("story")
@pytest.mark.parametrize(
    ("command", "status", "told"),
    [
        ("export ocds x.json --ocid-prefix 'a b'", 2, "no prefix of OCDS identifiers"),
        ("export ocds x.json --losses ./x.json", 2, "cannot hold both"),
        ("export ocds x.json --buyer Indai", 2, "no country"),
        ("export ocds x.json --deal nothing", 1, "the ledger holds no deal/nothing"),
        ("export ftm x.json --deal nothing", 1, "the ledger holds no deal/nothing"),
        ("export ocds x.json --at 1990-01-01", 1, "nothing that was asked for is certain by the date"),
        ("export ftm x.json --at 1990-01-01", 1, "nothing that was asked for is certain by the date"),
        ("export ftm armsledger.db --replace", 1, "the ledger itself is there"),
        ("export ftm no/such/folder.json", 1, "cannot be written"),
    ],
)
def test_a_refusal_leaves_no_file_behind(armsledger: Inside, command: str, status: int, told: str) -> None:
    answer = armsledger(command)
    assert told in answer.err
    assert "Traceback" not in answer.err
    assert (answer.status, answer.out) == (status, "")
    assert [path.name for path in Path().iterdir()] == ["armsledger.db"]


@pytest.mark.usefixtures("story")
def test_files_that_exist_are_kept_unless_told(armsledger: Inside) -> None:
    Path("x.json.losses.json").write_text("mine", encoding="utf-8")
    assert armsledger("export ocds x.json").status == 1
    assert not Path("x.json").exists()
    assert Path("x.json.losses.json").read_text(encoding="utf-8") == "mine"
    assert armsledger("export ocds x.json --replace").status == 0
    assert read("x.json.losses.json")["file"] == "x.json"


def test_python_writes_the_same(story: Path, armsledger: Inside) -> None:
    assert armsledger("export ftm one.jsonl --at 2021-12-31 --supplier RUS").status == 0
    with Ledger(story) as ledger:
        exported = ledger.at("2021-12-31").export_ftm("two.jsonl", suppliers=["Russia"])
        package = ledger.at("2021-12-31").export_ocds("deals.json", deals=["india-s400"])
        with pytest.raises(UsageError):
            ledger.at("2021-12-31").export_ocds("deals.json", losses="deals.json")
    assert exported.report == "two.jsonl.losses.json"
    assert exported.counts["entities"] == len(lines("two.jsonl"))
    assert Path("one.jsonl").read_bytes() == Path("two.jsonl").read_bytes()
    assert package.counts == {"releases": 2, "deals": 1}


def test_what_was_released_as_known_then_is_released_again_as_known_now() -> None:
    with Ledger.in_memory(recorded_by="tester") as ledger:
        for key, grade in (("first", "C"), ("second", "B")):
            ledger.record(f"source/{key}", "registered", publisher=key, published="2020-01-01", reliability=grade)
        ledger.record("deal/x", "opened", on="2018-01-02", supplier="RUS", buyer="IND", source="first")
        ledger.record("deal/x", "contract-signed", on="2018-10", value="USD 5bn", source="first")
        ledger.record("deal/x", "contract-signed", on="2018-10-05", value="USD 5.43bn", source="second")
        paid = ledger.record("deal/x", "tranche-paid", on="2019-09-01", tranche=1, amount="USD 800m", source="first")
        ledger.correct("deal/x@4", set={"amount": "USD 850m"}, reason="source-error")
        ledger.record("source/second", "regraded", reliability="D", on="2020-02-01")
        ledger.retract("deal/x@4", reason="another deal")
        assert paid.address == "deal/x@4"
        now = releases_known(ledger, None)
        assert [one["contracts"][0]["value"]["amount"] for one in now[1:]] == [
            5000000000,
            5430000000,
            5430000000,
            5430000000,
            5000000000,
            5000000000,
        ]
        assert now[-1]["contracts"][0]["implementation"]["transactions"][0]["armsledger"]["withdrawn"] is True
        for position in range(3, ledger.position() + 1):
            then = releases_known(ledger, position)
            assert then == now[: len(then)]
            assert len(then) == sum(int(one["id"].rpartition("-")[2]) <= position for one in now)


def releases_known(ledger: Ledger, position: int | None) -> list[Any]:
    ledger.at("2021-12-31", known=position).export_ocds("x.json", replace=True)
    releases: list[Any] = read("x.json")["releases"]
    return releases


@pytest.mark.usefixtures("story")
def test_the_reads_for_exports_import_no_heavy_library(armsledger: Inside) -> None:
    code = (
        "import sys; from armsledger import Ledger;"
        "view = Ledger('armsledger.db').at('2021-12-31'); view.export_ocds('x.json'); view.export_ftm('y.json');"
        "heavy = {'sqlalchemy', 'eventsourcing', 'cryptography', 'followthemoney'}; print(heavy & sys.modules.keys())"
    )
    assert python("-c", code) == "set()\n"


@pytest.mark.usefixtures("story")
def test_the_page_shows_what_is_printed_and_names_every_kind_of_loss(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "standards.md").read_text(encoding="utf-8")
    assert pages.with_outputs(page, tmp_path) == page
    kinds = page.partition("| kind | a loss is |")[2]
    assert [kind for kind in get_args(LossKind) if f"`{kind}`" not in kinds] == []
