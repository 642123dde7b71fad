"""Fields of every kind, asked for and fixed, in a sealed file: exact, and valid for others."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pikepdf
import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from signing.errors import FieldRefused
from signing.fields import FieldKind
from signing.filling import checked_values
from tests.signing import inputs
from tests.signing.every_kind import (
    CLIENT_VALUES,
    PRINTED,
    every_kind_plan,
    seal_every_kind,
)
from tests.signing.house import context, house
from tests.signing.test_client import flat_text
from tests.signing.test_interoperability import said
from verifier.document import verify_pdf
from verifier.verdict import Outcome

NOW = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=2)


@pytest.fixture(scope="module")
def final(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return seal_every_kind(inputs.blank(), tmp_path_factory.mktemp("kinds"), NOW)


@pytest.fixture(scope="module")
def values(final: Path) -> Mapping[str, str]:
    """Every field's value by its full name."""
    with pikepdf.open(final) as pdf:
        return {
            f"{group.T}.{field.T}": str(field.get("/V", ""))
            for group in pdf.Root.AcroForm.Fields
            for field in group.get("/Kids", ())
        }


@pytest.mark.parametrize("kind", list(FieldKind))
def test_a_value_is_in_the_file_as_it_is_printed(
    values: Mapping[str, str], kind: FieldKind
) -> None:
    assert values[f"Fill1.{kind.value}"] == PRINTED[kind.value]


@pytest.mark.parametrize("kind", list(FieldKind))
def test_a_value_that_head_office_fixed_is_the_same(
    values: Mapping[str, str], kind: FieldKind
) -> None:
    assert values[f"Fill1.fixed_{kind.value}"] == PRINTED[kind.value]


IN_OTHER_LANGUAGES = {
    "en": {
        "number": "-1234.50",
        "money": "PLN\u00a01,234,567.50",
        "date": "1 February 1985",
    },
    "de": {"number": "-1234,50", "money": "1.234.567,50\u00a0PLN", "date": "01.02.1985"},
    "uk": {
        "number": "-1234,50",
        "money": "1\u00a0234\u00a0567,50\u00a0PLN",
        "date": "01.02.1985",
    },
}


@pytest.mark.parametrize("language", sorted(IN_OTHER_LANGUAGES))
def test_values_of_every_kind_are_printed_in_the_documents_language(
    language: str, tmp_path: Path
) -> None:
    final = seal_every_kind(inputs.blank(), tmp_path, NOW, language)
    wanted = PRINTED | IN_OTHER_LANGUAGES[language]
    with pikepdf.open(final) as pdf:
        group = next(one for one in pdf.Root.AcroForm.Fields if one.T == "Fill1")
        found = {str(field.T): str(field.get("/V", "")) for field in group.Kids}
    for kind, value in wanted.items():
        assert found[kind] == value
        assert found[f"fixed_{kind}"] == value
    copied = "".join(flat_text(final.read_bytes()).split()).replace("\ufffe", "")
    for kind in ("number", "money", "date"):
        assert copied.count("".join(wanted[kind].split())) >= 2
    assert verify_pdf(final.read_bytes(), context(now=NOW).trust, NOW).outcome is Outcome.GENUINE


def test_the_director_fills_in_too(values: Mapping[str, str]) -> None:
    assert values["FillDirector.rate"] == "99,90\u00a0€"
    assert values["FillDirector.d_initials"] == "ZŻ"
    assert values["FillDirector.branch"] == "Łódź"


def test_every_value_can_be_copied_from_the_page(final: Path) -> None:
    copied = "".join(flat_text(final.read_bytes()).split()).replace("\ufffe", "")
    for kind in FieldKind:
        if kind is not FieldKind.CHECKBOX:
            wanted = "".join(PRINTED[kind.value].split())
            assert copied.count(wanted) >= 2, kind


def test_the_verifier_finds_it_genuine(final: Path) -> None:
    verdict = verify_pdf(final.read_bytes(), context(now=NOW).trust, NOW)
    assert verdict.outcome is Outcome.GENUINE


def test_what_is_fixed_is_not_taken_from_a_signer() -> None:
    client = every_kind_plan().clients[0]
    assert set(checked_values(client.fields, CLIENT_VALUES, "pl")) == set(CLIENT_VALUES)
    with pytest.raises(FieldRefused, match="unknown_field"):
        checked_values(client.fields, {**CLIENT_VALUES, "fixed_date": "1.1.2030"}, "pl")


def test_tools_that_we_did_not_write_find_it_valid(final: Path, tmp_path: Path) -> None:
    root = tmp_path / "root.pem"
    root.write_bytes(house(NOW).root.public_bytes(Encoding.PEM))
    pyhanko = Path(sys.executable).with_name("pyhanko")
    judged = said(
        pyhanko, "sign", "validate", "--pretty-print", "--no-revocation-check",
        "--trust", root, final,
    )  # fmt: skip
    assert judged.count("The signature is judged VALID.") == 3
    assert "INVALID" not in judged
    assert said("pdfsig", "-nocert", final).count("Signature is Valid.") == 3
    assert "No syntax or stream encoding errors found" in said("qpdf", "--check", final)
