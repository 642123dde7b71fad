"""The CMS object inside a PDF signature, at level PAdES B-B.

ETSI EN 319 142-1 (6.3, level B-B) over CMS (RFC 5652): signed attributes are content-type,
message-digest, signing-certificate-v2 (RFC 5035) and algorithm protection (RFC 6211). The time of
signing stands in the signature dictionary (`/M`), where PAdES wants it, and not here.

Built once, straight from the digest: the room that the PDF reserves for it is computed from the
certificates, so no trial object is needed to measure it.
"""

from __future__ import annotations

from asn1crypto import algos, cms, core, x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.sign.general import as_signing_certificate_v2

from signing.identities import SigningIdentity

__all__ = ["reserved_hex_digits", "sign_digest"]

FRAME_BYTES = 1024  # attributes, algorithm names, lengths and a 72-byte signature, with slack


def sign_digest(digest: bytes, identity: SigningIdentity) -> bytes:
    """Sign a document's digest.

    Args:
        digest: SHA-256 over the signature's byte range.
        identity: Who signs. The certificates of its chain are embedded, the root is not.

    Returns:
        A DER-encoded ContentInfo of type SignedData.
    """
    certificates = _embedded(identity)
    signer = certificates[0]
    attributes = _signed_attributes(digest, signer)
    signature = identity.sign(attributes.dump())
    info = cms.SignerInfo(
        {
            "version": "v1",
            "sid": {
                "issuer_and_serial_number": {
                    "issuer": signer.issuer,
                    "serial_number": signer.serial_number,
                }
            },
            "digest_algorithm": {"algorithm": "sha256"},
            "signed_attrs": attributes,
            "signature_algorithm": {"algorithm": "sha256_ecdsa"},
            "signature": signature,
        }
    )
    content = cms.SignedData(
        {
            "version": "v1",
            "digest_algorithms": [{"algorithm": "sha256"}],
            "encap_content_info": {"content_type": "data"},
            "certificates": [
                cms.CertificateChoices(name="certificate", value=certificate)
                for certificate in certificates
            ],
            "signer_infos": [info],
        }
    )
    encoded: bytes = cms.ContentInfo({"content_type": "signed_data", "content": content}).dump()
    return encoded


def reserved_hex_digits(identity: SigningIdentity) -> int:
    """How many hexadecimal digits `/Contents` needs for a signature of this signer."""
    certificates = _embedded(identity)
    issuer = certificates[0].issuer.dump()
    size = sum(len(certificate.dump()) for certificate in certificates) + len(issuer)
    return 2 * (size + FRAME_BYTES)


def _embedded(identity: SigningIdentity) -> list[x509.Certificate]:
    """The signer's certificate, then those above it, without the root (which trust lists hold)."""
    chain = [entry for entry in identity.chain if entry.issuer != entry.subject]
    return [
        x509.Certificate.load(entry.public_bytes(Encoding.DER))
        for entry in (identity.certificate, *chain)
    ]


def _signed_attributes(digest: bytes, signer: x509.Certificate) -> cms.CMSAttributes:
    protection = cms.CMSAlgorithmProtection(
        {
            "digest_algorithm": algos.DigestAlgorithm({"algorithm": "sha256"}),
            "signature_algorithm": algos.SignedDigestAlgorithm({"algorithm": "sha256_ecdsa"}),
        }
    )
    return cms.CMSAttributes(
        [
            _attribute("content_type", cms.ContentType("data")),
            _attribute("message_digest", core.OctetString(digest)),
            _attribute("signing_certificate_v2", as_signing_certificate_v2(signer)),
            _attribute("cms_algorithm_protection", protection),
        ]
    )


def _attribute(name: str, value: core.Asn1Value) -> cms.CMSAttribute:
    return cms.CMSAttribute({"type": cms.CMSAttributeType(name), "values": (value,)})
