"""Several clients, one after the other: each signs, the last one's turn ends in the seal."""

from __future__ import annotations

import hashlib
import io
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from pypdf import PdfReader

from signing.completion import complete
from signing.errors import SealRefused
from signing.fields import ClientPlan, DocumentPlan, FieldKind, FieldSpec, Placement
from signing.handwriting import Typeface
from signing.marks import ClientAnswers, TypedMark
from signing.turns import SignedTurn, claims_after, sign_turn
from tests.signing import inputs
from tests.signing.house import CLIENT, DIRECTOR, NOW, context, director_signed, house, plain_plan
from verifier.document import verify_pdf
from verifier.token import Method, Proof, Role
from verifier.unsealed import verify_unsealed
from verifier.verdict import Outcome

SECOND, THIRD = "Оксана Ґжицька", "Łucja Żółkiewska"
LATER = NOW + timedelta(minutes=7)


def plan_of_three() -> DocumentPlan:
    """Three clients; the second fills in a field of her own."""
    city = FieldSpec("city", FieldKind.TEXT, "Miasto", True, Placement(0, 60, 300, 200, 24))
    return replace(
        plain_plan(),
        clients=(
            ClientPlan(CLIENT, (), None, None),
            ClientPlan(SECOND, (city,), Placement(0, 60, 200, 180, 60), None),
            ClientPlan(THIRD, (), None, None),
        ),
    )


def answers(name: str, **values: str) -> ClientAnswers:
    return ClientAnswers(values, None, TypedMark(name, Typeface.CAVEAT))


def first_turn(folder: Path) -> tuple[Path, SignedTurn]:
    source = director_signed(inputs.paper(), folder, plan_of_three())
    target = folder / "first.pdf"
    turn = sign_turn(
        source, target, plan_of_three(), 0, answers(CLIENT), house().kiosk, context(), NOW
    )
    assert target.read_bytes().startswith(source.read_bytes())
    return target, turn


def second_turn(folder: Path) -> tuple[Path, tuple[SignedTurn, SignedTurn]]:
    source, first = first_turn(folder)
    target, facts = folder / "second.pdf", replace(context(), client_proof=Proof.EMAIL_CODE)
    given, earlier = answers(SECOND, city="Lwów"), [first.turn]
    second = sign_turn(
        source, target, plan_of_three(), 1, given, house().kiosk, facts, LATER, earlier=earlier
    )
    return target, (first, second)


def test_the_last_turn_seals_and_everybody_is_named(tmp_path: Path) -> None:
    source, turns = second_turn(tmp_path)
    target, last = tmp_path / "sealed.pdf", LATER + timedelta(days=2)
    facts = context()
    sealed = complete(
        source,
        target,
        plan_of_three(),
        2,
        answers(THIRD),
        house().kiosk,
        facts,
        last,
        earlier=[each.turn for each in turns],
    )
    verdict = verify_pdf(target.read_bytes(), facts.trust, last)
    assert verdict.outcome is Outcome.GENUINE
    assert [each.name for each in sealed.claims.signers] == [DIRECTOR, CLIENT, SECOND, THIRD]
    assert [each.role for each in sealed.claims.signers[1:]] == [Role.CLIENT] * 3
    assert [each.signed_at for each in sealed.claims.signers[1:]] == [NOW, LATER, last]
    proofs = [each.proof for each in sealed.claims.signers[1:]]
    assert proofs == [Proof.SMS_CODE, Proof.EMAIL_CODE, Proof.SMS_CODE]
    assert {each.method for each in sealed.claims.signers[1:]} == {Method.TYPED}
    assert target.read_bytes().startswith(source.read_bytes())


def test_a_turn_out_of_order_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    source, first = first_turn(tmp_path)
    target = tmp_path / "second.pdf"
    for index, earlier in ((1, []), (2, [first.turn]), (0, [first.turn])):
        with pytest.raises(SealRefused) as refused:
            sign_turn(
                source,
                target,
                plan_of_three(),
                index,
                answers(SECOND, city="Lwów"),
                house().kiosk,
                context(),
                LATER,
                earlier=earlier,
            )
        assert refused.value.code == "turns_missing"
    with pytest.raises(SealRefused):
        complete(
            *(source, target, plan_of_three(), 1, answers(SECOND, city="Lwów"), house().kiosk),
            *(context(), LATER),
            earlier=[first.turn],
        )
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "director.pdf",
        "first.pdf",
        "prepared.pdf",
    ]


def test_a_file_between_two_clients_is_judged_strictly(tmp_path: Path) -> None:
    target, turns = second_turn(tmp_path)
    data, last = target.read_bytes(), turns[-1]
    people = [each.turn for each in turns]
    claims = claims_after(
        people, plan_of_three(), context().director, last.sha256, last.size, _pages(data)
    )
    trust = context().trust
    assert verify_unsealed(data, claims, trust) == ()

    def codes(content: bytes, **changes: object) -> set[str]:
        facts = {"covered_sha256": hashlib.sha256(content).digest(), "covered_bytes": len(content)}
        changed = replace(claims, **{**facts, **changes})  # type: ignore[arg-type]
        return {finding.code for finding in verify_unsealed(content, changed, trust)}

    first = (tmp_path / "first.pdf").read_bytes()
    assert codes(first) == {"signature_missing"}
    assert codes(data, signers=claims.signers[:2]) == {"signature_unexpected"}
    assert codes(data + b"\n% more") != set()
    assert codes(data[:-40]) != set()
    middle = data.index(b"/ByteRange", len(first)) + 400
    flipped = data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :]
    assert codes(flipped) != set()
    director, one, two = claims.signers
    renamed = (director, replace(one, name="Jan Lis"), two)
    assert codes(data, signers=renamed) == {"signer_differs", "document_differs"}
    moved = replace(two, signed_at=two.signed_at + timedelta(hours=1))
    late = {"signing_time_differs", "times_out_of_order"}
    assert codes(data, signers=(director, one, moved)) == late
    assert {each.code for each in verify_unsealed(data[:-1], claims, trust)} == {"bytes_changed"}


def _pages(data: bytes) -> int:
    return len(PdfReader(io.BytesIO(data)).pages)
