"""What the double refuses, in the shape of Stripe's error objects."""

from typing import Any


class StripeRefusal(Exception):
    """An error answer: one class, because Stripe tells errors apart by `type` and `code` and not by shape."""

    def __init__(
        self,
        code: str | None,
        message: str,
        *,
        status: int = 400,
        kind: str = "invalid_request_error",
        **facts: Any,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.body = {"error": {"type": kind, "code": code, "message": message, **facts}}


def missing(kind: str, public_id: str) -> StripeRefusal:
    """Answer for an id that does not exist, or exists only on another account."""
    return StripeRefusal("resource_missing", f"No such {kind}: '{public_id}'", status=404, param="id")
