"""Where sources disagree: each contested field with its statements side by side, and what else does not fit."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from armsledger.application.pictures.standpoint import Standpoint
from armsledger.domain.findings.check import Check
from armsledger.domain.findings.checks import checks_that_find
from armsledger.domain.findings.finding import Finding
from armsledger.domain.findings.statements import check_contested
from armsledger.domain.states.course import Course
from armsledger.domain.states.disputes import OTHER_CURRENCY, OTHER_UNIT, Dispute, Stated, disputes
from armsledger.domain.states.source import Source
from armsledger.domain.values.when import When
from armsledger.domain.values.words import FindingCode
from armsledger.web.grades import grade_badge
from armsledger.web.links import ALONE, Links
from armsledger.web.part import Markup, Part, Slots, escape
from armsledger.web.parts.record import attribution_words
from armsledger.web.saying import event_words, tranche_words
from armsledger.web.words import counted, refs, when_words

DISPUTE, FINDING = "disagreements/dispute", "disagreements/finding"
"""What slots begin with: of contested fields, and of what else does not fit."""

TITLES: Final[Mapping[tuple[str, str], str]] = {
    ("opened", "on"): "When it was opened",
    ("contract-signed", "on"): "When the contract was signed",
    ("contract-signed", "value"): "What it is worth",
    ("contract-signed", "quantity"): "How much was ordered",
    ("contract-signed", "items"): "What was ordered",
    ("agreement-signed", "on"): "When the agreement was signed",
    ("completed", "on"): "When it was completed",
    ("cancelled", "on"): "When it was cancelled",
    ("terminated", "on"): "When it was terminated",
    ("held", "on"): "When it was held",
    ("held", "participants"): "Who took part",
    ("signed", "on"): "When it was signed",
}
"""What is contested, for the fields of things that happen once."""
OF_A_BATCH: Final[Mapping[tuple[str, str], str]] = {
    ("tranche-paid", "on"): "When {} was paid",
    ("tranche-paid", "amount"): "How large {} was",
    ("tranche-paid", "share"): "What share {} was",
    ("delivery-begun", "on"): "When delivery of {} began",
    ("delivery-completed", "on"): "When delivery of {} was complete",
    ("delivered", "on"): "When {} was delivered",
    ("delivered", "quantity"): "How much {} was",
}
"""The same for the fields of batches and payments."""
WITHOUT_A_NAME: Final = {"tranche-paid": "the payment", "delivery-begun": "the goods", "delivered": "the delivery"}
FIELDS: Final = {"on": "when", "quantity": "how much", "amount": "how large", "by": "by whom", "to": "to whom"}
"""Fields of whatever else happens."""

DATES: Final = frozenset({"on", "until", "due", "effective"})
"""Fields that hold dates."""
NOT_TAKEN: Final = Markup('<span class="ne">≠</span> Not taken')
RULES: Final = {
    "resolved": "Decided by a resolution: somebody looked into it.",
    "status": "A fact or report is taken before a claim or an inference.",
    "id": "Nothing decides between them; the first of their ids is taken, for no better reason.",
    OTHER_CURRENCY: "Told in several currencies, which are never converted: both may be right.",
    OTHER_UNIT: "Told in several units, which are never converted: both may be right.",
}
"""The rules that need no figures."""


ORDER: Final = (
    "The better source is taken, then the more credible statement, then the later one; the others stay in view."
)


@dataclass(frozen=True)
class Remedy:
    """What a finding is called, and what would answer it."""

    name: str
    answer: str


REMEDIES: Final[Mapping[FindingCode, Remedy]] = {
    "delivered-more-than-ordered": Remedy("More delivered than ordered", "an amendment, or a correction of either"),
    "paid-more-than-value": Remedy("More paid than it is worth", "an amendment, a refund, or a correction"),
    "gone-more-than-delivered": Remedy("More gone than came", "a delivery that nobody has recorded, or a correction"),
    "delivery-before-signature": Remedy("Delivered before it was signed", "a correction of either date"),
    "after-ending": Remedy("Something came after the end", "a correction, or a deal of its own that succeeds this one"),
    "contract-after-ending": Remedy("A contract after the end", "a deal of its own, linked as succeeding this one"),
    "two-endings": Remedy("Two endings", "the retraction of one of them"),
    "contested": Remedy("Contested", "a resolution"),
    "tie": Remedy("Contested, and undecided", "a resolution"),
    "denied": Remedy("Denied", "a better source for either side"),
    "unverified": Remedy("A single claim", "a source that reports it as a fact"),
    "disputed": Remedy("Disputed", "a resolution, or a retraction"),
    "unreadable": Remedy("Cannot be read by this release", "its retraction, or a later release"),
    "perhaps-the-same": Remedy("Perhaps one and the same", "a word that they are the same, or that they are two"),
    "perhaps-the-sum": Remedy("Perhaps a sum and its parts", "a retraction of the sum, or a word that it is apart"),
    "contradicts-total": Remedy("Parts and a total that contradict each other", "a correction of either"),
    "order-unknown": Remedy("Which was first is not known", "a narrower date of either"),
    "out-of-order": Remedy("Dates in an order that cannot be", "a correction of either date"),
    "waiver-without-authority": Remedy("A waiver of nobody", "the authority and the law"),
    "not-comparable": Remedy("Not comparable", "a correction to one unit or name, if they mean one thing"),
    "organisation": Remedy("Taken as an organisation", "a correction to a state's code, or to org:NAME"),
    "perhaps-listed-before": Remedy("Perhaps listed before", "a link that says what the two rows are to each other"),
    "listed-more-than-once": Remedy("Listed more than once", "nothing: the register says so"),
}
"""By the code of a finding."""


@dataclass(frozen=True)
class Told:
    """A statement about a contested field with the name of its source; ``is_comparable`` as for its `Dispute`."""

    stated: Stated
    publisher: str | None
    is_comparable: bool


@dataclass(frozen=True)
class Case:
    """A contested field: the dispute that decides it, what is taken, and the others."""

    dispute: Dispute
    taken: Told
    others: tuple[Told, ...]

    @property
    def is_contested(self) -> bool:
        """Whether only one of the statements can be right, so that one is taken and another is not."""
        return any(told.is_comparable for told in self.others)


class Disagreements(Part):
    """A card for each contested field, and one for each other finding."""

    name: ClassVar[str] = "disagreements"

    def __init__(self, links: Links = ALONE) -> None:
        super().__init__(links)
        self._course: Course | None = None
        self._sources: Mapping[str, Source] = {}
        self._checks: list[Check] = []
        self._cases: dict[tuple[int, ...], tuple[Case, ...]] = {}

    def data(self, standpoint: Standpoint) -> Mapping[str, Hashable]:
        """The cards by number, and how many fields are contested."""
        self._stream = standpoint.stream
        day = standpoint.stream_day
        if day.course is not self._course or standpoint.sources is not self._sources:
            self._course, self._sources, self._cases = day.course, standpoint.sources, {}
            self._checks = [check for _, check in checks_that_find(day.course) if check.find is not check_contested]
        told = disputes(day)
        key = tuple(map(id, told))
        if key not in self._cases:
            self._cases[key] = tuple(_cases(told, standpoint))
        cases = self._cases[key]
        contested = sum(case.is_contested for case in cases)
        findings = [finding for check in self._checks for finding in check.find(day)]
        return {
            "disagreements/count": (contested, len(cases) - contested, len(findings)),
            **{f"{DISPUTE}/{number:03}": case for number, case in enumerate(cases)},
            **{f"{FINDING}/{number:03}": finding for number, finding in enumerate(findings)},
        }

    def html(self, slot: str, data: Any) -> Markup:
        """The inside of a card, or the sentence above all of them."""
        match data:
            case Case():
                return self._card(data)
            case Finding():
                return self._finding(data)
        return _sentence(*data)

    def section(self, slots: Slots) -> Markup:
        """All cards; those of disputes first."""
        cards, findings = (
            Markup("").join(
                slots.element(name, "div", class_=kind) for name in slots.of(self) if name.startswith(start)
            )
            for start, kind in ((DISPUTE, "cmp"), (FINDING, "fnd"))
        )
        return Markup(
            '<section id="disagree"><h2>Where sources disagree</h2>{}<div class="cmps">{}</div>'
            '<div class="fnds">{}</div></section>'
        ).format(slots.element("disagreements/count", "p", class_="sub"), cards, findings)

    def _card(self, case: Case) -> Markup:
        dispute = case.dispute
        others = Markup("").join(self._statement(told, dispute.field) for told in case.others)
        return Markup('<div><h3>{}</h3><p class="rule">{}</p></div>{}<div class="rivals">{}</div>').format(
            title_of(dispute), rule_words(dispute), self._statement(case.taken, dispute.field, is_taken=True), others
        )

    def _statement(self, told: Told, field: str, *, is_taken: bool = False) -> Markup:
        stated = told.stated
        speaker = attribution_words(stated.attribution)
        name = told.publisher or stated.source or "the ledger"
        return Markup(
            '<div class="s{}"><p class="took">{}</p><div class="v">{}</div><p>{} {}, {}{}</p>{}{}</div>'
        ).format(
            "" if is_taken else " lose" if told.is_comparable else " beside",
            "Taken" if is_taken else NOT_TAKEN if told.is_comparable else "Beside it, not comparable",
            said(field, stated),
            grade_badge(stated.reliability, stated.credibility),
            name,
            when_words(stated.asserted),
            refs([stated.entry], self._stream),
            Markup('<p class="mute">{}</p>').format(speaker) if speaker else "",
            Markup("<p><q>{}</q></p>").format(stated.quote) if stated.quote else "",
        )

    def _finding(self, finding: Finding) -> Markup:
        remedy = REMEDIES[finding.code]
        return Markup('<h3>{}</h3><p>{} {}</p><p class="mute">What would answer it: {}.</p>').format(
            remedy.name, finding.message, refs(finding.entries, self._stream), remedy.answer
        )


def _cases(disputed: Iterable[Dispute], standpoint: Standpoint) -> Iterable[Case]:
    """The contested fields; what is in another currency or unit stands beside what can be compared."""
    cases: dict[tuple[str, str], Case] = {}
    for dispute in disputed:
        taken, *others = (_told(stated, dispute, standpoint) for stated in dispute.statements)
        key = taken.stated.entry, dispute.field
        case = cases.get(key)
        if case is None:
            cases[key] = Case(dispute, taken, tuple(others))
        else:
            cases[key] = Case(case.dispute, case.taken, (*case.others, *others))
    return cases.values()


def _told(stated: Stated, dispute: Dispute, standpoint: Standpoint) -> Told:
    source = standpoint.sources.get(stated.source or "")
    return Told(stated, None if source is None else source.publisher, dispute.is_comparable)


def _sentence(contested: int, beside: int, others: int) -> Markup:
    """How many fields are contested, what is taken, how many are told in ways that cannot be compared, and what else
    does not fit.
    """
    told = []
    if contested:
        told.append(f"{counted(contested, 'field is', 'fields are')} contested. {ORDER}")
    if beside:
        also = " more" if contested else ""
        told.append(f"{counted(beside, f'field{also} is', f'fields{also} are')} told in several units or currencies.")
    if others:
        told.append(f"{counted(others, 'other thing' if contested or beside else 'thing')} to look at.")
    return escape(" ".join(told) or "No two sources that are known contradict each other.")


def said(field: str, stated: Stated) -> str:
    """What a statement gives for a field, dates in words."""
    return when_words(When.parse(stated.says)) if field in DATES else stated.says


def title_of(dispute: Dispute) -> str:
    """What is contested: ``When the contract was signed``."""
    event, tranche, field = dispute.event, dispute.tranche, dispute.field
    if (of_batch := OF_A_BATCH.get((event, field))) is not None:
        return of_batch.format(WITHOUT_A_NAME.get(event, "it") if tranche is None else tranche_words(event, tranche))
    if (title := TITLES.get((event, field))) is not None:
        return title
    words = event_words(event)
    return f"{words[0].upper()}{words[1:]}: {FIELDS.get(field, field.replace('_', ' '))}"


def rule_words(dispute: Dispute) -> str:
    """Why the first statement is taken, in words."""
    best, other = dispute.statements[:2]
    match dispute.rule:
        case "reliability":
            return f"Decided by the source's reliability: {best.reliability} before {other.reliability}."
        case "credibility":
            figures = f"{best.credibility or 'none'} before {other.credibility or 'none given'}"
            return f"Sources of one grade; decided by the statement's credibility: {figures}."
        case "asserted":
            later, earlier = when_words(best.asserted), when_words(other.asserted)
            return f"Same grade; decided by the later statement: {later} after {earlier}."
    return RULES[dispute.rule]
