"""Inputs to begin with: complete, admissible and small, for whoever writes a first file."""

from collections.abc import Mapping
from typing import Any, Final


def _said(value: str) -> dict[str, str]:
    return {
        "value": value,
        "source": "成本台账 2025 · cost ledger 2025",
        "evidence": "第 7 页 · p. 7",
        "confidence": "high",
    }


_COST: Final = {
    "stages": {
        "collect": {"direct": _said("100000"), "indirect": _said("20000")},
        "process": {"direct": _said("50000.50"), "taxes": _said("600")},
    },
    "return_on_cost": _said("0.10"),
    "economic_life_years": _said("4"),
    "remaining_life_years": _said("3"),
}
_RATE: Final = {"risk_free": "0.02", "market": "0.05", "industry": "0.02", "size": "0.02", "data": "0.03"}
_INCOME: Final = {
    "method": "share",
    "share_of": "revenue",
    "share_rate": _said("0.05"),
    "income": [_said("2000000")],
    "decay": _said("0.15"),
    "tax_basis": "post-tax",
    "discount": {"by": "build-up", **{name: _said(rate) for name, rate in _RATE.items()}},
    "discount_tax_basis": "post-tax",
    "life": {"right": _said("5"), "update": _said("3.5")},
}
_HEAD: Final = {
    "asset": "ast_example",
    "base_date": "2026-11-23",
    "quality": {
        "scorecard": "scr_example",
        "document_sha256": "sha256:…",
        "score": "92.50",
        "revision": "rev_example",
        "content_sha256": "sha256:…",
    },
}

EXAMPLES: Final[Mapping[str, dict[str, Any]]] = {
    "cost": {
        **_HEAD,
        "inputs": {
            "currency": "CNY",
            "purpose": "挂牌价格参考 · reference for a listing price",
            "single_approach_reason": "尚无收益记录与可比交易 · no income yet and no comparable deals",
            **_COST,
        },
    },
    "study": {
        **_HEAD,
        "inputs": {
            "currency": "CNY",
            "purpose": "挂牌价格参考 · reference for a listing price",
            "value_type": "market-value",
            "cost": _COST,
            "income": _INCOME,
            "weighing": {
                "reason": "收益依据更充分 · income is better supported",
                "weights": {"cost": _said("0.4"), "income": _said("0.6")},
                "gap_reason": "成本不反映需求 · cost says nothing of demand",
            },
        },
    },
    "price-cap": {
        "calculation": "price-cap",
        "base_date": "2026-11-23",
        "inputs": {
            "currency": "CNY",
            "use": "industry",
            "costs": {"platform": _said("600000"), "people": _said("500000")},
            "subsidies": _said("100000"),
            "margin": _said("0.08"),
            "treasury_yield": _said("0.02"),
            "taxes": _said("60000"),
            "cycle_years": _said("3"),
        },
    },
}
"""By what they value."""
