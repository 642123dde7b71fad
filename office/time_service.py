"""The time-stamping service elsewhere that the settings name (RFC 3161, over HTTP).

    service = usable_service(office, now)               # None: none is configured
    token = service.token(sha256, now)                  # one question, at most two tries

The service hears a hash and a random number, nothing about the document. What it answers is read
by `signing.timestamp_service`; its keys stand on the trust list, where `usable_service` puts them,
and the keys of a service that is used no longer stay there for what they stamped.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import ssl
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Final

import httpx
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID
from sqlalchemy import Connection, select

from office import tables, trust
from office.authorities import trust_key
from office.errors import NotSetUp
from office.head_office import HeadOffice
from office.history import Actor, record
from office.settings import Settings
from signing.timestamp_service import (
    MAX_ANSWER_BYTES,
    ServiceCertificates,
    TimestampError,
    make_question,
    read_answer,
    read_certificates,
    unusable_certificates,
)
from verifier.trust_list import KeyRole

__all__ = [
    "TimeService",
    "announce_keys",
    "configured_service",
    "download",
    "holder_of",
    "usable_service",
]

CONNECT_SECONDS: Final = 4
TOTAL_SECONDS: Final = 8
"""From the first byte sent to the last one received; a director waits this long, twice at most."""
TRIES: Final = 2
MAX_FILE_BYTES: Final = 256 * 1024
"""Largest file of certificates or with a password that the settings may name."""

_LOG = logging.getLogger(__name__)


class TooLarge(Exception):
    """The other side sends more than is taken."""


@dataclass(frozen=True)
class TimeService:
    """The service (`signing.identities.TimeStamper`)."""

    url: str
    """Where it is asked."""
    certificates: ServiceCertificates
    """Whose answers count."""
    account: tuple[str, str] | None = field(default=None, repr=False)
    """User and password, when it wants them."""

    @property
    def room_bytes(self) -> int:
        """The most bytes that a token takes."""
        return self.certificates.room_bytes

    def for_whole_files(self) -> TimeService:
        """The same service; the certificates above its own are beside its token, not in it."""
        return replace(self, certificates=self.certificates.alone())

    def token(self, sha256: bytes, now: datetime) -> bytes:
        """Ask for a time-stamp over a hash.

        Raises:
            TimestampError: `timestamp_unreachable` (also when it takes too long),
                `timestamp_refused`, `timestamp_wrong`, `timestamp_untrusted`, `timestamp_clock`.
        """
        nonce = secrets.randbits(63) | 1
        question = make_question(sha256, nonce)
        answer = None
        for tried in range(1, TRIES + 1):
            try:
                answer = self._ask(question)
                break
            except TimestampError as error:
                if error.code != "timestamp_unreachable" or tried == TRIES:
                    raise
        assert answer is not None  # noqa: S101 - the loop ends with an answer or an error
        return read_answer(answer, sha256, nonce, self.certificates, now)

    def _ask(self, question: bytes) -> bytes:
        headers = {
            "Content-Type": "application/timestamp-query",
            "Accept": "application/timestamp-reply",
            "Accept-Encoding": "identity",
        }
        try:
            status, body = _exchange(
                "POST", self.url, MAX_ANSWER_BYTES, headers, question, self.account
            )
        except (httpx.HTTPError, httpx.InvalidURL, OSError, TimeoutError) as error:
            raise _unreachable() from error
        except TooLarge as error:
            raise _refused() from error
        if status >= httpx.codes.INTERNAL_SERVER_ERROR:
            raise _unreachable()
        if status != httpx.codes.OK:
            raise _refused()
        return body


def configured_service(settings: Settings) -> TimeService | None:
    """Return the service that the settings name, None when they name none.

    Raises:
        NotSetUp: `timestamp_certificates_unusable`, `timestamp_password_unreadable`.
    """
    if not settings.timestamp_url:
        return None
    try:
        pem = _read(Path(settings.timestamp_certificates))
        certificates = read_certificates(pem)
    except (OSError, TimestampError) as error:
        refused = unusable_certificates()
        raise NotSetUp(refused.code, refused.sentence, refused.next_step) from error
    account = None
    if settings.timestamp_user:
        try:
            password = _read(Path(settings.timestamp_password_file)).decode().strip()
        except (OSError, UnicodeDecodeError) as error:
            raise NotSetUp(
                "timestamp_password_unreadable",
                "The password for the time-stamping service cannot be read.",
                "Put it into the file that SYGNET_OFFICE_TIMESTAMP_PASSWORD_FILE names.",
            ) from error
        account = (settings.timestamp_user, password)
    return TimeService(settings.timestamp_url, certificates, account)


def usable_service(office: HeadOffice, now: datetime) -> TimeService | None:
    """Return the configured service with the keys that count, None when none is configured.

    Keys that are new to the trust list are put there first, and it is published: what a service
    stamps under a key that nobody knows would count nowhere.

    Raises:
        NotSetUp: as `configured_service`; `timestamp_keys_revoked`.
    """
    service = configured_service(office.settings)
    if service is None:
        return None
    own = service.certificates.own
    with office.database.read() as connection:
        known = _known_keys(connection)
    if any(_der(one) not in known for one in own):
        with office.database.write() as connection:
            known = _known_keys(connection)
            new = [one for one in own if _der(one) not in known]
            for certificate in new:
                trust_key(connection, KeyRole.TIMESTAMP, holder_of(certificate), certificate)
            record(connection, now, "time_service_named", Actor(), keys=len(new))
            trust.publish(office, connection, now)
            known = _known_keys(connection)
    revoked = {_spki(x509.load_der_x509_certificate(der)) for der, at in known.items() if at}
    counting = tuple(one for one in own if _spki(one) not in revoked)
    if not counting:
        raise NotSetUp(
            "timestamp_keys_revoked",
            "The keys of the time-stamping service count no more.",
            "Name another certificate of the service, or another service.",
        )
    return replace(service, certificates=replace(service.certificates, own=counting))


def announce_keys(office: HeadOffice, now: datetime) -> None:
    """Put new keys of the service on the trust list before anything is stamped under them.

    Kiosks then have the list when the first document comes. A service that cannot be used is
    logged; whatever needs it says so itself.
    """
    try:
        usable_service(office, now)
    except NotSetUp as error:
        _LOG.warning("event=time_service_unusable code=%s", error.code)


def holder_of(certificate: x509.Certificate) -> str:
    """Return what people call the holder of a certificate."""
    for kind in (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME):
        found = certificate.subject.get_attributes_for_oid(kind)
        if found:
            text = "".join(each for each in str(found[0].value) if each.isprintable())
            return " ".join(text.split())[:120] or "-"
    return "-"


def download(url: str, limit: int) -> bytes | None:
    """Fetch a small public file, such as a revocation list; None when it is not to be had."""
    try:
        status, body = _exchange("GET", url, limit, {}, None, None)
    except (httpx.HTTPError, httpx.InvalidURL, OSError, TimeoutError, TooLarge):
        return None
    return body if status == httpx.codes.OK else None


def _exchange(
    method: str,
    url: str,
    limit: int,
    headers: Mapping[str, str],
    content: bytes | None,
    account: tuple[str, str] | None,
) -> tuple[int, bytes]:
    """Send one request and take at most `limit` bytes within `TOTAL_SECONDS`.

    In a thread of its own, with an event loop of its own: only so can the whole of it be bounded,
    whatever drips in how slowly, and only so does it work when a loop is running already.
    """

    async def exchange() -> tuple[int, bytes]:
        timeout = httpx.Timeout(TOTAL_SECONDS, connect=CONNECT_SECONDS)
        body = bytearray()
        async with (
            httpx.AsyncClient(
                timeout=timeout, auth=account, follow_redirects=False, verify=_authorities()
            ) as client,
            client.stream(method, url, headers=headers, content=content) as answer,
        ):
            async for chunk in answer.aiter_raw():
                body += chunk
                if len(body) > limit:
                    raise TooLarge
            return answer.status_code, bytes(body)

    def run() -> tuple[int, bytes]:
        return asyncio.run(asyncio.wait_for(exchange(), TOTAL_SECONDS))

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(run).result()


@cache
def _authorities() -> ssl.SSLContext:
    """Whom we believe that an https address is whose it says: those that this machine trusts."""
    return ssl.create_default_context()


def _known_keys(connection: Connection) -> dict[bytes, datetime | None]:
    """Every time-stamping certificate that was ever on the trust list, and since when revoked."""
    keys = tables.trust_keys
    query = select(keys.c.certificate_der, keys.c.revoked_at).where(
        keys.c.role == KeyRole.TIMESTAMP.value
    )
    return {bytes(der): revoked_at for der, revoked_at in connection.execute(query)}


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(MAX_FILE_BYTES)


def _der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.DER)


def _spki(certificate: x509.Certificate) -> bytes:
    """The key itself: another certificate for a revoked one does not make it count."""
    return certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _unreachable() -> TimestampError:
    return TimestampError(
        "timestamp_unreachable",
        "The time-stamping service does not answer.",
        "Check its address and the network.",
    )


def _refused() -> TimestampError:
    return TimestampError(
        "timestamp_refused",
        "The time-stamping service refused.",
        "Ask whoever runs the service; what it needs may have changed.",
    )
