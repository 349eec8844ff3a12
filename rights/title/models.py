"""Grants, the data that data is made of, co-holders' shares, and remarks."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, Stateful, status_column
from rights.title.states import GrantState, RemarkState


class TitleGrant(Base, Stateful):
    """A link of the chain of title (权利链): what one party granted another; a root has no parent and no grantor.

    `box` is the canonical rights.grants.box.Grant and `box_sha256` its digest; `alone` repeats that the box is sole or
    exclusive, for the index that finds those quickly. `replaces_id` is the link in whose place this one was written
    when a title was transferred or its certificate replaced: what hung on that link hangs on this one since.
    `scope_policy` is the version by whose words a root was narrowed to its certificate's limits. `royalty_rate` is what
    the grantee owes the grantor of what products made under this licence earn, as a part of `royalty_of`.
    """

    __tablename__ = "title_grant"
    __table_args__ = (
        Index("ix_title_grant_asset_id_alone", "asset_id", postgresql_where=text("alone AND status = 'active'")),
        Index("ix_title_grant_asset_id_grantee_id", "asset_id", "grantee_id"),
        Index("ix_title_grant_ends", text("(box ->> 'ends')"), postgresql_where=text("status = 'active'")),
        Index(
            "ix_title_grant_unscoped",
            "id",
            postgresql_where=text("status = 'active' AND parent_id IS NULL AND scope_policy IS NULL"),
        ),
        CheckConstraint("source IN ('registration', 'licence', 'transfer')", name="source"),
        CheckConstraint("(parent_id IS NULL) = (grantor_id IS NULL)", name="root"),
        CheckConstraint("parent_id IS NOT NULL OR certificate_id IS NOT NULL", name="certificate"),
        CheckConstraint("box_sha256 ~ '^sha256:[0-9a-f]{64}$'", name="box_sha256"),
        CheckConstraint("(royalty_rate IS NULL) = (royalty_of IS NULL)", name="royalty"),
        CheckConstraint("royalty_of IN ('share', 'proceeds')", name="royalty_of"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    asset_id: Mapped[str] = mapped_column(ForeignKey("asset.id"))
    parent_id: Mapped[str | None] = mapped_column(ForeignKey("title_grant.id"), index=True)
    grantor_id: Mapped[str | None] = mapped_column(ForeignKey("party.id"))
    grantee_id: Mapped[str] = mapped_column(ForeignKey("party.id"), index=True)
    certificate_id: Mapped[str | None] = mapped_column(ForeignKey("certificate.id"), index=True)
    replaces_id: Mapped[str | None] = mapped_column(ForeignKey("title_grant.id"), index=True)
    box: Mapped[dict[str, Any]]
    box_sha256: Mapped[str]
    alone: Mapped[bool]
    source: Mapped[str]
    reference: Mapped[str | None]
    royalty_rate: Mapped[str | None]
    royalty_of: Mapped[str | None]
    scope_policy: Mapped[str | None]
    status: Mapped[GrantState] = status_column(GrantState)
    created_at: Mapped[datetime]


class AssetLineage(Base):
    """That an asset is made from another (来源链), and a grant that allowed it; append-only by trigger.

    A wider grant adds a row; of the rows of one parent, one that allows a wish is enough. A source that the registrar
    found without a grant has none, and its `basis` says how it was found.
    """

    __tablename__ = "asset_lineage"
    __table_args__ = (
        UniqueConstraint("child_id", "parent_id", "grant_id"),
        Index(
            "uq_asset_lineage_child_id_parent_id_ungranted",
            "child_id",
            "parent_id",
            unique=True,
            postgresql_where=text("grant_id IS NULL"),
        ),
        CheckConstraint("grant_id IS NOT NULL OR basis IS NOT NULL", name="basis"),
        CheckConstraint("child_id <> parent_id", name="distinct"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    child_id: Mapped[str] = mapped_column(ForeignKey("asset.id"))
    parent_id: Mapped[str] = mapped_column(ForeignKey("asset.id"), index=True)
    kind: Mapped[str]
    grant_id: Mapped[str | None] = mapped_column(ForeignKey("title_grant.id"), index=True)
    basis: Mapped[str | None]
    created_at: Mapped[datetime]


class TitleShare(Base):
    """A co-holder's share in an asset's title (按份共有); the shares that have not ended make up a whole."""

    __tablename__ = "title_share"
    __table_args__ = (
        Index(
            "uq_title_share_asset_id_party_id_standing",
            "asset_id",
            "party_id",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
        CheckConstraint("0 < numerator AND numerator < denominator", name="fraction"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    asset_id: Mapped[str] = mapped_column(ForeignKey("asset.id"))
    party_id: Mapped[str] = mapped_column(ForeignKey("party.id"))
    numerator: Mapped[int]
    denominator: Mapped[int]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class TitleRemark(Base, Stateful):
    """A remark on the rights in an asset (备注): it blocks acts, or lets them pass only under its condition.

    `blocks` repeats what its kind blocks under the policy that it was entered under, for statements that ask in SQL.
    """

    __tablename__ = "title_remark"
    __table_args__ = (
        Index(
            "uq_title_remark_asset_id_kind_priority_standing",
            "asset_id",
            "kind",
            "priority",
            unique=True,
            postgresql_where=text("status = 'entered'"),
        ),
        Index("ix_title_remark_asset_id", "asset_id"),
        CheckConstraint("priority >= 1", name="priority"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    asset_id: Mapped[str] = mapped_column(ForeignKey("asset.id"))
    kind: Mapped[str]
    blocks: Mapped[list[str]]
    condition: Mapped[dict[str, Any] | None]
    priority: Mapped[int | None]
    beneficiary_id: Mapped[str | None] = mapped_column(ForeignKey("party.id"))
    basis: Mapped[str]
    until: Mapped[date | None]
    policy_version: Mapped[str]
    release_basis: Mapped[str | None]
    status: Mapped[RemarkState] = status_column(RemarkState)
    created_at: Mapped[datetime]
