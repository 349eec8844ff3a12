"""The page of a payment, and the form by which the clearing officer confirms a transfer."""

from centre.pages.console.special.drawn import Button, Drawn, Viewing
from centre.pages.console.trade import timeline
from kernel.text import Text


async def payment(asked: Viewing) -> Drawn:
    """How to pay and what has come of it."""
    told = asked.told
    ids = {"payment_id": told["id"]}
    is_open = told["status"] == "opened"
    ways = []
    if is_open and "succeed" in told["allowed_actions"]:
        ways.append(Button(Text("确认到账", "Confirm the transfer"), asked.step("confirm_transfer", ids), "primary"))
    if is_open and "cancel" in told["allowed_actions"]:
        ways.append(Button(Text("取消付款", "Cancel the payment"), asked.step("cancel_payment", ids), "danger"))
    of_order = asked.address(f"/v1/orders/{told['order_id']}") if told["order_id"] else ""
    return Drawn(
        "console/trade/payment.html",
        {
            "payment": told,
            "is_open": is_open,
            "is_payer": told["payer"] == asked.party,
            "buttons": [each for each in ways if each.href],
            "order_href": of_order,
            "lines": await timeline.of(asked, [told["id"]], {}),
        },
    )


async def confirming(asked: Viewing) -> Drawn:
    """The confirmation of a transfer, which begins with what is awaited."""
    told = await asked.read("get_payment", asked.ids("confirm_transfer"))
    values = {f"amount/{name}": value for name, value in told["amount"].items()} if told else {}
    return Drawn("console/trade/confirm-transfer.html", {"payment": told}, values)
