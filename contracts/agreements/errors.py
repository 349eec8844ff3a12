"""Refusals of agreements and signatures."""

from typing import Final

from kernel.errors import Conflict, Forbidden, Unprocessable
from kernel.text import Text


class PartySuspended(Conflict):
    """One of the two parties is suspended by the centre; nothing takes effect between them meanwhile."""

    title = Text("协议当事人已被暂停", "A party of the agreement is suspended")
    detail = Text(
        "当事人 {party} 已被中心暂停，暂停期间不得签约。",
        "The party {party} is suspended by the centre; nothing is agreed with it meanwhile.",
    )
    rule = "LT-CON-06"


class ProviderWithoutRights(Conflict):
    """What is licensed is agreed only with whoever holds the registered rights in it that day."""

    title = Text("提供方不再持有登记权利", "The provider no longer holds the registered rights")
    detail = Text(
        "与提供方 {provider} 不能就 {asset} 订约：{why}", "Nothing is agreed with {provider} on {asset}: {why}"
    )
    rule = "LT-CON-48"


RIGHTS_PASSED: Final = Text(
    "其登记权利已转让，请与现持有方另行订立。",
    "its registered rights have passed to another party; conclude it anew with whoever holds them now.",
)
RIGHTS_OVER: Final = Text(
    "该数据没有有效的登记证书；请待提供方续期或重新登记后再签。",
    "no certificate of it is in force; sign once the provider has renewed it, or registered the data anew.",
)
"""Why a provider does not hold the rights, and what to do."""


class SignerForeign(Forbidden):
    """Only the two parties of an agreement sign or decline it."""

    title = Text("不是协议当事人", "Not a party to the agreement")
    detail = Text("只有协议双方可以签署或拒绝。", "Only the two parties of the agreement may sign or decline it.")
    rule = "LT-CON-03"


class SigningKeyForeign(Unprocessable):
    """The key is not a valid registered key of the signing party."""

    title = Text("签名密钥不属于签署方", "The signing key is not the signer's")
    detail = Text(
        "密钥 {signing_key_id} 不是签署方登记的有效密钥。",
        "The key {signing_key_id} is not a valid registered key of the signing party.",
    )
    rule = "LT-CON-03"


class SignatureInvalid(Unprocessable):
    """The signature is not this key's over this agreement."""

    title = Text("签名无效", "The signature is not valid")
    detail = Text(
        "请用所登记的私钥对“{signing_text}”的 UTF-8 字节签名（Ed25519），并以 base64 提交。",
        "Sign the UTF-8 bytes of “{signing_text}” with the registered private key (Ed25519) and send it in base64.",
    )
    rule = "LT-CON-04"


class SigningOver(Conflict):
    """The time to sign a contract on services is over; it is agreed anew."""

    title = Text("签署期限已过", "The time to sign is over")
    detail = Text(
        "协议 {agreement} 应于 {due_at} 前由双方签署，期限已过；请重新磋商。",
        "Both were to sign {agreement} before {due_at}, which has passed; negotiate anew.",
    )
    rule = "LT-CON-44"


class AgreementAltered(Conflict):
    """The stored content no longer matches its digest."""

    title = Text("协议内容与摘要不符", "The agreement does not match its digest")
    detail = Text(
        "协议 {agreement_id} 的内容与其摘要不符，不得签署；请联系中心。",
        "The content of {agreement_id} does not match its digest and cannot be signed; ask the centre.",
    )
    rule = "LT-CON-04"


class AlreadySigned(Conflict):
    """The party has signed this agreement."""

    title = Text("已签署", "Signed already")
    detail = Text("本方已于 {signed_at} 签署该协议。", "Your party signed this agreement at {signed_at}.")
    rule = "LT-CON-05"


class DeletionOverdue(Unprocessable):
    """The consumer should have deleted data under another agreement and has not stated so; it is licensed no more."""

    title = Text("逾期未提交删除证明", "A deletion is overdue")
    detail = Text(
        "使用方自 {since} 起逾期未提交另一协议的删除证明，在提交之前不能签署新的许可协议；见 GET"
        " /v1/obligations?status=breached。",
        "The consumer has owed a statement of deletion under another agreement since {since}, and no licence is signed"
        " with it until it has filed one: GET /v1/obligations?status=breached lists what it owes.",
    )
    rule = "LT-DEL-03"


class MembershipLapsed(Unprocessable):
    """The membership of one of the two has run out; nothing new is agreed with it until the centre renews it."""

    title = Text("成员资格已到期", "The membership has run out")
    detail = Text(
        "主体 {party} 的成员资格于 {until} 到期；请向中心申请续期后再办理。",
        "The membership of {party} ran out on {until}; the centre renews it on request.",
    )
    rule = "LT-CON-08"
