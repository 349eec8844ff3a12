"""The statement that places an order, which sends on who orders what has a plan: it is placed by its whole terms.

An order at a plan keeps its whole answer with its key; one that the statement placed keeps its id.
"""

from migrations.parts import market_prices

_LAST = "        WHEN NOT COALESCE(offer.licence -> 'purposes' ? p_purpose, false) THEN 'purpose'\n"
_REPLAYED = """            outcome := 'replayed';
"""

PLACE_ORDER = market_prices.PLACE_ORDER.replace(
    _LAST, _LAST + "        WHEN offer.price_kind = 'plan' THEN 'plan'\n"
).replace(
    _REPLAYED,
    """            outcome := CASE json_typeof(convert_from(earlier.body, 'UTF8')::json)
                WHEN 'object' THEN 'plan' ELSE 'replayed' END;
""",
)

if PLACE_ORDER.count("'plan'") != 3:
    raise ValueError("the statement is not the one that this was written for")
