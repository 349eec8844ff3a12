"""A report of a file without a server: of a bare appraisal, an issued document, its envelope, or an earlier report."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from kernel.documents.checks import FileUnreadable, parse_json
from kernel.text import Lang
from valuation.appraisal.recompute import Recomputed, recompute
from valuation.reports import build, claims
from valuation.reports.facts import ReportFacts
from valuation.reports.forms import file
from valuation.reports.forms.make import Form, made


class Differs(ValueError):
    """The appraisal is not what its own inputs give; a report of it would spread the fault."""

    def __init__(self, found: Recomputed) -> None:
        super().__init__(f"{found.place}: stated {found.stated}, computed {found.computed}")
        self.found = found


def report_file(data: bytes) -> bytes:
    """The report's file; raises FileUnreadable, Differs."""
    found = parse_json(data)
    envelope = _envelope(found)
    if envelope is not None:
        facts = claims.of_document(envelope["document"])
        appraisal = envelope["document"]["credentialSubject"]["appraisal"]
    else:
        appraisal = found.get("appraisal", found)
        if not isinstance(appraisal, dict) or not isinstance(appraisal.get("trace"), list):
            raise FileUnreadable("holds no appraisal")
        if "calculation" in appraisal:
            raise FileUnreadable("holds a calculation beside the appraisal, of which there is no report")
        facts = claims.of_appraisal(appraisal)
    compared = recompute(appraisal)
    if not compared.same:
        raise Differs(compared)
    if "facts" in found:
        facts = _facts(found["facts"])
    return file.encoded(file.contents(build.build(appraisal, facts), facts, appraisal, envelope))


def _envelope(found: Mapping[str, Any]) -> dict[str, Any] | None:
    if isinstance(found.get("document"), dict):
        return {"document": found["document"], "log": found.get("log")}
    if isinstance(found.get("credentialSubject"), dict):
        return {"document": dict(found), "log": None}
    return None


def _facts(stated: Any) -> ReportFacts:
    try:
        return msgspec.convert(stated, ReportFacts)
    except msgspec.ValidationError as problem:
        raise FileUnreadable(f"its facts cannot be read ({problem})") from problem


def write(data: bytes, folder: Path, lang: Lang) -> list[Path]:
    """All four forms and the verifier, in a folder; gives the files written; raises FileUnreadable, Differs."""
    from valuation.appraisal.standalone import build as verifier

    whole = report_file(data)
    folder.mkdir(parents=True, exist_ok=True)
    forms: tuple[Form, ...] = ("json", "html", "pdf", "xlsx")
    written = []
    for form in forms:
        path = folder / f"report.{form}"
        path.write_bytes(made(form, whole, lang))
        written.append(path)
    verifier.write(folder / "verifier.py")
    return [*written, folder / "verifier.py"]
