"""The page of a complaint: whose turn it is and until when, and what was said and decided, newest first."""

from centre.pages.console import naming
from centre.pages.console.special.drawn import Drawn, Viewing

STEPS_SHOWN = "100"


async def complaint(asked: Viewing) -> Drawn:
    """A complaint with every step that whoever looks is shown, and the files of each."""
    told = asked.told
    ids = {"complaint_id": told["id"]}
    steps = (await asked.read("list_complaint_steps", ids, limit=STEPS_SHOWN) or {}).get("items", [])
    return Drawn(
        "console/trade/case.html",
        {
            "complaint": told,
            "is_ours": told["owner"] == asked.party,
            "said": [
                (
                    step,
                    naming.value(step["kind"]),
                    naming.value(step["role"]),
                    [(file, asked.address(f"/v1/complaints/{told['id']}/files/{file['n']}")) for file in step["files"]],
                )
                for step in reversed(steps)
            ],
            "order_href": asked.address(f"/v1/orders/{told['order_id']}") if told["order_id"] else "",
        },
    )
