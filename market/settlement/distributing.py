"""Sharing money out by an agreement's frozen tree: the books, the shares and what is kept back move together."""

from dataclasses import dataclass
from datetime import date

import msgspec

from contracts.agreements.models import Agreement
from kernel import ids
from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.money import Money
from market.ledger import book
from market.ledger import commands as ledger
from market.settlement import rules
from market.settlement.waterfall import TAX, Portion, Waterfall, entry_of, line, undivided, waterfall
from market.splits import queries as splits
from market.splits import tree as trees
from market.splits.models import Distribution, DistributionLeg
from market.splits.tree import LeafKind, Tree
from market.withholding import commands as withholding
from market.withholding import queries as disputes
from market.withholding.models import WithheldShare
from market.withholding.queries import Ground


@dataclass(frozen=True, slots=True)
class Shared:
    """What came of sharing an amount out."""

    row: Distribution
    legs: tuple[DistributionLeg, ...]
    tree: Tree
    parts: Waterfall
    entry: book.Entry

    def part_of(self, provider: str) -> Money:
        """What the provider itself gets, beside its sources, co-holders and intermediaries."""
        own = (p.money for p in self.parts.portions if (p.leaf.kind, p.leaf.party) == (LeafKind.PROVIDER, provider))
        return sum(own, Money(0, self.parts.gross.currency))


async def distribute(
    act: Act,
    *,
    subject: str,
    agreement: Agreement,
    account: str,
    money: Money,
    ordered_on: date,
    whole_to: str | None = None,
) -> Shared:
    """Share out the money that an account holds for an order or a bill of an agreement (`subject`), once.

    The tariff is that of the day of the order. A share whose title is disputed, or that the clearing officer has
    ordered to be kept back, goes to a withheld account; the others are not affected. With `whole_to` neither tariff nor
    tree has a part in it: the whole is that party's, and no policies are named. Raises AlreadyPosted for a subject
    that was shared out before, and Overdraft where the account does not hold the amount.
    """
    tree = await splits.tree_of(act.session, agreement)
    fees, tax = rules.FEES.at(ordered_on), TAX.at(act.today)
    parts = waterfall(money, tree, fees.body, tax.body) if whole_to is None else undivided(money, whole_to)
    grounds = await _grounds(act, agreement.licensed.order_id, parts.portions)
    accounts = [_account(agreement.licensed.order_id, *each) for each in zip(parts.portions, grounds, strict=True)]
    entry = entry_of(subject, account, parts, accounts)
    posted = await ledger.post(act.by(SYSTEM), entry)
    row = Distribution(
        id=ids.new("dst"),
        subject=subject,
        order_id=agreement.licensed.order_id,
        agreement_id=agreement.id,
        account=account,
        gross_minor=parts.gross.minor,
        tax_minor=parts.tax.minor,
        fee_minor=parts.fee.minor,
        currency=money.currency,
        lines=[line(each) for each in parts.lines],
        policies=msgspec.to_builtins({"fees": fees.ref, "tax": tax.ref} if whole_to is None else {}),
        tree_sha256=trees.digest(tree),
        ledger_entry_id=posted.id,
        created_at=act.at,
    )
    act.session.add(row)
    await act.session.flush()  # The subject must speak here, and the legs refer to it.
    legs = tuple(_legs(row.id, parts, accounts))
    act.session.add_all(legs)
    await act.session.flush()  # What is kept back refers to its leg.
    for leg, why in zip(legs[2:], grounds, strict=True):
        if why is not None and leg.amount_minor:
            await withholding.keep_back(act, row, leg, why)
    return Shared(row, legs, tree, parts, entry)


async def _grounds(act: Act, order_id: str, portions: tuple[Portion, ...]) -> list[Ground | WithheldShare | None]:
    """Why each share is kept back: a decision, or what the register says of the asset that it is for.

    A decision is about everything that a party gets; its own row is for the first share, the others name it.
    """
    found: list[Ground | WithheldShare | None] = []
    decided: dict[str, WithheldShare] = {}
    for portion in portions:
        party, asset = portion.leaf.party, portion.leaf.asset
        if not portion.money.minor:
            found.append(None)
        elif party in decided:
            first = decided[party]
            found.append(Ground(first.ground, first.reference or first.id, first.basis))
        elif (ordered := await disputes.ordered(act.session, order_id, party)) is not None:
            decided[party] = ordered
            found.append(ordered)
        else:
            found.append(await disputes.ground(act, asset) if asset is not None else None)
    return found


def _account(order_id: str, portion: Portion, why: Ground | WithheldShare | None) -> str:
    party = portion.leaf.party
    return book.payable(party) if why is None else book.withheld(order_id, party)


def _legs(distribution_id: str, parts: Waterfall, accounts: list[str]) -> list[DistributionLeg]:
    """The shares in the order of the waterfall: tax, fee, and the leaves of the tree."""

    def leg(n: int, kind: str, account: str, money: Money, **whose: str | None) -> DistributionLeg:
        given = {"party_id": None, "asset_id": None, "grant_id": None, **whose}
        amount = {"amount_minor": money.minor, "currency": money.currency}
        return DistributionLeg(distribution_id=distribution_id, n=n, kind=kind, account=account, **amount, **given)

    made = [leg(0, "tax", book.VAT, parts.tax), leg(1, "fee", book.FEES, parts.fee)]
    for n, (portion, account) in enumerate(zip(parts.portions, accounts, strict=True), start=2):
        leaf = portion.leaf
        whose = {"party_id": leaf.party, "asset_id": leaf.asset, "grant_id": leaf.grant}
        made.append(leg(n, str(leaf.kind), account, portion.money, **whose))
    return made
