"""Refusals of assets and their revisions."""

from kernel.errors import Conflict, InvalidInput, Unprocessable
from kernel.text import Text


class AssetFaulty(InvalidInput):
    """The description of the asset has faults; all are listed."""

    title = Text("数据资产描述有误", "The description of the asset has faults")
    rule = "LT-RGT-01"


class RevisionFaulty(Unprocessable):
    """The files cannot make up a revision; all faults are listed."""

    title = Text("数据版本的文件有误", "The files cannot make up a revision")
    detail = Text("请更正所列文件后重试。", "Correct the listed files and send the request again.")
    rule = "LT-RGT-02"


class RevisionUnchanged(Conflict):
    """The asset's latest revision has the same content already."""

    title = Text("内容没有变化", "The content has not changed")
    detail = Text(
        "最新版本 {revision_id} 已是相同内容，无需新建版本。",
        "The latest revision {revision_id} has this content already; no new one is needed.",
    )
    rule = "LT-RGT-02"


class DescriptionRegistered(Conflict):
    """A registration rests on the description; it changes only by another registration."""

    title = Text("资产描述已进入登记", "A registration rests on this description")
    detail = Text(
        "登记 {registration_id} 以该描述为准，请申请变更或更正登记。",
        "The registration {registration_id} rests on it: apply for a change or a correction.",
    )
    rule = "LT-RGT-34"
