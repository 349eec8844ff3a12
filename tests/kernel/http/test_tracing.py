"""Spans of real requests, kept in memory."""

import sys

import httpx
import pytest
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from kernel.http.tracing import TracingMissing, traced
from tests.conftest import application
from tests.refusals import outcome


@pytest.fixture
async def spans_of(runtime, monkeypatch):
    """Send requests to the traced application and give the spans."""
    monkeypatch.delenv("OTEL_SERVICE_NAME", raising=False)

    async def ask(*paths, **more):
        exporter = InMemorySpanExporter()
        with application(runtime) as app:
            transport = httpx.ASGITransport(traced(app, exporter), raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url="http://liutong.test") as http:
                answers = [await http.get(path, **more) for path in paths]
        return answers, exporter.get_finished_spans()

    return ask


async def test_a_span_carries_the_request_id_and_the_route(spans_of):
    answers, spans = await spans_of("/v1/problems/not-found")
    (span,) = spans
    assert span.name == "GET /v1/problems/{code}"
    assert span.attributes["http.route"] == "/v1/problems/{code}"
    assert span.attributes["liutong.request_id"] == answers[0].headers["x-request-id"]
    assert span.resource.attributes["service.name"] == "liutong"


async def test_failed_requests_have_spans_and_health_checks_have_none(spans_of):
    answers, spans = await spans_of("/v1/parties", "/nowhere", "/healthz", "/readyz", "/metrics")
    assert [outcome(each) for each in answers[:2]] == [(401, "unauthenticated", None), (404, "not-found", None)]
    assert len(spans) == 2
    assert [span.attributes["liutong.request_id"] for span in spans] == [
        answer.headers["x-request-id"] for answer in answers[:2]
    ]


async def test_a_span_continues_the_callers_trace(spans_of):
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    _, spans = await spans_of("/v1/problems", headers={"traceparent": f"00-{trace}-00f067aa0ba902b7-01"})
    assert f"{spans[0].context.trace_id:032x}" == trace


async def test_no_query_and_no_key_in_a_span(spans_of):
    key = "ltk_test_0123456789ab_" + "s" * 43
    _, spans = await spans_of(
        "/v1/problems?sig=c2lnbmF0dXJl&held=c2lnbmF0dXJl", headers={"authorization": f"Bearer {key}"}
    )
    told = str([dict(span.attributes) for span in spans])
    assert "c2lnbmF0dXJl" not in told
    assert "ssss" not in told


async def test_the_operators_service_name_is_used(spans_of, monkeypatch):
    monkeypatch.setenv("OTEL_SERVICE_NAME", "liutong-north")
    _, spans = await spans_of("/v1/problems")
    assert spans[0].resource.attributes["service.name"] == "liutong-north"


async def test_without_the_packages_the_extra_is_named(runtime, monkeypatch):
    monkeypatch.setitem(sys.modules, "opentelemetry.instrumentation.asgi", None)
    with application(runtime) as app, pytest.raises(TracingMissing, match=r"liutong\[otel\]"):
        traced(app)
