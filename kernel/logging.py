"""Structured logs: one JSON object a line for machines, readable lines for a terminal, and never a secret."""

import logging
import re
import sys
from typing import Any, Final

import structlog

_SECRET_NAME: Final = re.compile(r"secret|password|authorization|api_key|token|signature", re.IGNORECASE)
_SECRET_VALUE: Final = re.compile(
    r"ltk_(test|live)_[0-9a-z]{12}_[0-9A-Za-z_-]+|lti_[0-9A-Za-z_-]{43}|(sk|rk|whsec)_[0-9A-Za-z_+/=-]{8,}|(?<=://)[^/@\s]*:[^/@\s]+(?=@)"
)
"""Our keys and invitations, Stripe's keys, webhook secrets, and user and password inside a URL."""


# Without local variables: they hold whole requests, keys and all.
_tracebacks: Final = structlog.processors.ExceptionRenderer(
    structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
)


def redact(_logger: Any, _method: str, event: dict[str, Any]) -> dict[str, Any]:
    """Blank whatever is named or shaped like a secret, however deep it lies."""
    return {name: _clean(name, value) for name, value in event.items()}


def without_secrets(text: str) -> str:
    """Blank whatever is shaped like a secret in a text."""
    return _SECRET_VALUE.sub("***", text)


def _clean(name: str, value: Any) -> Any:
    if _SECRET_NAME.search(name):
        return "***"
    if isinstance(value, str):
        return _SECRET_VALUE.sub("***", value)
    if isinstance(value, dict):
        return {key: _clean(str(key), item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_clean("", item) for item in value]
    return value


def configure(level: str = "info", *, json: bool | None = None) -> None:
    """Set up structlog and the standard library's logging to the same form, on standard error."""
    as_json = not sys.stderr.isatty() if json is None else json
    number = logging.getLevelNamesMapping().get(level.upper(), logging.INFO)
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    final: list[Any] = (
        [_tracebacks, redact, structlog.processors.JSONRenderer(ensure_ascii=False)]
        if as_json
        else [
            structlog.processors.format_exc_info,
            redact,
            structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback),
        ]
    )
    structlog.configure(
        processors=[*shared, *final],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    form = "%(levelname)s %(name)s %(message)s"
    # Libraries that set up the root logger at import must not have the last word.
    logging.basicConfig(level=max(number, logging.WARNING), stream=sys.stderr, format=form, force=True)
    logging.getLogger("httpx").setLevel(logging.WARNING)
