"""The chapters of the API description, and words for every field and parameter of it."""

import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import Final

from litestar.handlers import HTTPRouteHandler

from centre.assembly import ROUTES
from centre.lists import lists
from centre.publications.changelog.rules import deprecated, table
from kernel.http.description.operations import Tag
from kernel.http.docs import Guide

TAGS: Final = (
    Tag(
        "kernel.identity",
        "Parties",
        "主体与密钥。Parties: admission, API keys, signing keys.",
    ),
    Tag("kernel.members", "Members", "单位的成员与邀请。The people of an organisation, and invitations."),
    Tag("kernel.safekeeping", "Safekeeping", "数据保管：密钥与复核。Keys of what is stored, and its reading back."),
    Tag("kernel.uploads", "Files", "文件上传。Files that a party has uploaded."),
    Tag("rights.assets", "Assets", "数据资产与修订。Data assets and their revisions."),
    Tag(
        "rights.cases",
        "Registrations",
        "登记。Registration: application, review, notice, certificate.",
    ),
    Tag("rights.objections", "Objections", "登记异议。Objections to registrations."),
    Tag("rights.certificates", "Certificates", "登记证书与状态清单。Certificates and their status lists."),
    Tag("rights.classification", "Classification", "分类分级与闸门。Classification of data, and the gates' answers."),
    Tag("rights.register", "Register", "公开登记簿与证据包。The public register and evidence bundles."),
    Tag(
        "rights.updates",
        "Living data",
        "持续更新数据：修订版本入册。Living data: revisions entered under one certificate.",
    ),
    Tag("rights.title", "Title", "产权、授权、份额与权利标注。Title, grants, shares and remarks."),
    Tag("valuation.quality", "Quality", "质量评分、数据契约与监测。Quality: runs, scorecards, data contracts, watch."),
    Tag("valuation.testing", "Third-party tests", "第三方检测。Tests by independent testers."),
    Tag("valuation.appraisal", "Appraisals", "价值评估与试算。Appraisals, what-if and simulation."),
    Tag(
        "valuation.engagements",
        "Engagements",
        "评估委托。Engagements, working papers, opinions, signatures.",
    ),
    Tag("valuation.practitioners", "Practitioners", "评估专业人员。Valuers as persons."),
    Tag("valuation.market_evidence", "Market evidence", "可比交易。Comparable deals."),
    Tag("valuation.revaluation", "Revaluation", "重估提示。When a value has to be looked at again."),
    Tag("valuation.splits", "Value splits", "价值分配。How a value is divided."),
    Tag("valuation.reports", "Reports", "评估报告各格式。Reports in all their forms."),
    Tag("valuation.accounting", "Accounting", "入表判断与披露。Recognition in accounts and its notes."),
    Tag("valuation.portfolio", "Portfolios", "资产组合批量估值。Values of many assets at once."),
    Tag("valuation.audit", "Audit", "评估审计与回测。Audit of appraisals, outliers and back-test."),
    Tag(
        "contracts.clauses",
        "Clauses",
        "条款库、合同示范文本与草案检查。Clauses, model contracts, and drafts checked and compared.",
    ),
    Tag("contracts.agreements", "Agreements", "合同与电子签名。Agreements and their signatures."),
    Tag("contracts.approvals", "Approvals", "单位内部授权与审批。Approval inside an organisation."),
    Tag("contracts.amendments", "Amendments", "合同变更。Amendments of agreements, which both sign."),
    Tag("contracts.successions", "Successions", "合同随权利承继。Agreements that pass on with the data."),
    Tag("contracts.filings", "Filings", "合同备案。Contracts that were concluded elsewhere, filed as such."),
    Tag(
        "contracts.metering",
        "Usage",
        "使用控制与计量。Usage: what an agreement permits, and every access that was released.",
    ),
    Tag(
        "contracts.obligations",
        "Obligations",
        "履约义务、中止与删除证明。Obligations: who owes what by when, suspensions, statements of deletion.",
    ),
    Tag("market.manifests", "Listings", "挂牌与检索。Listings and search."),
    Tag("market.listings", "Listings", "挂牌与检索。Listings and search."),
    Tag("market.catalogue", "Catalogue", "数据目录（DCAT）。The catalogue in DCAT, for machines."),
    Tag(
        "market.dataspace",
        "Dataspace",
        "数据空间协议 2025-1：对方连接器、协商、协议与传输。The Dataspace Protocol 2025-1: counterparties, "
        "negotiations, agreements and transfers; the protocol itself is spoken under /dsp/{participant}/2025-1.",
    ),
    Tag("market.offers", "Offers", "公开要约与商品的合同条件。Public offers, and a listing's terms."),
    Tag(
        "market.negotiation",
        "Negotiation",
        "磋商：要约、还价、承诺与留言。Negotiation: offers, counter-offers, acceptance.",
    ),
    Tag("market.pricing", "Prices", "价格试算、汇率与折算。Previews of price plans; exchange rates and conversions."),
    Tag(
        "market.exchange_rates",
        "Prices",
        "价格试算、汇率与折算。Previews of price plans; exchange rates and conversions.",
    ),
    Tag("market.messages", "Orders", "订单与下单。Orders."),
    Tag("market.carts", "Carts", "购物车与合并采购。Carts: several listings placed as one purchase."),
    Tag(
        "market.mandates",
        "Mandates",
        "智能体委托书、报价与下单。Mandates of software agents, quotes, and what is ordered under them.",
    ),
    Tag(
        "market.requests",
        "Requests for quotation",
        "需求与询价：供需匹配、报价、澄清与授标。Requests for quotation: matching, quotes, clarifications, award.",
    ),
    Tag(
        "market.auctions",
        "Auctions",
        "竞价：公告、保证金、出价、揭示与成交确认。Auctions: notice, deposits, bids, reveals, confirmation of sale.",
    ),
    Tag("market.orders", "Orders", "订单与授权。Orders and entitlements."),
    Tag("market.destructions", "Destruction", "数据销毁与法律保全。Destruction of data, and legal holds."),
    Tag("market.endings", "Orders", "订单与授权。Orders and entitlements."),
    Tag("market.renewals", "Renewals", "续订。Renewals of agreements: offered, and opted in to."),
    Tag(
        "market.banking", "Bank", "银行账户、对账单与到账认领。The centre's bank accounts, statements and their lines."
    ),
    Tag(
        "market.stripe_balance",
        "Stripe balance",
        "支付渠道余额：流水、核对与说明。The balance at Stripe: what moved, what it proves, and how it is explained.",
    ),
    Tag("market.payouts", "Payouts", "付款：收款账户、到期、批次与回执。Payouts: bank details, what is due, batches."),
    Tag("market.payments", "Payments", "支付与收款确认。Payments and their confirmation."),
    Tag(
        "market.refunds",
        "Refunds",
        "退款：全部或部分，结算前后。Refunds: in part or whole, before and after settlement.",
    ),
    Tag(
        "market.clawbacks",
        "Refunds",
        "退款：全部或部分，结算前后。Refunds: in part or whole, before and after settlement.",
    ),
    Tag(
        "market.transfer_reversals",
        "Refunds",
        "退款：全部或部分，结算前后。Refunds: in part or whole, before and after settlement.",
    ),
    Tag(
        "market.price_spreads",
        "Unequal prices",
        "等条件价差及其说明。Unequal prices for equal terms, and how they are explained.",
    ),
    Tag(
        "market.permitted_incomes",
        "Permitted incomes",
        "公共数据准许收入与年度检查。What authorised public data may earn, and the checks of its years.",
    ),
    Tag("market.card_disputes", "Card disputes", "拒付争议。Card disputes: held, answered, won or lost."),
    Tag("market.prepaid", "Prepaid", "预付余额。Prepaid balances: topped up, held by uses, spent by bills."),
    Tag("market.subscriptions", "Subscriptions", "订阅。Subscriptions: what an agreement with a plan runs on."),
    Tag("market.metering", "Meters", "计量与用量。Meters: uses reported once, held, corrected, never deleted."),
    Tag(
        "market.billing",
        "Bills",
        "账单、用量与收入申报。Bills: issued, paid, reminded of; revenue declared.",
    ),
    Tag("channels.bundles", "Delivery", "交付、下载与签收。Delivery, downloads and receipts."),
    Tag("market.delivery_plans", "Delivery", "交付、下载与签收。Delivery, downloads and receipts."),
    Tag("market.partial_deliveries", "Delivery", "交付、下载与签收。Delivery, downloads and receipts."),
    Tag("market.redeliveries", "Delivery", "交付、下载与签收。Delivery, downloads and receipts."),
    Tag("market.delivery", "Delivery", "交付、下载与签收。Delivery, downloads and receipts."),
    Tag(
        "channels.keys", "Channels", "交付渠道：密钥与数据共享。Channels: their keys, and shared tables with versions."
    ),
    Tag("channels.formats", "Delivery", "交付、下载与签收。Delivery, downloads and receipts."),
    Tag(
        "channels.publishing",
        "Channels",
        "交付渠道：密钥与数据共享。Channels: their keys, and shared tables with versions.",
    ),
    Tag(
        "channels.pushes",
        "Channels",
        "交付渠道：密钥与数据共享。Channels: their keys, and shared tables with versions.",
    ),
    Tag(
        "channels.querying",
        "Channels",
        "交付渠道：密钥与数据共享。Channels: their keys, and shared tables with versions.",
    ),
    Tag(
        "channels.gateway",
        "API products",
        "接口产品：登记、试用、调用记录。Interfaces: registered, tried, and their calls.",
    ),
    Tag("channels.traces", "Traces", "溯源：所获文件出自哪次交付。Traces: of which delivery a found file comes."),
    Tag("channels.computing", "Controlled computing", "受控计算：数据不出域。Computing on data that stays."),
    Tag(
        "channels.joint",
        "Joint computing",
        "联合计算：两个提供方的数据在受控环境内联结。Two providers' data joined where it stays.",
    ),
    Tag("channels.programs", "Programs near the data", "代码到数据侧运行。Buyers' programs run beside the data."),
    Tag("market.earnings", "Settlement", "结算。Settlement of orders."),
    Tag("market.papers", "Papers", "单据：发票、贷项通知与对账单。Papers: invoices, credit notes, statements."),
    Tag("market.settlement", "Settlement", "结算。Settlement of orders."),
    Tag("market.splits", "Settlement", "结算。Settlement of orders."),
    Tag("market.withholding", "Settlement", "结算。Settlement of orders."),
    Tag(
        "market.ratings",
        "Ratings",
        "评价：经验收的买方评价、提供方答复与公布的公式。Ratings by verified buyers, and the published formula.",
    ),
    Tag(
        "market.notices",
        "Infringement notices",
        "侵权通知：通知、措施、不侵权声明与十五日。Notices of infringement, counter-statements and the fifteen days.",
    ),
    Tag(
        "market.complaints",
        "Complaints",
        "投诉：答复、调解、决定、复核、执行与移交。Complaints: answered, mediated, decided, appealed, carried out.",
    ),
    Tag(
        "market.service_levels",
        "Service levels",
        "服务水平：平台计量、违约与自动抵扣。Service levels as the platform measures them, breaches and their credits.",
    ),
    Tag("market.ledger", "Ledger", "账簿与对账。Accounts, statements and the trial balance."),
    Tag("market.book_checks", "Ledger", "账簿与对账。Accounts, statements and the trial balance."),
    Tag("market.closing", "Ledger", "账簿与对账。Accounts, statements and the trial balance."),
    Tag("kernel.documents", "Documents", "签发文书与信任材料。Documents that the centre issued, and what to trust."),
    Tag("centre.verification", "Verification", "文书核验。Verification of documents."),
    Tag("kernel.log", "Log", "透明日志。The transparency log."),
    Tag("kernel.webhooks", "Events", "事件与推送。Events and webhooks."),
    Tag("kernel.jobs", "Jobs", "后台任务。Background jobs."),
    Tag("kernel.http", "Rules", "规则手册与错误说明。The rulebook and the meaning of problems."),
    Tag("centre.desk", "Desk", "待办。What waits for whom, over all slices."),
    Tag("centre.publications.changelog", "Changes", "接口变更记录。The changes of the API."),
    Tag("centre.publications.statistics", "Statistics", "统计。What the registers count, month by month."),
    Tag("centre.sandbox", "Sandbox", "沙箱时钟。The sandbox's clock."),
)


@lru_cache(maxsize=1)
def words() -> dict[str, str]:
    """Words for a field by its name, or by its type and name where one name means several things."""
    text = files("centre").joinpath("words.toml").read_text(encoding="utf-8")
    return {name: " · ".join(pair) for name, pair in tomllib.loads(text)["words"].items()}


def guide() -> Guide:
    """What the description of this centre's API says beside what the framework reads."""
    return Guide(handlers(), TAGS, words(), lists(), frozenset(deprecated(table())))


def handlers() -> list[HTTPRouteHandler]:
    """The operations of the API."""
    return [route for route in ROUTES if isinstance(route, HTTPRouteHandler)]
