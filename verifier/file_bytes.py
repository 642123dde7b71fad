"""What is verified: bytes in memory, or a file that is read piece by piece and never held whole.

    with open_file(path) as data:
        verdict = verify_pdf(data, trust, now)

Both have a length and give slices, and no more is asked of either. A file is read by position
(POSIX pread), not mapped into memory: one that shrinks, or lies on a stick that is pulled out,
is then an error that can be said, where a mapping would end the whole process.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Protocol

from verifier.errors import FileError

__all__ = ["Bytes", "FileBytes", "first_bytes", "matches", "open_file", "open_plain", "sha256_of"]
__all__ += ["unreadable"]

CHUNK_BYTES: Final = 2**18
"""How much of a file is hashed at a time."""
WINDOW_BYTES: Final = 2**18
"""How much of a file is searched at a time."""
HELD_BYTES: Final = 2**21
"""Largest file that is read at once all the same: that is faster, and takes little."""


class Bytes(Protocol):
    """What gives bytes by position: `bytes` itself, and `FileBytes`."""

    def __len__(self) -> int:
        """How many there are."""

    def __getitem__(self, part: slice, /) -> bytes:
        """Some of them, cut as `bytes` cuts; steps are not asked for."""


class FileBytes:
    """The bytes of an open file, or the first of them."""

    def __init__(self, descriptor: int, length: int) -> None:
        """Take the first `length` bytes of an open file; whoever opened it closes it."""
        self._descriptor = descriptor
        self._length = length

    def __len__(self) -> int:
        """How many bytes there are."""
        return self._length

    def __getitem__(self, part: slice, /) -> bytes:
        """Read some of them.

        Raises:
            FileError: `file_unreadable`, or `file_changed` when the file has become shorter.
        """
        start, stop, _ = part.indices(self._length)
        found = bytearray(max(0, stop - start))
        self.read_into(memoryview(found), start)
        return bytes(found)

    def read_into(self, view: memoryview, at: int) -> None:
        """Fill a view with the bytes from a place on.

        Raises:
            FileError: as when some are read.
        """
        while view:
            try:
                count = _read_at(self._descriptor, view, at)
            except OSError as error:
                raise unreadable(error) from error
            if count == 0:
                raise _changed()
            view, at = view[count:], at + count

    def first(self, length: int) -> FileBytes:
        """The first so many bytes, without reading them."""
        return FileBytes(self._descriptor, min(length, self._length))

    def raw(self) -> io.RawIOBase:
        """The same bytes as a stream, unbuffered."""
        return _Raw(self)


class _Raw(io.RawIOBase):
    """Reads `FileBytes` from where it stands."""

    def __init__(self, data: FileBytes) -> None:
        self._data = data
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: len(self._data)}[whence]
        if start + offset < 0:
            raise ValueError("a place before the beginning")
        self._at = start + offset
        return self._at

    def readinto(self, buffer: object, /) -> int:
        view = memoryview(buffer)  # type: ignore[arg-type] # typeshed says no more than object
        count = min(len(view), max(0, len(self._data) - self._at))
        self._data.read_into(view[:count], self._at)
        self._at += count
        return count


def first_bytes(data: Bytes, length: int) -> Bytes:
    """`data[:length]`, without reading a file."""
    return data.first(length) if isinstance(data, FileBytes) else data[:length]


def sha256_of(data: Bytes, *parts: tuple[int, int]) -> bytes:
    """SHA-256 over parts of the bytes, one after the other, each from a place to a place."""
    digest = hashlib.sha256()
    for start, stop in parts:
        for at in range(start, stop, CHUNK_BYTES):
            digest.update(data[at : min(at + CHUNK_BYTES, stop)])
    return digest.digest()


def matches(
    pattern: re.Pattern[bytes], data: Bytes, longest: int, start: int = 0, stop: int | None = None
) -> Iterator[tuple[int, re.Match[bytes]]]:
    """Search for a pattern as `finditer` does, a window of the bytes at a time.

    Args:
        pattern: matches something, and looks at nothing before or behind the match.
        data: where it is searched.
        longest: bytes that a match can have at most.
        start: where the search begins.
        stop: where it ends; None for the end.

    Yields:
        Where a match begins in `data`, and the match.
    """
    end = len(data) if stop is None else min(stop, len(data))
    while start < end:
        window = data[start : min(start + WINDOW_BYTES + longest, end)]
        # What begins beyond may be cut off; the next window has it whole.
        whole = WINDOW_BYTES if start + len(window) < end else len(window)
        at = whole
        for found in pattern.finditer(window):
            if found.start() >= whole:
                break
            at = max(whole, found.end())
            yield start + found.start(), found
        start += at


@contextmanager
def open_file(path: str | Path) -> Iterator[Bytes]:
    """Open a plain file for as long as the block lasts; a small one is read at once.

    Raises:
        FileError: `file_unreadable`, `not_a_plain_file`; `file_changed` at the end when it is no
            longer what it was, so that nothing is said about two files at once.
    """
    descriptor = open_plain(path)
    try:
        before = os.fstat(descriptor)
        data = FileBytes(descriptor, before.st_size)
        yield data[:] if len(data) <= HELD_BYTES else data
        after = os.fstat(descriptor)
        if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
            raise _changed()
    finally:
        os.close(descriptor)


def open_plain(path: str | Path) -> int:
    """Open a plain file and give its descriptor; a pipe could make its reader wait for ever.

    Raises:
        FileError: `file_unreadable`, `not_a_plain_file`.
    """
    try:
        # Without O_NONBLOCK, opening a pipe waits for somebody to write.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | _BINARY)
    except (OSError, ValueError) as error:
        raise unreadable(error) from error
    kind = os.fstat(descriptor).st_mode
    if stat.S_ISREG(kind):
        return descriptor
    os.close(descriptor)
    if stat.S_ISDIR(kind):
        raise unreadable(IsADirectoryError(0, "Is a directory"))
    raise FileError(
        "not_a_plain_file",
        "This is a pipe or a device, and reading it may never end.",
        "Name a file, or give what a pipe holds as standard input: name it -.",
    )


def _read_at(descriptor: int, view: memoryview, at: int) -> int:
    if hasattr(os, "preadv"):
        return os.preadv(descriptor, [view], at)
    os.lseek(descriptor, at, os.SEEK_SET)  # Windows and macOS
    with open(descriptor, "rb", buffering=0, closefd=False) as raw:
        return raw.readinto(view) or 0


_BINARY: Final = getattr(os, "O_BINARY", 0)
"""On Windows, line ends would be changed without it."""


def unreadable(error: OSError | ValueError) -> FileError:
    """The error for a file that the system does not give."""
    reason = error.strerror if isinstance(error, OSError) else "this is no name of a file"
    return FileError(
        "file_unreadable",
        f"This file cannot be read: {reason}.",
        "Check its name, and whether you may read it.",
    )


def _changed() -> FileError:
    return FileError(
        "file_changed",
        "The file was changed while it was examined.",
        "Wait until nobody writes to it, and examine it again.",
    )
