"""The life of a certificate: in force until another takes its place, it is ended early, or it lapses."""

from enum import StrEnum
from typing import Final

from kernel.states import Machine, Role, step


class CertificateState(StrEnum):
    """Where a certificate stands."""

    IN_FORCE = "in_force"
    REPLACED = "replaced"
    CANCELLED = "cancelled"
    REVOKED = "revoked"
    EXPIRED = "expired"


class CertificateAction(StrEnum):
    """What ends a certificate."""

    REPLACE = "replace"
    CANCEL = "cancel"
    REVOKE = "revoke"
    EXPIRE = "expire"


_S, _A = CertificateState, CertificateAction

CERTIFICATE: Final = Machine(
    "rights.certificate",
    _S.IN_FORCE,
    {
        # A transfer, change, renewal or correction puts a new certificate in its place (GUIDE arts. 34 to 36).
        (_S.IN_FORCE, _A.REPLACE): step(_S.REPLACED, Role.REGISTRAR),
        (_S.IN_FORCE, _A.CANCEL): step(_S.CANCELLED, Role.REGISTRAR),
        # What was obtained by concealment or is abused is taken back (PUBREG art. 20).
        (_S.IN_FORCE, _A.REVOKE): step(_S.REVOKED, Role.REGISTRAR),
        (_S.IN_FORCE, _A.EXPIRE): step(_S.EXPIRED, Role.SYSTEM),
    },
)
