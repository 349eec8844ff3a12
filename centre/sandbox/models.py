"""How far the sandbox's clock is ahead."""

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base


class SandboxClockRow(Base):
    """How far the sandbox's clock is ahead; one row, shared by all processes."""

    __tablename__ = "sandbox_clock"
    __table_args__ = (
        CheckConstraint("id = 'clk'", name="single"),
        CheckConstraint("offset_seconds >= 0", name="ahead"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    offset_seconds: Mapped[int]
