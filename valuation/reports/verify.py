"""What `liutong verify` proves of a report of any form: signature and log where it was issued, arithmetic, and text.

The value is computed again from the inputs, and the report is built again from the appraisal and the facts beside it.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

from kernel.crypto.canonical import sha256_hex
from kernel.documents.checks import Check, Deeper, FileUnreadable, Report, Trust, parse_json
from kernel.documents.prints import printed
from kernel.documents.verify import Statuses, verify_bytes
from kernel.text import Text
from valuation.appraisal import verify as arithmetic
from valuation.reports import build, claims, wording
from valuation.reports.facts import ReportFacts
from valuation.reports.forms.workbook import hidden
from valuation.reports.forms.workbook.compare import compared
from valuation.reports.model import FORM

KIND: Final = "appraisal-report"
_SIGNATURE: Final = Text("签名", "signature")
_SEAL: Final = Text("PDF 签名", "PDF signature")
_TEXT: Final = Text("报告文字", "text of the report")
_FACTS: Final = Text("所附事实", "facts beside it")
_CELLS: Final = Text("工作表", "cells")


def examined(
    data: bytes, name: str, trust: Trust | None, deeper: Mapping[str, Deeper], statuses: Sequence[Statuses] = ()
) -> Report | None:
    """Check a report or a bare appraisal in any form; None where the file is neither; raises FileUnreadable."""
    if hidden.is_workbook(data):
        attached = hidden.detach(data)
        report = _of_json(attached, name, trust, deeper, statuses)
        if report is None:
            raise FileUnreadable("the workbook carries no report")
        report.checks.append(_cells(data, attached))
        return report
    if printed.is_pdf(data):
        return _of_pdf(data, name, trust, deeper, statuses)
    return _of_json(data, name, trust, deeper, statuses) if data[:1].isspace() or data.startswith(b"{") else None


def _of_pdf(
    data: bytes, name: str, trust: Trust | None, deeper: Mapping[str, Deeper], statuses: Sequence[Statuses]
) -> Report | None:
    """A sealed print, of which the seal proves every page; or one made offline, whose pages nothing proves."""
    if printed.is_sealed(data):
        attached, before = printed.open_pdf(data, trust)
    else:
        said = Text(
            "未加盖印章：所印内容未经证明，仅核验随附的 JSON",
            "no seal: nothing proves what is printed; only the attached JSON was checked",
        )
        attached, before = printed.open_unsealed(data), [Check(_SEAL, None, said)]
    report = _of_json(attached, name, trust, deeper, statuses)
    if report is not None:
        report.checks[:0] = before
    return report


def _of_json(
    data: bytes, name: str, trust: Trust | None, deeper: Mapping[str, Deeper], statuses: Sequence[Statuses]
) -> Report | None:
    found = parse_json(data)
    if isinstance(found.get("report"), dict) and found["report"].get("form") == FORM:
        return _report(data, found, name, trust, deeper, statuses)
    if isinstance(found.get("document"), dict) and _is_appraisal(found["document"]):
        report = verify_bytes(data, name, trust, deeper, statuses)
        if _altered(report):
            report.checks.extend(_place(found["document"]["credentialSubject"]["appraisal"]))
        return report
    bare = found.get("appraisal") if "appraisal" in found else found
    if isinstance(bare, dict) and isinstance(bare.get("trace"), list):
        return _bare(data, bare, name, trust)
    return None


def _is_appraisal(document: Mapping[str, Any]) -> bool:
    subject = document.get("credentialSubject")
    return isinstance(subject, dict) and subject.get("kind") == KIND and isinstance(subject.get("appraisal"), dict)


def _bare(data: bytes, appraisal: Mapping[str, Any], name: str, trust: Trust | None) -> Report:
    """An appraisal that was never issued: nobody signed it, and only its arithmetic can be proved."""
    said = Text("未经签发，无签名可核验", "it was not issued; there is no signature to check")
    report = _head(data, appraisal, name, trust, [Check(_SIGNATURE, None, said)])
    report.checks.extend(arithmetic.check({"appraisal": appraisal}))
    return report


def _head(data: bytes, appraisal: Mapping[str, Any], name: str, trust: Trust | None, checks: list[Check]) -> Report:
    subject, digest = str(appraisal.get("asset", "")), f"sha256:{sha256_hex(data)}"
    kind = "calculation" if "calculation" in appraisal else KIND
    return Report(name, kind, subject, digest, trust.source if trust else None, checks)


def _report(
    data: bytes,
    found: Mapping[str, Any],
    name: str,
    trust: Trust | None,
    deeper: Mapping[str, Deeper],
    statuses: Sequence[Statuses],
) -> Report:
    if "document" not in found:
        appraisal = found.get("appraisal")
        if not isinstance(appraisal, dict):
            raise FileUnreadable("the report holds no appraisal")
        report = _bare(data, appraisal, name, trust)
        signed = None
    else:
        report = verify_bytes(data, name, trust, deeper, statuses)
        signed = claims.of_document(found["document"])
        appraisal = found["document"]["credentialSubject"]["appraisal"]
        if _altered(report):
            report.checks.extend(_place(appraisal))
            return report
    try:
        facts = msgspec.convert(found.get("facts"), ReportFacts)
    except msgspec.ValidationError as problem:
        report.checks.append(Check(_FACTS, False, Text("无法读取", f"they cannot be read ({str(problem)[:80]})")))
        return report
    if signed is not None:
        report.checks.append(_agreeing(facts, signed))
    if all(check.holds is not False for check in report.checks if check.name == arithmetic.NAME):
        # An appraisal that recomputes has the shape that the rest relies on.
        contradiction = _contradicting(facts, appraisal)
        report.checks.extend([contradiction] if contradiction is not None else [])
        report.checks.append(_text(found, appraisal, facts))
    return report


def _altered(report: Report) -> bool:
    """Whether what was issued was changed since; nothing of it is then ticked, for a tick would be believed."""
    return all(check.name != arithmetic.NAME for check in report.checks)


def _place(appraisal: Mapping[str, Any]) -> list[Check]:
    """Where an altered appraisal no longer recomputes, if that is where it was altered."""
    return [check for check in arithmetic.check({"appraisal": appraisal}) if check.holds is False]


def _contradicting(facts: ReportFacts, appraisal: Mapping[str, Any]) -> Check | None:
    """The first fact that is not of the asset, the revision or the scorecard that the appraisal is of."""
    basis = appraisal["quality"]
    pairs = {
        "asset": (facts.asset, appraisal["asset"]),
        "revision": (facts.revision, basis["revision"]),
        "content_sha256": (facts.content_sha256, basis["content_sha256"]),
        "quality/score": (facts.quality.score if facts.quality else None, basis["score"]),
    }
    for field, (stated, computed) in pairs.items():
        if stated is not None and stated != computed:
            return Check(_FACTS, False, Text(f"{field} 与估值不符", f"{field} is not that of the appraisal"))
    return None


def _agreeing(facts: ReportFacts, signed: ReportFacts) -> Check:
    """Whether the facts are those that the issued document signs; what it does not sign is named."""
    stated, proved = msgspec.to_builtins(facts), msgspec.to_builtins(signed)
    for field, value in proved.items():
        if value is not None and stated[field] != value:
            return Check(
                _FACTS,
                False,
                Text(f"{field} 与签发文书不符", f"{field} is not what the issued document says"),
            )
    beside = [field for field, value in stated.items() if value is not None and proved[field] is None]
    if not beside:
        return Check(_FACTS, True, Text("均载于签发文书", "all of them stand in the issued document"))
    listed = ", ".join(beside)
    return Check(
        _FACTS,
        None,
        Text(f"签发文书未载明、未经其签名证明：{listed}", f"not in the issued document, not proved by it: {listed}"),
    )


def _text(found: Mapping[str, Any], appraisal: Mapping[str, Any], facts: ReportFacts) -> Check:
    """Whether the text is what the appraisal and the facts give, in the words of this version."""
    if found.get("wording") != wording.digest():
        said = Text("由另一版本的文字模板生成，未比对", "built with other words than this version's; not compared")
        return Check(_TEXT, None, said)
    try:
        again = msgspec.to_builtins(build.build(appraisal, facts))
    except (KeyError, TypeError, ValueError, ArithmeticError) as problem:
        said = Text(
            "无法依所附内容重新生成", f"it cannot be built again from what it carries ({type(problem).__name__})"
        )
        return Check(_TEXT, False, said)
    place = first_difference(found["report"], again)
    if place is None:
        count = len(again["sections"])
        return Check(_TEXT, True, Text(f"{count} 节逐字相同", f"all {count} sections are the same, word for word"))
    return Check(_TEXT, False, Text(f"首个不同之处 {place}", f"the first place that differs is {place}"))


def first_difference(stated: Any, computed: Any, place: str = "/report") -> str | None:
    """Where two documents differ first, as deep as there is one place to name."""
    if isinstance(stated, dict) and isinstance(computed, dict):
        for key in sorted(set(stated) | set(computed)):
            if (found := first_difference(stated.get(key), computed.get(key), f"{place}/{key}")) is not None:
                return found
        return None
    if isinstance(stated, list) and isinstance(computed, list | tuple):
        for at, (one, other) in enumerate(zip(stated, computed, strict=False)):
            if (found := first_difference(one, other, f"{place}/{at}")) is not None:
                return found
        return None if len(stated) == len(computed) else f"{place}/{min(len(stated), len(computed))}"
    return None if stated == computed else place


def _cells(data: bytes, attached: bytes) -> Check:
    """Whether the cells say what the report inside the workbook says."""
    found = parse_json(attached)
    if found.get("wording") != wording.digest():
        said = Text("由另一版本生成，未比对", "made by another version; not compared")
        return Check(_CELLS, None, said)
    try:
        place, same_bytes = compared(data, found, attached)
    except (KeyError, TypeError, ValueError, ArithmeticError) as problem:
        said = Text(
            "无法依所附内容重新生成", f"it cannot be made again from what it carries ({type(problem).__name__})"
        )
        return Check(_CELLS, False, said)
    if place is not None:
        return Check(_CELLS, False, Text(f"首个不同之处 {place}", f"the first cell that differs is {place}"))
    if same_bytes:
        return Check(_CELLS, True, Text("与随附报告逐字节相同", "the same bytes as made from the report inside"))
    said = Text(
        "各单元格数值相同；文件经其他软件保存，公式未比对", "the cells are the same; saved since, formulas not compared"
    )
    return Check(_CELLS, None, said)
