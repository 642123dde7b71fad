"""The folder on the stick: finding packets in it, and writing them whole.

The folder comes from outside. A packet is a plain file with the name of its kiosk, opened without
following a link or waiting for a pipe; a folder with too many entries is not looked through.
"""

from __future__ import annotations

import os
import re
import secrets
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from sync.errors import PacketRefused
from sync.names import KIOSK_ID
from sync.packet import MAX_PACKET_BYTES, too_large

__all__ = ["DOWN", "UP", "opened", "packet_path", "packets_up", "writing"]

UP = ".up.sygnet"
"""Ending of a packet from a kiosk."""
DOWN = ".down.sygnet"
"""Ending of the packet that answers it."""
MAX_ENTRIES = 10_000
"""Most entries of a folder that is looked through."""
MAX_PACKETS = 1_000
"""Most packets that are taken from one folder."""
_UP_NAME = re.compile(KIOSK_ID + re.escape(UP))


def packet_path(folder: Path, kiosk_id: str, ending: str) -> Path:
    """Give a packet's place."""
    return folder / f"{kiosk_id}{ending}"


def packets_up(folder: Path) -> list[Path]:
    """List the packets from kiosks, by name.

    Raises:
        PacketRefused: `stick_unusable`, `stick_crowded`.
    """
    found: list[Path] = []
    with _usable(folder), os.scandir(folder) as entries:
        for number, entry in enumerate(entries):
            if _UP_NAME.fullmatch(entry.name):
                found.append(Path(entry.path))
            if number >= MAX_ENTRIES or len(found) > MAX_PACKETS:
                raise PacketRefused(
                    "stick_crowded",
                    "There are too many files in this folder to look through.",
                    "Put the packets of the kiosks into a folder of their own.",
                )
    return sorted(found)


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """Open a packet for reading.

    Raises:
        PacketRefused: `packet_missing`, `packet_malformed` (no plain file), `packet_too_large`;
            `stick_unusable`, also when it is pulled out while it is being read.
    """
    with _usable(path.parent):
        try:
            status = path.lstat()
        except FileNotFoundError as error:
            raise PacketRefused(
                "packet_missing",
                f"There is no {path.name} in this folder.",
                "Check that it is the right stick, and that the other side has written to it.",
            ) from error
        if not stat.S_ISREG(status.st_mode):
            raise PacketRefused(
                "packet_malformed", f"{path.name} is not a file.", "Remove it from the stick."
            )
        # Whatever takes the file's place now: no link is followed, and no pipe waited for.
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(handle, "rb") as file:
            if os.fstat(handle).st_size > MAX_PACKET_BYTES:
                raise too_large()
            yield file


@contextmanager
def writing(path: Path) -> Iterator[Callable[[bytes], object]]:
    """Write a packet whole: it has its name only once all of it is on the stick.

    Raises:
        PacketRefused: `stick_unusable`; what stood there before is still there.
    """
    working = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    with _usable(path.parent):
        try:
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
            with os.fdopen(os.open(working, flags, 0o600), "wb") as file:
                yield file.write
                file.flush()
                os.fsync(file.fileno())
            working.replace(path)
            _flush(path.parent)
        finally:
            with suppress(OSError):
                working.unlink(missing_ok=True)


def _flush(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _usable(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise PacketRefused(
            "stick_unusable",
            f"The folder {folder} cannot be read or written: {os.strerror(error.errno or 0)}.",
            "Check that the stick is in, has room, and can be written; then try again.",
        ) from error
