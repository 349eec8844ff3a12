"""The lives of an obligation and of a statement that data was deleted."""

from enum import StrEnum
from typing import Final

from kernel.states import Machine, Role, step


class ObligationState(StrEnum):
    """Where an obligation stands."""

    DUE = "due"
    DISCHARGED = "discharged"
    WAIVED = "waived"
    BREACHED = "breached"
    RELEASED = "released"


class ObligationAction(StrEnum):
    """What becomes of it."""

    DISCHARGE = "discharge"
    WAIVE = "waive"
    MISS = "miss"
    RELEASE = "release"


_S, _A = ObligationState, ObligationAction
_PARTIES: Final = (Role.PROVIDER, Role.BUYER)

OBLIGATION: Final = Machine(
    "contracts.obligation",
    _S.DUE,
    {
        (_S.DUE, _A.DISCHARGE): step(_S.DISCHARGED, *_PARTIES, Role.SYSTEM),
        (_S.DUE, _A.WAIVE): step(_S.WAIVED, *_PARTIES),
        (_S.DUE, _A.MISS): step(_S.BREACHED, Role.SYSTEM),
        (_S.DUE, _A.RELEASE): step(_S.RELEASED, Role.SYSTEM),
        (_S.BREACHED, _A.DISCHARGE): step(_S.DISCHARGED, *_PARTIES, Role.SYSTEM),
        (_S.BREACHED, _A.WAIVE): step(_S.WAIVED, *_PARTIES),
        (_S.BREACHED, _A.RELEASE): step(_S.RELEASED, Role.SYSTEM),
    },
)
"""The system misses it when its grace is over, releases what an ended agreement no longer asks, and a breach when the
claim is barred by time (民法典 art. 188); whoever owes it may still discharge it before."""


class DeletionState(StrEnum):
    """Where a statement of deletion stands."""

    FILED = "filed"
    ACCEPTED = "accepted"
    CONTESTED = "contested"
    REFUTED = "refuted"


class DeletionAction(StrEnum):
    """What the other side, and for one that proves false the regulator, does with it."""

    ACCEPT = "accept"
    CONTEST = "contest"
    REFUTE = "refute"


DELETION: Final = Machine(
    "contracts.deletion",
    DeletionState.FILED,
    {
        (DeletionState.FILED, DeletionAction.ACCEPT): step(DeletionState.ACCEPTED, Role.PROVIDER, Role.SYSTEM),
        (DeletionState.FILED, DeletionAction.CONTEST): step(DeletionState.CONTESTED, Role.PROVIDER),
        (DeletionState.ACCEPTED, DeletionAction.REFUTE): step(DeletionState.REFUTED, Role.PROVIDER, Role.REGULATOR),
    },
)
"""Silence to the end of the time to answer accepts; what is contested, or proves false after, is owed anew."""
