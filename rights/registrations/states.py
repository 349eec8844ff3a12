"""The life of a registration case, from application to its end (数据产权登记工作指引 arts. 14, 17, 22, 24, 25, 28)."""

from enum import StrEnum
from typing import Final

from kernel.states import Machine, Role, step


class RegistrationState(StrEnum):
    """Where a case stands."""

    SUBMITTED = "submitted"
    PENDING = "pending"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    SUPPLEMENTING = "supplementing"
    REVIEWED = "reviewed"
    NOTICED = "noticed"
    OBJECTED = "objected"
    CERTIFIED = "certified"
    ENTERED = "entered"
    REJECTED = "rejected"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class RegistrationAction(StrEnum):
    """What moves a case."""

    AWAIT = "await"
    CONSENT = "consent"
    DECLINE = "decline"
    ACCEPT = "accept"
    REJECT = "reject"
    REQUEST_SUPPLEMENT = "request_supplement"
    SUPPLY = "supply"
    EXTEND = "extend"
    APPROVE = "approve"
    REFUSE = "refuse"
    PUBLISH = "publish"
    OBJECT = "object"
    DISMISS = "dismiss"
    UPHOLD = "uphold"
    CERTIFY = "certify"
    ENTER = "enter"
    WITHDRAW = "withdraw"


_S, _A = RegistrationState, RegistrationAction

OPEN: Final = (
    _S.SUBMITTED,
    _S.PENDING,
    _S.RETURNED,
    _S.ACCEPTED,
    _S.SUPPLEMENTING,
    _S.REVIEWED,
    _S.NOTICED,
    _S.OBJECTED,
)
"""States in which a case is under way."""

IN_NOTICE: Final = (_S.NOTICED, _S.OBJECTED)
"""States in which a case's content is claimed before everybody."""

REGISTRATION: Final = Machine(
    "rights.registration",
    _S.SUBMITTED,
    {
        # A transfer is applied for together (art. 34): it waits for the transferee's own key.
        (_S.SUBMITTED, _A.AWAIT): step(_S.PENDING, Role.PROVIDER),
        (_S.PENDING, _A.CONSENT): step(_S.SUBMITTED, Role.PROVIDER),
        (_S.PENDING, _A.DECLINE): step(_S.WITHDRAWN, Role.PROVIDER),
        # Silence is acceptance (art. 17), so the system may accept too.
        (_S.SUBMITTED, _A.ACCEPT): step(_S.ACCEPTED, Role.REGISTRAR, Role.SYSTEM),
        (_S.SUBMITTED, _A.REJECT): step(_S.REJECTED, Role.REGISTRAR),
        # Before acceptance a supplement starts its clock anew, after it the case's clock stands still (art. 28).
        (_S.SUBMITTED, _A.REQUEST_SUPPLEMENT): step(_S.RETURNED, Role.REGISTRAR),
        (_S.RETURNED, _A.SUPPLY): step(_S.SUBMITTED, Role.PROVIDER),
        (_S.RETURNED, _A.REJECT): step(_S.REJECTED, Role.REGISTRAR),
        (_S.ACCEPTED, _A.REQUEST_SUPPLEMENT): step(_S.SUPPLEMENTING, Role.REGISTRAR),
        (_S.SUPPLEMENTING, _A.SUPPLY): step(_S.ACCEPTED, Role.PROVIDER),
        (_S.ACCEPTED, _A.APPROVE): step(_S.REVIEWED, Role.REGISTRAR),
        (_S.REVIEWED, _A.PUBLISH): step(_S.NOTICED, Role.REGISTRAR),
        # An objection halts the notice until its conclusion (art. 25).
        (_S.NOTICED, _A.OBJECT): step(_S.OBJECTED, Role.SYSTEM),
        (_S.OBJECTED, _A.DISMISS): step(_S.NOTICED, Role.REGISTRAR, Role.SYSTEM),
        **{(state, _A.UPHOLD): step(_S.REFUSED, Role.REGISTRAR) for state in OPEN},
        # Without a notice (waived, or not held for the type) a reviewed case is concluded at once.
        **{(state, _A.CERTIFY): step(_S.CERTIFIED, Role.REGISTRAR) for state in (_S.REVIEWED, _S.NOTICED)},
        **{(state, _A.ENTER): step(_S.ENTERED, Role.REGISTRAR) for state in (_S.REVIEWED, _S.NOTICED)},
        # One more period for the whole case, once and with a reason (art. 28).
        **{(state, _A.EXTEND): step(state, Role.REGISTRAR) for state in (_S.ACCEPTED, _S.REVIEWED, _S.NOTICED)},
        # A ground of refusal may come to light at any time before the end (art. 22).
        **{
            (state, _A.REFUSE): step(_S.REFUSED, Role.REGISTRAR)
            for state in (_S.ACCEPTED, _S.SUPPLEMENTING, _S.REVIEWED, _S.NOTICED, _S.OBJECTED)
        },
        **{(state, _A.WITHDRAW): step(_S.WITHDRAWN, Role.PROVIDER) for state in OPEN},
    },
)
