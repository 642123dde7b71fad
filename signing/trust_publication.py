"""Publishing the trust list as a TUF repository (The Update Framework, specification 1.0).

    publisher = TrustPublisher(folder, TrustKeys(keys_folder, credential))
    publisher.create(now)
    publisher.publish(trust_list, now)

Kiosks fetch it with `tuf.ngclient.Updater`: `metadata/` and `targets/` below the repository's
address. Snapshots are consistent (TUF 6.2): a new version gets new file names and becomes visible
in one step, when `timestamp.json` is replaced; a crash before that leaves the old version whole.
Files are written targets first, then snapshot, then timestamp, each of them whole.

The keys are those of `signing.trust_keys`; the root's is only needed to change keys.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final, TypeVar

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from securesystemslib.signer import CryptoSigner
from tuf.api.exceptions import RepositoryError
from tuf.api.metadata import (
    Metadata,
    MetaFile,
    Root,
    Signed,
    Snapshot,
    TargetFile,
    Targets,
    Timestamp,
)
from tuf.api.serialization import SerializationError
from tuf.api.serialization.json import JSONSerializer

from signing.errors import SigningError
from signing.trust_keys import TrustKeys
from signing.trust_root import (
    add_signature,
    hand_over_trust_root,
    key_in_force,
    make_trust_root,
)
from signing.whole_file import write_whole
from verifier.trust_list import TrustList

__all__ = ["TARGET_NAME", "TrustPublicationError", "TrustPublisher"]

TARGET_NAME: Final = "trust-list.json"
"""The one target of the repository."""
LIFETIMES: Final = {
    "targets": timedelta(days=365),
    "snapshot": timedelta(days=365),
    "timestamp": timedelta(days=30),
}
"""When clients stop accepting an update. The age of what they hold is judged by the trust list's
own as-of time (docs/trust-list.md); this only stops an old copy from being served as the newest."""
VERSIONS_KEPT: Final = 5
"""Superseded versions left in place for clients that are in the middle of an update."""

SignedRole = TypeVar("SignedRole", bound=Signed)


class TrustPublicationError(SigningError):
    """A trust list that cannot be published, or a repository that cannot be read."""


class TrustPublisher:
    """Head office's side of the trust list."""

    def __init__(self, folder: Path, keys: TrustKeys) -> None:
        """Name the repository, in which everything is public; nothing is read or written yet."""
        self._metadata = folder / "metadata"
        self._targets = folder / "targets"
        self._keys = keys

    def exists(self) -> bool:
        """Whether the repository has been created."""
        return (self._metadata / "1.root.json").exists()

    def create(self, now: datetime) -> None:
        """Make the keys and the root metadata; key files of a create that was cut off are kept.

        Raises:
            TrustPublicationError: code `trust_exists`: a repository is never made anew.
        """
        if self.exists():
            raise TrustPublicationError(
                "trust_exists",
                "The trust list's repository exists already.",
                "Publish into it; kiosks would not accept another one.",
            )
        root_key = self._keys.made("root")
        self.install_root(make_trust_root(root_key, self.online_keys(), None, now))

    def online_keys(self) -> dict[str, bytes]:
        """Make the keys of all roles but the root's, or keep what there is; the public halves."""
        self._settle()
        return self._keys.online()

    def following_keys(self) -> dict[str, bytes]:
        """Make the keys that sign once installed root metadata names them; the public halves."""
        self._settle()
        return self._keys.following()

    def rotate_keys(self, now: datetime) -> None:
        """Replace the keys of all roles but the root's; publish after it.

        Raises:
            KeyFileError: code `key_missing`: the root is kept apart.
        """
        root_key, following = self._keys.root.load_ed25519(), self.following_keys()
        self.install_root(make_trust_root(root_key, following, self.root_bytes(), now))

    def renew_root(self, now: datetime) -> None:
        """Sign the next version of the root metadata with the root key, which must be here.

        Raises:
            KeyFileError: code `key_missing`: the root is kept apart.
        """
        root_key = self._keys.root.load_ed25519()
        self.install_root(make_trust_root(root_key, self.online_keys(), self.root_bytes(), now))

    def hand_over_root(self, new_key: Ed25519PrivateKey, now: datetime) -> None:
        """Give the root role to a key that is kept elsewhere; doing it again changes nothing.

        Raises:
            KeyFileError: code `key_missing`: the present root key is not here.
        """
        current = self.root_bytes()
        if key_in_force(current, "root") == new_key.public_key().public_bytes_raw():
            return
        old_key = self._keys.root.load_ed25519()
        self.install_root(hand_over_trust_root(old_key, new_key, self.online_keys(), current, now))

    def forget_root_key(self) -> None:
        """Remove the root role's key from this machine."""
        self._keys.root.path.unlink(missing_ok=True)

    def install_root(self, data: bytes) -> None:
        """Keep root metadata that `signing.trust_root` made or checked, under its own version.

        From then on clients get it; the same one may be installed again.
        """
        self._metadata.mkdir(parents=True, exist_ok=True)
        self._targets.mkdir(parents=True, exist_ok=True)
        version = _parsed(data, Root).version
        write_whole(self._metadata / f"{version}.root.json", data)

    @property
    def keys_in_token(self) -> bool:
        """Whether the keys that sign day by day are in a token."""
        return self._keys.in_token

    @property
    def root_is_here(self) -> bool:
        """Whether the root role's key lies on this machine."""
        return self._keys.root.exists()

    def publish(self, trust_list: TrustList, now: datetime) -> None:
        """Make a trust list the current one.

        Args:
            trust_list: Its version must be higher than that of the current one.
            now: Moment of publication, aware UTC.

        Raises:
            TrustPublicationError: codes `trust_version_not_rising`, `trust_unreadable`.
            KeyFileError: a key file cannot be opened.
        """
        current = self._current_list()
        if current is not None and trust_list.version <= current.version:
            raise TrustPublicationError(
                "trust_version_not_rising",
                f"Trust list {trust_list.version} is not newer than {current.version}.",
                "Give the list a higher version.",
            )
        self._settle()
        data = trust_list.to_json_bytes()
        digest = hashlib.sha256(data).hexdigest()
        target = TargetFile.from_data(TARGET_NAME, data, ["sha256"])
        targets = Targets(
            self._next_version("targets"),
            expires=_expiry("targets", now),
            targets={TARGET_NAME: target},
        )
        snapshot = Snapshot(
            self._next_version("snapshot"),
            expires=_expiry("snapshot", now),
            meta={"targets.json": MetaFile(targets.version)},
        )
        timestamp = Timestamp(
            self._next_timestamp(),
            expires=_expiry("timestamp", now),
            snapshot_meta=MetaFile(snapshot.version),
        )
        write_whole(self._targets / f"{digest}.{TARGET_NAME}", data)
        self._write("targets", targets)
        self._write("snapshot", snapshot)
        # From here on the new version is what clients get.
        write_whole(self._metadata / "timestamp.json", self._signed("timestamp", timestamp))
        self._drop_superseded()

    def root_bytes(self) -> bytes:
        """The newest root metadata: what a new kiosk pins.

        Raises:
            TrustPublicationError: code `trust_unreadable`.
        """
        return self._read(self._metadata / f"{self._newest('root')}.root.json")

    def expiries(self) -> dict[str, datetime]:
        """When the metadata of each role in force runs out, aware UTC.

        Raises:
            TrustPublicationError: code `trust_unreadable`: nothing published, or damaged.
        """
        files = self.client_files()
        return {
            "root": _parsed(files["root.json"], Root).expires,
            "targets": _parsed(files["targets.json"], Targets).expires,
            "snapshot": _parsed(files["snapshot.json"], Snapshot).expires,
            "timestamp": _parsed(files["timestamp.json"], Timestamp).expires,
        }

    def client_files(self) -> dict[str, bytes]:
        """The current version as a client keeps it: five files in one folder.

        Raises:
            TrustPublicationError: code `trust_unreadable`: nothing published, or damaged.
        """
        timestamp_bytes = self._read(self._metadata / "timestamp.json")
        version = _parsed(timestamp_bytes, Timestamp).snapshot_meta.version
        snapshot_bytes = self._read(self._metadata / f"{version}.snapshot.json")
        version = _parsed(snapshot_bytes, Snapshot).meta["targets.json"].version
        targets_bytes = self._read(self._metadata / f"{version}.targets.json")
        digest = _parsed(targets_bytes, Targets).targets[TARGET_NAME].hashes["sha256"]
        return {
            "root.json": self.root_bytes(),
            "timestamp.json": timestamp_bytes,
            "snapshot.json": snapshot_bytes,
            "targets.json": targets_bytes,
            TARGET_NAME: self._read(self._targets / f"{digest}.{TARGET_NAME}"),
        }

    def _current_list(self) -> TrustList | None:
        if not (self._metadata / "timestamp.json").exists():
            return None
        return TrustList.from_json_bytes(self.client_files()[TARGET_NAME])

    def _next_timestamp(self) -> int:
        path = self._metadata / "timestamp.json"
        return _parsed(self._read(path), Timestamp).version + 1 if path.exists() else 1

    def _next_version(self, role: str) -> int:
        """One more than the newest file there is, also one that a crash left unused."""
        return self._newest(role) + 1

    def _versions(self, role: str) -> list[int]:
        names = [path.name.partition(".") for path in self._metadata.glob(f"*.{role}.json")]
        return sorted(int(number) for number, _, rest in names if number.isdigit() and rest)

    def _newest(self, role: str) -> int:
        return max(self._versions(role), default=0)

    def _drop_superseded(self) -> None:
        for role in ("snapshot", "targets"):
            for version in self._versions(role)[:-VERSIONS_KEPT]:
                (self._metadata / f"{version}.{role}.json").unlink(missing_ok=True)
        kept = set()
        for version in self._versions("targets"):
            targets = _parsed(self._read(self._metadata / f"{version}.targets.json"), Targets)
            kept.add(f"{targets.targets[TARGET_NAME].hashes['sha256']}.{TARGET_NAME}")
        for path in self._targets.glob(f"*.{TARGET_NAME}"):
            if path.name not in kept:
                path.unlink(missing_ok=True)

    def _settle(self) -> None:
        if self.exists():
            self._keys.settle(self.root_bytes())

    def _signed(self, role: str, signed: Signed) -> bytes:
        metadata: Metadata[Any] = Metadata(signed)
        add_signature(metadata, CryptoSigner(self._keys.made(role)))
        return metadata.to_bytes(JSONSerializer(compact=True, validate=True))

    def _write(self, role: str, signed: Signed) -> None:
        write_whole(self._metadata / f"{signed.version}.{role}.json", self._signed(role, signed))

    def _read(self, path: Path) -> bytes:
        try:
            return path.read_bytes()
        except OSError as error:
            raise _unreadable(path.name) from error


def _parsed(data: bytes, kind: type[SignedRole]) -> SignedRole:
    try:
        signed = Metadata.from_bytes(data).signed
    except (SerializationError, RepositoryError) as error:
        raise _unreadable(kind.__name__) from error
    if not isinstance(signed, kind):
        raise _unreadable(kind.__name__)
    return signed


def _expiry(role: str, now: datetime) -> datetime:
    return now.replace(microsecond=0) + LIFETIMES[role]


def _unreadable(name: str) -> TrustPublicationError:
    return TrustPublicationError(
        "trust_unreadable",
        f"The published trust list cannot be read: {name} is missing or damaged.",
        "Restore the repository's folder from its backup, then publish again.",
    )
