"""What `liutong verify` adds for a split: the Shapley values computed again, and the amounts added up."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from kernel.documents.verify import Check
from kernel.text import Text
from valuation.appraisal.recompute import recompute

_AGAIN: Final = Text("分配重算", "recomputed split")
_WHOLE: Final = Text("份额合计", "sum of the shares")


def check(claims: Mapping[str, Any]) -> list[Check]:
    """Recompute the calculation, compare the shares with it, and add the amounts up."""
    stated = claims.get("calculation")
    found = recompute(stated) if isinstance(stated, Mapping) else None
    if found is not None and found.same and isinstance(stated, Mapping):
        same = _same(claims, stated)
        text = Text("与所示计算一致", "the shares are those of the calculation")
        other = Text("份额与计算不一致", "the shares are not those of the calculation")
        again = Check(_AGAIN, same, text if same else other)
    else:
        place = found.place if found is not None else "/calculation"
        again = Check(_AGAIN, False, Text(f"首个不同之处 {place}", f"the first place that differs is {place}"))
    whole = _whole(claims)
    good, bad = Text("等于估值", "it is the appraised value"), Text("不等于估值", "it is not the appraised value")
    return [again, Check(_WHOLE, whole, good if whole else bad)]


def _same(claims: Mapping[str, Any], stated: Mapping[str, Any]) -> bool:
    shares = claims.get("shares")
    if not isinstance(shares, list) or not all(isinstance(each, dict) for each in shares):
        return False
    told = {each.get("name"): each.get("shapley") for each in shares}
    return told == {name: value for name, value in stated["results"].items() if name != "±"}


def _whole(claims: Mapping[str, Any]) -> bool:
    try:
        amounts = [each["amount"] for each in claims["shares"]]
        total = sum((Decimal(each["amount"]) for each in amounts), Decimal(0))
        currencies = {each["currency"] for each in amounts}
        return total == Decimal(claims["value"]["amount"]) and currencies == {claims["value"]["currency"]}
    except (KeyError, TypeError, InvalidOperation):
        return False
