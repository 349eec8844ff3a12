"""Opening, granting, ending and transferring title; every change of an asset's title waits for the one before."""

from collections.abc import Sequence
from datetime import date, datetime

import msgspec
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from kernel import ids, lifecycle
from kernel.act import Act
from kernel.actor import SYSTEM, Actor
from kernel.crypto import canonical
from kernel.db import locked, one
from kernel.identity.models import Party
from kernel.states import Role
from rights.assets.queries import asset
from rights.certificates.models import Certificate
from rights.changes import announce, announce_end, lock_title
from rights.grants import scope
from rights.grants.box import Exclusivity, Grant, stored
from rights.grants.parsing import read
from rights.grants.vocabulary import words_at
from rights.terms import Right
from rights.title import checks, onward, policy, queries, rules
from rights.title.checks import Wish
from rights.title.commands import lineage, shares
from rights.title.errors import NotYoursToGrant, TitleHeldByOther, TitlePassesByRegistration, refuse
from rights.title.models import TitleGrant
from rights.title.policy import RightsAct
from rights.title.schemas import EndGrant, GrantView, MakeGrant, RecordGrant, TransferTitle
from rights.title.states import TITLE, GrantAction, GrantState
from rights.title.views import grant_view


async def open_title(act: Act, certificate: Certificate, *, replaces: Sequence[TitleGrant] = ()) -> TitleGrant:
    """Write the root of the chain for a certificate just issued: all that its rights contain within the limits that it
    states, as far as upstream goes.

    A root in the place of others goes on from where they began: what was granted out of them keeps its term. The caller
    holds the title's lock. Raises UpstreamExceeded when the data it is made from was not granted for these rights.
    """
    for holder in sorted(await queries.holders(act.session, certificate.asset_id) - {certificate.party_id}):
        raise TitleHeldByOther(asset=certificate.asset_id, holder=holder)
    on = act.today
    exclusive = certificate.title_basis in policy.titles().at(on).body.exclusive_bases
    rights = [Right(code) for code in certificate.rights]
    vocabulary = words_at(on)
    since = min([certificate.valid_from, *(queries.link(row).grant.starts for row in replaces)])
    box = rules.root_box(rights, since, certificate.valid_until, vocabulary, exclusive=exclusive)
    box = scope.narrowed(box, certificate.scope, on)
    box = await lineage.within_upstream(act.session, certificate.asset_id, box, at=act.at)
    row = _row(certificate.asset_id, box, grantee=certificate.party_id, source="registration", at=act.at)
    row.certificate_id, row.scope_policy = certificate.id, scope.WORDS.at(on).meta.version
    row.replaces_id = replaces[0].id if replaces else None
    await announce(act.session, certificate.asset_id)
    return await _begin(act, row)


async def grant(act: Act, asset_id: str, data: MakeGrant) -> GrantView:
    """Grant out of what the actor's party holds; raises the refusal that names the violated edge or what stands."""
    assert act.actor.party is not None
    await queries.titled_asset(act, asset_id)
    return await grant_for(act, act.actor.party, asset_id, data)


async def record_grant(act: Act, asset_id: str, data: RecordGrant) -> GrantView:
    """Enter a grant for its grantor, with the consents that the registrar has seen."""
    consents = tuple(data.consents)
    return await grant_for(act, data.grantor_id, asset_id, data.grant, consents=consents)


async def grant_for(
    act: Act, grantor: str, asset_id: str, data: MakeGrant, *, consents: Sequence[str] = ()
) -> GrantView:
    """Grant in a grantor's name, for callers that have its signature; the same checks for everybody."""
    await lock_title(act.session, ids.require("ast", asset_id))
    await one(act.session, Party, ids.require("pty", data.grantee_id))
    box = read(data.terms, words_at(act.today), "/terms")
    wish = Wish(RightsAct.GRANT, grantor, box, data.grantee_id, tuple(consents))
    answer = await checks.require(act.session, asset_id, wish, at=act.at, under=data.under)
    await onward.require(act, await one(act.session, TitleGrant, answer.chain[-1].id), box)
    row = _row(asset_id, box, grantee=data.grantee_id, source="licence", at=act.at)
    row.parent_id, row.grantor_id, row.reference = answer.chain[-1].id, grantor, data.reference
    if data.royalty is not None:
        row.royalty_rate, row.royalty_of = data.royalty.rate, data.royalty.of
    if row.alone:
        await announce(act.session, asset_id)  # Whoever else offered this field offers what is not to be had any more.
    return grant_view(await _begin(act, row))


async def end(act: Act, grant_id: str, data: EndGrant) -> GrantView:
    """End a grant: whoever holds it gives it up, or the registrar takes it from the register.

    Raises NotYoursToGrant for its other side and the asset's holders, NotFound for anybody else.
    """
    row = await one(act.session, TitleGrant, ids.require("grt", grant_id))
    owner = await asset(act.session, row.asset_id)
    holders = await queries.holders(act.session, row.asset_id)
    queries.GRANTS.require(act.actor, grant_id, row.grantee_id, row.grantor_id, owner.party_id, *holders)
    if row.status == GrantState.ENDED and (links := await queries.current(act.session, grant_id))[-1].active:
        row = await one(act.session, TitleGrant, links[-1].id)  # It was written anew, as with its exact last day.
    if row.grantee_id != act.actor.party and not act.actor.has(Role.REGISTRAR):
        raise NotYoursToGrant(grant=grant_id, party=act.actor.party)
    ended = await _end(act, await _locked(act.session, row.id), _role(act.actor), data.reason)
    if ended.parent_id is not None:
        await announce_end(act.session, ended.id, data.reason)
    return grant_view(ended)


async def end_for(act: Act, grant_id: str, reason: str) -> None:
    """End a grant whose contract has ended, for callers that know of it; one that has ended already stays as it is."""
    row = await _locked(act.session, grant_id)
    if not TITLE.is_final(row.status):
        await _end(act.by(SYSTEM), row, Role.SYSTEM, reason)


async def _end(act: Act, row: TitleGrant, role: Role, reason: str) -> TitleGrant:
    parties = [row.grantor_id, row.grantee_id]
    await lifecycle.advance(act, row, TITLE, GrantAction.END, role, parties=parties, reason=reason)
    if row.alone or row.parent_id is None:
        await announce(act.session, row.asset_id)
    return row


async def _locked(session: AsyncSession, grant_id: str) -> TitleGrant:
    """A grant as it is once every other change of its asset's title has ended."""
    row = await one(session, TitleGrant, grant_id)
    await lock_title(session, row.asset_id)
    return await locked(session, TitleGrant, grant_id)


async def succeed(act: Act, ended_id: str, grant_id: str) -> None:
    """Let a grant stand in the place of one of the same two parties that ended in the same unit.

    What was granted out of the earlier hangs on the later since; what the later no longer contains is refused there.
    """
    new = await _locked(act.session, grant_id)
    new.replaces_id = ended_id
    await act.session.execute(update(TitleGrant).where(TitleGrant.parent_id == ended_id).values(parent_id=grant_id))


async def shorten(act: Act, grant_id: str, ends: date) -> str:
    """Write a grant anew with the day on which its term turned out to end, if that is earlier; gives the grant's id."""
    row = await _locked(act.session, grant_id)
    box = queries.link(row).grant
    if TITLE.is_final(row.status) or not box.starts < ends < box.ends:
        return grant_id
    new = _row(
        row.asset_id, msgspec.structs.replace(box, ends=ends), grantee=row.grantee_id, source=row.source, at=act.at
    )
    new.parent_id, new.grantor_id, new.reference = row.parent_id, row.grantor_id, row.reference
    new.replaces_id = row.id
    new.royalty_rate, new.royalty_of = row.royalty_rate, row.royalty_of
    parties = [row.grantor_id, row.grantee_id]
    await lifecycle.advance(
        act.by(SYSTEM), row, TITLE, GrantAction.END, Role.SYSTEM, parties=parties, ends=ends.isoformat()
    )
    await _begin(act.by(SYSTEM), new, replaces=row.id)
    await act.session.execute(update(TitleGrant).where(TitleGrant.parent_id == row.id).values(parent_id=new.id))
    return new.id


def _role(actor: Actor) -> Role:
    """In which of its roles the actor ends a grant; any other role is told so by the table."""
    able = TITLE.table[GrantState.ACTIVE, GrantAction.END].by
    return min(actor.roles, key=lambda role: (role not in able, role))


async def transfer(act: Act, asset_id: str, data: TransferTitle, *, registered: bool = False) -> list[GrantView]:
    """Move everything that a party holds in an asset to another (GUIDE art. 34); licences out of it go on standing.

    A registered title passes together with its certificate, which a registration of the transfer does (`registered`).
    """
    await lock_title(act.session, ids.require("ast", asset_id))
    moved = []
    for row in await _transferable(act, asset_id, data):
        if row.parent_id is None and not registered:
            raise TitlePassesByRegistration(grant=row.id)
        moved.append(await _move(act, row, data))
    await shares.move(act.session, asset_id, data.transferor_id, data.transferee_id, at=act.at)
    await announce(act.session, asset_id)
    return [grant_view(row) for row in moved]


async def require_transferable(act: Act, asset_id: str, data: TransferTitle) -> None:
    """Raise what stands against a transfer now, so that it is told when it is applied for and not at its end."""
    await _transferable(act, asset_id, data)


async def _transferable(act: Act, asset_id: str, data: TransferTitle) -> list[TitleGrant]:
    """Everything that a party holds in an asset, each of it free to pass."""
    await one(act.session, Party, ids.require("pty", data.transferee_id))
    query = select(TitleGrant.id).where(
        TitleGrant.asset_id == asset_id,
        TitleGrant.grantee_id == data.transferor_id,
        TitleGrant.status == GrantState.ACTIVE,
    )
    held = list(await act.session.scalars(query.order_by(TitleGrant.id)))
    if not held or data.transferee_id == data.transferor_id:
        raise NotYoursToGrant(grant=asset_id, party=data.transferor_id)
    rows = [await locked(act.session, TitleGrant, grant_id) for grant_id in held]
    for row in rows:
        await _check_transfer(act.session, row, data, at=act.at)
    return rows


async def _check_transfer(session: AsyncSession, row: TitleGrant, data: TransferTitle, *, at: datetime) -> None:
    """A transfer is an act of the right itself: it must be held, unremarked, consented, and fit who comes next."""
    link = queries.link(row)
    wanted = msgspec.structs.replace(
        link.grant, actions=tuple(sorted({*link.grant.actions, "transfer"})), exclusivity=Exclusivity.ORDINARY
    )
    wish = Wish(RightsAct.TRANSFER, data.transferor_id, wanted, consents=(*data.consents, data.transferee_id))
    findings = list((await checks.answer(session, row.asset_id, wish, at=at, under=row.id)).findings)
    chain = await queries.chain(session, row.id)
    parties = await queries.members(session, [above.grant for above in chain], data.transferee_id)
    if stranger := rules.transferee_finding(row.asset_id, chain, data.transferee_id, parties):
        findings.append(stranger)
    if findings:
        raise refuse(findings)


async def _move(act: Act, row: TitleGrant, data: TransferTitle) -> TitleGrant:
    box = rules.for_transferee(queries.link(row).grant, data.transferor_id, data.transferee_id)
    new = _row(row.asset_id, box, grantee=data.transferee_id, source="transfer", at=act.at)
    new.parent_id, new.grantor_id = row.parent_id, row.grantor_id
    new.certificate_id, new.reference, new.replaces_id = row.certificate_id, data.basis, row.id
    new.scope_policy = row.scope_policy
    new.royalty_rate, new.royalty_of = row.royalty_rate, row.royalty_of
    parties = [data.transferor_id, data.transferee_id]
    await lifecycle.advance(act, row, TITLE, GrantAction.TRANSFER, Role.REGISTRAR, parties=parties, basis=data.basis)
    await _begin(act, new, transferred_from=row.id)
    await act.session.execute(update(TitleGrant).where(TitleGrant.parent_id == row.id).values(parent_id=new.id))
    return new


def _row(asset_id: str, box: Grant, *, grantee: str, source: str, at: datetime) -> TitleGrant:
    return TitleGrant(
        id=ids.new("grt"),
        asset_id=asset_id,
        grantee_id=grantee,
        box=stored(box),
        box_sha256=canonical.digest(box),
        alone=box.exclusivity != Exclusivity.ORDINARY,
        source=source,
        created_at=at,
    )


async def _begin(act: Act, row: TitleGrant, **facts: str) -> TitleGrant:
    entry_facts = {"asset": row.asset_id, "source": row.source, "parent": row.parent_id, "terms_sha256": row.box_sha256}
    if row.royalty_rate is not None:
        entry_facts |= {"royalty": f"{row.royalty_rate} of {row.royalty_of}"}
    parties = [row.grantor_id, row.grantee_id]
    await lifecycle.begin(act, row, TITLE, parties=parties, **entry_facts, **facts)
    return row


async def reissue(act: Act, certificate: Certificate) -> TitleGrant:
    """Put a new root under a certificate in the place of that of the one it replaces.

    A licence that the new root no longer contains keeps its place in the chain and is refused there. The caller holds
    the title's lock.
    """
    query = select(TitleGrant).where(
        TitleGrant.certificate_id == certificate.replaces_id,
        TitleGrant.parent_id.is_(None),
        TitleGrant.status.in_((GrantState.ACTIVE, GrantState.EXPIRED)),
    )
    before = (await act.session.scalars(query.order_by(TitleGrant.id))).all()
    for row in before:
        if row.status == GrantState.EXPIRED:
            continue  # A renewal that was applied for in time may be certified after the day.
        parties = [row.grantee_id, certificate.party_id]
        await lifecycle.advance(act, row, TITLE, GrantAction.END, Role.REGISTRAR, parties=parties, replaced=True)
    root = await open_title(act, certificate, replaces=before)
    replaced = [row.id for row in before]
    await act.session.execute(update(TitleGrant).where(TitleGrant.parent_id.in_(replaced)).values(parent_id=root.id))
    return root
