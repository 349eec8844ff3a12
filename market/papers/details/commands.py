"""Giving and reading one's invoicing details."""

from kernel.act import Act
from kernel.db import locked
from kernel.errors import NotFound
from kernel.identity.models import Party
from kernel.log.record import record
from kernel.views.audience import own_party
from kernel.views.projection import shown
from market.papers.details import rules
from market.papers.details.errors import InvoiceDetailsFaulty, InvoiceDetailsMissing
from market.papers.details.models import InvoiceDetails
from market.papers.details.schemas import InvoiceDetailsView, SetInvoiceDetails


async def put(act: Act, data: SetInvoiceDetails) -> InvoiceDetailsView:
    """Give the details of one's own party anew; raises InvoiceDetailsFaulty with everything that is wrong."""
    party = await locked(act.session, Party, own_party(act.actor))
    found = list(rules.faults(data, party.name, party.uscc))
    if found:
        raise InvoiceDetailsFaulty(errors=found, count=len(found))
    row = await act.session.get(InvoiceDetails, party.id) or InvoiceDetails(party_id=party.id)
    for name in data.__struct_fields__:
        setattr(row, name, getattr(data, name))
    row.updated_at = act.at
    act.session.add(row)
    record(act, "market.invoice_details.given", party.id, parties=[party.id], facts=row.snapshot())
    return shown(row, InvoiceDetailsView)


async def own(act: Act) -> InvoiceDetailsView:
    """The details of one's own party; raises NotFound before they are given."""
    row = await act.session.get(InvoiceDetails, own_party(act.actor))
    if row is None:
        raise NotFound(kind="invoice_details", id=own_party(act.actor))
    return shown(row, InvoiceDetailsView)


async def of(act: Act, party_id: str) -> InvoiceDetails:
    """The details of a party; raises InvoiceDetailsMissing."""
    row = await act.session.get(InvoiceDetails, party_id)
    if row is None:
        raise InvoiceDetailsMissing(party=party_id)
    return row
