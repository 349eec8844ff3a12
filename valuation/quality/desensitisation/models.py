"""Desensitisations."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, Stateful, status_column
from valuation.quality.desensitisation.states import TreatmentState


class Desensitisation(Base, Stateful):
    """One treatment of one revision by a plan (数据脱敏任务); `report` is its canonical report once it succeeded.

    The files that came out are a revision of `into_asset_id`; `evidence_file_id` is the report as a file, to be
    brought when the data is classified again, and `anonymisation_file_id` what was measured of persons before and
    after, where nothing measured speaks against calling it anonymised.
    """

    __tablename__ = "desensitisation"

    id: Mapped[str] = mapped_column(primary_key=True)
    asset_id: Mapped[str] = mapped_column(ForeignKey("asset.id"), index=True)
    revision_id: Mapped[str] = mapped_column(ForeignKey("asset_revision.id"))
    into_asset_id: Mapped[str] = mapped_column(ForeignKey("asset.id"))
    provider: Mapped[str] = mapped_column(ForeignKey("party.id"))
    plan: Mapped[dict[str, Any]]
    data_contract: Mapped[dict[str, Any] | None]
    status: Mapped[TreatmentState] = status_column(TreatmentState)
    new_revision_id: Mapped[str | None] = mapped_column(ForeignKey("asset_revision.id"))
    evidence_file_id: Mapped[str | None] = mapped_column(ForeignKey("stored_file.id"))
    anonymisation_file_id: Mapped[str | None] = mapped_column(ForeignKey("stored_file.id"))
    document_id: Mapped[str | None] = mapped_column(ForeignKey("document.id"))
    report: Mapped[dict[str, Any] | None]
    problem: Mapped[dict[str, Any] | None]
    created_at: Mapped[datetime]
