"""Data sets and catalogues in the protocol's form: lean JSON after DCAT; pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from contracts.usage.odrl import URN
from contracts.usage.tree import UsagePolicy
from kernel.crypto import canonical
from market.catalogue.records import Product
from market.dataspace.messages import offers, writing
from market.dataspace.messages.shapes import CONTEXT


@dataclass(frozen=True, slots=True)
class Dataset:
    """A data set of a participant with its public offers; `product` where it is a listing."""

    id: str
    asset: str
    offers: Sequence[Mapping[str, Any]]
    product: Product | None = None
    about: Mapping[str, Any] = field(default_factory=dict)

    def offer(self, offer_id: str) -> Mapping[str, Any] | None:
        """One of its offers by its id."""
        return next((one for one in self.offers if one["@id"] == offer_id), None)


def name_of(listing_id: str) -> str:
    """What a listing is called on the wire."""
    return f"{URN}:{listing_id}"


def listing_of(dataset_id: str) -> str | None:
    """The listing that a name on the wire means, with or without its beginning."""
    bare = dataset_id.removeprefix(f"{URN}:")
    return bare if bare.startswith("lst_") else None


def of_product(product: Product, public: Sequence[tuple[str, UsagePolicy]] = ()) -> Dataset:
    """A product as a data set, offered as it is listed and by its public offers, each (id, policy).

    The offer as listed is called by what it says, so that its id is stable and a new version new.
    """
    listed = offers.offer(product.policy, "")
    digest = canonical.digest({name: listed[name] for name in offers.SAID if name in listed})
    offer_id = f"{URN}:{product.id}:offer:{digest.removeprefix('sha256:')[:24]}"
    about = {
        "dct:title": [
            {"@value": product.title_zh, "@language": "zh"},
            {"@value": product.title_en, "@language": "en"},
        ],
        "dct:identifier": product.id,
        "dcat:version": product.revision_id,
        "dct:issued": product.issued_at.isoformat(),
    }
    offered = [{**listed, "@id": offer_id}]
    offered += [offers.offer(policy, f"{URN}:{name}") for name, policy in public]
    return Dataset(name_of(product.id), product.asset_id, offered, product, about)


def dataset(one: Dataset, endpoint: str) -> dict[str, Any]:
    """A data set with its offers and its one way of transfer."""
    service = {"@id": endpoint, "@type": "DataService", "endpointURL": endpoint}
    return {
        "@id": one.id,
        "@type": "Dataset",
        "hasPolicy": [dict(offer) for offer in one.offers],
        "distribution": [{"@type": "Distribution", "format": writing.PULL, "accessService": service}],
        **one.about,
    }


def catalog(datasets: Sequence[Dataset], participant_did: str, endpoint: str) -> dict[str, Any]:
    """One page of the catalogue, whole in itself; without data sets the list is left out, as the schema wants it."""
    listed = [dataset(one, endpoint) for one in datasets]
    return {
        "@context": [CONTEXT],
        "@id": f"{endpoint}/catalog",
        "@type": "Catalog",
        "participantId": participant_did,
        "service": [{"@id": endpoint, "@type": "DataService", "endpointURL": endpoint}],
        **({"dataset": listed} if listed else {}),
    }
