"""New keys for a kiosk that is in use (`sync.renewal`): asked for by head office, made here.

What a power cut after each step leaves:

1. Head office's wish is a row that is applied like every other.
2. The new keys are made, each in a file of its own beside the old one, the exchange key in the
   store. A cut leaves some of them; the next try goes on with those and makes the rest.
3. Head office certifies them. A cut before the certificates are on this disk: the same request
   gets the same certificates again. They are kept in a setting and sign nothing yet.
4. Once the trust list here names them, one transaction takes them: certificates, generation,
   exchange key, and the last revocation list of the old CA, signed while its key is still there. A
   cut leaves the old keys or the new ones, never some of each.
5. The old key files go. A cut leaves them to the next start; nothing opens them any more.

Until step 4 everything is signed with the old keys, from then on with the new ones; each signature
and each seal takes its keys once, so a document that is being signed ends with those it began with.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import Encoding

from kiosk.clock import KioskClock
from kiosk.identity import (
    KEY_NAMES,
    DeviceKeys,
    Enrolment,
    key_file,
    key_generation,
    load_keys,
)
from kiosk.journal import Journal
from kiosk.store import Store
from kiosk.trust import TrustKeeper
from signing.certificates import CertificateAuthority
from signing.revocation_lists import make_crl
from sync.errors import MessageMalformed
from sync.office_link import DeviceIdentity
from sync.records import EventKind
from sync.renewal import NewPrivateKeys, RenewalReply, RenewalRequest, make_renewal
from sync.sealed_box import BoxNotOpened, open_code_key
from sync.strict_json import canonical_bytes
from verifier.trust_list import TrustList

__all__ = ["KeyRenewal"]

LAST_LIST_VALID_FOR: Final = timedelta(days=3650)
"""The old CA signs no more lists; its last one is good as long as a signature is to be."""
PENDING: Final = "renewal_reply"
"""Setting: certificates that were not taken yet, as JSON with their generation; empty when none."""


class KeyRenewal:
    """Renews the keys of one kiosk (`sync.certified_device.RenewalSource`)."""

    def __init__(
        self,
        store: Store,
        journal: Journal,
        clock: KioskClock,
        trust: TrustKeeper,
        keys: tuple[Path, bytes],
        enrolment: Callable[[], Enrolment],
        changed: Callable[[], None],
    ) -> None:
        """Keep the parts.

        Args:
            store: the kiosk's store.
            journal: gets a line when the keys were taken.
            clock: the kiosk's clock.
            trust: the trust list here.
            keys: folder of the key files, and what opens them.
            enrolment: gives what the kiosk signs with now.
            changed: called when the keys were taken.
        """
        self._store = store
        self._journal = journal
        self._clock = clock
        self._trust = trust
        self._folder, self._passphrase = keys
        self._enrolment = enrolment
        self._changed = changed

    def request(self) -> RenewalRequest | None:
        """Make the request, and the keys before it; None when head office asked for nothing."""
        wanted = int(self._store.setting("keys_wanted", "0"))
        if wanted <= key_generation(self._store):
            self._drop_former_exchange_keys()
            return None
        pending = self._pending()
        if pending is not None and pending[0] == wanted:
            return None
        keys = self._made(wanted)
        private = NewPrivateKeys(keys.sync, keys.seal, keys.ca, keys.timestamp)
        box = keys.exchange.public_key().public_bytes_raw()
        return make_renewal(self._enrolment().grant.kiosk_id, wanted, private, box)

    def keep(self, reply: RenewalReply) -> None:
        """Keep the certificates until they may be used.

        Raises:
            MessageMalformed: they are not for these keys.
        """
        wanted = int(self._store.setting("keys_wanted", "0"))
        self._check(reply, self._made(wanted))
        kept = {"generation": wanted, "reply": reply.to_json()}
        self._store.set_setting(PENDING, canonical_bytes(kept).decode("utf-8"))

    def waits(self) -> bool:
        """Whether certificates are here that were not taken yet."""
        return self._pending() is not None

    def take(self) -> DeviceIdentity | None:
        """Take the new keys, once the trust list here names all three certificates."""
        pending, trust = self._pending(), self._trust.or_none()
        if pending is None or trust is None or not _listed(pending[1], trust):
            return None
        generation, reply = pending
        before, now = self._enrolment(), self._clock.read().now
        with self._store.transaction():
            store = self._store
            last_list = self._last_list(before, now)
            grant = replace(
                before.grant,
                ca_certificate=reply.ca_certificate,
                seal_certificate=reply.seal_certificate,
                chain=reply.chain,
            )
            former = f"{store.setting('former_exchange_keys')} {store.setting('exchange_key')}"
            store.set_setting("grant", canonical_bytes(grant.to_json()).decode("utf-8"))
            store.set_setting("timestamp_certificate", reply.timestamp_certificate.hex())
            store.set_setting("former_exchange_keys", former.strip())
            store.set_setting("exchange_key", store.setting(f"exchange_key_{generation}"))
            store.set_setting(f"exchange_key_{generation}", "")
            store.set_setting("former_ca_list", last_list.hex())
            store.set_setting("key_generation", str(generation))
            store.set_setting(PENDING, "")
            self._journal.add(EventKind.KEYS_RENEWED, None, {"generation": generation})
        self._changed()
        self.remove_old_files()
        return self._enrolment().device

    def remove_old_files(self) -> None:
        """Destroy key files that count no more; those of a renewal under way stay."""
        present = key_generation(self._store)
        wanted = max(int(self._store.setting("keys_wanted", "0")), present)
        kept = {
            key_file(self._folder, self._passphrase, name, generation).path
            for name in KEY_NAMES
            for generation in (present, wanted)
        }
        for name in KEY_NAMES:
            for path in self._folder.glob(f"{name}*.pem"):
                if path not in kept:
                    path.unlink(missing_ok=True)

    def _made(self, generation: int) -> DeviceKeys:
        return load_keys(self._store, self._folder, self._passphrase, generation)

    def _pending(self) -> tuple[int, RenewalReply] | None:
        text = self._store.setting(PENDING)
        if not text:
            return None
        kept = json.loads(text)
        if kept["generation"] <= key_generation(self._store):
            return None
        return int(kept["generation"]), RenewalReply.from_json(kept["reply"])

    def _last_list(self, before: Enrolment, now: datetime) -> bytes:
        authority = CertificateAuthority(before.keys.ca, before.kiosk.ca_certificate)
        if not _valid(before.kiosk.ca_certificate, now):
            return b""  # it ran out before it was renewed: it has signed its last
        number = self._store.next_number("crl_number")
        return make_crl(authority, (), number, now, LAST_LIST_VALID_FOR).public_bytes(Encoding.DER)

    def _check(self, reply: RenewalReply, keys: DeviceKeys) -> None:
        pairs = (
            (reply.ca_certificate, keys.ca),
            (reply.seal_certificate, keys.seal),
            (reply.timestamp_certificate, keys.timestamp),
        )
        try:
            issuer = x509.load_der_x509_certificate(reply.chain[0])
            for der, key in pairs:
                certificate = x509.load_der_x509_certificate(der)
                certificate.verify_directly_issued_by(issuer)
                if certificate.public_key() != key.public_key():
                    raise ValueError("for another key")
        except (ValueError, TypeError, InvalidSignature) as error:
            raise MessageMalformed("renewal reply: certificates for other keys.") from error

    def _drop_former_exchange_keys(self) -> None:
        """Destroy exchange keys that no code key here is sealed to any more."""
        if not self._store.setting("former_exchange_keys"):
            return
        enrolment = self._enrolment()
        rows = self._store.rows(
            "SELECT document_id, signer_id, generation, sealed_key FROM code_key"
        )
        for document_id, signer_id, generation, sealed in rows:
            try:
                open_code_key(
                    enrolment.keys.exchange,
                    bytes.fromhex(sealed),
                    enrolment.grant.kiosk_id,
                    str(signer_id),
                    str(document_id),
                    int(generation),
                )
            except BoxNotOpened:
                return
        self._store.set_setting("former_exchange_keys", "")
        self._changed()


def _listed(reply: RenewalReply, trust: TrustList) -> bool:
    wanted = {reply.ca_certificate, reply.seal_certificate, reply.timestamp_certificate}
    return wanted <= {key.certificate_der for key in trust.keys if key.revocation is None}


def _valid(certificate: x509.Certificate, now: datetime) -> bool:
    moment = now.astimezone(UTC)
    return certificate.not_valid_before_utc <= moment < certificate.not_valid_after_utc
