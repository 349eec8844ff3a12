"""Why a reversal cannot be decided on yet."""

from kernel.errors import Conflict
from kernel.text import Text


class ReversalUnknown(Conflict):
    """Nothing was heard of the last request, so that the gateway may have made the reversal."""

    title = Text("撤回结果未知", "Nobody knows what became of the reversal")
    detail = Text(
        "支付渠道对 {reversal} 的最后一次请求没有答复，可能已经撤回；请再次请求（retry），同一撤回只会办理一次。",
        "The gateway did not answer the last request for {reversal} and may have made it; have it asked again (retry):"
        " one reversal is made once.",
    )
    rule = "LT-PYO-08"
