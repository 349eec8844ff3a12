"""The page of an order: its money and state, its steps, what is to be done now, its papers, and what happened."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from centre.pages.console.special.drawn import Button, Drawn, Viewing
from centre.pages.console.trade import timeline
from centre.pages.console.trade.now import OPEN_PAYMENT, Next, next_of
from kernel.text import Text

STEPS: Final = (
    ("placed", Text("下单", "Ordered")),
    ("signed", Text("签约", "Signed")),
    ("paid", Text("付款托管", "Paid into escrow")),
    ("delivered", Text("交付", "Delivered")),
    ("accepted", Text("验收", "Accepted")),
    ("settled", Text("结算", "Settled")),
)
MONEY: Final = {
    "placed": Text("待付款", "to be paid"),
    "paid": Text("托管中", "in escrow"),
    "delivered": Text("托管中", "in escrow"),
    "accepted": Text("结算中", "being settled"),
    "settled": Text("已结算", "settled"),
    "cancelled": Text("已取消，未付款", "cancelled, nothing was paid"),
    "expired": Text("已失效，未付款", "expired, nothing was paid"),
    "refunded": Text("已退款", "refunded"),
}
"""What has become of the price, by the state of the order."""
ENDED: Final = frozenset({"cancelled", "expired", "refunded"})


@dataclass(frozen=True, slots=True)
class Mark:
    """One step of an order: past since a moment, the one that waits now, or still to come."""

    title: Text
    state: str
    at: str | None
    waits_for_us: bool = False


@dataclass(frozen=True, slots=True)
class Paper:
    """A signed document of the order, or when there will be one."""

    title: Text
    id: str | None
    meanwhile: Text


async def order(asked: Viewing) -> Drawn:
    """Everything that the order's own page shows above its facts."""
    told = asked.told
    ids = {"order_id": told["id"]}
    agreement_id = told["agreement_id"]
    agreement = await asked.read("get_agreement", {"agreement_id": agreement_id}) if agreement_id else None
    payments = (await asked.read("list_payments", order_id=told["id"]) or {}).get("items", [])
    delivery = await asked.read("get_delivery", ids) if told["paid_at"] else None
    settlement = await asked.read("get_settlement", ids) if told["status"] == "settled" else None
    side = side_of(asked.party, told)
    upcoming = next_of(told, agreement, payments, delivery, side, asked.party)
    names = await party_names(asked, told, agreement)
    subjects = [told["id"], agreement_id, *(each["id"] for each in payments), (delivery or {}).get("id")]
    return Drawn(
        "console/trade/order.html",
        {
            "order": told,
            "money_state": MONEY[told["status"]],
            "marks": marks(told, agreement, upcoming),
            "upcoming": upcoming,
            "paying": _paying(told, payments, side),
            "buttons": buttons(asked, upcoming, told, agreement_id, payments),
            "names": names,
            "settlement": settlement,
            "papers": papers(agreement, delivery, settlement),
            "files": (delivery or {}).get("files") or _agreed_files(agreement),
            "delivery": delivery,
            "lines": await timeline.of(asked, [each for each in subjects if each], names),
        },
    )


def side_of(party: str, told: Mapping[str, Any]) -> str:
    """Which side of an order looks: the buyer, its provider, or an officer of the centre."""
    return "buyer" if told["buyer"] == party else "provider" if told["provider"] == party else "officer"


def marks(told: Mapping[str, Any], agreement: Mapping[str, Any] | None, upcoming: Next) -> list[Mark]:
    """The six steps with their moments; the first that is not done waits, unless the order has ended."""
    at = {name: told[f"{name}_at"] for name, _ in STEPS if name != "signed"}
    at["signed"] = (agreement or {}).get("in_force_at")
    made: list[Mark] = []
    for name, title in STEPS:
        is_next = at[name] is None and all(each.state == "past" for each in made)
        state = "past" if at[name] else "now" if is_next and told["status"] not in ENDED else ""
        made.append(Mark(title, state, at[name], state == "now" and upcoming.is_ours))
    return made


def papers(
    agreement: Mapping[str, Any] | None,
    delivery: Mapping[str, Any] | None,
    settlement: Mapping[str, Any] | None,
) -> list[Paper]:
    """The three documents of an order."""
    return [
        Paper(
            Text("数据提供协议", "Agreement"),
            (agreement or {}).get("document_id"),
            Text("双方签署后签发", "when both have signed"),
        ),
        Paper(
            Text("交付签收单", "Delivery receipt"), (delivery or {}).get("receipt_id"), Text("签收后签发", "on receipt")
        ),
        Paper(
            Text("结算单", "Settlement statement"),
            (settlement or {}).get("document_id"),
            Text("验收后签发", "after acceptance"),
        ),
    ]


def buttons(
    asked: Viewing,
    upcoming: Next,
    told: Mapping[str, Any],
    agreement_id: str | None,
    payments: list[Mapping[str, Any]],
) -> list[Button]:
    """The steps that the member may take now, the first of them the one that is waited for."""
    ids = {
        "order_id": str(told["id"]),
        "agreement_id": agreement_id or "",
        "payment_id": str(_payment(payments)),
        "complaint_id": told["complaint_id"] or "",
    }
    made = []
    for step in upcoming.steps:
        operation = asked.whole.by_name[step.name]
        if operation.method == "get":
            href = asked.address(operation.at(ids)) if asked.may(step.name) else ""
        else:
            href = asked.step(step.name, ids, **dict(step.query))
        if href:
            made.append(Button(step.title, href, step.weight))
    return made


def _payment(payments: list[Mapping[str, Any]]) -> str:
    """The payment that goes on, else the last one; they are told in the order of their opening."""
    going_on = [each for each in payments if each["status"] in ("opened", "succeeded")]
    return str((going_on or payments)[-1]["id"]) if payments else ""


async def party_names(asked: Viewing, told: Mapping[str, Any], agreement: Mapping[str, Any] | None) -> dict[str, str]:
    """What the sides are called, by their ids, as far as the member is shown it."""
    sign_in = asked.request.user.sign_in
    names = {asked.party: sign_in.party_name} if sign_in else {}
    for side in ("provider", "consumer"):
        named = ((agreement or {}).get("content") or {}).get(side)
        if isinstance(named, dict):
            names[named["party_id"]] = named["name"]
    if told["provider"] not in names and told.get("listing_id"):
        listing = await asked.read("get_listing", {"listing_id": told["listing_id"]})
        if listing:
            names[told["provider"]] = listing["provider"]["name"]
    return names


def _paying(told: Mapping[str, Any], payments: list[Any], side: str) -> Any:
    """The payment that is waited for, for whoever makes it and for whoever confirms it."""
    if told["status"] != "placed" or side == "provider":
        return None
    return next((each for each in payments if each["status"] in OPEN_PAYMENT), None)


def _agreed_files(agreement: Mapping[str, Any] | None) -> list[Any]:
    """The files that are agreed on, before there is a delivery of them."""
    content = (agreement or {}).get("content") or {}
    return list((content.get("subject") or {}).get("files") or [])
