"""What is to be examined: files, folders, patterns, standard input, pictures, codes."""

from __future__ import annotations

import glob
import os
import stat
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from verifier.command.options import STANDARD_INPUT
from verifier.file_bytes import open_plain, unreadable

__all__ = ["Input", "Kind", "inputs_of", "read_input"]

SUFFIX: Final = ".pdf"
"""What a folder's files must end with, in any case."""


class Kind(StrEnum):
    """What kind of thing an input is."""

    FILE = "file"
    """A PDF."""
    QR = "qr"
    """The text of a QR code."""
    IMAGE = "image"
    """A picture of a QR code."""
    CAMERA = "camera"
    """A camera to look through."""
    MISSING = "missing"
    """Something was named, but nothing is there to be examined."""


@dataclass(frozen=True)
class Input:
    """One thing to be examined."""

    kind: Kind
    """What it is."""
    name: str
    """What it is called in the output."""
    value: str
    """Path, text, or number of the camera; `-` for standard input."""


def inputs_of(
    files: Sequence[str], text: str | None, images: Sequence[str], camera: int | None
) -> list[Input]:
    """Everything to be examined, each file once, in a stable order.

    Args:
        files: paths, folders (taken with all PDF files below, sorted) and patterns.
        text: text of a QR code; not an input of its own when files are given.
        images: paths of pictures.
        camera: number of a camera.
    """
    found: dict[str, Input] = {}
    for named in files:
        for each in _files(named):
            found.setdefault(each.value, each)
    inputs = list(found.values())
    if text is not None and not files:
        inputs.append(Input(Kind.QR, "QR", text))
    inputs += [Input(Kind.IMAGE, image, image) for image in images]
    if camera is not None:
        inputs.append(Input(Kind.CAMERA, f"camera {camera}", str(camera)))
    return inputs


def read_input(path: str, limit_bytes: int) -> bytes:
    """Read a file or standard input, at most one byte more than the limit.

    Raises:
        FileError: code `file_unreadable`, or `not_a_plain_file` for a pipe or a device.
    """
    try:
        if path == STANDARD_INPUT:
            return sys.stdin.buffer.read(limit_bytes + 1)
        with os.fdopen(open_plain(path), "rb") as file:
            return file.read(limit_bytes + 1)
    except OSError as error:
        raise unreadable(error) from error


def _files(named: str) -> Iterator[Input]:
    """The files that one argument names; a name that is nothing else is taken as a file's."""
    if named == STANDARD_INPUT:
        yield Input(Kind.FILE, named, named)
        return
    there = os.path.lexists(named)
    if not there and glob.has_magic(named):
        paths = sorted(glob.glob(named, recursive=True))  # noqa: PTH207 - patterns may be absolute
    else:
        paths = [named]
    if not paths:
        yield Input(Kind.MISSING, named, named)
    for path in paths:
        if os.path.isdir(path):  # noqa: PTH112 - Path.is_dir() raises where nothing may be seen
            below = _below(path)
            yield from below or [Input(Kind.MISSING, path, path)]
        else:
            yield Input(Kind.FILE, path, path)


def _below(folder: str) -> list[Input]:
    """All PDF files in a folder and its folders; links to folders are not followed.

    Pipes and devices are passed over: nobody named them, and reading one may never end. A folder
    that cannot be read stands in for what it holds, so that this is said.
    """
    closed: list[OSError] = []
    found = [
        str(Path(place) / name)
        for place, _, names in os.walk(folder, onerror=closed.append)
        for name in names
        if name.lower().endswith(SUFFIX) and not _may_never_end(Path(place) / name)
    ]
    found += [str(error.filename) for error in closed]
    return [Input(Kind.FILE, path, path) for path in sorted(found)]


def _may_never_end(path: Path) -> bool:
    """Tell whether something is there that is no plain file; a broken link is said to be one."""
    try:
        return not stat.S_ISREG(path.stat().st_mode)
    except OSError:
        return False
