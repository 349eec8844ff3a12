"""Participants over HTTP: who one is in the dataspace, whom one speaks with, and what happens by itself."""

from litestar import Response, delete, get, patch, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from kernel import ids
from kernel.act import Act
from kernel.http.guards import allow
from kernel.http.idempotency import IdempotencyKeyReused, Once
from kernel.http.problems import problems
from kernel.runtime import Runtime
from kernel.storage.keys import open_keyring
from kernel.views.paging import LIMIT_DEFAULT, Cursor, Limit, Page
from market.dataspace import errors
from market.dataspace.participants import commands, queries
from market.dataspace.participants.schemas import (
    AddCounterparty,
    ChangeCounterparty,
    CounterpartyView,
    NewCounterpartyView,
    ParticipantView,
    SetStanding,
)

READ = allow("market:dataspace:read")
WRITE = allow("market:dataspace:write")


@get("/v1/dataspace/participant", opt=READ, responses=problems(errors.ParticipantUnknown))
async def get_participant(act: NamedDependency[Act], runtime: NamedDependency[Runtime]) -> ParticipantView:
    """本方参与者 · The caller as a participant: its identifier, its address, and what it lets happen by itself."""
    return await queries.participant_view(act, runtime.settings.public_url)


@put("/v1/dataspace/participant/standing", opt=WRITE, responses=problems(errors.ParticipantUnknown))
async def set_standing(
    data: JSONBody[SetStanding], act: NamedDependency[Act], runtime: NamedDependency[Runtime]
) -> ParticipantView:
    """常设规则 · Say what is sent by itself from now on; without a rule every message is a command."""
    return await commands.set_standing(act, data, public_url=runtime.settings.public_url)


@post(
    "/v1/dataspace/participant/connector-key",
    opt=WRITE,
    responses=problems(errors.ParticipantUnknown, errors.SelfIssuedTokensNotInstalled, IdempotencyKeyReused),
)
async def replace_connector_key(
    once: NamedDependency[Once], runtime: NamedDependency[Runtime]
) -> Response[ParticipantView]:
    """更换连接器密钥 · A new key for one's self-issued tokens: listed at once, signing once others have read of it."""
    settings = runtime.settings
    return await once(commands.replace_key, keyring=open_keyring(settings), public_url=settings.public_url)


@post(
    "/v1/dataspace/counterparties",
    opt=WRITE,
    responses=problems(
        errors.AuthenticationUnfit,
        errors.ConnectorAddressRefused,
        errors.CounterpartyKnown,
        errors.CounterpartyLimitReached,
        errors.ParticipantUnknown,
        errors.SelfIssuedTokensNotInstalled,
        IdempotencyKeyReused,
    ),
)
async def add_counterparty(
    data: JSONBody[AddCounterparty], once: NamedDependency[Once], runtime: NamedDependency[Runtime]
) -> Response[NewCounterpartyView]:
    """新增对方 · Speak with a connector outside; the token that it is to send is shown in this answer only."""
    settings = runtime.settings
    return await once(commands.add, data, keyring=open_keyring(settings), sandbox=settings.sandbox)


@post(
    "/v1/dataspace/participants/{party_id:str}/connections",
    opt=WRITE,
    responses=problems(
        errors.AuthenticationUnfit,
        errors.ConnectorAddressRefused,
        errors.CounterpartyKnown,
        errors.CounterpartyLimitReached,
        errors.ParticipantUnknown,
        errors.SelfIssuedTokensNotInstalled,
        IdempotencyKeyReused,
    ),
)
async def connect_to_participant(
    party_id: FromPath[str],
    data: JSONBody[AddCounterparty],
    once: NamedDependency[Once],
    runtime: NamedDependency[Runtime],
) -> Response[NewCounterpartyView]:
    """接入对方 · Join one's own connector to another member's participant; the token is shown in this answer only.

    What is sent with the token is an act of the member that asked for it, and of nobody else.
    """
    settings = runtime.settings
    party = ids.require("pty", party_id)
    return await once(commands.connect, party, data, keyring=open_keyring(settings), sandbox=settings.sandbox)


@get("/v1/dataspace/counterparties", opt=READ)
async def list_counterparties(
    act: NamedDependency[Act], limit: Limit = LIMIT_DEFAULT, cursor: Cursor = None
) -> Page[CounterpartyView]:
    """对方清单 · One's counterparties, and one's own connectors at other participants."""
    return await queries.counterparties(act, limit, cursor)


@get("/v1/dataspace/counterparties/{counterparty_id:str}", opt=READ)
async def get_counterparty(counterparty_id: FromPath[str], act: NamedDependency[Act]) -> CounterpartyView:
    """对方 · One counterparty, without its tokens."""
    return await queries.counterparty(act, ids.require("dcp", counterparty_id))


@patch(
    "/v1/dataspace/counterparties/{counterparty_id:str}",
    opt=WRITE,
    responses=problems(errors.AuthenticationUnfit, errors.ConnectorAddressRefused, errors.SelfIssuedTokensNotInstalled),
)
async def change_counterparty(
    counterparty_id: FromPath[str],
    data: JSONBody[ChangeCounterparty],
    act: NamedDependency[Act],
    runtime: NamedDependency[Runtime],
) -> CounterpartyView:
    """修改对方 · Another address, another way to know it, or another token that is sent to it."""
    settings = runtime.settings
    found = ids.require("dcp", counterparty_id)
    return await commands.change(act, found, data, keyring=open_keyring(settings), sandbox=settings.sandbox)


@post(
    "/v1/dataspace/counterparties/{counterparty_id:str}/rotation",
    opt=WRITE,
    responses=problems(errors.CounterpartyClosed, errors.CounterpartyIssuesItsTokens, IdempotencyKeyReused),
)
async def rotate_counterparty_token(
    counterparty_id: FromPath[str], once: NamedDependency[Once]
) -> Response[NewCounterpartyView]:
    """轮换令牌 · A new token for the counterparty, shown in this answer only; the last one is taken a while longer."""
    return await once(commands.rotate, ids.require("dcp", counterparty_id))


@delete("/v1/dataspace/counterparties/{counterparty_id:str}", opt=WRITE, status_code=200)
async def close_counterparty(counterparty_id: FromPath[str], act: NamedDependency[Act]) -> CounterpartyView:
    """关闭对方 · Take nothing more from it and send it nothing; what was agreed stays."""
    return await commands.close(act, ids.require("dcp", counterparty_id))


ROUTES = [
    get_participant,
    set_standing,
    replace_connector_key,
    add_counterparty,
    connect_to_participant,
    list_counterparties,
    get_counterparty,
    change_counterparty,
    rotate_counterparty_token,
    close_counterparty,
]
