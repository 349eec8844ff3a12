"""The list of links at /llms.txt: title, summary, and where everything is that can be read without signing in."""

from collections.abc import Iterator
from typing import Final

from centre.pages.portal.guides.drawing import ROLES
from centre.pages.shell.languages import LANGS
from kernel.text import Text

_SUMMARY: Final = (
    "数据流通中心：登记数据权利，评定质量与价值，挂牌、下单、签约、托管付款、交付、结算；每一步可由任何人核验。 "
    "A data circulation centre: rights registered, quality scored, value appraised, products listed, ordered, agreed, "
    "paid into escrow, delivered and settled; anybody can verify each step."
)
_PORTAL: Final = {
    "": Text("首页", "Home"),
    "/listings": Text("数据市场", "Marketplace"),
    "/open-data": Text("无偿数据", "Free data"),
    "/notices": Text("登记公示", "Public notices of registration"),
    "/verify": Text("证书与文书核验", "Check of certificates and documents"),
    "/statistics": Text("统计", "Statistics"),
    "/log": Text("存证日志", "Public log"),
    "/status": Text("服务状态", "Status"),
    "/apply": Text("申请入驻", "Apply to join"),
}
_API: Final = {
    "/docs": Text("接口文档", "API, for people"),
    "/docs/openapi.json": Text("接口描述（OpenAPI 3.1）", "API description (OpenAPI 3.1)"),
    "/v1/changelog": Text("接口变更记录", "Changes of the API"),
    "/v1/problems": Text("错误目录", "Codes of problems"),
}
_RULES: Final = {
    "/v1/rulebook": Text("规则手册", "Rulebook: every rule that a refusal may cite, with its legal basis"),
    "/v1/trust": Text("信任材料", "Whose keys to go by"),
}
_DATA: Final = {
    "/v1/catalogue": Text("数据目录（DCAT 3，JSON-LD 或 Turtle）", "Catalogue in DCAT 3, as JSON-LD or Turtle"),
    "/v1/listings": Text("在架商品", "Products on the shelf"),
    "/v1/statistics": Text("逐月统计", "Counts by month"),
    "/v1/notices": Text("登记公示", "Public notices"),
}


def llms(public_url: str) -> str:
    """The whole text, with absolute links."""
    return "\n".join(_lines(public_url)) + "\n"


def _lines(url: str) -> Iterator[str]:
    yield "# 流通 Liutong"
    yield f"\n> {_SUMMARY}"
    yield "\n## 网页 · Pages\n"
    yield from (f"- [{text.of(lang)}]({url}/{lang}{path})" for lang in LANGS for path, text in _PORTAL.items())
    yield "\n## 使用指南 · Guides\n"
    yield from (f"- [{text.of(lang)}]({url}/{lang}/guides/{role})" for lang in LANGS for role, text in ROLES.items())
    for head, links in (
        ("接口 · API", _API),
        ("规则 · Rules", _RULES),
        ("数据 · Data", _DATA),
    ):
        yield f"\n## {head}\n"
        yield from (f"- [{text.zh} · {text.en}]({url}{path})" for path, text in links.items())
