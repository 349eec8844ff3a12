"""Why a product does not get on the shelf, or cannot be touched there."""

from contracts.agreements.errors import MembershipLapsed
from kernel.errors import Conflict, Forbidden, InvalidInput, NotFound, Unprocessable
from kernel.text import Text
from rights.classification.errors import GATES


class ListingUnderNotice(Conflict):
    """An infringement notice keeps the product off sale."""

    title = Text("商品因侵权通知暂停出售", "An infringement notice keeps the product off sale")
    detail = Text(
        "商品 {listing} 有未结的侵权通知；请提交不侵权声明，或待通知办结。",
        "The listing {listing} is under an infringement notice: counter it, or wait until it is closed.",
    )
    rule = "LT-INF-02"


class ListingHandedIn(Conflict):
    """Only a draft is described anew: what was judged stays as it was."""

    title = Text("商品已提交，不再更改", "The product was handed in, and is not changed any more")
    detail = Text(
        "商品 {id} 不是草稿；请新建商品，原商品在新商品上架后下架。",
        "{id} is no draft: describe a new product, and the old one leaves the shelf when the new one is there.",
    )
    rule = "LT-LST-22"


class CertificateMissing(Unprocessable):
    """No certificate of the provider is in force for the asset."""

    title = Text("没有有效的登记证书", "There is no certificate in force")
    detail = Text(
        "该资产没有在有效期内、由贵方持有的登记证书，请先完成登记。",
        "No certificate held by you is in force for the asset; register the rights first.",
    )
    rule = "LT-LST-02"


class CertificateOfOtherContent(Unprocessable):
    """The certificate was given for other bytes than those to be listed."""

    title = Text("证书与挂牌内容不符", "The certificate covers other content")
    detail = Text(
        "证书登记的内容摘要与挂牌版本不同，请为该版本办理变更登记。",
        "The digest on the certificate is not that of the listed revision; register the change.",
    )
    rule = "LT-LST-04"


class ScorecardMissing(Unprocessable):
    """The revision to be listed has no scorecard."""

    title = Text("缺少质量评分", "The quality scorecard is missing")
    detail = Text("请先对挂牌版本进行质量评分。", "Score the quality of the revision first.")
    rule = "LT-LST-05"


class PriceMissing(Unprocessable):
    """There is no price."""

    title = Text("缺少价格", "The price is missing")
    detail = Text(
        "请公布价格：price 填金额，或 price_kind 填 free（无偿）、on-request（询价）。",
        "Give a price: an amount in price, or the price_kind free or on-request.",
    )
    rule = "LT-LST-07"


class SampleMissing(Unprocessable):
    """The scorecard holds no row that could be shown."""

    title = Text("缺少样例", "There is no sample")
    detail = Text("评分卡中没有可展示的样例。", "The scorecard holds no sample row to show.")
    rule = "LT-LST-09"


class ProviderLapsed(MembershipLapsed):
    """The membership of the party that offers has run out."""

    detail = Text(
        "提供方的成员资格已到期，续期后再挂牌。", "The provider's membership has run out; have it renewed first."
    )


class DeliveryContradictsLicence(Unprocessable):
    """Files are handed out for use anywhere; data that stays in controlled environments is not handed out."""

    title = Text("交付方式与许可环境不一致", "The delivery contradicts the licence")
    detail = Text(
        "交付方式“{delivery}”与许可环境 {environments} 不一致：仅限受控环境的许可以计算方式交付，其余以文件交付。",
        "The delivery {delivery} contradicts the environments {environments}: what is licensed for controlled"
        " environments only is delivered by computing, everything else as files.",
    )
    rule = "LT-LST-13"


class VolumeBelowData(Unprocessable):
    """One delivery hands out all rows, so with a smaller limit nothing could ever be delivered."""

    title = Text("许可用量小于数据行数", "The licence permits fewer rows than the data have")
    detail = Text(
        "文件交付一次即提供全部 {row_count} 行，许可用量 {rows_max} 行无法交付；请提高或不设上限，或改为受控环境计算。",
        "Files hand out all {row_count} rows at once, so a licence of {rows_max} rows could never be delivered: raise "
        "the limit, leave it out, or license the data for controlled environments.",
    )
    rule = "LT-CON-11"


class NotYourListing(Forbidden):
    """Somebody other than its provider tries to change the listing."""

    title = Text("不是贵方的商品", "This is not your listing")
    detail = Text("只有提供方可以编辑、提交或下架该商品。", "Only its provider edits, submits or withdraws it.")
    rule = "LT-LST-10"


class ReviewerNotIndependent(Forbidden):
    """The reviewer belongs to the party whose product it is."""

    title = Text("审核员须独立于提供方", "The reviewer must be independent")
    detail = Text("不得审核本单位提供的商品。", "Nobody reviews a listing of their own party.")
    rule = "LT-LST-11"


class ListingUnavailable(NotFound):
    """There is no such listing, or it is not on the shelf for this caller."""

    title = Text("商品不存在或未挂牌", "There is no such listing")
    detail = Text("商品 {id} 不存在或未挂牌。", "There is no listing {id}, or it is not listed.")
    rule = "LT-LST-12"


class FilterUnknown(InvalidInput):
    """A facet was asked for by a value that is on none of its lists: a misspelt filter must not look like no hits."""

    title = Text("筛选条件有误", "A filter has an unknown value")
    detail = Text(
        "有 {count} 个筛选值不在其取值表中：请改用所列的值，或去掉该条件。",
        "{count} values are on no list of their filters: take one that is listed, or leave the filter out.",
    )
    rule = "LT-LST-16"


class CursorOfAnotherQuery(InvalidInput):
    """A cursor belongs to the words, filters and order that it was given for."""

    title = Text("游标属于另一个检索", "The cursor is another query's")
    detail = Text(
        "该游标是为其他检索词、筛选条件或排序给出的：请从第一页重新开始。",
        "The cursor was given for other words, filters or another order: start again from the first page.",
    )
    rule = "LT-LST-17"


REFUSALS: dict[str, type[Unprocessable]] = GATES | {
    str(error.rule): error
    for error in (
        CertificateMissing,
        CertificateOfOtherContent,
        ScorecardMissing,
        PriceMissing,
        SampleMissing,
        ProviderLapsed,
    )
}
"""The refusal of each gate, by its rule."""
