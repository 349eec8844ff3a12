"""The life of an engagement, from the client's proposal to the end of its report; and of a request for data."""

from enum import StrEnum
from typing import Final

from kernel.states import Machine, Role, step


class EngagementState(StrEnum):
    """Where an engagement stands."""

    PROPOSED = "proposed"
    DECLINED = "declined"
    ACCEPTED = "accepted"
    DRAFTED = "drafted"
    SECONDED = "seconded"
    REVIEWED = "reviewed"
    SIGNED = "signed"
    ISSUED = "issued"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    TERMINATED = "terminated"


class EngagementAction(StrEnum):
    """What moves an engagement."""

    ACCEPT = "accept"
    DECLINE = "decline"
    DRAFT = "draft"
    SECOND = "second"
    APPROVE = "approve"
    RETURN = "return"
    SIGN = "sign"
    COUNTERSIGN = "countersign"
    TERMINATE = "terminate"
    SUPERSEDE = "supersede"
    WITHDRAW = "withdraw"
    EXPIRE = "expire"


_S, _A = EngagementState, EngagementAction

CLIENT: Final = Role.PROVIDER
"""The role in which anybody engages a firm; that it is this engagement's client is checked against its party."""

OPEN: Final = (_S.ACCEPTED, _S.DRAFTED, _S.SECONDED, _S.REVIEWED, _S.SIGNED)
"""States in which the valuers are at work."""

ENGAGEMENT: Final = Machine(
    "valuation.engagement",
    _S.PROPOSED,
    {
        (_S.PROPOSED, _A.ACCEPT): step(_S.ACCEPTED, Role.VALUER),
        (_S.PROPOSED, _A.DECLINE): step(_S.DECLINED, Role.VALUER),
        (_S.PROPOSED, _A.TERMINATE): step(_S.TERMINATED, CLIENT),
        (_S.ACCEPTED, _A.DRAFT): step(_S.DRAFTED, Role.VALUER),
        (_S.DRAFTED, _A.DRAFT): step(_S.DRAFTED, Role.VALUER),
        (_S.DRAFTED, _A.SECOND): step(_S.SECONDED, Role.VALUER),
        (_S.SECONDED, _A.APPROVE): step(_S.REVIEWED, Role.VALUER),
        # Whoever reads the draft may send it back, also the second signer who sees more than the first.
        **{
            (state, _A.RETURN): step(_S.ACCEPTED, Role.VALUER)
            for state in (_S.DRAFTED, _S.SECONDED, _S.REVIEWED, _S.SIGNED)
        },
        (_S.REVIEWED, _A.SIGN): step(_S.SIGNED, Role.VALUER),
        (_S.SIGNED, _A.COUNTERSIGN): step(_S.ISSUED, Role.VALUER),
        # A firm ends an engagement whose client withholds papers or asks for another result (资产评估法 art. 18).
        **{(state, _A.TERMINATE): step(_S.TERMINATED, Role.VALUER, CLIENT) for state in OPEN},
        (_S.ISSUED, _A.SUPERSEDE): step(_S.SUPERSEDED, Role.SYSTEM),
        (_S.ISSUED, _A.WITHDRAW): step(_S.WITHDRAWN, Role.VALUER),
        (_S.ISSUED, _A.EXPIRE): step(_S.EXPIRED, Role.SYSTEM),
    },
)


class RequestState(StrEnum):
    """Where a request for data stands."""

    ASKED = "asked"
    ANSWERED = "answered"
    WAIVED = "waived"


class RequestAction(StrEnum):
    """What moves a request for data."""

    ANSWER = "answer"
    REOPEN = "reopen"
    WAIVE = "waive"


DATA_REQUEST: Final = Machine(
    "valuation.data-request",
    RequestState.ASKED,
    {
        (RequestState.ASKED, RequestAction.ANSWER): step(RequestState.ANSWERED, CLIENT),
        (RequestState.ANSWERED, RequestAction.REOPEN): step(RequestState.ASKED, Role.VALUER),
        (RequestState.ASKED, RequestAction.WAIVE): step(RequestState.WAIVED, Role.VALUER),
    },
)
