"""Why a third-party test is refused."""

from kernel.errors import Conflict, FieldError, Forbidden, InvalidInput, Unprocessable
from kernel.text import Text

CONFLICTS = {
    "client": Text("检测机构为委托方", "the tester is the client"),
    "provider": Text("检测机构为资产提供方", "the tester is the provider of the asset"),
    "holder": Text("检测机构享有该资产的权利", "the tester holds a right in the asset"),
    "order": Text("检测机构与相关方有订单往来", "the tester has an order with a party concerned"),
    "agreement": Text("检测机构与相关方有协议往来", "the tester has an agreement with a party concerned"),
    "payment": Text("检测机构与相关方有付款往来", "the tester has a payment with a party concerned"),
    "trade": Text("检测机构与相关方有成交往来", "the tester has a trade with a party concerned"),
    "objection": Text("检测机构曾对该资产提出异议", "the tester has raised an objection to the asset"),
}


class TesterDependent(Forbidden):
    """Whoever tests must be independent of those whose data it is."""

    title = Text("检测机构应当回避", "The tester must step back")
    detail = Text(
        "检测机构与资产或相关方存在 {count} 项利害关系，不得检测。",
        "The tester has {count} ties with the asset or those concerned, and may not test it.",
    )
    rule = "LT-TST-01"

    @classmethod
    def of(cls, kinds: list[str]) -> "TesterDependent":
        """Give the refusal that names each kind of tie, and nothing of the business itself."""
        words = [CONFLICTS.get(kind, Text("存在利害关系", "there is a tie")) for kind in kinds]
        return cls(errors=[FieldError("/tester", text, cls.rule) for text in words], count=len(kinds), conflicts=kinds)


class NoTester(Unprocessable):
    """A test is ordered of an admitted party that has the role of a tester."""

    title = Text("不是检测机构", "This party is no tester")
    detail = Text("{party} 不是已入驻的检测机构。", "{party} is no admitted tester.")
    rule = "LT-TST-01"


class NotTheTester(Forbidden):
    """Only the tester that was engaged measures and signs."""

    title = Text("您不是受托的检测机构", "You are not the tester of this test")
    detail = Text("该步骤由受托的检测机构进行。", "This step is the engaged tester's.")
    rule = "LT-TST-01"


class MeasuringUnderWay(Conflict):
    """The result is signed when everything has been measured."""

    title = Text("测量尚未完成", "The measures are not complete")
    detail = Text("检测 {test} 的测量尚未完成。", "The measures of test {test} are not complete.")


class TestSignatureInvalid(InvalidInput):
    """The signature does not hold over the text of this result under the tester's key."""

    title = Text("签名无效", "The signature does not hold")
    detail = Text("请对以下文本的 UTF-8 字节签名：{signing_text}", "Sign the UTF-8 bytes of: {signing_text}")
    rule = "LT-TST-02"


class TestKeyForeign(InvalidInput):
    """The tester signs with a registered key of its own."""

    title = Text("不是本机构的签名密钥", "This is not a signing key of yours")
    detail = Text("密钥 {signing_key_id} 不是本机构登记的有效密钥。", "{signing_key_id} is no valid key of yours.")
    rule = "LT-TST-02"
