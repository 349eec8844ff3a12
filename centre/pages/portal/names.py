"""What people call the words of closed lists: kinds of parties, their roles and pledges, in both languages."""

from collections.abc import Iterable
from typing import Final

from kernel.text import Lang, Text

PARTY_KINDS: Final = {
    "enterprise": Text("企业", "Enterprise"),
    "institution": Text("事业单位", "Public institution"),
    "government": Text("机关", "Government body"),
    "association": Text("社会团体", "Association"),
    "individual-business": Text("个体工商户", "Individual business"),
}
ROLES: Final = {
    "provider": Text("数据提供方：登记和挂牌自己的数据", "Provider: registers and lists data"),
    "developer": Text("数据开发方：加工数据形成产品", "Developer: makes products of data"),
    "buyer": Text("数据需求方：购买和使用数据", "Buyer: buys and uses data"),
    "investor": Text("投资方", "Investor"),
    "valuer": Text("评估机构：评估数据资产价值", "Valuer: values data assets"),
    "tester": Text("检测机构：对数据质量作第三方检测", "Tester: tests the quality of others' data"),
    "insurer": Text("保险机构", "Insurer"),
    "lender": Text("融资机构", "Lender"),
}
PLEDGES: Final = {
    "accept-trading-rules": Text("遵守本中心的交易规则", "We keep the centre's trading rules"),
    "truthful-information": Text("所提供的信息真实、准确、完整", "What we state is true, accurate and complete"),
    "lawful-source": Text("提供的数据来源合法（提供方）", "Our data has a lawful source (providers)"),
    "no-state-secrets": Text("提供的数据不含国家秘密（提供方）", "Our data holds no state secrets (providers)"),
    "use-within-licence": Text(
        "只在许可范围内使用数据（需求方、开发方）", "We use data within its licence (buyers, developers)"
    ),
    "independence": Text(
        "独立、客观、公正执业（评估、检测机构）", "We work independently and impartially (valuers, testers)"
    ),
}


def options(named: dict[str, Text], lang: Lang, among: Iterable[str] | None = None) -> list[tuple[str, str]]:
    """Pairs of value and words for a list to choose from; a value without words of its own stands for itself."""
    return [(each, named.get(each, Text(each, each)).of(lang)) for each in (named if among is None else among)]
