"""The facts that an issued document states about its own appraisal, read leniently: a document outlives its readers."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from kernel.crypto import canonical
from kernel.documents.checks import FileUnreadable
from kernel.text import Text
from valuation.reports.facts import Engagement, Issued, ReportFacts, Signed, Stage


def of_document(body: Mapping[str, Any]) -> ReportFacts:
    """The facts of a credential about an appraisal; raises FileUnreadable where it holds none."""
    claims = body.get("credentialSubject")
    if not isinstance(claims, dict) or not isinstance(claims.get("appraisal"), dict):
        raise FileUnreadable("holds no appraisal")
    try:
        return ReportFacts(
            asset=str(claims["asset"]),
            asset_name=str(claims["asset_name"]),
            appraisal_id=str(claims.get("id", "")).rpartition("/")[2] or None,
            revision=claims.get("revision"),
            content_sha256=claims.get("content_sha256"),
            provider=claims.get("provider"),
            valuer=claims.get("valuer"),
            issued=Issued(
                id=str(body["id"]),
                sha256=canonical.digest(dict(body)),
                issuer=str(body["issuer"]),
                issued_at=str(body["validFrom"]),
            ),
            engagement=engagement(claims),
            standing=_standing(claims),
            provider_name=claims.get("provider_name") or (claims.get("engagement") or {}).get("provider_name"),
            valuer_name=claims.get("valuer_name"),
            revalued=tuple(_revalued(claims.get("revaluation"))),
        )
    except (KeyError, ValueError, TypeError) as problem:
        raise FileUnreadable(f"holds no appraisal ({problem})") from problem


def _standing(claims: Mapping[str, Any]) -> Text | None:
    said = claims.get("standing_text")
    return Text(said["zh"], said["en"]) if isinstance(said, dict) else None


def _revalued(stated: Mapping[str, Any] | None) -> Iterator[Text]:
    """Why an appraisal was computed automatically, from which one, and what changed."""
    if stated is None:
        return
    before = f"{stated['previous_value']['amount']} {stated['previous_value']['currency']}"
    yield Text(
        f"原报告 {stated['report']}，前次估值 {stated['previous']} 为 {before}。",
        f"Report {stated['report']}; the appraisal before, {stated['previous']}, was {before}.",
    )
    for cause in stated["causes"]:
        day, subject = str(cause["at"])[:10], cause["subject"]
        yield Text(
            f"原因：{cause['name']['zh']}（{day}，{subject}）", f"Cause: {cause['name']['en']} ({day}, {subject})"
        )
    for change in stated["changes"]:
        one, other = _said(change["before"]), _said(change["after"])
        yield Text(
            f"变化：{change['place']} 由 {one} 变为 {other}", f"Changed: {change['place']} from {one} to {other}"
        )


def _said(value: Any) -> str:
    return "—" if value in (None, [], "") else ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def ordered(appraisal: Mapping[str, Any]) -> dict[str, Any]:
    """An appraisal with its names in canonical order, whichever store it comes from."""
    found: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(appraisal, order="sorted"))
    return found


def of_appraisal(appraisal: Mapping[str, Any]) -> ReportFacts:
    """What a bare appraisal says of itself."""
    asset = str(appraisal["asset"])
    return ReportFacts(asset=asset, asset_name=asset)


def engagement(claims: Mapping[str, Any]) -> Engagement | None:
    """The engagement as the document states it, if it does; raises KeyError, TypeError where it is not ours."""
    stated = claims.get("engagement")
    if not isinstance(stated, dict):
        return None
    report, given = claims.get("report", {}), claims.get("disclosures", {})
    return Engagement(
        id=stated["id"],
        number=report.get("number"),
        client=stated["client_name"],
        firm=stated["firm_name"],
        intended_users=tuple(stated["intended_users"]),
        scope=stated["scope"],
        statutory=stated["statutory"],
        accepted_on=str(stated["accepted_at"])[:10],
        reported_on=report.get("issued_on"),
        archive_until=report.get("archive_until"),
        supersedes=stated.get("supersedes"),
        signed=tuple(_signed(each, claims.get("signatures", [])) for each in stated["valuers"] if _signs(each)),
        reviewer=next(
            (f"{each['name']} {each['registration_number']}" for each in stated["valuers"] if not _signs(each)), None
        ),
        signed_digest=claims.get("digest"),
        independence=tuple(_independence(each) for each in stated["independence"]),
        stages=tuple(
            Stage(str(each["at"])[:10], Text(each["name"]["zh"], each["name"]["en"]))
            for each in report.get("process", [])
        ),
        papers=tuple(f"{each['title']} · {each['sha256']}" for each in claims.get("papers", [])),
        scenario=given.get("scenario"),
        limits_of_use=tuple(given.get("limits_of_use", ())),
        outlook=given.get("outlook"),
        experts=given.get("experts"),
        special=tuple(given.get("special", ())),
        later_events=given.get("later_events"),
    )


def _signs(valuer: Mapping[str, Any]) -> bool:
    return bool(valuer["part"] != "reviewer")


def _signed(valuer: Mapping[str, Any], signatures: list[Mapping[str, Any]]) -> Signed:
    """A valuer of the engagement with the signature that the document carries, if it carries one."""
    by = next((each for each in signatures if each["part"] == valuer["part"]), None)
    return Signed(
        name=valuer["name"],
        capacity=valuer["part"],
        registration=valuer["registration_number"],
        signed_at=by["signed_at"] if by else None,
        key=by["public_key"] if by else None,
        signature=by["signature"] if by else None,
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
