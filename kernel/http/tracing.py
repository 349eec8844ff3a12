"""Traces by OpenTelemetry, where the operator asks for them: `LIUTONG_OTEL=1` and the extra `otel`.

Where they go is said by the standard OTEL_… variables (OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_SERVICE_NAME and others).
"""

from typing import TYPE_CHECKING, Any, Final, cast

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from kernel.settings import SettingsInvalid

if TYPE_CHECKING:
    from opentelemetry.sdk.trace.export import SpanExporter

QUIET: Final = "/healthz,/readyz,/metrics"
_WITH_QUERY: Final = ("http.url", "http.target", "url.full", "url.query")
"""Attributes that repeat the query string, which may hold the signature of a download link."""


class TracingMissing(SettingsInvalid):
    """Tracing is asked for and its packages are not installed."""


def traced(app: ASGIApp, exporter: "SpanExporter | None" = None) -> ASGIApp:
    """Wrap an application: a span for each request, with its route and request id; raises TracingMissing.

    Without an exporter of the caller's, spans go out in batches by OTLP over HTTP.
    """
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.instrumentation.asgi import OpenTelemetryMiddleware
        from opentelemetry.sdk.resources import SERVICE_NAME, OTELResourceDetector, Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor, SimpleSpanProcessor
    except ImportError as problem:
        raise TracingMissing(
            "LIUTONG_OTEL=1 needs packages that are not installed: pip install 'liutong[otel]', or set LIUTONG_OTEL=0"
        ) from problem
    resource = Resource.create({SERVICE_NAME: "liutong"}).merge(OTELResourceDetector().detect())
    provider = TracerProvider(resource=resource)
    provider.add_span_processor(
        BatchSpanProcessor(OTLPSpanExporter()) if exporter is None else SimpleSpanProcessor(exporter)
    )
    wrapped = OpenTelemetryMiddleware(
        _Described(app), tracer_provider=provider, excluded_urls=QUIET, exclude_spans=["receive", "send"]
    )
    return cast(ASGIApp, wrapped)


class _Described:
    """Tells the span what only the application knows: the route and the id that the log has."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; the span is described before the answer's head leaves."""
        from opentelemetry import trace

        span = trace.get_current_span()
        if scope["type"] != ScopeType.HTTP or not span.is_recording():
            await self._app(scope, receive, send)
            return
        for name in _WITH_QUERY:
            if name in (getattr(span, "attributes", None) or {}):
                span.set_attribute(name, "" if name == "url.query" else scope["path"])

        async def describe(message: Message) -> None:
            if message["type"] == "http.response.start":
                http_scope = cast(dict[str, Any], scope)
                span.set_attribute("liutong.request_id", str(http_scope.get("request_id", "")))
                route = http_scope.get("path_template")
                if route:
                    span.set_attribute("http.route", str(route))
                    span.update_name(f"{scope['method']} {route}")
            await send(message)

        await self._app(scope, receive, describe)
