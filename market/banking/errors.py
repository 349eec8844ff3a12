"""Refusals of bank accounts, statements and their lines."""

from kernel.errors import Conflict, Unprocessable
from kernel.text import Text


class BankAccountKnown(Conflict):
    """An account is registered once."""

    title = Text("该银行账户已登记", "The bank account is registered already")
    detail = Text("账号 {number}（{currency}）已登记。", "The account {number} in {currency} is registered already.")
    rule = "LT-BNK-01"


class StatementOfAnotherAccount(Unprocessable):
    """The statement names another account than the one it was sent for."""

    title = Text("对账单不属于该账户", "The statement is of another account")
    detail = Text(
        "对账单写明账户 {found}（{currency}），而目标账户为 {wanted}。",
        "The statement is of {found} in {currency}; it was sent for {wanted}.",
    )
    rule = "LT-BNK-02"


class StatementKnown(Conflict):
    """A statement is imported once."""

    title = Text("对账单已导入", "The statement was imported already")
    detail = Text(
        "对账单 {number} 已于 {imported_at} 导入（{statement}），文件摘要相同。",
        "The statement {number} was imported at {imported_at} ({statement}); the file is the same.",
    )
    rule = "LT-BNK-03"


class StatementAltered(Conflict):
    """A statement of this number was imported with other content."""

    title = Text("对账单内容被改动", "The statement was altered")
    detail = Text(
        "对账单 {number} 已导入，摘要为 {known}；此文件摘要为 {given}。须向银行核实，不予导入。",
        "The statement {number} was imported with the digest {known}; this file has {given}. It is not taken: ask the"
        " bank.",
    )
    rule = "LT-BNK-03"


class EntryBookedBefore(Conflict):
    """A line of the statement came with another statement before."""

    title = Text("分录已随其他对账单导入", "A line came with another statement already")
    detail = Text(
        "{count} 条分录已在对账单 {statement} 中，首条：{booked_on}，流水号 {reference}，{amount}。",
        "{count} lines are in the statement {statement} already, the first of {booked_on}, reference {reference}, over"
        " {amount}.",
    )
    rule = "LT-BNK-03"


class StatementGap(Unprocessable):
    """A statement is missing before this one."""

    title = Text("对账单不连续", "A statement is missing")
    detail = Text(
        "上一份对账单期末 {closing}（序号 {last}），本份期初 {opening}（序号 {sequence}）。请先导入缺少的对账单。",
        "The one before closes at {closing} (number {last}); this one opens at {opening} (number {sequence}). Import"
        " what is missing between them first.",
    )
    rule = "LT-BNK-02"


class AssignmentAmount(Unprocessable):
    """What is assigned is more than the line has, or pays something only in part."""

    title = Text("金额不足以付清所指支付", "The amount does not pay what it is assigned to")
    detail = Text(
        "该笔到账（连同已收部分）{received}，所指支付共 {wanted}。",
        "{received} was received (with earlier parts); the payments named come to {wanted}.",
    )
    rule = "LT-BNK-04"


class PaymentNotWaiting(Conflict):
    """Money is assigned to payments that wait for it."""

    title = Text("该支付不在等待到账", "The payment does not wait for money")
    detail = Text("支付 {payment} 的状态为“{state}”。", "The payment {payment} is {state}.")
    rule = "LT-BNK-04"
