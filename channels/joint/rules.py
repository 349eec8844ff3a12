"""What a joint agreement must say, and what two computing offers come to when their tables are joined; pure."""

from collections.abc import Iterator, Sequence
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from channels.computing.rules import ComputingRules, template_faults
from channels.computing.schemas import SetOffer, WriteTemplate
from channels.joint.engine.keys import KEY
from channels.joint.schemas import JointContent, JointTemplate
from kernel.errors import FieldError
from kernel.rules import policy
from kernel.text import Text

Count = Annotated[int, Meta(ge=1, le=10**9)]
RULE: Final = "LT-JNT-01"


class JointRules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a joint agreement may promise, how long its steps may take, and what a joint run may take."""

    consent_days: Count
    open_max: Count
    term_days_max: Count
    templates_max: Count
    units_least: Count
    rows_per_unit_max: Count
    side_rows_max: Count
    joined_rows_max: Count
    earlier_sets_max: Count
    compared_at_once: Count
    runs_under_way_max: Count
    run_seconds_max: Count
    queue_minutes_max: Count
    review_working_days: Count


RULES: Final = policy.load("joint", JointRules, "channels.joint")

NOTICE: Final = Text(
    "联合计算在中心的受限进程内进行：中心在计算时能看到双方的表。双方提供方、买方与接收方之间互不可见原始数据；标识列以每次任务的随机密钥作"
    "带密钥摘要后联结，任务结束即弃密钥。加噪查询的结果不经人工审核；模板结果由双方提供方审核，审核者因此看到由双方数据得出的结果。",
    "Joint runs take place in a confined process of the centre: while it computes, the centre sees both tables. The"
    " providers, the buyer and those who receive answers never see each other's raw data. Identifiers are joined as"
    " keyed digests under a random key of the run, which is dropped when it ends. Answers with noise are reviewed by"
    " nobody; results of templates are reviewed by both providers, who thereby see what comes of both tables.",
)
"""What all three are told plainly."""


def joint_offer(a: SetOffer, b: SetOffer, units_min: int) -> SetOffer:
    """What both offers allow together: columns named after their side, and of each promise the stricter one.

    A unit is an identifier; each side brings so many of its rows as its own offer says, so their join has the product.
    """
    return SetOffer(
        file="data",
        unit=KEY,
        dimensions=[
            msgspec.structs.replace(each, column=f"{side}_{each.column}")
            for side, offer in (("a", a), ("b", b))
            for each in offer.dimensions
        ],
        measures=[
            msgspec.structs.replace(each, column=f"{side}_{each.column}")
            for side, offer in (("a", a), ("b", b))
            for each in offer.measures
        ],
        micro_epsilon_per_query=min(a.micro_epsilon_per_query, b.micro_epsilon_per_query),
        micro_epsilon_per_agreement=min(a.micro_epsilon_per_agreement, b.micro_epsilon_per_agreement),
        micro_epsilon_per_product=min(a.micro_epsilon_per_product, b.micro_epsilon_per_product),
        pico_delta_per_query=min(a.pico_delta_per_query, b.pico_delta_per_query),
        rows_per_unit=a.rows_per_unit * b.rows_per_unit,
        groups_per_unit=min(a.groups_per_unit, b.groups_per_unit),
        units_min=max(a.units_min, b.units_min, units_min),
        rows_max=min(a.rows_max, b.rows_max),
    )


def as_template(template: JointTemplate) -> WriteTemplate:
    """A joint template as one that its providers review, for what holds of every template."""
    return WriteTemplate(
        name_zh=template.name_zh,
        name_en=template.name_en,
        file="data",
        sql=template.sql,
        parameters=template.parameters,
        release="review",
        rows_max=template.rows_max,
        runs_max=template.runs_max,
    )


def content_faults(
    content: JointContent,
    providers: tuple[str, str],
    offers: tuple[SetOffer | None, SetOffer | None],
    rules: JointRules,
) -> Iterator[FieldError]:
    """Every way in which a joint agreement does not fit its two orders, itself, or the centre's limits."""
    if providers[0] == providers[1]:
        yield fault("/b/order_id", "两方须为不同的提供方", "The two sides are of different providers")
    if not content.aggregates and not content.templates:
        yield fault("/templates", "须有模板，或允许自主查询", "There are templates, or queries of one's own")
    if content.aggregates:
        yield from _offer_faults(content, offers, rules)
    if content.units_min < rules.units_least:
        yield fault("/units_min", f"至少为 {rules.units_least}", f"It is {rules.units_least} at the least")
    if content.term_days > rules.term_days_max:
        yield fault("/term_days", f"不得超过 {rules.term_days_max}", f"It is {rules.term_days_max} at the most")
    if len(set(content.recipients)) != len(content.recipients):
        yield fault("/recipients", "接收方不得重复", "No recipient stands twice")


def _offer_faults(
    content: JointContent, offers: tuple[SetOffer | None, SetOffer | None], rules: JointRules
) -> Iterator[FieldError]:
    for name, side, offer in (("a", content.a, offers[0]), ("b", content.b, offers[1])):
        if offer is None:
            yield fault(
                f"/{name}/order_id",
                "该协议没有受控计算说明，不能自主查询",
                "The agreement has no computing offer, so there are no queries of one's own",
            )
            continue
        if side.file != offer.file:
            yield fault(f"/{name}/file", f"说明所及的文件为 {offer.file}", f"The offer is of the file {offer.file}")
        if side.key_column != offer.unit:
            yield fault(
                f"/{name}/key_column",
                f"自主查询须按隐私单元列 {offer.unit} 联结",
                f"Queries of one's own join on the column of units, {offer.unit}",
            )
    a, b = offers
    if a is not None and b is not None and a.rows_per_unit * b.rows_per_unit > rules.rows_per_unit_max:
        yield fault(
            "/aggregates",
            f"双方每单元行数之积不得超过 {rules.rows_per_unit_max}",
            f"The rows of a unit on both sides come to a product of {rules.rows_per_unit_max} at the most",
        )


def templates_faults(
    templates: Sequence[JointTemplate], named: Sequence[Sequence[str]], joint: JointRules, computing: ComputingRules
) -> Iterator[FieldError]:
    """Every way in which templates do not fit their texts, whose parameters are `named`, or the centre's limits."""
    if len(templates) > joint.templates_max:
        yield fault("/templates", f"最多 {joint.templates_max} 个模板", f"{joint.templates_max} templates at the most")
    codes = [template.code for template in templates]
    for at, (template, names) in enumerate(zip(templates, named, strict=False)):  # What is too many was not read.
        if template.code in codes[:at]:
            yield fault(f"/templates/{at}/code", "代码不得重复", "No code stands twice")
        for each in template_faults(as_template(template), [KEY], names, computing):
            yield FieldError(f"/templates/{at}{each.pointer}", each.detail, RULE)


def fault(pointer: str, zh: str, en: str) -> FieldError:
    """A fault of a joint agreement's content."""
    return FieldError(pointer, Text(zh, en), RULE)
