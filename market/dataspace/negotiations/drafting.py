"""The agreement that a provider signs, written from the last offer; by itself where a standing rule accepts at once."""

from contracts.approvals.errors import ApprovalMissing, ApprovalVoid
from kernel.act import Act
from kernel.actor import Actor
from kernel.db import one
from market.dataspace.catalogue import queries as catalogue
from market.dataspace.messages import offers
from market.dataspace.models import DataspaceCounterparty, DataspaceNegotiation
from market.dataspace.negotiations import agreements, house
from market.dataspace.participants import naming
from market.dataspace.participants import queries as participants
from market.dataspace.participants.schemas import Standing
from market.dataspace.processes import sending


async def draft(act: Act, row: DataspaceNegotiation) -> None:
    """Write the last offer as the agreement; between members the terms are accepted, and order and agreement there.

    What stands already stays. The negotiation is one that the provider may agree to now.
    """
    if row.agreement_id is not None:
        return
    counterparty = await one(act.session, DataspaceCounterparty, row.counterparty_id)
    assigner = naming.did(act.issuer.public_url, row.participant)
    ours = await house.drafted(act, row)
    name, text = house.name_of(ours) if ours is not None else (sending.urn(), None)
    made = agreements.new(act, row, agreements.text_of(act, row, name, assigner, counterparty.did), text)
    if ours is not None:
        made.house_agreement_id, made.order_id = ours.id, ours.order_id
    act.session.add(made)
    await act.session.flush()
    row.agreement_id = made.id


async def accept_public(act: Act, row: DataspaceNegotiation) -> None:
    """Accept a request for what is offered to everybody, where the provider's standing rule says so.

    Only the signature is left to the provider: no rule makes one. Where the provider's own rule asks for approvals that
    are not there the request waits for a person; the other side is told nothing of that.
    """
    if Standing.ACCEPT_PUBLIC_TERMS not in await participants.automation_of(act.session, row.participant):
        return
    dataset = await catalogue.dataset(act, row.participant, row.dataset_id)
    named = dataset.offer(str(row.offer["@id"]))
    if named is not None and offers.same(named, row.offer):
        mine = act.by(Actor(party=row.participant, key="standing", admitted=True))
        try:
            async with act.session.begin_nested():
                await draft(mine, row)
        except (ApprovalMissing, ApprovalVoid) as refusal:
            row.failure = refusal.code()
