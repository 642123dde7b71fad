"""One file of each kind that leaves the house, for validators of others to judge.

    file_of("sealed, two clients")        # its path; made once in a process

Every maker is the real way: prepare, the director signs, the clients one after the other, the seal.
Validators read the machine's clock, so everything is signed a little before `NOW`.
"""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding

from signing.certificates import CertificateAuthority
from signing.completion import complete
from signing.director import sign_as_director
from signing.fields import MAX_CLIENTS, ClientPlan, DocumentPlan
from signing.handwriting import Typeface
from signing.long_life import Evidence, extend
from signing.marks import ClientAnswers, PictureMark, TypedMark
from signing.normalise import normalise
from signing.pictures import clean_signature
from signing.prepare import prepare
from signing.revocation_lists import make_crl
from signing.timestamp_tokens import KioskTimeStamper
from signing.turns import SignedTurn, sign_turn
from tests.signing import inputs
from tests.signing.house import (
    CLIENT,
    client_signed,
    context,
    director_signed,
    full_plan,
    full_values,
    house,
    plain_plan,
    typed_answers,
)
from tests.signing.long_life_tools import DAY, Service, service
from tests.signing.paper_scenes import BLUE, Scene
from tests.signing.stamp_art import signature_art
from tests.signing.test_client import drawn_mark, stamp_png
from verifier.trust_list import TrustList

__all__ = ["KINDS", "NOW", "SIGNATURES", "file_of", "roots", "trust"]

Make = Callable[[Path, datetime], Path]


NOW = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=2)


@cache
def file_of(kind: str) -> Path:
    """The file of a kind in `KINDS`."""
    return KINDS[kind](_folder(), NOW)


@cache
def roots() -> tuple[Path, Path]:
    """Two files in PEM: the house's root, and the time-stamping service's."""
    folder = _folder()
    for name, root in (("ours", house(NOW).root), ("time", _service().authority.certificate)):
        (folder / f"{name}.pem").write_bytes(root.public_bytes(Encoding.PEM))
    return folder / "ours.pem", folder / "time.pem"


def trust() -> TrustList:
    """The house's list, with the time-stamping service on it."""
    return _service().trusted_by(house(NOW).trust, NOW)


def _folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="sygnet-files-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@cache
def _service() -> Service:
    return service(NOW - 30 * DAY)


def _director(folder: Path, now: datetime) -> Path:
    pdf = inputs.paper(2)
    return director_signed(pdf, folder, full_plan(normalise(pdf)), now)


def _client(folder: Path, now: datetime) -> Path:
    pdf = inputs.paper(2)
    plan = full_plan(normalise(pdf))
    return client_signed(pdf, folder, plan, typed_answers(full_values()), now)


def _sealed(pdf: Callable[[], bytes], answers: Callable[[], ClientAnswers]) -> Make:
    def make(folder: Path, now: datetime) -> Path:
        plan = full_plan(normalise(pdf()))
        source, target = director_signed(pdf(), folder, plan, now), folder / "sealed.pdf"
        complete(source, target, plan, 0, answers(), house(now).kiosk, context(now=now), now)
        return target

    return make


def _typed() -> ClientAnswers:
    return typed_answers(full_values())


def _drawn() -> ClientAnswers:
    return ClientAnswers(full_values(), stamp_png(), drawn_mark())


def _photographed() -> ClientAnswers:
    signature = clean_signature(Scene(signature_art(), BLUE).photograph()).png
    return ClientAnswers(full_values(), stamp_png(), PictureMark(signature))


def _clients(count: int) -> Make:
    """So many clients, a minute after one another."""

    def make(folder: Path, now: datetime) -> Path:
        names = [f"{CLIENT} {number}" for number in range(1, count + 1)]
        people = tuple(ClientPlan(name, (), None, None) for name in names)
        plan: DocumentPlan = replace(plain_plan(), clients=people)
        begun = now - timedelta(minutes=count)
        source = director_signed(inputs.paper(2), folder, plan, now)
        turns: list[SignedTurn] = []
        for index, name in enumerate(names[:-1]):
            target, moment = folder / f"{index}.pdf", begun + timedelta(minutes=index)
            answers = ClientAnswers({}, None, TypedMark(name, Typeface.CAVEAT))
            kiosk, facts = house(now).kiosk, context(now=now)
            earlier = [each.turn for each in turns]
            turns.append(
                sign_turn(
                    *(source, target, plan, index, answers, kiosk, facts, moment), earlier=earlier
                )
            )
            source = target
        target = folder / "sealed.pdf"
        answers = ClientAnswers({}, None, TypedMark(names[-1], Typeface.CAVEAT))
        complete(
            *(source, target, plan, count - 1, answers, house(now).kiosk, context(now=now), now),
            earlier=[each.turn for each in turns],
        )
        return target

    return make


def _long_life(folder: Path, now: datetime) -> Path:
    """Level B-LTA: evidence and a time-stamp of a service behind the seal, twice."""
    own, time, plan = house(now), _service(), plain_plan()
    begun = now - timedelta(minutes=5)
    trust = time.trusted_by(own.trust, begun)
    prepared, directed, sealed = (folder / f"{name}.pdf" for name in ("0", "1", "2"))
    prepared.write_bytes(prepare(normalise(inputs.paper(2)), plan, begun - timedelta(hours=4)))
    director = replace(own.director, timestamper=time.stamper)
    sign_as_director(prepared, directed, plan, director, begun - timedelta(hours=3))
    known = context(trust, begun)
    complete(directed, sealed, plan, 0, typed_answers(), own.kiosk, known, begun)
    once, twice = folder / "3.pdf", folder / "4.pdf"
    extend(sealed, once, _evidence(now, 1), time.stamper, begun + timedelta(minutes=1))
    extend(once, twice, _evidence(now, 2), time.stamper, begun + timedelta(minutes=2))
    return twice


def _evidence(now: datetime, number: int) -> Evidence:
    own, time = house(now), _service()
    clock = own.kiosk.timestamper
    assert isinstance(clock, KioskTimeStamper)
    authorities = (
        *own.authorities,
        CertificateAuthority(own.kiosk.ca_key, own.kiosk.ca_certificate),
        time.authority,
    )
    at = now - timedelta(minutes=5 - number)
    lists = tuple(make_crl(each, (), number, at, 400 * DAY) for each in authorities)
    leaves = (own.kiosk.seal_certificate, clock.certificate, time.stamper.certificate)
    return Evidence((*(each.certificate for each in authorities), *leaves), lists)


def _turned_form() -> bytes:
    return inputs.changed(inputs.form(xfa=True), inputs.turn_left)


KINDS: dict[str, Make] = {
    "director": _director,
    "client": _client,
    "sealed, typed": _sealed(lambda: inputs.paper(2), _typed),
    "sealed, drawn and stamped": _sealed(inputs.with_xref_stream, _drawn),
    "sealed, photographed": _sealed(lambda: inputs.paper(2), _photographed),
    "sealed, old form": _sealed(_turned_form, _typed),
    "sealed, two clients": _clients(2),
    f"sealed, {MAX_CLIENTS} clients": _clients(MAX_CLIENTS),
    "sealed, long life": _long_life,
}

SIGNATURES = dict.fromkeys(KINDS, 3) | {
    "director": 1,
    "client": 2,
    "sealed, two clients": 4,
    f"sealed, {MAX_CLIENTS} clients": MAX_CLIENTS + 2,
}
"""How many signatures each has, document time-stamps not counted."""
