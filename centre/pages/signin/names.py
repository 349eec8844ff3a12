"""What people call the offices and roles that members have."""

from collections.abc import Iterable
from typing import Final

from kernel.text import Text

ROLES: Final = {
    "provider": Text("数据提供方", "Provider"),
    "developer": Text("数据开发方", "Developer"),
    "buyer": Text("数据需求方", "Buyer"),
    "investor": Text("投资方", "Investor"),
    "valuer": Text("评估机构", "Valuer"),
    "tester": Text("检测机构", "Tester"),
    "insurer": Text("保险机构", "Insurer"),
    "lender": Text("融资机构", "Lender"),
    "operator": Text("运营", "Operator"),
    "registrar": Text("登记审核", "Registrar"),
    "reviewer": Text("挂牌审核", "Reviewer"),
    "clearing": Text("清结算", "Clearing"),
    "regulator": Text("监管", "Regulator"),
    "auditor": Text("审计", "Auditor"),
}


def role_names(roles: Iterable[str]) -> list[tuple[str, Text]]:
    """Roles with their names; one without words of its own stands for itself."""
    return [(role, ROLES.get(role, Text(role, role))) for role in roles]
