"""One product as a DCAT 3 data set (W3C Recommendation), after DCAT-AP 3.0.1: a tree of plain JSON-LD values; pure.

What DCAT has no word for is carried by those that have: quality by DQV, the offer by ODRL, the price by schema.org.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final

from contracts.terms.price.least import least
from contracts.terms.price.sentences import whole
from contracts.terms.prices import OneOff, Plan, PriceTerms
from contracts.usage.odrl import URN, to_odrl
from contracts.usage.tree import UsagePolicy
from kernel.time.clock import day_in_china
from market.catalogue import provenance

PREFIXES: Final = {
    "adms": "http://www.w3.org/ns/adms#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "dqv": "http://www.w3.org/ns/dqv#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "hydra": "http://www.w3.org/ns/hydra/core#",
    "odrl": "http://www.w3.org/ns/odrl/2/",
    "prov": "http://www.w3.org/ns/prov#",
    "schema": "https://schema.org/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
"""The whole JSON-LD context: every name is a compact IRI, so nothing is fetched to read a record."""

_FREQUENCY: Final = "http://publications.europa.eu/resource/authority/frequency/"
_FREQUENCIES: Final = {
    "hourly": "HOURLY",
    "daily": "DAILY",
    "weekly": "WEEKLY",
    "monthly": "MONTHLY",
    "quarterly": "QUARTERLY",
    "yearly": "ANNUAL",
    "realtime": "UPDATE_CONT",
    "irregular": "IRREG",
    "once": "NEVER",
}
_RESTRICTED: Final = "http://publications.europa.eu/resource/authority/access-right/RESTRICTED"
_METRIC: Final = f"{URN}:metric:quality-score"


@dataclass(frozen=True, slots=True)
class Product:
    """What the catalogue says of a listing; `covers` are the first and last day counted in the data, if any were."""

    id: str
    asset_id: str
    revision_id: str
    title_zh: str
    title_en: str
    summary_zh: str
    summary_en: str
    keywords: tuple[str, ...]
    theme: str
    provider: str
    provider_name: str
    price: PriceTerms | None
    policy: UsagePolicy
    size_bytes: int
    quality_score: Decimal | None
    certificate_number: str | None
    region: str
    update_cycle: str
    covers: tuple[date, date] | None
    issued_at: datetime
    modified_at: datetime


@dataclass(frozen=True, slots=True)
class Centre:
    """Who keeps the catalogue, and where."""

    name: str
    did: str
    public_url: str

    @property
    def catalogue(self) -> str:
        """The catalogue's address, which is its name."""
        return f"{self.public_url}/v1/catalogue"

    @property
    def service(self) -> str:
        """The name of the service through which products are ordered and delivered."""
        return f"{self.catalogue}#service"


def dataset(product: Product, centre: Centre, on: date) -> dict[str, Any]:
    """A product as a data set: what is not known is left out, but for provenance, which says why it is not."""
    address = f"{centre.catalogue}/{product.id}"
    listing = f"{centre.public_url}/v1/listings/{product.id}"
    uid = f"{URN}:{product.id}"
    offer = to_odrl(product.policy, uid=f"{uid}:offer", assigner=f"{URN}:{product.provider}")
    known: dict[str, Any] = {
        "@id": address,
        "@type": "dcat:Dataset",
        "dct:identifier": product.id,
        "dct:title": _both(product.title_zh, product.title_en),
        "dct:description": _both(product.summary_zh, product.summary_en),
        "dct:publisher": {
            "@id": f"{URN}:{product.provider}",
            "@type": "foaf:Agent",
            "foaf:name": product.provider_name,
        },
        "dcat:keyword": [*dict.fromkeys([*product.keywords, product.theme])],
        "dct:issued": _moment(product.issued_at),
        "dct:modified": _moment(product.modified_at),
        "dct:accessRights": {"@id": _RESTRICTED},
        "dct:accrualPeriodicity": _frequency(product.update_cycle),
        "dct:spatial": {"@type": "dct:Location", "skos:prefLabel": product.region},
        "dct:temporal": _period(product.covers),
        "dcat:version": product.revision_id,
        "dcat:isVersionOf": {"@id": f"{URN}:{product.asset_id}"},
        "dcat:landingPage": {"@id": listing, "@type": "foaf:Document"},
        "dcat:distribution": {
            "@id": f"{address}#distribution",
            "@type": "dcat:Distribution",
            "dcat:accessURL": {"@id": listing},
            "dcat:byteSize": _typed(product.size_bytes, "xsd:nonNegativeInteger"),
            "dcat:accessService": {"@id": centre.service},
        },
        "adms:identifier": _certificate(product),
        "dqv:hasQualityMeasurement": _quality(product.quality_score),
        "odrl:hasPolicy": _policy(offer),
        "schema:offers": _price(product.price),
        "schema:additionalProperty": provenance.fields(_facts(product, address, f"{uid}:offer"), on),
    }
    return {name: value for name, value in known.items() if value is not None}


def _facts(product: Product, address: str, offer_id: str) -> dict[str, str | None]:
    """What the catalogue knows of a product, by the names that the mapping of provenance has for it."""
    covers = product.covers
    return {
        "title": product.title_en,
        "identifier": product.id,
        "address": address,
        "issuer": product.provider_name,
        "description": product.summary_en,
        "region": product.region,
        "issued": product.issued_at.astimezone(UTC).date().isoformat(),
        "covers": f"{covers[0]}/{covers[1]}" if covers is not None else None,
        **provenance.of_policy(product.policy, offer_id),
    }


def catalogue(
    products: Iterable[Product], centre: Centre, *, page: str, following: str | None, modified_at: datetime
) -> dict[str, Any]:
    """One page of the catalogue, whole in itself: the centre, its service, and the products of the page."""
    view: dict[str, Any] = {
        "@id": page,
        "@type": "hydra:PartialCollectionView",
        "hydra:first": {"@id": centre.catalogue},
    }
    if following is not None:
        view["hydra:next"] = {"@id": following}
    return {
        "@context": PREFIXES,
        "@id": centre.catalogue,
        "@type": "dcat:Catalog",
        "dct:title": _both(f"{centre.name}数据目录", f"Data catalogue of {centre.name}"),
        "dct:description": _both(
            "已登记、已评分、可订购的数据商品。", "Data products that are registered, scored and on sale."
        ),
        "dct:publisher": _agent(centre.did, centre.name),
        "foaf:homepage": {"@id": centre.public_url},
        "dct:modified": _moment(modified_at),
        "hydra:view": view,
        "dcat:service": {
            "@id": centre.service,
            "@type": "dcat:DataService",
            "dct:title": _both("订购与交付接口", "Ordering and delivery"),
            "dcat:endpointURL": {"@id": f"{centre.public_url}/v1"},
            "dcat:endpointDescription": {"@id": f"{centre.public_url}/docs/openapi.json"},
        },
        "dcat:dataset": [dataset(product, centre, day_in_china(modified_at)) for product in products],
    }


def _agent(iri: str, name: str) -> dict[str, str]:
    return {"@id": iri, "@type": "foaf:Agent", "foaf:name": name}


def _both(zh: str, en: str) -> list[dict[str, str]]:
    return [{"@value": zh, "@language": "zh"}, {"@value": en, "@language": "en"}]


def _typed(value: object, kind: str) -> dict[str, str]:
    return {"@value": str(value), "@type": kind}


def _moment(at: datetime) -> dict[str, str]:
    return _typed(at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), "xsd:dateTime")


def _frequency(cycle: str) -> dict[str, str] | None:
    code = _FREQUENCIES.get(cycle)
    return {"@id": f"{_FREQUENCY}{code}"} if code is not None else None


def _period(covers: tuple[date, date] | None) -> dict[str, Any] | None:
    if covers is None:
        return None
    first, last = (_typed(day.isoformat(), "xsd:date") for day in covers)
    return {"@type": "dct:PeriodOfTime", "dcat:startDate": first, "dcat:endDate": last}


def _certificate(product: Product) -> dict[str, Any] | None:
    if product.certificate_number is None:
        return None
    return {"@type": "adms:Identifier", "skos:notation": product.certificate_number}


def _quality(score: Decimal | None) -> dict[str, Any] | None:
    if score is None:
        return None
    value = _typed(f"{score:.2f}", "xsd:decimal")
    return {"@type": "dqv:QualityMeasurement", "dqv:isMeasurementOf": {"@id": _METRIC}, "dqv:value": value}


def _price(price: PriceTerms | None) -> dict[str, Any] | None:
    """An amount as a price, a plan in words with what one of its periods costs at the least; nothing of the others."""
    if isinstance(price, OneOff):
        amount = _typed(price.amount.amount, "xsd:decimal")
        return {"@type": "schema:Offer", "schema:price": amount, "schema:priceCurrency": price.amount.currency}
    if not isinstance(price, Plan):
        return None
    said, begins = whole(price), least(price)
    period: dict[str, Any] | None = None
    if begins.least is not None:
        period = {
            "@type": "schema:UnitPriceSpecification",
            "schema:minPrice": _typed(begins.least.amount, "xsd:decimal"),
            "schema:priceCurrency": price.currency,
            "schema:billingDuration": _typed(begins.every or 1, "xsd:nonNegativeInteger"),
            "schema:unitText": str(begins.unit),
        }
    offer = {
        "@type": "schema:Offer",
        "schema:priceCurrency": price.currency,
        "schema:description": _both(said.zh, said.en),
        "schema:priceSpecification": period,
    }
    return {name: value for name, value in offer.items() if value is not None}


_RULES: Final = ("permission", "prohibition", "obligation")


def _policy(offer: dict[str, Any]) -> dict[str, Any]:
    """The ODRL offer with every word as an IRI, as a record among others needs it."""
    lists = {
        name: [_rule(rule) for rule in offer.get(name, [])] for name in ("permission", "prohibition", "obligation")
    }
    return {
        "@id": offer["@id"],
        "@type": "odrl:Offer",
        "odrl:profile": {"@id": offer["profile"]},
        "odrl:target": {"@id": offer["target"]},
        "odrl:assigner": {"@id": offer["assigner"]},
        **{f"odrl:{name}": rules for name, rules in lists.items() if rules},
    }


def _rule(rule: dict[str, Any]) -> dict[str, Any]:
    """A rule without its name: the wire has one for each action, which would be one node of a graph."""
    action = rule["action"]
    written: dict[str, Any] = {"odrl:action": {"@id": f"odrl:{action}" if ":" not in action else action}}
    constraints = [one for listed in rule.get("constraint", []) for one in listed.get("and", [listed])]
    if constraints:
        written["odrl:constraint"] = [_constraint(one) for one in constraints]
    if rule.get("duty"):
        written["odrl:duty"] = [_rule(duty) for duty in rule["duty"]]
    return written


def _constraint(constraint: dict[str, Any]) -> dict[str, Any]:
    return {
        "odrl:leftOperand": {"@id": constraint["leftOperand"]},
        "odrl:operator": {"@id": f"odrl:{constraint['operator']}"},
        "odrl:rightOperand": constraint["rightOperand"],
    }
