"""The lives of a template (计算模板) that a provider writes, and of a run (计算任务) that a buyer asks for."""

from enum import StrEnum
from typing import Final

from kernel.states import Machine, Role, step


class TemplateState(StrEnum):
    """Where a template stands."""

    DRAFTED = "drafted"
    APPROVED = "approved"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


class TemplateAction(StrEnum):
    """What is done with a template."""

    APPROVE = "approve"
    WITHDRAW = "withdraw"
    LAPSE = "lapse"


_T, _A = TemplateState, TemplateAction

TEMPLATE: Final = Machine(
    "channels.computing_template",
    _T.DRAFTED,
    {
        (_T.DRAFTED, _A.APPROVE): step(_T.APPROVED, Role.PROVIDER),
        (_T.DRAFTED, _A.WITHDRAW): step(_T.WITHDRAWN, Role.PROVIDER),
        (_T.DRAFTED, _A.LAPSE): step(_T.LAPSED, Role.SYSTEM),
        (_T.APPROVED, _A.WITHDRAW): step(_T.WITHDRAWN, Role.PROVIDER),
    },
)


class ComputingRunState(StrEnum):
    """Where a run stands."""

    QUEUED = "queued"
    RUNNING = "running"
    IN_REVIEW = "in_review"
    RELEASED = "released"
    REFUSED = "refused"
    LAPSED = "lapsed"
    FAILED = "failed"
    CANCELLED = "cancelled"


class RunAction(StrEnum):
    """What happens to a run."""

    START = "start"
    HOLD = "hold"
    RELEASE = "release"
    REFUSE = "refuse"
    LAPSE = "lapse"
    FAIL = "fail"
    CANCEL = "cancel"


_R, _D = ComputingRunState, RunAction

RUN: Final = Machine(
    "channels.computing_run",
    _R.QUEUED,
    {
        (_R.QUEUED, _D.START): step(_R.RUNNING, Role.SYSTEM),
        (_R.QUEUED, _D.FAIL): step(_R.FAILED, Role.SYSTEM),
        (_R.QUEUED, _D.CANCEL): step(_R.CANCELLED, Role.BUYER),
        (_R.RUNNING, _D.HOLD): step(_R.IN_REVIEW, Role.SYSTEM),
        (_R.RUNNING, _D.RELEASE): step(_R.RELEASED, Role.SYSTEM),
        (_R.RUNNING, _D.FAIL): step(_R.FAILED, Role.SYSTEM),
        (_R.RUNNING, _D.CANCEL): step(_R.CANCELLED, Role.BUYER),
        (_R.IN_REVIEW, _D.RELEASE): step(_R.RELEASED, Role.PROVIDER),
        (_R.IN_REVIEW, _D.REFUSE): step(_R.REFUSED, Role.PROVIDER),
        (_R.IN_REVIEW, _D.LAPSE): step(_R.LAPSED, Role.SYSTEM),
        (_R.IN_REVIEW, _D.CANCEL): step(_R.CANCELLED, Role.BUYER),
    },
)
UNDER_WAY: Final = (_R.QUEUED, _R.RUNNING)
"""What waits for a process or has one."""
ANSWERING: Final = (*UNDER_WAY, _R.IN_REVIEW, _R.RELEASED)
"""Runs whose answer is there, or may still come: whoever asks the same again is given the same run."""
