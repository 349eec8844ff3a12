"""Whether registered rights can pass to another (转让): asked when it is applied for, and again when it is entered."""

from collections.abc import Sequence

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.act import Act
from kernel.db import one
from kernel.identity.models import Party
from kernel.identity.states import PartyState
from rights.cases.applications.errors import RightsPassTogether
from rights.classification import sheets
from rights.classification.facts import facts_of
from rights.registrations.models import Registration
from rights.terms import Regime, Right
from rights.title import queries
from rights.title.commands import grants as titles
from rights.title.schemas import TransferTitle

CONSENT: str = "co-party-consent"
"""The evidence of co-holders' consent (共有人同意)."""


async def evidence_needed(session: AsyncSession, row: Registration) -> Sequence[str]:
    """A title held in shares passes only with the others' written consent."""
    if row.type != "transfer" or not await queries.shares(session, row.asset_id):
        return ()
    return (CONSENT,)


def require_all_rights(held: Sequence[str], wanted: Sequence[Right] | None) -> None:
    """Raise RightsPassTogether when somebody would pass on some of the rights and keep the others."""
    if wanted is not None and {str(right) for right in wanted} != set(held):
        raise RightsPassTogether(held=list(held), wanted=[str(right) for right in wanted])


async def require_transferable(act: Act, row: Registration) -> None:
    """Ask the title and the gates whether the rights may pass now; their answers are kept with the case.

    Raises what stands against it: a co-holder who has not consented, a remark, a gate.
    """
    assert row.counterparty_id is not None
    if row.regime == Regime.PROPERTY:
        await titles.require_transferable(act, row.asset_id, transfer_of(row))
    taker = await one(act.session, Party, row.counterparty_id)
    facts = msgspec.structs.replace(
        await facts_of(act.session, row.asset_id, row.party_id, "transfer", act.at),
        # Who is admitted is identified by a credit code, and so is an organisation of this country.
        buyer_identified=taker.status is PartyState.ADMITTED and bool(taker.uscc),
        purpose_stated=True,
        exported=False,
    )
    await sheets.require(act.session, row.id, row.asset_id, facts, at=act.at)


def transfer_of(row: Registration) -> TransferTitle:
    """What the case moves, with the consents that came with it."""
    assert row.counterparty_id is not None
    return TransferTitle(
        transferor_id=row.party_id, transferee_id=row.counterparty_id, basis=row.id, consents=row.consents or []
    )
