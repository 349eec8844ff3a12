"""API documentation that needs no network: Swagger UI from a package, served by the application itself."""

import json
from typing import Any, Final

import msgspec
import swagger_ui_bundle
from litestar import Litestar, Router
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin, SwaggerRenderPlugin, YamlRenderPlugin
from litestar.openapi.spec import Components, SecurityScheme
from litestar.static_files import create_static_files_router

from kernel.http.guards import public

ASSETS: Final = "/docs/assets"

DESCRIPTION: Final = (
    "数据流通中心接口：主体准入、权利登记、质量评分、价值评估、挂牌检索、下单签约、支付、交付、结算与存证。"
    "错误一律为 RFC 9457 问题文档并引用规则编号；创建类请求须带 Idempotency-Key。\n\n"
    "The API of a data circulation centre: admission, registration of rights, quality, valuation, listing, ordering,"
    " agreements, payment, delivery, settlement and proof. Errors are RFC 9457 problem documents that cite their rule;"
    " requests that create something carry an Idempotency-Key."
)


def openapi() -> OpenAPIConfig:
    """The API description (OpenAPI 3.1) and its pages at /docs, /docs/openapi.json and /docs/openapi.yaml."""
    swagger = SwaggerRenderPlugin(
        path="/",
        js_url=f"{ASSETS}/swagger-ui-bundle.js",
        css_url=f"{ASSETS}/swagger-ui.css",
        standalone_preset_js_url=f"{ASSETS}/swagger-ui-standalone-preset.js",
        favicon=f"<link rel='icon' type='image/png' href='{ASSETS}/favicon-32x32.png'>",
    )
    return OpenAPIConfig(
        title="流通 Liutong",
        version="0.1.0",
        description=DESCRIPTION,
        openapi_router=Router("/docs", route_handlers=[], opt=public()),
        render_plugins=[swagger, JsonRenderPlugin(path="/openapi.json"), YamlRenderPlugin(path="/openapi.yaml")],
        components=Components(security_schemes={"key": SecurityScheme(type="http", scheme="bearer")}),
        security=[{"key": []}],
        use_handler_docstrings=True,
    )


def described(app: Litestar) -> str:
    """The whole description as text that is the same for the same API."""
    schema = app.openapi_schema.to_schema()
    # A default may be a value of a type of ours.
    return json.dumps(schema, ensure_ascii=False, indent=2, sort_keys=True, default=msgspec.to_builtins) + "\n"


def assets() -> Any:
    """Swagger UI's own files."""
    return create_static_files_router(
        path=ASSETS, directories=[str(swagger_ui_bundle.swagger_ui_path)], opt=public(), include_in_schema=False
    )
