"""The register of parties and rights, and the store."""

from typing import Final

from centre.desk.waiting import Waiting, end_of_day, of
from kernel.identity.models import Party
from kernel.identity.states import PARTY, PartyAction, PartyState
from kernel.safekeeping.models import IntegrityFinding
from kernel.safekeeping.states import FINDING, FindingAction, FindingState
from kernel.states import Role
from kernel.text import Text
from kernel.webhooks.models import WebhookEndpoint
from kernel.webhooks.states import WEBHOOK, WebhookAction, WebhookState
from rights.objections.models import Objection
from rights.objections.states import OBJECTION, ObjectionAction, ObjectionState
from rights.registrations.models import Registration
from rights.registrations.states import REGISTRATION, RegistrationAction, RegistrationState

_REGISTRATION: Final = "/v1/registrations/{id}"
_OBJECTION: Final = "/v1/objections/{id}"
_CASE: Final = of(Registration.party_id, Registration.counterparty_id)
_SIDES: Final = of(Objection.objector_id, Objection.respondent_id)
_R, _RA = RegistrationState, RegistrationAction
_O, _OA = ObjectionState, ObjectionAction

WAITING: Final = (
    Waiting(
        PARTY,
        (PartyState.APPLIED,),
        Text("审核准入申请", "Decide on an application for admission"),
        "/v1/parties/{id}",
        Party,
        by=(PartyAction.ADMIT, PartyAction.REFUSE),
        known_to=of(Party.id),
    ),
    Waiting(
        FINDING,
        (FindingState.OPEN,),
        Text("处理存储完整性问题", "See to a stored file that is not as it was"),
        "/v1/integrity-findings/{id}",
        IntegrityFinding,
        by=(FindingAction.CHECK, FindingAction.LOSE),
        due=IntegrityFinding.due_at,
    ),
    Waiting(
        WEBHOOK,
        (WebhookState.DISABLED,),
        Text("恢复已停用的回调地址", "Enable a webhook that was disabled"),
        "/v1/webhooks/{id}",
        WebhookEndpoint,
        by=(WebhookAction.ENABLE,),
        mine=of(WebhookEndpoint.party_id),
    ),
    Waiting(
        REGISTRATION,
        (_R.SUBMITTED,),
        Text("受理登记申请", "Accept an application for registration, or ask for what is missing"),
        _REGISTRATION,
        Registration,
        by=(_RA.ACCEPT, _RA.REJECT, _RA.REQUEST_SUPPLEMENT),
        known_to=_CASE,
        due=end_of_day(Registration.acceptance_due_on),
    ),
    Waiting(
        REGISTRATION,
        (_R.PENDING,),
        Text("同意或拒绝共同登记", "Consent to a registration, or decline"),
        _REGISTRATION,
        Registration,
        by=(_RA.CONSENT, _RA.DECLINE),
        mine=of(Registration.counterparty_id),
        known_to=_CASE,
        due=end_of_day(Registration.due_on),
    ),
    Waiting(
        REGISTRATION,
        (_R.RETURNED, _R.SUPPLEMENTING),
        Text("补正登记材料", "Supply what the registrar asks for"),
        _REGISTRATION,
        Registration,
        by=(_RA.SUPPLY,),
        mine=of(Registration.party_id),
        known_to=_CASE,
        due=end_of_day(Registration.due_on),
    ),
    Waiting(
        REGISTRATION,
        (_R.ACCEPTED,),
        Text("审查登记申请", "Examine a registration"),
        _REGISTRATION,
        Registration,
        by=(_RA.APPROVE, _RA.REQUEST_SUPPLEMENT, _RA.REFUSE),
        known_to=_CASE,
        due=end_of_day(Registration.case_due_on),
    ),
    Waiting(
        REGISTRATION,
        (_R.REVIEWED,),
        Text("公示或登簿发证", "Publish a registration, or enter it"),
        _REGISTRATION,
        Registration,
        by=(_RA.PUBLISH, _RA.CERTIFY, _RA.ENTER),
        known_to=_CASE,
        due=end_of_day(Registration.case_due_on),
    ),
    Waiting(
        REGISTRATION,
        (_R.NOTICED,),
        Text("公示期满后登簿发证", "Enter a registration when its public notice is over"),
        _REGISTRATION,
        Registration,
        by=(_RA.CERTIFY, _RA.ENTER),
        known_to=_CASE,
        due=end_of_day(Registration.notice_until),
    ),
    Waiting(
        OBJECTION,
        (_O.RAISED,),
        Text("将异议告知被异议方", "Tell the respondent of an objection"),
        _OBJECTION,
        Objection,
        by=(_OA.TELL,),
        known_to=_SIDES,
        due=end_of_day(Objection.due_on),
    ),
    Waiting(
        OBJECTION,
        (_O.TOLD,),
        Text("答复异议", "Answer an objection"),
        _OBJECTION,
        Objection,
        by=(_OA.CONCEDE, _OA.CONTEST),
        roles=frozenset({Role.PROVIDER}),
        mine=of(Objection.respondent_id),
        known_to=_SIDES,
        due=end_of_day(Objection.due_on),
    ),
    Waiting(
        OBJECTION,
        (_O.INVESTIGATED,),
        Text("对异议作出结论", "Conclude on an objection"),
        _OBJECTION,
        Objection,
        by=(_OA.UPHOLD, _OA.DISMISS),
        known_to=_SIDES,
        due=end_of_day(Objection.due_on),
    ),
    Waiting(
        OBJECTION,
        (_O.CONCEDED,),
        Text("按承认的异议处理", "Carry out an objection that was conceded"),
        _OBJECTION,
        Objection,
        by=(_OA.UPHOLD,),
        known_to=_SIDES,
        due=end_of_day(Objection.due_on),
    ),
    Waiting(
        OBJECTION,
        (_O.REFERRED,),
        Text("登记裁判或仲裁结果", "Enter what a court or tribunal has decided"),
        _OBJECTION,
        Objection,
        by=(_OA.SETTLE,),
        known_to=_SIDES,
        due=end_of_day(Objection.due_on),
    ),
)
