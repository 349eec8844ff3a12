"""Marking grants whose last day has passed, and narrowing titles to the limits that their certificates state."""

from sqlalchemy import update

from kernel import ids, lifecycle
from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.crypto import canonical
from kernel.db import locked, one
from kernel.states import Role
from rights.certificates.models import Certificate
from rights.changes import announce, lock_title
from rights.grants import scope
from rights.grants.box import stored
from rights.title import queries
from rights.title.models import TitleGrant
from rights.title.states import TITLE, GrantAction, GrantState


async def lapse(act: Act, grant_id: str) -> bool:
    """Mark a grant whose term is over; says whether it was. Nothing that hangs on it can have a longer term."""
    row = await one(act.session, TitleGrant, grant_id)
    await lock_title(act.session, row.asset_id)
    row = await locked(act.session, TitleGrant, grant_id)
    if row.status != GrantState.ACTIVE or queries.link(row).grant.ends > act.today:
        return False
    parties = [row.grantor_id, row.grantee_id]
    await lifecycle.advance(act.by(SYSTEM), row, TITLE, GrantAction.EXPIRE, Role.SYSTEM, parties=parties)
    if row.alone or row.parent_id is None:
        await announce(act.session, row.asset_id)
    return True


async def narrow(act: Act, grant_id: str) -> bool:
    """Write a root anew within its certificate's limits, as the words of today read them; says whether it was wider.

    A licence that the new root no longer contains keeps its place in the chain and is refused there.
    """
    row = await one(act.session, TitleGrant, grant_id)
    await lock_title(act.session, row.asset_id)
    row = await locked(act.session, TitleGrant, grant_id)
    if row.status != GrantState.ACTIVE or row.parent_id is not None or row.scope_policy is not None:
        return False
    certificate = await one(act.session, Certificate, row.certificate_id or "")
    box = queries.link(row).grant
    within = scope.narrowed(box, certificate.scope, act.today)
    version = scope.WORDS.at(act.today).meta.version
    if within == box:
        row.scope_policy = version
        return False
    new = TitleGrant(
        id=ids.new("grt"),
        asset_id=row.asset_id,
        grantee_id=row.grantee_id,
        certificate_id=row.certificate_id,
        replaces_id=row.id,
        box=stored(within),
        box_sha256=canonical.digest(within),
        alone=row.alone,
        source=row.source,
        reference=row.reference,
        scope_policy=version,
        created_at=act.at,
    )
    parties, facts = [row.grantee_id], {"rule": scope.RULE, "policy": version}
    await lifecycle.advance(act.by(SYSTEM), row, TITLE, GrantAction.END, Role.SYSTEM, parties=parties, **facts)
    entry = {"asset": row.asset_id, "source": row.source, "terms_sha256": new.box_sha256, "replaces": row.id, **facts}
    await lifecycle.begin(act.by(SYSTEM), new, TITLE, parties=parties, **entry)
    await act.session.execute(update(TitleGrant).where(TitleGrant.parent_id == row.id).values(parent_id=new.id))
    await announce(act.session, row.asset_id)
    return True
