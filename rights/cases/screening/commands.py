"""Comparing a case's content with earlier claims; for each one that is found the centre itself objects.

The statement names the earlier claim and says nothing of its content; how much agrees is for the registrar alone.
"""

from typing import Any, Final

import msgspec
from sqlalchemy import select

from kernel.act import Act
from kernel.db import locked
from kernel.runtime import Runtime
from kernel.text import Text
from rights.cases.requirements import claims_content
from rights.duplicates.commands import request_sketch
from rights.duplicates.policy import POLICY
from rights.duplicates.queries import Hit, find_claims, has_sketch
from rights.duplicates.sketching.hashing import SketchKey
from rights.duplicates.sketching.sealing import open_sketch_key
from rights.objections.commands.raising import object_for_centre
from rights.objections.models import Objection
from rights.objections.schemas import Finding
from rights.registrations.models import Registration
from rights.registrations.states import OPEN, REGISTRATION, RegistrationAction

STATEMENTS: Final = {
    True: Text(
        "经重复检测，本申请的数据与在先登记 {claim} 的数据相同或高度近似。请说明两者关系并提交证据。",
        "The data of this application was found to be the same as, or nearly the same as, that of the earlier"
        " registration {claim}. State how they are related, with evidence.",
    ),
    False: Text(
        "经重复检测，本申请的数据与在先申请 {claim} 的数据相同或高度近似。请说明两者关系并提交证据。",
        "The data of this application was found to be the same as, or nearly the same as, that of the earlier"
        " application {claim}. State how they are related, with evidence.",
    ),
}
"""What the centre states, of a registration and of an application under way."""


async def before_step(runtime: Runtime, registration_id: str, *actions: RegistrationAction) -> None:
    """Screen a case that could now take one of these steps, in a unit of its own so that what is found stays.

    Whether an objection, or a content that is not sketched yet, keeps the case from the step is for the step to say.
    """
    async with runtime.act() as act:
        row = await act.session.get(Registration, registration_id)
        if row is None or not any(action in REGISTRATION.actions(row.status) for action in actions):
            return
        await screen(act, registration_id, key=open_sketch_key(runtime.settings))


async def screen(act: Act, registration_id: str, *, key: SketchKey) -> None:
    """Compare a case under way with earlier claims and object to each that is new; asks for a sketch if it has none."""
    row = await locked(act.session, Registration, registration_id)
    if row.status not in OPEN or not await claims_content(act.session, row):
        return
    if not await has_sketch(act.session, row.revision_id, key):
        await request_sketch(act.session, row.revision_id)
        row.screening = None
        return
    hits = await find_claims(
        act, row.revision_id, excluding_party=row.party_id, key=key, before=(row.created_at, row.id)
    )
    objected_assets = set(
        await act.session.scalars(select(Objection.earlier_asset_id).where(Objection.registration_id == row.id))
    )
    for hit in hits:
        if hit.asset_id not in objected_assets:
            await object_for_centre(act, row, earlier_claim=hit.claim, statement=_statement(hit), finding=_finding(hit))
    policy = msgspec.to_builtins(POLICY.at(act.today).ref)
    row.screening = {"at": act.at.isoformat(), "claims_found": len(hits), "policy": policy}


def _statement(hit: Hit) -> str:
    facts: dict[str, Any] = {"claim": hit.claim}
    text = STATEMENTS[hit.registered]
    return f"{text.of('zh', **facts)} · {text.of('en', **facts)}"


def _finding(hit: Hit) -> Finding:
    return Finding(
        asset_id=hit.asset_id,
        kind=hit.kind,
        score=f"{hit.score:.4f}",
        matched_columns=hit.matched_columns,
        zh=hit.explanation.zh,
        en=hit.explanation.en,
    )
