"""The life of a certificate: in force until it is cancelled or lapses."""

from enum import StrEnum
from typing import Final

from kernel.states import Machine, Role, step


class CertificateState(StrEnum):
    """Where a certificate stands."""

    IN_FORCE = "in_force"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class CertificateAction(StrEnum):
    """What ends a certificate."""

    CANCEL = "cancel"
    EXPIRE = "expire"


CERTIFICATE: Final = Machine(
    "rights.certificate",
    CertificateState.IN_FORCE,
    {
        (CertificateState.IN_FORCE, CertificateAction.CANCEL): step(CertificateState.CANCELLED, Role.REGISTRAR),
        (CertificateState.IN_FORCE, CertificateAction.EXPIRE): step(CertificateState.EXPIRED, Role.SYSTEM),
    },
)
