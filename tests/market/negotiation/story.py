"""What negotiations of tests begin with: terms for a listing, and two sides that answer each other."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import msgspec

from contracts.policy.rules import from_terms, vocabularies
from contracts.terms.binding import bound, offered
from contracts.terms.document import Delivery, Terms, plain
from contracts.terms.prices import Free, OneOff
from contracts.usage.tree import Duty
from kernel.money import MoneyView
from kernel.rules.policy import Policy
from kernel.runtime import Runtime
from kernel.time.clock import day_in_china
from market.listings.models import Listing
from market.offers.rules import RULES, NegotiationRules
from tests.conftest import Client
from tests.contracts.clauses.drafts import LIBRARY, POLICIES, filled
from tests.market.trade import Trade


async def listed(runtime: Runtime, listing_id: str, **over: Any) -> Terms:
    """A listing's licence at its price, as terms for the public."""
    async with runtime.act() as act:
        row = await act.session.get_one(Listing, listing_id)
        licence = from_terms({**row.licence, **over}, vocabularies().at(day_in_china(act.at)))
        price = OneOff(MoneyView(amount="12500.00", currency="CNY"))
        return offered(
            licence, provider=row.provider, asset=row.asset_id, revision=row.revision_id, price=price,
            delivery=Delivery.FILES, listing=row.id,
        )  # fmt: skip


async def between(trade: Trade, amount: str = "12500.00", *, buyer: str | None = None, **over: Any) -> Terms:
    """Terms of the trade's two sides, at a price."""
    terms = bound(await listed(trade.runtime, trade.listing_id, **over), buyer or trade.buyer.party, "risk-control")
    return msgspec.structs.replace(terms, price=OneOff(MoneyView(amount=amount, currency="CNY")))


def body(terms: Terms, **more: Any) -> dict[str, Any]:
    """What a side sends."""
    return {"terms": plain(terms), **more}


def later(runtime: Runtime, **by: float) -> str:
    """A moment after now, as it is sent."""
    return (runtime.clock.now() + timedelta(**by)).isoformat()


def addressed(terms: Terms, *parties: str) -> Terms:
    """Terms for the public, as terms for these parties only."""
    recipients = tuple(f"party:{party}" for party in parties)
    rules = [msgspec.structs.replace(rule, recipients=recipients) for rule in terms.policy.permissions]
    return msgspec.structs.replace(terms, policy=msgspec.structs.replace(terms.policy, permissions=tuple(rules)))


async def upload(client: Client, content: bytes) -> str:
    """A file of somebody's own."""
    made = await client("POST", "/v1/files?name=note.txt&purpose=evidence", content=content)
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


def of_policy(terms: Terms, **sides: Any) -> Terms:
    """Terms with every permission changed."""
    rules = tuple(msgspec.structs.replace(rule, **sides) for rule in terms.policy.permissions)
    return msgspec.structs.replace(terms, policy=msgspec.structs.replace(terms.policy, permissions=rules))


class Fixed:
    """A set of policies with one version, whose numbers a test has made small."""

    def __init__(self, **over: int) -> None:
        now = RULES.versions[-1]
        self.version = replace(now, body=msgspec.structs.replace(now.body, **over))

    def at(self, _: date) -> Policy[NegotiationRules]:
        return self.version


def following(terms: Terms, model: str) -> Terms:
    """Terms that follow a model contract, with its blanks filled in and the duties that its clauses demand."""
    whole = POLICIES[model]
    assert whole is not None
    duties: tuple[Duty, ...] = whole.duties
    priced = any(duty.kind == "pay" for duty in duties)
    wanted = msgspec.structs.replace(
        terms, model=model, clauses=filled(LIBRARY.models[model]), price=terms.price if priced else Free()
    )
    policy = msgspec.structs.replace(wanted.policy, duties=duties)
    wanted = msgspec.structs.replace(wanted, policy=policy)
    if model == "fusion":  # Its clauses keep the data where they are.
        wanted = msgspec.structs.replace(of_policy(wanted, environments=("controlled",)), delivery=Delivery.COMPUTING)
    return wanted if priced else of_policy(wanted, duties=())
