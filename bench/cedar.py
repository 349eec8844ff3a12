"""The gate's two policies in Cedar, as far as Cedar has words for them; asked only where cedarpy is installed."""

import importlib.util
from collections.abc import Callable
from typing import Any, Final

BESIDE: Final = """  what Cedar has no words for:
    counters that move with the decision, and limits tested with what is wanted: here its caller adds them
    a closed vocabulary: a forbid that meets a missing attribute is skipped, and so permits; ours refuses
    places within places (here by the beginning of a code), a window from the first access, duties with days
    which factor of which permission failed"""

_PERMIT: Final = """permit(principal == Party::"pty_1", action in [Action::"use", Action::"process"],
  resource == Asset::"ast_1")
when {
  ["risk-control", "research"].contains(context.purpose) && context.place like "CN*" &&
  ["sandbox"].contains(context.environment) && context.at >= 1767196800 && context.at < 1798732800 &&
  context.calls_used + context.calls <= 1000 && context.rows_used + context.rows <= 10000 &&
  context.seconds_used + context.seconds <= 3600 && context.paid
};"""
_ONWARD: Final = 'forbid(principal, action == Action::"provide", resource == Asset::"ast_1");'
_FORBID: Final = """forbid(principal == Party::"pty_2", action in [Action::"use", Action::"process"],
  resource == Asset::"ast_1")
when {
  ["risk-control", "research"].contains(context.purpose) && context.place like "CN*" &&
  ["sandbox"].contains(context.environment)
};"""
_CONTEXT: Final[dict[str, Any]] = {
    "purpose": "risk-control",
    "place": "CN-15",
    "environment": "sandbox",
    "at": 1780272000,
    "calls": 1,
    "calls_used": 5,
    "rows": 1,
    "rows_used": 0,
    "seconds": 0,
    "seconds_used": 0,
}


def deciders(rules: int) -> list[tuple[str, Callable[[], object]]]:
    """The two policies of the gate's benchmark, parsed beforehand; none where cedarpy is not installed."""
    if importlib.util.find_spec("cedarpy") is None:
        return []
    typical = _decider(f"{_PERMIT}\n{_ONWARD}", paid=True)
    widest = _decider("\n".join([_PERMIT, _FORBID] * rules), paid=False)
    assert typical().allowed
    assert not widest().allowed
    return [("typical policy", typical), (f"{rules} prohibitions and {rules} permissions", widest)]


def _decider(policies: str, *, paid: bool) -> Callable[[], Any]:
    import cedarpy  # type: ignore[import-not-found]

    request = {
        "principal": 'Party::"pty_1"',
        "action": 'Action::"use"',
        "resource": 'Asset::"ast_1"',
        "context": {**_CONTEXT, "paid": paid},
    }
    parsed, entities = cedarpy.PolicySet.from_str(policies), cedarpy.Entities.from_json_str("[]")
    return lambda: cedarpy.is_authorized(request, parsed, entities)
