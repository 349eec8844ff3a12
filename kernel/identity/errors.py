"""Refusals of admission and access."""

from kernel.errors import Conflict, InvalidInput, Unprocessable
from kernel.text import Text


class ApplicationFaulty(InvalidInput):
    """The application has faults; all are listed."""

    title = Text("准入申请有误", "The application has faults")


class PartyExists(Conflict):
    """An admitted or suspended party stands for this credit code already; told to whoever would admit another."""

    title = Text("该统一社会信用代码已有主体", "This credit code is taken")
    detail = Text("代码 {uscc} 已对应主体 {party}。", "The code {uscc} stands for the party {party} already.")
    rule = "LT-ADM-04"


class IdentityUnproven(Unprocessable):
    """Several applications bear one credit code; the officer says by which proof this one is its holder's."""

    title = Text("须说明身份证明", "Say by which proof")
    detail = Text(
        "代码 {uscc} 另有 {count} 个待审申请。请在 proof 中写明确认其为该代码持有人的证明。",
        "{count} other applications bear the code {uscc}. Say in proof what shows that this one is its holder's.",
    )
    rule = "LT-ADM-04"


class CentreExists(Conflict):
    """The centre is founded once."""

    title = Text("中心已建立", "The centre exists already")
    detail = Text("中心只能建立一次。", "The centre is founded once.")


class CentreNotDecided(Conflict):
    """The centre is no participant: suspended, it could not restore itself."""

    title = Text("中心自身不适用准入审核", "The centre itself is not decided on")
    detail = Text("该主体是中心本身。", "This party is the centre itself.")


class RoleNotHeld(Unprocessable):
    """A key can carry only roles that its party holds, and gives or takes only what it carries itself."""

    title = Text("主体不具备该角色", "The party does not hold this role")
    detail = Text(
        "角色“{roles}”不属于该主体，或超出当前密钥的角色；可用：{allowed}。",
        "These roles are not the party's, or beyond the key that asks: {roles}; use one of {allowed}.",
    )
    rule = "LT-ADM-05"


class KeyOutlivesMaker(Unprocessable):
    """A key ends with the key that made it, or before."""

    title = Text("期限超过签发密钥", "The key would outlive its maker")
    detail = Text(
        "当前密钥于 {expires_at} 到期；由它签发的密钥不得更晚到期。",
        "The key that asks ends at {expires_at}; what it makes ends no later.",
    )
    rule = "LT-ADM-07"


class KeyReplaced(Conflict):
    """The key ended because another took its place: to end that one, it must be named."""

    title = Text("密钥已被更换", "The key was replaced")
    detail = Text(
        "密钥 {key} 已更换为仍然有效的 {successor}；如要吊销，请吊销后者。若非贵方所为，密钥可能已泄露。",
        "Key {key} was replaced by {successor}, which is in force; to end it, revoke that one. If it was not you who"
        " replaced it, somebody else has your key.",
    )
    rule = "LT-ADM-07"


class OfficesApart(Unprocessable):
    """No single key holds offices that must be apart."""

    title = Text("岗位应当分离", "These offices must be apart")
    detail = Text(
        "“{first}”与“{second}”不得由同一把密钥担任；请分别签发。",
        "No single key holds {first} and {second}; make a key for each.",
    )
    rule = "LT-ADM-08"


class OfficeInvitesItself(Unprocessable):
    """A watching office takes its key by an invitation; nobody else's key makes or revokes one."""

    title = Text("该岗位凭邀请领取密钥", "This office takes its key by an invitation")
    detail = Text(
        "“{office}”的密钥不由其他密钥签发或吊销；请在中心主机上执行：liutong keys invite {office}。",
        "No other key makes or revokes a key of the {office}; at the centre's machine: liutong keys invite {office}.",
    )
    rule = "LT-ADM-08"


class InvitationUnusable(Unprocessable):
    """The invitation is unknown, used or too old; which of them is not told."""

    title = Text("邀请不可用", "The invitation cannot be used")
    detail = Text(
        "邀请不存在、已使用或已过期；请向中心索取新的邀请。",
        "It is unknown, used or too old; ask the centre for another.",
    )
    rule = "LT-ADM-08"


class SigningKeyUnproven(Unprocessable):
    """The registrant did not show that it holds the private key."""

    title = Text("未能证明持有签名私钥", "The signing key is not proven")
    detail = Text(
        "请用该私钥对“{challenge}”签名，并以 base64 提交 proof。",
        "Sign the text “{challenge}” with the private key and send the signature in base64 as proof.",
    )
    rule = "LT-ADM-06"


class SigningKeyTaken(Conflict):
    """One signing key belongs to one party."""

    title = Text("该公钥已登记", "This public key is registered")
    detail = Text("请使用自己的密钥对。", "Use a key pair of your own.")
    rule = "LT-ADM-06"
