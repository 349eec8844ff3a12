"""Agreements, their changes and duties, and contracts that were made elsewhere."""

from typing import Final

from sqlalchemy import select

from centre.desk.waiting import Waiting, of, through, unless
from contracts.agreements.models import Agreement, AgreementSignature
from contracts.agreements.states import AGREEMENT, AgreementAction, AgreementState
from contracts.amendments.models import Amendment, AmendmentSignature
from contracts.amendments.states import AMENDMENT, AmendmentAction, AmendmentState
from contracts.filings.models import Filing
from contracts.filings.states import FILING, FilingAction, FilingState
from contracts.obligations.models import DeletionStatement, Obligation
from contracts.obligations.states import (
    DELETION,
    OBLIGATION,
    DeletionAction,
    DeletionState,
    ObligationAction,
    ObligationState,
)
from contracts.successions.models import Succession
from contracts.successions.states import SUCCESSION, SuccessionAction, SuccessionState
from kernel.text import Text

AGREED: Final = of(Agreement.provider, Agreement.consumer)
_AMENDED: Final = of(Amendment.provider, Amendment.consumer)
_PASSING: Final = of(Succession.transferor, Succession.transferee, Succession.consumer)
_FILED: Final = of(Filing.filer, Filing.other)
_A, _AA = AgreementState, AgreementAction

WAITING: Final = (
    Waiting(
        AGREEMENT,
        (_A.DRAFTED, _A.SIGNED_BY_ONE),
        Text("签署协议", "Sign an agreement, or decline"),
        "/v1/agreements/{id}",
        Agreement,
        by=(_AA.DECLINE,),
        mine=unless(
            AGREED,
            lambda party: Agreement.id.in_(
                select(AgreementSignature.agreement_id).where(AgreementSignature.party_id == party)
            ),
        ),
        known_to=AGREED,
        due=Agreement.sign_due_at,
    ),
    Waiting(
        AMENDMENT,
        (AmendmentState.PROPOSED, AmendmentState.SIGNED_BY_ONE),
        Text("签署协议变更", "Sign an amendment, or decline"),
        "/v1/amendments/{id}",
        Amendment,
        by=(AmendmentAction.DECLINE,),
        mine=unless(
            _AMENDED,
            lambda party: Amendment.id.in_(
                select(AmendmentSignature.amendment_id).where(AmendmentSignature.party_id == party)
            ),
        ),
        known_to=_AMENDED,
        due=Amendment.answer_due_at,
    ),
    Waiting(
        OBLIGATION,
        (ObligationState.DUE, ObligationState.BREACHED),
        Text("履行协议义务", "Discharge a duty under an agreement"),
        "/v1/obligations/{id}",
        Obligation,
        by=(ObligationAction.DISCHARGE,),
        mine=of(Obligation.bearer),
        known_to=of(Obligation.bearer, Obligation.beneficiary),
        due=Obligation.due_at,
    ),
    Waiting(
        DELETION,
        (DeletionState.FILED,),
        Text("接受或质疑数据删除声明", "Accept a statement of deletion, or contest it"),
        "/v1/agreements/{id}",
        DeletionStatement,
        by=(DeletionAction.ACCEPT, DeletionAction.CONTEST),
        mine=through(DeletionStatement.agreement_id, Agreement.id, of(Agreement.provider)),
        known_to=through(DeletionStatement.agreement_id, Agreement.id, AGREED),
        due=DeletionStatement.answer_due_at,
        about=DeletionStatement.agreement_id,
    ),
    Waiting(
        SUCCESSION,
        (SuccessionState.CALLED,),
        Text("受让方加入协议", "Join an agreement as its new provider"),
        "/v1/successions/{id}",
        Succession,
        by=(SuccessionAction.JOIN,),
        mine=of(Succession.transferee),
        known_to=_PASSING,
        due=Succession.due_at,
    ),
    Waiting(
        SUCCESSION,
        (SuccessionState.JOINED,),
        Text("同意或拒绝更换提供方", "Consent to a new provider, or refuse"),
        "/v1/successions/{id}",
        Succession,
        by=(SuccessionAction.CONSENT, SuccessionAction.REFUSE),
        mine=of(Succession.consumer),
        known_to=_PASSING,
        due=Succession.due_at,
    ),
    Waiting(
        FILING,
        (FilingState.ONE_SIDED,),
        Text("确认或质疑备案的合同", "Confirm a filed contract, or contest it"),
        "/v1/filings/{id}",
        Filing,
        by=(FilingAction.CONFIRM, FilingAction.CONTEST),
        mine=of(Filing.other),
        known_to=_FILED,
    ),
    Waiting(
        FILING,
        (FilingState.CONTESTED,),
        Text("解决被质疑的合同备案", "Settle a filing that is contested"),
        "/v1/filings/{id}",
        Filing,
        by=(FilingAction.CONFIRM, FilingAction.WITHDRAW),
        mine=_FILED,
        known_to=_FILED,
    ),
)
