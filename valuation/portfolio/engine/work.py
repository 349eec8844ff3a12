"""Valuing assets in a process of its own: lines in, figures out, and nothing kept between them."""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import Any

import msgspec
from msgspec import Struct

from kernel.errors import DomainError, FieldError, InvalidInput
from kernel.money import Money
from kernel.text import Text
from valuation.appraisal import study
from valuation.appraisal.engine import decoding, limits
from valuation.appraisal.engine.inputs import CostInputs, QualityBasis, Stated, Study
from valuation.appraisal.engine.result import Appraisal
from valuation.appraisal.policy import AppraisalRules, policies
from valuation.portfolio.engine import attribution
from valuation.portfolio.engine.inputs import LINE_BYTES_MAX, AssetLine

LINE_RULE = "LT-PTF-04"


@dataclass(frozen=True, slots=True)
class Basis:
    """What every asset of a run is valued under; `rule_set` is the version in force on the base date."""

    base_date: date
    use_until: date
    currency: str
    rule_set: str
    keep_documents: bool = False


class Fault(Struct, frozen=True):
    """Why an asset was not valued: the place in its line, in words, and the rule."""

    pointer: str
    detail: Text
    rule: str | None


@dataclass(frozen=True, slots=True)
class Done:
    """One asset's figures in minor units, or its faults; the digests are of the canonical appraisal and its inputs."""

    number: int
    asset: str
    group: str = ""
    value: int = 0
    low: int = 0
    high: int = 0
    inputs_sha256: str = ""
    document_sha256: str = ""
    upstream: tuple[tuple[str, str], ...] = ()
    line: bytes = b""
    document: bytes = b""
    faults: tuple[Fault, ...] = ()


_LINE = msgspec.json.Decoder(AssetLine)
_NAMES = msgspec.json.Decoder(dict[str, msgspec.Raw])
_INPUTS: Mapping[type, msgspec.json.Decoder[Stated]] = {
    Study: msgspec.json.Decoder(Study),
    CostInputs: msgspec.json.Decoder(CostInputs),
}


def valued(lines: Sequence[tuple[int, bytes]], basis: Basis) -> list[Done]:
    """Value each line; one that is faulty is told with all its faults and stops nothing."""
    rules = policies().version(basis.rule_set)
    return [_one(number, line, basis, rules) for number, line in lines]


def _one(number: int, line: bytes, basis: Basis, rules: AppraisalRules) -> Done:
    stated = None
    try:
        if len(line) > LINE_BYTES_MAX:
            raise _unreadable(f"more than {LINE_BYTES_MAX} bytes")
        stated = _LINE.decode(line)
        _check_upstream(stated)
        found = _appraised(stated, basis, rules)
        if found.value.currency != basis.currency:
            text = Text(f"币种须为 {basis.currency}。", f"The currency must be that of the run, {basis.currency}.")
            raise InvalidInput(errors=[FieldError("/inputs/currency", text, LINE_RULE)])
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as problem:
        root = "/inputs" if stated else ""
        refused: DomainError = InvalidInput(errors=[decoding.fault(problem, root, LINE_RULE)])
    except DomainError as problem:
        refused = problem
    else:
        return _done(number, line, stated, found, basis)
    faults = tuple(Fault(each.pointer, each.detail, each.rule) for each in refused.errors)
    return Done(number, stated.asset if stated else "", faults=faults)


def _unreadable(problem: str) -> InvalidInput:
    return InvalidInput(
        errors=[FieldError("", Text(f"无法读取：{problem}", f"It cannot be read: {problem}"), LINE_RULE)]
    )


def _check_upstream(stated: AssetLine) -> None:
    total = sum((Decimal(share) for share in stated.upstream.values()), Decimal(0))
    if stated.asset in stated.upstream or total > 1:
        text = Text(
            "上游份额之和不得超过 1，且不含自身。", "Upstream shares sum to at most 1 and leave out the asset itself."
        )
        raise InvalidInput(errors=[FieldError("/upstream", text, "LT-PTF-02")])


def _appraised(stated: AssetLine, basis: Basis, rules: AppraisalRules) -> Appraisal:
    return _appraise(stated.asset, stated.inputs, stated.quality, basis, rules)


def _appraise(
    asset: str, raw: msgspec.Raw | bytes, quality: QualityBasis, basis: Basis, rules: AppraisalRules
) -> Appraisal:
    stated = _INPUTS[study.form_of(_NAMES.decode(raw))].decode(raw)
    return study.appraise(asset, stated, quality, base_date=basis.base_date, use_until=basis.use_until, policy=rules)


def stored_appraisal(line: bytes, basis: Basis) -> bytes:
    """The canonical appraisal of a compressed line that was valued before."""
    stated = _LINE.decode(zlib.decompressobj().decompress(line, LINE_BYTES_MAX))
    return msgspec.json.encode(_appraised(stated, basis, policies().version(basis.rule_set)), order="sorted")


def digest(document: bytes) -> str:
    """What stands for a canonical document."""
    return "sha256:" + sha256(document).hexdigest()


def _done(number: int, line: bytes, stated: AssetLine, found: Appraisal, basis: Basis) -> Done:
    document = msgspec.json.encode(found, order="sorted")
    value, low, high = (Money.of(each).minor for each in (found.value, found.low, found.high))
    return Done(
        number=number,
        asset=stated.asset,
        group=stated.group,
        value=value,
        low=low,
        high=high,
        inputs_sha256=found.inputs_sha256,
        document_sha256=digest(document),
        upstream=tuple(sorted((name, share) for name, share in stated.upstream.items() if Decimal(share))),
        line=zlib.compress(line, 1),
        document=zlib.compress(document, 1) if basis.keep_documents else b"",
    )


@dataclass(frozen=True, slots=True)
class Pair:
    """An asset in two runs: its compressed line and its value in the earlier one and in the later one."""

    asset: str
    old: bytes
    new: bytes
    before: int
    after: int


def explained(pairs: Sequence[Pair], before: Basis, after: Basis) -> list[tuple[str, dict[str, int]]]:
    """The change of each asset's value by cause."""
    # A later date under the same rules changes no figure, so it is no cause.
    earlier = after if before.rule_set == after.rule_set else before
    return [(pair.asset, _explained(pair, earlier, after)) for pair in pairs]


def _explained(pair: Pair, before: Basis, after: Basis) -> dict[str, int]:
    earlier, later = (_LINE.decode(zlib.decompress(line)) for line in (pair.old, pair.new))

    def causes(line: AssetLine, basis: Basis) -> dict[str, Any]:
        inputs = attribution.split(msgspec.json.decode(line.inputs))
        return {attribution.RULE_SET: basis, attribution.QUALITY: line.quality, **inputs}

    def value(mixture: Mapping[str, Any]) -> int:
        parts = [part for cause, part in mixture.items() if cause not in (attribution.RULE_SET, attribution.QUALITY)]
        basis: Basis = mixture[attribution.RULE_SET]
        raw = msgspec.json.encode(attribution.merged(parts))
        try:
            found = _appraise(pair.asset, raw, mixture[attribution.QUALITY], basis, policies().version(basis.rule_set))
        except msgspec.MsgspecError as problem:
            raise _unreadable(str(problem)) from problem
        return Money.of(found.value).minor

    found = attribution.attributed(causes(earlier, before), causes(later, after), value)
    if found is None or sum(found.values()) != pair.after - pair.before:
        # What was stated then may not be stated now, such as a comparable that has grown too old.
        return {attribution.STUDY: pair.after - pair.before}
    return found


def stored_basis(stored: Mapping[str, Any]) -> Basis:
    """The basis of a run as it was stored, with whatever else is stored beside it."""
    return msgspec.convert({name: stored[name] for name in Basis.__dataclass_fields__}, Basis)


def basis(base_date: date, use_until: date | None, currency: str, *, keep_documents: bool = False) -> Basis:
    """The basis of a run's terms; raises PolicyMissing where no rule set was in force."""
    rules = policies().at(base_date)
    until = use_until or limits.last_use(base_date, rules.body.use.months_max)
    return Basis(base_date, until, currency, rules.meta.version, keep_documents)
