"""Checking a bundle of a case offline: the signed manifest, every document, every entry, and that the record is theirs.

Pure. `SHA256SUMS` beside the manifest lets `sha256sum -c` say that the files are whole without any of this.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from kernel.crypto import canonical
from kernel.documents.checks import Check, Deeper, FileUnreadable, Report, Trust
from kernel.documents.verify import signed
from kernel.text import Text
from market.complaints.bundle import content
from rights.register.bundle import (
    contents_hold,
    document_holds,
    entries_hold,
    head_holds,
    json_of,
    unpack,
    zipped,
)

KIND: Final = "complaint-bundle"
MANIFEST: Final = "manifest.json"
SUMS: Final = "SHA256SUMS"
_WRITTEN: Final = "market.complaint.written"
_EVIDENCE: Final = re.compile(r"evidence/(\d{3})(\.[a-z0-9]{1,8})?")

_SIGNED: Final = Text("清单签名", "signature of the manifest")
_TRUST: Final = Text("信任锚", "trust anchor")
_PLAIN: Final = Text("SHA256SUMS", "SHA256SUMS")
_RECORD: Final = Text("案卷", "record of the case")
_PIECES: Final = Text("证据材料", "evidence")

_NAME_AT: Final = 30
"""Where the name of a zip's first file stands."""


def packed(files: Mapping[str, bytes], manifest: bytes) -> bytes:
    """One zip of a case, its signed manifest and its sums; the same files and manifest give the same bytes."""
    named = {MANIFEST: manifest, **dict(sorted(files.items()))}
    sums = "".join(f"{canonical.sha256_hex(data)}  {name}\n" for name, data in named.items())
    return zipped({SUMS: sums.encode(), **named})


def is_case(data: bytes) -> bool:
    """Whether a zip that `rights.register.bundle` could read holds a case, by the names at its beginning."""
    return data.startswith(SUMS.encode(), _NAME_AT)


def verify(data: bytes, name: str, trust: Trust | None, deeper: Mapping[str, Deeper]) -> Report:
    """Check a bundle of a case; raises FileUnreadable for what is none."""
    files = unpack(data)
    manifest = json_of(files, MANIFEST)
    claims = manifest.get("credentialSubject")
    if not isinstance(claims, dict) or claims.get("kind") != KIND or not isinstance(claims.get("files"), dict):
        raise FileUnreadable("not a bundle of a case")
    anchors = trust or Trust.of(json_of(files, "trust.json"), f"{name}/trust.json")
    report = Report(name, KIND, str(claims.get("complaint_id")), "sha256:" + canonical.sha256_hex(data), anchors.source)
    report.checks.append(_signature(manifest, anchors))
    if trust is None:
        report.checks.append(Check(_TRUST, None, _OWN))
    report.checks.extend((contents_hold(files, claims["files"], (MANIFEST, SUMS)), _sums(files)))
    for each in sorted(files):
        if each.startswith("documents/"):
            report.checks.append(document_holds(each, files[each], anchors, deeper, [], {}))
    opened: list[dict[str, Any]] = []
    report.checks.append(entries_hold(json_of(files, "log/entries.json").get("entries"), anchors, opened))
    report.checks.append(head_holds(files.get("log/checkpoint", b""), anchors))
    steps = json_of(files, "record.json").get("steps")
    report.checks.append(_recorded(steps, str(claims.get("complaint_id")), opened))
    report.checks.append(_pieces(steps, files))
    return report


_OWN: Final = Text(
    "信任锚取自移交包自身：请与中心公布的信任文件比对",
    "the anchors are the bundle's own: compare them with the trust file that the centre publishes",
)


def _signature(manifest: dict[str, Any], trust: Trust) -> Check:
    if signed(manifest, trust):
        return Check(_SIGNED, True, Text("清单由中心签发", "the centre has signed it"))
    return Check(_SIGNED, False, Text("清单不是由可信密钥签署", "no trusted key signed it"))


def _sums(files: Mapping[str, bytes]) -> Check:
    wanted = {f"{canonical.sha256_hex(data)}  {name}" for name, data in files.items() if name != SUMS}
    listed = set(files.get(SUMS, b"").decode("utf-8", "replace").splitlines())
    if wanted == listed:
        return Check(_PLAIN, True, Text(f"{len(wanted)} 个文件相符", f"all {len(wanted)} files agree with it"))
    return Check(_PLAIN, False, Text("与文件不符", "it does not agree with the files"))


def _recorded(steps: Any, complaint: str, opened: list[dict[str, Any]]) -> Check:
    """Every step of the record is one that was entered in the log when it was taken, and none in between is missing."""
    entered = {
        str(each["facts"].get("step")): str(each["facts"].get("content"))
        for each in opened
        if each["kind"] == _WRITTEN and each["subject"] == complaint
    }
    try:
        wrong = [step["n"] for step in steps if entered.get(step["n"]) != content.digest_of(step)]
        gaps = [str(n) for n in range(1, len(steps) + 1)] != [step["n"] for step in steps]
    except (KeyError, TypeError, ValueError, AttributeError) as problem:
        return Check(_RECORD, False, Text(f"无法读取：{problem}", f"it cannot be read: {problem}"))
    if wrong or gaps or not steps:
        names = ", ".join(map(str, wrong[:5])) or "-"
        return Check(_RECORD, False, Text(f"与存证不符：{names}", f"not what was entered in the log: {names}"))
    zh = f"{len(steps)} 个步骤均随时存证，无缺漏"
    return Check(_RECORD, True, Text(zh, f"all {len(steps)} steps were entered in the log as they were taken"))


def _pieces(steps: Any, files: Mapping[str, bytes]) -> Check:
    """The evidence in the bundle is exactly what the record names, by its digests."""
    try:
        named = {str(one["n"]): str(one["sha256"]).removeprefix("sha256:") for step in steps for one in step["files"]}
    except (KeyError, TypeError, AttributeError) as problem:
        return Check(_PIECES, False, Text(f"无法读取：{problem}", f"it cannot be read: {problem}"))
    here = {
        str(int(place[1])): canonical.sha256_hex(data)
        for name, data in files.items()
        if (place := _EVIDENCE.fullmatch(name)) is not None
    }
    if here != named:
        return Check(_PIECES, False, Text("与案卷所列不符", "it is not what the record names"))
    return Check(_PIECES, True, Text(f"{len(here)} 份与案卷相符", f"all {len(here)} are those of the record"))
