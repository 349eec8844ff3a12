"""Refusals of carts."""

from collections.abc import Sequence

from kernel.errors import Conflict, FieldError, Unprocessable
from kernel.text import Text


class CartFaulty(Unprocessable):
    """Some lines cannot be bought as they stand: every fault of every line is named, and nothing is ordered."""

    title = Text("购物车不能下单", "The cart cannot be placed")
    detail = Text(
        "购物车 {cart} 有 {count} 处须处理，请逐项处理后再下单；没有任何订单生成。",
        "The cart {cart} has {count} faults: mend them as they are listed and place it again. Nothing was ordered.",
    )
    rule = "LT-CRT-01"


class CartClosed(Conflict):
    """What was placed, discarded or cleared takes no more lines."""

    title = Text("购物车已关闭", "The cart is closed")
    detail = Text(
        "购物车 {cart} 的状态为“{state}”；请用 POST /v1/carts 新建。",
        "The cart {cart} is {state}: open another by POST /v1/carts.",
    )
    rule = "LT-CRT-01"


class CartsTooMany(Conflict):
    """A buyer keeps so many carts open."""

    title = Text("未下单的购物车过多", "Too many open carts")
    detail = Text(
        "同时最多 {limit} 个；请先下单或丢弃其中之一。", "At most {limit} are open at once: place or discard one first."
    )
    rule = "LT-CRT-02"


class CartFull(Conflict):
    """A cart has so many lines."""

    title = Text("购物车已满", "The cart is full")
    detail = Text("一个购物车最多 {limit} 行。", "A cart has at most {limit} lines.")
    rule = "LT-CRT-02"


class CartTotalChanged(Conflict):
    """The buyer states what it expects to pay, and that is no longer so."""

    title = Text("购物车金额已变化", "The total has changed")
    detail = Text(
        "您所确认的合计为 {expected}，现为 {total}；请核对各行价格后以现金额重新提交。",
        "You confirmed {expected}; it comes to {total} now. Look at the lines and send it again with that total.",
    )
    rule = "LT-CRT-03"


class CartAltered(Conflict):
    """Whoever says yes to a cart has seen another content of it."""

    title = Text("购物车内容已变化", "The cart is another by now")
    detail = Text(
        "您所审批的摘要为 {said}，现为 {digest}；请重新查看后审批。",
        "What you approved had the digest {said}, and it is {digest} now: look again, and approve that.",
    )
    rule = "LT-CRT-03"


class CartNotPayable(Conflict):
    """Some orders of the purchase cannot be paid yet, so that one transfer cannot pay them all."""

    title = Text("尚不能合并付款", "The purchase cannot be paid at once yet")
    detail = Text(
        "有 {count} 个订单尚不能付款；请先处理，或逐单付款。",
        "{count} orders cannot be paid yet: see to them first, or pay the others one by one.",
    )
    rule = "LT-CRT-05"


PRICE_CHANGED = "LT-CRT-03"
"""The rule by which a price that changed since it was put into the cart has to be looked at again."""

ONE_CURRENCY = "LT-CRT-04"
"""The rule by which one purchase is in one currency."""


def faulty(cart: str, faults: Sequence[FieldError]) -> CartFaulty:
    """The refusal of a cart with all of its faults."""
    return CartFaulty(errors=list(faults), cart=cart, count=len(faults))


def price_changed(n: int, old: Text, new: Text) -> FieldError:
    """A price that is another than the buyer saw, with both."""
    text = Text(
        f"价格已由 {old.zh} 变为 {new.zh}；重新加入该行即为接受现价",
        f"The price was {old.en} and is {new.en} now: put the line into the cart again to take it",
    )
    return FieldError(f"/lines/{n}/price", text, PRICE_CHANGED)


def other_currency(n: int, currency: str, first: str) -> FieldError:
    """A line in another currency than the first that costs something."""
    text = Text(
        f"该行以 {currency} 计价，本购物车以 {first} 计价；请另行下单",
        f"This line is in {currency} and the cart in {first}: order it apart",
    )
    return FieldError(f"/lines/{n}/price/currency", text, ONE_CURRENCY)
