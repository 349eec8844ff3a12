"""What people call the offices and roles that members have."""

from collections.abc import Iterable
from typing import Final

from centre.pages.portal.names import ROLES
from kernel.text import Text

OFFICES: Final = {
    "operator": Text("运营", "Operator"),
    "registrar": Text("登记审核", "Registrar"),
    "reviewer": Text("挂牌审核", "Reviewer"),
    "clearing": Text("清结算", "Clearing"),
    "regulator": Text("监管", "Regulator"),
    "auditor": Text("审计", "Auditor"),
}


def role_names(roles: Iterable[str]) -> list[tuple[str, Text]]:
    """Roles with their names; one without words of its own stands for itself."""
    return [(role, OFFICES.get(role) or ROLES.get(role) or Text(role, role)) for role in roles]
