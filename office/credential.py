"""What opens head office's key files: asked for at each use, since it may be replaced meanwhile.

`office.credential_change` writes every file anew, in a folder beside the others. Once that is
complete it has its final name, and whoever asks for the credential moves the files to their places
first: a cut at any point costs nothing, and a running server goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from signing.key_files import read_credential
from signing.whole_file import replace_file

__all__ = ["KEY_FOLDERS", "REPLACED", "credential_source", "finish_replacement"]

REPLACED = "credential-replaced"
"""Folder with complete files under another credential, which take the places of those in use."""
KEY_FOLDERS = ("keys", "trust-keys")
"""The folders with encrypted files."""


def credential_source(folder: Path, environment: Mapping[str, str]) -> Callable[[], bytes]:
    """Return what gives the credential of a data folder at each use.

    Raises (when it is asked):
        KeyFileError: `credential_unusable`.
    """

    def present() -> bytes:
        finish_replacement(folder)
        return read_credential(folder, environment)

    return present


def finish_replacement(folder: Path) -> None:
    """Move files that were written anew to their places; several may do so at once."""
    complete = folder / REPLACED
    if not complete.exists():
        return
    for path in sorted(complete.rglob("*")):
        if path.is_file():
            with suppress(FileNotFoundError):  # somebody else was faster
                replace_file(path, folder / path.relative_to(complete))
    for place in (*(complete / name for name in KEY_FOLDERS), complete):
        with suppress(FileNotFoundError):
            place.rmdir()
