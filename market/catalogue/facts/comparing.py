"""Up to four products side by side."""

from collections.abc import Sequence

import msgspec

from kernel.act import Act
from kernel.errors import FieldError, InvalidInput
from kernel.text import Text
from kernel.views.projection import shown
from market.catalogue.facts.queries import dimensions
from market.catalogue.facts.schemas import ComparedListing, ComparisonView
from market.listings import queries as listings
from market.listings.errors import ListingUnavailable
from market.listings.evidence import scorecard_of
from market.listings.finding.facets import FINDING
from market.listings.models import Listing
from market.service_levels import queries as service_levels
from rights.certificates.models import Certificate

_OWN = frozenset({"id", "title_zh", "title_en", "listed_at"})
"""In these any two products differ."""


async def compared(act: Act, listing_ids: Sequence[str]) -> ComparisonView:
    """Products in the order in which they are named; raises ListingUnavailable naming every one that is not there."""
    most = FINDING.at(act.today).body.compared_max
    if not 1 <= len(listing_ids) <= most or len(set(listing_ids)) < len(listing_ids):
        text = Text(f"请给出 1 至 {most} 个互不相同的商品编号", f"Name one to {most} products, each once")
        raise InvalidInput(errors=[FieldError("/query/id", text)])
    rows, missing = list[Listing](), list[str]()
    for listing_id in listing_ids:
        try:
            rows.append(await listings.visible(act, listing_id))
        except ListingUnavailable:
            missing.append(listing_id)
    if missing:
        raise ListingUnavailable(id=", ".join(each[:40] for each in missing))
    products = [await _product(act, row) for row in rows]
    return ComparisonView(products, _differing(products))


def _differing(products: Sequence[ComparedListing]) -> list[str]:
    names = [name for name in ComparedListing.__struct_fields__ if name not in _OWN]
    return [name for name in names if len({msgspec.json.encode(getattr(each, name)) for each in products}) > 1]


async def _product(act: Act, row: Listing) -> ComparedListing:
    view = await listings.listing_view(act, row)
    record = await service_levels.record(act, row.id)
    basis = None if row.certificate_id is None else await act.session.get(Certificate, row.certificate_id)
    return shown(
        view,
        ComparedListing,
        dimensions=dimensions(await scorecard_of(act.session, row)),
        service_record=record.lines,
        certificate_number=None if basis is None else basis.number,
        certificate_until=None if basis is None else basis.valid_until,
    )
