"""The form of an application (数据产权登记工作指引 annex 1): what it must state, and all that is missing at once."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import msgspec

from kernel.errors import FieldError
from kernel.text import Text
from rights.cases.applications.schemas import ApplicantStatement, RestrictionScope
from rights.grants import scope as scopes

RULE = "LT-RGT-33"

SCOPE = {
    "recipients": Text("使用主体", "who may use it"),
    "qualification": Text("资质要求", "the qualification of users"),
    "environment": Text("使用环境", "the environment of use"),
    "region": Text("使用地域", "the region of use"),
    "resale": Text("转售、转授权", "whether it may be passed on"),
    "export": Text("出境", "whether it may be taken abroad"),
}
APPLICANT = {
    "address": Text("住所", "the registered address"),
    "business_state": Text("经营状态", "the state of the business"),
}
DESCRIPTION = {
    "division": Text("行业大类（GB/T 4754 两位代码）", "the division of the industry (two digits of GB/T 4754)"),
    "region_level": Text("地域层级", "the level of the region"),
    "structure": Text("数据形态", "the structure of the data"),
    "records": Text("数据规模（条）", "the volume in records"),
    "covers_from": Text("数据时间范围的起期", "from when the data is"),
}


@dataclass(frozen=True, slots=True)
class Described:
    """What the asset's description says of what the form asks for."""

    industry: str
    region_level: str | None
    structure: str | None
    records: int | None
    covers_from: date | None


def form_faults(
    asset: Described, scope: RestrictionScope | None, applicant: ApplicantStatement | None, on: date
) -> list[FieldError]:
    """Every item of the form that is not filled in, or whose limit cannot be read."""
    return [
        *_described(asset),
        *_missing_items("/scope", scope or RestrictionScope(), SCOPE),
        *scopes.faults(msgspec.to_builtins(scope or RestrictionScope()), on),
        *_missing_items("/applicant", applicant or ApplicantStatement(), APPLICANT),
    ]


def scope_faults(scope: RestrictionScope | None, on: date) -> list[FieldError]:
    """The items that new limits leave out, or say so that nobody is bound; limits are changed as a whole."""
    if scope is None:
        return []
    return [*_missing_items("/scope", scope, SCOPE), *scopes.faults(msgspec.to_builtins(scope), on)]


def _described(asset: Described) -> Iterator[FieldError]:
    missing = [name for name in ("region_level", "structure", "records", "covers_from") if getattr(asset, name) is None]
    if len(asset.industry) == 1:
        missing.insert(0, "division")
    for name in missing:
        item = DESCRIPTION[name]
        text = Text(f"资产描述未填写：{item.zh}", f"The asset's description leaves out {item.en}")
        yield FieldError("/revision_id", text, RULE)


def _missing_items(
    pointer: str, statement: RestrictionScope | ApplicantStatement, items: dict[str, Text]
) -> Iterator[FieldError]:
    for name, item in items.items():
        value = getattr(statement, name)
        if value is None or not str(value).strip():
            yield FieldError(f"{pointer}/{name}", Text(f"未填写：{item.zh}", f"Left out: {item.en}"), RULE)
