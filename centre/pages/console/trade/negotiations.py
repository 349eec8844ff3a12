"""Pages of a negotiation: what the last round changed, every round, and the forms by which it goes on."""

from collections.abc import Mapping
from typing import Any

import msgspec

from centre.pages.console.special.drawn import Button, Drawn, Values, Viewing
from centre.pages.console.trade.forms import named_purposes
from contracts.terms.binding import bound
from contracts.terms.document import Terms, plain
from kernel.text import Text

ACTIONS = {
    "accept": ("accept_negotiation", Text("接受末轮条件", "Accept the last terms"), "primary"),
    "counter": ("counter_negotiation", Text("还价", "Make a counter-offer"), "quiet"),
    "reject": ("reject_negotiation", Text("拒绝", "Reject"), "danger"),
    "withdraw": ("withdraw_negotiation", Text("撤回", "Withdraw"), "danger"),
}
OWN = {
    "own/amount": Text("价款", "Price"),
    "own/days": Text("许可天数", "Days of the licence"),
}
"""What a round is entered by; everything else of its terms stays as it was."""


async def negotiation(asked: Viewing) -> Drawn:
    """A negotiation: whose move it is and until when, what the last round changed, and every round."""
    told = asked.told
    ids = {"negotiation_id": told["id"]}
    rounds = told["rounds"]
    compared = await asked.read("compare_rounds", ids) if len(rounds) > 1 else None
    ways = []
    for each in told["allowed_actions"]:
        if each in ACTIONS:
            name, title, weight = ACTIONS[each]
            ways.append(Button(title, asked.step(name, ids), weight))
    ways.sort(key=lambda each: ("primary", "quiet", "danger").index(each.weight))
    return Drawn(
        "console/trade/negotiation.html",
        {
            "negotiation": told,
            "rounds": [(each, _price(each["terms"]), _days(each["terms"])) for each in reversed(rounds)],
            "compared": compared,
            "buttons": [each for each in ways if each.href],
            "is_ours": told["owner"] == asked.party,
            "is_by_us": lambda party: party == asked.party,
            "order_href": asked.address(f"/v1/orders/{told['order_id']}") if told["order_id"] else "",
        },
    )


async def accepting(asked: Viewing) -> Drawn:
    """The acceptance of the last round, whose digest it names."""
    told = await asked.read("get_negotiation", asked.ids("accept_negotiation"))
    last = told["rounds"][-1] if told else None
    values = {"terms_digest": last["terms_digest"]} if last else {}
    context = {"last": last, "price": _price(last["terms"]) if last else None, "days": last and _days(last["terms"])}
    return Drawn("console/trade/accept-round.html", context, values, confirms=True)


async def countering(asked: Viewing) -> Drawn:
    """A counter-offer: the last round's terms at another price or for another time."""
    told = await asked.read("get_negotiation", asked.ids("counter_negotiation"))
    return _round(told["rounds"][-1]["terms"] if told else None, asked, {})


async def requesting(asked: Viewing) -> Drawn:
    """A first offer to the provider of a listing: its terms, bound to whoever asks, at a price of one's own."""
    listing_id = asked.query.get("listing_id", "")
    offered = await asked.read("get_listed_terms", {"listing_id": listing_id}) if listing_id else None
    listing = await asked.read("get_listing", {"listing_id": listing_id}) if offered else None
    terms = offered["terms"] if offered else None
    return _round(terms, asked, {"listing": listing, "purposes": named_purposes(asked, _purposes(terms))})


def _round(terms: Mapping[str, Any] | None, asked: Viewing, context: Mapping[str, Any]) -> Drawn:
    """The form of a round over these terms; without any the plain form of the API."""
    if terms is None:
        return Drawn("console/form.html", {})
    price = _price(terms)
    values = {"own/amount": price["amount"] if price else "", "own/days": str(_days(terms) or "")}

    def into(entered: Values) -> Values:
        rest = {name: value for name, value in entered.items() if name not in OWN}
        purpose = str(entered.get("purpose", "")) if "purposes" in context else None
        return rest | {"terms": msgspec.json.encode(_changed(terms, entered, asked.party, purpose)).decode()}

    return Drawn(
        "console/trade/round.html",
        {"price": price, "days": _days(terms), "listing": None, "purposes": [], **context},
        values,
        OWN,
        into,
    )


def _changed(terms: Mapping[str, Any], entered: Values, party: str, purpose: str | None) -> dict[str, Any]:
    """Terms with the price and the days that were entered; of a listing's, bound to the party and its purpose first."""
    whole = msgspec.convert(terms, Terms)
    if purpose is not None:
        whole = bound(whole, party, purpose, str(entered.get("use_case", "")))
    made = plain(whole)
    if (amount := str(entered.get("own/amount", ""))) and (price := _price(made)):
        made["price"] = {"kind": "one-off", "amount": {"amount": amount, "currency": price["currency"]}}
    days = str(entered.get("own/days", ""))
    for rule in (made.get("policy") or {}).get("permissions", ()):
        if days.isascii() and days.isdigit() and "window_days" in rule:
            rule["window_days"] = int(days)
    return made


def _price(terms: Mapping[str, Any]) -> Any:
    """The amount of a price that is one amount; None for every other kind."""
    return (terms.get("price") or {}).get("amount")


def _days(terms: Mapping[str, Any]) -> int | None:
    days = [each.get("window_days") for each in (terms.get("policy") or {}).get("permissions", ())]
    return next((each for each in days if each), None)


def _purposes(terms: Mapping[str, Any] | None) -> list[str]:
    rules = ((terms or {}).get("policy") or {}).get("permissions", ())
    return list(dict.fromkeys(each for rule in rules for each in rule.get("purposes", ())))
