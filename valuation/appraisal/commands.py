"""A study of an asset: independence and inputs are checked, the pure engine computes, the result is issued as such.

A study is one valuer's computation. The report that two valuers sign comes from valuation.engagements.
"""

from kernel import ids
from kernel.act import Act
from kernel.documents.commands import issue
from kernel.identity.models import Party
from kernel.jobs import desk
from kernel.time.clock import day_in_china, end_of_day_in_china
from rights.assets import queries as assets
from valuation.appraisal.basis import (
    STANDINGS,
    appraisal_row,
    computed_plain,
    quality_basis,
    require_independent,
    rule_set,
)
from valuation.appraisal.engine.limits import last_use
from valuation.appraisal.errors import ConflictOfInterest
from valuation.appraisal.queries import appraisal_view
from valuation.appraisal.schemas import AppraisalView, AppraiseAsset


async def study(act: Act, asset_id: str, data: AppraiseAsset) -> AppraisalView:
    """Value the asset's newest revision; raises every faulty parameter at once."""
    assert act.actor.party is not None
    asset = await assets.asset(act.session, asset_id)
    if asset.party_id == act.actor.party:
        raise ConflictOfInterest
    await require_independent(act.session, act.actor.party, asset, act.at)
    policy = rule_set(data.base_date, day_in_china(act.at))
    basis = await quality_basis(act.session, asset_id, data.scorecard_id)
    until = data.use_until or last_use(data.base_date, policy.body.use.months_max)
    body = await desk.answer(
        computed_plain, asset_id, data, basis, until, policy, party=act.actor.party
    )  # Thousands of comparables are computation, and the loop goes on answering others meanwhile.
    appraisal_id = ids.new("apr")
    claims = {
        "asset": asset_id,
        "asset_name": asset.name,
        "revision": basis.revision,
        "content_sha256": basis.content_sha256,
        "provider": asset.party_id,
        "provider_name": (await act.session.get_one(Party, asset.party_id)).name,
        "valuer": act.actor.party,
        "valuer_name": (await act.session.get_one(Party, act.actor.party)).name,
        "standing": "study",
        "standing_text": {"zh": STANDINGS["study"].zh, "en": STANDINGS["study"].en},
        "appraisal": body,
    }
    document = await issue(
        act, "appraisal-report", appraisal_id, claims, parties=[asset.party_id], valid_until=end_of_day_in_china(until)
    )
    row = appraisal_row(
        appraisal_id, body, document, standing="study", provider=asset.party_id, valuer=act.actor.party, at=act.at
    )
    act.session.add(row)
    await act.session.flush()  # The view shows what is stored.
    return appraisal_view(row)
