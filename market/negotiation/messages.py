"""The thread of a negotiation, for its two sides and those who watch."""

from kernel.act import Act
from kernel.uploads.models import StoredFile
from kernel.views.paging import Page
from market.messages import threads
from market.messages.rules import ThreadLimits
from market.messages.schemas import MessageView, PostMessage
from market.messages.threads import Thread
from market.negotiation import queries
from market.offers.rules import RULES


async def post(act: Act, negotiation_id: str, data: PostMessage) -> MessageView:
    """Write to the other side, whatever became of the negotiation; raises NotFound for strangers, and see threads."""
    row = await queries.visible(act, negotiation_id)
    queries.AUDIENCE.require_party(act.actor, negotiation_id, row.provider, row.consumer)
    table = RULES.at(act.today).body
    limits = ThreadLimits(table.messages_max, table.attachments_max, table.attachment_bytes_max)
    return await threads.post(act, Thread(row.id, "market.negotiation", row.parties), limits, data)


async def thread(act: Act, negotiation_id: str, limit: int, cursor: str | None) -> Page[MessageView]:
    """The messages in the order in which they were written."""
    row = await queries.visible(act, negotiation_id)
    return await threads.read(act, row.id, limit, cursor)


async def attachment(act: Act, negotiation_id: str, message_id: str, n: int) -> StoredFile:
    """A file of a message; raises NotFound."""
    row = await queries.visible(act, negotiation_id)
    return await threads.attachment(act, row.id, message_id, n)
