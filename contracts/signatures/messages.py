"""How the two sides of an agreement made it over the wire: evidence of each, checked offline; pure, no database.

Evidence of a side is a signature by its registered key, or the message by which its connector agreed, or both. A
message shows that whoever held the credential sent it, and no more than that (decision 0215).
"""

from collections.abc import Mapping
from typing import Any, Final, TypeGuard

from kernel.crypto import canonical, jwt, signing
from kernel.documents.verify import Check
from kernel.text import Text

BY_KEY: Final = "signing-key"
BY_MESSAGE: Final = "dataspace-message"

SENT_HERE: Final = "sent-by-the-centre"
"""The credential of a message that the centre itself sent for its participant, by that participant's command."""
SELF_ISSUED: Final = "self-issued-token"
"""The credential of a sender that issues its tokens itself (Decentralized Claims Protocol 1.0)."""

CREDENTIALS: Final = {"bearer-token": "sha256", SELF_ISSUED: "sha256", SENT_HERE: "member"}
"""What a message was sent with, and the member that ties the credential to its holder."""

KINDS: Final = {"provider": "ContractAgreementMessage", "consumer": "ContractAgreementVerificationMessage"}
"""The message of the Dataspace Protocol 2025-1 by which a side agrees."""
SIDES: Final = tuple(KINDS)
_ROLES: Final = {"provider": "assigner", "consumer": "assignee"}

_CENTRE: Final = "urn:liutong"
"""Before the id of a centre's own agreement, where it is named on the wire."""

_NAMES: Final = {
    "text": Text("线上协议文本", "Agreement on the wire"),
    "provider": Text("提供方如何订立", "How the provider made it"),
    "consumer": Text("使用方如何订立", "How the consumer made it"),
}

_SAME: Final = Text(
    "摘要、编号与所签文字一致", "digest, name and the signed text are those of the agreement as it was sent"
)
_OTHER: Final = Text(
    "摘要、编号或所签文字与线上协议不一致",
    "digest, name or signed text are not those of the agreement as it was sent",
)


def signing_text(name: str, digest: str) -> str:
    """What a side signs of an agreement on the wire, as UTF-8 bytes."""
    return f"liutong dataspace agreement {name} {digest}"


def is_about(text: Any, name: Any, digest: Any) -> bool:
    """Whether a text that was signed is about this agreement: by its digest, or by the name of a centre's own one."""
    if text == signing_text(str(name), str(digest)):
        return True
    words = text.split(" ") if isinstance(text, str) else []
    return len(words) == 4 and words[:2] == ["liutong", "agreement"] and name == f"{_CENTRE}:{words[2]}"


def check(made: Any) -> list[Check]:
    """Check what an agreement's document says of the wire: the text, and how each side made it.

    `made` stands in a document as anybody may have written it: {name, agreement, digest, signing_text, evidence}.
    """
    made = made if isinstance(made, dict) else {}
    body, evidence = made.get("agreement"), made.get("evidence")
    same = isinstance(body, dict) and _digest_of(body) == made.get("digest") and made.get("name") == body.get("@id")
    same = same and is_about(made.get("signing_text"), made.get("name"), made.get("digest"))
    return [
        Check(_NAMES["text"], same, _SAME if same else _OTHER),
        *(_check_side(side, made, evidence) for side in SIDES),
    ]


def holds(made: Mapping[str, Any]) -> bool:
    """Whether all of it holds: what does not is put in no document."""
    return all(one.holds for one in check(dict(made)))


def _check_side(side: str, made: Mapping[str, Any], evidence: Any) -> Check:
    listed = evidence if isinstance(evidence, list) else []
    mine = [one for one in listed if isinstance(one, dict) and one.get("side") == side]
    if len(mine) != 1 or len(listed) != len(SIDES):
        return Check(
            _NAMES[side],
            False,
            Text("缺少该方的凭据，或不止一份", "its evidence is missing, or there is more than one"),
        )
    try:
        wrong = fault(mine[0], side, made)
    except jwt.JwtMissing:
        return Check(_NAMES[side], None, _UNCHECKED)
    if wrong is not None:
        return Check(_NAMES[side], False, wrong)
    return Check(_NAMES[side], True, _HOLDS[mine[0]["kind"]])


_UNCHECKED: Final = Text(
    "此处未安装校验自签令牌所需的 liutong[dcp]",
    "checking its self-issued token needs: pip install 'liutong[dcp]'",
)

_HOLDS: Final = {
    BY_KEY: Text("登记密钥的签名有效", "signed with its registered key, which holds"),
    BY_MESSAGE: Text(
        "凭连接器消息：证明持有该凭证者发出了此消息",
        "by its connector's message: it shows that the holder of the credential sent it",
    ),
}


def fault(evidence: Mapping[str, Any], side: str, made: Mapping[str, Any]) -> Text | None:
    """What is wrong with the evidence of a side; None for nothing."""
    kind = evidence.get("kind")
    if kind == BY_KEY:
        if not signing.verify_text(
            evidence.get("public_key"), evidence.get("signature"), str(made.get("signing_text"))
        ):
            return Text("签名无效", "the signature does not hold")
        if "message" not in evidence:
            return None
    elif kind != BY_MESSAGE:
        return Text("未知的订立方式", "it is made in no known way")
    return _message_fault(evidence, side, made)


def _message_fault(evidence: Mapping[str, Any], side: str, made: Mapping[str, Any]) -> Text | None:
    message, body = evidence.get("message"), made.get("agreement")
    if not isinstance(message, dict) or _digest_of(message) != f"sha256:{evidence.get('message_sha256')}":
        return Text("消息与其摘要不一致", "the message is not that of its digest")
    if message.get("@id") != evidence.get("message_id") or message.get("@type") != KINDS[side]:
        return Text("消息的编号或类型不符", "the message is another, or of another kind")
    if side == "provider" and message.get("agreement") != body:
        return Text("消息中的协议不是此协议", "the message is about another agreement")
    if not _are_of_one_process(made.get("evidence")):
        return Text("双方的消息不属于同一协商", "the two messages are of different negotiations")
    if not isinstance(body, dict) or evidence.get("did") != body.get(_ROLES[side]):
        return Text("发送者不是协议的该方", "the sender is not this side of the agreement")
    credential = evidence.get("credential")
    if not _is_tied(credential):
        return Text("缺少消息所用凭证", "it does not say what the message was sent with")
    if credential["kind"] == SELF_ISSUED and "token" in credential and not _issued(credential, evidence.get("did")):
        return Text("消息所用令牌不是发送者签发的", "the token that the message was sent with is not its sender's")
    return None


def _are_of_one_process(evidence: Any) -> bool:
    """Whether all messages that are kept name the same two pids; a verification says in no other way what it is of."""
    listed = evidence if isinstance(evidence, list) else []
    messages = [one["message"] for one in listed if isinstance(one, dict) and isinstance(one.get("message"), dict)]
    pids = [(one.get("providerPid"), one.get("consumerPid")) for one in messages]
    return all(one == pids[0] for one in pids)


def _is_tied(credential: Any) -> TypeGuard[dict[str, Any]]:
    if not isinstance(credential, dict) or not isinstance(credential.get("kind"), str):
        return False
    member = CREDENTIALS.get(credential["kind"])
    return member is not None and isinstance(credential.get(member), str) and bool(credential[member])


def _issued(credential: Mapping[str, Any], did: Any) -> bool:
    """Whether the token that is kept is the one of the digest, signed by the key beside it, in the sender's name.

    That the key was the sender's stood in its DID document, which is not kept; one who has it can compare.
    """
    token, key = credential["token"], credential.get("key")
    if not isinstance(token, str) or not isinstance(key, dict):
        return False
    said = jwt.verified(token, key)
    named = said is not None and said.get("iss") == did == said.get("sub")
    return named and canonical.sha256_hex(token.encode()) == credential["sha256"]


def _digest_of(value: Mapping[str, Any]) -> str | None:
    try:
        return canonical.digest(dict(value))
    except (TypeError, ValueError):
        return None  # What has no canonical form was never digested.
