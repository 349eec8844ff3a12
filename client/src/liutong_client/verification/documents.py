"""Checking one issued document: the issuer's signature, its place in the public log, and what its kind lets one check.

W3C Verifiable Credentials 2.0 secured by the Data Integrity suite eddsa-jcs-2022.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

from liutong_client.verification.encodings import (
    Unreadable,
    canonical,
    digest,
    from_base58,
    from_base64,
    parse,
    public_key,
    signed,
)
from liutong_client.verification.notes import included
from liutong_client.verification.statuses import StatusList
from liutong_client.verification.trust import Trust

SUITE: Final = "eddsa-jcs-2022"
MARKS: Final = {True: "✓", False: "✗", None: "–"}
Part = Literal[
    "signature", "issuer", "log", "digest", "provider", "consumer", "files", "parties", "status", "kind", "order"
]


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was checked, and what came of it in both languages; `holds` is None where nothing was at hand."""

    part: Part
    holds: bool | None
    zh: str
    en: str

    def __str__(self) -> str:
        return f"{MARKS[self.holds]} {self.part}: {self.zh} · {self.en}"


@dataclass(frozen=True, slots=True)
class Report:
    """What was proved of one document; `claims` is what it says, and empty unless its signature holds."""

    kind: str
    subject: str
    sha256: str
    claims: Mapping[str, Any]
    checks: list[Check] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        """Whether everything that was checked holds."""
        return bool(self.checks) and all(check.holds is not False for check in self.checks)

    @property
    def failures(self) -> list[str]:
        """What does not hold."""
        return [f"{self.kind} {self.subject} {check}" for check in self.checks if check.holds is False]


def verify(
    envelope: Mapping[str, Any] | bytes | Path, trust: Trust, statuses: Mapping[str, Any] | None = None
) -> Report:
    """Check a document as `GET /v1/documents/{id}` gives it, in memory or as a file; raises Unreadable, OSError.

    `statuses` is the status list that the document names, as `GET /v1/status-lists/{year}` gives it.
    """
    if isinstance(envelope, Path):
        envelope = envelope.read_bytes()
    content: Any = parse(envelope) if isinstance(envelope, bytes) else dict(envelope)
    document, log = content.get("document", content), content.get("log")
    if not isinstance(document, dict) or not isinstance(claims := document.get("credentialSubject"), dict):
        raise Unreadable("不是签发文书 · holds no issued document")
    sha256 = digest(document)
    signature = _signature(document, trust)
    report = Report(
        str(claims.get("kind", "")), str(claims.get("id", "")), sha256, claims if signature.holds else {}, [signature]
    )
    report.checks.append(_logged(log, sha256, trust))
    if signature.holds and "credentialStatus" in document:
        report.checks.append(_standing(document["credentialStatus"], statuses, trust))
    if signature.holds and report.kind == "agreement":
        report.checks.extend(_agreement(claims))
    return report


def _signature(document: Mapping[str, Any], trust: Trust) -> Check:
    """Whether a trusted key of the issuer that the document names signed exactly this document."""
    proof, issuer = document.get("proof"), document.get("issuer")
    if not isinstance(proof, dict) or not isinstance(issuer, str):
        return Check("signature", False, "没有签名", "it carries no signature")
    holder, _, key = str(proof.get("verificationMethod")).partition("#")
    try:
        public = public_key(key)
    except Unreadable:
        return Check("signature", False, "未注明公钥", "it names no key")
    if holder != issuer or public not in trust.issuers.get(issuer, ()):
        return Check(
            "issuer", False, f"信任文件中没有 {issuer} 的该公钥", f"{issuer} has no such key in the trust file"
        )
    if not _proved(document, proof, public):
        return Check("signature", False, "内容与签名不符：已被改动", "content and signature differ: it was altered")
    return Check("signature", True, f"由 {issuer} 签发", f"issued by {issuer}")


def _proved(document: Mapping[str, Any], proof: Mapping[str, Any], public: bytes) -> bool:
    """The signature is over SHA-256 of the proof's options and SHA-256 of the document, both in canonical form."""
    wanted = {"type": "DataIntegrityProof", "cryptosuite": SUITE, "proofPurpose": "assertionMethod"}
    value = proof.get("proofValue")
    if any(proof.get(name) != word for name, word in wanted.items()) or not isinstance(value, str):
        return False
    if not value.startswith("z") or proof.get("@context") != document.get("@context"):
        return False
    options = {name: part for name, part in proof.items() if name != "proofValue"}
    unsigned = {name: part for name, part in document.items() if name != "proof"}
    try:
        message = hashlib.sha256(canonical(options)).digest() + hashlib.sha256(canonical(unsigned)).digest()
        return signed(public, from_base58(value[1:]), message)
    except Unreadable:
        return False


def _logged(log: Any, sha256: str, trust: Trust) -> Check:
    """Whether the log's entry commits to this document and is proved to be in the log."""
    if not isinstance(log, dict):
        return Check(
            "log", False, "没有日志证明；请稍后重新取得", "it carries no log proof; fetch it again in a moment"
        )
    entry, proof = str(log.get("entry")), str(log.get("proof"))
    try:
        if parse(entry).get("document") != sha256:
            return Check("log", False, "存证条目承诺的是另一份文书", "the entry commits to another document")
        head = included(entry.encode("utf-8"), proof, trust.logs)
    except ValueError as problem:  # Unreadable, NotIncluded, and texts that no UTF-8 can hold.
        return Check("log", False, f"证明不成立：{problem}", f"the proof does not hold: {problem}")
    return Check(
        "log",
        True,
        f"包含于 {head.origin} 的 {head.size} 条日志",
        f"included in the {head.size} entries of {head.origin}",
    )


def _standing(stated: Any, statuses: Mapping[str, Any] | None, trust: Trust) -> Check:
    """Whether the document has been cancelled, revoked or has lapsed, by a list that a trusted key signed."""
    if statuses is None:
        return Check("status", None, "未提供状态列表", "no status list was given")
    document = statuses.get("document", statuses)
    try:
        if not isinstance(document, dict) or not (signature := _signature(document, trust)).holds:
            return Check("status", False, "状态列表未经可信密钥签署", "no trusted key signed the status list")
        ended = StatusList.of(document)
        if ended.url != stated["statusListCredential"]:
            return Check("status", None, "提供的是另一状态列表", "the list that was given is another one")
        over = ended.has_ended(int(stated["statusListIndex"]))
    except (Unreadable, KeyError, TypeError, ValueError):
        return Check("status", False, "状态无法读取", "its status cannot be read")
    if over:
        return Check("status", False, f"截至 {ended.as_of} 已终止", f"as of {ended.as_of} it has ended")
    return Check("status", True, f"截至 {ended.as_of} 有效", f"as of {ended.as_of} it is in force; {signature.en}")


def _agreement(claims: Mapping[str, Any]) -> list[Check]:
    """The digest of an agreement is that of its content, and each party signed it with a key of its own."""
    content, stated = claims.get("agreement"), claims.get("digest")
    if not isinstance(content, dict) or not isinstance(stated, str):
        return [Check("digest", False, "协议内容无法读取", "the agreement cannot be read")]
    same = digest(content) == stated
    told = ("摘要与内容一致", "the digest is that of the content") if same else ("摘要与内容不符", "they differ")
    text = f"liutong agreement {content.get('agreement_id')} {stated}".encode()
    return [
        Check("digest", same, *told),
        _party("provider", content, claims.get("signatures"), text),
        _party("consumer", content, claims.get("signatures"), text),
    ]


def _party(role: Literal["provider", "consumer"], content: Mapping[str, Any], signatures: Any, text: bytes) -> Check:
    failed = Check(role, False, "签名缺失或无效", "its signature is missing or does not hold")
    if not isinstance(signatures, list) or len(signatures) != 2 or not all(isinstance(s, dict) for s in signatures):
        return failed
    mine = [each for each in signatures if each.get("role") == role]
    party = content.get(role)
    if len(mine) != 1 or signatures[0].get("public_key") == signatures[1].get("public_key"):
        return failed
    if not isinstance(party, dict) or mine[0].get("party") != party.get("party_id"):
        return failed
    try:
        holds = signed(public_key(str(mine[0].get("public_key"))), from_base64(str(mine[0].get("signature"))), text)
    except Unreadable:
        return failed
    return Check(role, True, "以所示公钥核验有效", "it holds under the public key shown") if holds else failed
