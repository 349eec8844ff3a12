"""The facts that an issued document states about its own appraisal, in the words of a report."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from kernel.crypto import canonical
from kernel.documents import readable
from kernel.documents.checks import FileUnreadable
from kernel.text import Text
from valuation.appraisal.document import (
    AppraisalClaims,
    Disclosures,
    RevaluationClaims,
    SignatureClaims,
    ValuerClaims,
    read,
)
from valuation.reports.facts import Engagement, Issued, ReportFacts, Signed, Stage


def of_document(body: Mapping[str, Any]) -> ReportFacts:
    """The facts of a credential about an appraisal; raises FileUnreadable where it holds none."""
    try:
        claims = read(body.get("credentialSubject"))
        return ReportFacts(
            asset=claims.asset,
            asset_name=claims.asset_name,
            appraisal_id=(claims.id or "").rpartition("/")[2] or None,
            revision=claims.revision,
            content_sha256=claims.content_sha256,
            provider=claims.provider,
            valuer=claims.valuer,
            issued=Issued(
                id=str(body["id"]),
                sha256=canonical.digest(dict(body)),
                issuer=str(body["issuer"]),
                issued_at=str(body["validFrom"]),
                centre=readable.named_centre(body) or None,
            ),
            engagement=engagement(claims),
            standing=claims.standing_text,
            provider_name=claims.provider_name or (claims.engagement.provider_name if claims.engagement else None),
            valuer_name=claims.valuer_name,
            revalued=tuple(_revalued(claims.revaluation)),
        )
    except (KeyError, ValueError, TypeError) as problem:
        raise FileUnreadable(f"holds no appraisal ({problem})") from problem


def _revalued(stated: RevaluationClaims | None) -> Iterator[Text]:
    """Why an appraisal was computed automatically, from which one, and what changed."""
    if stated is None:
        return
    before = f"{stated.previous_value.amount} {stated.previous_value.currency}"
    yield Text(
        f"原报告 {stated.report}，前次估值 {stated.previous} 为 {before}。",
        f"Report {stated.report}; the appraisal before, {stated.previous}, was {before}.",
    )
    for cause in stated.causes:
        day = cause.at[:10]
        yield Text(
            f"原因：{cause.name.zh}（{day}，{cause.subject}）", f"Cause: {cause.name.en} ({day}, {cause.subject})"
        )
    for change in stated.changes:
        before, after = _written(change.before), _written(change.after)
        yield Text(
            f"变化：{change.place} 由 {before} 变为 {after}", f"Changed: {change.place} from {before} to {after}"
        )


def _written(value: Any) -> str:
    return "—" if value in (None, [], "") else ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def ordered(appraisal: Mapping[str, Any]) -> dict[str, Any]:
    """An appraisal with its names in canonical order, whichever store it comes from."""
    found: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(appraisal, order="sorted"))
    return found


def of_appraisal(appraisal: Mapping[str, Any]) -> ReportFacts:
    """What a bare appraisal says of itself."""
    asset = str(appraisal["asset"])
    return ReportFacts(asset=asset, asset_name=asset)


def engagement(claims: AppraisalClaims) -> Engagement | None:
    """The engagement as the document states it, if it does."""
    terms, report, disclosures = claims.engagement, claims.report, claims.disclosures or Disclosures()
    if terms is None:
        return None
    return Engagement(
        id=terms.id,
        number=report.number if report else None,
        client=terms.client_name,
        firm=terms.firm_name,
        intended_users=terms.intended_users,
        scope=terms.scope,
        statutory=terms.statutory,
        accepted_on=terms.accepted_at[:10],
        reported_on=report.issued_on.isoformat() if report else None,
        archive_until=report.archive_until.isoformat() if report else None,
        supersedes=terms.supersedes,
        signed=tuple(_signed(valuer, claims.signatures or ()) for valuer in terms.valuers if _signs(valuer)),
        reviewer=next(
            (f"{valuer.name} {valuer.registration_number}" for valuer in terms.valuers if not _signs(valuer)), None
        ),
        signed_digest=claims.digest,
        independence=tuple(_independence(check) for check in terms.independence),
        stages=tuple(Stage(step.at[:10], step.name) for step in report.process) if report else (),
        papers=tuple(f"{paper.title} · {paper.sha256}" for paper in claims.papers or ()),
        scenario=disclosures.scenario,
        limits_of_use=disclosures.limits_of_use,
        outlook=disclosures.outlook,
        experts=disclosures.experts,
        special=disclosures.special,
        later_events=disclosures.later_events,
    )


def _signs(valuer: ValuerClaims) -> bool:
    return valuer.part != "reviewer"


def _signed(valuer: ValuerClaims, signatures: Sequence[SignatureClaims]) -> Signed:
    """A valuer of the engagement with the signature that the document carries, if it carries one."""
    by = next((signature for signature in signatures if signature.part == valuer.part), None)
    return Signed(
        name=valuer.name,
        capacity=valuer.part,
        registration=valuer.registration_number,
        signed_at=by.signed_at if by else None,
        key=by.public_key if by else None,
        signature=by.signature if by else None,
    )


def _independence(check: Mapping[str, Any]) -> Text:
    """A check of independence: on what occasion, and that nothing was found, or the document would not exist."""
    day, since = str(check["at"])[:10], str(check["since"])[:10]
    return Text(
        f"{day} 核查评估机构与评估人员自 {since} 以来同委托人、产权持有人的往来和所申报的利害关系，"
        "未发现应当回避的情形。",
        f"{day}: dealings since {since} of the firm and its valuers with the client and the right holder, and the "
        "interests that the valuers declared, were checked; there was no ground to step back.",
    )
