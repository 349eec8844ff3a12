"""The public list of certificates that have ended: one bit for each number, one signed credential for each year.

A number is `SJ` + region + registrar + year + month + serial, so its place in its year's list follows from it and
never moves: 12 months of 10,000 serials fit the list's 131,072 bits.
"""

from datetime import timedelta
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.db import lock_name
from kernel.documents import queries as documents
from kernel.documents import status
from kernel.documents.commands import issue as issue_document
from kernel.documents.models import Document
from kernel.log.models import LogEntry
from rights.certificates import rules
from rights.certificates.models import Certificate
from rights.certificates.states import CertificateState

KIND: Final = "status-list"
FRESH: Final = timedelta(hours=24)
"""A list is signed anew at least this often, so that an old copy is known by its date."""

TTL_MILLISECONDS: Final = 300_000
"""How long a reader may rely on a copy (W3C: `ttl`)."""


def url_of(public_url: str, year: int) -> str:
    """The address of a year's list, the same for ever."""
    return f"{public_url}/v1/status-lists/{year}"


def entry_of(public_url: str, number: str) -> dict[str, Any]:
    """The `credentialStatus` of a certificate."""
    year, index = rules.place_in_list(number)
    return status.entry(url_of(public_url, year), index)


def subject_of(year: int) -> str:
    """The name of a year's list in the register."""
    return f"status-list-{year}"


async def newest(session: AsyncSession, year: int) -> Document | None:
    """The list of a year as it was last signed."""
    return await documents.document_about(session, KIND, subject_of(year))


async def years(session: AsyncSession) -> list[int]:
    """The years that have certificates."""
    digits = await session.scalars(select(func.distinct(func.substring(Certificate.number, 6, 4))))
    return sorted(int(year) for year in digits)


async def ended(session: AsyncSession, year: int) -> list[int]:
    """The places of a year's certificates that are not in force any more."""
    numbers = await session.scalars(
        select(Certificate.number).where(
            Certificate.status != CertificateState.IN_FORCE, func.substring(Certificate.number, 6, 4) == str(year)
        )
    )
    return sorted(rules.place_in_list(number)[1] for number in numbers)


async def publish(act: Act, year: int) -> Document | None:
    """Sign a year's list if it says something new or is a day old; None when the present one stands."""
    await lock_name(act.session, KIND, str(year))
    bits = status.encode(await ended(act.session, year))
    last = await newest(act.session, year)
    if last is not None and last.body["credentialSubject"]["encodedList"] == bits and act.at - last.created_at < FRESH:
        return None
    url = url_of(act.issuer.public_url, year)
    claims = {"id": f"{url}#list", "type": status.TYPE, "statusPurpose": status.PURPOSE, "encodedList": bits}
    return await issue_document(
        act.by(SYSTEM),
        KIND,
        subject_of(year),
        {**claims, "ttl": TTL_MILLISECONDS},
        public=True,
        members={"id": url, "type": ["VerifiableCredential", "BitstringStatusListCredential"]},
    )


async def touched(session: AsyncSession, since: int) -> tuple[list[int], int]:
    """The years whose certificates changed in the log from an index on, and the index after the last entry seen."""
    stop = await session.scalar(select(func.max(LogEntry.log_index)))
    if stop is None or stop < since:
        return [], since
    digits = await session.scalars(
        select(func.distinct(func.substring(Certificate.number, 6, 4)))
        .join(LogEntry, LogEntry.subject == Certificate.id)
        .where(LogEntry.log_index >= since, LogEntry.log_index <= stop, LogEntry.kind.like("rights.certificate.%"))
    )
    return sorted(int(year) for year in digits), stop + 1
