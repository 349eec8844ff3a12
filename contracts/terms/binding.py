"""From an offer to terms between two: what a listing offers as terms, and an offer taken by one consumer; pure."""

import msgspec

from contracts.policy.marks import Marks
from contracts.policy.schemas import Policy as Licence
from contracts.terms.document import FORM, MODEL, Delivery, Terms
from contracts.terms.errors import OfferExceeded, RecipientNotAddressed
from contracts.terms.prices import Free, OneOff, PriceTerms, is_priced
from contracts.usage.licences import of_licence
from contracts.usage.tree import Permission
from kernel.money import Money
from rights.grants.vocabulary import ANYONE, Words, words
from rights.title.rules import party_term


def offered(
    licence: Licence,
    *,
    provider: str,
    asset: str,
    revision: str,
    price: PriceTerms,
    delivery: Delivery,
    listing: str,
    marks: Marks = (),
) -> Terms:
    """What a licence at a price comes to as terms for the public; copies bear the `marks`."""
    return Terms(
        form=FORM,
        model=MODEL,
        provider=provider,
        listing=listing,
        policy=of_licence(licence, asset, revision, ANYONE, priced=is_priced(price), marks=marks),
        price=price,
        delivery=delivery,
    )


def bound(terms: Terms, consumer: str, purpose: str | None = None, use_case: str = "") -> Terms:
    """An offer as terms with one consumer, for the one purpose it declares where it declares one.

    Raises RecipientNotAddressed for whom no permission is meant, and OfferExceeded.
    """
    term, vocabulary = party_term(consumer), words(terms.licence.vocabulary)
    meant = [rule for rule in terms.licence.permissions if ANYONE in rule.recipients or term in rule.recipients]
    if not meant:
        addressed = sorted({one for rule in terms.licence.permissions for one in rule.recipients})
        raise RecipientNotAddressed(recipients=", ".join(addressed))
    kept = [narrowed for rule in meant if (narrowed := _narrowed(rule, term, purpose, vocabulary)) is not None]
    if not kept:
        listed = sorted({code for rule in meant for code in rule.purposes})
        raise OfferExceeded(purpose=purpose, offered=", ".join(listed))
    policy = msgspec.structs.replace(terms.licence, permissions=tuple(kept))
    return msgspec.structs.replace(terms, consumer=consumer, purpose=purpose, use_case=use_case, policy=policy)


def _narrowed(rule: Permission, recipient: str, purpose: str | None, vocabulary: Words) -> Permission | None:
    """A permission for one recipient and one purpose, or None where it does not reach the purpose."""
    if purpose is None:
        return msgspec.structs.replace(rule, recipients=(recipient,))
    asked = vocabulary.purposes.bits.get(purpose)
    if asked is None or asked & ~vocabulary.purposes.mask(rule.purposes):
        return None
    return msgspec.structs.replace(rule, recipients=(recipient,), purposes=(purpose,))


def priced(money: Money | None) -> PriceTerms:
    """An amount as the price of terms."""
    return Free() if money is None else OneOff(money.view())
