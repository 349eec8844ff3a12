"""The two state machines of the protocol (Dataspace Protocol 2025-1).

The steps' roles are sides of the process: provider, and consumer as `buyer`. `initiated` is ours alone: our first
message is on its way and the other side does not know of the process yet. Termination is taken from either side in any
state that is not final, as the text has it, and sent only where the diagram has it too.
"""

from enum import StrEnum
from typing import Final

from kernel.states import Machine, Role, step


class DataspaceSide(StrEnum):
    """What a participant is in a process."""

    PROVIDER = "provider"
    CONSUMER = "consumer"

    @property
    def role(self) -> Role:
        """The side as a role of the machines."""
        return Role.PROVIDER if self is DataspaceSide.PROVIDER else Role.BUYER

    @property
    def other(self) -> "DataspaceSide":
        """The other side."""
        return DataspaceSide.CONSUMER if self is DataspaceSide.PROVIDER else DataspaceSide.PROVIDER


class Authentication(StrEnum):
    """How a participant and its counterparty know each other: by fixed tokens, or by self-issued ones (DCP 1.0)."""

    TOKEN = "token"  # noqa: S105 - names a way and is no secret
    SELF_ISSUED = "self-issued-token"


class DataspaceNegotiationState(StrEnum):
    """Where a contract negotiation stands; on the wire in capitals."""

    INITIATED = "initiated"
    REQUESTED = "requested"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    AGREED = "agreed"
    VERIFIED = "verified"
    FINALIZED = "finalized"
    TERMINATED = "terminated"


class DataspaceNegotiationAction(StrEnum):
    """What a message does to a negotiation."""

    REQUEST = "request"
    OFFER = "offer"
    ACCEPT = "accept"
    AGREE = "agree"
    VERIFY = "verify"
    FINALIZE = "finalize"
    TERMINATE = "terminate"


class TransferState(StrEnum):
    """Where a transfer stands; on the wire in capitals."""

    INITIATED = "initiated"
    REQUESTED = "requested"
    STARTED = "started"
    SUSPENDED = "suspended"
    COMPLETED = "completed"
    TERMINATED = "terminated"


class TransferAction(StrEnum):
    """What a message does to a transfer."""

    REQUEST = "request"
    START = "start"
    SUSPEND = "suspend"
    COMPLETE = "complete"
    TERMINATE = "terminate"


_N, _NA, _T, _TA = DataspaceNegotiationState, DataspaceNegotiationAction, TransferState, TransferAction
_P, _C, _BOTH = Role.PROVIDER, Role.BUYER, (Role.PROVIDER, Role.BUYER)

NEGOTIATION: Final = Machine(
    "market.dataspace_negotiation",
    _N.INITIATED,
    {
        (_N.INITIATED, _NA.REQUEST): step(_N.REQUESTED, _C),
        (_N.INITIATED, _NA.OFFER): step(_N.OFFERED, _P),
        (_N.REQUESTED, _NA.OFFER): step(_N.OFFERED, _P),
        (_N.REQUESTED, _NA.AGREE): step(_N.AGREED, _P),
        (_N.OFFERED, _NA.REQUEST): step(_N.REQUESTED, _C),
        (_N.OFFERED, _NA.ACCEPT): step(_N.ACCEPTED, _C),
        (_N.ACCEPTED, _NA.AGREE): step(_N.AGREED, _P),
        (_N.AGREED, _NA.VERIFY): step(_N.VERIFIED, _C),
        (_N.VERIFIED, _NA.FINALIZE): step(_N.FINALIZED, _P),
        **{
            (state, _NA.TERMINATE): step(_N.TERMINATED, *_BOTH, Role.SYSTEM)
            for state in (_N.INITIATED, _N.REQUESTED, _N.OFFERED, _N.ACCEPTED, _N.AGREED, _N.VERIFIED)
        },
    },
)

TRANSFER: Final = Machine(
    "market.dataspace_transfer",
    _T.INITIATED,
    {
        (_T.INITIATED, _TA.REQUEST): step(_T.REQUESTED, _C),
        (_T.REQUESTED, _TA.START): step(_T.STARTED, _P),
        (_T.STARTED, _TA.SUSPEND): step(_T.SUSPENDED, *_BOTH),
        (_T.STARTED, _TA.COMPLETE): step(_T.COMPLETED, *_BOTH),
        (_T.SUSPENDED, _TA.START): step(_T.STARTED, *_BOTH),
        **{
            (state, _TA.TERMINATE): step(_T.TERMINATED, *_BOTH, Role.SYSTEM)
            for state in (_T.INITIATED, _T.REQUESTED, _T.STARTED, _T.SUSPENDED)
        },
    },
)

SENT_BY: Final = {
    (_N.ACCEPTED, _NA.TERMINATE): (Role.PROVIDER, Role.SYSTEM),
    (_N.AGREED, _NA.TERMINATE): (Role.BUYER, Role.SYSTEM),
    (_N.VERIFIED, _NA.TERMINATE): (Role.PROVIDER, Role.SYSTEM),
}
"""Where the protocol's diagram lets one side end a negotiation that its text lets both: we send by the diagram."""
