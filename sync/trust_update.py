"""Updating the trust list by The Update Framework, from head office or from a folder.

The accepted copy is a flat TUF client folder: root.json, timestamp.json, snapshot.json,
targets.json, trust-list.json (and root_history/, the roots accepted so far). The verifier's updater
(python-tuf) checks rollback, freeze, mix-and-match and key rotation. It writes file by file, so it
works on a staging copy; only a copy that is complete and that `verifier` accepts takes the place of
the last one, in one rename of a symbolic link. Whatever fails, the last accepted copy stays as it
was.

`folder` is that link; its versions are beside it in `<name>.versions/`. A reader that opens
several files should resolve the link once: `load_trust(folder.resolve())`.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from tuf.api.exceptions import DownloadError, DownloadHTTPError
from tuf.ngclient import FetcherInterface

from sync.errors import TrustUpdateFailed
from verifier.errors import TrustError, VerifierError
from verifier.trust_folder import LIST, load_trust
from verifier.trust_update import TrustSource, fetch_trust, folder_source

__all__ = [
    "TRUST_LIST",
    "TrustSource",
    "folder_source",
    "held_version",
    "http_source",
    "update_trust",
]

TRUST_LIST = LIST
"""Name of the target in the repository and of its file in the client folder."""
_KEPT_VERSIONS = 2
"""Folders kept: the accepted one and the one before, for whoever is reading it."""


class _HttpFetcher(FetcherInterface):
    """Reads files of a repository over HTTP."""

    def __init__(self, http: httpx.Client) -> None:
        self._http = http

    def _fetch(self, url: str) -> Iterator[bytes]:
        headers = {"Accept-Encoding": "identity"}
        try:
            with self._http.stream("GET", url, headers=headers) as response:
                if response.status_code != httpx.codes.OK:
                    raise DownloadHTTPError("the file was not given", response.status_code)
                yield from response.iter_raw()
        except httpx.HTTPError as error:
            raise DownloadError("the file did not arrive") from error


def http_source(http: httpx.Client, office_url: str) -> TrustSource:
    """Give head office's repository: `<office>/trust/metadata/…` and `<office>/trust/targets/…`."""
    return TrustSource(f"{office_url.rstrip('/')}/trust", _HttpFetcher(http))


def held_version(folder: Path) -> int:
    """Give the version of the accepted trust list, 0 when there is none or it cannot be read."""
    try:
        value = json.loads((folder / TRUST_LIST).read_bytes())
    except (OSError, ValueError, RecursionError):
        return 0
    version = value.get("version") if isinstance(value, dict) else None
    return version if isinstance(version, int) else 0


def update_trust(folder: Path, source: TrustSource, bootstrap_root: bytes) -> int:
    """Bring the trust list up to date.

    Args:
        folder: the client folder, a link as the module's docstring says; made when missing.
        source: from `http_source` or `folder_source`.
        bootstrap_root: TUF root metadata pinned at enrolment.

    Returns:
        The version now held.

    Raises:
        TrustUpdateFailed: trust_unreachable, trust_rollback, trust_frozen, trust_not_signed,
            trust_missing, trust_not_stored. The accepted copy is untouched.
    """
    versions = folder.with_name(f"{folder.name}.versions")
    staging = versions / "staging"
    try:
        versions.mkdir(parents=True, exist_ok=True)
        with _alone(versions):
            _prepare(folder, versions, staging)
            try:
                _fetch_into(staging, source, bootstrap_root)
                version = _check(staging, held_version(folder))
                _publish(folder, versions, staging)
            finally:
                shutil.rmtree(staging, ignore_errors=True)
    except OSError as error:
        raise TrustUpdateFailed(
            "trust_not_stored", "The new trust list could not be written to disk."
        ) from error
    return version


@contextmanager
def _alone(versions: Path) -> Iterator[None]:
    """Keep other threads and processes from updating at the same time; a crash frees the lock."""
    with (versions / "lock").open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _prepare(folder: Path, versions: Path, staging: Path) -> None:
    """Make the staging copy; a real folder (put there by hand) becomes the first version."""
    shutil.rmtree(staging, ignore_errors=True)
    if folder.is_dir() and not folder.is_symlink():
        first = versions / "0"
        shutil.rmtree(first, ignore_errors=True)
        folder.rename(first)
        _point(folder, first)
    if folder.is_dir():
        shutil.copytree(folder.resolve(), staging)
    else:
        staging.mkdir()


def _fetch_into(staging: Path, source: TrustSource, bootstrap_root: bytes) -> None:
    """Let the verifier's updater bring the staging copy up to date."""
    try:
        fetch_trust(staging, source, bootstrap_root)
    except TrustError as error:
        raise TrustUpdateFailed(error.code, error.sentence) from error


def _check(staging: Path, held: int) -> int:
    """Make sure that the verifier accepts the staging copy and that its version did not fall."""
    link = staging / "root.json"
    root = link.read_bytes()
    link.unlink()
    link.write_bytes(root)
    try:
        version = load_trust(staging).version
    except VerifierError as error:
        raise TrustUpdateFailed(
            "trust_not_signed", "The trust list offered does not pass verification."
        ) from error
    if version < held:
        raise TrustUpdateFailed(
            "trust_rollback", "The trust list offered is older than the one held."
        )
    return version


def _publish(folder: Path, versions: Path, staging: Path) -> None:
    """Put the staging copy on disk for good and make the link point to it."""
    for path in sorted(staging.rglob("*")):
        _flush(path)
    _flush(staging)
    numbers = [int(path.name) for path in versions.iterdir() if path.name.isdigit()]
    newest = versions / str(max(numbers, default=0) + 1)
    staging.rename(newest)
    _flush(versions)
    _point(folder, newest)
    for number in sorted([*numbers, int(newest.name)])[:-_KEPT_VERSIONS]:
        shutil.rmtree(versions / str(number), ignore_errors=True)


def _point(folder: Path, target: Path) -> None:
    link = folder.with_name(f"{folder.name}.versions") / "link"
    link.unlink(missing_ok=True)
    link.symlink_to(Path(target.parent.name) / target.name, target_is_directory=True)
    link.replace(folder)
    _flush(folder.parent)


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
