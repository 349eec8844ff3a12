"""What the parties of a case say after it was applied for: the transferee's consent, and a withdrawal."""

from kernel import ids
from kernel.act import Act
from kernel.db import locked
from kernel.states import Role
from rights.cases.applications.schemas import AnswerTransfer, WithdrawRegistration
from rights.cases.queries import AUDIENCE, registration_view
from rights.cases.schemas import RegistrationView
from rights.registrations.models import Registration
from rights.registrations.states import RegistrationAction
from rights.registrations.steps import start_acceptance, step


async def answer_transfer(act: Act, registration_id: str, data: AnswerTransfer) -> RegistrationView:
    """The transferee joins the application with its own key, and only then does its first clock run; or it declines."""
    row = await locked(act.session, Registration, ids.require("reg", registration_id))
    AUDIENCE.require_party(act.actor, registration_id, row.counterparty_id if row.type == "transfer" else None)
    action = RegistrationAction(data.decision)
    await step(act, row, action, Role.PROVIDER, reason=data.reason)
    if action is RegistrationAction.CONSENT:
        start_acceptance(row, act.today)
    else:
        row.decision_reason = data.reason
    return await registration_view(act, row)


async def withdraw(act: Act, registration_id: str, data: WithdrawRegistration) -> RegistrationView:
    """Take an application back; the content is free again."""
    row = await locked(act.session, Registration, ids.require("reg", registration_id))
    AUDIENCE.require_party(act.actor, registration_id, row.party_id)
    row.decision_reason = data.reason
    await step(act, row, RegistrationAction.WITHDRAW, Role.PROVIDER, reason=data.reason)
    return await registration_view(act, row)
