"""What signing in says on the wire."""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

Email = Annotated[str, Meta(min_length=3, max_length=254)]
Password = Annotated[str, Meta(min_length=1, max_length=128)]
Code = Annotated[str, Meta(min_length=6, max_length=40)]
PasskeyAnswer = Annotated[str, Meta(max_length=16_384)]


class Credentials(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What somebody signs in with; the credit code says for which of several organisations."""

    email: Email
    password: Password
    uscc: Annotated[str, Meta(max_length=18)] = ""


class Proof(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a member that is signed in shows again: a passkey, or the password, and a code where it has an app."""

    password: Annotated[str, Meta(max_length=128)] = ""
    code: Annotated[str, Meta(max_length=40)] = ""
    passkey: PasskeyAnswer = ""


class ChangePassword(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A new password in the place of the present one."""

    password: Password
    new_password: Password


class UseReset(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A new password by a link."""

    secret: Annotated[str, Meta(max_length=100)]
    new_password: Password


class NamePasskey(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A new passkey, as its owner calls it, with what the device answered."""

    name: Annotated[str, Meta(min_length=1, max_length=60)]
    passkey: PasskeyAnswer


class SessionView(msgspec.Struct, frozen=True):
    """A browser in which a member is signed in."""

    id: str
    member_id: str
    strength: Annotated[
        str,
        Meta(
            description="password、second-factor 或 passkey · how it was begun: by password, two factors or a passkey"
        ),
    ]
    address: str
    agent: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
