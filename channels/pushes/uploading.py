"""A push from its plan to its manifest: uploads in parts that a later worker goes on with, each thing stored in order.

1. The plan (objects, size of their parts) is stored with the push. 2. An upload's id is stored before its first part is
sent; one whose id a crash lost has no parts. 3. A part is stored when the store has taken it; after a crash the store
is asked which parts it has, and those that are not there as they were sent go again. 4. The object is completed under
`If-None-Match: *`. A crash before that is noted leaves an upload that is gone and an object of our size, which step 5
judges. 5. Every object is read back and compared with the file's digest. 6. The manifest is written last: whoever
waits for it reads nothing unfinished.
"""

import asyncio
import hashlib
from typing import Any, Final
from uuid import uuid4

import structlog

from channels.pushes import queries, rules
from channels.pushes.commands import progress, pushing, targets
from channels.pushes.commands.pushing import Verdict, Work
from channels.pushes.errors import TRANSIENT, PushedObjectAltered, PushObjectExists, PushRequestRefused
from channels.pushes.models import PushObject
from channels.pushes.store.bucket import Bucket, UploadGone, in_base64
from kernel.crypto import canonical
from kernel.errors import DomainError
from kernel.runtime import Runtime
from kernel.storage.download import opened
from kernel.storage.encryption.errors import KeysUnavailable
from kernel.storage.store import Opened
from kernel.time.clock import timestamp
from market.delivery.fetching import POLL_SECONDS, file_of
from market.delivery.models import DeliveryFile

log: Final = structlog.get_logger("liutong.pushes")

FORM: Final = "liutong-push/1"


async def run(runtime: Runtime, push_id: str) -> None:
    """Go on with a push until it is done, has failed, is to be tried again, or may not go on."""
    worker = uuid4().hex
    async with runtime.act() as act:
        work = await pushing.take_up(act, push_id, worker)
    if work is None:
        return
    bucket = targets.bucket_of(runtime, work.target)
    ended = await _asked(runtime, work, worker)  # It may have waited for hours, and its files are not due any more.
    if ended is Verdict.GO_ON:
        ended = await _sent(runtime, work, worker, bucket)
    if ended is Verdict.ABORT:
        await abort(runtime, push_id, bucket)


async def _sent(runtime: Runtime, work: Work, worker: str, bucket: Bucket) -> Verdict:
    """Send for as long as it may be, and keep what came of it."""
    sending = asyncio.ensure_future(_push(runtime, work, bucket))
    try:
        ended = await _watched(runtime, work, worker, sending)
    finally:
        sending.cancel()
        await asyncio.wait([sending])
    return await _settled(runtime, work.push.id, worker, sending) if ended is None else ended


async def _asked(runtime: Runtime, work: Work, worker: str) -> Verdict:
    async with runtime.act() as act:
        return await pushing.verdict(act, work.push.id, worker, [file for _, file in work.objects])


async def _watched(runtime: Runtime, work: Work, worker: str, sending: "asyncio.Task[None]") -> Verdict | None:
    """Let a push go on for as long as it may: what ends it does so amid a part; None where it came to its own end."""
    while not (await asyncio.wait([sending], timeout=POLL_SECONDS))[0]:
        if (verdict := await _asked(runtime, work, worker)) is not Verdict.GO_ON:
            return verdict
    return None


async def _settled(runtime: Runtime, push_id: str, worker: str, sending: "asyncio.Task[None]") -> Verdict:
    """Keep what a push came to, unless another worker has it in hand by now."""
    try:
        sending.result()
    except (*TRANSIENT, KeysUnavailable) as problem:
        log.warning("a push waits", push=push_id, problem=problem.code())
        async with runtime.act() as act:
            return await pushing.postpone(act, push_id, worker, problem)
    except (DomainError, UploadGone) as problem:
        # An upload that is gone once its parts were listed would be begun anew for ever.
        gone = PushRequestRefused(operation="UploadPart", status=404, code="NoSuchUpload")
        why = gone if isinstance(problem, UploadGone) else problem
        async with runtime.act() as act:
            return await pushing.give_up(act, push_id, worker, why)
    return Verdict.STOP


async def abort(runtime: Runtime, push_id: str, bucket: Bucket) -> None:
    """Have the store forget what was sent of objects that will not be completed."""
    async with runtime.act() as act:
        open_ = [each for each, _ in await queries.objects(act.session, push_id) if each.upload_id is not None]
    for each in open_:
        try:
            await bucket.abort(each.key, str(each.upload_id))
        except DomainError as problem:  # The sweep tries again.
            log.warning("an upload was not aborted", push=push_id, problem=problem.code())
            return
        async with runtime.act() as act:
            await progress.note_aborted(act, each.id)


async def _push(runtime: Runtime, work: Work, bucket: Bucket) -> None:
    for each, file in work.objects:
        if each.written_at is None:
            await _write(runtime, each, await opened(runtime.storage, file_of(file)), bucket)
            async with runtime.act() as act:
                await progress.note_written(act, each.id)
    async with runtime.act() as act:
        await pushing.start_verifying(act, work.push.id)
    for each, file in work.objects:
        if each.verified_at is None:
            await _verify(each, file, bucket)
            async with runtime.act() as act:
                await progress.note_verified(act, each.id)
    body = manifest(runtime.settings.public_url, work)
    key = rules.folder(work.target.prefix, work.push.revision_id) + rules.MANIFEST
    try:
        await bucket.put(key, body)
    except PushObjectExists:
        if await bucket.size(key) != len(body) or await bucket.read(key, 0, len(body)) != body:
            raise  # Else it is our own, which a crash kept from being noted.
    async with runtime.act() as act:
        await pushing.finish(act, work.push.id, canonical.sha256_hex(body))


async def _write(runtime: Runtime, row: PushObject, source: Opened, bucket: Bucket) -> None:
    """Send what the store lacks of an object, and complete it."""
    try:
        parts = await _present(runtime, row, bucket)
    except UploadGone:
        size = await bucket.size(row.key)
        if size == row.size_bytes:
            return  # Completed before it could be noted, unless reading it back says otherwise.
        row.upload_id, parts = None, {}
    if row.upload_id is None:
        if await bucket.size(row.key) is not None:
            raise PushObjectExists(key=row.key)
        row.upload_id = await bucket.begin(row.key)
        async with runtime.act() as act:
            await progress.note_upload(act, row.id, row.upload_id)
    for number, start, end in rules.spans(row.size_bytes, row.part_bytes):
        if number not in parts:
            parts[number] = await _send(runtime, row, source, bucket, (number, start, end))
    await bucket.complete(row.key, row.upload_id, parts)


async def _present(runtime: Runtime, row: PushObject, bucket: Bucket) -> dict[int, tuple[str, str]]:
    """The parts that lie at the store as they were sent; the others are forgotten. Raises UploadGone."""
    if row.upload_id is None:
        return {}
    async with runtime.act() as act:
        sent = await progress.parts_of(act.session, row.id)
    listed = await bucket.parts(row.key, row.upload_id)
    etags = {number: etag for number, (etag, _) in sent.items()}
    numbers = sorted(rules.confirmed(etags, listed, row.size_bytes, row.part_bytes))
    async with runtime.act() as act:
        await progress.note_parts(act, row.id, numbers)
    return {number: sent[number] for number in numbers}


async def _send(
    runtime: Runtime, row: PushObject, source: Opened, bucket: Bucket, span: tuple[int, int, int]
) -> tuple[str, str]:
    number, start, end = span
    data = await source.read(start, end) if end > start else b""
    digest = (await asyncio.to_thread(hashlib.sha256, data)).digest()
    etag, sha256 = await bucket.send_part(row.key, str(row.upload_id), number, data, digest), in_base64(digest)
    async with runtime.act() as act:
        await progress.note_part(act, row.id, number, etag, sha256)
    return etag, sha256


async def _verify(row: PushObject, file: DeliveryFile, bucket: Bucket) -> None:
    """Read an object back, part by part; raises PushedObjectAltered unless it is the file."""
    digest = hashlib.sha256()
    if await bucket.size(row.key) != row.size_bytes:
        raise PushedObjectAltered(key=row.key)
    for _, start, end in rules.spans(row.size_bytes, row.part_bytes):
        if end > start:
            await asyncio.to_thread(digest.update, await bucket.read(row.key, start, end))
    if digest.hexdigest() != file.sha256:
        raise PushedObjectAltered(key=row.key)


def manifest(public_url: str, work: Work) -> bytes:
    """What a push consists of, as canonical JSON (RFC 8785): the same bytes whoever writes it."""
    push = work.push
    told: dict[str, Any] = {
        "form": FORM,
        "push": push.id,
        "begun_at": timestamp(push.created_at),
        "order": push.order_id,
        "agreement": {"id": push.agreement_id, "digest": work.agreement_digest},
        "revision": push.revision_id,
        "use": push.release_id,
        "receipt": f"{public_url}/v1/orders/{push.order_id}/receipt",
        "files": [
            {"key": each.key, "name": file.name, "sha256": file.sha256, "size_bytes": file.size_bytes}
            for each, file in work.objects
        ],
    }
    return canonical.dumps(told)


async def check(runtime: Runtime, target_id: str) -> None:
    """Write an object into a target, read it back and remove it; what stands in the way refuses the target by name."""
    async with runtime.act() as act:
        row = await targets.to_check(act, target_id)
    if row is None:
        return
    bucket = targets.bucket_of(runtime, row)
    key, body = f"{row.prefix}{rules.PROBE}{uuid4().hex}", f"liutong {row.id}".encode()
    try:
        await bucket.put(key, body)
        try:
            if await bucket.read(key, 0, len(body)) != body:
                raise PushedObjectAltered(key=key)
        finally:
            await bucket.delete(key)
    except TRANSIENT as problem:
        async with runtime.act() as act:
            await targets.check_again(act, target_id, problem)
    except DomainError as problem:
        async with runtime.act() as act:
            await targets.refuse(act, target_id, problem)
    else:
        async with runtime.act() as act:
            await targets.pass_check(act, target_id)
