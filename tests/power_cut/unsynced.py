"""What is left on a disk that loses, at a power cut, all that nobody had forced onto it.

A write that has returned may be in memory only; so may a name that a file was given. What counts
is fsync(2): of a file for its content, of a folder for the names in it (POSIX promises no more;
real file systems often keep more). `Disk` watches the calls of a traced process and knows what had
been forced; `lose` then makes the folder what a disk might hold. In the manner of ALICE (Pillai et
al., OSDI 2014) and CrashMonkey (Mohan et al., OSDI 2018).
"""

from __future__ import annotations

import os
import shutil
import stat
from enum import Enum
from pathlib import Path

__all__ = ["Disk", "Loss"]


class Loss(Enum):
    """What a cut takes with it."""

    NOTHING = "nothing"  # the process alone died
    ALL = "all"  # content and names that were not forced
    DATA = "data"  # content that was not forced; every name is there
    NAMES = "names"  # names that were not forced; all content is there
    HALF = "half"  # the second half of content that was not forced


class Disk:
    """A folder, and what of it is safe. At the beginning all of it is."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._held: dict[int, int] = {}  # inode to open handle: what is held is not given away
        self._data: dict[int, bytes] = {}  # inode of a file to its safe content
        self._names: dict[int, dict[str, int]] = {}  # inode of a folder to its safe entries
        self._syncing: dict[int, tuple[int, bytes | dict[str, int]]] = {}  # thread to what it asks
        for path in (folder, *folder.rglob("*")):
            inode = self._hold(path)
            if path.is_dir():
                self._names[inode] = _entries(self._held[inode])
            else:
                self._data[inode] = _content(self._held[inode])

    def made(self, path: Path) -> None:
        """A file was made or opened; `path` may be that of an open handle in /proc."""
        self._hold(path)

    def about_to_force(self, thread: int, path: Path) -> None:
        """A thread asks to force a file or folder onto the disk."""
        inode = self._hold(path)
        handle = self._held[inode]
        state = _entries(handle) if path.is_dir() else _content(handle)
        self._syncing[thread] = (inode, state)

    def forced(self, thread: int) -> None:
        """It was told that this is done."""
        inode, state = self._syncing.pop(thread)
        if isinstance(state, bytes):
            self._data[inode] = state
        else:
            self._names[inode] = state
            for name in state:
                self._hold(Path(f"/proc/self/fd/{self._held[inode]}") / name)

    def lose(self, loss: Loss) -> None:
        """Make the folder what the disk holds after the cut, and stop watching it."""
        if loss is not Loss.NOTHING:
            for path in self._folder.rglob("*"):
                self._hold(path)
            tree = self._tree(self._folder.stat().st_ino, loss, Path())
            for entry in self._folder.iterdir():
                if entry.is_dir():
                    shutil.rmtree(entry)
                else:
                    entry.unlink()
            for name, (mode, content) in tree.items():
                path = self._folder / name
                if content is None:
                    path.mkdir(mode=mode)
                else:
                    path.write_bytes(content)
                path.chmod(mode)
        for handle in self._held.values():
            os.close(handle)

    def _hold(self, path: Path) -> int:
        handle = os.open(path, os.O_RDONLY)
        inode = os.fstat(handle).st_ino
        if inode in self._held:
            os.close(handle)
        else:
            self._held[inode] = handle
        return inode

    def _tree(self, folder: int, loss: Loss, below: Path) -> dict[Path, tuple[int, bytes | None]]:
        """Relative path to mode and content (none for a folder), in an order that can be made."""
        now = _entries(self._held[folder])
        names = self._names.get(folder, {}) if loss in (Loss.ALL, Loss.NAMES) else now
        found: dict[Path, tuple[int, bytes | None]] = {}
        for name, inode in sorted(names.items()):
            state = os.fstat(self._held[inode])
            if stat.S_ISDIR(state.st_mode):
                found[below / name] = (state.st_mode & 0o777, None)
                found |= self._tree(inode, loss, below / name)
            else:
                found[below / name] = (state.st_mode & 0o777, self._left_of(inode, loss))
        return found

    def _left_of(self, inode: int, loss: Loss) -> bytes:
        safe, now = self._data.get(inode, b""), _content(self._held[inode])
        if loss is Loss.NAMES:
            return now
        if loss is not Loss.HALF or safe == now:
            return safe
        pairs = zip(safe, now, strict=False)
        same = next(
            (at for at, (old, new) in enumerate(pairs) if old != new), min(map(len, (safe, now)))
        )
        middle = same + (len(now) - same) // 2
        return now[:middle] + safe[middle:]


def _entries(folder: int) -> dict[str, int]:
    with os.scandir(folder) as entries:
        return {entry.name: entry.inode() for entry in entries}


def _content(handle: int) -> bytes:
    return os.pread(handle, os.fstat(handle).st_size, 0)
