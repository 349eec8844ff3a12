"""Offline verification of an issued document: no network, no server, no database, only the file and trusted keys."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from kernel.crypto import canonical, signing
from kernel.documents import credential, status
from kernel.documents.checks import (
    FILE_BYTES_MAX,
    Check,
    Deeper,
    FileUnreadable,
    Report,
    Trust,
    parse_json,
    read_file,
    read_json,
)
from kernel.documents.prints import printed
from kernel.text import Text
from kernel.tlog.note import NoteInvalid, witnessed
from kernel.tlog.proof import Proof, ProofInvalid, verify_entry

__all__ = [
    "FILE_BYTES_MAX",
    "Check",
    "Deeper",
    "FileUnreadable",
    "Report",
    "Statuses",
    "Trust",
    "parse_json",
    "read_file",
    "read_json",
    "verify_bytes",
    "verify_file",
]

_SIGNATURE: Final = Text("签名", "signature")
_CLAIMS: Final = Text("文书内容", "contents")
_TRUST: Final = Text("信任锚", "trust anchor")
_ENTRY: Final = Text("存证条目", "log entry")
_INCLUSION: Final = Text("日志包含证明", "log inclusion")
_WITNESS: Final = Text("见证人联署", "witness cosignature")
_STATUS: Final = Text("状态列表", "status list")

_UNLOGGED_LIST: Final = Check(
    _INCLUSION,
    None,
    Text(
        "状态列表以签名与日期为凭，文件不含日志证明",
        "a status list stands by its signature and its date; the file carries no log proof",
    ),
)


@dataclass(frozen=True, slots=True)
class Statuses:
    """A status list that the verifier saved: whose bits they are, and as of when."""

    url: str
    bits: bytes
    as_of: str

    @staticmethod
    def of(document: dict[str, Any], trust: Trust | None) -> "Statuses":
        """Take a status list credential, bare or in its envelope; raises FileUnreadable unless a trusted key signed."""
        body = document.get("document", document)
        if not isinstance(body, dict) or not isinstance(body.get("credentialSubject"), dict):
            raise FileUnreadable("not a status list credential")
        claims = body["credentialSubject"]
        if claims.get("type") != status.TYPE or claims.get("statusPurpose") != status.PURPOSE:
            raise FileUnreadable("not a status list of revocations")
        signed = _signature(body, trust)
        if signed.holds is not True:
            raise FileUnreadable(f"status list: {signed.detail.en}")
        try:
            bits = status.decode(str(claims.get("encodedList")))
        except status.StatusListInvalid as problem:
            raise FileUnreadable(f"status list: {problem}") from None
        return Statuses(str(body.get("id")), bits, str(body.get("validFrom")))


def verify_file(
    path: Path, trust: Trust | None, deeper: Mapping[str, Deeper], statuses: Sequence[Statuses] = ()
) -> Report:
    """Check a file: an envelope {document, log}, a bare credential or a printed document; raises FileUnreadable."""
    try:
        return verify_bytes(read_file(path), str(path), trust, deeper, statuses)
    except FileUnreadable as problem:
        raise FileUnreadable(f"{path.name}: {problem}") from problem


def verify_bytes(
    data: bytes, name: str, trust: Trust | None, deeper: Mapping[str, Deeper], statuses: Sequence[Statuses] = ()
) -> Report:
    """Check the bytes of a file; raises FileUnreadable when they hold no issued document."""
    before: list[Check] = []
    if printed.is_pdf(data):
        data, before = printed.open_pdf(data, trust)
    content = parse_json(data)
    document, log = (content["document"], content.get("log")) if "document" in content else (content, None)
    if not isinstance(document, dict) or not isinstance(document.get("credentialSubject"), dict):
        raise FileUnreadable("holds no issued document")
    claims: dict[str, Any] = document["credentialSubject"]
    kind = str(claims.get("kind", ""))
    try:
        sha256 = canonical.digest(document)
    except ValueError as problem:
        raise FileUnreadable(str(problem)) from problem
    report = Report(name, kind, str(claims.get("id", "")), sha256, trust.source if trust else None, before)
    signature = _signature(document, trust)
    report.checks.append(signature)
    is_list = claims.get("type") == status.TYPE
    report.checks.extend([_UNLOGGED_LIST] if is_list and log is None else _log(log, sha256, trust))
    if signature.name is _SIGNATURE and signature.holds is False:
        # What was altered says nothing: a tick beside it would be believed.
        zh, en = (
            "内容未获签名证明，不作进一步检查",
            "no signature stands behind what it says: nothing more is read from it",
        )
        text = Text(zh, en)
        report.checks.append(Check(_CLAIMS, None, text))
        return report
    if is_list:
        report.checks.append(_listed(claims, str(document.get("validFrom"))))
    if "credentialStatus" in document:
        report.checks.append(_standing(document["credentialStatus"], statuses))
    if kind in deeper:
        report.checks.extend(deeper[kind](claims))
    return report


def signed(document: dict[str, Any], trust: Trust | None) -> bool:
    """Whether a trusted key signed exactly this document."""
    try:
        return _signature(document, trust).holds is True
    except ValueError:
        return False  # It holds what canonical JSON cannot.


def _signature(document: dict[str, Any], trust: Trust | None) -> Check:
    issuer = str(document.get("issuer", ""))
    proof = document.get("proof")
    method = str(proof.get("verificationMethod", "")) if isinstance(proof, dict) else ""
    named, _, key_text = method.partition("#")
    try:
        public = signing.from_multibase(key_text)
    except ValueError:
        return Check(_SIGNATURE, False, Text("文书未注明签名公钥", "the document names no signing key"))
    if named != issuer:
        return Check(_SIGNATURE, False, Text("签名密钥不属于签发者", "the signing key is not the issuer's"))
    if not credential.check(document, public):
        return Check(
            _SIGNATURE, False, Text("内容与签名不符：文件已被改动", "content and signature differ: it was altered")
        )
    if trust is None:
        text = Text(
            f"签名与所注明的公钥 {key_text} 相符，但未提供信任锚，无法确认签发者",
            f"it holds under the key it names, {key_text}, but no trust file was given: the issuer is not established",
        )
        return Check(_TRUST, False, text)
    if public not in trust.issuers.get(issuer, ()):
        return Check(
            _TRUST, False, Text(f"信任文件中没有 {issuer} 的该公钥", f"{issuer} has no such key in the trust file")
        )
    return Check(_SIGNATURE, True, Text(f"由 {issuer} 以 {key_text} 签发", f"issued by {issuer} with {key_text}"))


def _log(log: Any, sha256: str, trust: Trust | None) -> list[Check]:
    if log is None:
        text = Text(
            "文件不含日志证明；若在签发当时取得，请重新取得",
            "the file carries no log proof; fetched at the moment of its issue, fetch it again",
        )
        return [Check(_INCLUSION, False, text)]
    try:
        entry_text, proof = str(log["entry"]), str(log["proof"])
        entry = parse_json(entry_text)
        committed = entry["document"]
    except (KeyError, TypeError, FileUnreadable):
        return [Check(_ENTRY, False, Text("存证条目无法读取", "the log entry cannot be read"))]
    if committed != sha256:
        text = Text("存证条目所载摘要与文书不符", "the entry commits to another document")
        return [Check(_ENTRY, False, text)]
    first = Check(
        _ENTRY, True, Text(f"条目 {entry.get('id')} 承诺 {sha256}", f"entry {entry.get('id')} commits to {sha256}")
    )
    if trust is None:
        return [first, Check(_TRUST, False, Text("未提供日志公钥", "no key of the log was given"))]
    return [first, *included(entry_text.encode("utf-8"), proof, trust)]


def included(entry: bytes, proof: str, trust: Trust) -> list[Check]:
    """Whether an entry stands in a log whose head a trusted key signed, and who else saw that head."""
    try:
        head = verify_entry(entry, proof, trust.logs)
        seen = witnessed(Proof.parse(proof).checkpoint, trust.witnesses)
    except (ProofInvalid, NoteInvalid) as problem:
        text = Text(f"证明不成立：{problem}", f"the proof does not hold: {problem}")
        return [Check(_INCLUSION, False, text)]
    text = Text(
        f"包含于 {head.origin} 的 {head.size} 条日志，根 {head.root.hex()}",
        f"included in the {head.size} entries of {head.origin}, root {head.root.hex()}",
    )
    checks = [Check(_INCLUSION, True, text)]
    if trust.witnesses:
        names = ", ".join(seen)
        text = Text(f"{names} 已联署该检查点", f"{names} cosigned this checkpoint")
        none = Text("该检查点尚无受信任见证人联署", "no trusted witness has cosigned this checkpoint yet")
        checks.append(Check(_WITNESS, True, text) if seen else Check(_WITNESS, None, none))
    return checks


def _listed(claims: Mapping[str, Any], as_of: str) -> Check:
    """Whether a status list can be read, how many it says have ended, and as of when: an old copy knows no better."""
    try:
        ended = sum(byte.bit_count() for byte in status.decode(str(claims.get("encodedList"))))
    except status.StatusListInvalid as problem:
        return Check(_STATUS, False, Text(f"无法读取：{problem}", f"it cannot be read: {problem}"))
    text = Text(f"截至 {as_of}，{ended} 项已终止", f"as of {as_of}, {ended} of those it lists have ended")
    return Check(_STATUS, True, text)


def _standing(stated: Any, statuses: Sequence[Statuses]) -> Check:
    """Whether the credential has ended according to a list that the verifier holds."""
    try:
        url, index = str(stated["statusListCredential"]), int(stated["statusListIndex"])
    except (KeyError, TypeError, ValueError):
        return Check(_STATUS, False, Text("状态条目无法读取", "the status entry cannot be read"))
    status_list = next((each for each in statuses if each.url == url), None)
    if status_list is None:
        text = Text(
            f"未提供状态列表，无法得知是否已注销、撤销或届满；可自 {url} 保存",
            f"no status list was given: whether it was cancelled, revoked or has lapsed is not known; save {url}",
        )
        return Check(_STATUS, None, text)
    try:
        ended = status.is_set(status_list.bits, index)
    except status.StatusListInvalid as problem:
        return Check(_STATUS, False, Text(f"状态条目有误：{problem}", f"the status entry is wrong: {problem}"))
    as_of = status_list.as_of
    if ended:
        text = Text(f"截至 {as_of}，已注销、撤销或届满", f"as of {as_of} it has been cancelled, revoked or has lapsed")
        return Check(_STATUS, False, text)
    return Check(_STATUS, True, Text(f"截至 {as_of}，有效", f"as of {as_of} it is in force"))
