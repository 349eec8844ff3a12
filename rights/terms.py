"""The words of the register: neutral codes with the labels that law and practice print beside them."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final

from kernel.text import Text


class Right(StrEnum):
    """The three separate rights in data (数据产权结构性分置, 数据二十条 item 3); codes neutral to their naming."""

    HOLD = "HOLD"
    USE = "USE"
    OPERATE = "OPERATE"


class Regime(StrEnum):
    """Under which measures something is registered: property in data, or a public data resource."""

    PROPERTY = "property"
    PUBLIC = "public"


class SourceKind(StrEnum):
    """Where data comes from, the four kinds that the registrar reviews apart (数据产权登记工作指引 art. 20)."""

    GENERATED = "generated"
    AGREED = "agreed"
    CRAWLED = "crawled"
    DERIVED = "derived"


class Form(StrEnum):
    """What is registered: data as it was collected, or a product made from it."""

    RESOURCE = "resource"
    PRODUCT = "product"


RIGHT_LABELS: Final[Mapping[Right, Text]] = {
    Right.HOLD: Text("数据持有权", "right to hold data"),
    Right.USE: Text("数据使用权", "right to use data"),
    Right.OPERATE: Text("数据经营权", "right to operate data"),
}
"""Names of 2024 and after (数据领域常用名词解释 second batch; 数据产权登记工作指引 art. 3)."""

RIGHT_LABELS_2022: Final[Mapping[Right, Text]] = {
    Right.HOLD: Text("数据资源持有权", "right to hold data resources"),
    Right.USE: Text("数据加工使用权", "right to process and use data"),
    Right.OPERATE: Text("数据产品经营权", "right to operate data products"),
}
"""Names of 2022 (数据二十条 item 3), which older contracts still print."""

SOURCE_LABELS: Final[Mapping[SourceKind, Text]] = {
    SourceKind.GENERATED: Text("采集生成", "collected or generated"),
    SourceKind.AGREED: Text("协议取得", "obtained by agreement"),
    SourceKind.CRAWLED: Text("自动化程序收集公开数据", "public data collected by automated programs"),
    SourceKind.DERIVED: Text("衍生创造", "derived"),
}


PUBLIC_BASIS: Final = "public-duty"
PUBLIC_BASIS_LABEL: Final = Text("依法履职或提供公共服务产生的数据", "data of public duties and services")
"""On what a public data resource rests (公共数据资源登记管理暂行办法); the rights matrix does not know it."""


def in_order(rights: Iterable[Right]) -> list[Right]:
    """Rights without repeats, in the order of the law."""
    distinct = set(rights)
    return [right for right in Right if right in distinct]


def right_labels(code: str) -> dict[str, dict[str, str]]:
    """Both label sets of a right, as documents and views print them."""
    right = Right(code)
    now, then = RIGHT_LABELS[right], RIGHT_LABELS_2022[right]
    return {"label": {"zh": now.zh, "en": now.en}, "label_2022": {"zh": then.zh, "en": then.en}}
