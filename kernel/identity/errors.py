"""Refusals of admission and access."""

from kernel.errors import Conflict, InvalidInput, Unprocessable
from kernel.text import Text


class ApplicationFaulty(InvalidInput):
    """The application has faults; all are listed."""

    title = Text("准入申请有误", "The application has faults")


class PartyExists(Conflict):
    """This credit code stands for a party already."""

    title = Text("该统一社会信用代码已登记", "This credit code is taken")
    detail = Text("代码 {uscc} 已对应一个参与主体。", "The code {uscc} stands for a party already.")
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
        "角色“{roles}”不属于该主体，或超出当前密钥的角色。",
        "These roles are not the party's, or beyond the key that asks: {roles}.",
    )
    rule = "LT-ADM-05"


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
