"""Why a practitioner is not registered, or a key does not stand for one."""

from kernel.errors import Conflict, Forbidden, Unprocessable
from kernel.text import Text


class PractitionerFaulty(Unprocessable):
    """A registration of a practitioner has faults; all of them are listed."""

    title = Text("评估人员登记有误", "The practitioner's registration has faults")
    detail = Text("请更正所列各项。", "Correct each of the listed fields.")
    rule = "LT-ENG-02"


class PractitionerTaken(Conflict):
    """The registration number, API key, member or signing key already stands for a practitioner."""

    title = Text("评估人员已登记", "The practitioner is registered already")
    detail = Text(
        "登记编号、接口密钥、登录成员与签名密钥各只能代表一名在册评估人员；评估人员不得同时在两家机构执业。",
        "A registration number, an API key, a member and a signing key each stand for one practitioner, of one firm.",
    )
    rule = "LT-ENG-02"


class PractitionerUnknown(Forbidden):
    """The API key or member does not stand for a practising valuer, who alone may do this."""

    title = Text("须由评估人员本人办理", "Only a practitioner may do this")
    detail = Text(
        "该接口密钥或登录成员未登记为在册评估人员本人。",
        "This API key or member is not registered as that of a practising valuer.",
    )
    rule = "LT-ENG-02"
