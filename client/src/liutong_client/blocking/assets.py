"""The supply side before the shelf: data and its revisions, its quality, and the registration of its rights.

Generated from the twin for asyncio by `python -m release.client`: never edited.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from liutong_client import models as m
from liutong_client import operations
from liutong_client.blocking.caller import WAIT_SECONDS, Caller
from liutong_client.blocking.files import Files
from liutong_client.calls import Form
from liutong_client.transfers import Progress

RIGHTS: Final = ("HOLD", "USE", "OPERATE")
CERTIFIED: Final = ("certified", "entered")
CASE_ENDED: Final = ("rejected", "refused", "withdrawn")


class Assets:
    """The party's data."""

    def __init__(self, caller: Caller, files: Files) -> None:
        self._caller, self._files = caller, files

    def create(self, asset: m.CreateAsset | Form, *, key: str | None = None) -> m.AssetView:
        """A new asset, without data yet."""
        return self._caller.call(operations.create_asset, asset, key=key)

    def get(self, asset_id: str) -> m.AssetView:
        """An asset with its latest revision."""
        return self._caller.call(operations.get_asset, asset_id=asset_id)

    def upload(
        self, asset_id: str, paths: Sequence[Path | str], *, progress: Progress | None = None, key: str | None = None
    ) -> m.RevisionView:
        """Send files and make them the asset's next revision."""
        sent = [self._files.upload(path, progress=progress) for path in paths]
        body = m.AddRevision(files=[file.id for file in sent])
        return self._caller.call(operations.add_revision, body, asset_id=asset_id, key=key)

    def classify(
        self, asset_id: str, declaration: m.DeclareClassification | Form, *, key: str | None = None
    ) -> m.ClassificationView:
        """Declare how grave it would be if the data were lost or abused, and whether it is about persons."""
        return self._caller.call(operations.declare_classification, declaration, asset_id=asset_id, key=key)


class Quality:
    """Scores of data against its contract."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def score(self, asset_id: str, contract: Mapping[str, Any] | str, *, key: str | None = None) -> m.QualityRunView:
        """Begin to score the latest revision against a contract (ODCS as a mapping or as YAML text)."""
        return self._caller.call(operations.start_quality_run, {"contract": contract}, asset_id=asset_id, key=key)

    def wait(self, run_id: str, *, timeout_seconds: float = WAIT_SECONDS) -> m.ScorecardView:
        """The scorecard of a run once it has succeeded; raises EndedOtherwise where it has not."""
        operation = operations.get_quality_run
        ended = ("failed", "cancelled")
        run = self._caller.wait(operation, ("succeeded",), ended, timeout_seconds=timeout_seconds, run_id=run_id)
        return self._caller.call(operations.get_scorecard, scorecard_id=run.scorecard_id)


class Registrations:
    """Registration of rights in data."""

    def __init__(self, caller: Caller, files: Files) -> None:
        self._caller, self._files = caller, files

    def apply(
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
        sent = [{"kind": kind, "file_id": (self._send(kind, piece)).id} for kind, piece in evidence.items()]
        stated = {"revision_id": revision_id, "title_basis": title_basis, "rights": rights, "evidence": sent, **more}
        return self._caller.call(operations.apply_for_registration, stated, key=key)

    def _send(self, kind: str, piece: Path | str | bytes) -> m.FileView:
        name = f"{kind}.txt" if isinstance(piece, bytes) else None
        return self._files.upload(piece, purpose="evidence", name=name)

    def get(self, registration_id: str) -> m.RegistrationView:
        """A case."""
        return self._caller.call(operations.get_registration, registration_id=registration_id)

    def wait(self, registration_id: str, *, timeout_seconds: float = WAIT_SECONDS) -> m.RegistrationView:
        """The case once it is certified; raises EndedOtherwise where it has ended without."""
        return self._caller.wait(
            operations.get_registration,
            CERTIFIED,
            CASE_ENDED,
            timeout_seconds=timeout_seconds,
            registration_id=registration_id,
        )

    def screened(self, registration_id: str, *, timeout_seconds: float = WAIT_SECONDS) -> m.RegistrationView:
        """The case once it has been compared with earlier claims on the same data."""
        return self._caller.read_until(
            operations.get_registration,
            lambda case: case.screening is not None,
            timeout_seconds=timeout_seconds,
            registration_id=registration_id,
        )
