"""Every attack by name, and its file.

    python -m tests.vectors.attack_files FOLDER

writes `<attack>.pdf` for each, `genuine.pdf` as the control, `expected.json` with outcome and
finding by file, and `trust`, the folder with the trust list that they are judged by (`python -m
verifier --trust FOLDER/trust --at TIME FOLDER`; the time is in `expected.json`). Keys are fixed;
identifiers that PDF libraries make up differ from run to run, so the files are made anew and not
kept.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.vectors.attacks import ATTACKS, Attack
from tests.vectors.content_attacks import CONTENT_ATTACKS
from tests.vectors.drawing_attacks import DRAWING_ATTACKS
from tests.vectors.evidence_attacks import EVIDENCE_ATTACKS
from tests.vectors.hostile_structure import STRUCTURE_ATTACKS
from tests.vectors.identity_attacks import IDENTITY_ATTACKS
from tests.vectors.insider_attacks import INSIDER_ATTACKS
from tests.vectors.outsider_tricks import OUTSIDER_TRICKS
from tests.vectors.place_attacks import PLACE_ATTACKS
from tests.vectors.sealed_pdf import NOW, House, sealed_pdf
from tests.vectors.shadow_attacks import SHADOW_ATTACKS
from tests.vectors.statement_attacks import STATEMENT_ATTACKS
from tests.vectors.tail_attacks import TAIL_ATTACKS
from tests.vectors.trust_files import Publisher
from tests.vectors.turn_attacks import TURN_ATTACKS
from tests.vectors.update_attacks import UPDATE_ATTACKS

__all__ = ["CASES", "Case", "write_attack_files"]


@dataclass(frozen=True)
class Case:
    """One attack and what the verifier must say of its file."""

    attack: Attack
    """From a genuine file to a forged one."""
    outcome: str
    """What the verdict must be."""
    finding: str
    """The one code that must stand against the file."""


CASES: Final[dict[str, Case]] = {
    attack.__name__: Case(attack, outcome, code)
    for table in (
        ATTACKS,
        SHADOW_ATTACKS,
        INSIDER_ATTACKS,
        TURN_ATTACKS,
        STATEMENT_ATTACKS,
        PLACE_ATTACKS,
        DRAWING_ATTACKS,
        CONTENT_ATTACKS,
        TAIL_ATTACKS,
        EVIDENCE_ATTACKS,
        IDENTITY_ATTACKS,
        OUTSIDER_TRICKS,
        STRUCTURE_ATTACKS,
        UPDATE_ATTACKS,
    )
    for (outcome, code), attacks in table.items()
    for attack in attacks
}
"""Every attack by name."""


def write_attack_files(folder: Path) -> None:
    """Write all files; `folder` is made."""
    folder.mkdir(parents=True, exist_ok=True)
    house = House()
    sealed = sealed_pdf(house)
    (folder / "genuine.pdf").write_bytes(sealed.data)
    (folder / "trust").mkdir(exist_ok=True)
    for name, data in Publisher(house.trust()).files().items():
        (folder / "trust" / name).write_bytes(data)
    expected = {"genuine.pdf": {"outcome": "genuine", "finding": None}}
    for name, case in CASES.items():
        (folder / f"{name}.pdf").write_bytes(case.attack(sealed, house))
        expected[f"{name}.pdf"] = {"outcome": case.outcome, "finding": case.finding}
    tree = {"now": NOW.isoformat(), "files": expected}
    (folder / "expected.json").write_text(json.dumps(tree, indent=1), encoding="utf-8")


if __name__ == "__main__":
    write_attack_files(Path(sys.argv[1]))
