"""Every formula of every approach, recalculated by an independent spreadsheet from the stored trace."""

import json
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest

from tests.valuation.appraisal.spreadsheet import OFFICE, recalculated
from tests.valuation.appraisal.test_standalone import documents
from valuation.appraisal.engine.trace import Step


@pytest.mark.slow
@pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not installed here")
def test_a_spreadsheet_computes_the_same_numbers(tmp_path: Path) -> None:
    traces = {name: msgspec.convert(json.loads(stored)["trace"], list[Step]) for name, stored in documents().items()}
    found = recalculated(traces, tmp_path)
    compared = 0
    for name, steps in traces.items():
        for step in steps:
            stated, theirs = Decimal(step.result), Decimal(found[name][step.id])
            assert abs(stated - theirs) <= max(Decimal(1), abs(stated)) * Decimal("1e-9"), (name, step, theirs)
            compared += 1
    assert compared > 250
