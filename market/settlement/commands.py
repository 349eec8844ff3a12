"""Settling an accepted order: books, settlement, order and statement move together or not at all."""

from dataclasses import asdict, dataclass
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.agreements import licensing
from contracts.agreements.commands import party_facts
from contracts.agreements.models import Agreement
from contracts.terms.prices import Plan
from kernel import ids
from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.db import locked, one
from kernel.documents.commands import issue
from kernel.documents.models import Document
from kernel.money import Money
from kernel.states import Role
from kernel.time.clock import day_in_china, timestamp
from market.ledger import book
from market.ledger import queries as books
from market.orders import commands as orders
from market.orders.models import Order
from market.orders.states import ORDER, OrderAction, OrderState
from market.price_spreads import commands as price_spreads
from market.settlement import distributing, queries
from market.settlement.distributing import Shared
from market.settlement.errors import EscrowAboveDue
from market.settlement.models import Settlement
from market.settlement.verify import FORM
from market.settlement.waterfall import amount
from market.splits import tree as trees
from market.splits.models import DistributionLeg
from market.withholding.holding import hold_part
from market.withholding.queries import COMPLAINT, Ground
from rights.grants.vocabulary import words
from valuation.market_evidence.commands import Trade, admit


async def distribute(
    act: Act, *, subject: str, agreement_id: str, account: str, money: Money, whole_to: str | None = None
) -> Shared:
    """Share out money of an order or a bill (`subject`) that `account` holds, by the agreement's frozen tree, once.

    What is no price, but a cost that the provider is paid back, goes as a whole to that party (`whole_to`).
    Raises AlreadyPosted for a subject that was shared out, and Overdraft where the account does not hold the money.
    """
    agreement = await one(act.session, Agreement, agreement_id)
    order = await one(act.session, Order, agreement.licensed.order_id)
    on = day_in_china(order.placed_at)
    return await distributing.distribute(
        act, subject=subject, agreement=agreement, account=account, money=money, ordered_on=on, whole_to=whole_to
    )


async def settle(act: Act, order_id: str) -> Settlement | None:
    """Release an accepted order's money from escrow; an order that is settled already is left as it is.

    Where nothing was paid nothing is settled but the order: there is no statement, and no price that others compare.
    Raises Overdraft where escrow does not hold what is to be shared out, and EscrowAboveDue where it holds more.
    """
    order = await locked(act.session, Order, order_id)
    if order.status is OrderState.SETTLED:
        return await queries.of_order(act.session, order_id)
    ORDER.next(order.status, OrderAction.SETTLE, Role.SYSTEM)
    gross = await _to_be_shared(act, order)
    if gross.minor == 0:
        await orders.mark_settled(act, order, None)
        return None
    agreement = await act.session.get_one(Agreement, order.agreement_id)
    on, held = day_in_china(order.placed_at), book.escrow(order.id)
    shared = await distributing.distribute(
        act, subject=order.id, agreement=agreement, account=held, money=gross, ordered_on=on
    )
    await _hold_disputed(act, order, shared)
    row = await _stored(act, order, agreement, shared)
    document = await act.session.get_one(Document, row.document_id)
    deal = Deal(row.id, document.sha256, Money(row.gross_minor, row.currency), whole=True)
    await as_evidence(act, order, agreement, deal)
    return row


async def _to_be_shared(act: Act, order: Order) -> Money:
    """The order's price less what went back of it, whose row is locked; raises EscrowAboveDue where more is held."""
    due = Money(order.amount_minor, order.currency) - await books.gone_back(act.session, order.id, order.currency)
    held = await books.balance(act.session, book.escrow(order.id), order.currency)
    if held.minor > due.minor:
        raise EscrowAboveDue(order=order.id, held=str(held), due=str(due))
    return due


async def _hold_disputed(act: Act, order: Order, shared: Shared) -> None:
    """Keep of each share its part of what a complaint that is open disputes, before anybody can be paid it."""
    if order.complaint_id is None or not order.disputed_minor:
        return
    why = Ground(COMPLAINT, order.complaint_id, "该订单的投诉尚未了结 · a complaint of the order is open")
    disputed = Money(order.disputed_minor, order.currency)
    await hold_part(act.by(SYSTEM), shared.row, shared.legs, [leg.amount_minor for leg in shared.legs], disputed, why)


async def _stored(act: Act, order: Order, agreement: Agreement, shared: Shared) -> Settlement:
    """The order moves, the statement is issued and the settlement's figures are kept."""
    settlement_id, parts = ids.new("stl"), shared.parts
    await orders.mark_settled(act, order, settlement_id)
    document = await statement(act, order, agreement, settlement_id, shared)
    provider = shared.part_of(order.provider)
    row = Settlement(
        id=settlement_id,
        order_id=order.id,
        buyer=order.buyer,
        provider=order.provider,
        gross_minor=parts.gross.minor,
        tax_minor=parts.tax.minor,
        fee_minor=parts.fee.minor,
        others_minor=(parts.distributable - provider).minor,
        provider_minor=provider.minor,
        currency=order.currency,
        lines=shared.row.lines,
        policy=shared.row.policies["fees"],
        distribution_id=shared.row.id,
        ledger_entry_id=shared.row.ledger_entry_id,
        document_id=document.id,
        settled_at=act.at,
    )
    act.session.add(row)
    await act.session.flush()  # The unique order must speak here, inside the unit.
    return row


@dataclass(frozen=True, slots=True)
class Deal:
    """What others compare a settled order by: its price with what proves it, and whether all that was agreed came."""

    id: str
    evidence_sha256: str
    price: Money
    whole: bool


async def as_evidence(act: Act, order: Order, agreement: Agreement, deal: Deal) -> None:
    """Hand the trade to valuation in the same transaction: a trade at one price is a comparable, no other is.

    Only what came as a whole is on terms that others have had too.
    """
    terms = licensing.terms_of(agreement, act.at)
    if terms is not None and isinstance(terms.price, Plan):  # What a plan asks first is no price of its licence.
        return
    marks: tuple[str, ...] = ()
    if terms is not None and deal.whole:
        marks = await price_spreads.note(act, order, terms, deal.id, deal.price)
    policy = licensing.agreed_policy(agreement, act.at)
    rights = words(policy.vocabulary).rights_of({action for rule in policy.permissions for action in rule.actions})
    trade = Trade(
        settlement_id=deal.id,
        document_sha256=deal.evidence_sha256,
        asset_id=order.asset_id,
        revision_id=order.revision_id,
        title=f"{order.title_zh} {order.title_en}",
        parties=(order.buyer, order.provider),
        price=deal.price,
        right="+".join(str(right).lower() for right in rights),
        mode="one-off",
        term_days=agreement.term_days,
        licence=order.licence,
        whole=deal.whole,
        marks=marks,
    )
    await admit(act, trade)


ORDER_OF_SHARING: Final = "LT-STL-03"
"""The rule by which money is shared out; statements name it."""


async def statement(act: Act, order: Order, agreement: Agreement, settlement_id: str, shared: Shared) -> Document:
    """Issue the statement with every figure and the tree, so that anybody who holds it can compute it again.

    Of a part of a delivery `settlement_id` is the part's id.
    """
    parts, row = shared.parts, shared.row
    claims: dict[str, Any] = {
        "form": FORM,
        "rule": ORDER_OF_SHARING,
        "settlement_id": settlement_id,
        "settled_at": timestamp(act.at),
        "order": {
            "order_id": order.id,
            "title_zh": order.title_zh,
            "title_en": order.title_en,
            "listing_id": order.listing_id,
            "payment_id": order.payment_id,
            "placed_at": timestamp(order.placed_at),
            "accepted_at": timestamp(order.accepted_at or act.at),
        },
        "agreement": {"agreement_id": agreement.id, "digest": agreement.digest},
        "buyer": asdict(await party_facts(act.session, order.buyer)),
        "provider": asdict(await party_facts(act.session, order.provider)),
        "gross": amount(parts.gross),
        "tax": amount(parts.tax),
        "net": amount(parts.net),
        "lines": row.lines,
        "fee": amount(parts.fee),
        "distributable": amount(parts.distributable),
        "shares": [await _share(act.session, leg) for leg in shared.legs if leg.party_id is not None],
        "tree": trees.plain(shared.tree),
        "tree_sha256": row.tree_sha256,
        "ledger": {
            "entry_id": row.ledger_entry_id,
            "reference": shared.entry.reference,
            "postings": [{"debit": leg.debit, "credit": leg.credit, **amount(leg.money)} for leg in shared.entry.legs],
        },
        "policies": row.policies,
    }
    parties = (order.buyer, order.provider, *sorted(trees.parties(shared.tree)))
    return await issue(act.by(SYSTEM), "settlement-statement", settlement_id, claims, parties=parties)


async def _share(session: AsyncSession, leg: DistributionLeg) -> dict[str, Any]:
    """One share with its holder's name, and where it went."""
    party = asdict(await party_facts(session, str(leg.party_id)))
    where = {"asset_id": leg.asset_id, "grant_id": leg.grant_id, "account": leg.account}
    return {"kind": leg.kind, **party, **where, "money": amount(Money(leg.amount_minor, leg.currency))}
