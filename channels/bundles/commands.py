"""Opening a bundle with a link, and sending it for as long as it may be had."""

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Unpack

from channels.bundles import queries
from channels.bundles.archive import zipped
from channels.bundles.descriptions import checksums, croissant, data_package, readme
from channels.bundles.schemas import BundleLinkView
from kernel.act import Act
from kernel.actor import Actor
from kernel.runtime import Runtime
from kernel.storage.download import opened
from kernel.storage.links import Keyring
from kernel.views.projection import shown
from market.delivery import commands as deliveries
from market.delivery.commands import OpeningRequest
from market.delivery.fetching import file_of, require_files_due, require_handed_out, require_link, watch
from market.delivery.models import DeliveryFile
from market.delivery.schemas import AgreedFile


async def link(
    act: Act, order_id: str, *, keyring: Keyring, public_url: str, **request: Unpack[OpeningRequest]
) -> BundleLinkView:
    """Open a revision, and give one link to all of its files; raises what opening it for its files does."""
    opening = await deliveries.open_revision(act, order_id, **request)
    bundle_id = opening.update.id if opening.update is not None else opening.delivery.id
    return BundleLinkView(
        delivery_id=opening.delivery.id,
        order_id=opening.delivery.order_id,
        expires_at=opening.expires_at,
        serves=opening.serves,
        to=opening.to,
        revision_id=opening.revision_id,
        files=[shown(file, AgreedFile) for file in opening.files],
        url=opening.url(keyring, f"{public_url}/bundles/{bundle_id}", bundle_id),
    )


async def fetched(
    runtime: Runtime, caller: Actor, bundle_id: str, parameters: Mapping[str, str], keyring: Keyring, method: str
) -> tuple[str, AsyncIterator[bytes]]:
    """The name of the archive that a link opens, and the archive; each file in it counts as fetched.

    Raises before the first byte LinkInvalid, LinkExpired, LinkOfAnother, DataDestroyed or DownloadStopped, and what a
    file that cannot be read does; what ceases to be permitted while it is sent breaks it off.
    """
    async with runtime.act() as act:
        bundle = await queries.bundle(act, bundle_id)
        require_link(act, caller, bundle.id, bundle.handover, parameters, keyring)
        names = [file.name for file in bundle.files]
        await require_handed_out(act, bundle.handover, names)
        contents = await queries.contents(act, bundle, runtime.settings.public_url)
        stored = [await opened(runtime.storage, file_of(file)) for file in bundle.files]
        for file in bundle.files:
            deliveries.note_download(act, file, method, None, 200)
    texts = {
        "README.md": readme(contents).encode(),
        "SHA256SUMS": checksums(contents).encode(),
        "datapackage.json": _json(data_package(contents)),
        "croissant.json": _json(croissant(contents)),
    }
    files = ((file.path, there.stream()) for file, there in zip(contents.files, stored, strict=True))
    archive = zipped(texts, files, contents.delivered_at)
    return f"{bundle.revision_id}.zip", _while_permitted(runtime, bundle.files, archive)


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=2).encode()


async def _while_permitted(
    runtime: Runtime, files: Sequence[DeliveryFile], parts: AsyncIterator[bytes]
) -> AsyncIterator[bytes]:
    """Parts of an archive, for as long as its files may be had."""
    ask = watch(runtime, lambda act: require_files_due(act, files))
    async for part in parts:
        await ask()
        yield part
