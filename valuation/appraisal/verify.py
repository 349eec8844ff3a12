"""What `liutong verify` adds for an appraisal report: the value computed again, or the first place that differs."""

from collections.abc import Mapping
from typing import Any, Final

from kernel.documents.verify import Check
from kernel.text import Text
from valuation.appraisal.recompute import Recomputed, recompute

NAME: Final = Text("估值重算", "recomputed value")


def check(claims: Mapping[str, Any]) -> list[Check]:
    """Recompute the appraisal of a document from its own claims."""
    name, stated = NAME, claims.get("appraisal")
    again = recompute(stated) if isinstance(stated, Mapping) else Recomputed(False, "/appraisal", None, None)
    if again.same and isinstance(stated, Mapping):
        count = len(stated["trace"])
        return [Check(name, True, Text(f"{count} 个步骤逐一相同", f"all {count} steps are the same"))]
    zh = f"首个不同之处 {again.place}：文书为 {again.stated}，重算为 {again.computed}"
    en = f"the first place that differs is {again.place}: stated {again.stated}, computed {again.computed}"
    return [Check(name, False, Text(zh, en))]
