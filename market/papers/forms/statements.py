"""Statements laid out: of a month, a bill, a payout and a tax period; pure."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from kernel.text import Lang, Text
from market.billing.running.drawing import BROUGHT, CARRIED
from market.papers.forms.sheet import (
    Fact,
    Sheet,
    Side,
    Table,
    Words,
    amount,
    columns,
    day,
    facts,
    percent,
)
from market.pricing.lines import REASONS

ACCOUNTS: Final = {
    "payable": Text("应付贵方", "Owed to you"),
    "withheld": Text("暂扣份额", "Kept back"),
    "in_transit": Text("在途付款", "On its way to your bank"),
    "clawback": Text("应收退回款", "To be taken back for refunds"),
    "prepaid": Text("预付余额", "Prepaid balance"),
    "escrow": Text("订单托管款", "Held for your orders"),
    "deposit": Text("保证金", "Deposits"),
    "refunding": Text("待退款", "On its way back to you"),
}
"""Kinds of account that a party has."""

OTHERS: Final = {
    "payable": Text("应付", "what is owed"),
    "withheld": Text("暂扣款", "kept back"),
    "payout": Text("在途付款", "on its way"),
    "transit": Text("在途款项", "on its way to the bank"),
    "clawback": Text("应收退回款", "to be taken back"),
    "prepaid": Text("预付余额", "prepaid balance"),
    "escrow": Text("订单托管款", "held for the order"),
    "deposit": Text("保证金", "deposits"),
    "refunding": Text("待退款", "on its way back"),
    "world": Text("银行或支付渠道", "bank or gateway"),
    "platform": Text("本中心", "the centre"),
    "vat": Text("增值税", "output VAT"),
    "suspense": Text("待查款", "suspense"),
    "disputed": Text("争议款", "disputed payment"),
    "fx": Text("汇兑", "exchange"),
    "promo": Text("优惠", "credits given"),
}
"""Kinds of account on the other side of a movement: the first part of every account of the chart."""

MOVES: Final = {
    "sale_received": Text("收到货款", "price received"),
    "released": Text("结算", "settled"),
    "distributed": Text("结算分配", "settled and shared out"),
    "refund_begun": Text("退款发起", "refund begun"),
    "refunded": Text("退款完成", "refunded"),
    "refund_came_back": Text("退款退回", "refund came back"),
    "clawback_set_off": Text("抵扣应收退回款", "set off against refunds"),
    "clawback_written_off": Text("核销应收退回款", "written off"),
    "transfer_reversed": Text("划转撤回", "transfer reversed"),
    "dispute_withdrawn": Text("拒付扣款", "taken for a card dispute"),
    "dispute_reinstated": Text("拒付款返还", "given back after a card dispute"),
    "dispute_lost": Text("拒付败诉", "card dispute lost"),
    "topped_up": Text("充值或预付", "paid in advance"),
    "prepaid": Text("转入预付", "put to the prepaid balance"),
    "deposit_held": Text("收到保证金", "deposit held"),
    "deposit_released": Text("退还保证金", "deposit released"),
    "deposit_forfeited": Text("没收保证金", "deposit forfeited"),
    "deposit_set_off": Text("保证金抵作价款", "deposit set off against the price"),
    "deposit_returned": Text("保证金已退", "deposit returned"),
    "paid_out": Text("已付出", "paid out"),
    "kept_back": Text("暂扣", "kept back"),
    "withheld_released": Text("解除暂扣", "released"),
    "service_credited": Text("服务水平抵扣", "service credit"),
    "payout_begun": Text("付款发起", "payout begun"),
    "payout_confirmed": Text("付款到账", "payout confirmed"),
    "payout_came_back": Text("付款退回", "payout came back"),
    "payout_undone": Text("付款撤销", "payout undone"),
    "bank_received": Text("银行来款", "received at the bank"),
    "bank_joined": Text("来款合并", "payment joined"),
    "bank_fee_borne": Text("本中心承担手续费", "bank fee borne by the centre"),
    "bank_to_refund": Text("转待退款", "set to be refunded"),
    "bank_returned": Text("已原路退回", "sent back"),
    "bank_seen": Text("银行对账", "seen at the bank"),
    "bank_charged": Text("银行手续费", "bank fee"),
    "corrected": Text("更正", "correction"),
}
"""Kinds of entry in the books; a law holds that each of `market.ledger` is here."""

BILLED: Final[dict[str, Text]] = {
    **{str(reason): name for reason, name in REASONS.items()},
    BROUGHT: Text("扣减此前结余", "credited before"),
    CARRIED: Text("结余转入以后账单", "carried to the bills that follow"),
}
"""Why a line of a bill costs what it costs."""


def _word(t: Words, of: Mapping[str, Text], code: str) -> str:
    """What a code is called; one of a later release is shown as it is."""
    return t.text(of[code]) if code in of else code.replace("_", " ")


def _party(t: Words, title: str, of: Mapping[str, Any]) -> Side:
    return Side(title, facts((t("名称", "Name"), of["name"]), (t("统一社会信用代码", "Registered code"), of["uscc"])))


def _moves(t: Words, title: str, lines: Sequence[Mapping[str, Any]], ends: list[list[str]]) -> Table:
    heads = columns(
        (t("日期", "Date"), 11), (t("事项", "What"), 18), (t("关联编号", "About"), 28),
        (t("对方账户", "Other account"), 17), (t("金额", "Amount"), 15, True),
    )  # fmt: skip
    return Table(title, heads, [_move(t, each) for each in lines], ends)


def _move(t: Words, each: Mapping[str, Any]) -> list[str]:
    what, other = _word(t, MOVES, each["kind"]), _word(t, OTHERS, each["other"])
    about = " · ".join(filter(None, (each["subject"], each.get("reference"))))
    return [day(each["at"]), what, about, other, amount(each["amount"])]


def monthly(claims: Mapping[str, Any], lang: Lang) -> Sheet:
    """A month's statement: what was traded, then each account from its opening to its closing balance."""
    t = Words(lang)
    return Sheet(
        title=t("月度对账单", "Monthly statement"),
        number=claims["number"],
        facts=_about(t, claims),
        sides=[_party(t, t("对账主体", "Statement for"), claims["party"])],
        tables=[_traded(t, claims), *(each for one in claims["sections"] for each in _section(t, one))],
        closing=[],
        notes=[t("各账户期初余额加本期变动等于期末余额；有异议请于收到后提出。",
                 "Each opening balance and its movements make the closing balance; tell us of what does not agree.")],
    )  # fmt: skip


def _about(t: Words, claims: Mapping[str, Any]) -> list[Fact]:
    return facts(
        (t("期间", "Period"), claims["period"]),
        (t("币种", "Currency"), claims["currency"]),
        (t("出具日期", "Date"), day(claims["issued_at"])),
    )


def _traded(t: Words, claims: Mapping[str, Any]) -> Table:
    heads = columns(
        (t("本期结算", "Settled in the period"), 22), (t("笔数", "Number"), 9, True), (t("价款", "Price"), 15, True),
        (t("其中税款", "VAT in it"), 13, True), (t("平台服务费", "Fee in it"), 13, True),
        (t("退回", "Refunded"), 13, True),
    )  # fmt: skip
    names = {"sold": t("作为提供方", "as provider"), "bought": t("作为使用方", "as buyer")}
    return Table(
        t("交易", "Trade"),
        heads,
        [
            [name, of["count"], *(amount(of[figure]) for figure in ("gross", "tax", "fee", "refunded"))]
            for name, of in ((names[key], claims["traded"][key]) for key in names)
        ],
    )


def _section(t: Words, one: Mapping[str, Any]) -> list[Table]:
    title = _word(t, ACCOUNTS, one["account"])
    heads = columns((t("事项", "What"), 40), (t("笔数", "Number"), 12, True), (t("金额", "Amount"), 20, True))
    rows = [[_word(t, MOVES, each["kind"]), each["count"], amount(each["amount"])] for each in one["kinds"]]
    opening = [t("期初余额", "Opening balance"), "", amount(one["opening"])]
    closing = [t("期末余额", "Closing balance"), "", amount(one["closing"])]
    left = int(one["line_count"]) - len(one["lines"])
    more = [["", t(f"另有 {left} 笔，见账户明细接口", f"{left} more, see the ledger"), "", "", ""]] if left > 0 else []
    return [
        Table(title, heads, [opening, *rows], [closing]),
        _moves(t, t(f"{title}：明细", f"{title}: movements"), one["lines"], more),
    ]


def bill(claims: Mapping[str, Any], lang: Lang) -> Sheet:
    """A bill with its lines."""
    t = Words(lang)
    rows = [
        [
            each["component"], f"{day(each['period_start'])}–{day(each['period_end'])}",
            _word(t, BILLED, each["reason"]), each["quantity"] or "",
            amount(each["unit_price"]), amount(each["amount"]["amount"]),
        ]
        for each in claims["lines"]
    ]  # fmt: skip
    heads = columns(
        (t("项目", "Component"), 18), (t("计费区间", "Period"), 24), (t("依据", "Reason"), 14),
        (t("数量", "Quantity"), 12, True), (t("单价", "Unit price"), 13, True), (t("金额", "Amount"), 15, True),
    )  # fmt: skip
    used = [[each["meter"], day(each["period_start"]), each["quantity"], each["digest"]]
            for each in claims["usage"]]  # fmt: skip
    meters = columns((t("计量项", "Meter"), 14), (t("区间起始", "From"), 12), (t("用量", "Used"), 12, True),
                     (t("用量摘要", "Digest of the uses"), 50))  # fmt: skip
    usage = [Table(t("用量", "Usage"), meters, used)] if used else []
    total = [t("合计", "Total"), "", "", "", "", amount(claims["total"])]
    return Sheet(
        title=t("账单明细", "Bill statement"),
        number=claims["number"],
        facts=facts(
            (t("账单编号", "Bill"), claims["bill_number"]),
            (t("币种", "Currency"), claims["currency"]),
            (t("出账日期", "Billed on"), day(claims["billed_at"])),
            (t("应付日期", "Due before"), day(claims["due_at"])),
            (t("合同", "Agreement"), claims["agreement_id"]),
            (t("采购单号、成本中心、银行流水号", "References"), claims.get("order_reference")),
        ),
        sides=[
            _party(t, t("使用方", "Buyer"), claims["buyer"]),
            _party(t, t("提供方", "Provider"), claims["provider"]),
        ],
        tables=[Table(t("账单行", "Lines"), heads, rows, [total]), *usage],
        closing=facts((t("应付合计", "To be paid"), f"{amount(claims['total'])} {claims['currency']}")),
        notes=[],
    )


def payout(claims: Mapping[str, Any], lang: Lang) -> Sheet:
    """The advice of a payout."""
    t = Words(lang)
    lines = [
        {"at": each["posted_at"], "kind": each["kind"], "subject": each["subject"],
         "other": each["counter_account"].split(":")[0], "amount": each["amount"]["amount"],
         "reference": each.get("order_reference")}
        for each in claims["lines"]
    ]  # fmt: skip
    left = int(claims["line_count"]) - len(lines)
    more = [["", t(f"另有 {left} 笔，见账户明细接口", f"{left} more, see the ledger"), "", "", ""]] if left > 0 else []
    ends = [*more, ["", t("付款后余额", "balance after it"), "", "", amount(claims["closing"])]]
    opening = {t("此前余额", "Balance before"): amount(claims["opening"])}
    return Sheet(
        title=t("付款通知", "Payout advice"),
        number=claims["number"],
        facts=facts(
            (t("付款编号（端到端编号）", "Payout (end-to-end id)"), claims["payout_id"]),
            (t("付款批次", "Batch"), claims.get("batch_id")),
            (t("出具日期", "Date"), day(claims["issued_at"])),
            *opening.items(),
        ),
        sides=[
            _party(t, t("收款方", "Payee"), claims["payee"]),
            Side(
                t("收款账户", "Paid to"),
                facts(
                    (t("户名", "Holder"), claims["account_holder"]), (t("账号", "Account"), claims["account_number"])
                ),
            ),
        ],
        tables=[_moves(t, t("本次付款所含往来", "What it pays"), lines, ends)],
        closing=facts((t("付款金额", "Amount paid"), f"{amount(claims['amount'])} {claims['currency']}")),
        notes=[],
    )


def taxes(claims: Mapping[str, Any], lang: Lang) -> Sheet:
    """The tax summary of a period."""
    t, settled, reported = Words(lang), claims["settled"], claims["reported"]
    names = {
        "sold": t("开出发票", "invoices issued"),
        "sold_credited": t("开出红字", "credit notes issued"),
        "bought": t("收到发票", "invoices received"),
        "bought_credited": t("收到红字", "credit notes received"),
    }
    heads = columns(
        (t("单据", "Papers"), 26), (t("税率", "Rate"), 10, True), (t("份数", "Number"), 10, True),
        (t("金额", "Net amount"), 18, True), (t("税额", "Tax"), 16, True),
    )  # fmt: skip
    rows = [
        [names[key], percent(each["rate"]), each["count"], amount(each["net"]), amount(each["tax"])]
        for key in names
        for each in claims["papers"][key]
    ]
    return Sheet(
        title=t("税务汇总", "Tax summary"),
        number=claims["number"],
        facts=_about(t, claims),
        sides=[_party(t, t("主体", "Party"), claims["party"])],
        tables=[Table(t("发票与红字", "Invoices and credit notes"), heads, rows)],
        closing=facts(
            (t("本期结算价款", "Prices settled"), amount(settled["gross"])),
            (t("其中平台服务费", "Fee in them"), amount(settled["fee"])),
            (t("其中税款（自营）", "VAT in them, where the centre sold"), amount(settled["tax"])),
            (t("本期退回", "Refunded"), amount(settled["refunded"])),
            (t("平台报送：收入净额", "Reported by the platform: net income"), amount(reported["income"])),
            (t("平台报送：交易笔数", "Reported by the platform: orders"), reported["orders"]),
        ),
        notes=[
            t("收入净额为结算价款减退回，含税；平台按季报送平台内经营者收入信息。",
              "Net income is what was settled less refunds, tax included; the platform reports it by quarter."),
        ],
    )  # fmt: skip
