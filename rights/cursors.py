"""Dates inside cursors, for the lists that are ordered by due date."""

from datetime import date

from kernel.errors import FieldError, InvalidInput
from kernel.text import Text


def day(text: str) -> date:
    """The date in a cursor; raises InvalidInput for one that we did not make."""
    try:
        return date.fromisoformat(text)
    except ValueError as problem:
        detail = Text("游标无效：请从第一页重新开始", "The cursor is not ours: start again from the first page")
        raise InvalidInput(errors=[FieldError("/query/cursor", detail)]) from problem
