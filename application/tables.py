"""The tables of a view, each by a method whose arguments are its filters.

These signatures are the one declaration of the filters: editors and type checkers read them, and the command line
makes its options of them. A filter takes one word or several, of which any will do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import wraps
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeVar, Union, cast

from armsledger.domain.errors import UsageError
from armsledger.domain.near import did_you_mean
from armsledger.domain.values.stream import KINDS
from armsledger.projections.field_types import choices
from armsledger.projections.filtering import looked_in
from armsledger.projections.projection import Projection
from armsledger.projections.rows import Rows

if TYPE_CHECKING:
    from armsledger.domain.values.money import Money
    from armsledger.domain.values.when import When
    from armsledger.domain.values.words import (
        Direction,
        EngagementStatus,
        Format,
        FrameworkStatus,
        Modality,
        Outcome,
        Position,
        SanctionStatus,
        Stage,
        Strength,
    )
    from armsledger.projections.read_models.deals import DealRow
    from armsledger.projections.read_models.deliveries import DeliveryRow, DeliveryStatus
    from armsledger.projections.read_models.engagements import EngagementRow
    from armsledger.projections.read_models.expectations import ExpectationRow
    from armsledger.projections.read_models.frameworks import FrameworkRow
    from armsledger.projections.read_models.payments import PaymentRow, PaymentStatus
    from armsledger.projections.read_models.revisions import RevisedCell
    from armsledger.projections.read_models.sanctions import Consequence, SanctionRow

Words = str | Sequence[str] | None
"""A word, or several of which any will do: names, codes, keys."""
YesNo = bool | None
Tranche = int | str | Sequence[int | str] | None
Number = int | Decimal | str | None
Day = Union[str, date, "When", None]
"""An end of a range of days: EDTF text such as ``2018-10``, or a date."""
Amount = Union[str, "Money", Decimal, int, None]
"""An end of a range of amounts: ``USD 1bn``; a bare number where ``currency`` names one."""
Ask = TypeVar("Ask", bound=Callable[..., Any])


def with_filters(ask: Ask) -> Ask:
    """A method that refuses filters which it does not have, with what is near."""
    filters = tuple(ask.__kwdefaults__ or ())
    others = ask.__code__.co_varnames[1 : ask.__code__.co_argcount]

    @wraps(ask)
    def checked(self: Any, *given: Any, **filtered: Any) -> Any:
        for name in filtered:
            if name not in filters and name not in others:
                remedy = did_you_mean(name, filters) or f"its filters are {', '.join(filters)}"
                raise UsageError(f"{ask.__name__} has no filter {name!r}", remedy=remedy)
        return ask(self, *given, **filtered)

    return cast(Ask, checked)


def filters_of(view: type[Tables], name: str) -> Mapping[str, str]:
    """The filters of a table's method, and the text of the type of each."""
    ask = getattr(view, name).__wrapped__
    return {each: ask.__annotations__[each] for each in ask.__kwdefaults__ or ()}


def words_of_filter(table: str, name: str) -> tuple[str, ...]:
    """The words that a filter of a built-in table takes, if there are only some."""
    row_type = built_in(table).row
    if name in KINDS:
        return ()
    looked = looked_in(row_type, name)
    return looked.among or tuple(word for field in looked.fields for word in choices(row_type, field))


def built_in(table: str) -> Projection:
    """A projection that every ledger keeps, by its name; only its own file is loaded."""
    found: Projection = getattr(import_module(f"armsledger.projections.read_models.{table}"), table.upper())
    return found


class Tables:
    """The questions that tables answer."""

    def _rows(self, table: str, given: Mapping[str, Any]) -> Rows[Any]:
        raise NotImplementedError

    @with_filters
    def deals(
        self,
        *,
        deal: Words = None,
        supplier: Words = None,
        buyer: Words = None,
        item: Words = None,
        stage: Stage | Sequence[Stage] | None = None,
        possible_stage: Stage | Sequence[Stage] | None = None,
        open: YesNo = None,
        currency: Words = None,
        value_from: Amount = None,
        value_to: Amount = None,
        signed_from: Day = None,
        signed_to: Day = None,
        begun_from: Day = None,
        begun_to: Day = None,
    ) -> Rows[DealRow]:
        """Deals that have at least possibly begun; ``open`` ones are signed or delivering.

        ``item`` is a part of an item's designation. A date or an amount fits a range that it overlaps.
        """
        return self._rows("deals", locals())

    @with_filters
    def payments(
        self,
        *,
        deal: Words = None,
        supplier: Words = None,
        buyer: Words = None,
        item: Words = None,
        open: YesNo = None,
        tranche: Tranche = None,
        status: PaymentStatus | Sequence[PaymentStatus] | None = None,
        currency: Words = None,
        late: YesNo = None,
        certain: YesNo = None,
        payer: Words = None,
        payee: Words = None,
        source: Words = None,
        on_from: Day = None,
        on_to: Day = None,
        due_from: Day = None,
        due_to: Day = None,
        amount_from: Amount = None,
        amount_to: Amount = None,
        outstanding_from: Amount = None,
        outstanding_to: Amount = None,
        slip_from: Number = None,
        slip_to: Number = None,
    ) -> Rows[PaymentRow]:
        """Payments per tranche and currency: scheduled, paid, outstanding, late; slips in days."""
        return self._rows("payments", locals())

    @with_filters
    def deliveries(
        self,
        *,
        deal: Words = None,
        supplier: Words = None,
        buyer: Words = None,
        item: Words = None,
        open: YesNo = None,
        tranche: Tranche = None,
        status: DeliveryStatus | Sequence[DeliveryStatus] | None = None,
        unit: Words = None,
        late: YesNo = None,
        certain: YesNo = None,
        by: Words = None,
        to: Words = None,
        source: Words = None,
        on_from: Day = None,
        on_to: Day = None,
        window_from: Day = None,
        window_to: Day = None,
        expected_from: Day = None,
        expected_to: Day = None,
        count_from: Number = None,
        count_to: Number = None,
        outstanding_from: Number = None,
        outstanding_to: Number = None,
        slip_from: Number = None,
        slip_to: Number = None,
    ) -> Rows[DeliveryRow]:
        """Deliveries per tranche and unit: scheduled or expected, delivered, outstanding, late; slips in days."""
        return self._rows("deliveries", locals())

    @with_filters
    def sanctions(
        self,
        *,
        deal: Words = None,
        supplier: Words = None,
        buyer: Words = None,
        item: Words = None,
        open: YesNo = None,
        by: Words = None,
        against: Words = None,
        basis: Words = None,
        status: SanctionStatus | Sequence[SanctionStatus] | None = None,
        possible_status: SanctionStatus | Sequence[SanctionStatus] | None = None,
        strength: Strength | Sequence[Strength] | None = None,
        position: Position | Sequence[Position] | None = None,
        consequence: Consequence | Sequence[Consequence] | None = None,
        since_from: Day = None,
        since_to: Day = None,
        days_from: Number = None,
        days_to: Number = None,
    ) -> Rows[SanctionRow]:
        """Lines of sanctions that are at least possible; ``days`` are those from the trigger to the consequence."""
        return self._rows("sanctions", locals())

    @with_filters
    def expectations(
        self,
        *,
        stream: Words = None,
        deal: Words = None,
        supplier: Words = None,
        buyer: Words = None,
        item: Words = None,
        open: YesNo = None,
        overdue: YesNo = None,
        what: Words = None,
        modality: Modality | Sequence[Modality] | None = None,
        holder: Words = None,
        source: Words = None,
        outcome: Outcome | Sequence[Outcome] | None = None,
        possible_outcome: Outcome | Sequence[Outcome] | None = None,
        due_from: Day = None,
        due_to: Day = None,
        stated_from: Day = None,
        stated_to: Day = None,
        met_from: Day = None,
        met_to: Day = None,
        slip_from: Number = None,
        slip_to: Number = None,
    ) -> Rows[ExpectationRow]:
        """Expectations stated by the date; those are ``overdue`` whose window has passed unmet, in whole or part.

        ``open`` asks for those about open deals, ``slip_from`` and ``slip_to`` for days.
        """
        return self._rows("expectations", locals())

    @with_filters
    def engagements(
        self,
        *,
        engagement: Words = None,
        participants: Words = None,
        status: EngagementStatus | Sequence[EngagementStatus] | None = None,
        possible_status: EngagementStatus | Sequence[EngagementStatus] | None = None,
        format: Format | Sequence[Format] | None = None,
        series: Words = None,
        level: Words = None,
        place: Words = None,
        held_from: Day = None,
        held_to: Day = None,
        planned_from: Day = None,
        planned_to: Day = None,
        expected_from: Day = None,
        expected_to: Day = None,
    ) -> Rows[EngagementRow]:
        """Meetings that are at least possibly known of."""
        return self._rows("engagements", locals())

    @with_filters
    def frameworks(
        self,
        *,
        framework: Words = None,
        parties: Words = None,
        title: Words = None,
        status: FrameworkStatus | Sequence[FrameworkStatus] | None = None,
        possible_status: FrameworkStatus | Sequence[FrameworkStatus] | None = None,
        signed_from: Day = None,
        signed_to: Day = None,
        until_from: Day = None,
        until_to: Day = None,
    ) -> Rows[FrameworkRow]:
        """Framework agreements that are at least possibly known of."""
        return self._rows("frameworks", locals())

    @with_filters
    def revisions(
        self,
        *,
        deal: Words = None,
        supplier: Words = None,
        buyer: Words = None,
        item: Words = None,
        column: Words = None,
        classes: Words = None,
        direction: Direction | Sequence[Direction] | None = None,
        release: Words = None,
        released_from: Day = None,
        released_to: Day = None,
        change_from: Number = None,
        change_to: Number = None,
        slip_from: Number = None,
        slip_to: Number = None,
    ) -> Rows[RevisedCell]:
        """What releases of a register changed by the date, a row for each deal, release and column.

        ``release`` is the key of a release or its day, ``classes`` one class of a change or several. ``change_from``
        and ``change_to`` are numbers or volumes (what went down is less than 0), ``slip_from`` and ``slip_to`` years.
        """
        return self._rows("revisions", locals())
