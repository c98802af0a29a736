"""What is refused, in which words, and by what remedy; nothing of it is stored."""

from __future__ import annotations

from typing import Any

import pytest

from armsledger.domain.errors import (
    FutureDate,
    IdTaken,
    LookAlike,
    MissingField,
    NotOpened,
    Refusals,
    Refused,
    RetractedTarget,
    SelfContradiction,
    UnknownCode,
    UnknownEvent,
    UnknownField,
    UnknownSource,
    UnknownTarget,
    UnreadableValue,
    WrongTarget,
)
from tests.domain.specification import Case, Said, given, said
from tests.domain.words import corrected, delivered, expected, opened, paid, retracted, signed

ON = "2022-06-01"


def deal() -> Case:
    """A deal that is opened and signed."""
    return given(opened(), signed())


def happens(event: str, **fields: Any) -> Said:
    """Something is said to have happened."""
    return said(event, **{"on": ON, **fields})


def test_every_refusal_of_the_error_tree_is_specified_in_these_tests() -> None:
    here = {value for value in globals().values() if isinstance(value, type) and issubclass(value, Refused)}
    others = {Refusals, LookAlike}  # which consists of the others, or needs to know all keys
    assert here - {Refused} - others == set(Refused.__subclasses__()) - others


def test_an_event_that_the_catalogue_does_not_have_is_refused() -> None:
    deal().when(said("contract-sign", on=ON)).then_refused(
        UnknownEvent, "a deal has no event 'contract-sign'", remedy="did you mean 'contract-signed'?", field="event"
    )
    deal().when(said("held", on=ON)).then_refused(
        UnknownEvent, "a deal has no event 'held'", remedy="'held' is an event of an engagement, not of a deal"
    )


def test_a_field_that_the_event_does_not_have_is_refused() -> None:
    deal().when(paid("USD 1m", amonut="USD 2m")).then_refused(
        UnknownField, "tranche-paid has no field 'amonut'", remedy="did you mean 'amount'?", field="amonut"
    )
    deal().when(paid("USD 1m", zzz=1)).then_refused(
        UnknownField, "no field 'zzz'", remedy="its fields are on, asserted, source"
    )
    deal().when(said("expected", what="delivered", due="2022", tranche=1)).then_refused(
        UnknownField,
        "expected has no field 'tranche'",
        remedy="say it of what is expected: what: {event: delivered, tranche: 1}",
    )


@pytest.mark.parametrize("blank", [None, "", "  "])
def test_an_event_without_one_of_its_required_fields_is_refused(blank: str | None) -> None:
    deal().when(happens("approval-granted", authority=blank)).then_refused(
        MissingField, "approval-granted needs authority", remedy="add authority: who decided", field="authority"
    )


def test_an_event_that_does_not_say_when_it_happened_is_refused() -> None:
    deal().when(paid("USD 1m", on=None)).then_refused(  # type: ignore[arg-type]  # the source is silent
        MissingField, "tranche-paid needs on", remedy="as precisely as the source does", field="on"
    )


@pytest.mark.parametrize("statement", [paid("USD 1m", source=None), expected("delivered", "2027", source=None)])
def test_an_entry_that_names_no_source_is_refused(statement: Said) -> None:
    deal().when(statement).then_refused(MissingField, "names no source", remedy="registers themselves", field="source")


def test_an_entry_by_a_source_without_a_date_must_say_when_the_source_said_so() -> None:
    case = deal().when(paid("USD 1m", source="archive"))
    case.then_refused(
        MissingField,
        "source 'archive' has no date of publication",
        remedy="or asserted to each entry",
        field="asserted",
    )
    case.when(paid("USD 1m", source="archive", asserted="2020")).then_taken()


def test_a_source_that_is_not_registered_is_refused() -> None:
    deal().when(paid("USD 1m", source="thesun")).then_refused(
        UnknownSource, "there is no source 'thesun'", remedy="register it first"
    )


@pytest.mark.parametrize(
    ("statement", "message", "remedy", "field"),
    [
        (delivered("-2 units"), "'-2 units' is negative", "write a whole number", "quantity"),
        (delivered("too few"), "'too few' is not a quantity", "leave it out, or write a whole number", "quantity"),
        (paid("800m"), "'800m' is not an amount", "write a currency code and an amount", "amount"),
        (paid("USD -5m"), "'USD -5m' is negative", "a refund is recorded as payment-refunded", "amount"),
        (paid("EUR 7bn-6bn"), "'EUR 7bn-6bn' ends before it begins", "'EUR 6.5bn-7bn'", "amount"),
        (delivered("24-20 aircraft"), "'24-20 aircraft' ends before it begins", "'20-24 aircraft'", "quantity"),
        (delivered("up to 20-24 aircraft"), "has two upper ends", "'up to 50 missiles'", "quantity"),
        (paid("USD 1m", on="2021-12/2021-11"), "is before its start", "write the earlier one first", "on"),
        (paid("USD 5 zillion"), "'zillion'", "use k, m, bn, tn, lakh or crore", "amount"),
        (paid("USD 1m", on="1-12-2021"), "it may be 2021-01-12 or 2021-12-01", "year first", "on"),
        (paid("USD 1m", asserted="soon"), "cannot read 'soon' as a date", "write 2021-12-01", "asserted"),
        (paid("USD 1m", tranche=" "), "a tranche needs a number or a label", "", "tranche"),
        (paid("USD 1m", tranche=[1]), "[1] is not a tranche", "write its number or a label", "tranche"),
        (paid("USD 1m", tranche=-1), "-1 is no number of a tranche", "a small number or a label", "tranche"),
        (paid("USD 1m", tranche=10**9), "is no number of a tranche", "a small number or a label", "tranche"),
        (paid("USD 1m", tranche=True), "True is not a tranche", "write its number or a label", "tranche"),
        (
            paid("USD 1m", credibility=7),
            "7 is more than 6",
            "credibility of this statement, 1 (confirmed) to 6",
            "credibility",
        ),
        (
            paid("USD 1m", status="rumour"),
            "'rumour' is no status",
            "write one of fact, reported, claim, denial, inference",
            "status",
        ),
        (paid("USD 1m", share="101"), "101 is more than 100", "share is: ", "share"),
        (paid("USD 1m", payer=""), "a party needs a name", "write an ISO 3166", "payer"),
        (signed(mode="barter"), "'barter' is no mode", "write one of sale, aid, lease", "mode"),
        (happens("commitment-reaffirmed", by=[]), "by is empty", "name at least one", "by"),
        (
            happens("legislative-action", by="House", binding="maybe"),
            "'maybe' is neither yes nor no",
            "write binding: yes, or binding: no",
            "binding",
        ),
        (
            happens("payment-mechanism-agreed", currency="rubles"),
            "'rubles' cannot be read as currency",
            "such as USD",
            "currency",
        ),
        (
            happens("opened", supplier="RUS", buyer="IND", items=[{}]),
            "designation is missing",
            "add designation",
            "items.0.designation",
        ),
        (expected("delivered tranche", "2027"), "'delivered tranche' is not", "write an event and fields", "what"),
        (expected("", "2027"), "needs what", "add what", "what"),
        (expected("delivered 'x", "2027"), "No closing quotation", "", "what"),
        (expected("delivered", "in May"), "cannot read 'in May' as a date", "", "due"),
        (delivered("1 unit", tranche={}), "{} is not a tranche", "write its number or a label", "tranche"),
    ],
)
def test_a_value_that_cannot_be_read_is_refused_in_the_words_of_its_type(
    statement: Said, message: str, remedy: str, field: str
) -> None:
    case = deal().when(statement)
    assert type(case.refusal) is (MissingField if message.startswith("needs") else UnreadableValue)
    assert isinstance(case.refusal, Refused)
    assert message in case.refusal.message
    assert remedy in case.refusal.remedy
    assert case.refusal.field == field


def test_an_amount_below_zero_is_refused_however_it_is_written() -> None:
    deal().when(paid({"amount": "-5", "currency": "USD"})).then_refused(  # type: ignore[arg-type]  # as in JSON
        UnreadableValue, "'-5' is less than 0", remedy="amount is: amount paid", field="amount.amount"
    )


@pytest.mark.parametrize(
    "statement",
    [
        paid("USD 1m", note="a\x00b"),
        paid("USD 1m", attribution={"speaker": "\x00"}),
        happens("commitment-reaffirmed", by=["IND", "actor:\x00"]),
        happens("financing-agreed", lender="\ud800"),
        paid("USD 1m", note="\ud800"),
        corrected("contract", note="a\x00b"),
    ],
)
def test_a_text_that_nothing_can_store_is_refused(statement: Said) -> None:
    case = deal().when(statement)
    assert type(case.refusal) is UnreadableValue


@pytest.mark.parametrize("text", ["a\\u0000b", "\\\\", "\U0001f680 \u2028 \x7f", "\\ud800"])
def test_any_other_text_is_kept_as_it_is(text: str) -> None:
    case = deal().when(paid("USD 1m", note=text)).then_taken()
    assert case.entries[2].event.note == text


def test_one_value_alone_is_taken_for_a_list_of_one() -> None:
    case = given(opened(items={"designation": "S-400", "unroca": "VII"})).when(
        happens("commitment-reaffirmed", by="India"), corrected("opening", items="S-400 Triumf")
    )
    case.then_taken().then_both("2022-12-31", reaffirmed_by=["IND"], items=["S-400 Triumf"])


def test_a_long_value_is_shown_in_part() -> None:
    case = deal().when(paid("USD 1m", status="x" * 500))
    assert isinstance(case.refusal, UnreadableValue)
    assert "..." in case.refusal.message
    assert len(case.refusal.message) < 200


@pytest.mark.parametrize(
    ("statement", "message", "remedy", "field"),
    [
        (opened(supplier="RUZ"), "'RUZ' is no country", "'actor:RUZ'", "supplier"),
        (happens("commitment-reaffirmed", by=["IND", "RUZ"]), "'RUZ' is no country", "'actor:RUZ'", "by"),
        (paid("USX 1m"), "'USX' is no currency", "ISO 4217", "amount"),
        (happens("payment-mechanism-agreed", currency="USX"), "'USX' is no currency", "ISO 4217", "currency"),
        (expected("tranche-paid payer=RUZ", "2027"), "'RUZ' is no country", "'actor:RUZ'", "payer"),
        (corrected("contract", value="USX 1m"), "'USX' is no currency", "ISO 4217", "value"),
    ],
)
def test_a_code_that_nobody_knows_is_refused(statement: Said, message: str, remedy: str, field: str) -> None:
    deal().when(statement).then_refused(UnknownCode, message, remedy=remedy, field=field)


def test_a_state_is_kept_by_its_code_and_an_actor_by_its_name() -> None:
    case = given(opened(supplier="Russia", buyer="actor:PLO"), paid("USD 1m", payer="PLO volunteers"))
    case.then_both("2019-12-31", supplier="RUS", buyer="org:PLO")
    case.when(said("commitment-reaffirmed", on="2019", by=["India", "Turkey"])).then_both(
        "2019-12-31", reaffirmed_by=["IND", "TUR"]
    )


@pytest.mark.parametrize(
    ("statement", "field"),
    [
        (paid("USD 1m", on="2026-11-23"), "on"),
        (paid("USD 1m", on="2027/.."), "on"),
        (paid("USD 1m", asserted="2027"), "asserted"),
        (expected("delivered", "2028", asserted="2027"), "on"),
        (corrected("contract", on="2027"), "on"),
        (corrected("contract", asserted="2027"), "asserted"),
        (retracted("contract", on="2027"), "on"),
    ],
)
def test_a_fact_with_a_future_date_is_refused(statement: Said, field: str) -> None:
    deal().when(statement).then_refused(
        FutureDate, "which is after today, 2026-11-22", remedy="recorded as 'expected'", field=field
    )


@pytest.mark.parametrize("on", ["2026-11-22", "2026", "2026-11/2027", "../2030"])
def test_a_date_that_may_have_come_is_taken(on: str) -> None:
    deal().when(paid("USD 1m", on=on)).then_taken()


@pytest.mark.parametrize(
    ("statement", "spoke"),
    [
        (paid("USD 1m", on="2021-11-13"), "2021-11-12"),
        (paid("USD 1m", on="2022/.."), "2021-11-12"),
        (paid("USD 1m", on="2021-11-13", status="denial"), "2021-11-12"),
        (paid("USD 1m", on="2021", asserted="2020"), "2020"),
        (delivered("1 unit", on="2021-12", source="tass"), "2021-11-10"),
        (corrected("contract", on="2021-12"), "2021-11-12"),
        (corrected("contract", asserted="2018-10-04"), "2018-10-04"),
    ],
)
def test_what_a_source_tells_of_a_later_day_is_refused(statement: Said, spoke: str) -> None:
    case = deal().when(statement, are_new=True)
    remedy = "name the source that reports it, or say when this one did (asserted); a forecast is 'expected'"
    case.then_refused(FutureDate, f"but its source spoke on {spoke}", remedy=remedy, field="on")
    case.when(statement).then_taken()  # as it was recorded once


@pytest.mark.parametrize(
    "statement",
    [
        paid("USD 1m", on="2021-11-12"),
        paid("USD 1m", on="2021-11"),
        paid("USD 1m", on="../2030"),
        paid("USD 1m", on="2022", asserted="2022"),
        paid("USD 1m", on="2021-12-01", source="hindu"),
        expected("delivered", "2030"),
        corrected("contract", on="2021-12", reason="new-information"),
    ],
)
def test_what_a_source_can_know_by_the_day_on_which_it_speaks_is_taken(statement: Said) -> None:
    deal().when(statement, are_new=True).then_taken()


@pytest.mark.parametrize(
    ("statement", "message", "field"),
    [
        (delivered("0 aircraft", on="2021"), "delivered of 0 aircraft tells of nothing that happened", "quantity"),
        (paid("USD 0"), "tranche-paid of USD 0 tells of nothing that happened", "amount"),
        (corrected("payment", amount="USD 0"), "tranche-paid of USD 0 tells of nothing that happened", "amount"),
    ],
)
def test_nothing_that_arrives_is_refused_unless_it_is_the_total_so_far(
    statement: Said, message: str, field: str
) -> None:
    case = given(opened(), signed(), paid("USD 1m", id="payment")).when(statement, are_new=True)
    case.then_refused(UnreadableValue, message, remedy="say so_far: true for none up to that day", field=field)


def test_none_so_far_is_taken() -> None:
    deal().when(
        delivered("0 aircraft", on="2021", so_far=True),
        paid("USD 0", so_far=True),
        delivered("up to 5 aircraft", on="2021"),
        delivered(None, on="2021"),
        are_new=True,
    ).then_taken()


@pytest.mark.parametrize(
    "statement", [expected("delivered", "2027", status="denial"), corrected("forecast", status="denial")]
)
def test_an_expectation_that_denies_is_refused(statement: Said) -> None:
    case = given(opened(), signed(), expected("delivered", "2027", id="forecast"))
    case.when(statement, are_new=True).then_refused(
        UnreadableValue,
        "an expectation that denies is none",
        remedy="record 'expected' with modality: ruled-out",
        field="status",
    )
    case.when(expected("delivered", "2027", id=None, modality="ruled-out"), are_new=True).then_taken()


def test_what_is_yet_to_come_is_taken_as_an_expectation() -> None:
    deal().when(expected("delivered", "2030")).then(expected("delivered", "2030"))


@pytest.mark.parametrize(
    ("kind", "statement", "opener"),
    [
        ("deal", paid("USD 1m"), "opened"),
        ("engagement", retracted("x"), "scheduled"),
        ("framework", happens("expired"), "signed"),
        ("source", said("regraded", reliability="B"), "registered"),
    ],
)
def test_an_event_that_cannot_open_a_stream_is_refused_before_one_that_can(
    kind: str, statement: Said, opener: str
) -> None:
    given(kind=kind).when(statement).then_refused(
        NotOpened, f"nothing opened this stream, and {statement.event} cannot", remedy=f"record '{opener}' first"
    )


def test_an_expectation_can_open_a_stream() -> None:
    given().when(expected("delivered", "2027"), paid("USD 1m")).then_taken()


TARGETS: list[tuple[Said, str]] = [
    (retracted("nothing"), "target"),
    (retracted("@9"), "target"),
    (retracted("@0"), "target"),
    (retracted("@" + "9" * 5000), "target"),
    (retracted("deal/other@1"), "target"),
    (retracted("deal/india-s400@"), "target"),
    (corrected("nothing", value="USD 1m"), "target"),
    (corrected("contract", same_as="nothing"), "same_as"),
    (said("disputed", target="nothing"), "target"),
    (said("resolved", preferred="nothing", over=["contract"]), "preferred"),
    (said("resolved", preferred="contract", over=["nothing"]), "over"),
    (said("expectation-revised", target="nothing", due="2027"), "target"),
    (said("expectation-withdrawn", target="nothing"), "target"),
    (paid("USD 1m", same_as="nothing"), "same_as"),
    (paid("USD 1m", apart_from="nothing"), "apart_from"),
]


@pytest.mark.parametrize(("statement", "field"), TARGETS, ids=range(len(TARGETS)))
def test_a_reference_to_an_entry_that_does_not_exist_is_refused(statement: Said, field: str) -> None:
    deal().when(statement).then_refused(
        UnknownTarget,
        "there is no entry",
        remedy="'armsledger log deal/india-s400' lists them",
        field=field,
    )


@pytest.mark.parametrize("reference", ["contract", "@2", "deal/india-s400@2", " deal/india-s400@2 "])
def test_an_entry_is_named_by_its_id_or_its_address(reference: str) -> None:
    case = deal().when(retracted(reference)).then_taken()
    assert getattr(case.entries[2].event, "target", None) == "contract"


@pytest.mark.parametrize(
    "statement",
    [
        retracted("payment", reason="again"),
        corrected("payment", amount="USD 2m"),
        said("disputed", target="payment"),
        said("resolved", preferred="payment", over=["other"]),
        said("resolved", preferred="other", over=["payment"]),
        paid("USD 2m", source="hindu", same_as="payment"),
        paid("USD 2m", source="hindu", apart_from="payment"),
        corrected("other", same_as="payment"),
        said("expectation-revised", target="forecast", due="2028"),
        said("expectation-withdrawn", target="forecast"),
    ],
)
def test_a_reference_to_an_entry_that_is_retracted_already_is_refused(statement: Said) -> None:
    case = given(
        opened(),
        paid("USD 1m", id="payment", tranche=1),
        paid("USD 3m", id="other", tranche=1, source="tass"),
        expected("delivered", "2027", id="forecast"),
        retracted("payment"),
        retracted("forecast"),
    )
    case.when(statement).then_refused(RetractedTarget, "is retracted already, by", remedy="to bring it back")


@pytest.mark.parametrize(
    ("statement", "message", "remedy"),
    [
        (said("expectation-revised", target="contract", due="2027"), "is 'contract-signed'", "an expectation"),
        (said("expectation-withdrawn", target="contract"), "is 'contract-signed'", "an expectation"),
        (paid("USD 1m", same_as="contract"), "is 'contract-signed'", "same_as names another tranche-paid"),
        (paid("USD 1m", apart_from="contract"), "is 'contract-signed'", "apart_from names another tranche-paid"),
        (corrected("contract", same_as="opening"), "is 'opened'", "same_as names another contract-signed"),
        (corrected("contract", value="USD 5bn"), "says so already", "gives a field another value"),
        (corrected("contract", mode=None), "says so already", "gives a field another value"),
        (said("resolved", preferred="contract", over=["opening"]), "not two statements", "same_as=ENTRY"),
        (said("resolved", preferred="contract", over=["contract"]), "not two statements", "same_as=ENTRY"),
    ],
)
def test_a_reference_to_an_entry_that_does_not_fit_is_refused(statement: Said, message: str, remedy: str) -> None:
    deal().when(statement).then_refused(WrongTarget, message, remedy=remedy)


def test_a_source_that_contradicts_itself_is_refused() -> None:
    deal().when(signed(id=None, value="USD 6bn")).then_refused(
        SelfContradiction,
        "source 'theprint' says value USD 6bn here and",
        remedy="'armsledger correct deal/india-s400@2 --set ...'",
    )


def test_an_id_that_is_taken_is_refused() -> None:
    deal().when(paid("USD 1m", id="contract")).then_refused(
        IdTaken,
        "entry 'contract' is recorded as deal/india-s400@2, with other content",
        remedy="give this one an id of its own",
        field="id",
    )


def test_an_id_may_have_two_hundred_characters() -> None:
    deal().when(paid("USD 1m", id="x" * 200)).then_taken()


@pytest.mark.parametrize("text", ["x" * 201, "line\nbreak", "\x00"])
def test_an_id_that_cannot_be_shown_is_refused(text: str) -> None:
    deal().when(paid("USD 1m", id=text)).then_refused(
        UnreadableValue, "the id is too long or not printable", remedy="use up to 200 characters", field="id"
    )


@pytest.mark.parametrize(
    ("statement", "kind", "message", "field"),
    [
        (corrected("contract", valeu="USD 1m"), UnknownField, "contract-signed has no field 'valeu'", "valeu"),
        (corrected("contract", value="a lot"), UnreadableValue, "'a lot' is not an amount", "value"),
        (corrected("contract", source="thesun"), UnknownSource, "there is no source", "source"),
        (corrected("contract", source=None), MissingField, "needs source, which a correction", "source"),
        (corrected("contract", on=None), MissingField, "needs on, which a correction", "on"),
        (corrected("opening", buyer=None), MissingField, "needs buyer, which a correction", "buyer"),
        (corrected("forecast", what="delivered tranch=1"), UnknownField, "no field 'tranch'", "tranch"),
        (corrected("repair", set={"value": "a lot"}), UnreadableValue, "'a lot' is not an amount", "value"),
        (corrected("repair", set={"valeu": "USD 1m"}), UnknownField, "no field 'valeu'", "valeu"),
        (corrected("contract"), UnreadableValue, "set is empty", "set"),
        (corrected("contract", value="USD 1m", reason="whim"), UnreadableValue, "'whim' is no reason", "reason"),
    ],
)
def test_a_correction_is_checked_like_the_entry_that_it_repairs(
    statement: Said, kind: type[Refused], message: str, field: str
) -> None:
    repair = corrected("contract", value="USD 5.4bn", id="repair")
    case = given(opened(), signed(), expected("delivered", "2027", id="forecast"), repair).when(statement)
    assert type(case.refusal) is kind
    assert message in case.refusal.message
    assert case.refusal.field == field


@pytest.mark.parametrize(
    ("statement", "field"),
    [
        (corrected("retraction", target="retraction"), "target"),
        (corrected("retraction", target="late"), "target"),
        (corrected("resolution", preferred="late"), "preferred"),
    ],
)
def test_no_correction_makes_an_entry_speak_of_a_later_one(statement: Said, field: str) -> None:
    case = given(
        opened(),
        paid("USD 1m", id="one", tranche=1),
        paid("USD 2m", id="two", tranche=1, source="tass"),
        said("resolved", id="resolution", preferred="one", over=["two"]),
        paid("USD 3m", id="mistaken", tranche=2),
        retracted("mistaken", id="retraction"),
        paid("USD 3m", id="late", tranche=1, source="hindu"),
    )
    case.when(statement).then_refused(
        WrongTarget, "recorded no earlier than the entry that would speak of it", remedy="record it anew", field=field
    )


@pytest.mark.parametrize(
    ("what", "kind", "message"),
    [
        ("delivring", UnknownEvent, "a deal has no event 'delivring'"),
        ("held", UnknownEvent, "a deal has no event 'held'"),
        ("retracted", UnknownEvent, "'retracted' tells nothing that could be expected"),
        ("expected", UnknownEvent, "'expected' tells nothing that could be expected"),
        ("delivered tranch=1", UnknownField, "delivered has no field 'tranch'"),
        ("delivered quantity=many", UnreadableValue, "'many' is not a quantity"),
        ("delivered on=tomorrow", UnreadableValue, "cannot read 'tomorrow'"),
        ({"tranche": 1}, UnreadableValue, "event is missing"),
        (["delivered"], UnreadableValue, "is a list, not a mapping"),
    ],
)
def test_what_cannot_occur_cannot_be_expected(what: Any, kind: type[Refused], message: str) -> None:
    case = deal().when(expected(what, "2027"))
    assert type(case.refusal) is kind
    assert message in case.refusal.message


def test_a_refusal_names_the_place_the_stream_and_the_field() -> None:
    refusal = deal().when(paid("800m")).refusal
    assert refusal is not None
    text = str(refusal.at("dossier.yaml:12"))
    assert text.startswith("dossier.yaml:12: deal/india-s400: amount: '800m' is not an amount of money")
    assert "\n  remedy: write a currency code" in text


def test_a_refused_entry_leaves_the_stream_as_it_was() -> None:
    case = deal()
    before = case.state("2022-12-31")
    case.when(paid("800m"), signed(value="USD 6bn", id=None))
    assert (case.history.version, case.entries[-1].id) == (2, "contract")
    case.refusal = None
    assert case.state("2022-12-31") == before


def test_a_value_that_itself_holds_what_parts_messages_is_quoted_whole() -> None:
    deal().when(paid("1; write ~USD 1m")).then_refused(
        UnreadableValue, "'1; write ~USD 1m' is not an amount of money", remedy="write a currency code and an amount"
    )
