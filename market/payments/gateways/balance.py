"""Stripe's own account of the centre's money: its balance transactions and its balance, read and never written.

Amounts are integers of minor units. A rate is read as the decimal that Stripe wrote: the SDK gives a float.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final, Protocol, cast

import stripe

from kernel.runtime import Runtime
from market.payments.gateways.stripe import client_of

PAGE: Final = 100
_EXTRA: Final = "stripe_balance_source"


@dataclass(frozen=True, slots=True)
class SeenTransaction:
    """A balance transaction: `net` moved on the balance, which is `amount` less `fee`.

    `source` is the object that caused it; `of_transfer` the transfer of a reversal; `traces` what a bank may quote.
    """

    reference: str
    kind: str
    amount_minor: int
    fee_minor: int
    net_minor: int
    currency: str
    source: str | None
    exchange_rate: Decimal | None
    created_at: datetime
    of_transfer: str | None
    traces: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SeenPage:
    """Some balance transactions, the newest first; `next` is where the page after it begins."""

    items: tuple[SeenTransaction, ...]
    next: str | None


class BalanceSource(Protocol):
    """Whoever tells what moved on the centre's balance."""

    async def transactions(self, since: datetime | None, after: str | None) -> SeenPage:
        """A page of what moved since a moment; raises GatewayUnavailable."""
        ...

    async def balance(self) -> dict[str, int]:
        """What stands on the balance by currency, whether it may be drawn yet or not; raises GatewayUnavailable."""
        ...


class StripeBalance:
    """Reads the platform's own balance with the real SDK."""

    def __init__(self, runtime: Runtime) -> None:
        self._settings = runtime.settings

    async def transactions(self, since: datetime | None, after: str | None) -> SeenPage:
        """One page, each with its source, read from the raw body so that no rate becomes a float."""
        params: dict[str, Any] = {"limit": PAGE, "expand": ["data.source"]}
        if since is not None:
            params["created"] = {"gte": int(since.timestamp())}
        if after is not None:
            params["starting_after"] = after
        async with client_of(self._settings.stripe_api_key, self._settings.stripe_api_base) as client:
            answer = await client.raw_request_async("get", "/v1/balance_transactions", **params)
        body = json.loads(cast(str, answer.body), parse_float=Decimal)
        items = tuple(seen_transaction(each) for each in body["data"])
        return SeenPage(items, items[-1].reference if body["has_more"] else None)

    async def balance(self) -> dict[str, int]:
        """Available and pending together: a transaction counts from the moment that it is written."""
        async with client_of(self._settings.stripe_api_key, self._settings.stripe_api_base) as client:
            found = await client.v1.balance.retrieve_async()
        sums: dict[str, int] = {}
        parts: list[stripe.Balance.Available | stripe.Balance.Pending] = [*found.available, *found.pending]
        for part in parts:
            currency = part.currency.upper()
            sums[currency] = sums.get(currency, 0) + part.amount
        return sums


def balance_source(runtime: Runtime) -> BalanceSource | None:
    """Whoever is asked for the balance; nobody where the centre takes no cards."""
    if not runtime.settings.stripe_api_key:
        return None
    return cast(BalanceSource, runtime.extras.setdefault(_EXTRA, StripeBalance(runtime)))


def seen_transaction(raw: dict[str, Any]) -> SeenTransaction:
    """A balance transaction as Stripe writes it, its source expanded or not."""
    source = raw.get("source")
    whole: dict[str, Any] = source if isinstance(source, dict) else {}
    rate = raw.get("exchange_rate")
    trace = whole.get("trace_id") or {}
    traces = (whole.get("id"), trace.get("value"), whole.get("statement_descriptor"))
    return SeenTransaction(
        reference=raw["id"],
        kind=raw["type"],
        amount_minor=raw["amount"],
        fee_minor=raw["fee"],
        net_minor=raw["net"],
        currency=raw["currency"].upper(),
        source=whole.get("id") or source or None,
        exchange_rate=None if rate is None else Decimal(rate),
        created_at=datetime.fromtimestamp(raw["created"], UTC),
        of_transfer=whole.get("transfer"),
        traces=tuple(each for each in traces if each) if raw["type"] == "payout" else (),
    )
