"""Reading a form that sends a file (multipart/form-data, RFC 7578): its words first, then the file as it arrives.

Nothing is kept here: the file is handed on part by part, as fast as it is taken. So the words have to come before the
file, as they stand in our forms, and the form's token is judged before a byte of the file is taken.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any, Final

from litestar import Request
from litestar.exceptions import InternalServerException
from multipart import MultipartError, MultipartSegment, PushMultipartParser, parse_options_header

from centre.pages.console.calling import BrokenOff
from centre.pages.shell import forms
from kernel.errors import FieldError, InvalidInput, UnsupportedMedia
from kernel.text import Text

Http = Request[Any, Any, Any]

FILE: Final = "file"
"""The name of the field that holds the file; it is the last of the form."""
MULTIPART: Final = "multipart/form-data"
WORD_BYTES_MAX: Final = 4_096
WORDS_MAX: Final = 20
BOUNDARY_CHARS_MAX: Final = 200
UNREADABLE: Final = Text("表单无法读取", "The form cannot be read")
NO_FILE: Final = Text("请选择要上传的文件", "Choose the file to upload")
CUT_OFF: Final = Text("文件未发送完整，请重新上传", "The file did not arrive whole: upload it again")


@dataclass
class Incoming:
    """A form as far as its file: what was entered, the name of the file, and its content while it arrives."""

    submitted: forms.Submitted
    file_name: str
    _events: AsyncIterator[Any]
    fault: InvalidInput | None = field(default=None)
    """What was wrong with the form after its file had begun; whoever took the content was told that it broke off."""

    async def content(self) -> AsyncIterator[bytes]:
        """The file, part by part; raises BrokenOff when it does not end as it should.

        It ends only when the whole form has been read, so that nothing is done with a file whose form is faulty.
        """
        try:
            async for event in self._events:
                if isinstance(event, MultipartSegment):
                    raise _unreadable()
                if event:
                    yield bytes(event)
        except InvalidInput as problem:
            self.fault = problem
            raise BrokenOff from problem
        except (MultipartError, InternalServerException) as problem:
            self.fault = _at_file(CUT_OFF)
            raise BrokenOff from problem


async def begin(request: Http, fields: forms.Fields) -> Incoming:
    """Read a form up to the content of its file; raises InvalidInput and UnsupportedMedia."""
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    boundary = options.get("boundary", "")
    if kind != MULTIPART or not 0 < len(boundary) <= BOUNDARY_CHARS_MAX:
        raise UnsupportedMedia(wanted=MULTIPART)
    events = _events(request, boundary)
    words: dict[str, str] = {}
    try:
        file_name = await _words(events, fields, words)
    except (MultipartError, InternalServerException, UnicodeDecodeError) as problem:
        raise _unreadable() from problem
    submitted = forms.Submitted(
        request,
        fields,
        words.pop(forms.TOKEN, ""),
        words.pop(forms.KEY, "")[: forms.KEY_CHARS_MAX],
        words,
    )
    return Incoming(submitted, file_name, events)


async def _events(request: Http, boundary: str) -> AsyncIterator[Any]:
    """What the parser sees: the beginning of a part, bytes of it, and None at its end; whole, or MultipartError."""
    parser = PushMultipartParser(boundary, max_segment_count=WORDS_MAX)
    with parser:
        async for chunk in request.stream():
            for event in parser.parse(chunk):
                yield event


async def _words(events: AsyncIterator[Any], fields: forms.Fields, words: dict[str, str]) -> str:
    """Read what stands before the file into `words`; gives the name of the file, empty where none was chosen."""
    name, read = "", bytearray()
    async for event in events:
        if isinstance(event, MultipartSegment):
            name, read = event.name or "", bytearray()
            if name == FILE:
                return str(event.filename or "")
            if name not in (*fields.names, forms.TOKEN, forms.KEY):
                raise _unreadable()
        elif event is None:
            words[name] = read.decode("utf-8").strip()
        elif len(read) + len(event) > WORD_BYTES_MAX:
            raise _unreadable()
        else:
            read += event
    return ""


def no_file() -> InvalidInput:
    """The refusal of a form in which no file was chosen."""
    return _at_file(NO_FILE)


def _unreadable() -> InvalidInput:
    return InvalidInput(errors=[FieldError("", UNREADABLE)])


def _at_file(words: Text) -> InvalidInput:
    return InvalidInput(errors=[FieldError(f"/{FILE}", words)])
