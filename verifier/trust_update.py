"""Bringing a trust folder up to date, on demand: the one module here that writes and connects.

Nothing in this package imports it but the command line, for `--update-trust` alone
(docs/decisions/0014-the-verifier-writes-only-its-trust-list.md); kiosks stand on `fetch_trust` and
keep their copies in their own way. python-tuf's Updater works on
a temporary copy and checks rollback, freeze, mix-and-match and the
change of root keys; only a list that `load_trust_files` accepts replaces the held one. Whatever
fails, the held list stays as it was.

The folder must hold the organisation's root.json from the beginning: that is the trust.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urlsplit

from verifier.errors import TrustError, VerifierError
from verifier.trust_folder import FILES, LIST, MAX_METADATA_BYTES, load_trust_files
from verifier.trust_list import MAX_TRUST_LIST_BYTES, TrustList

if TYPE_CHECKING:
    from tuf.ngclient import FetcherInterface, Updater

__all__ = ["TrustSource", "fetch_trust", "folder_source", "source_at", "update_trust"]

MAX_ROOT_ROTATIONS: Final = 64
"""Most changes of the root keys that are followed in one update."""
ROOT: Final = "root.json"
"""What the folder must hold before the first update."""


@dataclass(frozen=True)
class TrustSource:
    """Where a TUF repository is."""

    base_url: str
    """Address below which `metadata/` and `targets/` are."""
    fetcher: FetcherInterface | None
    """Reads one file; None for python-tuf's own HTTP."""


def folder_source(folder: Path) -> TrustSource:
    """A repository in a folder that holds `metadata/` and `targets/`, a USB stick for one."""
    return TrustSource("folder://trust", _folder_fetcher(folder))


def source_at(address: str) -> TrustSource:
    """Understand what --update-trust was given.

    Args:
        address: `http(s)://` of head office (its repository is at `/trust`), or a folder that
            holds `metadata/` and `targets/`, as a path or a `file:` address.

    Raises:
        TrustError: code `trust_address`.
    """
    try:
        parts = urlsplit(address)
        if parts.scheme in {"http", "https"} and parts.netloc:
            base = address.rstrip("/")
            return TrustSource(base if base.endswith("/trust") else f"{base}/trust", None)
        if "://" in address and parts.scheme != "file":
            raise ValueError(parts.scheme)
        path = unquote(parts.path) if parts.scheme == "file" else address
        return folder_source(Path(path))
    except ValueError as error:
        raise TrustError(
            "trust_address",
            "The trust list cannot be fetched from such an address.",
            "Give head office's https:// address, or a folder with metadata/ and targets/.",
        ) from error


def update_trust(folder: Path, source: TrustSource) -> TrustList:
    """Bring the trust list in a folder up to date.

    Args:
        folder: holds at least root.json; a link to a folder is followed.
        source: from `source_at`.

    Returns:
        The list now held.

    Raises:
        TrustError: code `trust_root_missing`, `trust_unreachable`, `trust_rollback`,
            `trust_frozen`, `trust_not_signed`, `trust_missing` or `trust_not_stored`. The held
            list is untouched; after `trust_not_stored` the update has to be run again.
    """
    folder = folder.resolve()
    held = _held(folder)
    with tempfile.TemporaryDirectory(prefix="sygnet-trust-") as staging:
        for name, data in held.items():
            (Path(staging) / name).write_bytes(data)
        fetch_trust(Path(staging), source)
        files = {name: (Path(staging) / name).read_bytes() for name in FILES}
    fresh = _accepted(files)
    if fresh.version < _version(held):
        raise _refused("trust_rollback", "The trust list offered is older than the one held.")
    _store(folder, files)
    return fresh


def _held(folder: Path) -> dict[str, bytes]:
    """The files of the folder that are there; what is damaged is fetched again."""
    held = {}
    for name in FILES:
        limit = MAX_TRUST_LIST_BYTES if name == LIST else MAX_METADATA_BYTES
        try:
            with (folder / name).open("rb") as file:
                data = file.read(limit + 1)
        except OSError:
            continue
        if len(data) <= limit:
            held[name] = data
    if ROOT not in held:
        raise TrustError(
            "trust_root_missing",
            f"There is no {ROOT} in {folder}: without it nothing can be trusted.",
            f"Put the {ROOT} there that the organisation handed to you.",
        )
    return held


def _version(held: Mapping[str, bytes]) -> int:
    try:
        return TrustList.from_json_bytes(held[LIST]).version
    except (KeyError, VerifierError):
        return 0


def fetch_trust(staging: Path, source: TrustSource, bootstrap_root: bytes | None = None) -> None:
    """Let python-tuf bring a copy up to date: rollback, freeze, mix-and-match, rotated root keys.

    Args:
        staging: a copy of the held files, which it changes file by file; not the held ones, since
            it may be left anyhow.
        source: where the repository is.
        bootstrap_root: root metadata to start from; None to start from the copy's root.json.

    Raises:
        TrustError: code `trust_unreachable`, `trust_rollback`, `trust_frozen`,
            `trust_not_signed` or `trust_missing`.
    """
    from tuf.api import exceptions

    try:
        updater = _updater(staging, source, bootstrap_root)
        updater.refresh()
        target = updater.get_targetinfo(LIST)
        if target is None or target.length > MAX_TRUST_LIST_BYTES:
            raise _refused("trust_missing", "The repository holds no usable trust list.")
        if updater.find_cached_target(target) is None:
            updater.download_target(target)
    except exceptions.BadVersionNumberError as error:
        raise _refused(
            "trust_rollback", "The trust list offered is older than the one held."
        ) from error
    except exceptions.ExpiredMetadataError as error:
        raise _refused(
            "trust_frozen", "The trust list offered has expired: newer ones are being withheld."
        ) from error
    except exceptions.RepositoryError as error:
        raise _refused(
            "trust_not_signed", "The trust list offered is not signed by the organisation."
        ) from error
    except exceptions.DownloadError as error:
        raise _refused("trust_unreachable", "The trust list could not be fetched.") from error


def _updater(staging: Path, source: TrustSource, bootstrap_root: bytes | None) -> Updater:
    from tuf.ngclient import Updater, UpdaterConfig

    config = UpdaterConfig(
        max_root_rotations=MAX_ROOT_ROTATIONS,
        root_max_length=MAX_METADATA_BYTES,
        timestamp_max_length=MAX_METADATA_BYTES,
        snapshot_max_length=MAX_METADATA_BYTES,
        targets_max_length=MAX_METADATA_BYTES,
    )
    return Updater(
        metadata_dir=str(staging),
        metadata_base_url=f"{source.base_url}/metadata",
        target_dir=str(staging),
        target_base_url=f"{source.base_url}/targets",
        fetcher=source.fetcher,
        config=config,
        bootstrap=bootstrap_root,
    )


def _folder_fetcher(folder: Path) -> FetcherInterface:
    """Reads a repository from a folder."""
    from tuf.api.exceptions import DownloadError, DownloadHTTPError
    from tuf.ngclient import FetcherInterface

    class FolderFetcher(FetcherInterface):
        """Reads files below one folder."""

        def _fetch(self, url: str) -> Iterator[bytes]:
            try:
                root = folder.resolve()
                path = (root / urlsplit(url).path.lstrip("/")).resolve()
                if not path.is_relative_to(root) or not path.is_file():
                    raise DownloadHTTPError("there is no such file", 404)
                with path.open("rb") as file:
                    while piece := file.read(64 * 1024):
                        yield piece
            except (OSError, ValueError, RuntimeError) as error:  # pulled out, no right, a loop
                raise DownloadError("the file cannot be read") from error

    return FolderFetcher()


def _accepted(files: Mapping[str, bytes]) -> TrustList:
    try:
        return load_trust_files(files)
    except TrustError as error:
        raise _refused(
            "trust_not_signed", "The trust list offered does not pass verification."
        ) from error


def _store(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write the files whole, the one that names all others last.

    A reader in between, or a power cut, meets files that do not belong together: refused as
    `trust_mismatch` until the update is run again, never taken for a list.
    """
    try:
        for name in (ROOT, LIST, "targets.json", "snapshot.json", "timestamp.json"):
            _write_whole(folder / name, files[name])
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise _refused("trust_not_stored", "The new trust list could not be written.") from error


def _write_whole(path: Path, data: bytes) -> None:
    temporary = path.with_name(f".{path.name}.new")
    with temporary.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def _refused(code: str, sentence: str) -> TrustError:
    return TrustError(code, sentence, "The list held so far stays as it was; try again later.")
