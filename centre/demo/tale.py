"""What the story has come to: the centre as it is reached, the people, and what each step left for the next."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from centre.demo.account import Account
from centre.demo.caller import Caller, Refused
from centre.demo.people import People


@dataclass
class Centre:
    """The centre as the demonstration reaches it."""

    operator: Caller
    invitations: dict[str, str]
    stripe_url: str
    folder: Path


@dataclass
class Tale:
    """What the story has come to so far."""

    centre: Centre
    people: People
    account: Account
    output: Path
    files: dict[str, Path] = field(default_factory=dict)
    registered: dict[str, str] = field(default_factory=dict)
    delivered: dict[str, str] = field(default_factory=dict)
    known: dict[str, Any] = field(default_factory=dict)

    def expect_refusal(self, what: str, caller: Caller, path: str, body: Any) -> None:
        """Try something that must be refused, and tell how it was; raises RuntimeError when it was not."""
        try:
            caller.post(path, body)
        except Refused as problem:
            self.account.refused(what, problem.code, problem.problem.get("rule", {}).get("id", "-"))
        else:
            raise RuntimeError(f"{what} was not refused")
