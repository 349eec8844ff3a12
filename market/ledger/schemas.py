"""What the books say on the wire."""

from datetime import datetime

import msgspec

from kernel.money import MoneyView


class BalanceView(msgspec.Struct, frozen=True):
    """What an account holds in one currency: credits less debits."""

    account: str
    balance: MoneyView


class TrialBalanceView(msgspec.Struct, frozen=True):
    """The sum of all balances of a currency (试算平衡); it is zero or the books are broken."""

    currency: str
    debits_minor: int
    credits_minor: int
    difference_minor: int


class StatementLine(msgspec.Struct, frozen=True):
    """One posting as one of its two accounts sees it; what leaves the account has a minus."""

    id: str
    entry_id: str
    reference: str
    kind: str
    subject: str
    posted_at: datetime
    counter_account: str
    amount: MoneyView
