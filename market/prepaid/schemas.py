"""Prepaid balances on the wire."""

import msgspec

from kernel.money import MoneyView
from market.payments.schemas import OpenPayment


class TopUp(OpenPayment, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Pay in advance; bank transfer unless said otherwise."""

    amount: MoneyView


class PrepaidView(msgspec.Struct, frozen=True):
    """A prepaid balance of one currency: what uses hold that are not billed yet is not available."""

    balance: MoneyView
    held: MoneyView
    available: MoneyView
