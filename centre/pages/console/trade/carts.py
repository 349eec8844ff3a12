"""The page of a cart: what is in it, what it costs now, what stands against it, and the order of all of it."""

from typing import Any

from centre.pages.console.special.drawn import Button, Drawn, Viewing
from centre.pages.console.trade.forms import named_purposes
from kernel.text import Text

PLACE = Text("一并下单", "Order all of it")
PAY = Text("合并付款", "Pay for all by one transfer")


async def cart(asked: Viewing) -> Drawn:
    """A cart with its lines; those that cannot be bought as they stand say why."""
    told = asked.told
    ids = {"cart_id": told["id"]}
    is_open = told["status"] == "open"
    ways: list[Button] = []
    if is_open:
        if told["lines"] and not any(each["faults"] for each in told["lines"]):
            ways.append(Button(PLACE, asked.step("place_cart", ids), "primary"))
        ways.append(Button(Text("放入商品", "Put something in"), asked.step("put_cart_line", ids)))
        ways.append(Button(Text("清空购物车", "Discard the cart"), asked.step("discard_cart", ids), "danger"))
    elif told["status"] == "placed":
        ways.append(Button(PAY, asked.step("pay_cart", ids), "primary"))
    lines = [
        (
            each,
            asked.step("take_cart_line_out", {**ids, "number": str(each["n"])}) if is_open else "",
            asked.address(f"/v1/orders/{each['order_id']}") if each["order_id"] else "",
        )
        for each in told["lines"]
    ]
    shown = {"lines": lines, "is_open": is_open, "buttons": [each for each in ways if each.href]}
    return Drawn("console/trade/cart.html", {**_named(asked, told), **shown})


def _named(asked: Viewing, told: Any) -> dict[str, Any]:
    """A cart with what its purposes are called."""
    codes = [each["purpose"] for each in told["lines"]] if told else []
    return {"cart": told, "purposes": dict(named_purposes(asked, codes))}


async def placing(asked: Viewing) -> Drawn:
    """The order of a whole cart, whose total it confirms."""
    told = await asked.read("get_cart", asked.ids("place_cart"))
    total = (told or {}).get("total") or {}
    return Drawn(
        "console/trade/place-cart.html",
        {"cart": told},
        {f"total/{name}": each for name, each in total.items()},
        confirms=True,
    )


async def approving(asked: Viewing) -> Drawn:
    """The approval of a cart as it stands, whose digest it names."""
    told = await asked.read("get_cart", asked.ids("approve_cart"))
    return Drawn(
        "console/trade/place-cart.html", _named(asked, told), {"digest": told["digest"]} if told else {}, confirms=True
    )
