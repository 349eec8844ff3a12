"""What a run is given: its terms (RUN.toml), and its assets one to a line (JSON Lines), each with its provenance."""

from datetime import date
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from valuation.appraisal.engine.inputs import Currency, Number, Parameter, Prose, QualityBasis

AssetName = Annotated[str, Meta(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f]*$(?!\n)")]
Group = Annotated[str, Meta(max_length=100, pattern=r"^[^\x00-\x1f]*$(?!\n)")]
PathText = Annotated[str, Meta(min_length=1, max_length=1000)]
LINE_BYTES_MAX = 4 * 1024 * 1024


class Correlation(Struct, frozen=True, forbid_unknown_fields=True):
    """How the errors of two assets' values go together: within one group, and between groups."""

    within: Parameter
    between: Parameter


class Terms(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """What holds for the whole run."""

    name: Prose
    base_date: date
    currency: Currency
    overlap: Parameter
    correlation: Correlation
    use_until: date | None = None


class RunFile(Terms, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """RUN.toml; paths are relative to it. `previous` is the output folder of an earlier run."""

    assets: PathText
    lineage: PathText | None = None
    previous: PathText | None = None
    keep_documents: bool = False


class AssetLine(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """One asset; `upstream` names the assets that its value rests on, each with its share of that value."""

    asset: AssetName
    quality: QualityBasis
    inputs: msgspec.Raw
    group: Group = ""
    upstream: Annotated[dict[AssetName, Number], Meta(max_length=100)] = {}
