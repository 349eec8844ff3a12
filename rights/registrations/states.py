"""The life of a registration case, from application to certificate (数据产权登记工作指引 art. 14)."""

from enum import StrEnum
from typing import Final

from kernel.states import Machine, Role, step


class RegistrationState(StrEnum):
    """Where a case stands."""

    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    REVIEWED = "reviewed"
    NOTICED = "noticed"
    CERTIFIED = "certified"
    REJECTED = "rejected"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class RegistrationAction(StrEnum):
    """What moves a case."""

    ACCEPT = "accept"
    REJECT = "reject"
    APPROVE = "approve"
    REFUSE = "refuse"
    PUBLISH = "publish"
    CERTIFY = "certify"
    WITHDRAW = "withdraw"


_S, _A = RegistrationState, RegistrationAction

OPEN: Final = (_S.SUBMITTED, _S.ACCEPTED, _S.REVIEWED, _S.NOTICED)
"""States in which a case is under way."""

REGISTRATION: Final = Machine(
    "rights.registration",
    _S.SUBMITTED,
    {
        # Silence is acceptance (art. 17), so the system may accept too.
        (_S.SUBMITTED, _A.ACCEPT): step(_S.ACCEPTED, Role.REGISTRAR, Role.SYSTEM),
        (_S.SUBMITTED, _A.REJECT): step(_S.REJECTED, Role.REGISTRAR),
        (_S.ACCEPTED, _A.APPROVE): step(_S.REVIEWED, Role.REGISTRAR),
        (_S.REVIEWED, _A.PUBLISH): step(_S.NOTICED, Role.REGISTRAR),
        (_S.NOTICED, _A.CERTIFY): step(_S.CERTIFIED, Role.REGISTRAR),
        # A ground of refusal may come to light at any time before the certificate (art. 22).
        (_S.ACCEPTED, _A.REFUSE): step(_S.REFUSED, Role.REGISTRAR),
        (_S.REVIEWED, _A.REFUSE): step(_S.REFUSED, Role.REGISTRAR),
        (_S.NOTICED, _A.REFUSE): step(_S.REFUSED, Role.REGISTRAR),
        **{(state, _A.WITHDRAW): step(_S.WITHDRAWN, Role.PROVIDER) for state in OPEN},
    },
)
