"""Forms with one file (``multipart/form-data``), read as they come in."""

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser

from pydatalab.errors import Invalid

if TYPE_CHECKING:  # the package has this name for type checkers alone
    from python_multipart.multipart import MultipartCallbacks

LARGEST_FIELD = 64 * 1024
MOST_FIELDS = 100

_OPTION = re.compile(r';\s*([\w-]+\*?)\s*=\s*("(?:\\"|[^"])*"|[^;]*)')


def header_options(header: str) -> tuple[str, dict[str, str]]:
    """A header's value and its options: ``form-data; name="file"; filename*=UTF-8''a%20b``.

    An extended option (RFC 5987, with a star) replaces the plain one of its name. In the plain one
    browsers write ``%22`` for a quotation mark (HTML Standard, multipart form data).
    """
    options: dict[str, str] = {}
    for name, value in sorted(_OPTION.findall(header)):
        plain = value.strip()
        if plain.startswith('"') and plain.endswith('"') and len(plain) > 1:
            plain = plain[1:-1].replace('\\"', '"').replace("%22", '"')
        if name.endswith("*"):
            encoding, _, coded = plain.partition("'")
            plain = _unquoted(coded.partition("'")[2], encoding)
        options[name.rstrip("*").lower()] = plain
    return header.partition(";")[0].strip().lower(), options


class FileForm:
    """A form as it comes in: the bytes of its file handed on, its other fields kept."""

    def __init__(self, boundary: str) -> None:
        """Be ready for a form whose parts are separated by ``boundary``.

        Raises:
            Invalid: there is no boundary, or none that a form may have.
        """
        self.name: str | None = None
        """What the form calls its file; ``None`` until the file part began."""
        self.fields: dict[str, str] = {}
        self._field: str | None = None
        self._headers: dict[str, bytes] = {}
        self._header = (b"", b"")
        self._kept = b""
        self._pieces: list[bytes] = []
        self._whole = False
        if not boundary:
            raise Invalid("The form names no boundary. Let your HTTP library write that header.")
        try:
            self._parser = MultipartParser(boundary, self._callbacks())
        except FormParserError as exc:
            raise Invalid(f"The form cannot be read: {exc}.") from exc

    def file_bytes(self, chunk: bytes) -> list[bytes]:
        """Take in the next bytes of the body, and give those that belong to the file.

        Raises:
            Invalid: this is no form, or one with more than one file, or too large fields.
        """
        self._pieces = []
        try:
            self._parser.write(chunk)
        except FormParserError as exc:
            raise Invalid(f"The form cannot be read: {exc}.") from exc
        return self._pieces

    def check_whole(self) -> None:
        """See whether the form came to its end and had a file.

        Raises:
            Invalid: it did not, or had none.
        """
        if not self._whole:
            raise Invalid("The form stops before its end. Send it again.")
        if self.name is None:
            raise Invalid("The form has no file. Add one part with a file name.")

    def _callbacks(self) -> "MultipartCallbacks":
        return {
            "on_part_begin": self._begin,
            "on_header_field": self._take_header_name,
            "on_header_value": self._take_header_value,
            "on_header_end": self._end_header,
            "on_headers_finished": self._open_part,
            "on_part_data": self._take_data,
            "on_part_end": self._end_part,
            "on_end": self._end,
        }

    def _begin(self) -> None:
        self._headers, self._header, self._kept = {}, (b"", b""), b""

    def _take_header_name(self, data: bytes, start: int, end: int) -> None:
        self._header = (self._header[0] + data[start:end], b"")

    def _take_header_value(self, data: bytes, start: int, end: int) -> None:
        self._header = (self._header[0], self._header[1] + data[start:end])

    def _end_header(self) -> None:
        name, value = self._header
        self._headers[name.decode("latin-1").lower()] = value
        self._header = (b"", b"")

    def _open_part(self) -> None:
        _, options = header_options(_text(self._headers.get("content-disposition", b"")))
        if options.get("filename"):
            if self.name is not None:
                raise Invalid("The form has several files. Send them one at a time.")
            self.name, self._field = options["filename"], None
        else:
            self._field = options.get("name", "")

    def _take_data(self, data: bytes, start: int, end: int) -> None:
        if self._field is None:
            self._pieces.append(data[start:end])
            return
        self._kept += data[start:end]
        if len(self._kept) > LARGEST_FIELD:
            raise Invalid(f"The field {self._field!r} of the form is too long.")

    def _end_part(self) -> None:
        if self._field is not None:
            self.fields[self._field] = _text(self._kept)
        if len(self.fields) > MOST_FIELDS:
            raise Invalid("The form has too many fields.")

    def _end(self) -> None:
        self._whole = True


def _text(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _unquoted(coded: str, encoding: str) -> str:
    try:
        return unquote(coded, encoding or "utf-8", errors="replace")
    except (LookupError, UnicodeError):  # some encodings refuse, whatever is said of errors
        return unquote(coded, errors="replace")
