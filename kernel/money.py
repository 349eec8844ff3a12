"""Money is a whole number of minor units and a currency; nothing else ever touches a price."""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Annotated, Final

import msgspec

from kernel.errors import FieldError, InvalidInput
from kernel.text import Text

EXPONENTS: Final = {"CNY": 2, "EUR": 2, "USD": 2, "HKD": 2, "GBP": 2, "JPY": 0, "KWD": 3}
"""Decimal places by currency, ISO 4217."""

MINOR_MAX: Final = 10**15
"""No single amount is larger; it keeps every sum inside BIGINT and inside 2^53 for clients that use doubles."""

_AMOUNT: Final = re.compile(r"-?(0|[1-9][0-9]{0,15})(\.[0-9]{1,3})?")


class MoneyView(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Money on the wire: a decimal string and an ISO 4217 code."""

    amount: Annotated[str, msgspec.Meta(max_length=20, examples=["1250.00"])]
    currency: Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{3}$(?!\n)", examples=["CNY"])]


@dataclass(frozen=True, slots=True)
class Money:
    """An exact amount; arithmetic stays within one currency and rounding is always named."""

    minor: int
    currency: str

    @staticmethod
    def of(view: MoneyView, pointer: str = "/price") -> "Money":
        """Read the wire form; raises InvalidInput naming the field for a bad amount or an unknown currency."""
        exponent = EXPONENTS.get(view.currency)
        if exponent is None:
            currencies = ", ".join(EXPONENTS)
            raise InvalidInput(
                errors=[
                    FieldError(
                        f"{pointer}/currency", Text(f"币种应为以下之一：{currencies}", f"Use one of {currencies}")
                    )
                ]
            )
        if not _AMOUNT.fullmatch(view.amount) or len(view.amount.partition(".")[2]) > exponent:
            text = Text(
                f"金额应为最多 {exponent} 位小数的十进制数",
                f"Give a decimal number with at most {exponent} places",
            )
            raise InvalidInput(errors=[FieldError(f"{pointer}/amount", text)])
        minor = int(Decimal(view.amount).scaleb(exponent))
        if abs(minor) > MINOR_MAX:
            raise InvalidInput(errors=[FieldError(f"{pointer}/amount", Text("金额过大", "The amount is too large"))])
        return Money(minor, view.currency)

    @staticmethod
    def round(amount: Decimal, currency: str) -> "Money":
        """Round a computed amount half-even to minor units."""
        scaled = amount.scaleb(EXPONENTS[currency])
        return Money(int(scaled.to_integral_value(ROUND_HALF_EVEN)), currency)

    @property
    def decimal(self) -> Decimal:
        """The amount in major units."""
        return Decimal(self.minor).scaleb(-EXPONENTS[self.currency])

    def view(self) -> MoneyView:
        """Give the wire form."""
        return MoneyView(amount=f"{self.decimal:.{EXPONENTS[self.currency]}f}", currency=self.currency)

    def __add__(self, other: "Money") -> "Money":
        return Money(self.minor + self._same(other).minor, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.minor - self._same(other).minor, self.currency)

    def share(self, rate: Decimal) -> "Money":
        """Take a share, rounded half-even to a minor unit."""
        return Money(int((self.minor * rate).to_integral_value(ROUND_HALF_EVEN)), self.currency)

    def split(self, *weights: int) -> list["Money"]:
        """Split by weights without losing a minor unit: the largest remainders get what is left over."""
        total = sum(weights)
        if total <= 0 or any(weight < 0 for weight in weights):
            raise ValueError("weights must be non-negative and not all zero")
        parts = [self.minor * weight // total for weight in weights]
        by_remainder = sorted(range(len(weights)), key=lambda i: -(self.minor * weights[i] % total))
        for i in by_remainder[: self.minor - sum(parts)]:
            parts[i] += 1
        return [Money(part, self.currency) for part in parts]

    def _same(self, other: "Money") -> "Money":
        if self.currency != other.currency:
            raise ValueError(f"{self.currency} is not {other.currency}")
        return other

    def __str__(self) -> str:
        view = self.view()
        return f"{view.amount} {view.currency}"
