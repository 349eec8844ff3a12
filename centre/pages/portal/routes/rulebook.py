"""The rulebook for people: every refusal leads here."""

from typing import Annotated, Any, Final

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter

from centre.pages.portal.parts import PARTS, parts_of
from centre.pages.shell.languages import paths
from centre.pages.shell.rendering import page as draw
from kernel.act import Act
from kernel.errors import NotFound, catalogue
from kernel.http.guards import page
from kernel.rules import rulebook
from kernel.rules.bases import basis_text
from kernel.text import Text

Http = Request[Any, Any, Any]

CONFIDENCE: Final = {
    "A": Text("已通读原文", "read in full"),
    "B": Text("依据转引", "read in a secondary source"),
    "M-hi": Text("凭记忆，把握较大", "from memory, fairly sure"),
    "M-md": Text("凭记忆，把握一般", "from memory, moderately sure"),
    "M-lo": Text("凭记忆，把握较小", "from memory, not sure"),
    "house": Text("本中心自定", "the centre's own choice"),
}


@get(paths("/rules"), opt=page(), include_in_schema=False)
async def rules(
    request: Http, act: NamedDependency[Act], part: Annotated[str | None, QueryParameter(max_length=3)] = None
) -> Response[bytes]:
    """规则手册 · The parts of the rulebook, or the rules of one part."""
    book = rulebook.in_force(act.today)
    parts = parts_of(book)
    if part is not None and part not in parts:
        raise NotFound(kind="rule", id=part)
    return draw(request, "rules.html", parts=parts, names=PARTS, part=part, sources=book.sources, total=len(book.rules))


@get(paths("/rules/{rule_id:str}"), opt=page(), include_in_schema=False)
async def rule(request: Http, act: NamedDependency[Act], rule_id: FromPath[str]) -> Response[bytes]:
    """一条规则 · One rule, what it rests on, and which refusals cite it."""
    cited = rulebook.in_force(act.today).cite(rule_id)
    if cited is None:
        raise NotFound(kind="rule", id=rule_id[:40])
    return draw(
        request,
        "rule.html",
        rule=cited,
        part=cited.id[3:6],
        names=PARTS,
        basis=basis_text(cited.basis),
        confidence=CONFIDENCE[cited.confidence],
        refusals=[error for error in catalogue().values() if error.rule == cited.id],
    )


ROUTES = [rules, rule]
