"""Why an engagement does not go on."""

from kernel.errors import Conflict, Forbidden, Unprocessable
from kernel.text import Text


class EngagementFaulty(Unprocessable):
    """The terms of an engagement break the rules; all faults are listed."""

    title = Text("委托事项不符合规则", "The terms of the engagement break the rules")
    detail = Text("有 {count} 处不符合规则，请逐项更正。", "{count} terms break the rules; correct each.")
    rule = "LT-ENG-01"


class TeamFaulty(Unprocessable):
    """Two valuers and another reviewer of the firm are needed."""

    title = Text("评估人员安排不符合规则", "The team breaks the rules")
    detail = Text(
        "须由本机构两名评估人员承办，并由另一名评估人员内部审核；请逐项更正。",
        "Two valuers of the firm do the work and another one reviews it; correct each entry.",
    )
    rule = "LT-ENG-04"


class NotYourPart(Forbidden):
    """The step belongs to another of the engagement's valuers."""

    title = Text("该步骤不属于您", "This step belongs to somebody else")
    detail = Text("此步骤须由本项目的{part}办理。", "This step belongs to the engagement's {part}.")
    rule = "LT-ENG-04"


class PapersOfTheFirm(Forbidden):
    """Papers, drafts and opinions are the firm's until its report is issued; the client reads the report."""

    title = Text("底稿属于评估机构", "The papers are the firm's")
    detail = Text(
        "工作底稿、初稿和意见仅由承办机构及监督方查阅；委托方和提供方以出具的报告为准。",
        "The firm and those who watch read working papers, drafts and opinions; client and provider read the report.",
    )
    rule = "LT-ENG-04"


class DraftOutdated(Conflict):
    """The draft that the caller has read is not the one under opinion."""

    title = Text("初稿已更换", "Another draft is under opinion")
    detail = Text("当前初稿为 {current}，所述初稿为 {named}。", "The present draft is {current}, not {named}.")
    rule = "LT-ENG-06"


class WorkUnfinished(Conflict):
    """Review cannot pass while requests for data are open or working papers are missing."""

    title = Text("评估程序尚未完成", "The work is not finished")
    detail = Text("请先完成所列各项，再作内部审核。", "Finish the listed items before the internal review.")
    rule = "LT-ENG-05"


class DraftAltered(Conflict):
    """The stored draft no longer has the digest under which it was read and signed."""

    title = Text("初稿内容与摘要不符", "The draft does not match its digest")
    detail = Text(
        "初稿 {draft} 的内容与其摘要不符，不得签名；请联系中心。",
        "The content of {draft} does not match its digest and cannot be signed; ask the centre.",
    )
    rule = "LT-ENG-07"


class ReportSignatureInvalid(Unprocessable):
    """The signature does not hold under the valuer's own key."""

    title = Text("签名无效", "The signature does not hold")
    detail = Text(
        "请以本人登记的签名密钥签署下列文字：{signing_text}",
        "Sign this text with the signing key registered as yours: {signing_text}",
    )
    rule = "LT-ENG-07"


class NotYourSigningKey(Unprocessable):
    """A valuer signs with the key registered as the valuer's own, while it is valid."""

    title = Text("不是本人的签名密钥", "This is not your own signing key")
    detail = Text(
        "签名密钥 {signing_key_id} 不是本人登记的密钥，或已吊销。",
        "{signing_key_id} is not the signing key registered as yours, or it is revoked.",
    )
    rule = "LT-ENG-07"


class SignedAlready(Conflict):
    """The valuer has signed this draft."""

    title = Text("已签名", "Signed already")
    detail = Text("您已于 {signed_at} 签署该初稿。", "You signed this draft at {signed_at}.")
    rule = "LT-ENG-07"


class UseOver(Conflict):
    """The report could not be used any more on the day on which it would be issued."""

    title = Text("使用期限已过", "The time of use is over")
    detail = Text(
        "评估结论只能使用至 {use_until}；请以新的基准日重新评估。",
        "The value may be used until {use_until} only; value again at a new base date.",
    )
    rule = "LT-APR-07"


class PaperTaken(Conflict):
    """The file is a working paper of this engagement already."""

    title = Text("该文件已归入工作底稿", "The file is a working paper already")
    detail = Text("文件 {file_id} 已归入本项目工作底稿。", "The file {file_id} is among the working papers already.")
    rule = "LT-ENG-05"
