"""Pure rules of filings: what a filing has to say."""

from collections.abc import Iterator
from datetime import date

from contracts.filings.errors import FilingFaulty
from contracts.filings.schemas import FileContract
from kernel.errors import DomainError, FieldError
from kernel.identity import uscc
from kernel.money import Money
from kernel.text import Text

_RULE = FilingFaulty.rule
PURPOSE = "contract"
"""What the upload of a contract's text is for; it is kept as long as contracts are."""


def faults(data: FileContract, purpose: str, on: date) -> Iterator[FieldError]:
    """Everything that is wrong with a filing, as far as it says it itself; `purpose` is the file's."""
    named = data.other_name is not None or data.other_uscc is not None
    if (data.other is not None) is named or (named and None in (data.other_name, data.other_uscc)):
        text = Text(
            "写明对方的主体编号，或其名称与统一社会信用代码",
            "Name the other party by its id, or by name and credit code",
        )
        yield FieldError("/other", text, _RULE)
    if data.other_uscc is not None and not uscc.is_valid(data.other_uscc):
        text = Text("统一社会信用代码的校验位不符", "The credit code's check character does not fit")
        yield FieldError("/other_uscc", text, _RULE)
    if data.concluded_on > on:
        yield FieldError("/concluded_on", Text("订立日期不得晚于今天", "It was concluded today or before"), _RULE)
    if data.amount is not None:
        try:
            money = Money.of(data.amount, "/amount")
        except DomainError as problem:
            yield from problem.errors
        else:
            if money.minor < 0:
                yield FieldError("/amount/amount", Text("金额不得为负", "An amount is not negative"), _RULE)
    if purpose != PURPOSE:
        text = Text(f"请以用途 {PURPOSE} 上传合同文本", f"Upload the contract's text for the purpose {PURPOSE}")
        yield FieldError("/file_id", text, _RULE)
