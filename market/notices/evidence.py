"""The files that prove what is said in a notice: one's own, kept as evidence, bounded, by their digests."""

from typing import Any

from kernel.act import Act
from kernel.storage.rules import Purpose
from kernel.uploads.queries import own_files
from market.notices import rules
from market.notices.errors import NoticeEvidenceFaulty


async def evidence_files(act: Act, file_ids: list[str], behind: int = 0) -> list[dict[str, Any]]:
    """The files as the notice keeps them; raises NotFound for one that is not the actor's, NoticeEvidenceFaulty.

    They are numbered behind so many that the notice has.
    """
    files = await own_files(act, file_ids)
    days = rules.DAYS.at(act.today).body
    too_large = any(file.size_bytes > days.evidence_bytes_max for file in files)
    other = any(file.purpose != Purpose.EVIDENCE for file in files)
    if len(files) > days.evidence_max or too_large or other:
        raise NoticeEvidenceFaulty(limit=days.evidence_max, limit_bytes=days.evidence_bytes_max)
    names = ("name", "sha256", "size_bytes", "media_type")
    return [
        {"n": n, "file_id": file.id, **{name: getattr(file, name) for name in names}}
        for n, file in enumerate(files, start=behind + 1)
    ]


def digests(evidence: list[dict[str, Any]]) -> list[str]:
    """What the log commits to."""
    return [str(each["sha256"]) for each in evidence]
