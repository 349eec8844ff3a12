"""Everything the double remembers: objects, balances, idempotency keys, events and planned failures."""

import copy
import itertools
import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import stripe

from .errors import missing

Obj = dict[str, Any]


@dataclass(frozen=True)
class Call:
    """One request as an endpoint sees it."""

    params: Obj
    ids: dict[str, str]
    account: str | None
    request_id: str
    idempotency_key: str | None


@dataclass(frozen=True)
class Failure:
    """One planned failure: `before` loses the request, `after` loses only the answer."""

    status: int
    when: str


@dataclass(frozen=True)
class Answered:
    """What an idempotency key was first used for and what it was answered."""

    fingerprint: str
    status: int
    body: Obj


def visible(obj: Obj) -> Obj:
    """Copy what a client may see, so that a later change never alters a past answer."""
    return {name: copy.deepcopy(value) for name, value in obj.items() if not name.startswith("_")}


@dataclass
class World:
    """The whole state of one double; nothing is kept anywhere else, so two doubles never meet."""

    base_url: str = ""
    publish: Callable[[Obj], None] = lambda _event: None
    objects: dict[str, Obj] = field(default_factory=dict)
    answered: dict[tuple[str, str | None, str], Answered] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)
    _order: Iterator[int] = field(default_factory=itertools.count)
    _call: Call | None = None

    def begin(self, call: Call) -> None:
        """Remember which request causes the events that follow."""
        self._call = call

    def add(self, prefix: str, kind: str, *, account: str | None = None, **fields: Any) -> Obj:
        """Create an object on the platform or on a connected account."""
        obj: Obj = {
            "id": f"{prefix}_{secrets.token_hex(12)}",
            "object": kind,
            "created": int(time.time()),
            "livemode": False,
            "metadata": {},
            **fields,
            "_account": account,
            "_order": next(self._order),
        }
        self.objects[obj["id"]] = obj
        return obj

    def get(self, kind: str, public_id: str, account: str | None = None) -> Obj:
        """Find an object of a kind on the account that asks; what is elsewhere does not exist."""
        obj = self.objects.get(public_id)
        if obj is None or obj["object"] != kind or obj["_account"] != account:
            raise missing(kind, public_id)
        return obj

    def all(self, kind: str, account: str | None = None) -> list[Obj]:
        """List the objects of a kind on one account, newest first."""
        found = [obj for obj in self.objects.values() if obj["object"] == kind and obj["_account"] == account]
        return sorted(found, key=lambda obj: -obj["_order"])

    def move(
        self,
        account: str | None,
        kind: str,
        amount: int,
        currency: str,
        source: str,
        *,
        fee: int = 0,
        status: str = "available",
    ) -> Obj:
        """Write a balance transaction: balances are nothing but sums over these."""
        return self.add(
            "txn",
            "balance_transaction",
            account=account,
            type=kind,
            amount=amount,
            fee=fee,
            net=amount - fee,
            currency=currency,
            source=source,
            status=status,
            available_on=int(time.time()),
        )

    def balance(self, account: str | None, status: str) -> dict[str, int]:
        """Sum what is `available` or `pending` on an account, by currency."""
        sums: dict[str, int] = {}
        for txn in self.all("balance_transaction", account):
            if txn["status"] == status:
                sums[txn["currency"]] = sums.get(txn["currency"], 0) + txn["net"]
        return sums

    def event(self, kind: str, obj: Obj, account: str | None = None) -> None:
        """Record that something happened, with the object as it is now, and hand it to the webhook sender."""
        request = None
        if self._call is not None:
            request = {"id": self._call.request_id, "idempotency_key": self._call.idempotency_key}
        event = self.add(
            "evt", "event", account=account, type=kind, api_version=stripe.api_version,
            data={"object": visible(obj)}, pending_webhooks=0, request=request,
        )  # fmt: skip
        if account is not None:
            event["account"] = account
        self.publish(event)
