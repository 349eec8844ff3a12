"""The agreement that a negotiation comes to: its text on the wire, what each side signs, and what shows that it did."""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import select

from kernel import ids
from kernel.act import Act
from kernel.crypto import canonical
from kernel.db import find_locked
from kernel.identity.models import SigningKey
from kernel.log.record import record
from kernel.time.clock import timestamp
from market.dataspace.errors import AgreementDiffers, AgreementNotDrafted
from market.dataspace.messages import offers
from market.dataspace.messages.shapes import fault
from market.dataspace.models import DataspaceAgreement, DataspaceCounterparty, DataspaceNegotiation, DataspaceReceived
from market.dataspace.states import DataspaceSide

BY_KEY: Final = "signing-key"
BY_MESSAGE: Final = "dataspace-message"
"""How a side made an agreement: by a registered key, or by a message that its connector's token authenticated."""

SIGNATURE: Final = "urn:liutong:signature"
SIGNED: Final = "urn:liutong:signed"
"""Members of ours in the protocol's messages: a side's signature, and what is signed; others leave them alone."""


def signing_text(name: str, digest: str) -> str:
    """What a side signs, as UTF-8 bytes."""
    return f"liutong dataspace agreement {name} {digest}"


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


def by_key(act: Act, side: DataspaceSide, key: SigningKey, signature: str) -> dict[str, Any]:
    """A side's signature by its registered key."""
    return {
        "kind": BY_KEY,
        "side": str(side),
        "signing_key_id": key.id,
        "public_key": key.public_key,
        "signature": signature,
        "at": timestamp(act.at),
    }


def by_message(
    act: Act, side: DataspaceSide, caller: DataspaceCounterparty, received: DataspaceReceived
) -> dict[str, Any]:
    """A side's word by its connector: it shows that the token's holder sent the message, and no more than that."""
    return {
        "kind": BY_MESSAGE,
        "side": str(side),
        "did": caller.did,
        "message_id": received.message_id,
        "message_sha256": received.sha256,
        "at": timestamp(act.at),
    }


def add(row: DataspaceAgreement, evidence: dict[str, Any]) -> None:
    """Put what shows a side's word beside the other's; a side has one."""
    row.evidence = [*(one for one in row.evidence if one["side"] != evidence["side"]), evidence]


def conclude(act: Act, row: DataspaceAgreement) -> None:
    """Note that both sides are bound, and write it into the log with its evidence."""
    row.concluded_at = act.at
    facts = {"agreement": row.external_id, "digest": row.digest, "evidence": row.evidence}
    record(act, "market.dataspace_agreement.concluded", row.id, parties=[row.participant], facts=facts)


def claimed(message: Mapping[str, Any]) -> tuple[str, str] | None:
    """A signature that came with a message: the public key and the signature, where both are there."""
    given = message.get(SIGNATURE)
    if not isinstance(given, Mapping):
        return None
    key, signature = given.get("public_key"), given.get("signature")
    known = isinstance(key, str) and isinstance(signature, str) and len(key) <= 100 and len(signature) <= 200
    return (key, signature) if known else None  # type: ignore[return-value]
