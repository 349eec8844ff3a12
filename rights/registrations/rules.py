"""Pure rules of an application: what a case gives, what evidence it needs, and every fault at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from kernel.errors import FieldError
from kernel.text import Text
from rights.registrations.policy import Case, Evidence, Grant, Grounds, Matrix, PublicResource, Stage
from rights.terms import RIGHT_LABELS, SOURCE_LABELS, Form, Right, SourceKind

BODY_KINDS_NOT_REGISTRABLE = frozenset({"government"})
"""Party kinds whose own generated data is produced in performing public duties (GUIDE art. 15(1))."""


@dataclass(frozen=True, slots=True)
class PublicSource:
    """A public data resource that a product is made from, and whether its registration is in force."""

    name: str
    in_force: bool


@dataclass(frozen=True, slots=True)
class Claim:
    """What an application claims, with what is known of the applicant and the asset.

    `sources_named` says that the data of which derived data was made is declared or named, public data apart.
    """

    party_kind: str
    source_kind: SourceKind
    form: Form
    title_basis: str
    rights: tuple[Right, ...]
    public_data: bool = False
    public_sources: tuple[PublicSource, ...] = ()
    sources_named: bool = False


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of evidence as handed in, with what is known of its file."""

    kind: str
    file_known: bool
    for_evidence: bool
    size_bytes: int


def claim_faults(claim: Claim, pieces: Sequence[Piece], matrix: Matrix, evidence: Evidence) -> list[FieldError]:
    """Every fault of an application: not registrable, basis, rights, files, and each missing kind of evidence."""
    case = matrix.find(claim.title_basis)
    needed = evidence_needed(claim.source_kind, conditions_of(claim, case), evidence)
    return [*title_faults(claim, matrix), *_source_faults(claim), *evidence_faults(pieces, needed, (), evidence)]


def title_faults(claim: Claim, matrix: Matrix) -> list[FieldError]:
    """Every fault of what is claimed, whatever the evidence."""
    case = matrix.find(claim.title_basis)
    faults = [*_registrable_faults(claim), *_basis_faults(claim, case, matrix)]
    return faults if case is None else [*faults, *_right_faults(claim, case)]


def evidence_faults(
    pieces: Sequence[Piece], needed: Sequence[str], any_of: Sequence[str], evidence: Evidence
) -> list[FieldError]:
    """Every piece that cannot serve, each missing kind by name, and the choice where one of several kinds will do."""
    faults = _piece_faults(pieces, evidence)
    kinds = {piece.kind for piece in pieces}
    names = {kind.code: kind for kind in evidence.evidence}
    for code in needed:
        if code not in kinds:
            text = Text(f"缺少证明材料：{names[code].zh}（{code}）", f"Missing: {names[code].en} ({code})")
            faults.append(FieldError("/evidence", text, "LT-RGT-06"))
    if any_of and kinds.isdisjoint(any_of):
        text = Text(f"至少提供一种：{', '.join(any_of)}", f"Bring at least one of: {', '.join(any_of)}")
        faults.append(FieldError("/evidence", text, "LT-RGT-29"))
    return faults


def _source_faults(claim: Claim) -> list[FieldError]:
    """Derived data is made of something, and whoever registers it says of what (GUIDE arts. 20, 21)."""
    if claim.source_kind != SourceKind.DERIVED or claim.sources_named or claim.public_sources:
        return []
    text = Text(
        "衍生数据未写明来源：已在本中心登记的来源以 POST /v1/assets/{id}/parents 声明，公共数据填 public_sources，"
        "其他来源填 outside_sources（名称与持有方）",
        "Derived data names its source: declare one that is registered here by POST /v1/assets/{id}/parents, give "
        "public data in public_sources, and any other in outside_sources (name and holder)",
    )
    return [FieldError("/outside_sources", text, "LT-TTL-06")]


def _registrable_faults(claim: Claim) -> list[FieldError]:
    if claim.party_kind in BODY_KINDS_NOT_REGISTRABLE and claim.source_kind == SourceKind.GENERATED:
        text = Text(
            "党政机关履职产生的数据不予登记", "Data that a government body produces in its duties is not registrable"
        )
        return [FieldError("/revision_id", text, "LT-RGT-03")]
    if claim.public_data and claim.form == Form.RESOURCE:
        text = Text(
            "公共数据资源按其自身办法登记，不登记数据产权",
            "A public data resource is registered under its own measures, not as property",
        )
        return [FieldError("/revision_id", text, "LT-RGT-31")]
    return public_source_faults(claim.public_sources) if claim.public_data else []


def public_source_faults(sources: Sequence[PublicSource]) -> list[FieldError]:
    """A product of public data names the resources it is made from, all of them registered (GUIDE art. 15(2))."""
    if not sources:
        text = Text("公共数据产品须列明已登记的公共数据资源", "A product of public data names its registered resources")
        return [FieldError("/public_sources", text, "LT-RGT-31")]
    return [
        FieldError(
            f"/public_sources/{position}",
            Text("没有有效的公共数据资源登记", "No registration of a public data resource is in force under this name"),
            "LT-RGT-31",
        )
        for position, source in enumerate(sources)
        if not source.in_force
    ]


def public_resource_faults(
    party_kind: str, form: Form, public_data: bool, sources: Sequence[PublicSource], allowed: PublicResource
) -> list[FieldError]:
    """Departments and public institutions register resources, operators the products made from them (PUBREG art. 5)."""
    faults = []
    if not public_data:
        text = Text("该资产未声明为公共数据", "The asset is not declared to be public data")
        faults.append(FieldError("/revision_id", text, "LT-RGT-30"))
    if form == Form.PRODUCT:
        return [*faults, *public_source_faults(sources)]
    if party_kind not in allowed.party_kinds:
        kinds = ", ".join(allowed.party_kinds)
        text = Text(f"公共数据资源由以下主体登记：{kinds}", f"A public data resource is registered by: {kinds}")
        faults.append(FieldError("/revision_id", text, "LT-RGT-30"))
    return faults


def _basis_faults(claim: Claim, case: Case | None, matrix: Matrix) -> list[FieldError]:
    source = SOURCE_LABELS[claim.source_kind]
    if case is not None and case.source_kind == claim.source_kind:
        return []
    fitting = ", ".join(row.code for row in matrix.case if row.source_kind == claim.source_kind)
    text = Text(
        f"来源方式“{source.zh}”的权利依据应为：{fitting}",
        f"For the source kind “{source.en}” the title rests on one of: {fitting}",
    )
    return [FieldError("/title_basis", text, "LT-RGT-04")]


def _right_faults(claim: Claim, case: Case) -> list[FieldError]:
    faults = []
    for position, right in enumerate(claim.rights):
        if gives(case.grants[right], claim.form):
            continue
        label, why = RIGHT_LABELS[right], Text(case.zh, case.en)
        if case.grants[right] == "product-only":
            why = Text(f"{case.zh}仅数据产品可登记", f"{case.en}, unless it is a data product")
        text = Text(f"不得登记{label.zh}：{why.zh}", f"The {label.en} cannot be registered: {why.en}")
        faults.append(FieldError(f"/rights/{position}", text, "LT-RGT-05"))
    return faults


def gives(grant: Grant, form: Form) -> bool:
    """Say whether a cell of the matrix gives the right, its evidence provided."""
    return grant != "no" and (grant != "product-only" or form == Form.PRODUCT)


def conditions_of(claim: Claim, case: Case | None) -> frozenset[Grant]:
    """The conditions under which the case gives the rights that are claimed."""
    if case is None:
        return frozenset()
    return frozenset(case.grants[right] for right in claim.rights if gives(case.grants[right], claim.form))


def evidence_needed(source_kind: SourceKind, conditions: frozenset[Grant], evidence: Evidence) -> list[str]:
    """The kinds of evidence that an application needs, in the order of the policy."""
    return [
        kind.code
        for kind in evidence.evidence
        if kind.always or source_kind in kind.source_kinds or not conditions.isdisjoint(kind.conditions)
    ]


def condition_evidence(conditions: frozenset[Grant], evidence: Evidence) -> list[str]:
    """The kinds of evidence that conditions of the matrix ask for, whatever else a type needs."""
    return [kind.code for kind in evidence.evidence if not conditions.isdisjoint(kind.conditions)]


def agreement_faults(agreement_until: date | None, today: date) -> list[FieldError]:
    """An agreement on authorised operation that has ended carries no registration (PUBREG art. 15)."""
    if agreement_until is None or agreement_until > today:
        return []
    text = Text("授权运营协议已到期", "The agreement on authorised operation has ended")
    return [FieldError("/agreement_until", text, "LT-RGT-30")]


def change_faults(same_asset: bool, touches: bool) -> list[FieldError]:
    """A change stays with the asset, and so with its source, and changes something (GUIDE art. 35)."""
    faults = []
    if not same_asset:
        text = Text(
            "变更不得更换数据来源：该版本属于其他资产", "A change keeps the source: this revision is another asset's"
        )
        faults.append(FieldError("/revision_id", text, "LT-RGT-27"))
    if not touches:
        text = Text("申请没有变更任何内容", "The application changes nothing")
        faults.append(FieldError("", text, "LT-RGT-27"))
    return faults


def licence_faults(rights: Sequence[str]) -> list[FieldError]:
    """Only who may operate the data licenses it to others (GUIDE art. 3)."""
    if Right.OPERATE in rights:
        return []
    text = Text("证书未记载数据经营权，不能许可他人", "Without the right to operate nothing can be licensed")
    return [FieldError("/type", text, "LT-RGT-28")]


def counterparty_faults(type_code: str, *, admitted: bool, provider: bool, same: bool) -> list[FieldError]:
    """The other side is another admitted party; who takes rights over is a provider."""
    pointer, rule = ("/transferee_id", "LT-RGT-25") if type_code == "transfer" else ("/licensee_id", "LT-RGT-28")
    if not admitted:
        text = Text("不是已准入的主体", "This is not an admitted party")
    elif same:
        text = Text("不能是本方自己", "This is your own party")
    elif type_code == "transfer" and not provider:
        text = Text("受让方须为数据提供方", "The transferee must be a provider")
    else:
        return []
    return [FieldError(pointer, text, rule)]


def supplement_faults(requested: Sequence[str], evidence: Evidence) -> list[FieldError]:
    """What the registrar asks for is named by published kinds."""
    kinds = {kind.code for kind in evidence.evidence}
    text = Text(f"材料种类应为：{', '.join(sorted(kinds))}", f"Use one of: {', '.join(sorted(kinds))}")
    return [FieldError(f"/kinds/{at}", text, "LT-RGT-18") for at, kind in enumerate(requested) if kind not in kinds]


def day(value: str | date | None) -> date | None:
    """A day that may be written down."""
    return date.fromisoformat(value) if isinstance(value, str) else value


def _piece_faults(pieces: Sequence[Piece], evidence: Evidence) -> list[FieldError]:
    kinds = {kind.code for kind in evidence.evidence}
    faults = []
    for position, piece in enumerate(pieces):
        pointer = f"/evidence/{position}"
        if piece.kind not in kinds:
            text = Text(f"材料种类应为：{', '.join(sorted(kinds))}", f"Use one of: {', '.join(sorted(kinds))}")
            faults.append(FieldError(f"{pointer}/kind", text, "LT-RGT-06"))
        if (why := unfit(piece)) is not None:
            faults.append(FieldError(f"{pointer}/file_id", why, "LT-RGT-06"))
    return faults


def unfit(piece: Piece) -> Text | None:
    """Why a file cannot serve as evidence, or None."""
    if not piece.file_known:
        return Text("不是本方已上传的文件", "This is not a file that your party uploaded")
    if not piece.for_evidence:
        return Text("该文件上传时的用途不是 evidence", "This file was not uploaded for the purpose evidence")
    if piece.size_bytes == 0:
        return Text("文件为空", "The file is empty")
    return None


def ground_faults(refusing: bool, codes: Sequence[str], stage: Stage, grounds: Grounds) -> list[FieldError]:
    """Every fault of a decision's grounds: a refusal names published ones, an approval none."""
    if not refusing:
        text = Text("予以通过时不得列举不予登记的事由", "A positive decision names no grounds of refusal")
        return [FieldError("/grounds", text, "LT-RGT-13")] if codes else []
    published = [ground.code for ground in grounds.ground if stage in ground.stages]
    text = Text(
        f"请从公布的事由中选择：{', '.join(published)}", f"Choose among the published grounds: {', '.join(published)}"
    )
    if not codes:
        return [FieldError("/grounds", text, "LT-RGT-13")]
    return [FieldError(f"/grounds/{at}", text, "LT-RGT-13") for at, code in enumerate(codes) if code not in published]


def checklist_faults(refusing: bool, checklist: dict[str, bool]) -> list[FieldError]:
    """An approval needs every item of the review passed (GUIDE arts. 18 to 21)."""
    if refusing:
        return []
    text = Text("该审查项未通过，不得准予登记", "This item has not passed: the case cannot be approved")
    return [FieldError(f"/checklist/{name}", text, "LT-RGT-13") for name, passed in checklist.items() if not passed]
