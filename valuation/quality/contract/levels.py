"""The service levels and the price of a contract: what can be counted in the data becomes rules, the rest is kept."""

import codecs
import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from kernel.text import Text
from valuation.quality.contract.contract import Kind, LogicalType, MaximumAge, Rule
from valuation.quality.contract.faults import Faults
from valuation.quality.contract.objects import Declared, Names

_SLA = {
    "id", "property", "value", "unit", "element", "driver", "description", "valueExt", "scheduler", "schedule",
    "customProperties", "authoritativeDefinitions",
}  # fmt: skip
_SLA_NOTES = {
    "frequency", "generalAvailability", "endOfSupport", "endOfLife", "timeOfAvailability",
    "availability", "throughput", "errorRate", "timeToDetect", "timeToNotify", "timeToRepair",
}  # fmt: skip
_UNITS = {
    **dict.fromkeys(("d", "day", "days"), timedelta(days=1)),
    **dict.fromkeys(("h", "hr", "hour", "hours"), timedelta(hours=1)),
    **dict.fromkeys(("min", "minute", "minutes"), timedelta(minutes=1)),
    **dict.fromkeys(("s", "sec", "second", "seconds"), timedelta(seconds=1)),
    **dict.fromkeys(("w", "week", "weeks"), timedelta(weeks=1)),
    **dict.fromkeys(("y", "yr", "year", "years"), timedelta(days=365)),
}


def sla_rules(faults: Faults, document: Mapping[str, Any], objects: list[Declared], names: Names) -> list[Rule]:
    """Latency, freshness and retention of a time column are counted; other service levels are kept, not measured."""
    rules: list[Rule] = []
    for place, sla in faults.items("/slaProperties", document.get("slaProperties")):
        faults.unknown(place, sla, _SLA)
        promised = str(sla.get("property"))
        if promised in _SLA_NOTES or (promised == "retention" and not sla.get("element")):
            faults.unmeasured.append(place)
        elif promised in ("latency", "freshness", "retention"):
            rules += _age(faults, place, sla, document, objects, names)
        else:
            faults.add(
                f"{place}/property",
                Text(f"未知的服务水平：{promised}", f"Unknown service level: {promised}"),
                Text(
                    "可测量的有 latency、freshness 与 retention；其余为 " + "、".join(sorted(_SLA_NOTES)) + "。",
                    "Measured are latency, freshness and retention; kept are " + ", ".join(sorted(_SLA_NOTES)) + ".",
                ),
            )
    return rules


def _age(
    faults: Faults,
    place: str,
    sla: Mapping[str, Any],
    document: Mapping[str, Any],
    objects: list[Declared],
    names: Names,
) -> list[Rule]:
    """A latency promise gives two checks: the newest stamp is young enough, no stamp lies in the future."""
    value, unit = sla.get("value"), _UNITS.get(str(sla.get("unit", "")).lower())
    element = str(sla.get("element") or document.get("slaDefaultElement") or "")
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 < value < 1_000_000 or unit is None:
        faults.add(
            place,
            Text("时延须为正数并带单位。", "A latency needs a positive value and a unit."),
            Text(f"单位可用：{'、'.join(_UNITS)}。", f"Units: {', '.join(_UNITS)}."),
        )
        return []
    first, _, rest = element.partition(".")
    name, column = names.resolved(first, rest) or ("", "")
    declared = next((p for o in objects if o.name == name for p in o.properties if p.column == column), None)
    if declared is None or declared.logical_type not in (LogicalType.TIMESTAMP, LogicalType.DATE):
        faults.add(
            f"{place}/element",
            Text(
                f"时延须指向已声明的时间字段：{element}",
                f"A latency must name a declared date or timestamp column: {element}",
            ),
            Text("请写 element: 对象.字段。", "Write element: object.column."),
        )
        return []
    age, given = MaximumAge(min(value * unit, timedelta(days=365_000))), faults.text(place, sla, "id")
    if sla.get("property") == "retention":
        return [Rule(given or f"{element}:retention", name, (column,), Kind.RETENTION, place, age)]
    return [
        Rule(given or f"{element}:freshness", name, (column,), Kind.FRESHNESS, place, age),
        Rule(f"{element}:not_future", name, (column,), Kind.NOT_FUTURE, place),
    ]


def price(faults: Faults, document: Mapping[str, Any]) -> None:
    """A price is an amount with its currency and what it is paid for."""
    stated = document.get("price")
    if stated is None:
        return
    if not isinstance(stated, Mapping):
        faults.add("/price", Text("须为对象。", "This must be a mapping."), Text("请更正。", "Correct it."))
        return
    faults.unknown("/price", stated, {"id", "priceAmount", "priceCurrency", "priceUnit"})
    amount, currency = stated.get("priceAmount"), stated.get("priceCurrency")
    if amount is not None and (
        not isinstance(amount, int | float) or isinstance(amount, bool) or not 0 <= amount < 1e15
    ):
        faults.add(
            "/price/priceAmount",
            Text("价格须为不小于 0 的数。", "A price is a number of at least 0."),
            Text("例如 priceAmount: 1250.00。", "For example priceAmount: 1250.00."),
        )
    if (currency is not None or amount is not None) and not re.fullmatch(r"[A-Z]{3}", str(currency)):
        faults.add(
            "/price/priceCurrency",
            Text("币种须为三个大写字母（ISO 4217）。", "A currency is three capital letters (ISO 4217)."),
            Text("例如 priceCurrency: CNY。", "For example priceCurrency: CNY."),
        )
    faults.text("/price", stated, "priceUnit")


def servers(faults: Faults, document: Mapping[str, Any]) -> None:
    """Refuse a delimiter that is not one character, and an encoding that nobody knows."""
    for place, server in faults.items("/servers", document.get("servers")):
        if str(server.get("format", "")).lower() != "csv":
            continue
        delimiter = server.get("delimiter")
        if delimiter is not None and not _separates(str(delimiter).replace("\\t", "\t")):
            faults.add(
                f"{place}/delimiter",
                Text("分隔符须为一个 ASCII 字符。", "A delimiter is one ASCII character."),
                Text("例如 “,”、“;”、“|” 或 \\t。", "For example ',', ';', '|' or \\t."),
            )
        if (encoding := server.get("encoding")) is not None and not _known(encoding):
            faults.add(
                f"{place}/encoding",
                Text(f"不认识的编码：{str(encoding)[:40]}", f"Unknown encoding: {str(encoding)[:40]}"),
                Text("例如 utf-8、gb18030、utf-16。", "For example utf-8, gb18030, utf-16."),
            )


def _separates(text: str) -> bool:
    printed = text == "\t" or text.isprintable()
    return len(text) == 1 and text.isascii() and printed and text not in {'"', "\\", " "}


def _known(encoding: Any) -> bool:
    """Only codecs of texts: Python also has some from bytes to bytes."""
    try:
        return codecs.lookup(str(encoding))._is_text_encoding  # noqa: SLF001 -- the only way to ask.
    except (LookupError, ValueError):
        return False
