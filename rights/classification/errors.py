"""Refusals of declarations, and of each gate."""

from typing import Final

from kernel.errors import Forbidden, Unprocessable
from kernel.text import Text


class StateSecretRefused(Unprocessable):
    """State secrets have no place here; nothing of the declaration is kept."""

    title = Text("国家秘密不得登记或流通", "State secrets are refused")
    detail = Text(
        "含国家秘密的数据不得在本平台登记或流通。", "Data with state secrets is neither registered nor traded here."
    )
    rule = "LT-CLS-01"


class CoreDataRefused(Unprocessable):
    """Core data is under special rules of the state."""

    title = Text("核心数据不得流通", "Core data is refused")
    detail = Text(
        "核心数据实行国家特别管理，本平台不予受理。", "Core data is under special rules of the state and refused here."
    )
    rule = "LT-CLS-02"


class SourceNotStated(Unprocessable):
    """The source stated on the asset is not the one that the registrar reviewed."""

    title = Text("数据来源说明未经登记审核", "The statement of the source was not reviewed")
    detail = Text(
        "资产说明的数据来源与证书记载不同，请办理变更登记。",
        "The source stated on the asset is not the one on the certificate; register the change.",
    )
    rule = "LT-CLS-03"


class OperateRightMissing(Unprocessable):
    """The certificate does not give the provider the right to operate the data."""

    title = Text("缺少数据经营权", "The right to operate is missing")
    detail = Text("证书未记载贵方持有数据经营权。", "The certificate does not give you the right to operate the data.")
    rule = "LT-CLS-04"


class RightsInDispute(Unprocessable):
    """An objection, a seizure or a temporary control stands; the product waits until it is lifted."""

    title = Text("存在争议或冻结", "The rights are in dispute or frozen")
    detail = Text("未决异议或冻结解除后方可继续。", "This goes on once the dispute or freeze is lifted.")
    rule = "LT-CLS-05"


class PublicDataNotOpen(Unprocessable):
    """Public data that was not registered, or not opened, does not enter the market."""

    title = Text("公共数据未登记或未开放", "The public data is not registered or not open")
    detail = Text(
        "请先办理公共数据资源登记并确认其开放属性。", "Register the public data resource and see that it is opened."
    )
    rule = "LT-CLS-06"


class OnNegativeList(Unprocessable):
    """A category of the data may not circulate, or only by computing."""

    title = Text("属于负面清单", "This is on the negative list")
    detail = Text(
        "该类数据不得流通，或只能以可用不可见方式提供。",
        "Such data does not circulate, or is provided by computing only.",
    )
    rule = "LT-CLS-07"


class PersonalDataUncleared(Unprocessable):
    """Personal data lacks anonymisation, or consent and assessment."""

    title = Text("个人信息缺少同意或评估", "Personal data lacks consent or assessment")
    detail = Text(
        "请补充单独同意、影响评估或匿名化报告。", "Bring separate consent and assessment, or proof of anonymisation."
    )
    rule = "LT-CLS-08"


class SensitiveDataUncleared(Unprocessable):
    """Sensitive data, or that of children, lacks what it needs beside."""

    title = Text("敏感或未成年人信息缺少材料", "Sensitive data or that of children lacks evidence")
    detail = Text("请补充所列材料。", "Bring the listed evidence.")
    rule = "LT-CLS-09"


class ImportantDataUncleared(Unprocessable):
    """Important data lacks its assessment or contract, or is to be handed out as it is."""

    title = Text("重要数据不符合提供条件", "Important data is not cleared")
    detail = Text(
        "请补充评估与合同条款，并以可用不可见方式提供。", "Bring assessment and contract, and provide it by computing."
    )
    rule = "LT-CLS-10"


class QualityTooLow(Unprocessable):
    """The score is below the threshold, or too old to rely on."""

    title = Text("质量评分未达到门槛或已过期", "The quality score is too low or too old")
    detail = Text("请改进数据后重新评分。", "Improve the data and score it again.")
    rule = "LT-CLS-11"


class BuyerUnknown(Unprocessable):
    """Who buys, or for what, is not known."""

    title = Text("买方身份或用途不明", "The buyer or the purpose is not known")
    detail = Text("请核实买方身份并写明用途。", "Identify the buyer and state the purpose.")
    rule = "LT-CLS-12"


class ExportUncleared(Unprocessable):
    """The data would leave the country without the way that it needs."""

    title = Text("出境路径未完成", "The way out of the country is not cleared")
    detail = Text(
        "请完成所列出境手续，或将许可地域限于境内。", "Complete the listed path, or keep the licence in the country."
    )
    rule = "LT-CLS-13"


class AbovePriceCap(Unprocessable):
    """The price of a product of public data is above its cap."""

    title = Text("价格超过上限", "The price is above the cap")
    detail = Text("公共数据产品的价格不得超过上限价格。", "A product of public data is not priced above its cap.")
    rule = "LT-CLS-14"


class EncumberedData(Unprocessable):
    """A pledge or another encumbrance blocks this act."""

    title = Text("存在质押等权利负担", "The rights carry an encumbrance")
    detail = Text("请先解除所列权利负担。", "Have the listed encumbrances released first.")
    rule = "LT-CLS-15"


class ClassificationMissing(Unprocessable):
    """Nobody has declared what the data holds, so the gates have nothing to look at."""

    title = Text("尚未申报分类分级", "The data is not classified")
    detail = Text(
        "该资产尚未申报分类分级，未判断的不视为通过；请先申报。",
        "What the data holds was not declared, and what was not assessed was not passed; declare it first.",
    )
    rule = "LT-CLS-19"


class OfficerNotIndependent(Forbidden):
    """The officer who would let findings stand belongs to the party whose data it is."""

    title = Text("放行人须独立于提供方", "The officer must be independent")
    detail = Text(
        "不得放行本单位数据的扫描结果，请由其他审核员处理。",
        "Nobody lets findings in data of their own party stand; another reviewer decides.",
    )
    rule = "LT-CLS-21"


class DeclarationFaulty(Unprocessable):
    """The declaration contradicts itself or lacks evidence; everything is told at once."""

    title = Text("分类分级声明有误", "The declaration has faults")
    detail = Text("声明有 {count} 处问题，请逐项更正。", "The declaration has {count} faults; mend each of them.")
    rule = "LT-CLS-16"


GATES: Final[dict[str, type[Unprocessable]]] = {
    str(error.rule): error
    for error in (
        StateSecretRefused,
        CoreDataRefused,
        SourceNotStated,
        OperateRightMissing,
        RightsInDispute,
        PublicDataNotOpen,
        OnNegativeList,
        PersonalDataUncleared,
        SensitiveDataUncleared,
        ImportantDataUncleared,
        QualityTooLow,
        BuyerUnknown,
        ExportUncleared,
        AbovePriceCap,
        EncumberedData,
    )
}
"""The refusal of each gate, by its rule."""
