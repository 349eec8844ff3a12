"""Refusals of public offers."""

from kernel.errors import Conflict, Forbidden, Unprocessable
from kernel.text import Text


class OfferNotYours(Forbidden):
    """Somebody other than its provider would withdraw an offer."""

    title = Text("不是贵方的要约", "This is not your offer")
    detail = Text("只有提供方可以撤回该要约。", "Only the provider that published it withdraws an offer.")
    rule = "LT-NEG-08"


class OfferClosed(Conflict):
    """The offer was withdrawn, has been taken, or its time is over."""

    title = Text("要约已失效", "The offer is closed")
    detail = Text(
        "要约 {offer} 的状态为“{state}”，自 {since} 起不能再承诺；可另行提出条件。",
        "The offer {offer} is {state} since {since} and can be taken no more; ask for terms of your own.",
    )
    rule = "LT-NEG-04"


class OffersTooMany(Conflict):
    """A listing has as many open offers as it may have."""

    title = Text("该商品的公开要约已满", "The listing has all the offers it may have")
    detail = Text(
        "一件商品最多同时有 {limit} 个公开要约；请先撤回一个。",
        "A listing has at most {limit} open offers; withdraw one first.",
    )
    rule = "LT-NEG-08"


class ExpiryImpossible(Unprocessable):
    """The moment to which a side would hold its word is past, or too far ahead."""

    title = Text("有效期不可行", "The expiry is not possible")
    detail = Text("所给的有效期不可行：{why}。", "The expiry that you give is not possible: {why}.")
    rule = "LT-NEG-04"


class TermsOfOtherListing(Unprocessable):
    """The terms are about another product, another provider or another consumer than the negotiation."""

    title = Text("合同条件与磋商标的不符", "The terms are about something else")
    detail = Text(
        "合同条件与商品 {listing} 不符，共 {count} 处，请按所列逐项修改。",
        "The terms do not fit the listing {listing} in {count} places; mend each as it is listed.",
    )
    rule = "LT-NEG-07"


class OwnOffer(Unprocessable):
    """Nobody makes an offer to itself, or asks itself for one."""

    title = Text("不能与自己磋商", "Nobody negotiates with itself")
    detail = Text(
        "商品 {listing} 由贵方提供；要约须向他方发出。", "The listing {listing} is your own: offer it to others."
    )
    rule = "LT-NEG-01"


class TermsTooLarge(Unprocessable):
    """The document is longer than a negotiation keeps of each round."""

    title = Text("合同条件过长", "The terms are too long")
    detail = Text(
        "合同条件为 {size_bytes} 字节，上限 {limit_bytes} 字节；长文本请作为留言附件。",
        "The terms have {size_bytes} bytes and may have {limit_bytes}; send long texts as files of a message.",
    )
    rule = "LT-NEG-09"
