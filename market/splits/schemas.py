"""What splits say on the wire."""

from datetime import datetime
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from market.splits.tree import LeafKind


class SplitShareView(msgspec.Struct, frozen=True):
    """One share of what is distributed, as an exact fraction; a party reached twice has two."""

    kind: LeafKind
    party: str
    asset_id: str | None
    grant_id: str | None
    fraction: Annotated[str, Meta(examples=["1/25"])]


class AgreementSplitView(msgspec.Struct, frozen=True):
    """Who shares in an agreement's money, frozen when both had signed; the shares follow from the tree."""

    agreement_id: str
    order_id: str
    tree: dict[str, Any]
    sha256: str
    shares: list[SplitShareView]
    created_at: datetime
