"""Forms of a trade that begin with what is told already, and say what follows from them."""

from collections.abc import Sequence
from datetime import date

from centre.pages.console.special.drawn import Drawn, Viewing
from contracts.policy.rules import vocabularies
from kernel.runtime import Runtime
from kernel.text import Text, kind_of
from kernel.time.clock import day_in_china
from market.complaints.rules import TABLE, Window


async def placing(asked: Viewing) -> Drawn:
    """An order of a listing, or a line of a cart: what it is and costs, and the purposes that its licence allows."""
    listing_id = asked.query.get("listing_id", "")
    listing = await asked.read("get_listing", {"listing_id": listing_id}) if listing_id else None
    purposes = listing["licence"]["purposes"] if listing else []
    values = {"purpose": purposes[0]} if len(purposes) == 1 else {}
    context = {
        "listing": listing,
        "purposes": named_purposes(asked, purposes),
        "in_cart": "/carts/" in asked.path,
        "cart_href": await _cart(asked, listing_id),
    }
    return Drawn("console/trade/place-order.html", context, values)


async def _cart(asked: Viewing, listing_id: str) -> str:
    """Where a listing is put into the cart that is open; empty where none is."""
    if "/carts/" in asked.path or not listing_id:
        return ""
    opened = (await asked.read("list_carts", status="open", limit="1") or {}).get("items", [])
    return asked.step("put_cart_line", {"cart_id": opened[0]["id"]}, listing_id=listing_id) if opened else ""


def named_purposes(asked: Viewing, codes: Sequence[str]) -> list[tuple[str, Text]]:
    """Purposes by what today's vocabulary calls them; without any, all that it has."""
    words = {each.code: Text(each.zh, each.en) for each in vocabularies().at(_today(asked)).body.purpose}
    return [(code, words.get(code, Text(code, code))) for code in codes or words]


def _today(asked: Viewing) -> date:
    runtime: Runtime = asked.request.app.state.runtime
    return day_in_china(runtime.clock.now())


async def accepting(asked: Viewing) -> Drawn:
    """The acceptance of an order: what it sets going, in money and days."""
    told = await asked.read("get_order", asked.ids("accept_order"))
    agreement = await asked.read("get_agreement", {"agreement_id": told["agreement_id"]}) if told else None
    return Drawn("console/trade/accept.html", {"order": told, "agreement": agreement})


async def receipt(asked: Viewing) -> Drawn:
    """The confirmation of receipt: of every delivered file the digest is stated by whoever has it."""
    delivery = await asked.read("get_delivery", asked.ids("confirm_receipt"))
    files = (delivery or {}).get("files", [])
    values = {f"files/{n}/name": each["name"] for n, each in enumerate(files)}
    return Drawn("console/trade/receipt.html", {"files": files}, values)


async def complaint(asked: Viewing) -> Drawn:
    """A complaint: about what, for which of the reasons that are heard, and what is asked for."""
    about = kind_of(asked.query.get("about", ""))
    reasons = [
        each
        for each in TABLE.at(_today(asked)).body.reason
        if about is None or (each.window is Window.BILL) is (about == "bill")
    ]
    return Drawn(
        "console/trade/complaint.html",
        {"reasons": [(each.code, Text(each.zh, each.en)) for each in reasons]},
    )


async def links(asked: Viewing) -> Drawn:
    """The links that were opened: each file with its digest, and the receipt that comes next."""
    ids = asked.ids("open_links")
    order = await asked.read("get_order", ids)
    waits = order is not None and order["status"] == "paid"
    return Drawn(
        "console/trade/links.html",
        {
            "links": asked.told,
            "receipt_href": asked.step("confirm_receipt", ids) if waits else "",
            "order_href": asked.address(f"/v1/orders/{ids['order_id']}"),
        },
    )
