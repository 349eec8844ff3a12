"""Refusals of the protocol, on its own wire and in the management API."""

from kernel.errors import Conflict, Forbidden, InvalidInput, NotFound, Unauthenticated, Unavailable, Unprocessable
from kernel.text import Text


class MessageRefused(InvalidInput):
    """What a connector sent is no message of the protocol, or not one for this process; every fault is named."""

    title = Text("消息不符合协议", "The message is not of the protocol")
    detail = Text("消息不符合数据空间协议 2025-1：{why}", "By the Dataspace Protocol 2025-1 this is no message: {why}")
    rule = "LT-DSP-02"


class TransitionRefused(InvalidInput):
    """The process is in a state that this message does not lead on from."""

    title = Text("当前状态不接受此消息", "The state of the process does not take this message")
    detail = Text(
        "流程处于 {state}，不接受 {message}；对方当前可发送：{allowed}。",
        "The process is {state} and does not take {message}; your side may now send: {allowed}.",
    )
    rule = "LT-DSP-03"


class ConnectorUnknown(Unauthenticated):
    """No counterparty's token was sent, or one that is not known, replaced or closed."""

    title = Text("未识别的连接器", "The connector is not known")
    detail = Text(
        "请在 Authorization 头中提供与本参与方约定的令牌。",
        "Send the token that was agreed with this participant in the Authorization header.",
    )
    rule = "LT-DSP-01"


class ParticipantUnknown(NotFound):
    """No such participant, data set or process, or it is not the caller's."""

    title = Text("没有此对象", "There is no such thing here")
    detail = Text("没有 {id}，或与贵方无关。", "There is no {id}, or it is none of yours.")


class CounterpartyKnown(Conflict):
    """The participant has a counterparty of this identifier already."""

    title = Text("该对方已登记", "The counterparty is known already")
    detail = Text(
        "标识“{did}”已登记为 {counterparty}；请修改该记录或轮换其令牌。",
        "{did} is the counterparty {counterparty}: change that one, or rotate its token.",
    )
    rule = "LT-DSP-01"


class CounterpartyLimitReached(Conflict):
    """A participant has a bounded number of counterparties."""

    title = Text("对方数量已达上限", "No more counterparties")
    detail = Text("每个参与方最多可有 {limit} 个对方。", "A participant can have {limit} counterparties.")
    rule = "LT-DSP-01"


class CounterpartyClosed(Conflict):
    """The counterparty was closed: nothing is sent to it and nothing taken from it."""

    title = Text("该对方已关闭", "The counterparty is closed")
    detail = Text("{counterparty} 已关闭，不再收发消息。", "{counterparty} is closed: no messages either way.")
    rule = "LT-DSP-01"


class CounterpartyIssuesItsTokens(Conflict):
    """The counterparty shows itself by self-issued tokens, so there is no fixed one to replace."""

    title = Text("该对方使用自签令牌", "The counterparty issues its tokens itself")
    detail = Text(
        "{counterparty} 以自签令牌识别，没有可轮换的令牌；如需改用约定令牌，请先修改其 authentication。",
        "{counterparty} is known by self-issued tokens and has no fixed one; change its authentication first.",
    )
    rule = "LT-DSP-08"


class AuthenticationUnfit(InvalidInput):
    """Self-issued tokens need a did:web that can be read from here, and no fixed token beside them."""

    title = Text("识别方式与所给内容不符", "The way of authentication does not fit what is given")
    detail = Text("请更正所列字段。", "Correct the listed fields.")
    rule = "LT-DSP-08"


class SelfIssuedTokensNotInstalled(Unprocessable):
    """The operator has not installed what self-issued tokens need."""

    title = Text("本中心未启用自签令牌", "Self-issued tokens are not installed here")
    detail = Text(
        "运营者须安装 liutong[dcp] 后方可使用自签令牌；请改用约定令牌。",
        "The operator has to install liutong[dcp] first; use a fixed token until then.",
    )
    rule = "LT-DSP-08"


class DidDocumentUnreachable(Unavailable):
    """The document with the caller's keys could not be read now; its token may be good."""

    title = Text("暂时无法读取 DID 文档", "The DID document cannot be read now")
    detail = Text(
        "暂时无法读取对方的 DID 文档，请稍后以新令牌重试。",
        "The caller's DID document cannot be read now; try again shortly, with a fresh token.",
    )
    rule = "LT-DSP-08"


class ConnectorAddressRefused(InvalidInput):
    """Messages go to public addresses by https only, so that the centre cannot be turned against a network inside."""

    title = Text("连接器地址不可用", "The connector's address is refused")
    detail = Text("连接器地址须为公网 https 地址。", "A connector is reached at a public address by https.")
    rule = "LT-GEN-06"


class MessageUnderWay(Conflict):
    """One message of a process at a time: the last one has not been acknowledged yet."""

    title = Text("上一条消息尚未送达", "A message is still under way")
    detail = Text(
        "{message} 尚未得到对方确认（最近一次失败：{failure}），请等待其送达或流程终止。",
        "{message} is not acknowledged yet (last failure: {failure}); wait for it, or for the end of the process.",
    )
    rule = "LT-DSP-03"


class AgreementNotDrafted(Conflict):
    """What is to be signed must stand first."""

    title = Text("协议尚未起草", "The agreement is not drafted yet")
    detail = Text(
        "请先起草协议（agreement-draft），再以登记密钥对其 signing_text 签名。",
        "Draft the agreement first (agreement-draft), then sign its signing_text with a registered key.",
    )
    rule = "LT-DSP-05"


class AgreementDiffers(InvalidInput):
    """The agreement that the provider sends is not what was last offered."""

    title = Text("协议与最后要约不一致", "The agreement is not what was last offered")
    detail = Text(
        "协议的规则、标的或双方与最后要约不一致，本方不予确认。",
        "Rules, target or parties of the agreement are not those of the last offer; it is not taken.",
    )
    rule = "LT-DSP-05"


class OfferNotMade(Unprocessable):
    """The data set has no such offer, and what is offered instead says nothing that could be decided."""

    title = Text("没有此要约", "There is no such offer")
    detail = Text(
        "数据集 {dataset} 没有要约 {offer}；可用：{offers}。", "{dataset} has no offer {offer}; there are: {offers}."
    )
    rule = "LT-DSP-05"


class TransferNotCovered(Conflict):
    """A transfer needs an agreement that is concluded and has not ended."""

    title = Text("没有有效协议", "No agreement covers the transfer")
    detail = Text(
        "协议 {agreement} 尚未完成或已终止，不能传输。", "The agreement {agreement} is not concluded, or over."
    )
    rule = "LT-DSP-06"


class TransferFormatUnknown(InvalidInput):
    """Data is pulled over HTTP; other ways are not offered."""

    title = Text("不支持的传输方式", "The format of transfer is not offered")
    detail = Text("不支持 {format}；可用：HttpData-PULL。", "{format} is not offered; use HttpData-PULL.")
    rule = "LT-DSP-06"


class DataAddressNeeded(Unprocessable):
    """The centre holds no data of this agreement, so the provider says where it is fetched."""

    title = Text("须给出数据地址", "Say where the data is")
    detail = Text(
        "中心不持有该协议的数据，请在 data_address 中给出取数地址。",
        "The centre holds no data of this agreement: give the address in data_address.",
    )
    rule = "LT-DSP-06"


class FixtureInSandboxOnly(Forbidden):
    """Agreements that nobody concluded exist in the sandbox only, for conformance suites."""

    title = Text("仅沙箱可用", "In the sandbox only")
    detail = Text("预置数据仅可在沙箱中装载。", "Fixtures are loaded in the sandbox only.")
    rule = "LT-DSP-07"


class FixtureRefused(Conflict):
    """A participant with real processes takes no fixture."""

    title = Text("该参与方已有真实业务", "The participant has real processes")
    detail = Text(
        "参与方 {participant} 已有真实协议或交付，不能装载预置数据。",
        "{participant} has real agreements already and takes no fixture.",
    )
    rule = "LT-DSP-07"
