"""Small sealed PDFs with fixed keys, made with pyHanko directly.

They are what a kiosk makes, at its plainest: one page of contract, one page for the
certificate, a text field, and the signatures Director, Client1 (.. ClientN) and Seal. The
verifier is tested on these without the code that makes real ones.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any, Final

from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.writer import PageObject, PdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko_certvalidator.registry import SimpleCertificateStore

from signing.certificates import (
    CertificateAuthority,
    issue_director,
    issue_kiosk_ca,
    issue_one_shot,
    issue_seal,
    issue_signing_ca,
    issue_timestamp,
    make_root,
)
from tests.vectors.field_font import drawn_text, embed_field_font
from tests.vectors.keys import fixed_key, low_s_signature, raw_low_s_signature
from verifier.token import (
    Claims,
    Method,
    Proof,
    Role,
    SignerClaim,
    TimeQuality,
    UnsignedToken,
    key_identifier,
    token_text,
)
from verifier.trust_list import KeyRole, TrustedKey, TrustList

__all__ = [
    "ISSUED",
    "NOW",
    "House",
    "Sealed",
    "add_client",
    "client_time",
    "direct",
    "fill",
    "find_field",
    "finish",
    "prepare",
    "punctual_signer",
    "seal",
    "sealed_pdf",
    "sign",
]

ENROLLED: Final = datetime(2026, 1, 5, 8, 0, 0, tzinfo=UTC)
DIRECTOR_SIGNED: Final = datetime(2026, 3, 13, 9, 30, 0, tzinfo=UTC)
ISSUED: Final = datetime(2026, 3, 14, 10, 26, 53, tzinfo=UTC)
NOW: Final = datetime(2026, 3, 15, 12, 0, 0, tzinfo=UTC)
HOST: Final = "SYGNET.EXAMPLE"
_TIME_STAMPING: Final = x509.oid.ExtendedKeyUsageOID.TIME_STAMPING
DIRECTOR: Final = "Katarzyna Wiśniewska"
CLIENTS: Final = ("Jan Kowalski", "Олена Шевченко")
PAGES: Final = 2
DOCUMENT_ID: Final = bytes(range(16))
TITLE: Final = "Umowa najmu"
NUMBER: Final = "UN/2026/0314"


@dataclass(frozen=True)
class Identity:
    """A key and its certificate."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate


@dataclass(frozen=True)
class House:
    """An office with one kiosk; `label` makes another office with other keys."""

    label: str = "first"
    root: Identity = field(init=False)
    signing_ca: Identity = field(init=False)
    director: Identity = field(init=False)
    kiosk_ca: Identity = field(init=False)
    seal: Identity = field(init=False)
    clock: Identity = field(init=False)
    """What time-stamps at the kiosk."""
    other_clock: Identity = field(init=False)
    """The same of another kiosk."""

    def __post_init__(self) -> None:
        def put(name: str, certificate: x509.Certificate) -> CertificateAuthority:
            key = self.key(name)
            object.__setattr__(self, name, Identity(key, certificate))
            return CertificateAuthority(key, certificate)

        organisation = f"Test {self.label}"
        root = put("root", make_root(organisation, "PL", self.key("root"), ENROLLED))
        public = self.public
        ca = put("signing_ca", issue_signing_ca(public("signing_ca"), root, ENROLLED))
        put("director", issue_director(DIRECTOR, public("director"), ca, ENROLLED))
        put("kiosk_ca", issue_kiosk_ca("k1", "Kiosk 1", public("kiosk_ca"), ca, ENROLLED))
        put("seal", issue_seal("k1", "Kiosk 1", public("seal"), ca, ENROLLED))
        put("clock", issue_timestamp("k1", "Kiosk 1", public("clock"), ca, ENROLLED))
        put("other_clock", issue_timestamp("k2", "Kiosk 2", public("other_clock"), ca, ENROLLED))

    def key(self, name: str) -> ec.EllipticCurvePrivateKey:
        """A fixed key of this house."""
        return fixed_key(f"{self.label} {name}")

    def public(self, name: str) -> ec.EllipticCurvePublicKey:
        """The public half of a fixed key."""
        return self.key(name).public_key()

    def client(self, name: str, now: datetime) -> Identity:
        """A one-shot identity."""
        ca = CertificateAuthority(self.kiosk_ca.key, self.kiosk_ca.certificate)
        key = self.key(f"client {name}")
        return Identity(key, issue_one_shot(name, Proof.SMS_CODE, key.public_key(), ca, now))

    def timestamps(self, authority: Identity | None = None) -> Identity:
        """A timestamping service, certified by the signing CA or by another."""
        by, key = authority or self.signing_ca, self.key("timestamps")
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, f"Time {self.label}")])
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(by.certificate.subject)
            .public_key(key.public_key())
            .serial_number(77)
            .not_valid_before(ENROLLED)
            .not_valid_after(datetime(2055, 1, 1, tzinfo=UTC))
            .add_extension(x509.ExtendedKeyUsage([_TIME_STAMPING]), critical=True)
            .sign(by.key, hashes.SHA256(), ecdsa_deterministic=True)
        )
        return Identity(key, certificate)

    def trust(self, as_of: datetime = NOW - timedelta(hours=2)) -> TrustList:
        """The office's trust list."""

        def trusted(role: KeyRole, identity: Identity, holder: str) -> TrustedKey:
            until = ENROLLED + timedelta(days=3650)
            der = identity.certificate.public_bytes(Encoding.DER)
            return TrustedKey(role, holder, der, ENROLLED, until, None)

        return TrustList(
            organisation=f"Test {self.label}",
            version=3,
            as_of=as_of,
            keys=(
                trusted(KeyRole.ROOT, self.root, "Office"),
                trusted(KeyRole.SIGNING_CA, self.signing_ca, "Office"),
                trusted(KeyRole.DIRECTOR, self.director, DIRECTOR),
                trusted(KeyRole.KIOSK_CA, self.kiosk_ca, "Kiosk 1"),
                trusted(KeyRole.SEAL, self.seal, "Kiosk 1"),
                trusted(KeyRole.TIMESTAMP, self.timestamps(), "Time"),
                trusted(KeyRole.TIMESTAMP, self.clock, "Kiosk 1"),
                trusted(KeyRole.TIMESTAMP, self.other_clock, "Kiosk 2"),
            ),
            hosts=(HOST,),
        )


@dataclass(frozen=True)
class Sealed:
    """A sealed file with its history."""

    data: bytes
    text: str
    claims: Claims
    director_end: int
    """Where the director's revision ends."""

    @property
    def prefix_end(self) -> int:
        """Where the covered prefix ends."""
        return self.claims.covered_bytes


class Update(IncrementalPdfFileWriter):
    """An incremental update that leaves the document information alone, as signing does."""

    def _update_meta(self) -> None:
        pass


class _LowerForm(signers.SimpleSigner):
    """A signer whose ECDSA signatures have the nonce of RFC 6979 and an s in the lower half."""

    identity: Identity

    async def async_sign_raw(
        self, data: bytes, digest_algorithm: str | None, dry_run: bool = False
    ) -> bytes:
        return low_s_signature(self.identity.key, data)


class _PunctualSigner(signers.PdfSigner):
    """A signer that claims a given time instead of the machine's."""

    def __init__(
        self,
        metadata: signers.PdfSignatureMetadata,
        signer: signers.Signer,
        at: datetime,
        timestamper: Any,
    ) -> None:
        super().__init__(metadata, signer, timestamper=timestamper)
        self._at = at

    def init_signing_session(self, *arguments: Any, **named: Any) -> Any:
        session: Any = super().init_signing_session(*arguments, **named)
        session.system_time = self._at
        return session


def prepare(clients: int = 1, plant: Callable[[Any], None] = lambda writer: None) -> bytes:
    """A contract with a text field, an empty certificate page and empty signature fields.

    Args:
        clients: how many of them will sign.
        plant: what a forger puts in before anybody signs.
    """
    writer = PdfFileWriter(stream_xrefs=False)
    pages = []
    for drawn in (b"BT 72 720 Td (Umowa najmu) Tj ET", b""):
        stream = generic.StreamObject(stream_data=drawn)
        page = PageObject(
            contents=writer.add_object(stream), media_box=generic.ArrayObject(map(_number, _A4))
        )
        pages.append(writer.insert_page(page))
    writer.root["/AcroForm"] = form = generic.DictionaryObject()
    form["/DR"] = _resources(embed_field_font(writer))
    form["/Fields"] = generic.ArrayObject([_text_field(writer, pages[0])])
    writer.update_root()
    people = (DIRECTOR, *CLIENTS[:clients])
    for name, person in zip(("Director", "Client1", "Client2"), people, strict=False):
        spec = SigFieldSpec(name, on_page=0, readable_field_name=person)
        fields.append_signature_field(writer, spec)
    fields.append_signature_field(writer, SigFieldSpec("Seal", on_page=1))
    _name_document(writer)
    plant(writer)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def _name_document(writer: Any) -> None:
    """What head office writes into a document about itself."""
    words = {"Title": TITLE, "Subject": NUMBER}
    info = {pdf_name(f"/{key}"): generic.pdf_string(value) for key, value in words.items()}
    writer.set_info(generic.DictionaryObject(info))
    identifier = generic.ByteStringObject(DOCUMENT_ID)
    writer._document_id = generic.ArrayObject([identifier] * 2)


def sign(
    data: bytes,
    name: str,
    identity: Identity,
    house: House,
    at: datetime,
    *,
    values: dict[str, str] | None = None,
    update: type[Update] = Update,
    **settings: Any,
) -> bytes:
    """Fill fields and sign one field, in one incremental update."""
    writer = update(BytesIO(data))
    for place, value in (values or {}).items():
        fill(writer, place, value)
    metadata = signers.PdfSignatureMetadata(
        field_name=name, md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES, **settings
    )
    out = BytesIO()
    signer = punctual_signer(metadata, identity, house, at)
    signer.sign_pdf(writer, output=out, in_place=False)
    return out.getvalue()


def fill(writer: Any, place: str, value: str, drawn: bytes | None = None) -> None:
    """Fill in a field, and draw its value there, or something else."""
    reference = find_field(writer, place)
    field = reference.get_object()
    left, low, right, top = (float(side) for side in field["/Rect"])
    look = generic.StreamObject(stream_data=drawn_text(value) if drawn is None else drawn)
    look["/Type"], look["/Subtype"] = pdf_name("/XObject"), pdf_name("/Form")
    box = (0, 0, int(right - left), int(top - low))
    look["/BBox"] = generic.ArrayObject(map(_number, box))
    fonts = writer.root["/AcroForm"]["/DR"]["/Font"]
    look["/Resources"] = _resources(fonts.raw_get("/SygnetSans"))
    field["/V"] = generic.pdf_string(value)
    field["/AP"] = generic.DictionaryObject({pdf_name("/N"): writer.add_object(look)})
    writer.mark_update(reference)


def _resources(font: Any) -> Any:
    fonts = generic.DictionaryObject({pdf_name("/SygnetSans"): font})
    return generic.DictionaryObject({pdf_name("/Font"): fonts})


def punctual_signer(
    metadata: signers.PdfSignatureMetadata,
    identity: Identity,
    house: House,
    at: datetime,
    timestamper: Any = None,
) -> signers.PdfSigner:
    """A signer that claims a given time."""
    registry: Any = SimpleCertificateStore()  # type: ignore[no-untyped-call]
    registry.register_multiple([_asn1(house.signing_ca.certificate)])
    signer = _LowerForm(
        signing_cert=_asn1(identity.certificate),
        signing_key=asn1_keys.PrivateKeyInfo.load(
            identity.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        ),
        cert_registry=registry,
    )
    signer.identity = identity
    return _PunctualSigner(metadata, signer, at, timestamper)


def add_client(data: bytes, house: House, number: int, at: datetime) -> bytes:
    """One client fills and signs."""
    name = CLIENTS[number - 1]
    values = {"Fill1.note": "Wpłacono kaucję"} if number == 1 else None
    return sign(data, f"Client{number}", house.client(name, at), house, at, values=values)


def claims_for(prefix: bytes, clients: int = 1) -> Claims:
    """What the kiosk states about a prefix."""
    director = SignerClaim(DIRECTOR, Role.DIRECTOR, Method.KEY, Proof.ACCOUNT, DIRECTOR_SIGNED)
    return Claims(
        document_id=DOCUMENT_ID,
        covered_sha256=hashlib.sha256(prefix).digest(),
        covered_bytes=len(prefix),
        issued_at=ISSUED,
        time_quality=TimeQuality.ASSURED,
        title=TITLE,
        number=NUMBER,
        signers=(
            director,
            *(
                SignerClaim(name, Role.CLIENT, Method.DRAWN, Proof.SMS_CODE, client_time(n + 1))
                for n, name in enumerate(CLIENTS[:clients])
            ),
        ),
        certificate_sequence=17,
        pages=PAGES,
    )


def text_for(claims: Claims, house: House, key: ec.EllipticCurvePrivateKey | None = None) -> str:
    """The token's text, signed by the house's seal key or by another."""
    key = key or house.seal.key
    unsigned = UnsignedToken(claims, key_identifier(key.public_key()))
    return token_text(HOST, unsigned.signed(raw_low_s_signature(key, unsigned.to_be_signed)))


def seal(prefix: bytes, house: House, text: str, **settings: Any) -> bytes:
    """Seal a prefix with a token's text."""
    return sign(prefix, "Seal", house.seal, house, ISSUED, contact_info=text, **settings)


def direct(
    prepared: bytes,
    house: House,
    level: MDPPerm = MDPPerm.FILL_FORMS,
    update: type[Update] = Update,
) -> bytes:
    """The director certifies."""
    return sign(
        prepared,
        "Director",
        house.director,
        house,
        DIRECTOR_SIGNED,
        update=update,
        certify=True,
        docmdp_permissions=level,
    )


def finish(directed: bytes, house: House, clients: int = 1) -> Sealed:
    """Clients sign and the kiosk seals, whatever it was that the director signed."""
    prefix = directed
    for number in range(1, clients + 1):
        prefix = add_client(prefix, house, number, client_time(number))
    claims = claims_for(prefix, clients)
    text = text_for(claims, house)
    return Sealed(seal(prefix, house, text), text, claims, len(directed))


def sealed_pdf(house: House, clients: int = 1) -> Sealed:
    """A genuine sealed file."""
    return finish(direct(prepare(clients), house), house, clients)


_A4: Final = (0, 0, 595, 842)


def client_time(number: int) -> datetime:
    """When a client signs."""
    return ISSUED - timedelta(seconds=10 - number)


def _number(value: int) -> generic.NumberObject:
    return generic.NumberObject(value)


def _text_field(writer: PdfFileWriter, page: Any) -> Any:
    widget = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Annot"),
            pdf_name("/Subtype"): pdf_name("/Widget"),
            pdf_name("/FT"): pdf_name("/Tx"),
            pdf_name("/T"): generic.pdf_string("note"),
            pdf_name("/Rect"): generic.ArrayObject(map(_number, (72, 600, 300, 620))),
            pdf_name("/F"): _number(4),
            pdf_name("/P"): page,
        }
    )
    reference = writer.add_object(widget)
    page.get_object()["/Annots"] = generic.ArrayObject([reference])
    group = generic.DictionaryObject({pdf_name("/T"): generic.pdf_string("Fill1")})
    group["/Kids"] = generic.ArrayObject([reference])
    widget["/Parent"] = writer.add_object(group)
    return widget.raw_get("/Parent")


def find_field(writer: Any, name: str) -> Any:
    """A reference to a form field, by its full name."""
    siblings: Any = writer.root["/AcroForm"]["/Fields"]
    *groups, last = name.split(".")
    for group in groups:
        siblings = _named(siblings, group).get_object()["/Kids"]
    return _named(siblings, last).reference


def _named(siblings: Any, name: str) -> Any:
    return next(each for each in siblings if each.get_object().get("/T") == name)


def _asn1(certificate: x509.Certificate) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))
