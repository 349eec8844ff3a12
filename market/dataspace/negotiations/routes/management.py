"""Negotiations over the management API: everything that a side can send is a command here."""

from typing import Annotated

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from contracts.agreements.errors import SignatureInvalid, SigningKeyForeign
from contracts.approvals.errors import ApprovalMissing, ApprovalVoid
from contracts.usage.errors import PolicyInexpressible
from kernel import ids
from kernel.act import Act
from kernel.http.guards import allow
from kernel.http.idempotency import IdempotencyKeyReused, Once
from kernel.http.problems import problems
from kernel.runtime import Runtime
from kernel.states import IllegalTransition, WrongActor
from kernel.views.paging import LIMIT_DEFAULT, Cursor, Limit, Page
from market.dataspace.errors import (
    AgreementNotDrafted,
    CounterpartyClosed,
    MessageUnderWay,
    OfferNotMade,
    ParticipantUnknown,
)
from market.dataspace.negotiations import commands, queries
from market.dataspace.negotiations.schemas import (
    DataspaceAgreementView,
    DataspaceNegotiationView,
    EndProcess,
    MakeOffer,
    OpenNegotiation,
    SignDataspaceAgreement,
    VerifyDataspaceAgreement,
)
from market.dataspace.participants.routes import READ
from market.dataspace.states import DataspaceNegotiationState

PATH = "/v1/dataspace/negotiations"
SEND = allow("market:dataspace:negotiate")
SENDING = (CounterpartyClosed, MessageUnderWay, IllegalTransition, WrongActor, IdempotencyKeyReused)


@post(
    PATH,
    opt=SEND,
    status_code=202,
    responses=problems(
        CounterpartyClosed,
        OfferNotMade,
        ParticipantUnknown,
        PolicyInexpressible,
        ApprovalMissing,
        ApprovalVoid,
        IdempotencyKeyReused,
    ),
)
async def open_dataspace_negotiation(
    data: JSONBody[OpenNegotiation], once: NamedDependency[Once], runtime: NamedDependency[Runtime]
) -> Response[DataspaceNegotiationView]:
    """开启协商 · Ask a counterparty for its data set, or offer it one's own: the first message is on its way."""
    return await once(commands.open_, data, public_url=runtime.settings.public_url)


@get(PATH, opt=READ)
async def list_dataspace_negotiations(
    act: NamedDependency[Act],
    status: Annotated[
        DataspaceNegotiationState | None,
        QueryParameter(name="status", description="按状态筛选 · only those in a state"),
    ] = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> Page[DataspaceNegotiationView]:
    """协商清单 · One's negotiations over the protocol, newest first."""
    return await queries.negotiations(act, status, limit, cursor)


@get(f"{PATH}/{{dataspace_negotiation_id:str}}", opt=READ)
async def get_dataspace_negotiation(
    dataspace_negotiation_id: FromPath[str], act: NamedDependency[Act]
) -> DataspaceNegotiationView:
    """协商 · One negotiation, with its agreement and what is on its way."""
    return await queries.negotiation(act, ids.require("dng", dataspace_negotiation_id))


@post(
    f"{PATH}/{{dataspace_negotiation_id:str}}/offers",
    opt=SEND,
    status_code=202,
    responses=problems(*SENDING, PolicyInexpressible, ParticipantUnknown, ApprovalMissing, ApprovalVoid),
)
async def send_offer(
    dataspace_negotiation_id: FromPath[str], data: JSONBody[MakeOffer], once: NamedDependency[Once]
) -> Response[DataspaceNegotiationView]:
    """要约或反要约 · Offer terms in answer to a request, or request others in answer to an offer."""
    return await once(commands.offer, ids.require("dng", dataspace_negotiation_id), data)


@post(
    f"{PATH}/{{dataspace_negotiation_id:str}}/acceptance",
    opt=SEND,
    status_code=202,
    responses=problems(*SENDING, PolicyInexpressible),
)
async def send_acceptance(
    dataspace_negotiation_id: FromPath[str], once: NamedDependency[Once]
) -> Response[DataspaceNegotiationView]:
    """接受要约 · Accept the provider's last offer."""
    return await once(commands.accept, ids.require("dng", dataspace_negotiation_id))


@post(
    f"{PATH}/{{dataspace_negotiation_id:str}}/agreement-draft",
    opt=SEND,
    responses=problems(IllegalTransition, WrongActor, IdempotencyKeyReused),
)
async def draft_dataspace_agreement(
    dataspace_negotiation_id: FromPath[str], once: NamedDependency[Once]
) -> Response[DataspaceNegotiationView]:
    """起草协议 · Write the last offer as the agreement to be signed; nothing is sent yet."""
    return await once(commands.draft, ids.require("dng", dataspace_negotiation_id))


@post(
    f"{PATH}/{{dataspace_negotiation_id:str}}/agreement",
    opt=SEND,
    status_code=202,
    responses=problems(*SENDING, AgreementNotDrafted, SignatureInvalid, SigningKeyForeign),
)
async def send_agreement(
    dataspace_negotiation_id: FromPath[str], data: JSONBody[SignDataspaceAgreement], once: NamedDependency[Once]
) -> Response[DataspaceNegotiationView]:
    """签署并发送协议 · Sign the drafted agreement with a registered key and send it."""
    return await once(commands.agree, ids.require("dng", dataspace_negotiation_id), data)


@post(
    f"{PATH}/{{dataspace_negotiation_id:str}}/verification",
    opt=SEND,
    status_code=202,
    responses=problems(*SENDING, AgreementNotDrafted, SignatureInvalid, SigningKeyForeign, PolicyInexpressible),
)
async def send_verification(
    dataspace_negotiation_id: FromPath[str], data: JSONBody[VerifyDataspaceAgreement], once: NamedDependency[Once]
) -> Response[DataspaceNegotiationView]:
    """确认协议 · Confirm the provider's agreement, signed with a registered key or by the connector's word alone."""
    return await once(commands.verify, ids.require("dng", dataspace_negotiation_id), data)


@post(f"{PATH}/{{dataspace_negotiation_id:str}}/finalization", opt=SEND, status_code=202, responses=problems(*SENDING))
async def send_finalization(
    dataspace_negotiation_id: FromPath[str], once: NamedDependency[Once]
) -> Response[DataspaceNegotiationView]:
    """完成协商 · Finalise what the consumer has verified: the agreement is concluded when it is acknowledged."""
    return await once(commands.finalize, ids.require("dng", dataspace_negotiation_id))


@post(f"{PATH}/{{dataspace_negotiation_id:str}}/termination", opt=SEND, status_code=202, responses=problems(*SENDING))
async def send_termination(
    dataspace_negotiation_id: FromPath[str], data: JSONBody[EndProcess], once: NamedDependency[Once]
) -> Response[DataspaceNegotiationView]:
    """终止协商 · End the negotiation and tell the other side why."""
    return await once(commands.terminate, ids.require("dng", dataspace_negotiation_id), data)


@get("/v1/dataspace/agreements", opt=READ)
async def list_dataspace_agreements(
    act: NamedDependency[Act], limit: Limit = LIMIT_DEFAULT, cursor: Cursor = None
) -> Page[DataspaceAgreementView]:
    """协议清单 · Agreements made over the protocol, newest first."""
    return await queries.agreements(act, limit, cursor)


@get("/v1/dataspace/agreements/{dataspace_agreement_id:str}", opt=READ)
async def get_dataspace_agreement(
    dataspace_agreement_id: FromPath[str], act: NamedDependency[Act]
) -> DataspaceAgreementView:
    """协议 · One agreement, with what shows that each side made it."""
    return await queries.agreement(act, ids.require("dag", dataspace_agreement_id))


ROUTES = [
    open_dataspace_negotiation,
    list_dataspace_negotiations,
    get_dataspace_negotiation,
    send_offer,
    send_acceptance,
    draft_dataspace_agreement,
    send_agreement,
    send_verification,
    send_finalization,
    send_termination,
    list_dataspace_agreements,
    get_dataspace_agreement,
]
