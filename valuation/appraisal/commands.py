"""A study of an asset: independence and inputs are checked, the pure engine computes, the result is issued as such;
and how an appraisal of any standing is issued and kept.

A study is one valuer's computation. The report that two valuers sign comes from valuation.engagements.
"""

from collections.abc import Iterable
from datetime import date
from functools import partial

import msgspec

from kernel import ids
from kernel.act import Act
from kernel.documents.commands import issue
from kernel.errors import FieldError
from kernel.identity.models import Party
from kernel.jobs import desk
from kernel.money import Money, MoneyView
from kernel.text import Text
from kernel.time.clock import day_in_china, end_of_day_in_china
from rights.assets import queries as assets
from valuation.appraisal.basis import quality_basis_seen, require_independent, rule_set
from valuation.appraisal.document import KIND, STANDINGS, AppraisalClaims, plain
from valuation.appraisal.engine.inputs import QualityBasis, Stated
from valuation.appraisal.engine.limits import APPROACH_RULE, last_use
from valuation.appraisal.errors import ConflictOfInterest, InputsFaulty
from valuation.appraisal.models import AppraisalRow
from valuation.appraisal.queries import appraisal_view
from valuation.appraisal.schemas import AppraisalView, AppraiseAsset
from valuation.appraisal.study import computed_plain
from valuation.quality.access import readers


async def study(act: Act, asset_id: str, data: AppraiseAsset) -> AppraisalView:
    """Value the asset's newest revision; raises every faulty parameter at once."""
    assert act.actor.party is not None
    asset = await assets.asset(act.session, asset_id)
    if asset.party_id == act.actor.party:
        raise ConflictOfInterest
    await readers.require_valuer(act, asset)
    await require_independent(act.session, act.actor.party, asset, act.at)
    policy = rule_set(data.base_date, day_in_china(act.at))
    basis = await quality_basis_seen(act, asset_id, data.scorecard_id)
    until = data.use_until or last_use(data.base_date, policy.body.use.months_max)
    # Thousands of comparables are computation, and the loop goes on answering others meanwhile.
    compute = partial(computed_plain, base_date=data.base_date, use_until=until, policy=policy)
    body = await desk.answer(compute, asset_id, _stated(data), basis, party=act.actor.party, in_unit=True)
    claims = AppraisalClaims(
        asset=asset_id,
        asset_name=asset.name,
        revision=basis.revision,
        content_sha256=basis.content_sha256,
        provider=asset.party_id,
        provider_name=(await act.session.get_one(Party, asset.party_id)).name,
        valuer=act.actor.party,
        valuer_name=(await act.session.get_one(Party, act.actor.party)).name,
        standing="study",
        standing_text=STANDINGS["study"],
        appraisal=body,
    )
    return appraisal_view(await issue_appraisal(act, claims, [asset.party_id], until))


def _stated(data: AppraiseAsset) -> Stated:
    """The study in the form that it was sent in; raises InputsFaulty where there is none, or one in each form."""
    stated = data.inputs or data.study
    if stated is None or (data.inputs is not None and data.study is not None):
        text = Text("inputs 与 study 须且只须给出一项。", "Give exactly one of inputs and study.")
        raise InputsFaulty(errors=[FieldError("/study", text, APPROACH_RULE)], count=1)
    return stated


class _Head(msgspec.Struct, frozen=True):
    """What the row repeats of the body."""

    asset: str
    approach: str
    quality: QualityBasis
    base_date: date
    use_until: date
    value: MoneyView
    low: MoneyView
    high: MoneyView


async def issue_appraisal(
    act: Act,
    claims: AppraisalClaims,
    parties: Iterable[str],
    use_until: date,
    *,
    engagement_id: str | None = None,
    client: str | None = None,
) -> AppraisalRow:
    """Issue the document of an appraisal of any standing, valid as long as it may be used, and keep its row."""
    appraisal_id, valid_until = ids.new("apr"), end_of_day_in_china(use_until)
    document = await issue(act, KIND, appraisal_id, plain(claims), parties=parties, valid_until=valid_until)
    result = msgspec.convert(claims.appraisal, _Head)
    value, low, high = (Money.of(view) for view in (result.value, result.low, result.high))
    row = AppraisalRow(
        id=appraisal_id,
        asset_id=result.asset,
        revision_id=result.quality.revision,
        scorecard_id=result.quality.scorecard,
        provider=claims.provider,
        valuer=claims.valuer,
        approach=result.approach,
        standing=claims.standing,
        engagement_id=engagement_id,
        client=client,
        base_date=result.base_date,
        use_until=result.use_until,
        currency=value.currency,
        value_minor=value.minor,
        low_minor=low.minor,
        high_minor=high.minor,
        body=claims.appraisal,
        document_id=document.id,
        created_at=act.at,
    )
    act.session.add(row)
    await act.session.flush()  # Views, engagements and revaluations refer to it.
    return row
