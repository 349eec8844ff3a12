"""Refusals as a caller meets them: by status, code and rule, since a status alone may be another's."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

import httpx

Outcome = int | tuple[int, str, str | None]
"""A success by its status; a refusal by status, code and rule."""


def refused(answer: httpx.Response, status: int, code: str, rule: str | None = None) -> dict[str, Any]:
    """Expect a refusal of a kind, which cites that rule or none; gives the problem."""
    problem: dict[str, Any] = answer.json()
    cited = (problem.get("rule") or {}).get("id")
    assert (answer.status_code, problem["code"], cited) == (status, code, rule), answer.text
    return problem


def not_there(answer: httpx.Response, code: str = "not-found", rule: str | None = None) -> None:
    """Expect that there is no such object to the caller, where the route itself is one."""
    problem = refused(answer, 404, code, rule)
    assert "There is no path" not in problem["detail"], problem
    assert "的path" not in problem["detail"], problem


def outcome(answer: httpx.Response) -> Outcome:
    """What became of a request."""
    if answer.is_success:
        return answer.status_code
    problem = answer.json()
    return answer.status_code, problem["code"], (problem.get("rule") or {}).get("id")


def outcomes(answers: Iterable[httpx.Response]) -> Counter[Outcome]:
    """How many of what was sent, at once or one after another, came out which way."""
    return Counter(outcome(answer) for answer in answers)


def refused_page(page: httpx.Response, status: int, *words: str) -> None:
    """A page refuses with this status, and says so in these words."""
    assert page.status_code == status, page.text[:2000]
    assert [each for each in words if each not in page.text] == []
