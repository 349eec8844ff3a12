"""The forms that documents have had, each stored once: what was issued verifies with the code of any later day.

A form is a kind of document with the names that stand in its claims. Tests that issue every kind (`STORIES`) compare
what they issued with what is stored, so that no form changes unseen; `STORE_FORMS=1 pytest FILE` stores what is new,
made by the commit that stands in the work tree.
"""

import gzip
import json
import os
import re
import subprocess
from collections.abc import AsyncIterator, Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy import select

from kernel.documents import queries
from kernel.documents.models import Document
from kernel.documents.routes import trust
from kernel.jobs.sweeps import sequence
from kernel.runtime import Runtime

TESTS: Final = Path(__file__).parent
EARLIER: Final = TESTS / "centre" / "verification" / "earlier"
STORIES: Final = frozenset(
    TESTS / name
    for name in (
        "contracts/obligations/test_life.py",
        "journeys/test_auction.py",
        "journeys/test_destruction.py",
        "journeys/test_dispute.py",
        "journeys/test_mandate.py",
        "journeys/test_metered.py",
        "journeys/test_negotiation.py",
        "journeys/test_papers.py",
        "journeys/test_partial_delivery.py",
        "journeys/test_royalties.py",
        "journeys/test_service_level.py",
        "journeys/test_trace.py",
        "journeys/test_transfer_of_agreements.py",
        "laws/test_named.py",
        "market/dataspace/test_evidence.py",
        "market/papers/test_credits.py",
        "market/papers/test_statements.py",
        "rights/certificates/test_status_lists.py",
        "valuation/accounting/test_routes.py",
        "valuation/quality/desensitisation/test_treatments.py",
        "valuation/splits/test_splits.py",
        "valuation/testing/test_story.py",
    )
)
"""Which tests issue every kind between them, in each of the forms that it has today."""

_ID = re.compile(r"[a-z]{3}_[0-9a-z]{26}")


def names(claims: Any, depth: int = 2, above: str = "") -> Iterator[str]:
    """The names in claims, two levels of them; ids that are used as names are one, and so are the items of a list."""
    if isinstance(claims, list):
        for item in claims:
            yield from names(item, depth, above)
    elif isinstance(claims, dict) and depth:
        for name, inner in claims.items():
            path = f"{above}/{_ID.sub('*', name)}"
            yield path
            yield from names(inner, depth - 1, path)


def outline(claims: dict[str, Any]) -> frozenset[str]:
    """The names at the top of claims."""
    return frozenset(names(claims, 1))


def read(path: Path) -> dict[str, Any]:
    """A stored document with its entry in the log."""
    text = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    content: dict[str, Any] = json.loads(text)
    return content


def samples() -> list[Path]:
    """Every stored document: a folder for each commit that made some, with the keys to go by."""
    return sorted(path for path in EARLIER.glob("*/*.json.gz"))


def packages() -> list[Path]:
    """Every stored file that is more than one document, each with the keys beside it."""
    return sorted(path for path in EARLIER.glob("*/packages/*") if not path.name.endswith(".trust.json"))


def kind_of(path: Path) -> str:
    """The kind of a stored document, by its name: `kind.json.gz`, or `kind.2.json.gz` where a commit had more forms."""
    return path.name.split(".")[0]


def name_of(path: Path) -> str:
    """A stored document by the commit that made it and its name."""
    return f"{path.parent.name}/{path.name.removesuffix('.json.gz')}"


@cache
def stored() -> dict[str, list[frozenset[str]]]:
    """The names in each stored document, by kind."""
    forms: dict[str, list[frozenset[str]]] = {}
    for path in samples():
        claims = read(path)["document"]["credentialSubject"]
        forms.setdefault(kind_of(path), []).append(frozenset(names(claims)))
    return forms


def news(kind: str, claims: dict[str, Any]) -> list[str]:
    """What is in no stored document of the kind: names, or the names at the top together; nothing for a stored form."""
    forms = stored().get(kind, [])
    new = set(names(claims)) - frozenset().union(*forms)
    top = outline(claims)
    if not new and any({name for name in form if name.count("/") == 1} == top for form in forms):
        return []
    return sorted(new) or sorted(top)


async def _unstored(runtime: Runtime) -> dict[tuple[str, tuple[str, ...]], str]:
    """A document of each form that a test issued and that is not stored: the smallest."""
    async with runtime.sessions() as session:
        rows = (await session.execute(select(Document.id, Document.kind, Document.body))).all()
    found = [
        (len(json.dumps(body)), document_id, kind, tuple(news(kind, body["credentialSubject"])))
        for document_id, kind, body in rows
    ]
    return {(kind, new): document_id for _, document_id, kind, new in sorted(found, reverse=True) if new}


def _commit() -> str:
    """The commit that stands in the work tree."""
    command = ["git", "rev-parse", "--short=7", "HEAD"]
    return subprocess.run(command, cwd=TESTS, capture_output=True, text=True, check=True).stdout.strip()


async def _store(runtime: Runtime, document_id: str, kind: str) -> None:
    """Write a document with its proof into the folder of the commit that made it."""
    await sequence(runtime)
    async with runtime.sessions() as session:
        envelope = await queries.envelope(session, await session.get_one(Document, document_id))
    assert envelope["log"] is not None
    folder = EARLIER / _commit()
    folder.mkdir(exist_ok=True)
    (folder / "trust.json").write_text(json.dumps({**trust(runtime), "seals": []}, indent=1), encoding="utf-8")
    number = sum(kind_of(path) == kind for path in folder.glob("*.json.gz")) + 1
    name = f"{kind}.json.gz" if number == 1 else f"{kind}.{number}.json.gz"
    text = json.dumps(envelope, ensure_ascii=False, separators=(",", ":"))
    (folder / name).write_bytes(gzip.compress(text.encode(), mtime=0))
    stored.cache_clear()


def pytest_itemcollected(item: pytest.Item) -> None:
    """Let the stories be asked at their end what they issued."""
    fixtures = getattr(item, "fixturenames", ())
    if item.path in STORIES and "runtime" in fixtures:
        fixtures.append(issued.__name__)


@pytest.fixture
async def issued(runtime: Runtime) -> AsyncIterator[None]:
    """Fails a story that issued a document of a form that is not stored; see the module."""
    yield
    while unstored := await _unstored(runtime):
        (kind, new), document_id = next(iter(unstored.items()))
        if not os.environ.get("STORE_FORMS"):
            pytest.fail(f"{kind} has a form that is not stored ({', '.join(new)}): STORE_FORMS=1 pytest this file")
        await _store(runtime, document_id, kind)
