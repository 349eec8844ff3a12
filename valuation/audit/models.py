"""What the auditor's desk keeps beside the appraisals, to be asked quickly; it can be made again from them."""

from decimal import Decimal

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base


class AppraisalParameter(Base):
    """One stated parameter of a stored appraisal (估值参数), by its place within the inputs."""

    __tablename__ = "appraisal_parameter"
    __table_args__ = (
        Index("ix_appraisal_parameter_peer_value", "peer", "value", postgresql_where=text("NOT is_amount")),
        Index("ix_appraisal_parameter_confidence_appraisal_id", "confidence", "appraisal_id"),
    )

    appraisal_id: Mapped[str] = mapped_column(ForeignKey("appraisal.id"), primary_key=True)
    path: Mapped[str] = mapped_column(primary_key=True)
    peer: Mapped[str]
    value: Mapped[Decimal]
    is_amount: Mapped[bool]
    source: Mapped[str]
    evidence: Mapped[str]
    confidence: Mapped[str]
