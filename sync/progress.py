"""How far an exchange has come: bytes done, bytes to do, time left.

`Watched` stands between the device and its books and counts what passes; neither knows of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

from sync.device_store import BlobEntry, DeviceStore

__all__ = ["Progress", "watched"]


@dataclass(frozen=True)
class Progress:
    """One moment of the part of an exchange that takes long: documents down, or documents up."""

    upward: bool
    """Whether signed documents go up; otherwise documents come down."""
    done_bytes: int
    """What has passed."""
    total_bytes: int
    """What was to pass when this part began."""
    seconds: float
    """Since this part began, by the clock that was given."""

    @property
    def seconds_left(self) -> float | None:
        """What the rest will take at the speed so far; None while nothing is known."""
        if not self.done_bytes or self.seconds <= 0:
            return None
        return self.seconds * max(self.total_bytes - self.done_bytes, 0) / self.done_bytes


def watched(
    store: DeviceStore, tell: Callable[[Progress], None], steady: Callable[[], float]
) -> DeviceStore:
    """Give the same books, which tell how far the exchange has come.

    Args:
        store: the device's books.
        tell: called with every piece that passed.
        steady: a clock in seconds that never goes back.
    """
    return cast("DeviceStore", _Watched(store, tell, steady))


class _Watched:
    """Counts in the methods that carry bytes; hands every other one on."""

    def __init__(
        self, store: DeviceStore, tell: Callable[[Progress], None], steady: Callable[[], float]
    ) -> None:
        self._store = store
        self._tell = tell
        self._steady = steady
        self._begin(upward=False, entries=())

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def _begin(self, *, upward: bool, entries: Sequence[BlobEntry]) -> None:
        self._upward = upward
        self._done, self._total = 0, sum(entry.size for entry in entries)
        self._since = self._steady()

    def _passed(self, count: int) -> None:
        self._done += count
        seconds = self._steady() - self._since
        self._tell(Progress(self._upward, self._done, max(self._total, self._done), seconds))

    def missing_blobs(self) -> Sequence[BlobEntry]:
        entries = self._store.missing_blobs()
        self._begin(upward=False, entries=entries)
        return entries

    def put_blob(self, sha256: str, size: int, chunks: Iterable[bytes]) -> None:
        def counted() -> Iterator[bytes]:
            for chunk in chunks:
                self._passed(len(chunk))
                yield chunk

        self._store.put_blob(sha256, size, counted())

    def outbox_blobs(self) -> Sequence[BlobEntry]:
        entries = self._store.outbox_blobs()
        self._begin(upward=True, entries=entries)
        return entries

    def open_blob(self, sha256: str) -> BinaryIO:
        return cast("BinaryIO", _Counted(self._store.open_blob(sha256), self._passed))


class _Counted:
    """A file that tells how much of it was read, each byte once."""

    def __init__(self, file: BinaryIO, passed: Callable[[int], None]) -> None:
        self._file = file
        self._passed = passed
        self._told = 0

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size)
        reached = self._file.tell()
        if reached > self._told:
            self._passed(reached - self._told)
            self._told = reached
        return data

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)

    def __enter__(self) -> _Counted:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
