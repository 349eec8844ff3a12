"""What the steps of the demonstration share: the centre, the people, and what each step left for the next."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from centre.demo.client import ApiClient, Refused
from centre.demo.people import People
from centre.demo.printer import Printer


@dataclass
class Centre:
    """The centre as the demonstration reaches it."""

    operator: ApiClient
    invitations: dict[str, str]
    stripe_url: str
    folder: Path


@dataclass
class Context:
    """What the steps share; `results` is what they left for the next, by name."""

    centre: Centre
    people: People
    printer: Printer
    output: Path
    files: dict[str, Path] = field(default_factory=dict)
    registered: dict[str, str] = field(default_factory=dict)
    delivered: dict[str, str] = field(default_factory=dict)
    results: dict[str, Any] = field(default_factory=dict)

    def expect_refusal(self, what: str, client: ApiClient, path: str, body: Any) -> None:
        """Try something that must be refused, and tell how it was; raises RuntimeError when it was not."""
        try:
            client.post(path, body)
        except Refused as problem:
            self.printer.refused(what, problem.code, problem.problem.get("rule", {}).get("id", "-"))
        else:
            raise RuntimeError(f"{what} was not refused")
