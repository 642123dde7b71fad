"""The trust list, the folder that carries it, and the roots by which others are judged."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import timedelta
from functools import cache
from random import Random
from typing import Any, Final

from cryptography.hazmat.primitives.serialization import Encoding
from securesystemslib.formats import encode_canonical

from tests.fuzz import houses
from tests.fuzz.bounds import Violation
from tests.fuzz.target import Mutate, Target
from tests.vectors.foreign_files import AUTHORITY, paper, signed
from tests.vectors.sealed_pdf import House
from tests.vectors.trust_files import Publisher
from verifier.document import verify_text
from verifier.errors import TrustError
from verifier.foreign_pdf import read_roots, verify_foreign_pdf
from verifier.trust_folder import FILES, LIST, load_trust_files
from verifier.trust_list import Revocation, TrustedKey, TrustList

__all__ = ["ROOTS", "TRUST_FOLDER", "TRUST_LIST"]

_ODD: Final[tuple[Any, ...]] = (
    *(None, True, False, 0, -1, 1, 2**53, 10**400, 1.5, 1e308, "", "\0", "\ud800", "A" * 300),
    *(
        [],
        {},
        [[]],
        {"": 0},
        "2026-03-14T10:26:53Z",
        "9999-12-31T23:59:59Z",
        "0000-00-00T00:00:00Z",
    ),
    *("ed25519", "rsa", "AAAA", "MII=", "seal", "root", float("inf"), "../../x", "\u202e"),
)
_JSON_WORDS: Final = (
    b'"keys":[',
    b'"revocation":null',
    b'"version":',
    b"\\ud800",
    b"1e999",
    b"[[[[",
)


def _examine_list(data: bytes) -> None:
    try:
        made = TrustList.from_json_bytes(data)
    except TrustError:
        return
    _use(made, data)


def _use(made: TrustList, data: bytes) -> None:
    """A list that was accepted has one encoding and can be judged by."""
    if made.to_json_bytes() != data:
        raise Violation("not canonical: a list that serialises to other bytes")
    verdict = verify_text(houses.honest_file().text, made, houses.NOW)
    houses.check_verdict(verdict, known=True)


@cache
def _lists() -> dict[str, TrustList]:
    plain = House().trust()
    revoked = TrustedKey(
        *(plain.keys[4].role, "Kiosk 1", plain.keys[4].certificate_der),
        *(plain.keys[4].valid_from, plain.keys[4].valid_until),
        Revocation(houses.NOW - timedelta(days=3), "stolen", frozenset({"0" * 16, "f" * 16})),
    )
    return {
        "plain": plain,
        "empty": TrustList("Test", 1, houses.NOW, (), ()),
        "revoked": TrustList("Firma Ł", 7, houses.NOW, (*plain.keys[:4], revoked), ("A", "b.c:1")),
    }


def _list_seeds() -> Mapping[str, bytes]:
    return {name: made.to_json_bytes() for name, made in _lists().items()}


def _rework_list(data: bytes, chance: Random, mutate: Mutate) -> bytes:
    return _canonical(_odd_tree(data, chance, mutate))


def _canonical(tree: Any) -> bytes:
    text = json.dumps(tree, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode("utf-8", "replace")


def _odd_tree(data: bytes, chance: Random, mutate: Mutate) -> Any:
    """The JSON with one place changed, whatever it was."""
    try:
        tree = json.loads(data)
    except (ValueError, RecursionError):
        tree = json.loads(_lists()["plain"].to_json_bytes())
    places = list(_places(tree))
    if not places:
        return chance.choice(_ODD)
    holder, key = chance.choice(places)
    kind = chance.randrange(4)
    if kind == 0 and isinstance(holder[key], str):
        holder[key] = mutate(holder[key].encode("utf-8", "replace"), 4000).decode(
            "utf-8", "replace"
        )
    elif kind == 1:
        del holder[key]
    elif kind == 2:
        other, at = chance.choice(places)
        holder[key] = json.loads(json.dumps(other[at])) if at in _keys(other) else None
    else:
        holder[key] = chance.choice(_ODD)
    return tree


def _keys(holder: Any) -> Any:
    return holder if isinstance(holder, dict) else range(len(holder))


def _places(tree: Any) -> Any:
    for key in list(_keys(tree)) if isinstance(tree, dict | list) else ():
        yield tree, key
        yield from _places(tree[key])


_SEPARATOR: Final = b"\n\0\n"


def _examine_folder(data: bytes) -> None:
    files = _unpacked(data)
    try:
        made = load_trust_files(files)
    except TrustError:
        return
    _use(made, files[LIST])


def _unpacked(data: bytes) -> dict[str, bytes]:
    return dict(zip(FILES, data.split(_SEPARATOR), strict=False))


def _folder_seeds() -> Mapping[str, bytes]:
    seeds = {}
    for name, made in _lists().items():
        files = Publisher(made).files()
        seeds[name] = _SEPARATOR.join(files[each] for each in FILES)
    return seeds


def _rework_folder(data: bytes, chance: Random, mutate: Mutate) -> bytes:
    """Change one file, sign it again, and mend the lengths and hashes above it."""
    files = {**Publisher(_lists()["plain"]).files(), **_unpacked(data)}
    publisher = Publisher(_lists()["plain"])
    chosen = chance.choice(FILES)
    if chosen == LIST:
        files[LIST] = _rework_list(files[LIST], chance, mutate)
    trees = {}
    for name in FILES[:4]:
        try:
            tree = json.loads(files[name])
            trees[name] = tree["signed"] if isinstance(tree["signed"], dict) else {}
        except (ValueError, KeyError, TypeError, RecursionError):
            trees[name] = {}
    if chosen != LIST:
        odd = _odd_tree(json.dumps(trees[chosen]).encode(), chance, mutate)
        trees[chosen] = odd if isinstance(odd, dict) else {}
    above = (("targets.json", "targets", LIST), ("snapshot.json", "meta", "targets.json"))
    for name, entry, below in (*above, ("timestamp.json", "meta", "snapshot.json")):
        if chance.random() < 0.9:
            _name(trees[name], entry, below, files[below])
        files[name] = _signed_by(publisher, name, trees[name], chance)
    files["root.json"] = _signed_by(publisher, "root.json", trees["root.json"], chance)
    return _SEPARATOR.join(files[each] for each in FILES)


def _name(tree: dict[str, Any], entry: str, below: str, data: bytes) -> None:
    """Put length and hash of the file below into the entry that names it."""
    entries = tree.get(entry)
    if isinstance(entries, dict) and isinstance(entries.get(below), dict):
        hashes = {"sha256": hashlib.sha256(data).hexdigest()}
        entries[below] |= {"length": len(data), "hashes": hashes}


def _signed_by(publisher: Publisher, name: str, tree: Any, chance: Random) -> bytes:
    signer = publisher.signer(name.removesuffix(".json"))
    try:
        message = str(encode_canonical(tree)).encode()
    except Exception:  # noqa: BLE001 - floats and the like have no canonical form there
        message = _canonical(tree)
    signature = signer.sign(message)
    signatures = [{"keyid": signature.keyid, "sig": signature.signature}]
    if chance.random() < 0.1:
        signatures *= 2
    return json.dumps({"signatures": signatures, "signed": tree}).encode()


def _examine_roots(data: bytes) -> None:
    try:
        roots = read_roots(data)
    except TrustError:
        return
    verdict = verify_foreign_pdf(_foreign(), roots, houses.NOW)
    houses.check_verdict(verdict, known=False)


@cache
def _foreign() -> bytes:
    return signed(paper())


def _root_seeds() -> Mapping[str, bytes]:
    certificate = AUTHORITY.root.certificate
    pem, der = (certificate.public_bytes(each) for each in (Encoding.PEM, Encoding.DER))
    other = AUTHORITY.signing_ca.certificate.public_bytes(Encoding.PEM)
    return {"pem": pem, "der": der, "several": pem + b"comment\n" + other, "empty": b""}


def _rework_roots(data: bytes, chance: Random, mutate: Mutate) -> bytes:
    """Change the DER inside."""
    der = AUTHORITY.root.certificate.public_bytes(Encoding.DER)
    made = mutate(der, 4096)
    if chance.random() < 0.5:
        return made
    from base64 import encodebytes

    return b"-----BEGIN CERTIFICATE-----\n%s-----END CERTIFICATE-----\n" % encodebytes(made)


TRUST_LIST: Final = Target(
    name="trust-list",
    entries=("verifier.trust_list.TrustList.from_json_bytes",),
    examine=_examine_list,
    seeds=_list_seeds,
    rework=_rework_list,
    words=_JSON_WORDS,
    max_bytes=16 * 1024,
)
TRUST_FOLDER: Final = Target(
    name="trust-folder",
    entries=("verifier.load_trust_files",),
    examine=_examine_folder,
    seeds=_folder_seeds,
    rework=_rework_folder,
    words=(*_JSON_WORDS, _SEPARATOR, b'"threshold":', b'"hashes":{', b'"delegations":'),
    max_bytes=32 * 1024,
)
ROOTS: Final = Target(
    name="roots",
    entries=("verifier.foreign_pdf.read_roots",),
    examine=_examine_roots,
    seeds=_root_seeds,
    rework=_rework_roots,
    words=(
        b"-----BEGIN CERTIFICATE-----\n",
        b"-----END CERTIFICATE-----\n",
        b"0\x84\x7f\xff\xff\xff",
    ),
    max_bytes=16 * 1024,
)
