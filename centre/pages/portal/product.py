"""One product as its page shows it: what stands about it in every room, gathered for whoever looks."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from centre.pages.portal.tables import SampleTable, sample_tables
from contracts.policy.rules import vocabularies
from contracts.policy.schemas import LicenceTerms
from contracts.terms.price.sentences import sentences
from contracts.usage.sentences import EXCLUSIVITIES
from kernel.act import Act
from kernel.documents import queries as documents
from kernel.errors import NotFound
from kernel.text import Text
from kernel.views.paging import Page
from market.catalogue.facts import queries as facts
from market.catalogue.facts.schemas import DictionaryView, LineageOfListing, VersionView
from market.listings import queries as listings
from market.listings.errors import ListingUnavailable
from market.listings.evidence import scorecard_of
from market.listings.schemas import ListingView
from market.offers import queries as offers
from market.offers.schemas import OfferView
from market.ratings import queries as ratings
from market.ratings.schemas import RatingsPage
from market.service_levels import queries as service_levels
from market.service_levels.schemas import ServiceRecordView
from rights.certificates import queries as certificates
from rights.certificates.schemas import CertificateView
from rights.terms import RIGHT_LABELS, Right

SHOWN_MAX: Final = 10
"""So many offers, ratings and versions stand on the page; the API lists them all."""


@dataclass(frozen=True, slots=True)
class Dimension:
    """One of the six dimensions of quality; without a score it was not assessed, for a reason."""

    code: str
    name: Text
    weight: str
    score: str | None


@dataclass(frozen=True, slots=True)
class Product:
    """Everything that the page of a product shows."""

    listing: ListingView
    certificate: CertificateView | None
    rights: list[Text]
    entry_id: str | None
    dimensions: list[Dimension]
    radar: dict[str, Any]
    samples: list[SampleTable]
    licence: "LicenceWords"
    plan: list[Text]
    offers: Page[OfferView]
    service: ServiceRecordView
    ratings: RatingsPage
    versions: list[VersionView]
    lineage: LineageOfListing
    fields: int


@dataclass(frozen=True, slots=True)
class LicenceWords:
    """A licence in words: what it permits and bounds, and what it does not."""

    permitted: list[Text]
    withheld: list[Text]
    purposes: list[Text]
    territory: list[Text]
    environments: list[Text]
    exclusivity: Text


async def product(act: Act, listing_id: str) -> Product:
    """Gather a product's page; raises ListingUnavailable for whoever may not see it."""
    listing = await listings.listing(act, listing_id)
    certificate = await _certificate(act, listing)
    dimensions = await _dimensions(act, listing.id)
    fields = await dictionary(act, listing.id)
    return Product(
        listing=listing,
        certificate=certificate,
        rights=[RIGHT_LABELS[Right(code)] for code in certificate.rights] if certificate else [],
        entry_id=(await documents.document(act, certificate.document_id)).entry_id if certificate else None,
        dimensions=[_dimension(code, each) for code, each in dimensions.items()],
        radar=dimensions,
        samples=sample_tables(listing.sample_rows, listing.masked_columns, fields),
        licence=licence_words(listing.licence, act.today),
        plan=list(sentences(listing.plan)) if listing.plan else [],
        offers=await offers.of_listing(act, listing.id, SHOWN_MAX, None),
        service=await service_levels.record(act, listing.id),
        ratings=await ratings.of_listing(act, listing.id, SHOWN_MAX, None),
        versions=(await facts.versions(act, listing.id))[:SHOWN_MAX],
        lineage=await facts.lineage(act, listing.id),
        fields=sum(len(table.columns) for table in fields.objects) if fields else 0,
    )


async def _certificate(act: Act, listing: ListingView) -> CertificateView | None:
    if listing.certificate_id is None:
        return None
    return await certificates.certificate(act.session, listing.certificate_id)


async def dictionary(act: Act, listing_id: str) -> DictionaryView | None:
    """The columns of a product, where it shows a scorecard; raises ListingUnavailable."""
    try:
        return await facts.data_dictionary(act, listing_id)
    except ListingUnavailable:
        raise
    except NotFound:
        return None


async def _dimensions(act: Act, listing_id: str) -> dict[str, Any]:
    """The six dimensions of the scorecard that the shelf shows; its checks stay with its readers."""
    card = await scorecard_of(act.session, await listings.visible(act, listing_id))
    if card is None:
        return {}
    dimensions: dict[str, Any] = card.body["dimensions"]
    return {code: dimensions[code] for code in ORDER if code in dimensions}


ORDER: Final = ("normativity", "completeness", "accuracy", "consistency", "timeliness", "accessibility")
"""The dimensions as GB/T 36344-2018 counts them."""


def _dimension(code: str, stored: dict[str, Any]) -> Dimension:
    return Dimension(code, Text(stored["name"]["zh"], stored["name"]["en"]), stored["weight"], stored["score"])


def licence_words(terms: LicenceTerms, on: date) -> LicenceWords:
    """A licence in the words of the vocabulary of a day; what that does not hold is shown as its code."""
    vocabulary = vocabularies().at(on).body
    actions = {each.code: Text(each.zh, each.en) for each in vocabulary.action}
    words = {each.code: Text(each.zh, each.en) for each in (*vocabulary.purpose, *vocabulary.territory)}
    places = {each.code: Text(each.zh, each.en) for each in vocabulary.environment}

    def named(codes: list[str], known: dict[str, Text]) -> list[Text]:
        return [known.get(code, Text(code, code)) for code in codes]

    return LicenceWords(
        permitted=[text for code, text in actions.items() if code in terms.actions],
        withheld=[text for code, text in actions.items() if code not in terms.actions],
        purposes=named(terms.purposes, words),
        territory=named(terms.territory, words),
        environments=named(terms.environments, places),
        exclusivity=EXCLUSIVITIES[terms.exclusivity],
    )
