"""TUF envelopes around a trust list, with fixed keys: honest ones, and any kind of forged one."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from securesystemslib.signer import CryptoSigner
from tuf.api.metadata import (
    DelegatedRole,
    Delegations,
    Metadata,
    MetaFile,
    Root,
    Snapshot,
    TargetFile,
    Targets,
    Timestamp,
)

from verifier.trust_list import TrustList

__all__ = ["Publisher"]

EXPIRES = datetime(2026, 4, 1, tzinfo=UTC)


@dataclass
class Publisher:
    """Signs the five files; whatever a test wants forged is set on it before."""

    trust: TrustList
    signers: dict[str, list[CryptoSigner]] = field(default_factory=dict)
    thresholds: dict[str, int] = field(default_factory=dict)
    version: int = 1
    delegated: TrustList | None = None
    """The list that a delegated role names, under the same name as the other."""
    delegated_alone: bool = False
    """Whether the organisation's own targets name no list at all."""

    def signer(self, name: str) -> CryptoSigner:
        """A fixed Ed25519 signer."""
        seed = hashlib.sha256(f"sygnet test trust: {name}".encode()).digest()
        return CryptoSigner(Ed25519PrivateKey.from_private_bytes(seed))

    def files(self) -> dict[str, bytes]:
        """The five files, consistent with one another; a sixth of a delegated role, if any."""
        data = self.trust.to_json_bytes()
        target = TargetFile.from_data("trust-list.json", data)
        named = {} if self.delegated_alone else {target.path: target}
        content = Targets(self.version, None, EXPIRES, named, self._delegations())
        targets = self.signed("targets", content)
        snapshot_meta = {"targets.json": MetaFile.from_data(self.version, targets, ["sha256"])}
        more = {}
        if self.delegated is not None:
            helped = TargetFile.from_data("trust-list.json", self.delegated.to_json_bytes())
            more["helper.json"] = self.signed(
                "helper", Targets(self.version, None, EXPIRES, {helped.path: helped})
            )
            snapshot_meta["helper.json"] = MetaFile.from_data(
                self.version, more["helper.json"], ["sha256"]
            )
        snapshot = self.signed("snapshot", Snapshot(self.version, None, EXPIRES, snapshot_meta))
        meta = MetaFile.from_data(self.version, snapshot, ["sha256"])
        timestamp = self.signed("timestamp", Timestamp(self.version, None, EXPIRES, meta))
        return {
            "root.json": self.root(),
            "timestamp.json": timestamp,
            "snapshot.json": snapshot,
            "targets.json": targets,
            "trust-list.json": data,
            **more,
        }

    def _delegations(self) -> Delegations | None:
        """A role `helper` that may name whatever it wants, by a key of its own (TUF 4.5)."""
        if self.delegated is None:
            return None
        key = self.signer("helper").public_key
        role = DelegatedRole("helper", [key.keyid], 1, terminating=False, paths=["*"])
        return Delegations({key.keyid: key}, {"helper": role})

    def root(self) -> bytes:
        """root.json, with one key per role."""
        root = Root(1, None, EXPIRES, consistent_snapshot=False)
        for role in ("root", "timestamp", "snapshot", "targets"):
            root.add_key(self.signer(role).public_key, role)
            if role in self.thresholds:
                root.add_key(self.signer(f"second {role}").public_key, role)
                root.roles[role].threshold = self.thresholds[role]
        return self.signed("root", root)

    def signed(self, role: str, content: Any) -> bytes:
        """Sign as a role, or as whoever `signers` names for it."""
        metadata = Metadata(content)
        for signer in self.signers.get(role, [self.signer(role)]):
            metadata.sign(signer, append=True)
        return metadata.to_bytes()
