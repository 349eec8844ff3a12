"""The end of the story: everything written down, and verified offline as an outsider would."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

from centre.demo.tale import Tale
from centre.verification.verify import verified
from kernel.documents.verify import Trust
from kernel.tlog.verify import verify_log
from rights.certificates import rules

DOCUMENTS: Final = ("certificate", "scorecard", "valuation", "agreement", "receipt", "settlement")


def close(tale: Tale) -> dict[str, Any]:
    """Write demo-output, then prove it: every document and the whole log, with nothing but files."""
    account = tale.account
    account.step("存证与离线核验", "Proof: verify everything offline")
    _write(tale.output / "trust.json", tale.people.operator.get("/v1/trust"))
    for name, document_id in _documents(tale).items():
        _document(tale, name, document_id)
    log = _copy_log(tale)
    for name in DOCUMENTS:
        report = verified(tale.output / f"{name}.json", tale.output / "trust.json")
        if not report.holds:
            raise RuntimeError(f"{name}.json does not verify: {[c.detail.en for c in report.checks if not c.holds]}")
        account.fact(f"{name}.json: signature and log inclusion hold ({len(report.checks)} checks)")
    _prove_certificate(tale)
    _prove_report(tale)
    summary = _summary(tale, log)
    _write(tale.output / "summary.json", summary)
    account.end(f"完成：{tale.output}/summary.json · done")
    return summary


def _documents(tale: Tale) -> dict[str, str]:
    people, known = tale.people, tale.known
    return {
        "certificate": people.provider.get(f"/v1/certificates/{known['certificate_number']}")["document_id"],
        "scorecard": people.provider.get(f"/v1/scorecards/{known['scorecard_id']}")["document_id"],
        "valuation": people.valuer.get(f"/v1/appraisals/{known['appraisal_id']}")["document_id"],
        "agreement": known["agreement_document"],
        "receipt": known["receipt_document"],
        "settlement": known["settlement_document"],
    }


_READER: Final = {"valuation": "valuer"}


def _document(tale: Tale, name: str, document_id: str) -> None:
    """Save a document with its log proof, and its page in both languages."""
    reader = getattr(tale.people, _READER.get(name, "provider"))
    envelope = reader.wait_for(f"/v1/documents/{document_id}", lambda found: found["log"] is not None)
    _write(tale.output / f"{name}.json", envelope)
    for lang in ("zh", "en"):
        page = reader.call("GET", f"/v1/documents/{document_id}/page", params={"lang": lang}).text
        (tale.output / f"{name}.{lang}.html").write_text(page, encoding="utf-8")


def _prove_certificate(tale: Tale) -> None:
    """The certificate as a sealed PDF in both languages, its standing, and everything about the asset in one bundle."""
    number, provider = tale.known["certificate_number"], tale.people.provider
    standing = tale.output / "status-list.json"
    _write(standing, provider.get(f"/v1/status-lists/{rules.place_in_list(number)[0]}"))
    bundle = tale.output / "evidence-bundle.zip"
    bundle.write_bytes(provider.call("GET", f"/v1/assets/{tale.known['asset_id']}/evidence-bundle").content)
    prints = {lang: tale.output / f"certificate.{lang}.pdf" for lang in ("zh", "en")}
    for lang, path in prints.items():
        path.write_bytes(provider.call("GET", f"/v1/certificates/{number}/pdf", params={"lang": lang}).content)
    for path in (*prints.values(), bundle):
        report = verified(path, tale.output / "trust.json", [standing])
        if not report.holds or any(check.holds is None for check in report.checks):
            raise RuntimeError(f"{path.name} does not verify: {[c.detail.en for c in report.checks if not c.holds]}")
        tale.account.fact(f"{path.name}: {len(report.checks)} checks hold, {path.stat().st_size:,} bytes")


def _prove_report(tale: Tale) -> None:
    """The appraisal report in every form, each verified, and computed again by the one file that needs nothing else."""
    valuer, trust = tale.people.valuer, tale.output / "trust.json"
    address = f"/v1/appraisals/{tale.known['appraisal_id']}/report"
    for form in ("json", "pdf", "xlsx"):
        for lang in ("zh",) if form == "json" else ("zh", "en"):
            path = tale.output / ("report.json" if form == "json" else f"report.{lang}.{form}")
            path.write_bytes(valuer.call("GET", f"{address}.{form}", params={"lang": lang}).content)
            report = verified(path, trust)
            if not report.holds:
                failing = [check.detail.en for check in report.checks if check.holds is False]
                raise RuntimeError(f"{path.name} does not verify: {failing}")
            tale.account.fact(f"{path.name}: {len(report.checks)} checks, {path.stat().st_size:,} bytes")
    program = tale.output / "verifier.py"
    program.write_bytes(valuer.call("GET", "/v1/appraisal-verifier").content)
    alone = [sys.executable, "-I", "-S", str(program), str(tale.output / "report.json")]
    checked = subprocess.run(alone, check=True, capture_output=True)  # noqa: S603 -- our own program on our own file
    tale.account.fact(checked.stdout.decode().strip().rpartition("· ")[2])


def _copy_log(tale: Tale) -> Any:
    """Fetch the static log from its public addresses and verify the copy, entry by entry."""
    source = tale.centre.folder / "storage" / "log"
    target = tale.output / "log"
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target)
    report = verify_log(target, Trust.read(tale.output / "trust.json").logs)
    if report.difference is not None or report.checkpoint is None:
        raise RuntimeError(f"the log does not verify: {report.difference.of('en') if report.difference else 'empty'}")
    tale.account.fact(
        f"log: {report.entries} entries, root {report.checkpoint.root.hex()[:16]}…, every tile recomputed"
    )
    return report


def _summary(tale: Tale, log: Any) -> dict[str, Any]:
    known = tale.known
    return {
        "certificate_number": known["certificate_number"],
        "quality_score": float(known["quality_score"]),
        "valuation": known["valuation"],
        "listing_id": known["listing_id"],
        "order_id": known["order_id"],
        "order_state": known["order_state"],
        "agreement_sha256": known["agreement_sha256"].removeprefix("sha256:"),
        "registered_sha256": tale.registered,
        "delivered_sha256": tale.delivered,
        "trial_balance": known["trial_balance"],
        "card_order_id": known["card_order_id"],
        "log_size": log.entries,
        "log_root": log.checkpoint.root.hex(),
    }


def _write(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
