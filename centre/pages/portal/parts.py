"""The rulebook in parts, as its numbers group the rules: LT-ADM-01 stands in the part ADM."""

from typing import Final

from kernel.rules.rulebook import Rule, Rulebook
from kernel.text import Text

PARTS: Final = {
    "GEN": Text("通则", "General"),
    "PAG": Text("网页", "Pages"),
    "ADM": Text("准入", "Admission"),
    "SGN": Text("登录", "Sign-in"),
    "MEM": Text("成员", "Members"),
    "REG": Text("存证日志", "The public log"),
    "STO": Text("存储与加密", "Storage and encryption"),
    "RGT": Text("登记", "Registration"),
    "TTL": Text("权利与授权", "Title and grants"),
    "CLS": Text("分类分级与闸门", "Classification and gates"),
    "QLT": Text("质量评分", "Quality"),
    "TST": Text("第三方检测", "Third-party tests"),
    "APR": Text("价值评估", "Appraisal"),
    "ENG": Text("评估委托", "Engagements"),
    "PTF": Text("资产组合", "Portfolios"),
    "ACC": Text("入表判断", "Recognition in accounts"),
    "AUD": Text("审计", "Audit"),
    "CON": Text("合同与许可", "Contracts and licences"),
    "END": Text("解除与终止", "Endings"),
    "LST": Text("挂牌", "Listings"),
    "NEG": Text("要约与磋商", "Offers and negotiation"),
    "RFQ": Text("询价", "Requests for quotation"),
    "AUC": Text("竞价", "Auctions"),
    "CRT": Text("购物车", "Carts"),
    "ORD": Text("订单", "Orders"),
    "MND": Text("智能体委托书", "Mandates of agents"),
    "MSG": Text("留言", "Messages"),
    "PRC": Text("价格方案", "Price plans"),
    "PSP": Text("价差说明", "Price spreads"),
    "PAY": Text("支付", "Payments"),
    "PRE": Text("预付款", "Prepayment"),
    "BNK": Text("银行对账", "Bank statements"),
    "STR": Text("支付渠道余额", "Balance at the payment channel"),
    "FXR": Text("汇率", "Exchange rates"),
    "SUB": Text("订阅", "Subscriptions"),
    "MTR": Text("用量", "Metering"),
    "BIL": Text("账单", "Bills"),
    "DLV": Text("交付", "Delivery"),
    "PRT": Text("分批交付", "Delivery in parts"),
    "RDL": Text("重新交付", "Redelivery"),
    "STL": Text("结算", "Settlement"),
    "LGR": Text("账簿", "Ledger"),
    "CHK": Text("账簿核对", "Checks of the books"),
    "PYO": Text("付款", "Payouts"),
    "RFD": Text("退款", "Refunds"),
    "CLB": Text("抵销", "Clawbacks"),
    "CDP": Text("持卡人争议", "Card disputes"),
    "INV": Text("发票", "Invoices"),
    "PAP": Text("对账单", "Statements"),
    "CAP": Text("公共数据准许收入", "Permitted income of public data"),
    "SLA": Text("服务水平", "Service levels"),
    "CMP": Text("投诉与争议", "Complaints"),
    "INF": Text("侵权通知", "Infringement notices"),
    "RAT": Text("评价", "Ratings"),
    "DEL": Text("删除证明", "Statements of deletion"),
    "CHN": Text("交付通道", "Channels"),
    "FMT": Text("格式转换", "Formats"),
    "QRY": Text("数据表查询", "Questions to tables"),
    "PSH": Text("推送", "Pushes"),
    "GTW": Text("产品接口", "API products"),
    "SBX": Text("受控计算", "Controlled computing"),
    "JNT": Text("联合计算", "Joint computing"),
    "COD": Text("程序运行", "Programs near the data"),
    "TRC": Text("副本标记与溯源", "Marked copies and traces"),
    "DSP": Text("数据空间连接器", "Dataspace connectors"),
    "VRF": Text("核验", "Verification"),
}
"""What each part is about; one that is not here is called by its letters."""


def parts_of(book: Rulebook) -> dict[str, list[Rule]]:
    """The rules of each part, those with a name first and in the order of `PARTS`."""
    parts: dict[str, list[Rule]] = {}
    for rule in book.rules.values():
        parts.setdefault(rule.id[3:6], []).append(rule)
    order = {part: place for place, part in enumerate(PARTS)}
    return dict(sorted(parts.items(), key=lambda each: (order.get(each[0], len(order)), each[0])))
