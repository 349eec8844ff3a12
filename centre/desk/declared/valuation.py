"""Appraisals, what valuers ask for, and third-party tests."""

from typing import Final

from centre.desk.waiting import Waiting, end_of_day, of, through
from kernel.states import Role
from kernel.text import Text
from valuation.engagements.models import DataRequest, Engagement
from valuation.engagements.states import (
    DATA_REQUEST,
    ENGAGEMENT,
    OPEN,
    EngagementAction,
    EngagementState,
    RequestAction,
    RequestState,
)
from valuation.testing.models import ThirdPartyTest
from valuation.testing.states import THIRD_PARTY_TEST, TestAction, TestState

_ENGAGEMENT: Final = "/v1/engagements/{id}"
_TEST: Final = "/v1/third-party-tests/{id}"
_E, _EA = EngagementState, EngagementAction
_FIRM: Final = of(Engagement.firm)
_ENGAGED: Final = of(Engagement.firm, Engagement.client, Engagement.provider)
_ORDERED: Final = of(ThirdPartyTest.provider, ThirdPartyTest.tester)


def _of_firm(state: EngagementState, title: Text, *by: EngagementAction) -> Waiting:
    return Waiting(ENGAGEMENT, (state,), title, _ENGAGEMENT, Engagement, by=by, mine=_FIRM, known_to=_ENGAGED)


def _of_tester(state: TestState, title: Text, *by: TestAction) -> Waiting:
    mine = of(ThirdPartyTest.tester)
    return Waiting(THIRD_PARTY_TEST, (state,), title, _TEST, ThirdPartyTest, by=by, mine=mine, known_to=_ORDERED)


WAITING: Final = (
    _of_firm(_E.PROPOSED, Text("接受或谢绝评估委托", "Accept an engagement, or decline"), _EA.ACCEPT, _EA.DECLINE),
    _of_firm(_E.ACCEPTED, Text("编制评估底稿与结论", "Draft the appraisal"), _EA.DRAFT),
    _of_firm(_E.DRAFTED, Text("第二评估师复核", "Second the draft, or return it"), _EA.SECOND, _EA.RETURN),
    _of_firm(_E.SECONDED, Text("内部审核", "Review the draft, or return it"), _EA.APPROVE, _EA.RETURN),
    _of_firm(_E.REVIEWED, Text("首席评估师签字", "Sign the report"), _EA.SIGN),
    _of_firm(_E.SIGNED, Text("第二评估师签字", "Countersign the report"), _EA.COUNTERSIGN),
    Waiting(
        ENGAGEMENT,
        (_E.PROPOSED, *OPEN),
        Text("同意评估机构查阅数据质量", "Let the valuers read of the data's quality"),
        _ENGAGEMENT,
        Engagement,
        roles=frozenset({Role.PROVIDER}),
        mine=of(Engagement.provider),
        when=Engagement.consented_at.is_(None),
    ),
    Waiting(
        DATA_REQUEST,
        (RequestState.ASKED,),
        Text("提供评估资料", "Answer what the valuers ask for"),
        "/v1/engagements/{id}",
        DataRequest,
        by=(RequestAction.ANSWER,),
        mine=through(DataRequest.engagement_id, Engagement.id, of(Engagement.client, Engagement.provider)),
        known_to=through(DataRequest.engagement_id, Engagement.id, _ENGAGED),
        due=end_of_day(DataRequest.due_on),
        about=DataRequest.engagement_id,
    ),
    _of_tester(
        TestState.ORDERED,
        Text("接受或谢绝检测委托", "Accept a test, or decline"),
        TestAction.ACCEPT,
        TestAction.DECLINE,
    ),
    _of_tester(TestState.ACCEPTED, Text("实施检测", "Measure"), TestAction.MEASURE),
    _of_tester(TestState.MEASURED, Text("签发检测报告", "Sign the test report"), TestAction.SIGN),
)
