"""`python -m office root`: the root's own ceremony, on a machine without a network.

Needs no head office, no database and no settings: a folder with `root.pem` (public) and
`root-secret.json` (opened by a passphrase), and two files carried on a stick. Only `export` and
`forget` run at head office: they take a root away that was made there.
"""

from __future__ import annotations

import argparse
import getpass
import sys
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from office.errors import Refused
from office.head_office import open_head_office
from office.history import Actor
from office.root_apart import fingerprint
from office.root_move import exported, forget_root
from office.settings import Settings
from signing.certificates import make_root
from signing.root_files import MAX_FILE_BYTES, RootRequest
from signing.root_keys import RootSecret
from signing.root_request import answer_request
from signing.root_succession import SafeRoot, root_generation
from signing.sealed_secret import Cost, open_secret, seal_secret
from signing.whole_file import write_whole

__all__ = ["create", "export", "forget", "read_file", "recover", "sign_request"]

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
    name, country, generation = _whose(options)
    key = secret.certificate_key()
    certificate = make_root(name, country, key, datetime.now(UTC), generation)
    _keep(folder, secret, certificate, passphrase)
    print(f"The root of {name} is in {folder}.")
    _print_words(secret)
    pem = folder / CERTIFICATE_FILE
    print(f"\nThen try the paper: python -m office root recover --certificate {pem} --out OTHER")


def export(options: argparse.Namespace, settings: Settings) -> None:
    """Copy the root that lies on head office's machine to a stick and to paper."""
    folder: Path = options.out
    _need_free(folder)
    if folder.resolve().is_relative_to(settings.data_folder.resolve()):
        raise Refused(
            "root_not_apart",
            "This folder lies in head office's own data.",
            "Take a stick that can be locked away.",
        )
    office = open_head_office(settings)
    try:
        secret, certificate = exported(office)
    finally:
        office.close()
    _keep(folder, secret, certificate, _new_passphrase(options))
    print(f"A copy of the root is in {folder}.")
    _print_words(secret)
    print("\nNothing was destroyed here yet. When stick and paper are ready:")
    print(f"python -m office root forget --root {folder} --words")


def forget(options: argparse.Namespace, settings: Settings) -> None:
    """Destroy the root on head office's machine, after its copies were read back."""
    office = open_head_office(settings)
    try:
        exported(office)  # says at once when there is nothing to forget
        proofs = []
        if options.root:
            sealed = read_file(options.root / SECRET_FILE)
            passphrase = _passphrase(options, "Passphrase of the root: ")
            proofs.append(RootSecret(open_secret(sealed, passphrase, PURPOSE)))
        if options.words or options.words_file:
            proofs.append(RootSecret.from_words(_typed_words(options)))
        forget_root(office, proofs, Actor(), datetime.now(UTC))
    finally:
        office.close()
    print("The root is no longer on this machine. Lock stick and paper away, in two places.")
    print("Backups of this data folder from before still hold it: destroy them.")
    print("New signing CAs need its answer: python -m office keys rotate-signing-ca --request FILE")


def recover(options: argparse.Namespace, _settings: Settings) -> None:
    """Make the root's folder anew from its words and its certificate."""
    folder: Path = options.out
    _need_free(folder)
    certificate = _certificate(options.certificate)
    secret = RootSecret.from_words(_typed_words(options)).for_certificate(certificate)
    if secret is None:
        raise Refused(
            "words_of_another_root",
            "These words are not those of this certificate.",
            "Take the paper that belongs to this root.",
        )
    _keep(folder, secret, certificate, _new_passphrase(options))
    print(f"The root is back in {folder}.")


def sign_request(options: argparse.Namespace, _settings: Settings) -> None:
    """Answer head office's request."""
    request = RootRequest.from_bytes(read_file(options.request))
    if options.answer.exists():
        raise _exists(options.answer)
    print(f"Organisation: {request.organisation}")
    print(f"Signing CA:   number {request.generation}, key {fingerprint(request)}")
    print(f"To revoke:    {len(request.revoked)} signing CAs")
    if not options.yes and not _agreed():
        raise Refused("not_agreed", "Nothing was signed.", "Compare the key with head office.")
    root, former = _opened(options.root, options.passphrase_file, "Passphrase: "), None
    if options.former:
        file = options.former_passphrase_file or options.passphrase_file
        former = _opened(options.former, file, "Passphrase of the former root: ")
    answer = answer_request(request, root, datetime.now(UTC), former)
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


def _whose(options: argparse.Namespace) -> tuple[str, str, int]:
    """Organisation, country and number of a new root; those of the one before it, when given."""
    if not options.after:
        if not options.organisation:
            raise Refused(
                "bad_name",
                "A root needs the name of its organisation.",
                "Give --organisation NAME, or --after PEM for the successor of a root.",
            )
        return options.organisation, options.country, 1
    former = _certificate(options.after)
    words = {attribute.oid: str(attribute.value) for attribute in former.subject}
    organisation = words.get(NameOID.ORGANIZATION_NAME, "")
    country = words.get(NameOID.COUNTRY_NAME, options.country)
    if options.organisation not in (None, organisation):
        raise Refused(
            "other_organisation",
            "The root before it is another organisation's.",
            "Leave --organisation out: a successor has the same name.",
        )
    return organisation, country, root_generation(former) + 1


def _keep(folder: Path, secret: RootSecret, certificate: x509.Certificate, passphrase: str) -> None:
    """Write the secret first: a certificate without its key would be worse than nothing."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    write_whole(folder / SECRET_FILE, seal_secret(secret.value, passphrase, PURPOSE, COST))
    write_whole(folder / CERTIFICATE_FILE, certificate.public_bytes(Encoding.PEM))


def _print_words(secret: RootSecret) -> None:
    print("Write these 24 words on paper, in this order. They are shown only now, and whoever has")
    print("them has the root:\n")
    words = secret.words()
    for start in range(0, len(words), WORDS_IN_A_ROW):
        row = enumerate(words[start : start + WORDS_IN_A_ROW], start + 1)
        print("  " + "".join(f"{number:>2}. {word:<11}" for number, word in row).rstrip())


def _typed_words(options: argparse.Namespace) -> str:
    if options.words_file:
        return read_file(options.words_file).decode("utf-8", "replace")
    print("Type the 24 words, then Enter:", file=sys.stderr)
    return sys.stdin.readline()


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


def _opened(folder: Path, passphrase_file: Path | None, prompt: str) -> SafeRoot:
    certificate = _certificate(folder / CERTIFICATE_FILE)
    sealed = read_file(folder / SECRET_FILE)
    opened = RootSecret(open_secret(sealed, _told(passphrase_file, prompt), PURPOSE))
    secret = opened.for_certificate(certificate)
    if secret is None:
        raise Refused(
            "words_of_another_root",
            "The secret in this folder is not that of its certificate.",
            "Restore the folder, or recover the root from its words.",
        )
    return SafeRoot(secret, certificate)


def _passphrase(options: argparse.Namespace, prompt: str) -> str:
    return _told(options.passphrase_file, prompt)


def _told(file: Path | None, prompt: str) -> str:
    if file:
        return read_file(file).decode("utf-8", "surrogateescape").strip()
    return getpass.getpass(prompt)


def _new_passphrase(options: argparse.Namespace) -> str:
    passphrase = _passphrase(options, "New passphrase: ")
    if not options.passphrase_file and getpass.getpass("Again: ") != passphrase:
        raise Refused("passphrases_differ", "The passphrases differ.", "Type the same one twice.")
    return passphrase


def _agreed() -> bool:
    return input("Is that the key that head office shows? Type yes: ").strip().lower() == "yes"
