"""Refusals of signing in."""

from kernel.errors import Conflict, InvalidInput, TooMany, Unprocessable
from kernel.text import Text


class SignInRefused(Unprocessable):
    """The address, the password or the passkey is not one of a member; which of them is not told."""

    title = Text("登录未成功", "You could not be signed in")
    detail = Text(
        "邮箱、密码或通行密钥不正确。如您在多个单位任职，请同时填写单位的统一社会信用代码；忘记密码请向本单位管理员索取重置链接。",
        "The e-mail address, the password or the passkey is not right. Whoever is a member of several organisations"
        " gives its credit code as well; whoever has forgotten the password asks an administrator of it for a link.",
    )
    rule = "LT-SGN-02"


class SignInDelayed(TooMany):
    """Signing in has failed too often in a row for this account or from this address."""

    title = Text("尝试次数过多", "Too many attempts")
    detail = Text(
        "该账户或该网络地址连续登录失败，请在 {retry_after_seconds} 秒后重试。通行密钥登录不受账户次数限制。",
        "Signing in has failed too often for this account or from this address; try again in {retry_after_seconds}"
        " seconds. A passkey is not held up by what was tried with an account.",
    )
    rule = "LT-SGN-03"


class SecondFactorWrong(Unprocessable):
    """The code is wrong, too old, or was used before."""

    title = Text("验证码不正确", "The code is not right")
    detail = Text(
        "请输入验证器当前显示的 6 位数字；每个验证码只能使用一次。也可使用一枚未用过的恢复码。",
        "Enter the six digits that the app shows now; each serves once. A recovery code that was not used does too.",
    )
    rule = "LT-SGN-04"


class FactorNeeded(Conflict):
    """Who holds an office keeps a second factor."""

    title = Text("须保留第二重验证", "A second factor must stay")
    detail = Text(
        "您的岗位须以两重验证或通行密钥登录；请先添加另一种，再移除这一种。",
        "Your office signs in with two factors or a passkey; add another before you remove this one.",
    )
    rule = "LT-SGN-04"


class StageOver(Unprocessable):
    """The step was taken already, took too long, or began in another browser."""

    title = Text("登录步骤已失效", "This step is over")
    detail = Text("该步骤已使用或已超时，请重新开始。", "It was taken or took too long; begin again.")
    rule = "LT-SGN-05"


class PasskeyRefused(Unprocessable):
    """What the device answered does not prove the passkey for this centre and this moment."""

    title = Text("通行密钥未通过验证", "The passkey was not accepted")
    detail = Text(
        "设备的答复与本中心本次的请求不符，或该通行密钥未登记。请重试，或改用密码登录。",
        "What the device answered does not fit what was asked here and now, or the passkey is not registered. Try"
        " again, or sign in with the password.",
    )
    rule = "LT-SGN-06"


class PasskeysUnavailable(Unprocessable):
    """The centre is reached by an address for which no passkey can be made."""

    title = Text("此地址不支持通行密钥", "No passkeys at this address")
    detail = Text(
        "通行密钥只能用于 https 域名（或 localhost）；本中心的公开地址不是。请使用验证器应用。",
        "A passkey needs a host name with https (or localhost), which this centre's public address is not; use an app.",
    )
    rule = "LT-SGN-06"


class TooManyPasskeys(Conflict):
    """A member has as many passkeys as one may have."""

    title = Text("通行密钥数量已达上限", "There are as many passkeys as there may be")
    detail = Text("最多 {limit} 个，请先移除不用的。", "There may be {limit}; remove one that is not used.")
    rule = "LT-SGN-06"


class ResetVoid(Unprocessable):
    """The link is unknown, used or too old; which of them is not told."""

    title = Text("链接不可用", "The link cannot be used")
    detail = Text(
        "链接不存在、已使用或已过期；请向本单位管理员索取新的链接。",
        "It is unknown, used or too old; ask an administrator of your organisation for another.",
    )
    rule = "LT-SGN-07"


class PasswordFaulty(InvalidInput):
    """The new password cannot be taken; why is said beside it."""

    title = Text("密码不可用", "The password cannot be taken")
