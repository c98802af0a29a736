"""Writing: what was read otherwise is told, a dry run shows everything, and all files tell all their errors."""

from __future__ import annotations

from pathlib import Path

from tests.cli.runner import Inside

GOOD = """\
source: {key: mon, publisher: MON, published: 2022-08-26, reliability: A}
deal: poland-k2
entries:
  - opened: {on: 2022-07, supplier: South Korea, buyer: Poland, items: [K2 Black Panther]}
  - contract-signed: {on: 2022-08-26, value: KRW 400 crore, quantity: 180 tanks}
  - expected: {what: delivered, due: 2022-10/2022-12~, quantity: 10 tanks, modality: planned}
"""
BAD = GOOD.replace("South Korea", "South Corea").replace("planned", "sure").replace("poland-k2", "poland-k9")


def test_what_was_read_otherwise_is_told(armsledger: Inside) -> None:
    answer = armsledger("record -", stdin=GOOD)
    assert answer.out == "standard input: recorded 4 entries in 2 streams (positions 1 to 4)\n"
    assert answer.err == (
        "  read as:\n"
        "    supplier 'South Korea' as KOR (standard input:4)\n"
        "    buyer 'Poland' as POL (standard input:4)\n"
        "    value 'KRW 400 crore' as KRW 4bn (standard input:5)\n"
    )
    assert armsledger("record -", stdin=GOOD).err == ""


def test_the_readings_are_part_of_the_json(armsledger: Inside) -> None:
    [report] = armsledger("record - --json", stdin=GOOD).json
    assert report["readings"][0] == {
        "entry": "deal/poland-k2@1",
        "field": "supplier",
        "given": "South Korea",
        "read": "KOR",
        "place": "standard input:4",
    }
    assert len(report["readings"]) == 3


def test_more_readings_than_a_screen_holds_are_counted(armsledger: Inside) -> None:
    lines = "".join(
        f"  - pledged: {{id: p{n}, on: 2022-01-01, value: KRW {n} crore, same_as: }}\n" for n in range(10, 40)
    )
    answer = armsledger("record -", stdin=GOOD + lines)
    told = answer.err.splitlines()
    assert told[:1] == ["  read as:"]
    assert len([line for line in told if " as KRW " in line or " as KOR " in line or " as POL " in line]) == 20
    assert "    and 13 more; --dry-run lists all of a file that is not recorded yet" in told


def test_a_dry_run_shows_each_entry_as_it_is_read_in_the_order_of_the_file(armsledger: Inside) -> None:
    answer = armsledger("record - --dry-run", stdin=GOOD)
    assert answer.out == (
        "standard input: would record 4 entries in 2 streams\n"
        "  source/mon@1 registered on 2022-08-26: published 2022-08-26\n"
        "  deal/poland-k2@1 opened on 2022-07\n"
        "    read supplier 'South Korea' as KOR (standard input:4)\n"
        "    read buyer 'Poland' as POL (standard input:4)\n"
        "  deal/poland-k2@2 contract-signed on 2022-08-26: value KRW 4bn, quantity 180 tanks\n"
        "    read value 'KRW 400 crore' as KRW 4bn (standard input:5)\n"
        "  deal/poland-k2@3 expected on 2022-08-26: due 2022-10/2022-12~, quantity 10 tanks\n"
    )
    assert not Path("armsledger.db").exists()


def test_a_single_append_tells_how_it_was_read(armsledger: Inside) -> None:
    armsledger("record -", stdin=GOOD)
    command = "deal tranche-paid poland-k2 --on 2022-08 --amount 'KRW 5 crore' --payer Poland --source mon"
    answer = armsledger(command)
    assert answer.out == "deal/poland-k2@4\n"
    assert "  read amount 'KRW 5 crore' as KRW 50m\n  read payer 'Poland' as POL\n" in answer.err
    assert armsledger(command + " --id again --json").json["readings"] == [
        {"field": "amount", "given": "KRW 5 crore", "read": "KRW 50m"},
        {"field": "payer", "given": "Poland", "read": "POL"},
    ]


def test_a_new_stream_with_a_key_close_to_anothers_says_so(armsledger: Inside) -> None:
    armsledger("record -", stdin=GOOD.replace("poland-k2", "poland-tanks"))
    answer = armsledger("deal opened polnad-tanks --on 2022 --supplier KOR --buyer POL --source mon")
    assert (answer.status, answer.out) == (0, "deal/polnad-tanks@1\n")
    assert "  new deal polnad-tanks; did you mean poland-tanks?\n" in answer.err


def test_all_errors_of_a_file_are_told_with_their_number(armsledger: Inside) -> None:
    Path("bad.yaml").write_text(BAD)
    answer = armsledger("record bad.yaml")
    assert (answer.status, answer.out) == (1, "")
    errors = [line for line in answer.err.splitlines() if line.startswith("error: ")]
    assert errors == [
        "error: bad.yaml:4: deal/poland-k9: supplier: 'South Corea' is no country",
        "error: bad.yaml:6: deal/poland-k9: modality: 'sure' is no modality",
    ]
    assert answer.err.count("  remedy: ") == 2
    assert answer.err.endswith("\n2 errors; nothing was recorded\n")
    assert not Path("armsledger.db").exists()


def test_of_several_files_those_that_are_right_are_recorded_and_all_others_tell_their_errors(
    armsledger: Inside,
) -> None:
    for name, text in (("a.yaml", BAD), ("b.yaml", GOOD), ("c.yaml", "entries: x\n")):
        Path(name).write_text(text)
    answer = armsledger("record a.yaml b.yaml c.yaml")
    assert answer.status == 1
    assert answer.out == "b.yaml: recorded 4 entries in 2 streams (positions 1 to 4)\n"
    errors = [line.split(" ")[1] for line in answer.err.splitlines() if line.startswith("error: ")]
    assert errors == ["a.yaml:4:", "a.yaml:6:", "c.yaml:1:"]
    assert answer.err.endswith("\n3 errors; 1 of 3 files taken, each whole\n")


def test_one_error_alone_is_not_counted(armsledger: Inside) -> None:
    answer = armsledger("record -", stdin=GOOD.replace("planned", "sure"))
    assert answer.status == 1
    assert "nothing was recorded" not in answer.err
    assert answer.err.startswith("error: standard input:6: deal/poland-k2: modality: 'sure' is no modality\n")


def test_a_single_append_is_refused_for_all_that_is_wrong(armsledger: Inside) -> None:
    armsledger("record -", stdin=GOOD)
    answer = armsledger("deal tranche-paid poland-k2 --on soon --amount much --part maybe --source nobody")
    assert (answer.status, answer.err.count("error: ")) == (1, 4)
    assert answer.err.endswith("\n4 errors; nothing was recorded\n")


def test_an_amount_with_its_equivalent_is_told_as_people_write_it_and_never_as_a_sum(armsledger: Inside) -> None:
    option = "  - option-agreed: {on: 2022-08-26, option: A, value: [PLN 9bn, USD 2bn]}\n"
    armsledger("record -", stdin=GOOD.replace("KRW 400 crore", "[PLN 15bn, USD 3bn]") + option)
    assert (
        "options           option A, value PLN 9bn (USD 2bn), status agreed [4]\n"
        in armsledger("show deal/poland-k2").out
    )
    assert "contract-signed: value PLN 15bn (USD 3bn); quantity 180 tanks" in armsledger("replay deal/poland-k2").out
