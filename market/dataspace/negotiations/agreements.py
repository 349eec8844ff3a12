"""The agreement that a negotiation comes to: its text on the wire, what each side signs, and what shows that it did."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec
from sqlalchemy import select

from contracts.agreements.commands import party_facts
from contracts.signatures.messages import BY_KEY, BY_MESSAGE, KINDS, SENT_HERE, holds, signing_text
from kernel import ids
from kernel.act import Act
from kernel.crypto import canonical
from kernel.db import find_locked
from kernel.documents.commands import issue
from kernel.identity.models import SigningKey
from kernel.log.record import record
from kernel.time.clock import timestamp
from market.dataspace.errors import AgreementDiffers, AgreementNotDrafted
from market.dataspace.messages import offers
from market.dataspace.messages.shapes import fault
from market.dataspace.models import DataspaceAgreement, DataspaceNegotiation, DataspaceReceived, DataspaceSent
from market.dataspace.participants.queries import Caller
from market.dataspace.states import DataspaceSide

DOCUMENT: Final = "dataspace-agreement"
"""The kind of document that shows how an agreement was made that is not the centre's own."""

SIGNATURE: Final = "urn:liutong:signature"
SIGNED: Final = "urn:liutong:signed"
"""Members of ours in the protocol's messages: a side's signature, and what is signed; others leave them alone."""


async def of_negotiation(act: Act, row: DataspaceNegotiation) -> DataspaceAgreement:
    """The agreement of a negotiation, locked; raises AgreementNotDrafted."""
    query = select(DataspaceAgreement).where(DataspaceAgreement.id == row.agreement_id)
    found = await find_locked(act.session, query) if row.agreement_id is not None else None
    if found is None:
        raise AgreementNotDrafted
    return found


def new(act: Act, row: DataspaceNegotiation, body: Mapping[str, Any], signed: str | None = None) -> DataspaceAgreement:
    """An agreement of a negotiation, not concluded yet; `signed` is the text that is signed where that is another."""
    digest, name = canonical.digest(dict(body)), str(body["@id"])
    return DataspaceAgreement(
        id=ids.new("dag"),
        participant=row.participant,
        counterparty_id=row.counterparty_id,
        side=row.side,
        external_id=name,
        dataset_id=row.dataset_id,
        body=dict(body),
        digest=digest,
        signing_text=signed or signing_text(name, digest),
        evidence=[],
        house_agreement_id=None,
        order_id=None,
        document_id=None,
        concluded_at=None,
        ended_at=None,
        created_at=act.at,
    )


async def require_new(act: Act, row: DataspaceAgreement) -> None:
    """Raise AgreementDiffers for a name that another agreement of the participant has."""
    query = select(DataspaceAgreement.id).where(
        DataspaceAgreement.participant == row.participant, DataspaceAgreement.external_id == row.external_id
    )
    if await act.session.scalar(query) is not None:
        used = fault("/agreement/@id", "此编号已用于另一协议", "Another agreement has this name")
        raise AgreementDiffers(errors=[used])


def text_of(act: Act, row: DataspaceNegotiation, name: str, assigner: str, assignee: str) -> dict[str, Any]:
    """The last offer as an agreement of these two, made now."""
    moment = timestamp(act.at)
    return offers.between(
        row.offer, agreement_id=name, target=row.dataset_id, assigner=assigner, assignee=assignee, timestamp=moment
    )


def by_key(
    act: Act, side: DataspaceSide, key: SigningKey, signature: str, message: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """A side's signature by its registered key, with the message that carried it where there was one."""
    return {
        "kind": BY_KEY,
        "side": str(side),
        "signing_key_id": key.id,
        "public_key": key.public_key,
        "signature": signature,
        "at": timestamp(act.at),
        **(message or {}),
    }


def by_message(act: Act, side: DataspaceSide, message: Mapping[str, Any]) -> dict[str, Any]:
    """A side's word by its connector: it shows that the credential's holder sent the message, and no more than that."""
    return {"kind": BY_MESSAGE, "side": str(side), "at": timestamp(act.at), **message}


def message_received(caller: Caller, received: DataspaceReceived) -> dict[str, Any]:
    """A message that came in as evidence: whole, with its digest and what it was sent with."""
    return {
        "did": caller.did,
        "message_id": received.message_id,
        "message_sha256": received.sha256,
        "message": received.body,
        "credential": received.credential,
    }


def message_sent(row: DataspaceAgreement, sent: DataspaceSent) -> dict[str, Any]:
    """A message of ours as evidence; it was sent here, by our participant's own command or standing rule."""
    message = msgspec.json.decode(sent.body or b"{}")
    return {
        "did": str(row.body["assigner" if row.side is DataspaceSide.PROVIDER else "assignee"]),
        "message_id": sent.message_id,
        "message_sha256": canonical.sha256_hex(canonical.dumps(message)),
        "message": message,
        "credential": {"kind": SENT_HERE, "member": row.participant},
    }


def add(row: DataspaceAgreement, evidence: dict[str, Any]) -> None:
    """Put what shows a side's word beside the other's; a side has one."""
    row.evidence = [*(one for one in row.evidence if one["side"] != evidence["side"]), evidence]


def made(row: DataspaceAgreement) -> dict[str, Any]:
    """How each side made it, as a document says it (contracts.signatures.messages)."""
    return {
        "name": row.external_id,
        "agreement": row.body,
        "digest": row.digest,
        "signing_text": row.signing_text,
        "evidence": row.evidence,
    }


async def conclude(act: Act, negotiation: DataspaceNegotiation, row: DataspaceAgreement) -> None:
    """Note that both sides are bound, write it into the log, and issue the document that shows how each made it.

    One that is the centre's own agreement has that agreement's document. A message from before its credential was noted
    shows nothing that could be checked, so there is no document of it.
    """
    word = message_sent(row, await _own_word(act, negotiation))
    own = next((one for one in row.evidence if one["side"] == str(row.side)), None)
    add(row, {**own, **word} if own is not None else by_message(act, row.side, word))
    row.concluded_at = act.at
    kinds = {one["side"]: one["kind"] for one in row.evidence}
    facts = {"agreement": row.external_id, "digest": row.digest, "made": kinds}
    record(act, "market.dataspace_agreement.concluded", row.id, parties=[row.participant], facts=facts)
    if row.house_agreement_id is None and holds(made(row)):
        party = await party_facts(act.session, row.participant)
        ours = {"party_id": party.party_id, "name": party.name, "uscc": party.uscc, "side": str(row.side)}
        claims = {**made(row), "participant": ours}
        row.document_id = (await issue(act, DOCUMENT, row.id, claims, parties=[row.participant])).id


async def _own_word(act: Act, negotiation: DataspaceNegotiation) -> DataspaceSent:
    """The message by which our side agreed: with the other's it shows that both are of one negotiation."""
    query = select(DataspaceSent).where(
        DataspaceSent.process_id == negotiation.id, DataspaceSent.kind == KINDS[str(negotiation.side)]
    )
    return (await act.session.scalars(query.order_by(DataspaceSent.id.desc()).limit(1))).one()


def claimed(message: Mapping[str, Any]) -> tuple[str, str] | None:
    """A signature that came with a message: the public key and the signature, where both are there."""
    given = message.get(SIGNATURE)
    if not isinstance(given, Mapping):
        return None
    key, signature = given.get("public_key"), given.get("signature")
    known = isinstance(key, str) and isinstance(signature, str) and len(key) <= 100 and len(signature) <= 200
    return (key, signature) if known else None  # type: ignore[return-value]
