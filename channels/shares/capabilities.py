"""What a client says that it can read (`delta-sharing-capabilities`), and what it is answered in; pure."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from channels.shares.errors import ShareRequestUnreadable
from kernel.text import Text

HEADER: Final = "delta-sharing-capabilities"
FILE_ID_HASH: Final = "fileidhash"


class Form(StrEnum):
    """How actions are written: plainly, or as those of a Delta log."""

    PARQUET = "parquet"
    DELTA = "delta"


@dataclass(frozen=True, slots=True)
class Capabilities:
    """The form of the answer, and whether it ends with an action that says so."""

    form: Form = Form.PARQUET
    end_action: bool = False

    @property
    def header(self) -> str:
        """What the answer says of itself."""
        return f"responseformat={self.form}" + (";includeendstreamaction=true" if self.end_action else "")


def read(header: str | None, file_id_hash: str | None = None) -> Capabilities:
    """Read a client's header: the plain form wherever it is taken, that of Delta where it alone is.

    Raises ShareRequestUnreadable for forms that we do not write, and for a hash of file ids, which we do not make.
    """
    if file_id_hash is not None:
        text = Text("不支持 fileidhash", "fileidhash is not supported: ids of files are ours")
        raise ShareRequestUnreadable(reason=text)
    pairs = (part.partition("=") for part in (header or "").lower().split(";"))
    said = {name.strip(): value.strip() for name, _, value in pairs}
    forms = {form.strip() for form in said.get("responseformat", Form.PARQUET).split(",")}
    if not forms & set(Form):
        text = Text("responseformat 只有 parquet 和 delta", "responseformat is parquet or delta")
        raise ShareRequestUnreadable(reason=text)
    form = Form.PARQUET if Form.PARQUET in forms else Form.DELTA
    return Capabilities(form, said.get("includeendstreamaction") == "true")
