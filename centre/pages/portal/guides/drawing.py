"""The guides by role, written in docs/guides and drawn as pages: our own files only, and no markup but Markdown's."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markupsafe import Markup

from kernel.text import Lang, Text

ROLES: Final = {
    "provider": Text("数据提供方：登记、评分、挂牌", "Providers: register, score, list"),
    "buyer": Text("数据需求方：查找、下单、验收", "Buyers: find, order, accept"),
    "valuer": Text("评估机构：委托、计算、签字", "Valuers: engagements, computations, signatures"),
    "auditor": Text("审计方：评估、账簿与日志", "Auditors: appraisals, books and the log"),
    "officer": Text("中心经办人：准入、登记、审核、清算", "Officers: admission, registration, review, clearing"),
    "regulator": Text("监管方：全局、个案与依据", "The regulator: the whole, one case, the rules"),
}
"""Every guide, in the order in which they are listed."""

_PAGE: Final = re.compile(r"/(zh|en)(/[a-z-]+)*")


@dataclass(frozen=True, slots=True)
class Guide:
    """A guide as a page: its title, and what stands below it."""

    title: str
    body: Markup


class _Renderer(RendererHTML):
    """Draws what the pages' policy of content lets stand: alignment by classes, pages of ours as links."""

    def code_inline(self, tokens: Sequence[Token], idx: int, *_: Any) -> str:
        """Code among words; the address of a page leads there."""
        text = tokens[idx].content
        code = Markup("<code>{}</code>").format(text)
        return str(Markup('<a href="{}">{}</a>').format(text, code) if _PAGE.fullmatch(text) else code)

    def fence(self, tokens: Sequence[Token], idx: int, *_: Any) -> str:
        """A block of commands, under what it is written in."""
        token = tokens[idx]
        name = {"sh": "curl", "python": "Python"}.get(token.info.strip(), token.info.strip())
        return str(
            Markup('<figure class="code"><figcaption>{}</figcaption><pre><code>{}</code></pre></figure>\n').format(
                name, token.content
            )
        )

    def aligned(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        """A cell of a table, whose alignment is a class."""
        token = tokens[idx]
        style = str(token.attrs.pop("style", ""))
        if style:
            token.attrSet("class", f"align-{style.removeprefix('text-align:')}")
        return self.renderToken(tokens, idx, options, env)


def _markdown() -> MarkdownIt:
    made = MarkdownIt("commonmark", {"html": False}, renderer_cls=_Renderer).enable("table").disable("image")
    for cell in ("th_open", "td_open"):
        made.add_render_rule(cell, _Renderer.aligned)
    return made


def rendered(text: str) -> Guide:
    """A guide from its Markdown: the first heading is its title."""
    head, _, rest = text.partition("\n")
    return Guide(head.removeprefix("# ").strip(), Markup(_markdown().render(rest)))  # noqa: S704 - escaped by markdown-it


@cache
def guide(role: str, lang: Lang) -> Guide:
    """The guide of a role; raises KeyError for a role that has none."""
    if role not in ROLES:
        raise KeyError(role)
    packed = files("centre").joinpath("guides")
    folder = packed if packed.is_dir() else files("centre").joinpath("..", "docs", "guides")
    return rendered(folder.joinpath(f"{role}.{lang}.md").read_text(encoding="utf-8"))
