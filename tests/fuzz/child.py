"""The process that runs cases: limits first, then one line of JSON for each case."""

import io
import json
import random
import re
import resource
import sys
import tempfile
import time
import traceback
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from tests.fuzz.mutations import damaged_bytes, damaged_document, text_of
from tests.fuzz.run import MEMORY_MAX, chance

AS_OF = datetime(2026, 11, 23, tzinfo=UTC)


def main(kind: str, first: int, cases: int) -> None:
    """Run the cases and tell each."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_MAX, MEMORY_MAX))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    case = {"contract": _contract_cases, "file": _file_cases}[kind]()
    for seed in range(first, first + cases):
        begun, told = time.monotonic(), ""
        try:
            outcome = case(chance(kind, seed))
        except Exception:
            outcome, told = "error", traceback.format_exc()[-1500:]  # Whatever escapes is what is looked for.
        resident = _most_resident_mb()
        seconds = round(time.monotonic() - begun, 2)
        line = {"seed": seed, "outcome": outcome, "seconds": seconds, "resident_mb": resident, "told": told}
        sys.stdout.write(json.dumps(line) + "\n")
        sys.stdout.flush()


def _most_resident_mb() -> int:
    """The most that this program held; getrusage counts what its parent held when it was forked (Linux: VmHWM)."""
    status = Path("/proc/self/status")
    if status.exists():
        [most] = re.findall(r"^VmHWM:\s+(\d+) kB", status.read_text(encoding="utf-8"), re.MULTILINE)
        return int(most) // 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _refused(error: Any) -> str:
    """A refusal is complete: it can be told in both languages."""
    for lang in ("zh", "en"):
        assert error.detail.of(lang, **error.facts)
    return str(error.code())


def _contract_cases() -> Callable[[random.Random], str]:
    from kernel.errors import DomainError
    from tests.fuzz import samples
    from tests.valuation.quality.test_nested import DOCUMENT
    from valuation.quality.contract import text
    from valuation.quality.contract.contract import Contract
    from valuation.quality.contract.reader import read
    from valuation.quality.contract.upgrade import upgraded
    from valuation.quality.errors import ContractFaulty
    from valuation.quality.policy import policies
    from valuation.quality.scoring.score import score

    flights = text.parse(Path("centre/demo/flights.odcs.yaml").read_bytes())
    bases = [samples.document(), samples.document(), samples.document(), DOCUMENT, flights]
    folder = Path(tempfile.mkdtemp(prefix="liutong-fuzz-"))
    samples.frame().write_parquet(folder / "t.parquet")
    (folder / "u.csv").write_text(samples.U)
    rules = policies().at(date(2026, 11, 23))

    def case(source: random.Random) -> str:
        document = damaged_document(source.choice(bases), source)
        try:
            parsed = text.parse(text_of(document, source))
        except text.UnreadableContractError:
            return "unreadable"
        upgraded_first = source.random() < 0.3
        found = read(upgraded(parsed) if upgraded_first else parsed)
        if not isinstance(found, Contract):
            assert all(f.message.zh and f.message.en and f.cure.zh and f.cure.en for f in found)
            assert ContractFaulty.of(found).errors
            return "faulty"
        assert isinstance(read(upgraded(found.raw)), Contract) or not upgraded_first
        files = {name: folder / name for name in ("t.parquet", "u.csv")}
        engine = source.choice(("auto", "auto", "duckdb"))
        try:
            score(found, files, as_of=AS_OF, policy=rules, engine=engine)
        except DomainError as refused:
            return _refused(refused)
        return "scored"

    return case


def _file_cases() -> Callable[[random.Random], str]:
    from kernel.errors import DomainError
    from tests.fuzz import samples
    from valuation.quality.contract.contract import Contract
    from valuation.quality.contract.reader import read
    from valuation.quality.inference.infer import draft
    from valuation.quality.policy import policies
    from valuation.quality.scoring.score import score

    sound, rules = samples.files(), policies().at(date(2026, 11, 23))
    nested, flat = (read(samples.document(nested=each)) for each in (True, False))
    assert isinstance(nested, Contract)
    assert isinstance(flat, Contract)

    def case(source: random.Random) -> str:
        name = source.choice(sorted(sound))
        file = name.partition("/")[2]
        raw = sound[name]
        inner = file.endswith((".xlsx", ".zip")) and source.random() < 0.7
        raw = _inside(raw, source) if inner else damaged_bytes(raw, source)
        with tempfile.TemporaryDirectory(prefix="liutong-fuzz-") as place:
            path = Path(place) / file
            path.write_bytes(raw)
            files = {file: path}
            if not file.endswith(".zip"):
                files["u.csv"] = Path(place) / "u.csv"
                files["u.csv"].write_text(samples.U)
            contract = nested if file.endswith((".parquet", ".jsonl")) else flat
            try:
                if source.random() < 0.25:
                    drafted = read(draft({file: path}, "fuzz"))
                    return "drafted" if isinstance(drafted, Contract) else "drafted, faulty"
                engine = source.choice(("auto", "duckdb"))
                score(contract, files, as_of=AS_OF, policy=rules, engine=engine)
            except DomainError as refused:
                return _refused(refused)
        return "scored"

    return case


def _inside(raw: bytes, source: random.Random) -> bytes:
    """Damage what an archive holds, its names included, and pack it again."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as given, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        members = given.namelist()
        victim = source.choice(members)
        for member in members:
            content, told = given.read(member), member
            if member == victim:
                content = damaged_bytes(content, source)
                if source.random() < 0.15:
                    told = source.choice(("../x", "/x", "a\x01b", "x" * 300, "u.csv", "t.zip", "C:\\x", member + "/"))
            if source.random() > 0.03:
                made.writestr(told, content)
    return out.getvalue()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
