"""The commands and options of `python -m office`, with the words of `--help`."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from office.ca_revocation import SigningCaReason
from office.key_rotation import DirectorReason
from office.people import Role
from office.revocation import RevocationReason
from office.service_keys import ServiceKeyReason
from office.settings import LANGUAGES, Settings
from office.strokes import OpeningReason
from sync.staff import IdentityWay, StaffRight

__all__ = ["Command", "make_parser"]

Command = Callable[[argparse.Namespace, Settings], None]
"""Does what a command says, with its options and the settings."""


def make_parser(run: Mapping[str, Command]) -> argparse.ArgumentParser:
    """Make the parser; `run` holds the function of each command under its full name."""
    parser = argparse.ArgumentParser(
        prog="python -m office",
        description="Head office: prepare documents, have them signed, follow and deliver them.",
        epilog="Exit codes: 0 done, 1 refused, 2 wrong usage, 3 not set up, 4 PDF cannot be "
        "signed. Settings are SYGNET_OFFICE_* in the environment.",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_init(commands, run)
    _add_serve(commands, run)
    _add_people(commands, run)
    _add_kiosk(commands, run)
    _add_staff(commands, run)
    _add_documents(commands, run)
    _add_keys(commands, run)
    _add_journal(commands, run)
    _add_strokes(commands, run)
    _add_stick(commands, run)
    _add_root(commands, run)
    return parser


def _add(commands: Any, name: str, words: str, command: Command | None) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(name, help=words, description=words)
    if command is not None:
        parser.set_defaults(command=command)
        parser.add_argument("--data", type=Path, metavar="FOLDER", help="the data folder")
    return parser


def _add_init(commands: Any, run: Mapping[str, Command]) -> None:
    parser = _add(commands, "init", "set up a new head office in an empty data folder", run["init"])
    parser.add_argument("--organisation", metavar="NAME", help="in certificates")
    parser.add_argument("--country", default="PL", metavar="XX", help="two letters (default PL)")
    parser.add_argument("--admin-email", metavar="ADDRESS", help="also add an administrator")
    parser.add_argument("--admin-name", default="Administrator", metavar="NAME")
    parser.add_argument("--password-stdin", action="store_true", help="the administrator's")
    apart = parser.add_mutually_exclusive_group()
    apart.add_argument(
        "--request", type=Path, metavar="FILE", help="the root is kept apart: write what it signs"
    )
    apart.add_argument("--answer", type=Path, metavar="FILE", help="what the root answered")


def _add_serve(commands: Any, run: Mapping[str, Command]) -> None:
    parser = _add(commands, "serve", "start the web server and its clockwork", run["serve"])
    parser.add_argument("--host", metavar="ADDRESS", help="address to listen on (127.0.0.1)")
    parser.add_argument("--port", type=int, metavar="PORT", help="port to listen on (8700)")
    parser.add_argument("--public-url", metavar="URL", help="what links in messages start with")
    parser.add_argument(
        "--development",
        action="store_true",
        help="messages go to /development/messages instead of people",
    )


def _add_people(commands: Any, run: Mapping[str, Command]) -> None:
    group = _add(commands, "people", "people who can sign in", None)
    actions = group.add_subparsers(required=True, metavar="ACTION")
    add = _add(actions, "add", "add a person; a director gets a key", run["people add"])
    add.add_argument("--email", required=True, metavar="ADDRESS")
    add.add_argument("--name", required=True)
    add.add_argument("--role", required=True, choices=[role.value for role in Role])
    add.add_argument("--language", default=LANGUAGES[0], choices=LANGUAGES)
    add.add_argument("--password-stdin", action="store_true")
    _add(actions, "list", "list the people as JSON lines", run["people list"])
    new = _add(actions, "password", "give a person another password", run["people password"])
    new.add_argument("--email", required=True, metavar="ADDRESS")
    new.add_argument("--password-stdin", action="store_true")


def _add_kiosk(commands: Any, run: Mapping[str, Command]) -> None:
    group = _add(commands, "kiosk", "kiosks", None)
    actions = group.add_subparsers(required=True, metavar="ACTION")
    add = _add(actions, "add", "add a kiosk; prints its one-time code", run["kiosk add"])
    phones = "address of a desk at which clients sign with their own telephones"
    add.add_argument("--phones", metavar="URL", default="", help=phones)
    add.add_argument("--name", required=True, help="where it stands")
    _add(actions, "list", "list the kiosks as JSON lines", run["kiosk list"])
    words = "ask a kiosk for new keys; it makes them at its next contact"
    renew = _add(actions, "renew-keys", words, run["kiosk renew-keys"])
    revoke = _add(actions, "revoke", "shut a kiosk out, for ever", run["kiosk revoke"])
    for one in (renew, revoke):
        one.add_argument("--kiosk", required=True, metavar="NAME", help="name or id")
    revoke.add_argument(
        "--reason", required=True, choices=[reason.value for reason in RevocationReason]
    )


def _add_staff(commands: Any, run: Mapping[str, Command]) -> None:
    group = _add(commands, "staff", "people of the front desk, who have a PIN at kiosks", None)
    actions = group.add_subparsers(required=True, metavar="ACTION")
    words = "add a person, who gets a link by e-mail and chooses a PIN"
    add = _add(actions, "add", words, run["staff add"])
    add.add_argument("--name", required=True)
    add.add_argument("--email", required=True, metavar="ADDRESS")
    add.add_argument("--language", default=LANGUAGES[0], choices=LANGUAGES)
    add.add_argument("--kiosk", action="append", default=[], metavar="NAME", help="repeatable")
    rights = [right.value for right in StaffRight]
    words = "beside finding documents and handing them over; repeatable"
    add.add_argument("--may", action="append", default=[], choices=rights, help=words)
    add.add_argument("--pin-stdin", action="store_true", help="a first PIN, without a link")
    _add(actions, "list", "list the people as JSON lines", run["staff list"])


def _add_documents(commands: Any, run: Mapping[str, Command]) -> None:
    group = _add(commands, "documents", "documents", None)
    actions = group.add_subparsers(required=True, metavar="ACTION")
    add = _add(actions, "add", "make a document from a PDF; prints it", run["documents add"])
    add.add_argument("--pdf", required=True, type=Path, metavar="FILE")
    add.add_argument("--plan", type=Path, metavar="JSON", help="layout or document plan")
    add.add_argument("--title", help="default: the plan's, or the file's name")
    add.add_argument("--number", default="", help="default: the plan's, or the next one")
    add.add_argument("--client-name", help="default: the plan's")
    contact = add.add_mutually_exclusive_group(required=True)
    contact.add_argument("--email", metavar="ADDRESS", help="the client's e-mail address")
    contact.add_argument("--mobile", metavar="NUMBER", help="the client's mobile number")
    words = "who signs after that, at the same kiosk; e-mail address or mobile number; repeatable"
    pair = ("NAME", "CONTACT")
    add.add_argument("--and-client", nargs=2, action="append", default=[], metavar=pair, help=words)
    add.add_argument("--language", choices=LANGUAGES)
    add.add_argument("--kiosk", metavar="NAME", help="name or id; default: the only one")
    add.add_argument("--director", metavar="ADDRESS", help="default: the only one")
    add.add_argument("--by", metavar="ADDRESS", help="operator; default: the first one")
    words = "how clients prove who they are; default: code"
    ways = [way.value for way in IdentityWay]
    add.add_argument("--identity", default="code", choices=ways, help=words)
    add.add_argument("--stamp", action="store_true", help="ask for the client's stamp")
    add.add_argument("--send", action="store_true", help="send it to the director at once")
    _add(actions, "list", "list the documents as JSON lines", run["documents list"])
    words = "take signed files that a kiosk's rescue wrote; a person decides about each"
    bring = _add(actions, "bring", words, run["documents bring"])
    bring.add_argument("files", nargs="+", type=Path, metavar="FILE")
    words = "id of the document, for a file that is a PDF"
    bring.add_argument("--document", default="", metavar="ID", help=words)
    words = "put a document back into its director's queue: the signature counts no more"
    again = _add(actions, "sign-again", words, run["documents sign-again"])
    again.add_argument("--document", required=True, metavar="ID", help="its id")
    words = "add evidence for long keeping to a signed file that was kept elsewhere"
    keep = _add(actions, "keep", words, run["documents keep"])
    keep.add_argument("--pdf", required=True, type=Path, metavar="FILE")
    keep.add_argument("--out", required=True, type=Path, metavar="FILE", help="a new file")


def _add_journal(commands: Any, run: Mapping[str, Command]) -> None:
    group = _add(commands, "journal", "the journals of the kiosks and of head office", None)
    actions = group.add_subparsers(required=True, metavar="ACTION")
    _add(actions, "check", "compute every journal again and compare", run["journal check"])
    words = "prove that an event is in the journal that its kiosk signed; prints JSON"
    proof = _add(actions, "proof", words, run["journal proof"])
    proof.add_argument("--kiosk", required=True, metavar="NAME", help="name or id")
    proof.add_argument("--event", required=True, type=int, metavar="NUMBER", help="from 1")


def _add_stick(commands: Any, run: Mapping[str, Command]) -> None:
    words = "take the packets of kiosks from a folder, and write the answers beside them"
    parser = _add(commands, "stick", words, run["stick"])
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="the stick's")


def _add_keys(commands: Any, run: Mapping[str, Command]) -> None:
    group = _add(commands, "keys", "keys: where they are, new ones, revocation", None)
    actions = group.add_subparsers(required=True, metavar="ACTION")
    words = "list the keys: a table on a terminal, else JSON lines"
    listing = _add(actions, "list", words, run["keys list"])
    listing.add_argument("--json", action="store_true", help="JSON lines on a terminal too")
    name, words = "rotate-signing-ca", "make a new signing CA; the old one stays for what it issued"
    rotate = _add(actions, name, words, run["keys rotate-signing-ca"])
    words = "have a root kept apart renew its revocation list and the trust list's root role"
    ask = _add(actions, "ask-root", words, run["keys ask-root"])
    words = "replace the keys that sign the trust list day by day"
    trust = _add(actions, "rotate-trust-keys", words, run["keys rotate-trust-keys"])
    words = "replace the key that signs answers to kiosks; they follow at their next contact"
    _add(actions, "rotate-response-key", words, run["keys rotate-response-key"])
    words = "let another credential open the key files"
    opening = _add(actions, "replace-credential", words, run["keys replace-credential"])
    words = "the new one, as for systemd; default: made here"
    opening.add_argument("--new", type=Path, metavar="FILE", help=words)
    words = "derive new codes, links and document keys from another secret"
    secret = _add(actions, "replace-secret", words, run["keys replace-secret"])
    words = "may_be_known: codes of documents that wait come from it at once, too"
    secret.add_argument("--reason", required=True, choices=["planned", "may_be_known"], help=words)
    for asking in (rotate, ask, trust):
        apart = asking.add_mutually_exclusive_group(required=asking is ask)
        apart.add_argument("--request", type=Path, metavar="FILE", help="for a root kept apart")
        apart.add_argument("--answer", type=Path, metavar="FILE", help="what the root answered")
    words = "a signing CA's key may be known: revoke it, replace what hangs below it, for ever"
    revoke_ca = _add(actions, "revoke-signing-ca", words, run["keys revoke-signing-ca"])
    revoke_ca.add_argument("--key", required=True, metavar="KEY", help="as keys list shows it")
    revoke_ca.add_argument(
        "--reason", required=True, choices=[reason.value for reason in SigningCaReason]
    )
    words = "a time-stamping service counts no more: take its key off the trust list, for ever"
    revoke_service = _add(actions, "revoke-time-service", words, run["keys revoke-time-service"])
    revoke_service.add_argument("--key", required=True, metavar="KEY", help="as keys list shows it")
    revoke_service.add_argument(
        "--reason", required=True, choices=[reason.value for reason in ServiceKeyReason]
    )
    words = "write certificates and revocation lists of root and signing CAs, for other validators"
    lists = _add(actions, "export", words, run["keys export"])
    lists.add_argument("--out", required=True, type=Path, metavar="FOLDER")
    words = "give a director a new key; the old one is destroyed"
    renew = _add(actions, "renew-director", words, run["keys renew-director"])
    words = "take a director's key away, for ever"
    revoke = _add(actions, "revoke-director", words, run["keys revoke-director"])
    for one in (renew, revoke):
        one.add_argument("--email", required=True, metavar="ADDRESS")
    revoke.add_argument(
        "--reason", required=True, choices=[reason.value for reason in DirectorReason]
    )


def _add_strokes(commands: Any, run: Mapping[str, Command]) -> None:
    group = _add(commands, "strokes", "how clients draw their signatures", None)
    actions = group.add_subparsers(required=True, metavar="ACTION")
    words = "say whether kiosks record it, or switch it on or off"
    _add(actions, "record", words, run["strokes record"]).add_argument(
        "--set", choices=("on", "off")
    )
    words = "open what was recorded of one signature; the journal keeps who did and why"
    one = _add(actions, "open", words, run["strokes open"])
    one.add_argument("--document", required=True, metavar="ID")
    one.add_argument("--client", type=int, default=1, metavar="N", help="from 1, in their order")
    one.add_argument("--by", required=True, metavar="ADDRESS", help="an administrator")
    one.add_argument("--password-stdin", action="store_true", help="the administrator's")
    one.add_argument("--reason", required=True, choices=[one.value for one in OpeningReason])
    one.add_argument("--out", type=Path, required=True, metavar="FILE", help="a new file, JSON")


def _add_root(commands: Any, run: Mapping[str, Command]) -> None:
    group = _add(commands, "root", "the root: make it apart, or move it away from here", None)
    actions = group.add_subparsers(required=True, metavar="ACTION")
    create = _add(actions, "create", "make a root; prints its 24 words", run["root create"])
    create.add_argument("--organisation", metavar="NAME", help="in certificates")
    words = "make the successor of this root, of the same organisation"
    create.add_argument("--after", type=Path, metavar="PEM", help=words)
    create.add_argument("--country", default="PL", metavar="XX", help="two letters (default PL)")
    recover = _add(
        actions, "recover", "make the folder of a root anew from its words", run["root recover"]
    )
    recover.add_argument("--certificate", required=True, type=Path, metavar="PEM")
    sign = _add(
        actions, "sign-request", "let the root answer head office", run["root sign-request"]
    )
    sign.add_argument("--root", required=True, type=Path, metavar="FOLDER")
    sign.add_argument("--request", required=True, type=Path, metavar="FILE")
    sign.add_argument("--answer", required=True, type=Path, metavar="FILE")
    words = "the root before it, which introduces it to whoever trusts the former one"
    sign.add_argument("--former", type=Path, metavar="FOLDER", help=words)
    words = "default: that of --passphrase-file, or typed unseen"
    sign.add_argument("--former-passphrase-file", type=Path, metavar="FILE", help=words)
    sign.add_argument("--yes", action="store_true", help="the key was compared already")
    words = "copy the root that lies at head office to a stick; prints its 24 words"
    export = _add(actions, "export", words, run["root export"])
    words = "destroy the root at head office, once stick and paper were read back"
    forget = _add(actions, "forget", words, run["root forget"])
    forget.add_argument("--root", type=Path, metavar="FOLDER", help="the stick that export made")
    forget.add_argument("--words", action="store_true", help="type the words from the paper")
    for spoken in (recover, forget):
        spoken.add_argument("--words-file", type=Path, metavar="FILE", help="default: typed")
    for made in (create, recover, export):
        made.add_argument("--out", required=True, type=Path, metavar="FOLDER")
    for asked in (create, recover, sign, export, forget):
        asked.add_argument(
            "--passphrase-file", type=Path, metavar="FILE", help="default: typed unseen"
        )
