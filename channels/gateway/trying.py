"""Trying an interface before it is bought: a few calls a day, marked as such, and small answers."""

import asyncio
import base64
from typing import Final

from aiohttp import ClientError, ClientResponse
from sqlalchemy import func, select

from channels.gateway import queries
from channels.gateway.calls.admission import interface_of
from channels.gateway.calls.relaying import REASONS
from channels.gateway.calls.upstream import UpstreamRequest, UpstreamUnreached, upstreams
from channels.gateway.documents.operations import Operation
from channels.gateway.errors import NoTestCalls, OperationUnknown, UpstreamFailed, UpstreamSilent
from channels.gateway.models import GatewayInterface, GatewayTest
from channels.gateway.rules import RULES, GatewayRules, HeaderPair, readable_path, readable_query
from channels.gateway.schemas import TestAnswer, TestCall
from kernel import ids
from kernel.act import Act
from kernel.actor import Actor
from kernel.db import lock_name
from kernel.jobs.errors import ProcessingBusy
from kernel.log.record import record
from kernel.runtime import Runtime
from market.listings.models import Listing

AT_ONCE_MAX: Final = 4
"""Of one process: whoever tries an interface out keeps no caller of one waiting."""
_EXTRAS: Final = "channels.gateway.trying"
MARK: Final[HeaderPair] = (b"liutong-test", b"true")
"""By which an upstream knows a call that nobody pays for."""


async def try_out(runtime: Runtime, actor: Actor, listing_id: str, data: TestCall) -> TestAnswer:
    """GET an operation of a product's interface, to see what it answers; nothing is charged.

    It is counted before the upstream is asked, whatever that answers. Raises ListingUnavailable, NotFound,
    OperationUnknown, NoTestCalls, UpstreamFailed and UpstreamSilent, and ProcessingBusy where too many are under way.
    """
    under_way: asyncio.Semaphore = runtime.extras.setdefault(_EXTRAS, asyncio.Semaphore(AT_ONCE_MAX))
    if under_way.locked():
        raise ProcessingBusy(waiting_max=AT_ONCE_MAX, retry_after_seconds=5)
    async with under_way:
        async with runtime.act(actor) as act:
            policy = RULES.at(act.today).body
            wanted, left = await _counted(act, runtime, listing_id, data, policy)
        return await _answer(runtime, wanted, policy, left)


async def _counted(
    act: Act, runtime: Runtime, listing_id: str, data: TestCall, policy: GatewayRules
) -> tuple[UpstreamRequest, int]:
    """What is asked of the upstream, counted for the actor's party, and how many more it may ask today."""
    listing, row = await queries.of_listing(act, listing_id)
    interface = interface_of(runtime, row)
    path = readable_path(data.path.encode())
    operation = interface.operations.find("GET", path) if path is not None else None
    if operation is None or operation.streams or not readable_query(data.query.encode(), policy.query_bytes_max):
        raise OperationUnknown(kind=queries.KIND, id=listing_id)
    left = await _spend(act, listing, row, operation, policy)
    target = data.path.encode() + (b"?" + data.query.encode() if data.query else b"")
    credential = [(interface.credential[0].encode(), interface.credential[1].encode())] if interface.credential else []
    return UpstreamRequest("GET", interface.base_url, target, [MARK, *credential], b"", streams=False), left


async def _spend(act: Act, listing: Listing, row: GatewayInterface, operation: Operation, policy: GatewayRules) -> int:
    """Count a test call of the actor's party; gives how many are left today. Raises NoTestCalls."""
    party = act.actor.party or ""
    await lock_name(act.session, "gateway_test", party)
    of_today = (GatewayTest.party_id == party, GatewayTest.interface_id == row.id, GatewayTest.day == act.today)
    used = int(await act.session.scalar(select(func.count()).where(*of_today)) or 0)
    limit = min(row.tests_per_day, policy.tests_per_day_max)
    if used >= limit:
        raise NoTestCalls(limit=limit, used=used)
    made = GatewayTest(
        id=ids.new("gwt"),
        party_id=party,
        listing_id=listing.id,
        interface_id=row.id,
        operation=operation.name,
        day=act.today,
        at=act.at,
    )
    act.session.add(made)
    facts = {"listing": listing.id, "operation": operation.name}
    record(act, "channels.interface.tried", row.id, parties=[party, listing.provider], facts=facts)
    return limit - used - 1


async def _answer(runtime: Runtime, wanted: UpstreamRequest, policy: GatewayRules, left: int) -> TestAnswer:
    try:
        answer = await upstreams(runtime, policy).ask(wanted, policy)
    except UpstreamUnreached as problem:
        kind = UpstreamSilent if problem.timed_out else UpstreamFailed
        raise kind(reason=REASONS[problem.code]) from None
    try:
        async with asyncio.timeout(policy.idle_seconds):
            content = await _beginning(answer, policy.test_answer_bytes_max + 1)
    except TimeoutError:
        raise UpstreamSilent(reason=REASONS["timed-out"]) from None
    except (ClientError, OSError):
        raise UpstreamFailed(reason=REASONS["cut-short"]) from None
    finally:
        answer.close()
    if answer.status in (401, 407) or answer.status >= 500 or 300 <= answer.status < 400:
        raise UpstreamFailed(reason=REASONS["redirect" if answer.status < 400 else "status"])
    shown, cut = content[: policy.test_answer_bytes_max], len(content) > policy.test_answer_bytes_max
    text = _text(shown, cut=cut)
    return TestAnswer(
        http_status=answer.status,
        content_type=_plain(answer.headers.get("Content-Type")),
        text=text,
        base64=None if text is not None else base64.b64encode(shown).decode(),
        cut=cut,
        left=left,
    )


def _plain(header: str | None) -> str | None:
    """A header as a text that can be told; bytes of it that are none are left out."""
    return None if header is None else header.encode("utf-8", "ignore").decode()


async def _beginning(answer: ClientResponse, size: int) -> bytes:
    parts, found = [], 0
    while found < size and (part := await answer.content.read(size - found)):
        parts.append(part)
        found += len(part)
    return b"".join(parts)


def _text(content: bytes, *, cut: bool) -> str | None:
    """Content as text where it is UTF-8; a character that the cut has parted is left out."""
    for dropped in range(4 if cut else 1):
        try:
            text = content[: len(content) - dropped].decode()
        except UnicodeDecodeError:
            continue
        return text if "\x00" not in text else None
    return None
