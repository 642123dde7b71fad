"""A small company for the tests of `signing`: real keys, real certificates, one kiosk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from signing.box_room import Room, box_room
from signing.certificate_facts import EvidenceSummary
from signing.certificates import (
    CertificateAuthority,
    issue_director,
    issue_kiosk_ca,
    issue_seal,
    issue_signing_ca,
    issue_timestamp,
    make_root,
)
from signing.client import sign_as_client
from signing.director import sign_as_director
from signing.fields import ClientPlan, DocumentPlan, FieldKind, FieldSpec, Placement
from signing.handwriting import Typeface
from signing.identities import KioskIdentity, SealContext, SigningIdentity
from signing.marks import ClientAnswers, TypedMark
from signing.normalise import NormalisedPdf, normalise
from signing.one_shot import make_one_shot
from signing.prepare import prepare
from signing.timestamp_tokens import KioskTimeStamper
from verifier.token import Method, Proof, Role, SignerClaim, TimeQuality
from verifier.trust_list import KeyRole, TrustedKey, TrustList

NOW = datetime(2026, 11, 24, 9, 30, 15, tzinfo=UTC)
DIRECTOR = "Zofia Żółkiewska"
CLIENT = "Łukasz Gżegżółka"
HOST = "SYGNET.EXAMPLE"


@dataclass(frozen=True)
class House:
    """Everybody who signs."""

    root: x509.Certificate
    authorities: tuple[CertificateAuthority, CertificateAuthority]  # root, signing CA
    director: SigningIdentity
    kiosk: KioskIdentity
    trust: TrustList


def _key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def house(now: datetime = NOW) -> House:
    """The company as it stands at `now`, made once per run."""
    return _house(now)


@cache
def _house(now: datetime) -> House:
    before = now - timedelta(days=30)
    root_key, ca_key, director_key, kiosk_key, seal_key, time_key = (_key() for _ in range(6))
    root = make_root("Sygnet Test", "PL", root_key, before)
    ca = issue_signing_ca(ca_key.public_key(), CertificateAuthority(root_key, root), before)
    authority = CertificateAuthority(ca_key, ca)
    director = issue_director(DIRECTOR, director_key.public_key(), authority, before)
    kiosk_ca = issue_kiosk_ca("k1", "Kiosk Gdynia", kiosk_key.public_key(), authority, before)
    seal = issue_seal("k1", "Kiosk Gdynia", seal_key.public_key(), authority, before)
    time = issue_timestamp("k1", "Kiosk Gdynia", time_key.public_key(), authority, before)
    chain = (ca, root)
    keys = tuple(
        TrustedKey(
            role,
            holder,
            certificate.public_bytes(Encoding.DER),
            certificate.not_valid_before_utc,
            certificate.not_valid_after_utc,
            None,
        )
        for role, holder, certificate in (
            (KeyRole.ROOT, "Sygnet Test", root),
            (KeyRole.SIGNING_CA, "Sygnet Test", ca),
            (KeyRole.DIRECTOR, DIRECTOR, director),
            (KeyRole.KIOSK_CA, "Kiosk Gdynia", kiosk_ca),
            (KeyRole.SEAL, "Kiosk Gdynia", seal),
            (KeyRole.TIMESTAMP, "Kiosk Gdynia", time),
        )
    )
    return House(
        root=root,
        authorities=(CertificateAuthority(root_key, root), authority),
        director=SigningIdentity(director_key, director, chain),
        kiosk=KioskIdentity(
            "k1",
            "Kiosk Gdynia",
            kiosk_key,
            kiosk_ca,
            seal_key,
            seal,
            chain,
            KioskTimeStamper(SigningIdentity(time_key, time, chain)),
        ),
        trust=TrustList("Sygnet Test", 7, now - timedelta(days=1), keys, (HOST,)),
    )


def context(trust: TrustList | None = None, now: datetime = NOW) -> SealContext:
    """What the kiosk knows when it seals."""
    return SealContext(
        trust=trust or house(now).trust,
        host=HOST,
        certificate_sequence=41,
        time_quality=TimeQuality.ASSURED,
        journal_position=1207,
        evidence=EvidenceSummary(2, 2, 95, "2026-1", "pl"),
        software_version="0.1.0",
        timezone="Europe/Warsaw",
        client_proof=Proof.SMS_CODE,
        director=SignerClaim(
            DIRECTOR, Role.DIRECTOR, Method.KEY, Proof.EMAIL_CODE, now - timedelta(hours=3)
        ),
    )


def plain_plan(title: str = "Umowa najmu lokalu przy ul. Świętojańskiej 14") -> DocumentPlan:
    """One client who only signs, on an appended signing page."""
    client = ClientPlan(CLIENT, (), None, None)
    return DocumentPlan(bytes(range(16)), "UM/2026/118", title, "pl", DIRECTOR, None, (client,))


def full_plan(document: NormalisedPdf) -> DocumentPlan:
    """Fields, stamp and signatures on the last page, in parts of its size; a label has few."""
    page = len(document.pages) - 1
    width, height = document.pages[page].width, document.pages[page].height

    def place(x: float, y: float, across: float, along: float) -> Placement:
        return Placement(page, x * width, y * height, across * width, along * height)

    fields = (
        FieldSpec("city", FieldKind.TEXT, "Miejscowość", True, place(0.08, 0.40, 0.4, 0.03)),
        FieldSpec("born", FieldKind.DATE, "Data urodzenia", True, place(0.52, 0.40, 0.4, 0.03)),
        FieldSpec("rent", FieldKind.NUMBER, "Czynsz", False, place(0.08, 0.36, 0.4, 0.03)),
        FieldSpec("phone", FieldKind.PHONE, "Telefon", False, place(0.52, 0.36, 0.4, 0.03)),
        FieldSpec("email", FieldKind.EMAIL, "E-mail", False, place(0.08, 0.32, 0.4, 0.03)),
        FieldSpec("notes", FieldKind.MULTILINE, "Uwagi", False, place(0.08, 0.22, 0.6, 0.08)),
        FieldSpec("agree", FieldKind.CHECKBOX, "Zgoda", True, place(0.72, 0.25, 0.05, 0.04)),
    )
    roomy = tuple(spec for spec in fields if box_room(spec, "pl") is not Room.TOO_SMALL)
    client = ClientPlan(CLIENT, roomy, place(0.55, 0.05, 0.38, 0.12), place(0.7, 0.18, 0.22, 0.07))
    return DocumentPlan(
        bytes(range(16)),
        "UM/2026/118",
        "Umowa najmu lokalu przy ul. Świętojańskiej 14",
        "pl",
        DIRECTOR,
        place(0.08, 0.05, 0.4, 0.09),
        (client,),
    )


def full_values() -> dict[str, str]:
    """What the client of `full_plan` enters, in Polish and Ukrainian letters."""
    return {
        "city": "Łódź – Zażółć gęślą jaźń",
        "born": "1.2.1985",
        "rent": "1 234,50",
        "phone": "600 123 456",
        "email": "lukasz@Example.com",
        "notes": "Пан Ґжеґжулка мешкає у Їжакові.\nProszę o kontakt po 15:00, w dni robocze, "
        "najlepiej telefonicznie, bo pocztę czytam rzadko.",
        "agree": "yes",
    }


def typed_answers(values: dict[str, str] | None = None) -> ClientAnswers:
    """Answers with a typed signature and no stamp."""
    return ClientAnswers(values or {}, None, TypedMark(CLIENT, Typeface.CAVEAT))


def director_signed(
    pdf: bytes, folder: Path, plan: DocumentPlan | None = None, now: datetime = NOW
) -> Path:
    """Normalise, prepare and have the director sign; returns the signed file."""
    document = normalise(pdf)
    prepared, signed = folder / "prepared.pdf", folder / "director.pdf"
    prepared.write_bytes(prepare(document, plan or plain_plan(), now - timedelta(hours=4)))
    moment = now - timedelta(hours=3)
    sign_as_director(prepared, signed, plan or plain_plan(), house(now).director, moment)
    return signed


def client_signed(
    pdf: bytes, folder: Path, plan: DocumentPlan, answers: ClientAnswers, now: datetime = NOW
) -> Path:
    """Everything up to the client's signature, without the seal."""
    source, target = director_signed(pdf, folder, plan, now), folder / "client.pdf"
    identity = make_one_shot(CLIENT, Proof.SMS_CODE, house(now).kiosk, now)
    sign_as_client(source, target, plan, 0, answers, identity, now)
    return target
