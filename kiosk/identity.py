"""Who this kiosk is: its keys, made here and never leaving, and what head office granted for them.

Five keys: the kiosk's own CA (issues a client's one-shot certificate), the seal (seals PDFs and
signs certificate tokens), the time-stamping key (states when; certified by `kiosk.authority`, not
at enrolment), the sync key (signs requests) and the exchange key (code keys are sealed to it). All
but the last are encrypted key files; the exchange key lies in the encrypted store.

Keys have a *generation*, 1 at enrolment and one more with each renewal (`kiosk.renewal`); from the
second on it is part of the files' names. The setting ``key_generation`` says which one counts, and
is changed in one transaction with the certificates and the exchange key.

Enrolling is safe to cut short anywhere: keys are made once and kept; asking again with the same
code and keys gives the same grant; the grant, the kiosk's name and the first line of its journal
are written in one transaction.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from kiosk.errors import EnrolmentError
from kiosk.journal import Journal
from kiosk.store import Store
from signing.errors import SigningError
from signing.identities import KioskIdentity, SigningIdentity
from signing.key_files import KeyFile
from signing.timestamp_tokens import KioskTimeStamper
from sync.device_side import DeviceIdentity, enrol
from sync.enrolment import make_request
from sync.errors import SyncError
from sync.messages import EnrolmentGrant
from sync.records import EventKind
from sync.sealed_box import BoxNotOpened, open_box
from sync.strict_json import canonical_bytes, parse_object

__all__ = [
    "KEY_NAMES",
    "MAX_GRANT_BYTES",
    "DeviceKeys",
    "Enrolment",
    "enrol_kiosk",
    "key_file",
    "key_generation",
    "load_enrolment",
    "load_keys",
]

KEY_NAMES = ("ca", "seal", "timestamp", "sync")
"""The keys that are files of their own."""

MAX_GRANT_BYTES = 256 * 1024
"""A stored grant: certificates and a TUF root, a few KiB."""


@dataclass(frozen=True)
class DeviceKeys:
    """The private keys of this device."""

    ca: EllipticCurvePrivateKey = field(repr=False)
    seal: EllipticCurvePrivateKey = field(repr=False)
    timestamp: EllipticCurvePrivateKey = field(repr=False)
    sync: Ed25519PrivateKey = field(repr=False)
    exchange: X25519PrivateKey = field(repr=False)
    former_exchange: tuple[X25519PrivateKey, ...] = field(default=(), repr=False)
    """Older ones that a code key in the store is still sealed to."""

    def open_box(self, box: bytes, info: bytes) -> bytes:
        """Open what was sealed to this device, perhaps before its keys were renewed.

        Raises:
            BoxNotOpened: to no key of this device.
        """
        for key in self.former_exchange:
            with suppress(BoxNotOpened):
                return open_box(key, box, info)
        return open_box(self.exchange, box, info)


@dataclass(frozen=True)
class Enrolment:
    """An enrolled kiosk.

    Attributes:
        grant: what head office gave.
        keys: the device's private keys.
        kiosk: what signs and seals with.
        device: what speaks to head office with.
    """

    grant: EnrolmentGrant
    keys: DeviceKeys
    kiosk: KioskIdentity
    device: DeviceIdentity


def key_generation(store: Store) -> int:
    """Which generation of keys counts; 1 from enrolment on."""
    return int(store.setting("key_generation", "1"))


def key_file(folder: Path, passphrase: bytes, name: str, generation: int) -> KeyFile:
    """The file of one of `KEY_NAMES`."""
    suffix = "" if generation == 1 else f"-{generation}"
    return KeyFile(folder / f"{name}{suffix}.pem", passphrase)


def load_keys(
    store: Store, folder: Path, passphrase: bytes, generation: int | None = None
) -> DeviceKeys:
    """Load the device's keys, making those that are missing.

    Args:
        store: where the exchange keys lie.
        folder: where the key files lie.
        passphrase: what opens them.
        generation: the one that counts by default; another one is being made.

    Raises:
        EnrolmentError: the code of the key file's error, when one cannot be opened.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    present = key_generation(store)
    wanted = generation or present
    ca, seal, timestamp, sync = (key_file(folder, passphrase, name, wanted) for name in KEY_NAMES)
    try:
        return DeviceKeys(
            ca=ca.load_p256() if ca.exists() else ca.create_p256(),
            seal=seal.load_p256() if seal.exists() else seal.create_p256(),
            timestamp=timestamp.load_p256() if timestamp.exists() else timestamp.create_p256(),
            sync=sync.load_ed25519() if sync.exists() else sync.create_ed25519(),
            exchange=_exchange_key(
                store, "exchange_key" if wanted == present else f"exchange_key_{wanted}"
            ),
            former_exchange=tuple(
                X25519PrivateKey.from_private_bytes(bytes.fromhex(one))
                for one in store.setting("former_exchange_keys").split()
            ),
        )
    except SigningError as error:
        raise EnrolmentError(error.code, error.sentence, error.next_step) from error


def load_enrolment(store: Store, folder: Path, passphrase: bytes) -> Enrolment | None:
    """What this kiosk was granted, or None when it is not enrolled.

    One transaction: certificates and keys are of one generation, whatever is renewed meanwhile.

    Raises:
        EnrolmentError: the keys cannot be opened or do not belong to the certificates.
    """
    with store.transaction():
        text = store.setting("grant")
        if not text:
            return None
        grant = EnrolmentGrant.from_json(parse_object(text.encode("utf-8"), MAX_GRANT_BYTES))
        keys = load_keys(store, folder, passphrase)
        clock = bytes.fromhex(store.setting("timestamp_certificate"))
    return _enrolment(grant, keys, clock)


def enrol_kiosk(
    store: Store,
    journal: Journal,
    folder: Path,
    passphrase: bytes,
    http: httpx.Client,
    office_url: str,
    code: str,
) -> Enrolment:
    """Trade a one-time code and our public keys for certificates and the pinned root.

    Raises:
        EnrolmentError: ``already_enrolled``, ``office_unknown`` (no address), ``grant_mismatch``
            (certificates for other keys), or the code of the sync error: unknown, expired or
            used code, head office not reachable. Nothing has changed but that keys may exist.
    """
    if store.setting("grant"):
        raise EnrolmentError(
            "already_enrolled",
            "This kiosk is already enrolled with head office.",
            "To enrol it anew, start with an empty data folder.",
        )
    if not office_url:
        raise EnrolmentError(
            "office_unknown",
            "The kiosk does not know the address of head office.",
            "Start it with --office https://your-head-office",
        )
    keys = load_keys(store, folder, passphrase)
    box_public = keys.exchange.public_key().public_bytes_raw()
    try:
        request = make_request(code, keys.sync, box_public, keys.seal, keys.ca)
        grant = enrol(http, office_url, code, request)
    except SyncError as error:
        raise EnrolmentError(error.code, error.sentence, error.next_step) from error
    enrolment = _enrolment(grant, keys)
    with store.transaction():
        store.set_setting("grant", canonical_bytes(grant.to_json()).decode("utf-8"))
        store.set_setting("kiosk_id", grant.kiosk_id)
        store.set_setting("office_url", office_url)
        journal.add(EventKind.ENROLLED)
    return enrolment


def _enrolment(
    grant: EnrolmentGrant, keys: DeviceKeys, timestamp_certificate: bytes = b""
) -> Enrolment:
    """Put grant and keys together, after checking that they belong together."""
    try:
        ca = x509.load_der_x509_certificate(grant.ca_certificate)
        seal = x509.load_der_x509_certificate(grant.seal_certificate)
        chain = tuple(x509.load_der_x509_certificate(der) for der in grant.chain)
    except ValueError as error:
        raise _mismatch() from error
    if ca.public_key() != keys.ca.public_key() or seal.public_key() != keys.seal.public_key():
        raise _mismatch()
    stamper = None
    if timestamp_certificate:
        clock = x509.load_der_x509_certificate(timestamp_certificate)
        if clock.public_key() == keys.timestamp.public_key():
            stamper = KioskTimeStamper(SigningIdentity(keys.timestamp, clock, chain))
    kiosk = KioskIdentity(
        kiosk_id=grant.kiosk_id,
        name=grant.kiosk_name,
        ca_key=keys.ca,
        ca_certificate=ca,
        seal_key=keys.seal,
        seal_certificate=seal,
        chain=chain,
        timestamper=stamper,
    )
    device = DeviceIdentity(grant.kiosk_id, keys.sync, grant.office_public_key)
    return Enrolment(grant, keys, kiosk, device)


def _mismatch() -> EnrolmentError:
    return EnrolmentError(
        "grant_mismatch",
        "Head office answered with certificates that are not for this kiosk's keys.",
        "Ask the administrator for a new enrolment code and try again.",
    )


def _exchange_key(store: Store, setting: str) -> X25519PrivateKey:
    """An X25519 key, made on first use; the store that holds it is encrypted."""
    with store.transaction():
        text = store.setting(setting)
        if text:
            return X25519PrivateKey.from_private_bytes(bytes.fromhex(text))
        key = X25519PrivateKey.generate()
        store.set_setting(setting, key.private_bytes_raw().hex())
    return key
