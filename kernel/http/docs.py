"""API documentation that needs no network: Swagger UI from a package, served by the application itself."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Final

import msgspec
import swagger_ui_bundle
from litestar import Litestar, Request, Router
from litestar.enums import OpenAPIMediaType
from litestar.handlers import HTTPRouteHandler
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin, SwaggerRenderPlugin
from litestar.openapi.spec import Components, Contact, License, OpenAPI, SecurityScheme
from litestar.static_files import create_static_files_router

from kernel.http.description import constraints, operations, schemas
from kernel.http.description.operations import Tag
from kernel.http.guards import page

ASSETS: Final = "/docs/assets"

DESCRIPTION: Final = (
    "数据流通中心接口：主体准入、权利登记、质量评分、价值评估、挂牌检索、下单签约、支付、交付、结算与存证。"
    "错误一律为 RFC 9457 问题文档并引用规则编号，一次列出全部问题。"
    "新建内容、发起任务或改变款项的 POST 须带 Idempotency-Key，即列有该请求头的操作；"
    "其余 POST 不读取该请求头：计算不留痕迹，已完成的步骤重复发送时答复 409，"
    "答复含一次性密钥或请求体为文件的在说明中写明。"
    "文本不得含有控制字符或双向文字控制符。\n\n"
    "The API of a data circulation centre: admission, registration of rights, quality, valuation, listing, ordering,"
    " agreements, payment, delivery, settlement and proof. Errors are RFC 9457 problem documents that cite their rule"
    " and tell all faults at once. A POST that makes something, starts a job or moves money needs an Idempotency-Key:"
    " those are the operations that list the header. No other POST reads it: a calculation leaves nothing behind, a"
    " step that was taken answers 409 when it is sent again, and where the answer holds a secret or the body is a file,"
    " the operation says so. A text holds no control characters and none that turn the order of a line around."
)

KEY: Final = SecurityScheme(
    type="http",
    scheme="bearer",
    bearer_format="ltk_live_…",
    description="接口密钥 · An API key of a party; on open operations it may be left out, but a wrong one is refused.",
)

CHANNEL_KEY: Final = SecurityScheme(
    type="http",
    scheme="bearer",
    bearer_format="ltc_…",
    description="通道密钥 · A channel key of an agreement, taken at its order by the buyer.",
)

_REFERENCE: Final = "#/components/schemas/"
_GENERIC: Final = re.compile(r"(\w+)\[(\w+)\]")


@dataclass(frozen=True, slots=True)
class Guide:
    """What a description says beside what the framework reads.

    Its routes, its chapters, words for every field, the closed lists that published rules hold, by `Type.field`, and
    what is deprecated: operations by their names, members by `Type.field`.
    """

    routes: Sequence[HTTPRouteHandler]
    tags: Sequence[Tag]
    words: Mapping[str, str]
    lists: Mapping[str, Sequence[str]]
    deprecated: frozenset[str] = frozenset()


class Description(OpenAPI):
    """The description, whose components bear the names of their types and not of the modules that these live in."""

    guide: Guide

    def to_schema(self) -> dict[str, Any]:
        schema = super().to_schema()
        components = schema["components"]["schemas"]
        names = component_names({key: component.get("title", key) for key, component in components.items()})
        schema["components"]["schemas"] = {names[key]: component for key, component in components.items()}
        renamed: dict[str, Any] = _renamed(schema, {_REFERENCE + key: _REFERENCE + name for key, name in names.items()})
        # Problem documents carry the facts of the refusal as further members.
        renamed["components"]["schemas"]["Problem"]["additionalProperties"] = True
        constraints.complete(renamed, self.guide.routes, self.guide.lists)
        operations.complete(renamed, self.guide.routes, self.guide.tags)
        schemas.complete(renamed, self.guide.words)
        deprecate(renamed, self.guide.deprecated)
        return renamed


class Config(OpenAPIConfig):
    """Litestar's configuration, giving a Description."""

    guide: Guide

    def to_openapi_schema(self) -> OpenAPI:
        base = super().to_openapi_schema()
        description = Description(**{field.name: getattr(base, field.name) for field in fields(base)})
        description.guide = self.guide
        return description


class Drawn(JsonRenderPlugin):
    """The description as JSON, drawn once for all its readers: nobody's reading keeps the event loop from others."""

    _text: bytes | None = None

    def render(self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:
        """The text; every JSON text is YAML too (YAML 1.2, section 1.3)."""
        if self._text is None:
            self._text = super().render(request, openapi_schema)
        return self._text


def component_names(titles: Mapping[str, str]) -> dict[str, str]:
    """The name of each component, by its key, from its title: `Page[JobView]` is called JobViewPage.

    Raises ValueError where two types would have one name: whoever reads the API cannot tell them apart by their module.
    """
    names = {key: _GENERIC.sub(r"\2\1", title) for key, title in titles.items()}
    if clashes := sorted(name for name, times in Counter(names.values()).items() if times > 1):
        raise ValueError(f"several types of the API are called {', '.join(clashes)}")
    return names


def deprecate(schema: dict[str, Any], names: Iterable[str]) -> None:
    """Say that operations and members (`Type.field`) are deprecated; raises ValueError where one is not there."""
    operations_named = {one["operationId"]: one for path in schema["paths"].values() for one in path.values()}
    for name in names:
        kind, _, member = name.partition(".")
        holder = schema["components"]["schemas"].get(kind, {}).get("properties", {}) if member else operations_named
        if (member or kind) not in holder:
            raise ValueError(f"what is deprecated is not there: {name}")
        holder[member or kind]["deprecated"] = True


def _renamed(value: Any, references: Mapping[str, str]) -> Any:
    """A description with its references renamed, wherever they stand."""
    if isinstance(value, dict):
        return {key: references[each] if key == "$ref" else _renamed(each, references) for key, each in value.items()}
    return [_renamed(each, references) for each in value] if isinstance(value, list) else value


def openapi(guide: Guide) -> OpenAPIConfig:
    """The API description (OpenAPI 3.1) and its pages at /docs, /docs/openapi.json and /docs/openapi.yaml."""
    swagger = SwaggerRenderPlugin(
        path="/",
        js_url=f"{ASSETS}/swagger-ui-bundle.js",
        css_url=f"{ASSETS}/swagger-ui.css",
        standalone_preset_js_url=f"{ASSETS}/swagger-ui-standalone-preset.js",
        favicon=f"<link rel='icon' type='image/png' href='{ASSETS}/favicon-32x32.png'>",
    )
    config = Config(
        title="Liutong",
        version="0.1.0",
        summary="数据流通中心接口 · The API of a data circulation centre",
        contact=Contact(name="流通中心 · The data circulation centre"),
        license=License(name="Apache License 2.0", identifier="Apache-2.0"),
        description=DESCRIPTION,
        openapi_router=Router("/docs", route_handlers=[], opt=page(), include_in_schema=False),
        render_plugins=[
            swagger,
            Drawn(path="/openapi.json"),
            Drawn(path="/openapi.yaml", media_type=OpenAPIMediaType.OPENAPI_YAML),
        ],
        components=Components(security_schemes={"key": KEY, "channel": CHANNEL_KEY}),
        security=[{"key": []}],
        use_handler_docstrings=True,
    )
    config.guide = guide
    return config


def described(app: Litestar) -> str:
    """The whole description as text that is the same for the same API."""
    schema = app.openapi_schema.to_schema()
    # A default may be a value of a type of ours.
    return json.dumps(schema, ensure_ascii=False, indent=2, sort_keys=True, default=msgspec.to_builtins) + "\n"


def assets() -> Any:
    """Swagger UI's own files."""
    return create_static_files_router(
        path=ASSETS, directories=[str(swagger_ui_bundle.swagger_ui_path)], opt=page(), include_in_schema=False
    )
