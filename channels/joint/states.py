"""The lives of a joint agreement (联合计算约定), to which two providers consent, and of a joint run (联合计算任务)."""

from enum import StrEnum
from typing import Final

from kernel.states import Machine, Role, step


class JointAgreementState(StrEnum):
    """Where a joint agreement stands."""

    PROPOSED = "proposed"
    CONSENTED_BY_ONE = "consented_by_one"
    IN_FORCE = "in_force"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
    ENDED = "ended"
    EXPIRED = "expired"


class JointAgreementAction(StrEnum):
    """What is done with a joint agreement."""

    CONSENT = "consent"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"
    LAPSE = "lapse"
    END = "end"
    EXPIRE = "expire"


_S, _A = JointAgreementState, JointAgreementAction

JOINT_AGREEMENT: Final = Machine(
    "channels.joint_agreement",
    _S.PROPOSED,
    {
        (_S.PROPOSED, _A.CONSENT): step(_S.CONSENTED_BY_ONE, Role.PROVIDER),
        (_S.PROPOSED, _A.REFUSE): step(_S.REFUSED, Role.PROVIDER),
        (_S.PROPOSED, _A.WITHDRAW): step(_S.WITHDRAWN, Role.BUYER),
        (_S.PROPOSED, _A.LAPSE): step(_S.LAPSED, Role.SYSTEM),
        (_S.CONSENTED_BY_ONE, _A.CONSENT): step(_S.IN_FORCE, Role.PROVIDER),
        (_S.CONSENTED_BY_ONE, _A.REFUSE): step(_S.REFUSED, Role.PROVIDER),
        (_S.CONSENTED_BY_ONE, _A.WITHDRAW): step(_S.WITHDRAWN, Role.BUYER),
        (_S.CONSENTED_BY_ONE, _A.LAPSE): step(_S.LAPSED, Role.SYSTEM),
        (_S.IN_FORCE, _A.END): step(_S.ENDED, Role.PROVIDER, Role.BUYER),
        (_S.IN_FORCE, _A.EXPIRE): step(_S.EXPIRED, Role.SYSTEM),
    },
)
AWAITING_CONSENT: Final = (_S.PROPOSED, _S.CONSENTED_BY_ONE)
OPEN: Final = (*AWAITING_CONSENT, _S.IN_FORCE)
"""What has a clock: until both have consented, then until its term is over."""


class JointRunState(StrEnum):
    """Where a joint run stands."""

    QUEUED = "queued"
    RUNNING = "running"
    IN_REVIEW = "in_review"
    REVIEWED_BY_ONE = "reviewed_by_one"
    RELEASED = "released"
    REFUSED = "refused"
    LAPSED = "lapsed"
    FAILED = "failed"
    STOPPED = "stopped"
    CANCELLED = "cancelled"


class JointRunAction(StrEnum):
    """What happens to a joint run; it is stopped where one of the two agreements, or the joint one, holds no more."""

    START = "start"
    HOLD = "hold"
    APPROVE = "approve"
    RELEASE = "release"
    REFUSE = "refuse"
    LAPSE = "lapse"
    FAIL = "fail"
    STOP = "stop"
    CANCEL = "cancel"


_R, _D = JointRunState, JointRunAction

JOINT_RUN: Final = Machine(
    "channels.joint_run",
    _R.QUEUED,
    {
        (_R.QUEUED, _D.START): step(_R.RUNNING, Role.SYSTEM),
        (_R.QUEUED, _D.FAIL): step(_R.FAILED, Role.SYSTEM),
        (_R.QUEUED, _D.STOP): step(_R.STOPPED, Role.SYSTEM),
        (_R.QUEUED, _D.CANCEL): step(_R.CANCELLED, Role.BUYER),
        (_R.RUNNING, _D.HOLD): step(_R.IN_REVIEW, Role.SYSTEM),
        (_R.RUNNING, _D.RELEASE): step(_R.RELEASED, Role.SYSTEM),
        (_R.RUNNING, _D.FAIL): step(_R.FAILED, Role.SYSTEM),
        (_R.RUNNING, _D.STOP): step(_R.STOPPED, Role.SYSTEM),
        (_R.RUNNING, _D.CANCEL): step(_R.CANCELLED, Role.BUYER),
        (_R.IN_REVIEW, _D.APPROVE): step(_R.REVIEWED_BY_ONE, Role.PROVIDER),
        (_R.IN_REVIEW, _D.REFUSE): step(_R.REFUSED, Role.PROVIDER),
        (_R.IN_REVIEW, _D.LAPSE): step(_R.LAPSED, Role.SYSTEM),
        (_R.IN_REVIEW, _D.STOP): step(_R.STOPPED, Role.SYSTEM),
        (_R.IN_REVIEW, _D.CANCEL): step(_R.CANCELLED, Role.BUYER),
        (_R.REVIEWED_BY_ONE, _D.APPROVE): step(_R.RELEASED, Role.PROVIDER),
        (_R.REVIEWED_BY_ONE, _D.REFUSE): step(_R.REFUSED, Role.PROVIDER),
        (_R.REVIEWED_BY_ONE, _D.LAPSE): step(_R.LAPSED, Role.SYSTEM),
        (_R.REVIEWED_BY_ONE, _D.STOP): step(_R.STOPPED, Role.SYSTEM),
        (_R.REVIEWED_BY_ONE, _D.CANCEL): step(_R.CANCELLED, Role.BUYER),
    },
)
UNDER_WAY: Final = (_R.QUEUED, _R.RUNNING)
"""What waits for a process or has one."""
IN_REVIEW: Final = (_R.IN_REVIEW, _R.REVIEWED_BY_ONE)
WAITING: Final = (*UNDER_WAY, *IN_REVIEW)
"""What has a clock."""
ANSWERING: Final = (*WAITING, _R.RELEASED)
"""Runs whose answer is there, or may still come: whoever asks the same again is given the same run."""
