"""A trial (试用) is given once for a member and an asset, and whoever is one hand with the member has had it too."""

from sqlalchemy import or_, select

from contracts.agreements.models import Agreement
from contracts.agreements.states import AgreementState
from contracts.terms.document import Terms
from contracts.terms.prices import Plan, Trial
from kernel.act import Act
from kernel.db import lock_name
from market.pricing.errors import TrialUsed
from valuation.market_evidence.relations import ties_among

_OPEN = (AgreementState.DRAFTED, AgreementState.SIGNED_BY_ONE)
_TRIAL = {"terms": {"price": {"components": [{"kind": "trial"}]}}}


async def require_first_trial(act: Act, terms: Terms) -> None:
    """Refuse terms with a trial to whoever has had one of the same asset, or is about to; raises TrialUsed.

    What was drafted and never signed by both gives no trial. Two units that ask at once go one after the other.
    """
    if not isinstance(terms.price, Plan) or not any(isinstance(part, Trial) for part in terms.price.components):
        return
    consumer, asset = terms.consumer, terms.licence.asset
    assert consumer is not None  # Terms that become an order have one.
    await lock_name(act.session, "trial", asset)
    query = select(Agreement.consumer).where(
        Agreement.asset_id == asset,
        or_(Agreement.in_force_at.is_not(None), Agreement.status.in_(_OPEN)),
        Agreement.content.contains(_TRIAL),
    )
    earlier = set((await act.session.scalars(query.distinct())).all())
    if not earlier:
        return
    ties = await ties_among(act.session, sorted({consumer, *earlier}))
    if consumer in earlier or earlier & ties[consumer]:
        raise TrialUsed(asset=asset)
