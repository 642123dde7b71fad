"""`python -m office root`: the root's own ceremony, on a machine without a network.

Needs no head office, no database and no settings: a folder with `root.pem` (public) and
`root-secret.json` (opened by a passphrase), and two files carried on a stick.
"""

from __future__ import annotations

import argparse
import getpass
import sys
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from office.errors import Refused
from office.root_apart import fingerprint
from office.settings import Settings
from signing.certificates import make_root
from signing.root_files import MAX_FILE_BYTES, RootRequest
from signing.root_keys import RootSecret
from signing.root_request import answer_request
from signing.sealed_secret import Cost, open_secret, seal_secret
from signing.whole_file import write_whole

__all__ = ["create", "read_file", "recover", "sign_request"]

SECRET_FILE, CERTIFICATE_FILE = "root-secret.json", "root.pem"
PURPOSE = "root"
WORDS_IN_A_ROW = 4
COST: Cost | None = None
"""What a guess of the passphrase costs; None is the full price."""


def create(options: argparse.Namespace, _settings: Settings) -> None:
    """Make a root and print its recovery words, once."""
    folder: Path = options.out
    _need_free(folder)
    passphrase = _new_passphrase(options)
    secret = RootSecret.make()
    key = secret.certificate_key()
    certificate = make_root(options.organisation, options.country, key, datetime.now(UTC))
    _keep(folder, secret, certificate, passphrase)
    print(f"The root of {options.organisation} is in {folder}.")
    print("Write these 24 words on paper, in this order. They are shown only now, and whoever has")
    print("them has the root:\n")
    words = secret.words()
    for start in range(0, len(words), WORDS_IN_A_ROW):
        row = enumerate(words[start : start + WORDS_IN_A_ROW], start + 1)
        print("  " + "".join(f"{number:>2}. {word:<11}" for number, word in row).rstrip())
    print("\nThen try the paper: python -m office root recover --certificate root.pem --out OTHER")


def recover(options: argparse.Namespace, _settings: Settings) -> None:
    """Make the root's folder anew from its words and its certificate."""
    folder: Path = options.out
    _need_free(folder)
    certificate = _certificate(options.certificate)
    if options.words_file:
        text = read_file(options.words_file).decode("utf-8", "replace")
    else:
        print("Type the 24 words, then Enter:", file=sys.stderr)
        text = sys.stdin.readline()
    secret = RootSecret.from_words(text)
    if secret.certificate_key().public_key() != certificate.public_key():
        raise Refused(
            "words_of_another_root",
            "These words are not those of this certificate.",
            "Take the paper that belongs to this root.",
        )
    _keep(folder, secret, certificate, _new_passphrase(options))
    print(f"The root is back in {folder}.")


def sign_request(options: argparse.Namespace, _settings: Settings) -> None:
    """Answer head office's request."""
    certificate = _certificate(options.root / CERTIFICATE_FILE)
    request = RootRequest.from_bytes(read_file(options.request))
    if options.answer.exists():
        raise _exists(options.answer)
    print(f"Organisation: {request.organisation}")
    print(f"Signing CA:   number {request.generation}, key {fingerprint(request)}")
    print(f"To revoke:    {len(request.revoked)} signing CAs")
    if not options.yes and not _agreed():
        raise Refused("not_agreed", "Nothing was signed.", "Compare the key with head office.")
    sealed = read_file(options.root / SECRET_FILE)
    secret = RootSecret(open_secret(sealed, _passphrase(options, "Passphrase: "), PURPOSE))
    if secret.certificate_key().public_key() != certificate.public_key():
        raise Refused(
            "words_of_another_root",
            "The secret in this folder is not that of its certificate.",
            "Restore the folder, or recover the root from its words.",
        )
    answer = answer_request(request, secret, certificate, datetime.now(UTC))
    write_whole(options.answer, answer.to_bytes())
    print(f"Carry {options.answer} back to head office.")


def read_file(path: Path) -> bytes:
    """Read a file from a stick.

    Raises:
        Refused: `file_unreadable`.
    """
    try:
        with path.open("rb") as file:
            return file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise Refused(
            "file_unreadable", f"{path} cannot be read.", "Check the name and its permissions."
        ) from error


def _keep(folder: Path, secret: RootSecret, certificate: x509.Certificate, passphrase: str) -> None:
    """Write the secret first: a certificate without its key would be worse than nothing."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    write_whole(folder / SECRET_FILE, seal_secret(secret.value, passphrase, PURPOSE, COST))
    write_whole(folder / CERTIFICATE_FILE, certificate.public_bytes(Encoding.PEM))


def _need_free(folder: Path) -> None:
    for name in (SECRET_FILE, CERTIFICATE_FILE):
        if (folder / name).exists():
            raise _exists(folder / name)


def _exists(path: Path) -> Refused:
    return Refused(
        "file_exists", f"{path} is there already.", "Nothing is overwritten: take another name."
    )


def _certificate(path: Path) -> x509.Certificate:
    try:
        return x509.load_pem_x509_certificate(read_file(path))
    except ValueError as error:
        raise Refused(
            "file_unreadable", f"{path} is not a certificate in PEM.", "Take the root's root.pem."
        ) from error


def _passphrase(options: argparse.Namespace, prompt: str) -> str:
    if options.passphrase_file:
        return read_file(options.passphrase_file).decode("utf-8", "surrogateescape").strip()
    return getpass.getpass(prompt)


def _new_passphrase(options: argparse.Namespace) -> str:
    passphrase = _passphrase(options, "New passphrase: ")
    if not options.passphrase_file and getpass.getpass("Again: ") != passphrase:
        raise Refused("passphrases_differ", "The passphrases differ.", "Type the same one twice.")
    return passphrase


def _agreed() -> bool:
    return input("Is that the key that head office shows? Type yes: ").strip().lower() == "yes"
