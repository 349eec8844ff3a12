"""Refusals of applications about a title."""

from kernel.errors import Unprocessable
from kernel.text import Text


class RightsPassTogether(Unprocessable):
    """One content has one certificate, so its rights pass together; one of them alone is given by a licence."""

    title = Text("登记权利须一并转让", "Registered rights pass together")
    detail = Text(
        "证书记载的权利为 {held}，不能只转让 {wanted}；只让与其中一项的，请办理独占许可。",
        "The certificate gives {held}; {wanted} alone cannot pass. To give one of them alone, grant it exclusively.",
    )
    rule = "LT-TTL-11"
