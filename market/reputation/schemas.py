"""What is shown of a listing's or a provider's ratings."""

from typing import Annotated

import msgspec
from msgspec import Meta

Score = Annotated[str, Meta(pattern=r"^[1-5]\.[0-9]{2}$(?!\n)", examples=["4.12"])]
Share = Annotated[str, Meta(pattern=r"^[01]\.[0-9]{4}$(?!\n)", examples=["0.8132"])]


class RatingStanding(msgspec.Struct, frozen=True):
    """The figures by the published formula, with the number of ratings behind them; without any there is no figure."""

    n: Annotated[int, Meta(ge=0, description="评价数 · number of ratings")]
    score: Annotated[Score | None, Meta(description="按公布公式计算的星级 · stars by the published formula")]
    as_described: Annotated[
        Share | None,
        Meta(
            description="描述相符度：“与描述一致”比例的威尔逊下界 · "
            "Wilson lower bound of the share that was as described"
        ),
    ]


UNRATED = RatingStanding(n=0, score=None, as_described=None)
