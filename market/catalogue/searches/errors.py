"""Refusals of saved searches."""

from kernel.errors import Conflict
from kernel.text import Text


class SavedSearchesTooMany(Conflict):
    """A party keeps so many searches."""

    title = Text("保存的检索过多", "Too many saved searches")
    detail = Text(
        "每个主体至多保存 {limit} 个检索；请先删除其中之一。", "A party keeps at most {limit}: delete one first."
    )
    rule = "LT-LST-18"
