"""The command line: everything a script needs, with honest exit codes."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from office.command_line import main
from office.errors import Refused
from office.head_office import open_head_office
from office.sessions import person_of_session, sign_in
from office.settings import Settings
from tests.office.town_hall import document_of

COMPANY = "Zielony Most sp. z o.o."


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A head office with an operator, a director and a kiosk."""
    data = tmp_path / "office"
    monkeypatch.setenv("SYGNET_OFFICE_PASSWORD", "zielony most 2026")
    assert main(["init", "--data", str(data), "--organisation", COMPANY]) == 0
    for role in ("operator", "director"):
        given = ["--email", f"{role}@sygnet.example", "--name", f"Ewa {role}", "--role", role]
        assert main(["people", "add", "--data", str(data), *given]) == 0
    assert main(["kiosk", "add", "--data", str(data), "--name", "Kraków, Rynek 5"]) == 0
    return data


def test_a_kiosks_code_is_the_last_word(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["kiosk", "add", "--data", str(folder), "--name", "Gdańsk"]) == 0
    code = capsys.readouterr().out.split()[-1]
    assert len(code.replace("-", "")) == 16


def test_a_document_is_made_and_sent_from_a_pdf_and_a_plan(
    folder: Path, pdf: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "umowa.pdf").write_bytes(pdf)
    plan = {"signature": {"page": 1, "x": 300, "y": 90, "width": 200, "height": 60}}
    (tmp_path / "plan.json").write_text(json.dumps(plan))
    capsys.readouterr()
    code = main(
        ["documents", "add", "--data", str(folder), "--pdf", str(tmp_path / "umowa.pdf"),
         "--plan", str(tmp_path / "plan.json"), "--client-name", "Anna Lis",
         "--email", "anna@example.com", "--send"]
    )  # fmt: skip
    assert code == 0
    made = json.loads(capsys.readouterr().out)
    assert main(["documents", "list", "--data", str(folder)]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert (listed["id"], listed["state"]) == (made["id"], "sent")


@pytest.mark.parametrize(
    ("content", "code"), [(b"", "empty_file"), (b"hello", "not_a_pdf"), (b"%PDF-1.7", "broken_pdf")]
)
def test_a_pdf_that_cannot_be_signed_exits_4(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes, code: str
) -> None:
    path = tmp_path / "x.pdf"
    path.write_bytes(content)
    given = ["--pdf", str(path), "--client-name", "Anna Lis", "--mobile", "600100200"]
    assert main(["documents", "add", "--data", str(folder), *given]) == 4
    assert f"[{code}]" in capsys.readouterr().err
    assert main(["documents", "list", "--data", str(folder)]) == 0
    assert capsys.readouterr().out == ""


def test_refusals_exit_1_with_a_code(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["init", "--data", str(folder), "--organisation", COMPANY]) == 1
    assert "[already_set_up]" in capsys.readouterr().err
    assert main(["kiosk", "add", "--data", str(folder), "--name", "Kraków, Rynek 5"]) == 1
    assert "[name_taken]" in capsys.readouterr().err


def test_a_folder_without_a_head_office_exits_3(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["people", "list", "--data", str(tmp_path / "nothing")]) == 3
    assert "[not_set_up]" in capsys.readouterr().err
    assert not (tmp_path / "nothing").exists()


def test_wrong_usage_exits_2(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["people", "add"])
    assert left.value.code == 2


def test_a_password_comes_from_standard_input(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("SYGNET_OFFICE_PASSWORD")
    given = ["--email", "jan@sygnet.example", "--name", "Jan", "--role", "operator"]
    assert main(["people", "add", "--data", str(folder), *given]) == 1
    assert "[no_password]" in capsys.readouterr().err
    monkeypatch.setattr("sys.stdin", io.StringIO("a long enough password\n"))
    assert main(["people", "add", "--data", str(folder), *given, "--password-stdin"]) == 0


def test_an_interrupted_init_can_be_repeated(folder: Path, tmp_path: Path) -> None:
    half = tmp_path / "half"
    half.mkdir()
    (half / "keys").mkdir()
    (half / "keys" / "root.pem").write_bytes(b"half a key")
    (half / "unfinished").touch()
    assert main(["init", "--data", str(half), "--organisation", COMPANY]) == 0
    assert main(["people", "list", "--data", str(half)]) == 0
    assert not (half / "unfinished").exists()


def test_init_never_replaces_the_keys_of_a_head_office_whose_database_is_elsewhere(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    keys = {path: path.read_bytes() for path in (folder / "keys").iterdir()}
    for database in folder.glob("office.sqlite3*"):
        database.rename(database.with_name(f"elsewhere-{database.name}"))
    assert main(["init", "--data", str(folder), "--organisation", COMPANY]) == 1
    assert "[already_set_up]" in capsys.readouterr().err
    assert {path: path.read_bytes() for path in (folder / "keys").iterdir()} == keys


def test_a_new_password_replaces_the_old_one_and_ends_the_sessions(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    office = open_head_office(Settings(data_folder=folder), {})
    now, email = datetime.now(UTC), "operator@sygnet.example"
    _person, token = sign_in(office.database, email, "zielony most 2026", "10.0.0.1", now)
    given = ["--data", str(folder), "--email", email, "--password-stdin"]
    for words, code in (("short\n", 1), ("another long one\n", 0)):
        monkeypatch.setattr("sys.stdin", io.StringIO(words))
        assert main(["people", "password", *given]) == code
        ended = person_of_session(office.database, token, now) is None
        assert ended is (code == 0)
    with pytest.raises(Refused):
        sign_in(office.database, email, "zielony most 2026", "10.0.0.1", now)
    sign_in(office.database, email, "another long one", "10.0.0.1", now)
    office.close()
    monkeypatch.setattr("sys.stdin", io.StringIO("another long one\n"))
    nobody = ["--data", str(folder), "--email", "x@y.pl", "--password-stdin"]
    assert main(["people", "password", *nobody]) == 1
    assert "[no_such_person]" in capsys.readouterr().err


@pytest.mark.parametrize(
    "command", [[], ["init"], ["serve"], ["people", "add"], ["kiosk", "add"], ["documents", "add"]]
)
def test_every_command_explains_itself(
    command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        main([*command, "--help"])
    assert left.value.code == 0
    assert "usage: python -m office" in capsys.readouterr().out


def test_a_data_folder_that_is_a_file_is_named_and_left_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "file"
    path.write_text("mine")
    assert main(["init", "--data", str(path), "--organisation", COMPANY]) == 3
    assert "[folder_unusable]" in capsys.readouterr().err
    assert path.read_text() == "mine"


def test_a_port_that_does_not_exist_is_refused_before_anything_starts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["serve", "--data", str(tmp_path), "--port", "99999"]) == 1
    assert "[bad_setting]" in capsys.readouterr().err


def test_a_reader_that_has_read_enough_is_no_fault(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Closed(io.StringIO):
        def write(self, _text: str) -> int:
            raise BrokenPipeError

    capsys.readouterr()
    monkeypatch.setattr("sys.stdout", Closed())
    assert main(["people", "list", "--data", str(folder)]) == 0
    assert capsys.readouterr().err == ""


def test_a_document_for_two_clients_is_made_from_the_command_line(
    folder: Path, pdf: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "umowa.pdf").write_bytes(pdf)
    capsys.readouterr()
    given = ["--pdf", str(tmp_path / "umowa.pdf"), "--client-name", "Anna Lis"]
    given += ["--mobile", "600100200", "--and-client", "Jan Lis", "600 100 200", "--send"]
    assert main(["documents", "add", "--data", str(folder), *given]) == 0
    made = json.loads(capsys.readouterr().out)
    office = open_head_office(Settings(data_folder=folder), {})
    document = document_of(office, made["id"])
    office.close()
    assert [client.name for client in document.clients] == ["Anna Lis", "Jan Lis"]
    assert {client.contact for client in document.clients} == {"+48600100200"}


def test_somebody_of_the_front_desk_is_added_with_a_pin(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    given = ["--name", "Ewa Górska", "--email", "ewa@example.com", "--may", "cancel"]
    monkeypatch.setattr("sys.stdin", io.StringIO("482917\n"))
    place = ["--kiosk", "Kraków, Rynek 5", "--pin-stdin"]
    assert main(["staff", "add", "--data", str(folder), *given, *place]) == 0
    capsys.readouterr()
    assert main(["staff", "add", "--data", str(folder), *given, "--kiosk", "Gdynia"]) == 1
    assert "no_such_kiosk" in capsys.readouterr().err
    assert main(["staff", "list", "--data", str(folder)]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert (listed["name"], listed["has_pin"], listed["rights"]) == ("Ewa Górska", True, ["cancel"])
