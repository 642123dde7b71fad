"""Document timestamps by a fixed P-256 service, and other updates after the seal."""

from __future__ import annotations

from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

from asn1crypto import cms
from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
)
from pyhanko.sign.general import as_signing_certificate
from pyhanko.sign.signers import PdfTimeStamper
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko.sign.validation.dss import DocumentSecurityStore

from tests.vectors.keys import low_s_signature
from tests.vectors.sealed_pdf import ISSUED, House, Identity, Update

__all__ = ["dss_added", "timestamp_service", "timestamped"]

STAMPED = ISSUED + timedelta(hours=2)


class _P256TimeStamper(DummyTimeStamper):
    """A timestamping service with an ECDSA key; pyHanko's own knows RSA only."""

    def _sign_tst_info(self, tst_info_data: bytes, md_algorithm: str, dt: datetime) -> Any:
        digest = hashes.Hash(hashes.SHA256())
        digest.update(tst_info_data)
        attributes = cms.CMSAttributes(
            [
                _attribute("content_type", "tst_info"),
                _attribute("signing_certificate", as_signing_certificate(self.tsa_cert)),
                _attribute("message_digest", digest.finalize()),
            ]
        )
        key = load_der_private_key(self.tsa_key.dump(), None)
        assert isinstance(key, ec.EllipticCurvePrivateKey)
        return low_s_signature(key, attributes.dump()), attributes

    def _build_signed_data(self, *arguments: Any, **named: Any) -> Any:
        data = super()._build_signed_data(*arguments, **named)
        content = data.get("content", data)
        for info in content["signer_infos"]:
            info["signature_algorithm"] = {"algorithm": "sha256_ecdsa"}
        return data


def _attribute(kind: str, value: Any) -> cms.CMSAttribute:
    return cms.CMSAttribute({"type": cms.CMSAttributeType(kind), "values": (value,)})


def timestamp_service(
    house: House, authority: Identity | None = None, at: datetime = STAMPED
) -> DummyTimeStamper:
    """A house's timestamping service, certified by its signing CA or by another."""
    made = house.timestamps(authority)
    return _P256TimeStamper(
        _asn1(made.certificate),
        asn1_keys.PrivateKeyInfo.load(
            made.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        ),
        fixed_dt=at,
    )


def timestamped(
    data: bytes,
    house: House,
    authority: Identity | None = None,
    update: type[Update] = Update,
    at: datetime = STAMPED,
) -> bytes:
    """Append a document timestamp by a service whom the signing CA, or another, certified."""
    out = BytesIO()
    service = timestamp_service(house, authority, at)
    PdfTimeStamper(service).timestamp_pdf(update(BytesIO(data)), "sha256", output=out)
    return out.getvalue()


def dss_added(data: bytes, house: House) -> bytes:
    """Append a DSS with the house's certificates."""
    writer: Any = Update(BytesIO(data))
    certificates = [_asn1(house.signing_ca.certificate), _asn1(house.root.certificate)]
    DocumentSecurityStore.supply_dss_in_writer(writer, None, certs=certificates)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def _asn1(certificate: x509.Certificate) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))
