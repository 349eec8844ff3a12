"""Confirmation slips: entered by one side, confirmed by the other within the hours of the rule, or without a word."""

from datetime import timedelta

from sqlalchemy import select

from kernel import ids, lifecycle
from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.db import lock_name, locked, one
from kernel.states import Role
from market.papers.amounts.policies import INVOICING
from market.papers.credits import errors, queries
from market.papers.credits.commands import alive_slip
from market.papers.credits.models import CreditNote, RedSlip
from market.papers.credits.schemas import CreditNoteView, EnterSlip, RedSlipView, VoidSlip
from market.papers.credits.states import CODES, CREDIT_NOTE, RED_SLIP, CreditAction, SlipAction, SlipState
from market.papers.invoices.models import Invoice
from market.papers.invoices.states import SELLERS


async def enter(act: Act, credit_note_id: str, data: EnterSlip) -> CreditNoteView:
    """Keep a slip that one of the sides has entered in the tax system; the other has its hours from now.

    Raises InvoiceNotRegistered, SlipPending, SlipTaken and SlipNotByBuyer.
    """
    note = await locked(act.session, CreditNote, credit_note_id)
    role = _role(act, note)
    CREDIT_NOTE.next(note.status, CreditAction.REGISTER, SELLERS[0])
    invoice = await act.session.get_one(Invoice, note.invoice_id)
    if invoice.fapiao_number is None:
        raise errors.InvoiceNotRegistered(number=invoice.number)
    alive = await alive_slip(act, note.id)
    if alive is not None:
        raise errors.SlipPending(number=note.number, slip=alive.number, code=CODES[alive.status])
    await lock_name(act.session, "red-slip", data.number)
    if await act.session.scalar(select(RedSlip.id).where(RedSlip.number == data.number)) is not None:
        raise errors.SlipTaken(slip=data.number)
    state = _first(role, used=data.buyer_used)
    waits = state is not SlipState.UNNEEDED
    hours = timedelta(hours=INVOICING.at(act.today).body.slip_hours)
    row = RedSlip(
        id=ids.new("rsl"),
        credit_note_id=note.id,
        number=data.number,
        seller=note.seller,
        buyer=note.buyer,
        entered_by="buyer" if role is Role.BUYER else "seller",
        due_at=act.at + hours if waits else None,
        created_at=act.at,
    )
    parties = (note.seller, note.buyer)
    await lifecycle.begin_in(act, row, RED_SLIP, state, parties=parties, number=row.number, credit_note=note.id)
    return await queries.view(act, note)


def _first(role: Role, *, used: bool) -> SlipState:
    """Where a slip begins: what the buyer has not used needs nobody's word, and then only the seller enters it."""
    if role is Role.BUYER:
        if not used:
            raise errors.SlipNotByBuyer
        return SlipState.AWAITS_SELLER
    return SlipState.AWAITS_BUYER if used else SlipState.UNNEEDED


def _role(act: Act, row: CreditNote | RedSlip) -> Role:
    audience = queries.AUDIENCE if isinstance(row, CreditNote) else queries.SLIPS
    audience.require(act.actor, row.id, row.seller, row.buyer)
    mine = queries.roles(row, act.actor)
    if not mine:
        raise errors.NotASideOfIt
    return mine[0]


async def confirm(act: Act, slip_id: str) -> RedSlipView:
    """The other side confirms the slip."""
    return await _step(act, slip_id, SlipAction.CONFIRM)


async def deny(act: Act, slip_id: str) -> RedSlipView:
    """The other side denies the slip."""
    return await _step(act, slip_id, SlipAction.DENY)


async def withdraw(act: Act, slip_id: str) -> RedSlipView:
    """Whoever entered the slip takes it back, or either side once it is confirmed; raises SlipUsed."""
    return await _step(act, slip_id, SlipAction.WITHDRAW)


async def void(act: Act, slip_id: str, data: VoidSlip) -> RedSlipView:
    """The seller notes that the tax system has made the slip void, by its code; raises SlipUsed."""
    return await _step(act, slip_id, SlipAction.VOID, data.code)


async def _step(act: Act, slip_id: str, action: SlipAction, void_code: str | None = None) -> RedSlipView:
    role = _role(act, row := await one(act.session, RedSlip, slip_id))
    note = await locked(act.session, CreditNote, row.credit_note_id)  # First the note, as everywhere.
    row = await locked(act.session, RedSlip, slip_id)
    RED_SLIP.next(row.status, action, role)
    if note.slip_number == row.number:
        raise errors.SlipUsed(slip=row.number)
    await _move(act, row, action, role, void_code)
    return queries.slip_view(act, row)


async def _move(act: Act, row: RedSlip, action: SlipAction, role: Role, void_code: str | None = None) -> None:
    row.due_at, row.void_code = None, void_code
    after = RED_SLIP.next(row.status, action, role)
    facts = {"number": row.number, "code": void_code or CODES[after]}
    await lifecycle.advance(act, row, RED_SLIP, action, role, parties=(row.seller, row.buyer), **facts)


async def lapse(act: Act, slip_id: str) -> bool:
    """A slip that nobody confirmed in its hours is void (07); says whether it was."""
    row = await locked(act.session, RedSlip, slip_id)
    if row.due_at is None or row.due_at > act.at:
        return False
    await _move(act.by(SYSTEM), row, SlipAction.LAPSE, Role.SYSTEM)
    return True
