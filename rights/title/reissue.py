"""A title whose certificate was replaced: its root is written anew, and the licences out of it go on standing."""

from sqlalchemy import select, update

from kernel import lifecycle
from kernel.act import Act
from kernel.states import Role
from rights.certificates.models import Certificate
from rights.title.commands import open_title
from rights.title.locks import lock_title
from rights.title.models import TitleGrant
from rights.title.states import TITLE, GrantAction, GrantState


async def reissue(act: Act, certificate: Certificate) -> TitleGrant:
    """Put a new root under a certificate in the place of that of the one it replaces.

    A licence that the new root no longer contains keeps its place in the chain and is refused there.
    """
    await lock_title(act.session, certificate.asset_id)
    query = select(TitleGrant).where(
        TitleGrant.certificate_id == certificate.replaces_id,
        TitleGrant.parent_id.is_(None),
        TitleGrant.status == GrantState.ACTIVE,
    )
    before = (await act.session.scalars(query.order_by(TitleGrant.id))).all()
    for row in before:
        parties = [row.grantee_id, certificate.party_id]
        await lifecycle.advance(act, row, TITLE, GrantAction.END, Role.REGISTRAR, parties=parties, replaced=True)
    root = await open_title(act, certificate, replaces=before)
    known = [row.id for row in before]
    await act.session.execute(update(TitleGrant).where(TitleGrant.parent_id.in_(known)).values(parent_id=root.id))
    return root
