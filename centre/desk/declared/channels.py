"""What providers look at before it leaves: templates, answers, programs' results, and joint agreements."""

from typing import Final

from sqlalchemy import and_, or_

from centre.desk.waiting import Waiting, of
from channels.computing.models import ComputingRun, ComputingTemplate
from channels.computing.states import RUN, TEMPLATE, ComputingRunState, RunAction, TemplateAction, TemplateState
from channels.joint.models import JointAgreement, JointRun
from channels.joint.states import (
    JOINT_AGREEMENT,
    JOINT_RUN,
    JointAgreementAction,
    JointAgreementState,
    JointRunAction,
    JointRunState,
)
from channels.programs.models import ProgramRun
from channels.programs.states import PROGRAM_RUN, ProgramAction, ProgramRunState
from kernel.text import Text

_JOINED: Final = of(JointAgreement.buyer, JointAgreement.a_provider, JointAgreement.b_provider)
_RUN_BY: Final = of(JointRun.buyer, JointRun.a_provider, JointRun.b_provider)

WAITING: Final = (
    Waiting(
        TEMPLATE,
        (TemplateState.DRAFTED,),
        Text("批准查询模板", "Approve a template, or withdraw it"),
        "/v1/computing-templates/{id}",
        ComputingTemplate,
        by=(TemplateAction.APPROVE, TemplateAction.WITHDRAW),
        mine=of(ComputingTemplate.provider),
        due=ComputingTemplate.due_at,
    ),
    Waiting(
        RUN,
        (ComputingRunState.IN_REVIEW,),
        Text("审核受控计算结果", "Look at a result before it is released"),
        "/v1/computing-runs/{id}",
        ComputingRun,
        by=(RunAction.RELEASE, RunAction.REFUSE),
        mine=of(ComputingRun.provider),
        known_to=of(ComputingRun.provider, ComputingRun.buyer),
        due=ComputingRun.due_at,
    ),
    Waiting(
        PROGRAM_RUN,
        (ProgramRunState.IN_REVIEW,),
        Text("审核程序运行结果", "Look at a program's results before they are released"),
        "/v1/program-runs/{id}",
        ProgramRun,
        by=(ProgramAction.RELEASE, ProgramAction.REFUSE),
        mine=of(ProgramRun.provider),
        known_to=of(ProgramRun.provider, ProgramRun.buyer),
        due=ProgramRun.due_at,
    ),
    Waiting(
        JOINT_AGREEMENT,
        (JointAgreementState.PROPOSED, JointAgreementState.CONSENTED_BY_ONE),
        Text("同意或拒绝联合计算约定", "Consent to a joint agreement, or refuse"),
        "/v1/joint-agreements/{id}",
        JointAgreement,
        by=(JointAgreementAction.CONSENT, JointAgreementAction.REFUSE),
        mine=lambda party: or_(
            and_(JointAgreement.a_provider == party, JointAgreement.a_consented_at.is_(None)),
            and_(JointAgreement.b_provider == party, JointAgreement.b_consented_at.is_(None)),
        ),
        known_to=_JOINED,
        due=JointAgreement.due_at,
    ),
    Waiting(
        JOINT_RUN,
        (JointRunState.IN_REVIEW, JointRunState.REVIEWED_BY_ONE),
        Text("审核联合计算结果", "Look at a joint result before it is released"),
        "/v1/joint-runs/{id}",
        JointRun,
        by=(JointRunAction.APPROVE, JointRunAction.REFUSE),
        mine=lambda party: or_(
            and_(JointRun.a_provider == party, JointRun.a_reviewed_by.is_(None)),
            and_(JointRun.b_provider == party, JointRun.b_reviewed_by.is_(None)),
        ),
        known_to=_RUN_BY,
        due=JointRun.due_at,
    ),
)
