"""The counters of numbered papers."""

from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base


class NumberSeries(Base):
    """The last number of a series in a year (编号序列); a sequence of the database would leave gaps at a rollback."""

    __tablename__ = "number_series"

    series: Mapped[str] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int]
