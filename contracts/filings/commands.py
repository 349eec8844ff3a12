"""Filing a contract that was concluded elsewhere; the other party confirms or contests it, the filer withdraws it."""

from sqlalchemy import select

from contracts.filings import queries, rules
from contracts.filings.errors import FilingFaulty, FilingOthersToDo, FilingRepeated
from contracts.filings.models import Filing
from contracts.filings.schemas import EndFiling, FileContract, FilingView
from contracts.filings.states import FILING, FilingAction, FilingState
from kernel import ids, lifecycle
from kernel.act import Act
from kernel.db import lock_name, locked
from kernel.errors import FieldError, NotFound
from kernel.identity.models import Party
from kernel.identity.states import PartyState
from kernel.money import Money
from kernel.text import Text
from kernel.uploads.queries import own_file

STANDING = (PartyState.ADMITTED, PartyState.SUSPENDED)
"""Whoever the centre has admitted may stand for a credit code."""


async def file_contract(act: Act, data: FileContract) -> FilingView:
    """Enter a contract, one-sided until the other party confirms it.

    Raises NotFound for a file or a party that is not there, FilingFaulty and FilingRepeated.
    """
    assert act.actor.party is not None
    stored = await own_file(act, data.file_id)
    found = list(rules.faults(data, stored.purpose, act.today))
    other = await _other(act, data)
    if other is not None and other.id == act.actor.party:
        found.append(FieldError("/other", Text("双方不能是同一主体", "Nobody agrees with itself"), FilingFaulty.rule))
    if found:
        raise FilingFaulty(errors=found, count=len(found))
    await lock_name(act.session, "filing", act.actor.party)
    same = select(Filing.id).where(
        Filing.filer == act.actor.party,
        Filing.document_sha256 == stored.sha256,
        Filing.status != FilingState.WITHDRAWN,
    )
    if (earlier := await act.session.scalar(same)) is not None:
        raise FilingRepeated(filing=earlier)
    amount = None if data.amount is None else Money.of(data.amount, "/amount")
    row = Filing(
        id=ids.new("flg"),
        filer=act.actor.party,
        other=None if other is None else other.id,
        other_name=other.name if other is not None else data.other_name,
        other_uscc=other.uscc if other is not None else data.other_uscc,
        filer_role=data.filer_role,
        subject=data.subject,
        concluded_on=data.concluded_on,
        amount_minor=None if amount is None else amount.minor,
        currency=None if amount is None else amount.currency,
        file_id=stored.id,
        document_sha256=stored.sha256,
        end_reason=None,
        confirmed_at=None,
        created_at=act.at,
    )
    facts = {"document_sha256": row.document_sha256, "concluded_on": row.concluded_on.isoformat()}
    await lifecycle.begin(act, row, FILING, parties=row.parties, **facts)
    return queries.view(row, act.actor)


async def _other(act: Act, data: FileContract) -> Party | None:
    """The other party, where it takes part here; raises NotFound for an id that no admitted party has."""
    if data.other is not None:
        party = await act.session.get(Party, ids.require("pty", data.other))
        if party is None or party.status not in STANDING:
            raise NotFound(kind="party", id=data.other)
        return party
    query = select(Party).where(Party.uscc == data.other_uscc, Party.status.in_(STANDING))
    return await act.session.scalar(query) if data.other_uscc is not None else None


async def confirm(act: Act, filing_id: str) -> FilingView:
    """The other party says that it is so: both stand for the filing from now on."""
    row = await _step(act, filing_id, FilingAction.CONFIRM, None)
    row.confirmed_at = act.at
    return queries.view(row, act.actor)


async def contest(act: Act, filing_id: str, data: EndFiling) -> FilingView:
    """The other party says that it is not so; whoever may see the filing sees that."""
    return queries.view(await _step(act, filing_id, FilingAction.CONTEST, data.reason), act.actor)


async def withdraw(act: Act, filing_id: str, data: EndFiling) -> FilingView:
    """The filer takes it back, until it is confirmed; what was filed stays on record as withdrawn."""
    return queries.view(await _step(act, filing_id, FilingAction.WITHDRAW, data.reason), act.actor)


async def _step(act: Act, filing_id: str, action: FilingAction, reason: str | None) -> Filing:
    row = await locked(act.session, Filing, filing_id)
    queries.AUDIENCE.require_party(act.actor, filing_id, row.filer, row.other)
    role = queries.role_of(row, act.actor.party)
    assert role is not None
    FILING.next(row.status, action, role)
    allowed = queries.allowed(row, act.actor)
    if action not in allowed:
        raise FilingOthersToDo(allowed=[str(each) for each in allowed])
    row.end_reason = reason
    facts = {"reason": reason} if reason is not None else {}
    await lifecycle.advance(act, row, FILING, action, role, parties=row.parties, **facts)
    return row
