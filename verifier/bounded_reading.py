"""A PDF reader that reads only so often.

PyHanko reads a file object by object, most of it one byte at a time. Five megabytes of nothing
but small numbers cost it half a minute, and overlapping objects in a packed stream hours. Here
reading ends with an error long before.
"""

from __future__ import annotations

from functools import cache
from io import BufferedReader, BytesIO
from typing import Any, Final

from verifier.file_bytes import Bytes, FileBytes

__all__ = ["BYTES_PER_READ", "LEAST_READS", "BoundedBytes", "Budget", "ReadingLimitError"]
__all__ += ["bounded_reader"]

LEAST_READS: Final = 1_800_000
"""Reads that every file may cost, about two seconds of parsing: a sealed contract needs 50,000,
one of 1,000 almost empty pages 620,000. Memory sets the limit, not time: an array of empty arrays
takes 100 bytes for each read."""
BYTES_PER_READ: Final = 16
"""A larger file may cost one more for so many bytes; most of what is large is never parsed."""

MAX_PIECES: Final = 4096
"""Most pieces in a row of which a parser makes one number: it copies all with every piece."""
READS_AT_A_TIME: Final = 500
"""Reads that a stream takes off the budget at a time: taking takes longer than reading."""
PIECE_BYTES: Final = 16
"""What pyHanko reads at a time while it looks for the end of a number."""


class ReadingLimitError(ValueError):
    """A file that takes too long to read; never leaves this package."""


class Budget:
    """How many reads are left for one file and all that is packed in it."""

    def __init__(self, size: int) -> None:
        """Make a budget for a file of `size` bytes."""
        self._left = LEAST_READS + size // BYTES_PER_READ

    @property
    def is_spent(self) -> bool:
        """Whether more was asked for than there was."""
        return self._left < 0

    def spend(self, reads: int) -> None:
        """Take reads off.

        Raises:
            ReadingLimitError: there are not so many left.
        """
        self._left -= reads
        if self._left < 0:
            raise ReadingLimitError("a file that takes too long to read")

    def draw(self) -> int:
        """Take as many reads off as are handed out at a time: fewer at the end, one at least.

        Raises:
            ReadingLimitError: none is left.
        """
        drawn = max(1, min(READS_AT_A_TIME, self._left))
        self.spend(drawn)
        return drawn

    def give_back(self, reads: int) -> None:
        """Take back what was drawn and not used."""
        self._left += reads


class _Bounded:
    """A stream of which each read is taken off a budget."""

    def __init__(self, source: Any, budget: Budget) -> None:
        super().__init__(source)  # type: ignore[call-arg] # of the stream
        self._budget = budget
        self._drawn = 0
        self._pieces = 0

    def _count(self, size: int | None) -> None:
        """Count a read. What reads calls it only when it must: a call takes longer than a read."""
        if self._drawn < 0:
            self._drawn += self._budget.draw()
        self._pieces = self._pieces + 1 if size == PIECE_BYTES else 0
        if self._pieces > MAX_PIECES:
            raise ReadingLimitError("a number without an end")

    def settle(self) -> None:
        """Give back the reads that were not used; to be called when the stream is done with."""
        self._budget.give_back(self._drawn)
        self._drawn = 0


class BoundedBytes(_Bounded, BytesIO):
    """Bytes in memory."""

    def read(self, size: int | None = -1, /) -> bytes:
        """Read as `BytesIO` does.

        Raises:
            ReadingLimitError: the budget is spent, or a number has no end.
        """
        self._drawn -= 1
        if self._drawn < 0 or self._pieces or size == PIECE_BYTES:
            self._count(size)
        return _read_bytes(self, size)


class BoundedFile(_Bounded, BufferedReader):
    """Bytes in a file."""

    def read(self, size: int | None = -1, /) -> bytes:
        """Read as `BufferedReader` does.

        Raises:
            ReadingLimitError: the budget is spent, or a number has no end.
        """
        self._drawn -= 1
        if self._drawn < 0 or self._pieces or size == PIECE_BYTES:
            self._count(size)
        return _read_file(self, size)


_read_bytes: Final = BytesIO.read
_read_file: Final = BufferedReader.read


def bounded_reader(data: Bytes, limits: Any) -> Any:
    """A strict reader of pyHanko over `data`, within one budget.

    Args:
        data: the file.
        limits: pyHanko's limits on what streams may unfold to.

    Raises:
        Exception: anything that pyHanko raises on a file that it cannot read.
    """
    return _reader_class()(data, limits)


@cache
def _reader_class() -> Any:
    """The class of the reader; pyHanko is loaded only when a PDF is read."""
    from pyhanko.pdf_utils import generic
    from pyhanko.pdf_utils.decode_limits import DecodePurpose
    from pyhanko.pdf_utils.reader import PdfFileReader

    class Reader(PdfFileReader):
        """Reads objects in streams from bytes that are bounded, too (ISO 32000-2 7.5.7)."""

        def __init__(self, data: Bytes, limits: Any) -> None:
            budget = self.budget = Budget(len(data))
            if isinstance(data, FileBytes):
                stream: _Bounded = BoundedFile(data.raw(), budget)
            else:
                stream = BoundedBytes(data, budget)
            super().__init__(stream, strict=True, decode_limits=limits)

        def _get_object_from_stream(self, idnum: int, stmnum: int, idx: int) -> Any:
            stream = generic.Reference(stmnum, 0, self).get_object()
            if not isinstance(stream, generic.StreamObject) or stream["/Type"] != "/ObjStm":
                raise ReadingLimitError("an object in something that is no object stream")
            unfolded, first = stream.read_data(DecodePurpose.OBJECT_STREAM), int(stream["/First"])
            head = unfolded[:first].split()
            self.budget.spend(1 + len(head) // 100)
            if not 0 <= idx < int(stream["/N"]) or int(head[2 * idx]) != idnum:
                raise ReadingLimitError("an object stream that holds another object there")
            inside = BoundedBytes(unfolded, self.budget)
            inside.seek(first + int(head[2 * idx + 1]))
            found = generic.read_object(inside, generic.Reference(idnum, 0, self))
            inside.settle()
            if isinstance(found, generic.StreamObject | generic.IndirectObject):
                raise ReadingLimitError("an object that no stream may hold")
            return found

    return Reader
