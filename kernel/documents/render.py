"""The readable form of a document: one self-contained page in Chinese or English, from the package that issues it."""

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined, TemplateNotFound

from kernel.documents import readable, seal
from kernel.text import Lang

if TYPE_CHECKING:  # A process that only draws loads no database.
    from kernel.documents.models import Document

SOURCES: Final = (
    ("kernel.documents", "templates"),
    ("rights", "templates"),
    ("valuation.quality", "templates"),
    ("valuation.testing", "templates"),
    ("valuation.reports", "templates"),
    ("valuation.accounting", "templates"),
    ("valuation.splits", "templates"),
    ("contracts.agreements", "templates"),
    ("contracts.obligations", "templates"),
    ("contracts.clauses", "templates"),
    ("contracts.amendments", "templates"),
    ("contracts.signatures", "templates"),
    ("contracts.successions", "templates"),
    ("market.auctions", "templates"),
    ("market.complaints", "templates"),
    ("market.delivery", "templates"),
    ("market.destructions", "templates"),
    ("market.mandates", "templates"),
    ("market.papers", "templates"),
    ("market.settlement", "templates"),
    ("channels.traces", "templates"),
)
"""Where templates live, named only: a template is found by its document's kind, `<kind>.html`."""

HELPERS: Final[dict[str, Callable[..., Any]]] = {}
"""Functions that templates may call, such as charts; the assembled product fills it (centre/assembly.py)."""


@cache
def environment() -> Environment:
    """The template environment: autoescape on, an undefined name is an error."""
    loaders = []
    for package, folder in SOURCES:
        try:
            loaders.append(PackageLoader(package, folder))
        except (ValueError, ModuleNotFoundError):
            continue  # A package without readable documents has no such folder.
    made = Environment(loader=ChoiceLoader(loaders), autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    made.filters.update({**readable.FILTERS, "seal": seal.seal})
    return made


def html(body: dict[str, Any], kind: str, lang: Lang) -> str:
    """Render a credential's page; raises LookupError for a kind without a template."""
    try:
        template = environment().get_template(f"{kind}.html")
    except TemplateNotFound as problem:
        raise LookupError(f"no template for {kind}") from problem
    return template.render(claims=body["credentialSubject"], document=body, lang=lang, **HELPERS)


def page(document: "Document", lang: Lang) -> str:
    """Render a stored document."""
    return html(document.body, document.kind, lang)
