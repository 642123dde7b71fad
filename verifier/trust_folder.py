"""A trust list in its envelope: five files of The Update Framework (docs/trust-list.md).

    root.json  timestamp.json  snapshot.json  targets.json  trust-list.json

`load_trust_files` is pure and checks every signature, threshold, version, length and hash;
`load_trust` only reads the files. Expiry dates are not judged: the age of the list is shown
instead and bounds what may be called genuine. Whoever hands over the folder hands over
root.json, and with it the trust; the folder is not checked against anything else.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn

from verifier.errors import TrustError
from verifier.trust_list import MAX_TRUST_LIST_BYTES, TrustList

if TYPE_CHECKING:
    from tuf.api.metadata import Metadata, MetaFile, Root

__all__ = ["FILES", "LIST", "MAX_METADATA_BYTES", "load_trust", "load_trust_files"]

LIST: Final = "trust-list.json"
"""The list itself."""
FILES: Final = ("root.json", "timestamp.json", "snapshot.json", "targets.json", LIST)
"""What the folder holds."""
MAX_METADATA_BYTES: Final = 512 * 1024
"""Largest metadata file; real ones have a few KB."""


def load_trust(folder: Path) -> TrustList:
    """Load and check the trust list in a folder.

    Raises:
        TrustError: code `trust_files_missing` when a file cannot be read, else the codes of
            `load_trust_files`.
    """
    files = {}
    for name in FILES:
        limit = _limit(name)
        try:
            with (folder / name).open("rb") as file:
                files[name] = file.read(limit + 1)
        except (OSError, ValueError) as error:  # ValueError: a name that no file can have
            raise TrustError(
                "trust_files_missing",
                f"The trust list is incomplete: {name} cannot be read in {folder}.",
                "Name the folder that holds " + ", ".join(FILES) + ".",
            ) from error
    return load_trust_files(files)


def load_trust_files(files: Mapping[str, bytes]) -> TrustList:
    """Check the trust list in five files already read.

    Args:
        files: contents by name, at least those of FILES.

    Raises:
        TrustError: `trust_files_missing`, `trust_too_large`, `trust_signature` when a role's
            signatures do not reach its threshold, `trust_mismatch` when the files do not
            belong together, `trust_metadata` when one cannot be understood, and the codes
            of `TrustList.from_json_bytes`.
    """
    for name in FILES:
        if name not in files:
            _refuse("trust_files_missing", f"{name} is missing")
        if len(files[name]) > _limit(name):
            _refuse("trust_too_large", f"{name} is too large")
    try:
        _check_envelope(files)
    except TrustError:
        raise
    except Exception as error:  # hostile JSON makes tuf raise a dozen kinds
        raise _error("trust_metadata", "its envelope cannot be understood") from error
    return TrustList.from_json_bytes(files[LIST])


def _check_envelope(files: Mapping[str, bytes]) -> None:
    """Walk the chain as TUF section 5 does: root, timestamp, snapshot, targets, target."""
    from tuf.api.exceptions import LengthOrHashMismatchError, RepositoryError
    from tuf.api.metadata import Metadata, Root, Snapshot, Targets, Timestamp

    try:
        root = Metadata[Root].from_bytes(files["root.json"])
        _check_type(root.signed, Root)
        _check_threshold(root.signed, "root", root)
        timestamp = Metadata[Timestamp].from_bytes(files["timestamp.json"])
        _check_type(timestamp.signed, Timestamp)
        _check_threshold(root.signed, "timestamp", timestamp)
        snapshot = Metadata[Snapshot].from_bytes(files["snapshot.json"])
        _check_type(snapshot.signed, Snapshot)
        _check_threshold(root.signed, "snapshot", snapshot)
        _check_meta(timestamp.signed.snapshot_meta, snapshot.signed.version, files["snapshot.json"])
        targets = Metadata[Targets].from_bytes(files["targets.json"])
        _check_type(targets.signed, Targets)
        _check_threshold(root.signed, "targets", targets)
        meta = snapshot.signed.meta.get("targets.json")
        if meta is None:
            _refuse("trust_mismatch", "its snapshot does not name targets.json")
        _check_meta(meta, targets.signed.version, files["targets.json"])
        target = targets.signed.targets.get(LIST)
        if target is None:
            _refuse("trust_mismatch", f"its targets do not name {LIST}")
        target.verify_length_and_hashes(files[LIST])
    except LengthOrHashMismatchError as error:
        raise _error("trust_mismatch", "a length or a hash does not fit") from error
    except RepositoryError as error:
        raise _error("trust_metadata", "its envelope cannot be understood") from error


def _check_threshold(root: Root, role: str, metadata: Metadata[Any]) -> None:
    """Check that enough keys of a role signed."""
    from tuf.api.exceptions import UnsignedMetadataError

    try:
        root.verify_delegate(role, metadata.signed_bytes, metadata.signatures)
    except UnsignedMetadataError as error:
        raise _error("trust_signature", f"the signatures of its {role} do not suffice") from error


def _check_type(signed: object, kind: type) -> None:
    if not isinstance(signed, kind):
        _refuse("trust_metadata", f"a file is not the {kind.__name__.lower()} that its name says")


def _check_meta(meta: MetaFile, version: int, data: bytes) -> None:
    """Check one entry of timestamp or snapshot against the file that it names."""
    if meta.version != version:
        _refuse("trust_mismatch", "its files are of different publications")
    meta.verify_length_and_hashes(data)


def _limit(name: str) -> int:
    return MAX_TRUST_LIST_BYTES if name == LIST else MAX_METADATA_BYTES


def _refuse(code: str, what: str) -> NoReturn:
    raise _error(code, what)


def _error(code: str, what: str) -> TrustError:
    return TrustError(
        code,
        f"This trust list cannot be used: {what}.",
        "Fetch the list again from head office.",
    )
