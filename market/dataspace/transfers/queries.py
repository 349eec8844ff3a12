"""Reading transfers, for the participant whose they are, and the agreement behind one."""

from typing import Final

import msgspec
from sqlalchemy import select

from kernel.act import Act
from kernel.db import locked, one
from kernel.states import Role
from kernel.storage.links import Keyring
from kernel.storage.sealing import unseal
from kernel.views.audience import Audience
from kernel.views.paging import Page, fetch
from kernel.views.projection import shown
from market.dataspace.errors import TransferNotCovered
from market.dataspace.models import DataspaceAgreement, DataspaceTransfer
from market.dataspace.negotiations.queries import actions, sent_view
from market.dataspace.states import TRANSFER, DataspaceSide, TransferState
from market.dataspace.transfers.schemas import DataspaceTransferView

AUDIENCE: Final = Audience("dataspace_transfer", (Role.REGULATOR, Role.AUDITOR))
"""Each side's transfers are its own; who supervises the market may read them, without the keys to the data."""

ADDRESS: Final = "dataspace data address"
"""The purpose for which addresses with their tokens are sealed."""


async def view(act: Act, row: DataspaceTransfer, keyring: Keyring) -> DataspaceTransferView:
    """A transfer; where the data is fetched is shown to its consumer alone."""
    mine = act.actor.party == row.participant
    agreement = await act.session.get_one(DataspaceAgreement, row.agreement_id)
    address = msgspec.json.decode(unseal(keyring, ADDRESS, row.data_address)) if mine and row.data_address else None
    known = actions(TRANSFER, row, row.sending) if mine else []
    if mine and row.side is DataspaceSide.PROVIDER and row.address_due and row.status is TransferState.STARTED:
        known = sorted({*known, "start"})
    return shown(
        row,
        DataspaceTransferView,
        allowed_actions=known,
        agreement_external_id=agreement.external_id,
        data_address=address,
        sending=await sent_view(act.session, row.sending),
    )


async def own(act: Act, transfer_id: str) -> DataspaceTransfer:
    """A transfer of the actor's own, locked for a step; raises NotFound."""
    row = await locked(act.session, DataspaceTransfer, transfer_id)
    AUDIENCE.require_party(act.actor, row.id, row.participant)
    return row


async def transfer(act: Act, transfer_id: str, keyring: Keyring) -> DataspaceTransferView:
    """One transfer; raises NotFound."""
    row = await one(act.session, DataspaceTransfer, transfer_id)
    AUDIENCE.require(act.actor, row.id, row.participant)
    return await view(act, row, keyring)


async def transfers(
    act: Act, status: TransferState | None, limit: int, cursor: str | None, keyring: Keyring
) -> Page[DataspaceTransferView]:
    """Transfers, newest first."""
    query = select(DataspaceTransfer).where(AUDIENCE.among(act.actor, DataspaceTransfer.participant))
    if status is not None:
        query = query.where(DataspaceTransfer.status == status)
    page = await fetch(act.session, query, DataspaceTransfer.id, limit=limit, cursor=cursor, newest_first=True)
    return await page.awaiting(lambda row: view(act, row, keyring))


def require_standing(agreement: DataspaceAgreement | None, name: str) -> DataspaceAgreement:
    """An agreement that is concluded and has not ended; raises TransferNotCovered."""
    if agreement is None or agreement.concluded_at is None or agreement.ended_at is not None:
        raise TransferNotCovered(agreement=name[:80])
    return agreement
