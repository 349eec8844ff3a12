"""Invoicing details over HTTP."""

from litestar import get, put
from litestar.di import NamedDependency
from litestar.params import JSONBody

from kernel.act import Act
from kernel.errors import NotFound
from kernel.http.guards import allow
from kernel.http.problems import problems
from market.papers.details import commands, errors
from market.papers.details.schemas import InvoiceDetailsView, SetInvoiceDetails

_WRITES = allow("market:invoice:write")


@put("/v1/invoice-details", opt=_WRITES, responses=problems(NotFound, errors.InvoiceDetailsFaulty))
async def put_invoice_details(data: JSONBody[SetInvoiceDetails], act: NamedDependency[Act]) -> InvoiceDetailsView:
    """填写开票信息 · Say what invoices to and from the caller's party say of it."""
    return await commands.put(act, data)


@get("/v1/invoice-details", opt=_WRITES, responses=problems(NotFound))
async def get_invoice_details(act: NamedDependency[Act]) -> InvoiceDetailsView:
    """开票信息 · What invoices to and from the caller's party say of it."""
    return await commands.own(act)


ROUTES = [put_invoice_details, get_invoice_details]
