"""Everything that users see exists in Chinese and in English; a text is always the pair."""

import re
from dataclasses import dataclass
from typing import Any, Final, Literal

Lang = Literal["zh", "en"]

_HOLE: Final = re.compile(r"\{([a-z][a-z0-9_]*)\}")


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence in both languages. A template has holes `{name}`, and becomes a sentence only by `filled`."""

    zh: str
    en: str

    def filled(self, **facts: Any) -> "Text":
        """The sentence that a template makes with its facts; a fact that is missing shows as its own name."""

        def fill(template: str, lang: Lang) -> str:
            # Not str.format: a fact may be what a user sent, and that must never be read as a format.
            return _HOLE.sub(lambda hole: _shown(facts.get(hole[1], hole[0]), lang), template)

        return Text(fill(self.zh, "zh"), fill(self.en, "en"))

    def of(self, lang: Lang, **facts: Any) -> str:
        """The sentence in one language; facts are for a template, a sentence has none and is given as it stands."""
        return str(getattr(self.filled(**facts) if facts else self, lang))


def _shown(fact: Any, lang: Lang) -> str:
    """A fact as people read it: several are listed, none is said, and a text speaks the sentence's language."""
    if isinstance(fact, Text):
        return fact.of(lang)
    if isinstance(fact, list | tuple):
        return ", ".join(map(str, fact)) or NOTHING.of(lang)
    return str(fact)


NOTHING: Final = Text("无", "nothing")


def language(accept_language: str | None) -> Lang:
    """Choose by RFC 9110 `Accept-Language` weights; Chinese when nothing that we speak is asked for."""
    best: tuple[float, Lang] = (0.0, "zh")
    for part in (accept_language or "")[:200].split(","):
        tag, _, parameter = part.strip().partition(";")
        try:
            weight = float(parameter.strip().removeprefix("q=")) if parameter.strip().startswith("q=") else 1.0
        except ValueError:
            continue
        if (primary := tag.strip().lower().split("-")[0]) in ("zh", "en") and weight > best[0]:
            best = (weight, "zh" if primary == "zh" else "en")
    return best[1]


def noun(kind: str) -> Text:
    """What people call a kind of thing, by the name that machines have for it: a table, a machine or an id's prefix."""
    plain = _PREFIXES.get(kind, kind).rpartition(".")[2].replace("-", "_")
    return _NOUNS.get(plain) or Text(plain.replace("_", " "), plain.replace("_", " "))


_NOUNS: Final = {
    "account": Text("账户", "account"),
    "accounting_decision": Text("入表判断", "accounting decision"),
    "accounting_note": Text("附注", "accounting note"),
    "agreement": Text("合同", "agreement"),
    "amendment": Text("合同变更", "amendment"),
    "api_key": Text("接口密钥", "API key"),
    "approval": Text("内部审批", "approval"),
    "approval_rule": Text("内部授权规则", "approval rule"),
    "appraisal": Text("估值", "appraisal"),
    "asset": Text("数据资产", "asset"),
    "asset_revision": Text("数据版本", "revision"),
    "asset_share": Text("份额", "share"),
    "bill": Text("账单", "bill"),
    "bill_line": Text("账单行", "line of the bill"),
    "bank_account": Text("银行账户", "bank account"),
    "bank_entry": Text("银行流水", "bank entry"),
    "bank_match": Text("对账结果", "matched entry"),
    "bank_statement": Text("对账单", "bank statement"),
    "stripe_match": Text("渠道对账结果", "matched transaction"),
    "stripe_reading": Text("渠道余额核对", "reading of the balance at Stripe"),
    "stripe_transaction": Text("渠道余额流水", "balance transaction at Stripe"),
    "centre": Text("中心", "centre"),
    "auction": Text("竞价", "auction"),
    "auction_bidder": Text("竞买登记", "registration of a bidder"),
    "auction_mark": Text("串通线索", "mark"),
    "certificate": Text("证书", "certificate"),
    "checkpoint": Text("日志头", "checkpoint"),
    "classification": Text("分类分级", "classification"),
    "comparable": Text("可比案例", "comparable"),
    "complaint": Text("投诉", "complaint"),
    "complaint_bundle": Text("移交包", "bundle"),
    "contract_model": Text("合同示范文本", "model contract"),
    "clarification": Text("澄清", "clarification"),
    "credit_note": Text("贷项通知", "credit note"),
    "data_contract": Text("数据合同", "data contract"),
    "data_request": Text("资料请求", "request for information"),
    "dataset": Text("数据集", "data set"),
    "dataspace_agreement": Text("数据空间协议", "dataspace agreement"),
    "dataspace_counterparty": Text("数据空间对方", "dataspace counterparty"),
    "dataspace_negotiation": Text("数据空间协商", "dataspace negotiation"),
    "dataspace_transfer": Text("数据空间传输", "dataspace transfer"),
    "deletion": Text("删除证明", "statement of deletion"),
    "deletion_statement": Text("删除证明", "statement of deletion"),
    "delivery": Text("交付", "delivery"),
    "desensitisation": Text("脱敏处理", "desensitisation"),
    "document": Text("文书", "document"),
    "draft": Text("报告草稿", "draft"),
    "engagement": Text("估值委托", "engagement"),
    "entry": Text("登记事项", "entry"),
    "event": Text("事件", "event"),
    "gate_sheet": Text("合规核对单", "gate sheet"),
    "filing": Text("备案合同", "filed contract"),
    "inbox_event": Text("支付通知", "payment event"),
    "institution": Text("机构", "institution"),
    "invoice": Text("发票", "invoice"),
    "invoice_details": Text("开票信息", "invoicing details"),
    "job": Text("后台任务", "job"),
    "ledger_correction": Text("更正凭证", "correction"),
    "listing": Text("商品", "listing"),
    "member": Text("成员", "member"),
    "month_closing": Text("月结", "closing"),
    "negotiation": Text("磋商", "negotiation"),
    "message": Text("留言", "message"),
    "negotiation_round": Text("磋商轮次", "round"),
    "notice": Text("侵权通知", "infringement notice"),
    "number_series": Text("编号序列", "series of numbers"),
    "objection": Text("异议", "objection"),
    "offer": Text("要约", "offer"),
    "obligation": Text("义务", "obligation"),
    "opinion": Text("意见", "opinion"),
    "order": Text("订单", "order"),
    "payee_account": Text("收款账户", "payee account"),
    "payout": Text("付款", "payout"),
    "payout_batch": Text("付款批次", "payout batch"),
    "paper": Text("单据", "paper"),
    "partial_result": Text("阶段结果", "partial result"),
    "participant": Text("参与方", "participant"),
    "party": Text("主体", "party"),
    "path": Text("路径", "path"),
    "payment": Text("支付", "payment"),
    "plan": Text("价格方案", "plan"),
    "portfolio_item": Text("组合中的资产", "asset of the portfolio"),
    "portfolio_run": Text("组合估值", "portfolio run"),
    "prepaid_balance": Text("预付余额", "prepaid balance"),
    "practitioner": Text("评估人员", "valuer"),
    "problem": Text("错误代码", "problem"),
    "book_check": Text("账簿核对", "check of the books"),
    "quality_run": Text("质量评分任务", "quality run"),
    "transfer_reversal": Text("划转撤回", "transfer reversal"),
    "quality_watch": Text("质量监测", "quality watch"),
    "quotation_request": Text("询价", "request for quotation"),
    "quote": Text("报价", "quote"),
    "rating": Text("评价", "rating"),
    "rating_mean": Text("评价均值", "mean of ratings"),
    "realised": Text("成交记录", "realised trade"),
    "red_slip": Text("红字发票信息确认单", "confirmation slip of a red invoice"),
    "refund": Text("退款", "refund"),
    "registration": Text("登记申请", "registration"),
    "remark": Text("备注", "remark"),
    "renewal": Text("续订", "renewal"),
    "report": Text("报告", "report"),
    "revaluation": Text("重估", "revaluation"),
    "revenue_declaration": Text("收入申报", "declaration of revenue"),
    "revision": Text("数据版本", "revision"),
    "scorecard": Text("质量评分卡", "scorecard"),
    "service_access": Text("访问观测", "access as it was seen"),
    "service_outage": Text("停机时段", "outage"),
    "service_window": Text("服务水平统计期", "window of a service level"),
    "settlement": Text("结算", "settlement"),
    "signing_key": Text("签名密钥", "signing key"),
    "split": Text("收益分配", "split"),
    "distribution": Text("分配", "distribution"),
    "stored_file": Text("文件", "file"),
    "subscription": Text("订阅", "subscription"),
    "subscription_plan": Text("订阅的价格方案", "plan of the subscription"),
    "occurrence": Text("已陈述的事实", "statement of a fact"),
    "succession": Text("合同承继", "succession"),
    "termination": Text("解除通知", "notice of termination"),
    "third_party_test": Text("第三方检测", "third-party test"),
    "title": Text("权利", "title"),
    "title_grant": Text("授权", "grant"),
    "usage_counter": Text("计量器", "meter"),
    "usage_event": Text("用量事件", "use"),
    "value_split": Text("价值分配", "value split"),
    "webhook": Text("事件推送地址", "webhook"),
    "webhook_endpoint": Text("事件推送地址", "webhook"),
    "card_dispute": Text("拒付争议", "card dispute"),
    "clawback": Text("应收退回款", "clawback"),
    "permitted_income": Text("准许收入", "permitted income"),
    "income_check": Text("收入检查", "check of income"),
    "clawback_write_off": Text("核销", "write-off"),
    "withheld_share": Text("暂扣份额", "withheld share"),
    "exchange_rate": Text("汇率", "exchange rate"),
    "cart": Text("购物车", "cart"),
    "redelivery": Text("重新交付", "redelivery"),
    "working_paper": Text("工作底稿", "working paper"),
}

_PREFIXES: Final = {
    "agr": "agreement",
    "amd": "amendment",
    "apr": "appraisal",
    "apv": "approval",
    "ast": "asset",
    "bil": "bill",
    "auc": "auction",
    "amk": "auction_mark",
    "bdr": "auction_bidder",
    "bac": "bank_account",
    "ben": "bank_entry",
    "bsk": "cart",
    "bst": "bank_statement",
    "srd": "stripe_reading",
    "stx": "stripe_transaction",
    "bkc": "book_check",
    "cdp": "card_dispute",
    "cls": "classification",
    "clr": "clarification",
    "cmp": "comparable",
    "crn": "credit_note",
    "cpb": "complaint_bundle",
    "cpl": "complaint",
    "cwo": "clawback_write_off",
    "pin": "permitted_income",
    "ick": "income_check",
    "crt": "certificate",
    "ctr": "data_contract",
    "dag": "dataspace_agreement",
    "dcp": "dataspace_counterparty",
    "dls": "deletion_statement",
    "dlv": "delivery",
    "dng": "dataspace_negotiation",
    "doc": "document",
    "drf": "draft",
    "dst": "distribution",
    "drq": "data_request",
    "dsn": "desensitisation",
    "dtr": "dataspace_transfer",
    "eng": "engagement",
    "fil": "stored_file",
    "flg": "filing",
    "grt": "title_grant",
    "gts": "gate_sheet",
    "ivc": "invoice",
    "key": "api_key",
    "lco": "ledger_correction",
    "lst": "listing",
    "mcl": "month_closing",
    "mem": "member",
    "msg": "message",
    "neg": "negotiation",
    "ntc": "notice",
    "obj": "objection",
    "ofr": "offer",
    "obl": "obligation",
    "opn": "opinion",
    "out": "service_outage",
    "ord": "order",
    "pac": "payee_account",
    "pay": "payment",
    "ppr": "paper",
    "pob": "payout_batch",
    "pyt": "payout",
    "pfr": "portfolio_run",
    "pky": "signing_key",
    "prc": "practitioner",
    "pty": "party",
    "qrn": "quality_run",
    "quo": "quote",
    "rdl": "redelivery",
    "reg": "registration",
    "rev": "asset_revision",
    "rfd": "refund",
    "rfq": "quotation_request",
    "rmk": "remark",
    "rnw": "renewal",
    "rsl": "red_slip",
    "rtg": "rating",
    "rvl": "revaluation",
    "scr": "scorecard",
    "shr": "asset_share",
    "spl": "value_split",
    "stl": "settlement",
    "occ": "occurrence",
    "sub": "subscription",
    "suc": "succession",
    "svw": "service_window",
    "trm": "termination",
    "trv": "transfer_reversal",
    "tst": "third_party_test",
    "whk": "webhook_endpoint",
    "wth": "withheld_share",
    "fxr": "exchange_rate",
    "wpr": "working_paper",
}
