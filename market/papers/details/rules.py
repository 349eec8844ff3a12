"""What invoicing details must be, as one list of faults; pure."""

import re
from collections.abc import Iterator
from typing import Final

from kernel.errors import FieldError
from kernel.identity import uscc
from kernel.text import Text
from market.papers.details.schemas import SetInvoiceDetails

RULE: Final = "LT-INV-02"

_VAT_ID: Final = re.compile(r"[A-Z]{2}[0-9A-Z]{2,13}")
_PHONE: Final = re.compile(r"\+?[0-9][0-9 ()-]{5,24}[0-9]")
_ACCOUNT: Final = re.compile(r"[0-9A-Z][0-9A-Z -]{4,37}[0-9A-Z]")
_PREFIXES: Final = {"GR": "EL"}
"""Greece's VAT numbers begin with EL (Directive 2006/112/EC art. 215)."""


def faults(data: SetInvoiceDetails, name: str, code: str) -> Iterator[FieldError]:
    """Everything that is wrong with the details of a party that is registered by this name and code."""
    if data.title != name:
        yield _fault("/title", f"抬头须为登记名称“{name}”", f"The title is the registered name, {name}")
    if not uscc.is_valid(data.tax_number):
        yield _fault("/tax_number", "须为18位统一社会信用代码，校验位相符", "Give the 18 signs with their check sign")
    elif data.tax_number != code:
        yield _fault("/tax_number", f"税号须为登记的代码 {code}", f"The number is the registered code, {code}")
    yield from _abroad(data)
    if data.phone is not None and not _PHONE.fullmatch(data.phone):
        yield _fault("/phone", "电话为7至26位数字，可含区号与分隔符", "A telephone number has 7 to 26 digits and signs")
    if (data.bank_name is None) != (data.bank_account is None):
        yield _fault("/bank_account", "开户行与账号须一并填写", "Give the bank and the account together")
    if data.bank_account is not None and not _ACCOUNT.fullmatch(data.bank_account):
        yield _fault("/bank_account", "账号为6至39位数字或大写字母", "An account has 6 to 39 digits or capital letters")


def _abroad(data: SetInvoiceDetails) -> Iterator[FieldError]:
    if data.country == "CN":
        if data.vat_id is not None:
            yield _fault(
                "/vat_id", "境内主体以统一社会信用代码为税号，无须填写", "Leave it out: the code is the number here"
            )
        return
    if data.address is None:
        yield _fault("/address", "境外主体须填写地址", "Whoever is abroad gives its address")
    prefix = _PREFIXES.get(data.country, data.country)
    if data.vat_id is None or not _VAT_ID.fullmatch(data.vat_id) or not data.vat_id.startswith(prefix):
        yield _fault(
            "/vat_id",
            f"须为以 {prefix} 开头的增值税号，共4至15位",
            f"Give the VAT number, which begins with {prefix} and has 4 to 15 signs",
        )


def _fault(pointer: str, chinese: str, english: str) -> FieldError:
    return FieldError(pointer, Text(chinese, english), RULE)
