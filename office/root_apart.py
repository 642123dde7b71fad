"""A head office whose root is kept apart: asking it, and taking its answer.

    ask_root(settings, organisation, country, environment)   # keys of our own, request.json
    found_with_answer(settings, data, now, environment)      # answer.json: head office is set up

The request that was made last lies in the data folder; only the answer to it is taken. Asking again
before the answer gives the same request, so that a lost stick costs nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.serialization import Encoding

from office import head_office
from office.credential import credential_source
from office.errors import Refused
from office.head_office import AWAITING_ROOT, HeadOffice
from office.keyring import SIGNING_CA, Keyring, key_identifier
from office.lines import writable_line
from office.settings import Settings
from signing.root_files import RootAnswer, RootRequest
from signing.root_request import check_answer, make_csr
from signing.whole_file import write_whole

__all__ = ["ROOT_LIST", "ask_root", "between_roots", "fingerprint", "found_with_answer"]
__all__ += ["keep_root_crl", "kept_root_list"]

ROOT_LIST = "root.crl"
"""What a root kept apart sent last, in the folder `authorities`."""
BETWEEN_ROOTS = "between-roots.pem"
"""Certificates by which roots vouch for each other, beside it."""
COUNTRY_FILE = "root-country"
"""Beside the request: the country, which the request does not carry."""


def ask_root(
    settings: Settings, organisation: str, country: str, environment: Mapping[str, str]
) -> RootRequest:
    """Make the keys of a new head office but the root's, and the request to the root.

    Raises:
        Refused: `already_set_up`, `bad_name`.
    """
    folder = settings.data_folder
    _need_nothing(settings)
    if (folder / AWAITING_ROOT).exists():
        return RootRequest.from_bytes((folder / AWAITING_ROOT).read_bytes())
    refusal = Refused("bad_name", "This name is missing or too long.", "Give 1 to 64 letters.")
    name = writable_line(organisation, head_office.MAX_ORGANISATION_LETTERS, refusal)
    office = head_office.begin(settings, name, environment, with_root=False)
    try:
        public_key = office.keyring.create_key(SIGNING_CA, ())
        csr = make_csr(office.keyring.key_of(SIGNING_CA, public_key), name)
        request = RootRequest(name, csr, 1, office.publisher.online_keys(), b"")
    finally:
        office.close()
    write_whole(folder / COUNTRY_FILE, country.upper().encode())
    write_whole(folder / AWAITING_ROOT, request.to_bytes())
    return request


def found_with_answer(
    settings: Settings, data: bytes, now: datetime, environment: Mapping[str, str]
) -> HeadOffice:
    """Set head office up with the root's answer.

    Raises:
        Refused: `already_set_up`; `no_request`, when no request was made in this data folder.
        RootRefused: `answer_refused`; nothing was changed.
        RootFileError: `root_file_unreadable`.
    """
    folder = settings.data_folder
    _need_nothing(settings)
    try:
        request = RootRequest.from_bytes((folder / AWAITING_ROOT).read_bytes())
        country = (folder / COUNTRY_FILE).read_text()
    except OSError as error:
        raise Refused(
            "no_request",
            "No answer of a root is awaited here.",
            "Make a request first: python -m office init --request FILE.",
        ) from error
    answer = RootAnswer.from_bytes(data)
    check_answer(answer, request)
    credential = credential_source(folder, environment)
    token = head_office.token_of(settings, environment)
    keyring = Keyring(folder / "keys", credential, token)
    office = head_office.assemble(settings, keyring, credential, request.organisation)
    keep_root_crl(folder, answer)
    office.publisher.install_root(answer.trust_root)
    head_office.found(office, country, (answer.root, answer.signing_ca), now)
    for name in (AWAITING_ROOT, COUNTRY_FILE):
        (folder / name).unlink()
    return office


def keep_root_crl(data_folder: Path, answer: RootAnswer) -> None:
    """Keep the root's revocation list, and what a former root said, for signed files."""
    folder = data_folder / "authorities"
    folder.mkdir(exist_ok=True, mode=0o700)
    write_whole(folder / ROOT_LIST, answer.crl.public_bytes(Encoding.DER))
    if answer.former is not None:
        former = answer.former
        path = folder / _former_list(former.root)
        write_whole(path, former.crl.public_bytes(Encoding.DER))
        made = (*between_roots(data_folder), former.introduced, former.vouched)
        newest = {(one.issuer, one.subject): one for one in made}
        pems = [one.public_bytes(Encoding.PEM) for one in newest.values()]
        write_whole(folder / BETWEEN_ROOTS, b"".join(pems))


def between_roots(data_folder: Path) -> tuple[x509.Certificate, ...]:
    """Return the certificates by which roots vouch for each other; none with a single root."""
    try:
        pem = (data_folder / "authorities" / BETWEEN_ROOTS).read_bytes()
    except FileNotFoundError:
        return ()
    return tuple(x509.load_pem_x509_certificates(pem))


def kept_root_list(
    data_folder: Path, root: x509.Certificate
) -> x509.CertificateRevocationList | None:
    """Return the newest list that a root which is kept apart has sent; None when there is none."""
    for name in (ROOT_LIST, _former_list(root)):
        try:
            found = x509.load_der_x509_crl((data_folder / "authorities" / name).read_bytes())
            key = root.public_key()
            if isinstance(key, EllipticCurvePublicKey) and found.is_signature_valid(key):
                return found
        except (OSError, ValueError):
            continue
    return None


def _former_list(root: x509.Certificate) -> str:
    """The file with the list of a root that has a successor."""
    return f"root-{key_identifier(root.public_key())}.crl"


def fingerprint(request: RootRequest) -> str:
    """Return what both sides compare by eye: the identifier of the key that asks, in fours."""
    key = request.csr.public_key()
    if not isinstance(key, EllipticCurvePublicKey):
        return "-"
    digits = key_identifier(key)
    return " ".join(digits[at : at + 4] for at in range(0, len(digits), 4))


def _need_nothing(settings: Settings) -> None:
    if head_office.is_set_up(settings):
        raise Refused(
            "already_set_up",
            "There is a head office in this data folder already.",
            "Start it with: python -m office serve; if that finds none, restore its database.",
        )
