"""From a row to what is shown of it: a view copies the fields that bear the row's names, and is given the others."""

from typing import Any, TypeVar

import msgspec

V = TypeVar("V", bound=msgspec.Struct)


def shown(row: Any, view: type[V], **computed: Any) -> V:
    """A row as a view: each field of the view is the row's attribute of that name, unless it is given here.

    Raises AttributeError for a field that neither has, and TypeError for one that the view does not know.
    """
    fields = view.__struct_fields__
    return view(**computed, **{name: getattr(row, name) for name in fields if name not in computed})
