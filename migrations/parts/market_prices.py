"""The statement that places an order, which now also sells what is free and sends on who orders what is on request."""

from migrations.parts import market_lapses

_ASKED = "           l.currency, l.held_by,"
_UNPRICED = "        WHEN offer.price_minor IS NULL THEN 'closed'\n"
_AMOUNT = "p_use_case, offer.price_minor, offer.currency,"
_LAST = "        WHEN NOT COALESCE(offer.licence -> 'purposes' ? p_purpose, false) THEN 'purpose'\n"

PLACE_ORDER = (
    market_lapses.PLACE_ORDER.replace(_ASKED, "           l.currency, l.price_kind, l.held_by,")
    .replace(_UNPRICED, "        WHEN offer.price_minor IS NULL AND offer.price_kind = 'one-off' THEN 'closed'\n")
    .replace(_LAST, "        WHEN offer.price_kind = 'on-request' THEN 'on-request'\n" + _LAST)
    .replace(_AMOUNT, "p_use_case, COALESCE(offer.price_minor, 0), COALESCE(offer.currency, 'CNY'),")
)

if PLACE_ORDER.count("price_kind") != 3 or PLACE_ORDER.count("COALESCE(offer.price_minor") != 1:
    raise ValueError("the statement is not the one that this was written for")
