"""Reading the products of a page of the catalogue."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import defer

from contracts.policy.rules import from_terms, marks_of, vocabularies
from contracts.usage.licences import of_licence
from kernel import ids
from kernel.act import Act
from kernel.identity.models import Party
from kernel.time.clock import day_in_china
from market.catalogue.records import Centre, Product
from market.listings.errors import ListingUnavailable
from market.listings.finding.pages import newest
from market.listings.models import Listing
from market.listings.states import ListingState, PriceKind
from rights.assets.models import Asset, RevisionMeasure
from rights.certificates.models import Certificate
from rights.grants.vocabulary import ANYONE


async def centre(session: AsyncSession, did: str, public_url: str) -> Centre:
    """The centre that keeps the catalogue, by its registered name, or by its address before it is founded."""
    name = await session.scalar(select(Party.name).where(Party.centre))
    return Centre(name or public_url, did, public_url)


async def page(act: Act, limit: int, cursor: str | None) -> tuple[list[Product], str | None]:
    """Products that may be sold today, newest first, and the cursor of what follows."""
    listed, following = await newest(act.session, limit, cursor, act.today)
    found = {product.id: product for product in await products(act, listed)}
    return [found[listing_id] for listing_id in listed if listing_id in found], following


async def product(act: Act, listing_id: str) -> Product:
    """One product on the shelf; raises ListingUnavailable for any other, whoever asks."""
    found = await products(act, [listing_id]) if ids.is_id("lst", listing_id) else []
    if not found:
        raise ListingUnavailable(id=listing_id[:40])
    return found[0]


async def products(act: Act, listed: Sequence[str]) -> list[Product]:
    unseen = (defer(Listing.sample_rows), defer(Listing.gates))
    query = (
        select(Listing, Party.name, Asset.region, Asset.update_cycle, RevisionMeasure, Certificate.number)
        .join(Party, Party.id == Listing.provider)
        .join(Asset, Asset.id == Listing.asset_id)
        .outerjoin(RevisionMeasure, RevisionMeasure.revision_id == Listing.revision_id)
        .outerjoin(Certificate, Certificate.id == Listing.certificate_id)
        .where(Listing.id.in_(listed), Listing.status == ListingState.LISTED)
        .options(*unseen)
    )
    return [_product(*row) for row in await act.session.execute(query)]


def _product(
    listing: Listing,
    provider_name: str,
    region: str,
    update_cycle: str,
    measure: RevisionMeasure | None,
    number: str | None,
) -> Product:
    assert listing.listed_at is not None  # It is on the shelf.
    licence = from_terms(listing.licence, vocabularies().at(day_in_china(listing.listed_at)))
    counted = (measure.earliest, measure.latest) if measure is not None else (None, None)
    return Product(
        id=listing.id,
        asset_id=listing.asset_id,
        revision_id=listing.revision_id,
        title_zh=listing.title_zh,
        title_en=listing.title_en,
        summary_zh=listing.summary_zh,
        summary_en=listing.summary_en,
        keywords=tuple(listing.keywords),
        theme=listing.theme,
        provider=listing.provider,
        provider_name=provider_name,
        price=listing.price_terms,
        policy=of_licence(
            licence,
            listing.asset_id,
            listing.revision_id,
            ANYONE,
            priced=listing.price_kind != PriceKind.FREE,
            marks=marks_of(listing.licence),
        ),
        size_bytes=listing.size_bytes,
        quality_score=listing.quality_score,
        certificate_number=number,
        region=region,
        update_cycle=update_cycle,
        covers=(counted[0], counted[1]) if counted[0] and counted[1] else None,
        issued_at=listing.listed_at,
        modified_at=max(listing.status_changed_at, listing.listed_at),
    )
