"""What a finished file says of its own signatures."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from signing.completion import complete
from signing.errors import SigningError
from signing.long_life import extend
from signing.signature_facts import read_facts
from tests.signing import inputs
from tests.signing.house import NOW, context, director_signed, house, plain_plan, typed_answers
from tests.signing.test_long_life import Case, make_case


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    return make_case(tmp_path_factory.mktemp("facts"))


def test_levels_times_and_certificates_are_those_of_the_file(case: Case, tmp_path: Path) -> None:
    facts = read_facts(case.sealed)
    assert facts.fields == ("Director", "Client1", "Seal")
    assert facts.with_time_stamp == {"Director", "Client1", "Seal"}
    assert (facts.signed_at, facts.document_stamps, facts.last_stamp) == (NOW, 0, None)
    names = {one.subject.rfc4514_string().split(",")[0] for one in facts.certificates}
    assert case.service.stamper.certificate in facts.certificates
    assert case.house.kiosk.ca_certificate in facts.certificates
    assert facts.signed_under(case.house.kiosk.ca_certificate) == NOW
    assert facts.signed_under(case.house.root) == NOW  # it issued none of them itself
    assert case.house.root not in facts.certificates  # nobody embeds a root
    assert len(names) == len(facts.certificates) == 7  # each once
    kept = tmp_path / "kept.pdf"
    extend(case.sealed, kept, case.evidence(), case.service.stamper, NOW + timedelta(hours=2))
    after = read_facts(kept)
    assert (after.fields, after.signed_at, after.document_stamps) == (facts.fields, NOW, 1)
    assert after.last_stamp == case.service.stamper.certificate
    assert case.house.root in after.certificates  # it came with the evidence


def test_signatures_without_time_stamps_are_told_apart(tmp_path: Path) -> None:
    directed = director_signed(inputs.paper(1), tmp_path)
    sealed, kiosk = tmp_path / "sealed.pdf", replace(house().kiosk, timestamper=None)
    complete(directed, sealed, plain_plan(), 0, typed_answers(), kiosk, context(), NOW)
    assert read_facts(sealed).with_time_stamp == frozenset()


def test_a_file_without_signatures_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "file.pdf"
    for data in (b"", b"%PDF-1.7 words", inputs.paper(1)):
        path.write_bytes(data)
        with pytest.raises(SigningError) as raised:
            read_facts(path)
        assert raised.value.code == "document_unreadable"
