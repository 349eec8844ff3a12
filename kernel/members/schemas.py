"""What an organisation's people say on the wire."""

from datetime import datetime
from typing import Annotated, ClassVar

import msgspec
from msgspec import UNSET, Meta, UnsetType

Name = Annotated[str, Meta(min_length=1, max_length=60)]
Roles = Annotated[list[Annotated[str, Meta(max_length=30)]], Meta(min_length=1, max_length=8)]


class InviteMember(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Invite a person; the centre sends no mail, so whoever invites hands the link on."""

    email: Annotated[str, Meta(max_length=254, examples=["li.si@example.cn"])]
    name: Name
    roles: Roles
    administrator: bool = False


class AcceptInvitation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Become a member by an invitation."""

    secret: Annotated[str, Meta(max_length=100)]
    name: Name
    password: Annotated[str, Meta(min_length=1, max_length=128)]


class ChangeMember(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Change a member's name or what it may do; what is left out stays."""

    name: Name | UnsetType = UNSET
    roles: Roles | UnsetType = UNSET
    administrator: bool | UnsetType = UNSET


class ResetPassword(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Make a link by which a member sets a new password, with or without forgetting its second factors."""

    clears_factors: bool = False


class MemberView(msgspec.Struct, frozen=True):
    """A person who acts for the party."""

    id: str
    name: str
    email: str
    roles: list[str]
    administrator: bool
    made_by: str | None
    second_factor: Annotated[
        bool, Meta(description="第二重验证：是否已设，通行密钥亦算 · whether it has a second factor or a passkey")
    ]
    signed_in_at: Annotated[
        datetime | None, Meta(description="最近活动时间：最近一次使用登录会话 · when it last used a session")
    ]
    created_at: datetime
    removed_at: datetime | None


class InvitationView(msgspec.Struct, frozen=True):
    """An invitation without its secret."""

    id: str
    email: str
    name: str
    roles: list[str]
    administrator: bool
    made_by: str
    created_at: datetime
    expires_at: datetime
    withdrawn_at: datetime | None
    accepted_at: datetime | None
    member_id: str | None


class NewInvitation(msgspec.Struct, frozen=True):
    """A new invitation with the link that leads to it, which is shown this once."""

    SHOWN_ONCE: ClassVar = ("link",)

    invitation: InvitationView
    link: Annotated[str | None, Meta(description="一次性链接，仅显示这一次 · the link, shown this once")]


class NewReset(msgspec.Struct, frozen=True):
    """A new link by which a member sets a password; it is shown this once."""

    SHOWN_ONCE: ClassVar = ("link",)

    member_id: str
    expires_at: datetime
    link: Annotated[str | None, Meta(description="一次性链接，仅显示这一次 · the link, shown this once")]
