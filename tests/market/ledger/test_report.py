"""What the check of the books found, as JSON for programs."""

import json

from kernel.text import Text
from market.ledger.schemas import TrialBalanceView
from market.reconciliation import Fault, Report, as_json


def test_the_report_as_json_names_each_fault_in_both_languages():
    trial = [TrialBalanceView(currency="CNY", debits_minor=7, credits_minor=6, difference_minor=1)]
    found = json.loads(as_json(Report(2, 3, trial, [Fault("CNY", Text("试算不平衡", "off by 1"))])))
    assert (found["holds"], found["entries"], found["postings"]) == (False, 2, 3)
    assert found["trial"][0]["difference_minor"] == 1
    assert found["faults"] == [{"subject": "CNY", "detail": {"zh": "试算不平衡", "en": "off by 1"}}]
    assert json.loads(as_json(Report(0, 0, [], [])))["holds"] is True
