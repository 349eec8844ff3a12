"""Reading a participant's data sets: those under given names first, then its listings, newest first."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, select

from contracts.terms.document import parsed
from contracts.usage.tree import UsagePolicy
from kernel.act import Act
from kernel.errors import FieldError, InvalidInput
from kernel.text import Text
from kernel.views.paging import decode, encode
from market.catalogue import queries as products
from market.dataspace.catalogue import records
from market.dataspace.catalogue.reading import DatasetQuery
from market.dataspace.catalogue.records import Dataset
from market.dataspace.errors import ParticipantUnknown
from market.dataspace.models import DataspaceDataset
from market.listings.queries import of_provider
from market.offers.models import Offer
from market.offers.states import OfferState

_GIVEN, _LISTED = "g", "l"


async def dataset(act: Act, participant: str, dataset_id: str) -> Dataset:
    """One data set of a participant by its name; raises ParticipantUnknown for any other."""
    given = await act.session.get(DataspaceDataset, (participant, dataset_id))
    if given is not None:
        return _given(given)
    listing_id = records.listing_of(dataset_id)
    found = await _listed(act, participant, [listing_id]) if listing_id is not None else []
    if not found:
        raise ParticipantUnknown(kind="dataset", id=dataset_id[:80])
    return found[0]


async def page(act: Act, participant: str, asked: DatasetQuery, token: str | None) -> tuple[list[Dataset], str | None]:
    """A page of the catalogue, and the token of what follows; raises InvalidInput for a token of nobody."""
    kind, after = _position(token)
    offset = asked.offset if token is None else 0
    given: list[Dataset] = []
    if kind == _GIVEN:
        rows = await _given_after(act, participant, asked, after, offset)
        given = [_given(row) for row in rows[: asked.limit]]
        if len(rows) > asked.limit:
            return given, encode(_GIVEN, given[-1].id)
        offset = max(0, offset - await _given_count(act, participant, asked)) if token is None else 0
        after = ""
    room = asked.limit - len(given)
    listed_ids = await _listing_ids(act, participant, asked, after, offset, room + 1)
    listed = await _listed(act, participant, listed_ids[:room])
    more = len(listed_ids) > room
    following = encode(_LISTED, listed_ids[room - 1] if room else "") if more else None
    return [*given, *listed], following


def _position(token: str | None) -> tuple[str, str]:
    if token is None:
        return _GIVEN, ""
    read = decode(token, 2)
    if read is None or read[0] not in (_GIVEN, _LISTED):
        text = Text("不是本中心给出的续页标记", "This is no continuation token of ours")
        raise InvalidInput(errors=[FieldError("/query/continuationToken", text)])
    return read[0], read[1]


async def _given_after(
    act: Act, participant: str, asked: DatasetQuery, after: str, offset: int
) -> Sequence[DataspaceDataset]:
    query = select(DataspaceDataset).where(
        DataspaceDataset.participant == participant, DataspaceDataset.external_id > after, *_wanted_given(asked)
    )
    ordered = query.order_by(DataspaceDataset.external_id).offset(offset).limit(asked.limit + 1)
    return (await act.session.scalars(ordered)).all()


async def _given_count(act: Act, participant: str, asked: DatasetQuery) -> int:
    query = select(DataspaceDataset.external_id).where(
        DataspaceDataset.participant == participant, *_wanted_given(asked)
    )
    return len((await act.session.scalars(query.limit(asked.offset + 1))).all())


def _wanted_given(asked: DatasetQuery) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = []
    if asked.ids is not None:
        wanted.append(DataspaceDataset.external_id.in_(asked.ids))
    wanted += [DataspaceDataset.external_id.startswith(begin, autoescape=True) for begin in asked.like]
    return wanted


async def _listing_ids(
    act: Act, participant: str, asked: DatasetQuery, after: str, offset: int, limit: int
) -> list[str]:
    among = None if asked.ids is None else [one for one in map(records.listing_of, asked.ids) if one]
    beginning = max((one.removeprefix(records.name_of("")) for one in asked.like), key=len, default="")
    return await of_provider(
        act.session,
        participant,
        act.today,
        limit=limit,
        after=after,
        skipped=offset,
        among=among,
        beginning=beginning,
    )


async def _listed(act: Act, participant: str, listing_ids: Sequence[str]) -> list[Dataset]:
    found = {one.id: one for one in await products.products(act, listing_ids) if one.provider == participant}
    public = await _public(act, list(found))
    return [records.of_product(found[one], public.get(one, ())) for one in listing_ids if one in found]


async def _public(act: Act, listing_ids: Sequence[str]) -> dict[str, list[tuple[str, UsagePolicy]]]:
    """The offers to everybody that may be taken now, by listing."""
    query = select(Offer).where(
        Offer.listing_id.in_(listing_ids),
        Offer.status == OfferState.OPEN,
        Offer.expires_at > act.at,
        Offer.addressed.is_(None),
    )
    known: dict[str, list[tuple[str, UsagePolicy]]] = {}
    for row in await act.session.scalars(query.order_by(Offer.id)):
        known.setdefault(row.listing_id, []).append((row.id, parsed(row.terms).licence))
    return known


def _given(row: DataspaceDataset) -> Dataset:
    return Dataset(row.external_id, row.external_id[:60], row.offers)
