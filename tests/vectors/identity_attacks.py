"""Certificates that look right: whatever a kiosk's CA, or one like it, could be made to issue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import NameOID

from tests.vectors.attacks import Attacks
from tests.vectors.sealed_pdf import (
    CLIENTS,
    DIRECTOR,
    DIRECTOR_SIGNED,
    House,
    Identity,
    Sealed,
    claims_for,
    client_time,
    direct,
    prepare,
    seal,
    sign,
    text_for,
)

__all__ = ["IDENTITY_ATTACKS", "reissued"]

_NAME: Final = CLIENTS[0]


def reissued(
    house: House,
    identity: Identity,
    *,
    by: Identity | None = None,
    subject: x509.Name | None = None,
    extensions: Mapping[type[x509.ExtensionType], x509.ExtensionType] | None = None,
    valid: tuple[datetime, datetime] | None = None,
    private: Sequence[x509.UnrecognizedExtension] | None = None,
) -> Identity:
    """The same certificate with something changed, signed by the kiosk's CA or another."""
    old, issuer = identity.certificate, by or house.kiosk_ca
    start, end = valid or (old.not_valid_before_utc, old.not_valid_after_utc)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject or old.subject)
        .issuer_name(issuer.certificate.subject)
        .public_key(identity.key.public_key())
        .serial_number(old.serial_number)
        .not_valid_before(start)
        .not_valid_after(end)
    )
    changed = dict(extensions or {})
    if by is not None:
        own = x509.AuthorityKeyIdentifier.from_issuer_public_key(by.key.public_key())
        changed[x509.AuthorityKeyIdentifier] = own
    for each in old.extensions:
        if private is not None and isinstance(each.value, x509.UnrecognizedExtension):
            continue
        value = changed.get(type(each.value), each.value)
        builder = builder.add_extension(value, critical=each.critical)
    for added in private or ():
        builder = builder.add_extension(added, critical=False)
    made = builder.sign(issuer.key, hashes.SHA256(), ecdsa_deterministic=True)
    return Identity(identity.key, made)


def _sealed_with(house: House, client: Identity) -> bytes:
    """An honest director, this client, an honest seal."""
    at = client_time(1)
    prefix = sign(direct(prepare(), house), "Client1", client, house, at)
    return seal(prefix, house, text_for(claims_for(prefix), house))


def _client(house: House) -> Identity:
    return house.client(_NAME, client_time(1))


def client_certificate_is_an_authority(sealed: Sealed, house: House) -> bytes:
    """A one-shot certificate that may issue others."""
    authority = x509.BasicConstraints(ca=True, path_length=None)
    made = reissued(house, _client(house), extensions={x509.BasicConstraints: authority})
    return _sealed_with(house, made)


def client_certified_by_a_client(sealed: Sealed, house: House) -> bytes:
    """A certificate issued with a one-shot key, as if it were an authority."""
    authority = x509.BasicConstraints(ca=True, path_length=None)
    middle = reissued(house, _client(house), extensions={x509.BasicConstraints: authority})
    other = house.client(CLIENTS[1], client_time(1))
    return _sealed_with(house, reissued(house, other, by=middle, subject=_subject(_NAME)))


def client_certified_by_a_strange_kiosk(sealed: Sealed, house: House) -> bytes:
    """The right name, by the CA of a kiosk that the list does not hold."""
    return _sealed_with(house, House("stranger").client(_NAME, client_time(1)))


def client_certified_by_the_signing_ca(sealed: Sealed, house: House) -> bytes:
    """The right name, by an authority that certifies no clients."""
    return _sealed_with(house, reissued(house, _client(house), by=house.signing_ca))


def client_signs_with_the_seal_key(sealed: Sealed, house: House) -> bytes:
    """The kiosk's own certificate where a person signs."""
    return _sealed_with(house, house.seal)


def client_signs_with_the_directors_key(sealed: Sealed, house: House) -> bytes:
    """The director signs for the client, too."""
    return _sealed_with(house, house.director)


def client_certificate_of_another_organisation(sealed: Sealed, house: House) -> bytes:
    """The name constraints of the kiosk's CA are violated."""
    foreign = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "DE"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Another GmbH"),
            x509.NameAttribute(NameOID.COMMON_NAME, _NAME),
        ]
    )
    return _sealed_with(house, reissued(house, _client(house), subject=foreign))


def client_certificate_of_two_names(sealed: Sealed, house: House) -> bytes:
    """Two common names, one of them right."""
    subject = x509.Name([*_client(house).certificate.subject, *_common_name("Anna Nowak")])
    return _sealed_with(house, reissued(house, _client(house), subject=subject))


def client_certificate_expired(sealed: Sealed, house: House) -> bytes:
    """A certificate that had ended the day before."""
    start = client_time(1) - timedelta(days=9)
    valid = (start, start + timedelta(days=8))
    return _sealed_with(house, reissued(house, _client(house), valid=valid))


def client_certificate_from_the_future(sealed: Sealed, house: House) -> bytes:
    """A certificate that begins the day after."""
    start = client_time(1) + timedelta(days=1)
    valid = (start, start + timedelta(days=8))
    return _sealed_with(house, reissued(house, _client(house), valid=valid))


def client_certificate_for_servers(sealed: Sealed, house: House) -> bytes:
    """A key that may not sign documents."""
    usage = x509.KeyUsage(
        digital_signature=False,
        content_commitment=False,
        key_encipherment=True,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    made = reissued(house, _client(house), extensions={x509.KeyUsage: usage})
    return _sealed_with(house, made)


def director_of_the_same_name(sealed: Sealed, house: House) -> bytes:
    """The kiosk certifies somebody of the director's name, who then certifies the document."""
    double = house.client(DIRECTOR, DIRECTOR_SIGNED)
    directed = sign(
        prepare(),
        "Director",
        double,
        house,
        DIRECTOR_SIGNED,
        certify=True,
        docmdp_permissions=_form_filling(),
    )
    prefix = sign(directed, "Client1", _client(house), house, client_time(1))
    return seal(prefix, house, text_for(claims_for(prefix), house))


def director_signs_for_everybody(sealed: Sealed, house: House) -> bytes:
    """The director's field is filled by the client's one-shot key."""
    at = DIRECTOR_SIGNED
    client = house.client(_NAME, at)
    directed = sign(
        prepare(), "Director", client, house, at, certify=True, docmdp_permissions=_form_filling()
    )
    prefix = sign(directed, "Client1", _client(house), house, client_time(1))
    return seal(prefix, house, text_for(claims_for(prefix), house))


def _form_filling() -> Any:
    from pyhanko.sign.fields import MDPPerm

    return MDPPerm.FILL_FORMS


def _common_name(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _subject(name: str) -> x509.Name:
    return _common_name(name)


IDENTITY_ATTACKS: Final[Attacks] = {
    ("cannot_tell", "signature_untrusted"): (
        client_certificate_is_an_authority,
        client_certified_by_a_client,
        client_certified_by_a_strange_kiosk,
        client_certified_by_the_signing_ca,
        client_certificate_of_another_organisation,
        client_certificate_expired,
        client_certificate_from_the_future,
        client_certificate_for_servers,
        director_of_the_same_name,
    ),
    ("altered", "signer_differs"): (
        client_certificate_of_two_names,
        client_signs_with_the_seal_key,
    ),
    ("altered", "key_used_twice"): (
        director_signs_for_everybody,
        client_signs_with_the_directors_key,
    ),
}
"""Outcome and finding, and the attacks."""
