"""Refusals of payouts."""

from kernel.errors import Conflict, Forbidden, InvalidInput, Unprocessable
from kernel.text import Text


class PayeeNameDiffers(Unprocessable):
    """A party is paid to accounts in its own name only."""

    title = Text("户名与主体名称不一致", "The account is not in the party's name")
    detail = Text(
        "户名“{holder}”与主体名称“{name}”不一致；只向本主体名下账户付款。",
        "The account holder {holder} is not {name}: a party is paid to accounts in its own name.",
    )
    rule = "LT-PYO-01"


class AccountNumberFaulty(InvalidInput):
    """The number cannot be an account's: its check digits or its bank's code are wrong."""

    title = Text("账号有误", "The account number is faulty")
    detail = Text("请核对账号与联行号（或 IBAN 与 BIC）。", "Check the number and the bank's code, or IBAN and BIC.")
    rule = "LT-PYO-01"


class PayeePending(Conflict):
    """A change waits already; withdraw it to declare another."""

    title = Text("已有待生效的收款账户", "A change of the account waits already")
    detail = Text(
        "收款账户 {account} 尚待生效（{state}）；如需另行申报，请先撤回。",
        "The account {account} is {state}; withdraw it to declare another.",
    )
    rule = "LT-PYO-02"


class CodeWrong(Unprocessable):
    """The code is not the one that the centre gave out by the second channel."""

    title = Text("核验码不符", "The code is not right")
    detail = Text(
        "核验码与清算人员经登记联系方式告知的不符；可请其重新发出。",
        "It is not the code that the clearing officer gave by the registered contact; ask for another.",
    )
    rule = "LT-PYO-02"


class PayeeNotVerified(Conflict):
    """Money goes to details that are active and unchanged, and to no other."""

    title = Text("收款账户未核验或已变更", "The account is not verified, or has changed")
    detail = Text(
        "付款 {payout}（{amount}）的收款账户 {account} 处于“{state}”，且{pending}待生效的变更。",
        "The account {account} of the payout {payout} over {amount} is {state}, and {pending} waits to replace it.",
    )
    rule = "LT-PYO-02"


class NothingDue(Conflict):
    """There is no payout that could leave in this batch."""

    title = Text("没有到期付款", "Nothing is due")
    detail = Text("没有可由该渠道以 {currency} 付出的到期付款。", "No payout in {currency} is due by this channel.")
    rule = "LT-PYO-03"


class PayoutNotDue(Conflict):
    """A payout leaves in one batch, and only while it is due."""

    title = Text("该付款不在到期状态", "The payout is not due")
    detail = Text("付款 {payout} 处于“{state}”。", "The payout {payout} is {state}.")
    rule = "LT-PYO-03"


class ExecutionDayImpossible(Unprocessable):
    """Banks execute on working days, and not in the past."""

    title = Text("执行日不可用", "The bank cannot execute on that day")
    detail = Text(
        "{day} 不是今日或以后的工作日；最近的工作日为 {next}。",
        "{day} is no working day from today on; the next one is {next}.",
    )
    rule = "LT-PYO-04"


class ApproverNotIndependent(Forbidden):
    """Two officers approve who are neither the proposer nor each other."""

    title = Text("须由另一名人员审批", "Somebody else has to approve")
    detail = Text(
        "该批次由 {proposer} 提出；审批人须为提出人以外、且互不相同的 {needed} 名人员，已有 {given} 名。",
        "It was proposed by {proposer}: {needed} other persons approve, each once; {given} have.",
    )
    rule = "LT-PYO-05"


class BatchDigestDiffers(Conflict):
    """Approval is for the batch as it is."""

    title = Text("批次摘要不符", "That is not the batch as it is")
    detail = Text("批次摘要为 {digest}，所审批的为 {given}。", "The batch is {digest}; {given} was approved.")
    rule = "LT-PYO-05"


class ReportUnreadable(InvalidInput):
    """The bank's report is no pain.002 about this batch."""

    title = Text("无法读取回执", "The bank's report cannot be read")
    detail = Text("回执不是关于该批次的 pain.002：{reason}。", "It is no pain.002 about this batch: {reason}.")
    rule = "LT-PYO-06"
