"""The portable evidence bundle: everything about an asset's title in one zip, checked with nothing but trusted keys.

Pure: files in, bytes out, and bytes in, checks out. What is in a bundle proves itself; its manifest only says that
nothing fell out on the way.
"""

import io
import json
import re
import zipfile
from collections.abc import Collection, Mapping
from typing import Any, Final

from kernel.crypto import canonical
from kernel.documents.checks import Check, Deeper, FileUnreadable, Report, Trust, parse_json
from kernel.documents.verify import Statuses, included, verify_bytes
from kernel.text import Text
from kernel.tlog.note import NoteInvalid, open_checkpoint
from rights.register.statement import require_founded

MANIFEST: Final = "bundle.json"
KIND: Final = "evidence-bundle"
FILES_MAX: Final = 2_000
FILE_BYTES_MAX: Final = 16 * 1024 * 1024
BYTES_MAX: Final = 64 * 1024 * 1024
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)*")

_CONTENTS: Final = Text("清单", "contents")
_TRUST: Final = Text("信任锚", "trust anchor")
_ENTRIES: Final = Text("存证条目", "log entries")
_EVIDENCE: Final = Text("证明材料", "evidence")
_HEAD: Final = Text("日志检查点", "log checkpoint")
_REGISTER: Final = Text("登记簿记载", "register")


def pack(asset_id: str, files: Mapping[str, bytes]) -> bytes:
    """One zip with its manifest; the same files give the same bytes."""
    digests = {name: canonical.sha256_hex(data) for name, data in sorted(files.items())}
    manifest = {"v": 1, "kind": KIND, "asset": asset_id, "files": digests}
    return zipped({MANIFEST: as_json(manifest), **dict(sorted(files.items()))}, zipfile.ZIP_DEFLATED)


def zipped(files: Mapping[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    """Files in one zip in the order given, without a date; stored as they are, the bytes depend on no compressor."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as packed:
        for name, data in files.items():
            packed.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), data, method)
    return out.getvalue()


def as_json(value: Any) -> bytes:
    """Readable JSON."""
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode("utf-8")


def is_bundle(data: bytes) -> bool:
    """Whether the bytes claim to be a zip."""
    return data.startswith(b"PK\x03\x04")


def unpack(data: bytes) -> dict[str, bytes]:
    """The files of a bundle, bounded in number and size whatever the zip says; raises FileUnreadable."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            members = packed.infolist()
            if len(members) > FILES_MAX or len({each.filename for each in members}) != len(members):
                raise FileUnreadable("too many files, or two of one name")
            files: dict[str, bytes] = {}
            left = BYTES_MAX
            for each in members:
                if not _NAME.fullmatch(each.filename) or ".." in each.filename:
                    raise FileUnreadable("a name in the zip is none of ours")
                with packed.open(each) as file:
                    files[each.filename] = file.read(min(FILE_BYTES_MAX, left) + 1)
                left -= len(files[each.filename])
                if left < 0 or len(files[each.filename]) > FILE_BYTES_MAX:
                    raise FileUnreadable("it unpacks to more than a bundle of ours")
    except FileUnreadable:
        raise
    except Exception as problem:
        # zipfile raises a different kind of error for every way in which a zip can be broken.
        raise FileUnreadable(f"not a zip that can be read ({type(problem).__name__})") from None
    return files


def verify(data: bytes, name: str, trust: Trust | None, deeper: Mapping[str, Deeper]) -> Report:
    """Check a bundle: its contents, every document, every entry, and that the evidence listed is what was entered."""
    files = unpack(data)
    manifest = json_of(files, MANIFEST)
    if manifest.get("kind") != KIND or not isinstance(manifest.get("files"), dict):
        raise FileUnreadable("not an evidence bundle")
    digest, asset = "sha256:" + canonical.sha256_hex(data), str(manifest.get("asset"))
    anchors = trust or Trust.of(json_of(files, "trust.json"), f"{name}/trust.json")
    report = Report(name, KIND, asset, digest, anchors.source)
    report.checks.append(contents_hold(files, manifest["files"], (MANIFEST,)))
    if trust is None:
        text = Text(
            "信任锚取自证据包自身：请与中心公布的信任文件比对",
            "the anchors are the bundle's own: compare them with the trust file that the centre publishes",
        )
        report.checks.append(Check(_TRUST, None, text))
    statuses = [
        Statuses.of(parse_json(files[each]), anchors) for each in sorted(files) if each.startswith("status-lists/")
    ]
    ended = _ended(json_of(files, "register.json"), _claims(files))
    for each in sorted(files):
        if each.startswith("certificates/"):
            report.checks.append(document_holds(each, files[each], anchors, deeper, statuses, ended))
    entries = json_of(files, "log/entries.json").get("entries")
    opened: list[dict[str, Any]] = []
    report.checks.append(entries_hold(entries, anchors, opened))
    report.checks.append(_evidence(json_of(files, "evidence.json").get("evidence"), opened))
    report.checks.append(head_holds(files.get("log/checkpoint", b""), anchors))
    report.checks.append(_register(json_of(files, "register.json"), asset, entries, _claims(files)))
    return report


def json_of(files: Mapping[str, bytes], name: str) -> dict[str, Any]:
    """A file of the bundle as JSON; raises FileUnreadable."""
    if name not in files:
        raise FileUnreadable(f"{name} is missing")
    try:
        return parse_json(files[name])
    except FileUnreadable as problem:
        raise FileUnreadable(f"{name}: {problem}") from problem


def contents_hold(files: Mapping[str, bytes], manifest_digests: Mapping[str, Any], besides: Collection[str]) -> Check:
    """Whether the files but some are those that a manifest names, by their digests."""
    digests = {name: canonical.sha256_hex(data) for name, data in files.items() if name not in besides}
    wrong = sorted(name for name in {*digests, *manifest_digests} if digests.get(name) != manifest_digests.get(name))
    if wrong:
        names = ", ".join(wrong[:5])
        return Check(_CONTENTS, False, Text(f"与清单不符：{names}", f"not what the manifest says: {names}"))
    return Check(
        _CONTENTS, True, Text(f"{len(digests)} 个文件与清单相符", f"all {len(digests)} files as the manifest says")
    )


_STATES: Final = {
    "replaced": Text("已由 {by} 替代", "it was superseded by {by}"),
    "cancelled": Text("已注销", "it has been cancelled"),
    "revoked": Text("已撤销", "it has been revoked"),
    "expired": Text("已届满", "it has lapsed"),
}


def _ended(register: Mapping[str, Any], claims: Mapping[str, Mapping[str, Any]]) -> dict[str, Text]:
    """Of each certificate that the bundle itself says has ended, by its number, how; `_register` proves the saying."""
    after = {str(each.get("replaces")): number for number, each in claims.items()}
    told: dict[str, Text] = {}
    stated = register.get("certificates")
    for one in stated if isinstance(stated, list) else []:
        number = str(one.get("number")) if isinstance(one, dict) else ""
        text = _STATES.get(str(one.get("state"))) if number else None
        if text is not None:
            by = after.get(number, "-")
            told[number] = Text(text.zh.format(by=by), text.en.format(by=by))
    return told


def document_holds(
    name: str,
    data: bytes,
    trust: Trust | None,
    deeper: Mapping[str, Deeper],
    statuses: list[Statuses],
    ended: Mapping[str, Text],
) -> Check:
    """One document, in one line: what fails, or could not be checked, is named.

    That a certificate has ended is no fault of a bundle that says so itself: it is evidence of what was.
    """
    title = Text(name, name)
    try:
        report = verify_bytes(data, name, trust, deeper, statuses)
    except FileUnreadable as problem:
        return Check(title, False, Text(f"无法读取：{problem}", f"it cannot be read: {problem}"))
    failed = [each for each in report.checks if each.holds is not True]
    told = ended.get(name.removeprefix("certificates/").split(".")[0])
    if told is not None and [each.name.en for each in failed] in (["status list"], []):
        zh = f"其余检查均成立；如登记簿所载，{told.zh}"
        return Check(title, True, Text(zh, f"every other check holds; as the register says, {told.en}"))
    if not failed:
        count = len(report.checks)
        return Check(title, True, Text(f"{count} 项检查均成立", f"all {count} checks hold"))
    zh = "；".join(f"{each.name.zh}：{each.detail.zh}" for each in failed)
    en = "; ".join(f"{each.name.en}: {each.detail.en}" for each in failed)
    return Check(title, report.holds, Text(zh, en))


def entries_hold(entries: Any, trust: Trust, opened: list[dict[str, Any]]) -> Check:
    """Every entry is in the log, and every opened one says what it was entered with."""
    if not isinstance(entries, list):
        return Check(_ENTRIES, False, Text("条目清单无法读取", "the list of entries cannot be read"))
    for place, each in enumerate(entries):
        try:
            text, body = str(each["entry"]), parse_json(str(each["entry"]))
            failed = [one for one in included(text.encode(), str(each["proof"]), trust) if one.holds is False]
            facts = each.get("facts")
            if facts is not None and canonical.commitment(bytes.fromhex(each["salt"]), facts) != body["commitment"]:
                raise ValueError("the facts are not those that were entered")
        except (KeyError, TypeError, AttributeError, ValueError) as problem:
            return Check(_ENTRIES, False, Text(f"第 {place} 条不成立：{problem}", f"entry {place} fails: {problem}"))
        if failed:
            return Check(_ENTRIES, False, failed[0].detail)
        if facts is not None:
            opened.append({"subject": body.get("subject"), "kind": body.get("kind"), "facts": facts})
    total, open_ = len(entries), len(opened)
    zh = f"{total} 条均包含于日志，其中 {open_} 条公开的事实与承诺相符"
    en = f"all {total} are in the log, and the facts of {open_} are those committed to"
    return Check(_ENTRIES, True, Text(zh, en))


def head_holds(note: bytes, trust: Trust) -> Check:
    """The log's head when the bundle was made is one that the log signed."""
    try:
        head = open_checkpoint(note.decode("utf-8"), trust.logs)
    except (NoteInvalid, UnicodeDecodeError) as problem:
        return Check(_HEAD, False, Text(f"检查点不成立：{problem}", f"it does not hold: {problem}"))
    return Check(_HEAD, True, Text(f"{head.origin} 共 {head.size} 条", f"{head.origin} with {head.size} entries"))


def _claims(files: Mapping[str, bytes]) -> dict[str, dict[str, Any]]:
    """The claims of each certificate by its number, with the digest of its document."""
    claims_by_number: dict[str, dict[str, Any]] = {}
    for name, data in files.items():
        if name.startswith("certificates/") and name.endswith(".json"):
            document = parse_json(data).get("document")
            claims = document.get("credentialSubject") if isinstance(document, dict) else None
            if isinstance(claims, dict):
                claims_by_number[str(claims.get("certificate_number"))] = {
                    **claims,
                    "sha256": canonical.digest(document),
                }
    return claims_by_number


def _register(register: Mapping[str, Any], asset: str, entries: Any, documents: Mapping[str, Any]) -> Check:
    """What the register is said to have said follows from the entries and documents of the bundle."""
    try:
        proved = [parse_json(str(each["entry"])) for each in entries]
        count = require_founded(register, asset, proved, documents)
    except (KeyError, TypeError, AttributeError, ValueError) as problem:
        return Check(_REGISTER, False, Text(f"与条目或文书不符：{problem}", f"it is not borne out: {problem}"))
    zh = f"{count} 项登记事项均有存证条目和文书为据"
    return Check(_REGISTER, True, Text(zh, f"all {count} statements follow from the entries and documents"))


def _evidence(pieces: Any, opened: list[dict[str, Any]]) -> Check:
    """Every piece of evidence is one that was named by its digest when it was handed in, and so entered in the log."""
    entered = {
        (each["subject"], str(piece.get("sha256") if isinstance(piece, dict) else piece))
        for each in opened
        if str(each["kind"]).startswith(("rights.registration.", "rights.objection."))
        for piece in each["facts"].get("evidence", [])
    }
    if not isinstance(pieces, list) or not all(isinstance(piece, dict) for piece in pieces):
        return Check(_EVIDENCE, False, Text("材料清单无法读取", "the list of evidence cannot be read"))
    strange = [
        piece
        for piece in pieces
        if (piece.get("registration_id") or piece.get("objection_id"), str(piece.get("sha256"))) not in entered
    ]
    if strange:
        digest = str(strange[0].get("sha256"))[:80]
        return Check(_EVIDENCE, False, Text(f"{digest} 未随申请存证", f"{digest} was not entered with an application"))
    zh = f"{len(pieces)} 份材料的摘要均随申请存证"
    return Check(_EVIDENCE, True, Text(zh, f"the digests of all {len(pieces)} were entered with the application"))
