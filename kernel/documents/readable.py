"""How documents write moments, money and names, on every page alike: in the centre's own time, in one way."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

from kernel.text import Lang, Text

ZONE: Final = ZoneInfo("Asia/Shanghai")
_ZONE_NAME: Final = Text("北京时间（Asia/Shanghai）", "Asia/Shanghai (UTC+8)")


def local(moment: str, lang: Lang) -> str:
    """A moment of a document (RFC 3339) to the second, in the time of the centre, which is named."""
    at = datetime.fromisoformat(moment).astimezone(ZONE)
    return f"{at:%Y-%m-%d %H:%M:%S} {_ZONE_NAME.of(lang)}"


def clock(moment: str) -> str:
    """The same in words of neither language."""
    return f"{datetime.fromisoformat(moment).astimezone(ZONE):%Y-%m-%d %H:%M:%S} (Asia/Shanghai)"


def money(amount: Mapping[str, str] | str, currency: str = "") -> str:
    """An amount with its thousands parted, and its currency by its ISO 4217 letters: 18,800.00 CNY."""
    value, letters = (amount["amount"], amount["currency"]) if isinstance(amount, Mapping) else (amount, currency)
    return f"{Decimal(value):,f} {letters}".rstrip()


def percent(rate: str) -> str:
    """A rate as hundredths, without zeros at its end: 0.05 is 5 %."""
    hundredths = Decimal(rate) * 100
    return f"{hundredths.normalize():f} %"


def named_centre(body: Mapping[str, Any]) -> str:
    """The name of the centre that issued a document; nothing where it is from before documents bore it."""
    named = body["credentialSubject"].get("centre")
    return str(named["name"]) if isinstance(named, Mapping) else ""


def centre_of(body: Mapping[str, Any]) -> str:
    """The name of the centre, or else its address as an issuer."""
    return named_centre(body) or str(body["issuer"])


FILTERS: Final = {"local": local, "money": money, "percent": percent, "centre": centre_of, "named_centre": named_centre}
"""What every template may call."""
