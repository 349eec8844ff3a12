"""How much a party may store and how much of it is used: published by role, counted when a file is kept."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import msgspec
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.identity.models import Party
from kernel.rules import policy
from kernel.storage.errors import StorageNotForRole, StorageQuotaExceeded
from kernel.time.clock import day_in_china, start_of_day_in_china
from kernel.uploads.models import StoredFile


class Quota(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The most that a party may keep, and may bring in one day of China's calendar."""

    bytes_max: int = 0
    files_max: int = 0
    day_bytes_max: int = 0
    day_files_max: int = 0


class Quotas(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """By role."""

    roles: dict[str, Quota]


QUOTAS: Final = policy.load("quotas", Quotas, "kernel.storage")


@dataclass(frozen=True, slots=True)
class Usage:
    """What a party has stored, and of it today."""

    bytes: int
    files: int
    day_bytes: int
    day_files: int

    def left_bytes(self, quota: Quota) -> int:
        """How many more bytes may be stored now."""
        return max(0, min(quota.bytes_max - self.bytes, quota.day_bytes_max - self.day_bytes))


def quota_of(roles: Iterable[str], quotas: Quotas) -> Quota:
    """The largest of each number among the roles of a party."""
    own = [quotas.roles[role] for role in roles if role in quotas.roles]
    return Quota(**{name: max((getattr(each, name) for each in own), default=0) for name in Quota.__struct_fields__})


def require(usage: Usage, quota: Quota, adding_bytes: int = 0) -> None:
    """Whether one more file fits; raises StorageNotForRole or StorageQuotaExceeded with the number that is passed."""
    if quota.files_max == 0:
        raise StorageNotForRole
    wanted = {"bytes": adding_bytes, "files": 1, "day_bytes": adding_bytes, "day_files": 1}
    for measure, more in wanted.items():
        used, limit = getattr(usage, measure), getattr(quota, f"{measure}_max")
        if used + more > limit:
            raise StorageQuotaExceeded(measure=measure, used=used, adding=more, limit=limit)


async def usage_and_quota(session: AsyncSession, party_id: str, at: datetime) -> tuple[Usage, Quota]:
    """What a party has stored and what it may store; raises NotFound."""
    party = await session.get(Party, party_id)
    quota = quota_of(party.roles if party is not None else (), QUOTAS.at(day_in_china(at)).body)
    today = StoredFile.created_at >= start_of_day_in_china(day_in_china(at))
    size = func.coalesce(func.sum(StoredFile.size_bytes), 0)
    query = select(
        size, func.count(), func.coalesce(func.sum(StoredFile.size_bytes).filter(today), 0), func.count().filter(today)
    ).where(StoredFile.owner == party_id)
    total, files, day_total, day_files = (await session.execute(query)).one()
    return Usage(int(total), files, int(day_total), day_files), quota
