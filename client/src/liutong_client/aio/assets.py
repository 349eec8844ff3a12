"""The supply side before the shelf: data and its revisions, its quality, and the registration of its rights."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from liutong_client import models as m
from liutong_client import operations
from liutong_client.aio.caller import WAIT_SECONDS, AsyncCaller
from liutong_client.aio.files import AsyncFiles
from liutong_client.calls import Form
from liutong_client.transfers import Progress

RIGHTS: Final = ("HOLD", "USE", "OPERATE")
CERTIFIED: Final = ("certified", "entered")
CASE_ENDED: Final = ("rejected", "refused", "withdrawn")


class AsyncAssets:
    """The party's data."""

    def __init__(self, caller: AsyncCaller, files: AsyncFiles) -> None:
        self._caller, self._files = caller, files

    async def create(self, asset: m.CreateAsset | Form, *, key: str | None = None) -> m.AssetView:
        """A new asset, without data yet."""
        return await self._caller.call(operations.create_asset, asset, key=key)

    async def get(self, asset_id: str) -> m.AssetView:
        """An asset with its latest revision."""
        return await self._caller.call(operations.get_asset, asset_id=asset_id)

    async def upload(
        self, asset_id: str, paths: Sequence[Path | str], *, progress: Progress | None = None, key: str | None = None
    ) -> m.RevisionView:
        """Send files and make them the asset's next revision."""
        sent = [await self._files.upload(path, progress=progress) for path in paths]
        body = m.AddRevision(files=[file.id for file in sent])
        return await self._caller.call(operations.add_revision, body, asset_id=asset_id, key=key)

    async def classify(
        self, asset_id: str, declaration: m.DeclareClassification | Form, *, key: str | None = None
    ) -> m.ClassificationView:
        """Declare how grave it would be if the data were lost or abused, and whether it is about persons."""
        return await self._caller.call(operations.declare_classification, declaration, asset_id=asset_id, key=key)


class AsyncQuality:
    """Scores of data against its contract."""

    def __init__(self, caller: AsyncCaller) -> None:
        self._caller = caller

    async def score(
        self, asset_id: str, contract: Mapping[str, Any] | str, *, key: str | None = None
    ) -> m.QualityRunView:
        """Begin to score the latest revision against a contract (ODCS as a mapping or as YAML text)."""
        return await self._caller.call(operations.start_quality_run, {"contract": contract}, asset_id=asset_id, key=key)

    async def wait(self, run_id: str, *, timeout_seconds: float = WAIT_SECONDS) -> m.ScorecardView:
        """The scorecard of a run once it has succeeded; raises EndedOtherwise where it has not."""
        operation = operations.get_quality_run
        ended = ("failed", "cancelled")
        run = await self._caller.wait(operation, ("succeeded",), ended, timeout_seconds=timeout_seconds, run_id=run_id)
        return await self._caller.call(operations.get_scorecard, scorecard_id=run.scorecard_id)


class AsyncRegistrations:
    """Registration of rights in data."""

    def __init__(self, caller: AsyncCaller, files: AsyncFiles) -> None:
        self._caller, self._files = caller, files

    async def apply(
        self,
        revision_id: str,
        title_basis: str,
        evidence: Mapping[str, Path | str | bytes],
        *,
        rights: Sequence[str] = RIGHTS,
        key: str | None = None,
        **more: Any,
    ) -> m.RegistrationView:
        """Apply for the registration of rights in a revision: evidence by its kind, each a file or the bytes of one.

        What else an application may say is named as in `models.ApplyForRegistration`.
        """
        sent = [{"kind": kind, "file_id": (await self._send(kind, piece)).id} for kind, piece in evidence.items()]
        stated = {"revision_id": revision_id, "title_basis": title_basis, "rights": rights, "evidence": sent, **more}
        return await self._caller.call(operations.apply_for_registration, stated, key=key)

    async def _send(self, kind: str, piece: Path | str | bytes) -> m.FileView:
        name = f"{kind}.txt" if isinstance(piece, bytes) else None
        return await self._files.upload(piece, purpose="evidence", name=name)

    async def get(self, registration_id: str) -> m.RegistrationView:
        """A case."""
        return await self._caller.call(operations.get_registration, registration_id=registration_id)

    async def wait(self, registration_id: str, *, timeout_seconds: float = WAIT_SECONDS) -> m.RegistrationView:
        """The case once it is certified; raises EndedOtherwise where it has ended without."""
        return await self._caller.wait(
            operations.get_registration,
            CERTIFIED,
            CASE_ENDED,
            timeout_seconds=timeout_seconds,
            registration_id=registration_id,
        )

    async def screened(self, registration_id: str, *, timeout_seconds: float = WAIT_SECONDS) -> m.RegistrationView:
        """The case once it has been compared with earlier claims on the same data."""
        return await self._caller.read_until(
            operations.get_registration,
            lambda case: case.screening is not None,
            timeout_seconds=timeout_seconds,
            registration_id=registration_id,
        )
