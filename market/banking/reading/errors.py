"""Refusals of files that banks write."""

from kernel.errors import InvalidInput, Unprocessable
from kernel.text import Text


class StatementUnreadable(InvalidInput):
    """The file is no statement that can be read here."""

    title = Text("无法读取对账单", "The statement cannot be read")
    detail = Text(
        "文件无法读取：{reason}。请由银行重新导出 camt.053.001.02、camt.053.001.08 或所选模板的 CSV。",
        "The file cannot be read: {reason}. Export camt.053.001.02, camt.053.001.08, or the CSV of the chosen profile"
        " again.",
    )
    rule = "LT-BNK-01"


class ProfileUnknown(InvalidInput):
    """No profile of that name is published."""

    title = Text("没有该 CSV 模板", "There is no such profile")
    detail = Text("模板“{profile}”不存在；可用：{allowed}。", "There is no profile {profile}; possible: {allowed}.")
    rule = "LT-BNK-01"


class StatementUnbalanced(Unprocessable):
    """Opening balance and entries do not make the closing balance."""

    title = Text("对账单余额不平", "The statement does not add up")
    detail = Text(
        "{place}：期初 {opening} 加发生额 {moved} 应为 {expected}，但写明 {closing}，差 {difference}。",
        "{place}: {opening} and movements of {moved} make {expected}, but it says {closing}: a difference of"
        " {difference}.",
    )
    rule = "LT-BNK-02"


class StatementTotals(Unprocessable):
    """A sum that the file states is not the sum of its rows, or a batch not that of its parts."""

    title = Text("合计与明细不符", "A total is not the sum of its parts")
    detail = Text("{place}：明细合计 {sum}，写明 {stated}。", "{place}: the parts make {sum}, but {stated} is stated.")
    rule = "LT-BNK-02"


class SerialRepeated(Unprocessable):
    """Two rows of a file bear one serial number of the bank."""

    title = Text("流水号重复", "A serial number is repeated")
    detail = Text("流水号 {serial} 出现不止一次。", "The serial number {serial} stands more than once.")
    rule = "LT-BNK-03"


class StatementCurrency(Unprocessable):
    """An entry is in another currency than its account."""

    title = Text("币种与账户不符", "Another currency than the account's")
    detail = Text(
        "{place}的币种为 {found}，账户币种为 {wanted}。", "{place} is in {found}; the account is in {wanted}."
    )
    rule = "LT-BNK-02"
