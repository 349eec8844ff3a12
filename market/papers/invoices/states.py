"""The life of an invoice."""

from enum import StrEnum
from typing import Final

from kernel.states import Machine, Role, step


class InvoiceState(StrEnum):
    """Where an invoice stands; it has a number from `issued` on, and keeps it when void."""

    DRAFT = "draft"
    WITHDRAWN = "withdrawn"
    ISSUED = "issued"
    REGISTERED = "registered"
    VOID = "void"


class InvoiceAction(StrEnum):
    """What is done with an invoice."""

    ISSUE = "issue"
    WITHDRAW = "withdraw"
    REGISTER = "register"
    VOID = "void"


_S, _A = InvoiceState, InvoiceAction
SELLERS: Final = (Role.PROVIDER, Role.CLEARING)
"""Whoever sells issues: the provider, or the clearing officer where the centre sells."""

INVOICE: Final = Machine(
    "market.invoice",
    _S.DRAFT,
    {
        (_S.DRAFT, _A.ISSUE): step(_S.ISSUED, *SELLERS),
        (_S.DRAFT, _A.WITHDRAW): step(_S.WITHDRAWN, Role.BUYER, Role.SYSTEM),
        (_S.ISSUED, _A.REGISTER): step(_S.REGISTERED, *SELLERS),
        (_S.ISSUED, _A.VOID): step(_S.VOID, *SELLERS),
    },
)
"""A registered invoice is never void: what is wrong in it is taken back by a red one."""

STANDING: Final = (_S.ISSUED, _S.REGISTERED)
"""The states in which an invoice says what is owed as tax."""
