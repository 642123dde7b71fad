"""Files are written whole or not at all.

A reader, also after a power cut, finds either the old file or the complete new one: the bytes go
to a temporary file in the same folder, are forced to disk, take the final name in one step
(POSIX rename), and then the folder itself is forced to disk.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["replace_file", "whole_file", "write_whole"]


def write_whole(path: Path, data: bytes) -> None:
    """Write `data` to `path`, replacing what was there.

    Args:
        path: The final name; its folder must exist.
        data: The complete content.

    Raises:
        OSError: The disk did not take it; `path` is as it was before.
    """
    with whole_file(path) as temporary:
        temporary.write_bytes(data)


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Give a temporary path whose file becomes `path` when the block ends without an error.

    The temporary file exists, is empty and readable by its owner only; the block may write it in
    any way as long as it is closed at the end. When the block raises, the temporary file is
    removed and `path` is as it was before.

    Args:
        path: The final name; its folder must exist.

    Yields:
        The temporary path, in the folder of `path`.

    Raises:
        OSError: The disk did not take it; `path` is as it was before.
    """
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        _force_to_disk(temporary, os.O_RDWR)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    _force_to_disk(path.parent, os.O_RDONLY | os.O_DIRECTORY)


def replace_file(source: Path, target: Path) -> None:
    """Give a complete file on the same disk another name, replacing what was there."""
    source.replace(target)
    _force_to_disk(target.parent, os.O_RDONLY | os.O_DIRECTORY)


def _force_to_disk(path: Path, flags: int) -> None:
    handle = os.open(path, flags)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
