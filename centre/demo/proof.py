"""The end of the story: everything written down, and verified offline as an outsider would."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

from centre.demo.context import Context
from centre.verification.verify import STATUS_BESIDE, verified
from kernel.documents.verify import Trust
from kernel.tlog.verify import verify_log
from rights.certificates import rules

DOCUMENTS: Final = ("certificate", "scorecard", "valuation", "agreement", "receipt", "settlement")


def close(context: Context) -> None:
    """Write demo-output, then prove it: every document and the whole log, with nothing but files."""
    printer = context.printer
    printer.step("存证与离线核验", "Proof: verify everything offline")
    _write(context.output / "trust.json", context.people.operator.get("/v1/trust"))
    # Before anything is verified: the list of an earlier demonstration in this folder is another centre's.
    year = rules.place_in_list(context.results["certificate_number"])[0]
    _write(context.output / STATUS_BESIDE, context.people.provider.get(f"/v1/status-lists/{year}"))
    for name, document_id in _documents(context).items():
        _document(context, name, document_id)
    log = _copy_log(context)
    for name in DOCUMENTS:
        report = verified(context.output / f"{name}.json", context.output / "trust.json")
        if not report.holds:
            raise RuntimeError(f"{name}.json does not verify: {[c.detail.en for c in report.checks if not c.holds]}")
        printer.fact(f"{name}.json: signature and log inclusion hold ({len(report.checks)} checks)")
    _prove_certificate(context)
    _prove_report(context)
    summary = _summary(context, log)
    _write(context.output / "summary.json", summary)
    printer.end(f"完成：{context.output}/summary.json · done")


def _documents(context: Context) -> dict[str, str]:
    people, results = context.people, context.results
    return {
        "certificate": people.provider.get(f"/v1/certificates/{results['certificate_number']}")["document_id"],
        "scorecard": people.provider.get(f"/v1/scorecards/{results['scorecard_id']}")["document_id"],
        "valuation": people.valuer.get(f"/v1/appraisals/{results['appraisal_id']}")["document_id"],
        "agreement": results["agreement_document"],
        "receipt": results["receipt_document"],
        "settlement": results["settlement_document"],
    }


_READER: Final = {"valuation": "valuer"}


def _document(context: Context, name: str, document_id: str) -> None:
    """Save a document with its log proof, and its page in both languages."""
    reader = getattr(context.people, _READER.get(name, "provider"))
    envelope = reader.wait_for(f"/v1/documents/{document_id}", lambda found: found["log"] is not None)
    _write(context.output / f"{name}.json", envelope)
    for lang in ("zh", "en"):
        page = reader.call("GET", f"/v1/documents/{document_id}/page", params={"lang": lang}).text
        (context.output / f"{name}.{lang}.html").write_text(page, encoding="utf-8")


def _prove_certificate(context: Context) -> None:
    """The certificate as a sealed PDF in both languages, its standing, and everything about the asset in one bundle."""
    number, provider = context.results["certificate_number"], context.people.provider
    standing = context.output / STATUS_BESIDE
    bundle = context.output / "evidence-bundle.zip"
    bundle.write_bytes(provider.call("GET", f"/v1/assets/{context.results['asset_id']}/evidence-bundle").content)
    prints = {lang: context.output / f"certificate.{lang}.pdf" for lang in ("zh", "en")}
    for lang, path in prints.items():
        path.write_bytes(provider.call("GET", f"/v1/certificates/{number}/pdf", params={"lang": lang}).content)
    for path in (*prints.values(), bundle):
        report = verified(path, context.output / "trust.json", [standing])
        if not report.holds or any(check.holds is None for check in report.checks):
            raise RuntimeError(f"{path.name} does not verify: {[c.detail.en for c in report.checks if not c.holds]}")
        context.printer.fact(f"{path.name}: {len(report.checks)} checks hold, {path.stat().st_size:,} bytes")


def _prove_report(context: Context) -> None:
    """The appraisal report in every form, each verified, and computed again by the one file that needs nothing else."""
    valuer, trust = context.people.valuer, context.output / "trust.json"
    address = f"/v1/appraisals/{context.results['appraisal_id']}/report"
    for form in ("json", "pdf", "xlsx"):
        for lang in ("zh",) if form == "json" else ("zh", "en"):
            path = context.output / ("report.json" if form == "json" else f"report.{lang}.{form}")
            path.write_bytes(valuer.call("GET", f"{address}.{form}", params={"lang": lang}).content)
            report = verified(path, trust)
            if not report.holds:
                failing = [check.detail.en for check in report.checks if check.holds is False]
                raise RuntimeError(f"{path.name} does not verify: {failing}")
            context.printer.fact(f"{path.name}: {len(report.checks)} checks, {path.stat().st_size:,} bytes")
    program = context.output / "verifier.py"
    program.write_bytes(valuer.call("GET", "/v1/appraisal-verifier").content)
    alone = [sys.executable, "-I", "-S", str(program), str(context.output / "report.json")]
    checked = subprocess.run(alone, check=True, capture_output=True)  # noqa: S603 -- our own program on our own file
    context.printer.fact(checked.stdout.decode().strip().rpartition("· ")[2])


def _copy_log(context: Context) -> Any:
    """Fetch the static log from its public addresses and verify the copy, entry by entry."""
    source = context.centre.folder / "storage" / "log"
    target = context.output / "log"
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target)
    report = verify_log(target, Trust.read(context.output / "trust.json").logs)
    if report.difference is not None or report.checkpoint is None:
        raise RuntimeError(f"the log does not verify: {report.difference.of('en') if report.difference else 'empty'}")
    context.printer.fact(
        f"log: {report.entries} entries, root {report.checkpoint.root.hex()[:16]}…, every tile recomputed"
    )
    return report


def _summary(context: Context, log: Any) -> dict[str, Any]:
    results = context.results
    return {
        "certificate_number": results["certificate_number"],
        "quality_score": float(results["quality_score"]),
        "valuation": results["valuation"],
        "listing_id": results["listing_id"],
        "order_id": results["order_id"],
        "order_state": results["order_state"],
        "agreement_sha256": results["agreement_sha256"].removeprefix("sha256:"),
        "registered_sha256": context.registered,
        "delivered_sha256": context.delivered,
        "trial_balance": results["trial_balance"],
        "card_order_id": results["card_order_id"],
        "payout_id": results["payout_id"],
        "payout_state": results["payout_state"],
        "log_size": log.entries,
        "log_root": log.checkpoint.root.hex(),
    }


def _write(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
