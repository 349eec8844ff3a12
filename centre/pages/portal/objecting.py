"""The form of an objection: what it holds, and its files kept as evidence in the unit that raises the objection."""

import hashlib
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final

from litestar import Request
from litestar.datastructures import UploadFile

from centre.pages.shell import forms
from centre.pages.shell.once import first_time
from kernel.act import Act
from kernel.errors import FieldError, InvalidInput
from kernel.runtime import Runtime
from kernel.storage.rules import Purpose
from kernel.text import Text
from kernel.uploads import commands as uploads
from rights.objections.commands.raising import raise_objection
from rights.objections.errors import ObjectionFaulty
from rights.objections.schemas import ObjectionView, RaiseObjection

RAISE: Final = "rights:objection:raise"
FILES: Final = ("evidence/0", "evidence/1", "evidence/2")
FILE_BYTES_MAX: Final = 10 * 1024**2
LABELS: Final = {
    "statement": Text("异议理由", "Grounds"),
    "evidence/0": Text("证据文件", "Evidence"),
    "evidence/1": Text("第二个证据文件", "A second file"),
    "evidence/2": Text("第三个证据文件", "A third file"),
}
FIELDS: Final = forms.Fields(names=tuple(LABELS), labels=LABELS)
CHUNK_BYTES: Final = 65_536
_TOO_LARGE: Final = Text("文件超过 10 MiB", "The file is larger than 10 MiB")
_MISSING: Final = Text("请附证据文件", "Bring evidence: choose a file")


async def read(
    request: Request[Any, Any, Any], data: Mapping[str, Any]
) -> tuple[forms.Submitted, dict[str, UploadFile]]:
    """A form with files as it was sent: a file is its digest among the values, so that another is another content."""
    if unknown := [name for name in data if name not in (*FIELDS.names, forms.TOKEN, forms.KEY)]:
        raise InvalidInput(
            errors=[FieldError(f"/{unknown[0][:100]}", Text("表单没有此字段", "The form has no such field"))]
        )
    words = {name: value for name, value in data.items() if isinstance(value, str)}
    files = {n: each for n in FILES if isinstance(each := data.get(n), UploadFile) and each.filename}
    values: dict[str, str | list[str]] = {"statement": words.get("statement", "").replace("\r\n", "\n").strip()}
    for name, file in files.items():
        values[name] = f"{file.filename} {await _digest(file)}"
    key = words.get(forms.KEY, "").strip()[: forms.KEY_CHARS_MAX]
    return forms.Submitted(request, FIELDS, words.get(forms.TOKEN, "").strip(), key, values), files


async def raised(
    runtime: Runtime, act: Act, registration_id: str, submitted: forms.Submitted, files: Mapping[str, UploadFile]
) -> ObjectionView | None:
    """Keep the evidence and raise the objection; None where this very form did so before.

    Raises InvalidInput and ObjectionFaulty with every fault at its field, and what raising an objection raises.
    """
    statement = _require(submitted, files)
    if not await first_time(submitted, act):
        return None
    async with _kept(runtime, act, files) as evidence:
        try:
            return await raise_objection(act, registration_id, RaiseObjection(statement, evidence))
        except ObjectionFaulty as refusal:
            raise ObjectionFaulty(errors=[_placed(each, [*files]) for each in refusal.errors]) from refusal


def _require(submitted: forms.Submitted, files: Mapping[str, UploadFile]) -> str:
    """The grounds; raises InvalidInput with every fault of words and files."""
    wrong = [FieldError(f"/{name}", _TOO_LARGE) for name, file in files.items() if _size(file) > FILE_BYTES_MAX]
    if not files:
        wrong.append(FieldError(f"/{FILES[0]}", _MISSING, "LT-RGT-20"))
    statement = ""
    try:
        words = forms.Submitted(submitted.request, FIELDS, "", "", {"statement": submitted.get("statement")})
        statement = words.into(RaiseObjection, evidence=[]).statement
    except InvalidInput as refusal:
        wrong = [*refusal.errors, *wrong]
    if wrong:
        raise InvalidInput(errors=wrong)
    return statement


@asynccontextmanager
async def _kept(runtime: Runtime, act: Act, files: Mapping[str, UploadFile]) -> AsyncIterator[list[str]]:
    """The ids of the files, kept as evidence; whatever is refused within leaves no object behind."""
    received: list[uploads.Received] = []
    kept = []
    try:
        for file in files.values():
            one = await uploads.receive(runtime.storage, _chunks(file), uploads.Promised(), max_bytes=FILE_BYTES_MAX)
            received.append(one)
            kept.append(await uploads.keep(act, one, file.filename, Purpose.EVIDENCE))
        yield [row.id for row in kept]
    except BaseException:
        for one in received:
            await runtime.storage.delete(one.key)
        raise
    used = {row.storage_key for row in kept}
    for one in received:
        if one.key not in used:  # The same file had been kept before.
            await runtime.storage.delete(one.key)


def _placed(fault: FieldError, sent: list[str]) -> FieldError:
    """A fault of the nth piece of evidence at the field that brought it."""
    position = fault.pointer.removeprefix("/evidence/")
    at = sent[int(position)] if position.isdigit() and int(position) < len(sent) else FILES[0]
    return FieldError(f"/{at}", fault.detail, fault.rule)


def _size(file: UploadFile) -> int:
    file.file.seek(0, 2)
    size = file.file.tell()
    file.file.seek(0)
    return size


async def _chunks(file: UploadFile) -> AsyncIterator[bytes]:
    await file.seek(0)
    while chunk := await file.read(CHUNK_BYTES):
        yield chunk


async def _digest(file: UploadFile) -> str:
    whole = hashlib.sha256()
    async for chunk in _chunks(file):
        whole.update(chunk)
    return whole.hexdigest()
