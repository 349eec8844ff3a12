"""Why the gate refused, for people and machines: the rule of the policy, what was wanted, what it allows; pure."""

from typing import Any, Final

from contracts.usage.gate import AccessRequest, Decision, Factor, Standing
from contracts.usage.names import name_of
from contracts.usage.sentences import DUTIES, joined
from contracts.usage.tree import PHASES, Permission, Phase, UsagePolicy
from kernel.errors import FieldError
from kernel.text import Text

_RULE: Final = "LT-CON-10"
REASONS: Final = {
    Factor.OBJECT: Text("所请求的数据不是协议的对象", "the data asked for are not those of the agreement"),
    Factor.STATE: Text("协议不在履行之中（{state}）", "the agreement is not in force ({state})"),
    Factor.UNKNOWN: Text("请求中有词汇表之外的词", "the request has a word that the vocabulary lacks"),
    Factor.PROHIBITED: Text("属于禁止“{rule}”", "the prohibition {rule} forbids it"),
    Factor.ACTION: Text("行为不在许可之内", "the action is not permitted"),
    Factor.PURPOSE: Text("目的不在许可之内", "the purpose is not permitted"),
    Factor.PLACE: Text("地点不在许可之内", "the place is not permitted"),
    Factor.ENVIRONMENT: Text("环境不在许可之内", "the environment is not permitted"),
    Factor.RECIPIENT: Text("主体不在许可之内", "the recipient is not permitted"),
    Factor.TIME: Text("时间不在许可之内", "it is not within the term"),
    Factor.WINDOW: Text("已过许可的天数", "the days of the licence are over"),
    Factor.COUNT: Text("超出用次上限", "there are no uses left for it"),
    Factor.VOLUME: Text("超出用量上限", "there are no rows left for it"),
    Factor.DURATION: Text("超出用时上限", "there is no time of use left for it"),
    Factor.DEPTH: Text("超出再许可层数", "it would be passed on too often"),
    Factor.DUTY: Text("条件未履行", "a duty is not fulfilled"),
}
_SIDES: Final = {
    Factor.ACTION: ("actions", "action"),
    Factor.PURPOSE: ("purposes", "purpose"),
    Factor.PLACE: ("territory", "place"),
    Factor.ENVIRONMENT: ("environments", "environment"),
    Factor.RECIPIENT: ("recipients", "recipient"),
}
_METERS: Final = {Factor.COUNT: "calls", Factor.VOLUME: "rows", Factor.DURATION: "seconds"}
_POINTERS: Final = {
    **{factor: side for factor, (side, _) in _SIDES.items()},
    **{factor: f"{meter}_max" for factor, meter in _METERS.items()},
    Factor.TIME: "ends",
    Factor.WINDOW: "window_days",
    Factor.DEPTH: "depth_max",
    Factor.DUTY: "duties",
}


def reason(decision: Decision, standing: Standing) -> Text:
    """Why a request was refused, in half a sentence; raises ValueError for one that was permitted."""
    if decision.factor is None:
        raise ValueError("the request was permitted")
    return REASONS[decision.factor].filled(rule=decision.rule, state=str(standing.state))


def faults(policy: UsagePolicy, request: AccessRequest, standing: Standing, decision: Decision) -> list[FieldError]:
    """The rules that stand against a request, by their place in the policy, with wanted, used and allowed."""
    if decision.factor is Factor.PROHIBITED:
        at = next(at for at, rule in enumerate(policy.prohibitions) if rule.id == decision.rule)
        return [FieldError(f"/policy/prohibitions/{at}", reason(decision, standing), _RULE)]
    failed = dict(decision.failed)
    return [
        FieldError(
            f"/policy/permissions/{at}/{_POINTERS[failed[rule.id]]}",
            _detail(policy, rule, failed[rule.id], request, standing),
            _RULE,
        )
        for at, rule in enumerate(policy.permissions)
        if rule.id in failed
    ]


def _detail(policy: UsagePolicy, rule: Permission, factor: Factor, request: AccessRequest, standing: Standing) -> Text:
    text = REASONS[factor]
    if factor in _METERS:
        meter = _METERS[factor]
        numbers: dict[str, Any] = {
            "used": getattr(standing, meter),
            "wanted": getattr(request, meter),
            "most": getattr(rule, f"{meter}_max"),
        }
        return _with(
            text, "已用 {used}，本次 {wanted}，上限 {most}", "used {used}, wanted {wanted}, at most {most}", **numbers
        )
    if factor in _SIDES:
        side, name = _SIDES[factor]
        allowed = joined(name_of(policy.vocabulary, side, code) for code in getattr(rule, side))
        wanted = getattr(request, name)
        shown = wanted if isinstance(wanted, str) else ", ".join(wanted or ()) or "-"
        return _with(
            text,
            "请求：{wanted}，许可：{allowed}",
            "asked {wanted}, permitted {allowed}",
            wanted=shown[:200],
            allowed=allowed,
        )
    if factor is Factor.DUTY:
        return _duty_detail(policy, rule, standing)
    if factor is Factor.DEPTH:
        return _with(
            text,
            "请求 {wanted}，上限 {most}",
            "asked {wanted}, at most {most}",
            wanted=request.depth,
            most=rule.depth_max,
        )
    return text


def _duty_detail(policy: UsagePolicy, rule: Permission, standing: Standing) -> Text:
    owed = [duty for duty in policy.duties if duty.id in rule.duties]
    unmet = [
        DUTIES[duty.kind].filled(days=duty.days)
        for duty in owed
        if (PHASES[duty.kind] is Phase.BEFORE and duty.id not in standing.fulfilled)
        or (PHASES[duty.kind] is Phase.ONGOING and duty.id in standing.overdue)
    ]
    return _with(REASONS[Factor.DUTY], "{unmet}", "{unmet}", unmet=joined(unmet))


def _with(text: Text, zh: str, en: str, **facts: Any) -> Text:
    return Text(f"{text.zh}（{zh}）", f"{text.en} ({en})").filled(**facts)
