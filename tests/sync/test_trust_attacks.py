"""Whoever serves the trust list cannot turn it back, stop it, mix it or change its keys.

Every case runs through python-tuf's own Updater, over HTTP from a server on this machine and from a
folder, as a USB stick carries it. After each refusal nothing of the accepted copy has changed.
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from securesystemslib.signer import CryptoSigner
from tuf.api.metadata import Metadata, MetaFile, Root, Snapshot, Targets, Timestamp

from signing.key_files import KeyFile
from sync.trust_update import TrustSource, folder_source, http_source, update_trust
from tests.sync.test_trust_update import REAL_NOW, Publisher
from verifier import trust_update
from verifier.trust_folder import load_trust

CREDENTIAL = b"credential"


class Office(Publisher):
    """A repository whose keys can be changed, and a way to it."""

    source: TrustSource

    def update(self) -> int:
        """Update over whichever way this office is reached."""
        return update_trust(self.client, self.source, self.root)

    def signer(self, role: str) -> CryptoSigner:
        """The present key of a role."""
        return CryptoSigner(self.key_file(role).load_ed25519())

    def key_file(self, role: str) -> KeyFile:
        """Where the key of a role is."""
        return KeyFile(self.repository.with_name("keys") / f"trust-{role}.pem", CREDENTIAL)

    def path(self, name: str) -> Path:
        """A file of the metadata."""
        return self.repository / "metadata" / name

    def rotate(self, *roles: str, signed_by_old: bool = True, skip: int = 0) -> None:
        """Change the keys of roles, in a new root that the old root's key signs as well."""
        old_signer, version = self.signer("root"), self.newest_root()
        root = Metadata[Root].from_bytes(self.path(f"{version}.root.json").read_bytes()).signed
        for role in roles:
            (old,) = root.roles[role].keyids
            root.revoke_key(old, role)
            path = self.repository.with_name("keys") / f"trust-{role}.pem"
            path.unlink()
            root.add_key(CryptoSigner(self.key_file(role).create_ed25519()).public_key, role)
        root.version = version + 1 + skip
        metadata = Metadata(root)
        metadata.sign(self.signer("root"), append=True)
        if signed_by_old and "root" in roles:
            metadata.sign(old_signer, append=True)
        self.path(f"{root.version}.root.json").write_bytes(metadata.to_bytes())

    def newest_root(self) -> int:
        """Version of the newest root."""
        return max(int(each.name.split(".")[0]) for each in self.path(".").glob("*.root.json"))

    def rewrite(
        self, name: str, role: str, change: Callable[[Any], None], by: CryptoSigner | None = None
    ) -> None:
        """Change metadata and sign it again, with the role's key or with another."""
        metadata: Metadata[Any] = Metadata.from_bytes(self.path(name).read_bytes())
        change(metadata.signed)
        metadata.sign(by or self.signer(role))
        self.path(name).write_bytes(metadata.to_bytes())


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the parent's name
        """Say nothing."""


@pytest.fixture(params=["http", "folder"])
def office(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Office]:
    """A repository with one accepted list, reached in one of the two ways."""
    made = Office(tmp_path)
    made.publish(1)
    if request.param == "folder":
        made.source = folder_source(made.repository)
        made.update()
        yield made
        return
    served = tmp_path / "served"
    served.mkdir()
    (served / "trust").symlink_to(made.repository)
    handler = partial(_Quiet, directory=str(served))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server, httpx.Client() as http:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        made.source = http_source(http, f"http://127.0.0.1:{server.server_port}")
        made.update()
        yield made
        server.shutdown()
        thread.join()


def replace_repository(office: Office, other: Path) -> None:
    """Serve another state from the same place."""
    shutil.rmtree(office.repository)
    shutil.copytree(other, office.repository)


# Rollback


def test_an_older_repository_is_refused(office: Office, tmp_path: Path) -> None:
    old = tmp_path / "old"
    shutil.copytree(office.repository, old)
    office.publish(2)
    office.update()
    replace_repository(office, old)
    assert office.refused() == "trust_rollback"


def test_a_new_timestamp_that_names_an_older_snapshot_is_refused(office: Office) -> None:
    office.publish(2)
    office.update()

    def turn_back(timestamp: Timestamp) -> None:
        timestamp.version += 1
        timestamp.snapshot_meta = MetaFile(1)

    office.rewrite("timestamp.json", "timestamp", turn_back)
    assert office.refused() == "trust_rollback"


def test_a_new_snapshot_that_names_older_targets_is_refused(office: Office) -> None:
    office.publish(2)
    office.update()
    shutil.copy(office.path("2.snapshot.json"), office.path("3.snapshot.json"))

    def turn_back(snapshot: Snapshot) -> None:
        snapshot.version = 3
        snapshot.meta["targets.json"] = MetaFile(1)

    def follow(timestamp: Timestamp) -> None:
        timestamp.version += 1
        timestamp.snapshot_meta = MetaFile(3)

    office.rewrite("3.snapshot.json", "snapshot", turn_back)
    office.rewrite("timestamp.json", "timestamp", follow)
    assert office.refused() == "trust_rollback"


def test_an_older_list_in_newer_targets_is_refused(office: Office) -> None:
    """The keys of TUF sign it, but the list's own version falls."""
    old_targets = Metadata[Targets].from_bytes(office.path("1.targets.json").read_bytes()).signed
    office.publish(2)
    office.update()
    office.publish(3)

    def name_the_old_list(targets: Targets) -> None:
        targets.targets = old_targets.targets

    office.rewrite("3.targets.json", "targets", name_the_old_list)
    assert office.refused() == "trust_rollback"


# Freeze


def test_a_repository_that_is_never_renewed_is_refused(office: Office) -> None:
    office.publish(2, REAL_NOW - timedelta(days=31))
    assert office.refused() == "trust_frozen"


@pytest.mark.parametrize("role", ["snapshot", "targets"])
def test_expired_metadata_under_a_fresh_timestamp_is_refused(office: Office, role: str) -> None:
    office.publish(2)

    def expire(signed: Any) -> None:
        signed.expires = REAL_NOW - timedelta(days=1)

    office.rewrite(f"2.{role}.json", role, expire)
    assert office.refused() == "trust_frozen"


def test_an_expired_root_is_refused(office: Office) -> None:
    office.rotate("timestamp")
    office.publish(2)

    def expire(root: Root) -> None:
        root.expires = REAL_NOW - timedelta(days=1)

    office.rewrite("2.root.json", "root", expire)
    assert office.refused() == "trust_frozen"


# Mix and match


@pytest.mark.parametrize("role", ["snapshot", "targets"])
def test_metadata_of_another_publication_is_refused(office: Office, role: str) -> None:
    office.publish(2)
    office.publish(3)
    shutil.copy(office.path(f"2.{role}.json"), office.path(f"3.{role}.json"))
    assert office.refused() in {"trust_rollback", "trust_not_signed"}


def test_the_list_of_another_publication_is_refused(office: Office) -> None:
    older = set((office.repository / "targets").iterdir())
    office.publish(2)
    (newer,) = set((office.repository / "targets").iterdir()) - older
    shutil.copy(older.pop(), newer)
    assert office.refused() == "trust_not_signed"


def test_metadata_in_another_roles_place_is_refused(office: Office) -> None:
    office.publish(2)
    shutil.copy(office.path("2.targets.json"), office.path("2.snapshot.json"))
    assert office.refused() == "trust_not_signed"


# Root rotation


def test_a_new_root_key_is_followed_when_the_old_one_signed_it(office: Office) -> None:
    office.rotate("root")
    office.publish(2)
    assert office.update() == 2
    assert load_trust(office.client).version == 2
    office.publish(3)  # and again, from the root that was accepted
    assert office.update() == 3


def test_every_key_can_be_changed_and_several_times_before_the_next_update(office: Office) -> None:
    for _ in range(3):
        office.rotate("root", "targets", "snapshot", "timestamp")
    office.publish(2)
    assert office.update() == 2
    assert load_trust(office.client).version == 2


def test_a_root_that_only_its_own_key_signed_is_refused(office: Office) -> None:
    office.rotate("root", signed_by_old=False)
    office.publish(2)
    assert office.refused() == "trust_not_signed"


def test_a_root_of_a_stranger_is_refused(office: Office) -> None:
    office.rotate("timestamp")
    office.publish(2)
    stranger = CryptoSigner(Ed25519PrivateKey.from_private_bytes(b"\x07" * 32))
    office.rewrite("2.root.json", "root", lambda root: None, stranger)
    assert office.refused() == "trust_not_signed"


def test_a_root_that_skips_a_version_is_not_followed(office: Office) -> None:
    office.rotate("timestamp", skip=1)
    office.publish(2)
    assert office.refused() == "trust_not_signed"


def test_a_root_whose_version_is_not_its_name_is_refused(office: Office) -> None:
    office.rotate("timestamp")
    office.publish(2)
    office.path("2.root.json").write_bytes(office.path("1.root.json").read_bytes())
    assert office.refused() in {"trust_rollback", "trust_not_signed"}


@pytest.mark.parametrize("role", ["timestamp", "snapshot", "targets"])
def test_a_key_that_was_changed_signs_nothing_any_more(office: Office, role: str) -> None:
    stolen = office.signer(role)
    office.rotate(role)
    office.publish(2)
    assert office.update() == 2
    office.publish(3)
    name = "timestamp.json" if role == "timestamp" else f"3.{role}.json"
    office.rewrite(name, role, lambda signed: None, stolen)
    assert office.refused() == "trust_not_signed"


def test_rotations_are_followed_to_a_limit(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trust_update, "MAX_ROOT_ROTATIONS", 2)
    for _ in range(3):
        office.rotate("timestamp")
    office.publish(2)
    assert office.refused() == "trust_not_signed"
