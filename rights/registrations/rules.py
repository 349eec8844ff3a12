"""Pure rules of an application: what a case gives, what evidence it needs, and every fault at once."""

from collections.abc import Sequence
from dataclasses import dataclass

from kernel.errors import FieldError
from kernel.text import Text
from rights.registrations.policy import Case, Evidence, Grant, Grounds, Matrix, Stage
from rights.terms import RIGHT_LABELS, SOURCE_LABELS, Form, Right, SourceKind

BODY_KINDS_NOT_REGISTRABLE = frozenset({"government"})
"""Party kinds whose own generated data is produced in performing public duties (GUIDE art. 15(1))."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What an application claims, with what is known of the applicant and the asset."""

    party_kind: str
    source_kind: SourceKind
    form: Form
    title_basis: str
    rights: tuple[Right, ...]


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
    faults = [*_registrable_faults(claim), *_basis_faults(claim, case, matrix)]
    if case is not None:
        faults += _right_faults(claim, case)
    faults += _piece_faults(pieces, evidence)
    given = {piece.kind for piece in pieces}
    needed = evidence_needed(claim.source_kind, conditions_of(claim, case), evidence)
    names = {kind.code: kind for kind in evidence.evidence}
    for code in needed:
        if code not in given:
            text = Text(f"缺少证明材料：{names[code].zh}（{code}）", f"Missing: {names[code].en} ({code})")
            faults.append(FieldError("/evidence", text, "LT-RGT-06"))
    return faults


def _registrable_faults(claim: Claim) -> list[FieldError]:
    if claim.party_kind in BODY_KINDS_NOT_REGISTRABLE and claim.source_kind == SourceKind.GENERATED:
        text = Text(
            "党政机关履职产生的数据不予登记", "Data that a government body produces in its duties is not registrable"
        )
        return [FieldError("/revision_id", text, "LT-RGT-03")]
    return []


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


def _piece_faults(pieces: Sequence[Piece], evidence: Evidence) -> list[FieldError]:
    known = {kind.code for kind in evidence.evidence}
    faults = []
    for position, piece in enumerate(pieces):
        pointer = f"/evidence/{position}"
        if piece.kind not in known:
            text = Text(f"材料种类应为：{', '.join(sorted(known))}", f"Use one of: {', '.join(sorted(known))}")
            faults.append(FieldError(f"{pointer}/kind", text, "LT-RGT-06"))
        if (unfit := _unfit(piece)) is not None:
            faults.append(FieldError(f"{pointer}/file_id", unfit, "LT-RGT-06"))
    return faults


def _unfit(piece: Piece) -> Text | None:
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
    known = [ground.code for ground in grounds.ground if stage in ground.stages]
    text = Text(f"请从公布的事由中选择：{', '.join(known)}", f"Choose among the published grounds: {', '.join(known)}")
    if not codes:
        return [FieldError("/grounds", text, "LT-RGT-13")]
    return [FieldError(f"/grounds/{at}", text, "LT-RGT-13") for at, code in enumerate(codes) if code not in known]


def checklist_faults(refusing: bool, checklist: dict[str, bool]) -> list[FieldError]:
    """An approval needs every item of the review passed (GUIDE arts. 18 to 21)."""
    if refusing:
        return []
    text = Text("该审查项未通过，不得准予登记", "This item has not passed: the case cannot be approved")
    return [FieldError(f"/checklist/{name}", text, "LT-RGT-13") for name, passed in checklist.items() if not passed]
