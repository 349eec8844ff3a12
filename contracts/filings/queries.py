"""Reading filings."""

from typing import Final

from sqlalchemy import select

from contracts.filings.models import Filing
from contracts.filings.schemas import FilingView
from contracts.filings.states import FILERS, FILING, FilingAction
from kernel.act import Act
from kernel.actor import Actor
from kernel.db import one
from kernel.money import Money
from kernel.states import Role
from kernel.text import Text
from kernel.uploads.models import StoredFile
from kernel.views.audience import Audience
from kernel.views.paging import Page, fetch
from kernel.views.projection import shown

AUDIENCE: Final = Audience("filing", (Role.REGULATOR, Role.AUDITOR, Role.OPERATOR))
"""Who may read what two parties filed."""

LABEL: Final = Text(
    "备案合同：在中心以外订立，不产生许可，不作准入依据，不计入价格统计",
    "Filed contract: concluded elsewhere; it grants nothing, opens no access and enters no price statistics",
)


async def filing(act: Act, filing_id: str) -> FilingView:
    """A filing, for its two parties and those who watch; raises NotFound for anybody else."""
    return view(await visible(act, filing_id), act.actor)


async def visible(act: Act, filing_id: str) -> Filing:
    """The row of a filing that the actor may see; raises NotFound."""
    row = await one(act.session, Filing, filing_id)
    AUDIENCE.require(act.actor, filing_id, row.filer, row.other)
    return row


async def filings(act: Act, limit: int, cursor: str | None) -> Page[FilingView]:
    """The filings that the actor may see, the newest first."""
    query = select(Filing).where(AUDIENCE.among(act.actor, Filing.filer, Filing.other))
    page = await fetch(act.session, query, Filing.id, limit=limit, cursor=cursor, newest_first=True)
    return page.of(lambda row: view(row, act.actor))


async def document(act: Act, filing_id: str) -> StoredFile:
    """The filed text, for whoever may see the filing."""
    return await one(act.session, StoredFile, (await visible(act, filing_id)).file_id)


def role_of(row: Filing, party: str | None) -> Role | None:
    """What a party is in the contract that was filed."""
    sides = (Role.PROVIDER, Role.BUYER) if row.filer_role == "provider" else (Role.BUYER, Role.PROVIDER)
    return {row.filer: sides[0], row.other: sides[1]}.get(party) if party is not None else None


def allowed(row: Filing, actor: Actor) -> list[FilingAction]:
    """What the actor's party may do now."""
    role = role_of(row, actor.party)
    if role is None:
        return []
    filed = row.filer == actor.party
    return [action for action in FILING.actions(row.status, role) if (action in FILERS) is filed]


def view(row: Filing, actor: Actor) -> FilingView:
    """A filing as its parties see it, always by its label."""
    amount = None if row.amount_minor is None or row.currency is None else Money(row.amount_minor, row.currency).view()
    actions = [str(action) for action in allowed(row, actor)]
    return shown(row, FilingView, kind="filed", label=LABEL, amount=amount, allowed_actions=actions)
