"""Offline verification of an issued document: no network, no server, no database, only the file and trusted keys."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from kernel import canonical, signing
from kernel.documents import credential
from kernel.log.note import NoteInvalid, VerifierKey
from kernel.log.proof import ProofInvalid, verify_entry
from kernel.text import Text

FILE_BYTES_MAX: Final = 64 * 1024 * 1024

Deeper = Callable[[dict[str, Any]], list["Check"]]
"""What a kind of document lets us check beyond signature and log: its claims in, checks out; pure."""


class FileUnreadable(ValueError):
    """The file is not a document of ours, or not JSON at all; the message says why."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was checked."""

    name: Text
    holds: bool
    detail: Text


@dataclass(frozen=True, slots=True)
class Trust:
    """The keys that the verifier trusts: the issuer's and the log's, saved from the centre's publication."""

    issuers: Mapping[str, tuple[bytes, ...]]
    logs: tuple[VerifierKey, ...]
    source: str

    @staticmethod
    def read(path: Path) -> "Trust":
        """Read a trust file as `GET /v1/trust` gives it; raises FileUnreadable."""
        document = read_json(path)
        try:
            issuers = {
                str(item["id"]): tuple(signing.from_multibase(key) for key in item["keys"])
                for item in document["issuers"]
            }
            logs = tuple(VerifierKey.parse(line) for line in document["logs"])
        except (KeyError, TypeError, ValueError, NoteInvalid) as problem:
            raise FileUnreadable(f"{path.name}: not a trust file ({problem})") from problem
        return Trust(issuers, logs, str(path))


@dataclass(frozen=True, slots=True)
class Report:
    """What was proved of one file."""

    file: str
    kind: str
    subject: str
    sha256: str
    trust_source: str | None
    checks: list[Check] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        """Whether every check holds."""
        return all(check.holds for check in self.checks)


def read_json(path: Path) -> dict[str, Any]:
    """Read a JSON object strictly: bounded size, no repeated names, no NaN; raises FileUnreadable."""
    try:
        if path.stat().st_size > FILE_BYTES_MAX:
            raise FileUnreadable(f"{path.name}: larger than {FILE_BYTES_MAX} bytes")
        found = json.loads(
            path.read_text(encoding="utf-8"), object_pairs_hook=_no_repeats, parse_constant=_no_constants
        )
    except (OSError, UnicodeDecodeError, json.JSONDecodeError, RecursionError) as problem:
        raise FileUnreadable(f"{path.name}: {problem}") from problem
    if not isinstance(found, dict):
        raise FileUnreadable(f"{path.name}: a JSON object was expected")
    return found


def _no_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise FileUnreadable("a name is repeated within one object")
    return found


def _no_constants(name: str) -> Any:
    raise FileUnreadable(f"{name} is not JSON")


def verify_file(path: Path, trust: Trust | None, deeper: Mapping[str, Deeper]) -> Report:
    """Check an envelope {document, log} or a bare credential; raises FileUnreadable when it is neither."""
    found = read_json(path)
    document, log = (found["document"], found.get("log")) if "document" in found else (found, None)
    if not isinstance(document, dict) or not isinstance(document.get("credentialSubject"), dict):
        raise FileUnreadable(f"{path.name}: holds no issued document")
    claims: dict[str, Any] = document["credentialSubject"]
    kind = str(claims.get("kind", ""))
    try:
        sha256 = canonical.digest(document)
    except ValueError as problem:
        raise FileUnreadable(f"{path.name}: {problem}") from problem
    report = Report(str(path), kind, str(claims.get("id", "")), sha256, trust.source if trust else None)
    report.checks.append(_signature(document, trust))
    report.checks.extend(_log(log, sha256, trust))
    if kind in deeper and report.checks[0].holds:
        # What nobody vouches for is not looked into: its content may have any shape.
        report.checks.extend(deeper[kind](claims))
    return report


_SIGNATURE: Final = Text("签名", "signature")
_TRUST: Final = Text("信任锚", "trust anchor")
_ENTRY: Final = Text("存证条目", "log entry")
_INCLUSION: Final = Text("日志包含证明", "log inclusion")


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
        text = Text("文件不含日志证明", "the file carries no log proof")
        return [Check(_INCLUSION, False, text)]
    try:
        entry_text, proof = str(log["entry"]), str(log["proof"])
        entry = json.loads(entry_text, object_pairs_hook=_no_repeats)
        committed = entry["document"]
    except (KeyError, TypeError, json.JSONDecodeError):
        return [Check(_ENTRY, False, Text("存证条目无法读取", "the log entry cannot be read"))]
    if committed != sha256:
        text = Text("存证条目所载摘要与文书不符", "the entry commits to another document")
        return [Check(_ENTRY, False, text)]
    first = Check(
        _ENTRY, True, Text(f"条目 {entry.get('id')} 承诺 {sha256}", f"entry {entry.get('id')} commits to {sha256}")
    )
    if trust is None:
        return [first, Check(_TRUST, False, Text("未提供日志公钥", "no key of the log was given"))]
    try:
        head = verify_entry(entry_text.encode("utf-8"), proof, trust.logs)
    except (ProofInvalid, NoteInvalid) as problem:
        text = Text(f"证明不成立：{problem}", f"the proof does not hold: {problem}")
        return [first, Check(_INCLUSION, False, text)]
    text = Text(
        f"包含于 {head.origin} 的 {head.size} 条日志，根 {head.root.hex()}",
        f"included in the {head.size} entries of {head.origin}, root {head.root.hex()}",
    )
    return [first, Check(_INCLUSION, True, text)]
