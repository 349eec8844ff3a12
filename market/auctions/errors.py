"""Refusals of auctions."""

from kernel.errors import Conflict, Forbidden, Unprocessable
from kernel.text import Text


class AuctionFaulty(Unprocessable):
    """The auction says what it may not, every fault is named."""

    title = Text("竞价方案有误", "The auction is faulty")
    detail = Text(
        "竞价方案有 {count} 处须更正，请按所列逐项修改。",
        "The auction is to be corrected in {count} places; mend each as it is listed.",
    )
    rule = "LT-AUC-01"


class AuctionNotYours(Forbidden):
    """Only the seller announces its auction and gives it up, and seller and winner alone sign."""

    title = Text("不是贵方的竞价", "This is not your auction")
    detail = Text(
        "竞价 {auction} 由出让方公告和撤回，由出让方与买受人签署确认。",
        "{auction} is announced and given up by its seller, and signed by its seller and its winner.",
    )
    rule = "LT-AUC-02"


class AuctionNotOpen(Conflict):
    """What is asked is not possible now: before its opening, after its closing, or in another format."""

    title = Text("竞价当前不接受该操作", "The auction does not take this now")
    detail = Text(
        "竞价 {auction}（{format}）的状态为“{state}”：{opens_at} 开始，{closes_at} 截止。",
        "{auction} ({format}) is {state}: it opens at {opens_at} and closes at {closes_at}.",
    )
    rule = "LT-AUC-03"


class RecordNotReady(Conflict):
    """The record of an auction is there once it has ended and its minutes are issued."""

    title = Text("竞价档案尚未形成", "There is no record yet")
    detail = Text(
        "竞价 {auction} 的状态为“{state}”：结束并出具竞价笔录后方有档案。",
        "{auction} is {state}: its record is there once it has ended and its minutes are issued.",
    )
    rule = "LT-AUC-13"


class BidTooLow(Conflict):
    """A bid is at least the start price, or a step above what stands."""

    title = Text("出价低于最低应价", "The bid is too low")
    detail = Text(
        "出价 {bid} 低于最低应价 {least}（现价 {current}）；请按最低应价或以上出价。",
        "The bid {bid} is below the least, {least} (the current price is {current}); bid that or more.",
    )
    rule = "LT-AUC-04"


class BidderLinked(Unprocessable):
    """The seller and whoever is one hand with it do not bid."""

    title = Text("出让方及其关联方不得竞买", "The seller and its related parties do not bid")
    detail = Text(
        "贵方与竞价 {auction} 的出让方有关联：{ties}。",
        "You and the seller of {auction} are related: {ties}.",
    )
    rule = "LT-AUC-05"


class DepositMissing(Conflict):
    """Whoever bids is registered and its deposit is held."""

    title = Text("尚未缴纳保证金", "The deposit is not held")
    detail = Text(
        "请先登记竞买并缴纳保证金 {deposit}；登记状态：{state}。",
        "Register and pay the deposit of {deposit} first; your registration is {state}.",
    )
    rule = "LT-AUC-06"


class DepositMismatch(Unprocessable):
    """The deposit that arrived is another amount."""

    title = Text("保证金金额不符", "It is not the deposit")
    detail = Text("应为 {expected}，收到 {received}。", "{expected} is due, {received} was received.")
    rule = "LT-AUC-06"


class CurrencyDiffers(Unprocessable):
    """A bid is in the currency of the auction."""

    title = Text("出价币种不符", "The bid is in another currency")
    detail = Text("本竞价以 {currency} 计价。", "This auction is in {currency}.")
    rule = "LT-AUC-04"


class BidStands(Conflict):
    """A bid or a commitment stands: it is neither repeated nor replaced."""

    title = Text("出价不得撤回或更换", "A bid stands")
    detail = Text(
        "贵方已于 {at} 提交密封出价或揭示，不得撤回或更换。",
        "You have committed or revealed at {at}; it is neither withdrawn nor replaced.",
    )
    rule = "LT-AUC-07"


class RevealWrong(Unprocessable):
    """What is revealed is not what was committed to."""

    title = Text("揭示与密封出价不符", "The revealed bid is not what was committed to")
    detail = Text(
        "揭示内容的摘要为 {given}，密封时提交的摘要为 {committed}；请在揭示期内按原出价和随机数重新提交。",
        "What you reveal has the digest {given}, and {committed} was committed to; send the amount and the nonce of "
        "then while the time to reveal runs.",
    )
    rule = "LT-AUC-08"


class BidsTooMany(Conflict):
    """There are as many bidders or bids as there may be."""

    title = Text("数量已达上限", "There are too many")
    detail = Text("{what}：上限为 {limit}。", "{what}: at most {limit}.")
    rule = "LT-AUC-09"


class BidderRegistered(Conflict):
    """A party is registered for an auction once."""

    title = Text("贵方已登记竞买", "You are registered already")
    detail = Text("贵方的竞买登记为 {bidder}。", "Your registration is {bidder}.")
    rule = "LT-AUC-09"


class ConfirmedAlready(Conflict):
    """A side signs the confirmation once."""

    title = Text("贵方已签署确认书", "You have signed already")
    detail = Text("贵方已于 {at} 签署。", "You signed at {at}.")
    rule = "LT-AUC-10"
