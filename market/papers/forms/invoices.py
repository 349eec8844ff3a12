"""Invoices and credit notes laid out; pure."""

from collections.abc import Mapping
from typing import Any, Final

from kernel.text import Lang, Text
from market.papers.forms.sheet import Sheet, Table, Words, amount, columns, day, facts, percent, side

FORMS: Final = {
    "special": Text("增值税专用发票数据", "Data of a VAT invoice, special"),
    "general": Text("增值税普通发票数据", "Data of a VAT invoice, general"),
    "commercial": Text("商业发票", "Commercial invoice"),
}
REASONS: Final = {
    "01": Text("01 开票有误", "01 wrong invoice"),
    "02": Text("02 销货退回", "02 goods or services returned"),
    "03": Text("03 服务中止", "03 service ended"),
    "04": Text("04 销售折让", "04 allowance"),
}


def invoice(claims: Mapping[str, Any], lang: Lang) -> Sheet:
    """An invoice as people read it."""
    t, currency = Words(lang), claims["currency"]
    return Sheet(
        title=t.text(FORMS[claims["form"]]),
        number=claims["number"],
        facts=facts(
            (t("开票日期", "Date"), day(claims["issued_at"])),
            (t("币种", "Currency"), currency),
            (t("销售方式", "Sold by"), _mode(t, claims)),
            (t("买方采购订单号", "Purchase order"), "; ".join(claims.get("references", []))),
        ),
        sides=[
            side(t, t("购买方", "Buyer"), claims["buyer"]),
            side(t, t("销售方", "Seller"), claims["seller"]),
        ],
        tables=[_lines(t, claims), _rates(t, claims)],
        closing=facts(*_payable(t, claims), (t("开票人", "Drawn by"), claims["drawer"]),
                      (t("备注", "Remark"), claims["remark"])),
        notes=[_note(t, claims)],
    )  # fmt: skip


def credit_note(claims: Mapping[str, Any], lang: Lang) -> Sheet:
    """A credit note as people read it: a red invoice, with amounts below zero."""
    t, blue = Words(lang), claims["invoice"]
    return Sheet(
        title=t("贷项通知（红字发票数据）", "Credit note"),
        number=claims["number"],
        facts=facts(
            (t("开具日期", "Date"), day(claims["issued_at"])),
            (t("币种", "Currency"), claims["currency"]),
            (t("冲减原因", "Reason"), t.text(REASONS[claims["reason"]])),
            (t("服务水平未达标", "Breach of a service level"), _breached(claims)),
            (t("对应发票", "Of the invoice"), f"{blue['number']} · {day(blue['issued_at'])}"),
            (t("数电票号码", "Number in the tax system"), blue["fapiao_number"]),
            (t("发票价税合计", "Total of the invoice"), amount(blue["gross"])),
            (t("此前已冲减", "Credited before"), amount(blue["credited_before"])),
        ),
        sides=[side(t, t("购买方", "Buyer"), claims["buyer"]), side(t, t("销售方", "Seller"), claims["seller"])],
        tables=[_lines(t, claims), _rates(t, claims)],
        closing=facts(*_payable(t, claims), (t("备注", "Remark"), claims["remark"])),
        notes=[
            t("红字确认单编号与红字发票号码登记后，本通知方为红字发票。",
              "It becomes a red invoice once the slip and the red number of the tax system are registered."),
        ],
    )  # fmt: skip


def _breached(claims: Mapping[str, Any]) -> str:
    """The objective and the days of a window; papers from before service credits have none."""
    window = claims.get("service_window")
    return f"{window['objective']} · {window['since']} – {window['until']}" if window else ""


def _mode(t: Words, claims: Mapping[str, Any]) -> str:
    if claims["kind_of_sale"] == "fee":
        return t("平台服务费", "the centre's fee")
    if claims["kind_of_sale"] == "share":
        return t("权利人，就所得分成开具", "its holder, of a share in the proceeds")
    if claims["mode"] == "principal":
        return t("本中心自营", "the centre itself")
    return t("提供方，由本中心代理", "the provider, through the centre")


def _lines(t: Words, claims: Mapping[str, Any]) -> Table:
    rows = [
        [
            t.named(each, "name"), each["class_code"], t.named(each, "unit"), each.get("quantity") or "",
            amount(each.get("unit_price")), amount(each["net"]), percent(each["rate"]), amount(each["tax"]),
        ]
        for each in claims["lines"]
    ]  # fmt: skip
    return Table(
        t("项目", "Lines"),
        columns(
            (t("项目名称", "Item"), 30), (t("分类编码", "Class"), 14), (t("单位", "Unit"), 6),
            (t("数量", "Quantity"), 9, True), (t("单价", "Unit price"), 13, True),
            (t("金额", "Net amount"), 13, True), (t("税率", "Rate"), 7, True), (t("税额", "Tax"), 11, True),
        ),
        rows,
        [[t("合计", "Total"), "", "", "", "", amount(claims["net"]), "", amount(claims["tax"])]],
    )  # fmt: skip


def _rates(t: Words, claims: Mapping[str, Any]) -> Table:
    rows = [[percent(each["rate"]), amount(each["net"]), amount(each["tax"])] for each in claims["totals"]]
    heads = columns((t("税率", "Rate"), 20), (t("金额", "Net amount"), 20, True), (t("税额", "Tax"), 20, True))
    return Table(t("按税率汇总", "By rate"), heads, rows)


def _payable(t: Words, claims: Mapping[str, Any]) -> list[tuple[str, str | None]]:
    words = claims["gross_in_capitals"]
    return [
        (t("价税合计（大写）", "Total in capitals"), words),
        (t("价税合计", "Total, tax included"), f"{amount(claims['gross'])} {claims['currency']}"),
    ]


def _note(t: Words, claims: Mapping[str, Any]) -> str:
    if claims["form"] == "commercial":
        return t("本发票为商业发票，不在税务系统开具。", "A commercial invoice; it is not issued in the tax system.")
    return t(
        "本单据为数电票开票数据；数电票以税务系统开具并登记的20位号码为准。",
        "These are the data of a fapiao; the fapiao is the one with the 20 digits of the tax system.",
    )
