"""A certificate as its check shows it: whether it stands now, and what the register says beside it."""

from dataclasses import dataclass

from kernel.act import Act
from kernel.errors import NotFound
from kernel.text import Text
from rights.certificates import queries
from rights.certificates.schemas import CertificateView
from rights.objections.queries import open_on_asset
from rights.terms import RIGHT_LABELS, Right
from rights.title import policy as title_policy
from rights.title.queries import remarks

ENDED = {
    "cancelled": Text("已注销", "Cancelled"),
    "expired": Text("已届满", "Lapsed"),
    "revoked": Text("已撤销", "Revoked"),
    "replaced": Text("已由新证书替代", "Replaced by a new certificate"),
}
IN_FORCE = Text("有效", "In force")
NOT_IN_FORCE = Text("不在有效期内", "Not in force")


@dataclass(frozen=True, slots=True)
class CertificateStanding:
    """A certificate, how it stands, and what burdens it."""

    certificate: CertificateView
    in_force: bool
    words: Text
    rights: list[Text]
    disputed: bool
    remarks: list[Text]


async def standing_of(act: Act, name: str) -> CertificateStanding | None:
    """A certificate by its number or its id as the public register has it now; None where it has none."""
    try:
        certificate = await queries.certificate(act.session, name)
    except NotFound:
        return None
    newest = await queries.certificate_in_force(act.session, certificate.asset_id, act.at)
    in_force = newest is not None and newest.id == certificate.id
    kinds = {kind.code: Text(kind.zh, kind.en) for kind in title_policy.remarks().at(act.today).body.remark}
    return CertificateStanding(
        certificate=certificate,
        in_force=in_force,
        words=IN_FORCE if in_force else ENDED.get(certificate.status, NOT_IN_FORCE),
        rights=[RIGHT_LABELS[Right(code)] for code in certificate.rights],
        disputed=bool(await open_on_asset(act.session, certificate.asset_id)),
        remarks=[kinds[each.kind] for each in await remarks(act.session, certificate.asset_id)],
    )
