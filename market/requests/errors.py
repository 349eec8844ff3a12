"""Refusals of requests for quotation."""

from kernel.errors import Conflict, Forbidden, Unprocessable
from kernel.text import Text


class WantUnclear(Unprocessable):
    """The want says what nobody could answer or match; every fault is named."""

    title = Text("需求不明确", "The want is unclear")
    detail = Text(
        "需求有 {count} 处须更正，请按所列逐项修改。",
        "The request is to be corrected in {count} places; mend each as it is listed.",
    )
    rule = "LT-RFQ-01"


class OwnRequest(Unprocessable):
    """Nobody quotes for, or asks, itself."""

    title = Text("不能对自己的询价报价", "Nobody quotes for its own request")
    detail = Text("询价 {request} 由贵方提出，应由其他提供方报价。", "{request} is your own: others quote for it.")
    rule = "LT-RFQ-02"


class RequestNotYours(Forbidden):
    """Only the buyer opens, cancels, answers and awards."""

    title = Text("不是贵方的询价", "This is not your request")
    detail = Text(
        "只有提出询价 {request} 的买方可以操作；提供方可以报价或提问。",
        "Only the buyer of {request} does this; providers quote, or ask for a clarification.",
    )
    rule = "LT-RFQ-02"


class QuoteNotYours(Forbidden):
    """Only the provider of a quote revises it or takes it back."""

    title = Text("不是贵方的报价", "This is not your quote")
    detail = Text("只有报价的提供方可以修改或撤回报价 {quote}。", "Only its provider revises or withdraws {quote}.")
    rule = "LT-RFQ-02"


class RequestNotOpen(Conflict):
    """The request takes no quotes and no questions: not yet opened, past its closing, or over."""

    title = Text("询价未开放", "The request is not open")
    detail = Text(
        "询价 {request} 的状态为“{state}”，截止时间 {closes_at}；只在开放期间接受报价、修改、撤回与提问。",
        "{request} is {state}, its closing is {closes_at}: quotes, revisions, withdrawals and questions are taken only "
        "while it is open.",
    )
    rule = "LT-RFQ-03"


class QuotesSealed(Conflict):
    """The quotes are opened at the closing, and nothing is awarded before."""

    title = Text("报价尚未开启", "The quotes are not opened yet")
    detail = Text(
        "询价 {request} 于 {closes_at} 截止，此前不得授标。",
        "{request} closes at {closes_at}; nothing is awarded before.",
    )
    rule = "LT-RFQ-04"


class QuoteGiven(Conflict):
    """A provider has one quote for a request, and revises it."""

    title = Text("贵方已报价", "You have quoted already")
    detail = Text(
        "贵方对该询价的报价为 {quote}；请修改该报价。", "Your quote for this request is {quote}; revise that one."
    )
    rule = "LT-RFQ-05"


class QuotesTooMany(Conflict):
    """There are as many requests, quotes, versions or questions as there may be."""

    title = Text("数量已达上限", "There are too many")
    detail = Text("{what}：上限为 {limit}。", "{what}: at most {limit}.")
    rule = "LT-RFQ-05"


class QuoteUnfit(Unprocessable):
    """The quote answers something else than was asked; every fault is named."""

    title = Text("报价与需求不符", "The quote does not answer the want")
    detail = Text(
        "报价与询价 {request} 不符，共 {count} 处，请按所列逐项修改。",
        "The quote does not fit {request} in {count} places; mend each as it is listed.",
    )
    rule = "LT-RFQ-07"


class QuoteChanged(Conflict):
    """What would be awarded is not what stands, or it stands no more."""

    title = Text("所选报价已变更或失效", "The quote is not what you read")
    detail = Text(
        "报价 {quote} 的状态为“{state}”，现行摘要 {digest}；请阅读后按该摘要授标。",
        "{quote} is {state} with the digest {digest}; read it, and award by that digest.",
    )
    rule = "LT-RFQ-08"


class RequestDecided(Conflict):
    """The request was awarded, ended without an award, or was cancelled."""

    title = Text("询价已终结", "The request is over")
    detail = Text(
        "询价 {request} 的状态为“{state}”，授标期限为 {award_due_at}；可另行询价。",
        "{request} is {state}, and could be awarded until {award_due_at}; ask anew.",
    )
    rule = "LT-RFQ-08"


class ClarificationAnswered(Conflict):
    """A question is answered once, since all have read it."""

    title = Text("该问题已答复", "The question is answered")
    detail = Text("问题 {clarification} 已于 {at} 答复。", "{clarification} was answered at {at}.")
    rule = "LT-RFQ-10"
