"""The life of a party: it applies, the operator admits or refuses it, and may suspend and restore it."""

from enum import StrEnum
from typing import Final

from kernel.states import Machine, Role, step


class PartyState(StrEnum):
    """Where a party stands."""

    APPLIED = "applied"
    ADMITTED = "admitted"
    REFUSED = "refused"
    SUSPENDED = "suspended"


class PartyAction(StrEnum):
    """What the operator does with a party."""

    ADMIT = "admit"
    REFUSE = "refuse"
    SUSPEND = "suspend"
    RESTORE = "restore"
    RENEW = "renew"


PARTY: Final = Machine(
    "kernel.party",
    PartyState.APPLIED,
    {
        (PartyState.APPLIED, PartyAction.ADMIT): step(PartyState.ADMITTED, Role.OPERATOR),
        (PartyState.APPLIED, PartyAction.REFUSE): step(PartyState.REFUSED, Role.OPERATOR),
        (PartyState.ADMITTED, PartyAction.SUSPEND): step(PartyState.SUSPENDED, Role.OPERATOR, Role.REGULATOR),
        (PartyState.SUSPENDED, PartyAction.RESTORE): step(PartyState.ADMITTED, Role.OPERATOR),
        # A membership has a term: whoever is looked at anew goes on with another.
        (PartyState.ADMITTED, PartyAction.RENEW): step(PartyState.ADMITTED, Role.OPERATOR),
    },
)
