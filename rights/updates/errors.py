"""Refusals of updates."""

from kernel.errors import Unprocessable
from kernel.text import Text


class RevisionOutsideScope(Unprocessable):
    """The revision leaves what the certificate declares; every respect in which it does is told."""

    title = Text("超出证书声明的更新范围", "The revision leaves what the certificate declares")
    detail = Text(
        "该版本在 {count} 个方面超出证书 {number} 声明的范围，不能按更新入册；"
        "请申请变更登记（POST /v1/certificates/{number}/registrations，type 为 change）。"
        "申请前可由 revision-check 查看对挂牌的影响。",
        "In {count} respects the revision leaves what certificate {number} declares, so it cannot enter as an update:"
        " apply for a change (POST /v1/certificates/{number}/registrations, type change). The revision-check tells"
        " beforehand what becomes of listings.",
    )
    rule = "LT-RGT-36"
