"""What is to be done with an order now: by whom, until when, and what follows if nobody does it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from kernel.text import Text

Told = Mapping[str, Any]
NOTHING: Final = Text("", "")


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that may be done: the operation, and what a page calls it here."""

    name: str
    title: Text
    weight: str = "quiet"
    query: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Next:
    """What comes next; `is_ours` says whether it waits for whoever looks, `silence` what follows if nothing is done."""

    title: Text
    words: Text
    is_ours: bool = False
    due: str | None = None
    silence: Text = NOTHING
    steps: tuple[Step, ...] = ()


CANCEL: Final = Step("cancel_order", Text("取消订单", "Cancel the order"), "danger")
READ: Final = Step("get_agreement", Text("阅读协议", "Read the agreement"))
DOWNLOAD: Final = Step("open_links", Text("下载文件", "Download the files"), "primary", (("serves", "holder"),))
AGAIN: Final = Step("open_links", Text("再次下载", "Download again"), "quiet", (("serves", "holder"),))
UNPAID: Final = Text("逾期未付款，订单失效，协议终止。", "Unpaid by then, the order expires and its agreement ends.")
OPEN_PAYMENT: Final = frozenset({"opened"})


def next_of(
    order: Told, agreement: Told | None, payments: Sequence[Told], delivery: Told | None, side: str, party: str
) -> Next:
    """What comes next for whoever looks: the buyer, its provider, or an officer."""
    match order["status"]:
        case "placed":
            return _unpaid(order, agreement, payments, side, party)
        case "paid":
            return _undelivered(order, agreement, delivery, side)
        case "delivered":
            return _unaccepted(order, side)
        case "accepted":
            return Next(
                Text("正在结算", "It is being settled"),
                Text(
                    "价款由中心从托管账户划付，通常一分钟内完成；刷新本页即可看到结果。",
                    "The centre divides the price from escrow, usually within a minute; reload the page to see it.",
                ),
            )
        case "settled":
            return _settled(side)
    return Next(
        Text("订单已终结", "The order has ended"),
        Text(order["end_reason"] or "订单没有履行。", order["end_reason"] or "It was not performed."),
    )


def _unpaid(order: Told, agreement: Told | None, payments: Sequence[Told], side: str, party: str) -> Next:
    due = order["payment_due_at"]
    if agreement is None:
        return _undrafted(due, side)
    if agreement["in_force_at"] is None:
        return _unsigned(agreement, due, side, party)
    waiting = [each for each in payments if each["status"] in OPEN_PAYMENT]
    if side == "buyer" and not waiting:
        return Next(
            Text("付款至托管账户", "Pay into escrow"),
            Text(
                "双方已签署。价款先由中心托管，验收后才结算给提供方。",
                "Both have signed. The centre keeps the price in escrow; the provider has it after your acceptance.",
            ),
            True,
            due,
            UNPAID,
            (Step("open_payment", Text("发起付款", "Start the payment"), "primary"), CANCEL),
        )
    if side == "buyer":
        return Next(
            Text("转账，并附上付款编号", "Transfer the price, and quote the reference"),
            Text(
                "中心在银行流水中凭付款编号认款；到账确认后即可取数。",
                "The centre knows the transfer by its reference; when it has come, the data can be fetched.",
            ),
            True,
            due,
            UNPAID,
            (Step("get_payment", Text("查看付款信息", "How to pay"), "primary"), CANCEL),
        )
    if side == "officer" and waiting:
        return Next(
            Text("核对到账并确认", "Confirm the transfer when it has come"),
            Text(
                "银行流水中的付款编号和金额须与下方一致。",
                "The reference and the amount on the bank's statement must be those of the payment.",
            ),
            True,
            due,
            UNPAID,
            (Step("confirm_transfer", Text("确认到账", "Confirm the transfer"), "primary"),),
        )
    return Next(Text("等待买方付款", "The buyer pays next"), NOTHING, False, due, UNPAID, (READ,))


def _undrafted(due: str, side: str) -> Next:
    if side != "buyer":
        return Next(Text("等待买方拟定协议", "The buyer draws up the agreement"), NOTHING, False, due, UNPAID)
    return Next(
        Text("拟定协议并签署", "Draw up the agreement and sign it"),
        Text(
            "协议按挂牌条件自动拟定；双方各以自己的密钥签署后即可付款。",
            "It follows from the listing's terms; when both have signed with keys of their own, you can pay.",
        ),
        True,
        due,
        UNPAID,
        (Step("draft_agreement", Text("拟定协议", "Draw up the agreement"), "primary"), CANCEL),
    )


def _unsigned(agreement: Told, due: str, side: str, party: str) -> Next:
    signed = {each["party"] for each in agreement["signatures"]}
    if side == "officer" or party in signed:
        whom = Text("等待双方签署协议", "Both sign the agreement")
        other = Text("等待对方签署协议", "The other side signs the agreement")
        return Next(other if party in signed else whom, NOTHING, False, due, UNPAID, (READ,))
    return Next(
        Text("签署协议", "Sign the agreement"),
        Text(
            "请先阅读全文。签署用的私钥始终在贵方手中，中心只收到签名。",
            "Read all of it first. The private key stays with you: the centre receives the signature alone.",
        ),
        True,
        due,
        UNPAID,
        (
            Step("sign_agreement", Text("去签署", "Sign"), "primary"),
            READ,
            Step("decline_agreement", Text("拒绝签署", "Decline"), "danger"),
        ),
    )


def _undelivered(order: Told, agreement: Told | None, delivery: Told | None, side: str) -> Next:
    due = order["collect_due_at"]
    silence = Text(
        "逾期未取，价款原路退回；已下载而未签收的，视为已交付。",
        "What is never fetched is paid back; what was fetched and not receipted counts as delivered.",
    )
    is_files = ((agreement or {}).get("terms") or {}).get("delivery", "files") == "files"
    if side != "buyer":
        title = Text("等待买方取数并签收", "The buyer fetches the data and confirms receipt")
        prepare = Step("prepare_delivery", Text("准备交付", "Prepare the delivery"), "primary")
        steps = (prepare,) if side == "provider" and delivery is None and is_files else ()
        return Next(title, NOTHING, bool(steps), due, silence, steps)
    if not is_files:
        return Next(
            Text("取用数据", "Reach the data"),
            Text(
                "数据不以文件交付：请在“相关内容”中打开共享、密钥或计算，用后签收。",
                "It is not delivered as files: open its share, key or computing among its parts, then confirm receipt.",
            ),
            True,
            due,
            silence,
            (
                Step("list_channel_keys", Text("通道密钥", "Channel keys"), "primary"),
                Step("get_computing_allowance", Text("可作的计算", "What can be computed")),
                Step("confirm_receipt", Text("签收", "Confirm receipt")),
            ),
        )
    receipt = Step("confirm_receipt", Text("签收", "Confirm receipt"))
    return Next(
        Text("下载文件，核对后签收", "Download the files, compare them, confirm receipt"),
        Text(
            "价款已托管。核对每个文件的 SHA-256 与协议一致，再签收；签收后开始计算检验期。",
            "The price is in escrow. Compare the SHA-256 of each file with the agreement's, then confirm: the time to"
            " inspect begins then.",
        ),
        True,
        due,
        silence,
        (DOWNLOAD, *((receipt,) if delivery else ()), _complaint(order)),
    )


def _unaccepted(order: Told, side: str) -> Next:
    due = order["inspection_due_at"]
    silence = Text("逾期未表示的，视为验收通过。", "Silence counts as acceptance.")
    if order["complaint_id"]:
        return Next(
            Text("异议处理中", "A dispute is open"),
            Text(
                "处理结束之前不会自动验收，争议款项由中心保留。",
                "Nothing is accepted by silence meanwhile, and the money in dispute is kept.",
            ),
            True,
            steps=(Step("get_complaint", Text("查看异议", "See the dispute"), "primary"),),
        )
    if side != "buyer":
        return Next(Text("等待买方检验", "The buyer inspects the data"), NOTHING, False, due, silence)
    return Next(
        Text("查验数据并验收", "Inspect the data and accept"),
        Text(
            "文件已签收。请在检验期内验收，或者提出异议。",
            "The files are receipted. Accept them within the time to inspect, or dispute them.",
        ),
        True,
        due,
        silence,
        (
            Step("accept_order", Text("验收", "Accept"), "primary"),
            AGAIN,
            _complaint(order),
        ),
    )


def _complaint(order: Told) -> Step:
    """The complaint about an order that whoever bought it may file."""
    return Step("file_complaint", Text("提出异议", "Dispute it"), "danger", (("about", order["id"]),))


def _settled(side: str) -> Next:
    rate = Step("give_rating", Text("评价", "Rate it"), "primary")
    return Next(
        Text("订单已结算", "The order is settled"),
        Text(
            "许可自结算之日起算，期内可随时再次下载。",
            "The licence runs from the settlement; within it the files can be fetched again.",
        )
        if side == "buyer"
        else Text("提供方份额已记入可提现余额。", "The provider's share is in its balance."),
        steps=(rate, AGAIN) if side == "buyer" else (),
    )
