"""Hunting with atheris: one process that fuzzes, and one that starts it again when it dies.

What breaks an invariant is kept in `FOLDER/findings` under a name that says what broke, and the
hunt goes on; only a crash of native code or a real hang ends the process, and leaves its input
in `FOLDER/artifacts`.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib
import re
import subprocess
import sys
import time
import traceback
from pathlib import Path
from random import Random
from typing import Final

from tests.fuzz.bounds import set_hard_stop

__all__ = ["main"]

INSTRUMENTED: Final = (
    *("verifier", "pyhanko", "pyhanko_certvalidator", "asn1crypto", "tuf", "securesystemslib"),
)
"""Whose branches guide the search; the rest is native code or none of ours."""
LOADED: Final = (
    "pyhanko.sign.validation.pdf_embedded",
    "pyhanko.sign.diff_analysis.rules.form_field_rules",
    "tuf.api.metadata",
    "verifier.document",
    "verifier.foreign_pdf",
    "verifier.long_life",
    "verifier.picture",
    "verifier.rendered_page",
    "verifier.pdf_signatures",
    "verifier.trust_folder",
)
"""What the verifier imports only when it needs it; instrumented, it must be there before."""
HANG_SECONDS: Final = 40
"""Wall-clock time after which libFuzzer ends the process; CPU time is bounded in the harness."""
RESIDENT_LIMIT_MB: Final = 2048
"""What libFuzzer allows the whole process; the growth by one input is bounded in the harness."""
WARMED_BY: Final = 20
"""Seeds that are examined before the hunt begins."""
MAX_KEPT: Final = 5
"""Inputs that are kept of one kind of finding."""


def main() -> None:
    """Read the command line; hunt until the time is over, then say what came of it."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("target", help="token, text, trust-list, ... (docs/fuzzing.md)")
    parser.add_argument("--seconds", type=int, default=60, help="how long to hunt")
    parser.add_argument(
        "--corpus", type=Path, default=Path("out/fuzz"), help="folder that keeps what was found"
    )
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    folder = options.corpus / options.target
    if options.inside:
        _fuzz(options.target, folder, options.seconds)
    sys.exit(_supervise(options.target, options.corpus, folder, options.seconds))


def _supervise(target: str, corpus: Path, folder: Path, seconds: int) -> int:
    """Start the fuzzing process until the time is over; 1 when anything was found."""
    for name in ("corpus", "findings", "artifacts"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    _make_seeds(target, folder)
    log = folder / "log.txt"
    end, started = time.monotonic() + seconds, 0
    with log.open("ab") as out:
        while (left := int(end - time.monotonic())) > 1:
            command = [sys.executable, "-m", "tests.fuzz", target, "--inside"]
            command += ["--seconds", str(left), "--corpus", str(corpus)]
            done = subprocess.run(command, stdout=out, stderr=subprocess.STDOUT, check=False)
            started += 1
            if done.returncode == 0 or started > 50:
                break
    said = log.read_text(encoding="utf-8", errors="replace")
    executions = sum(map(int, re.findall(r"number_of_executed_units: (\d+)", said)))
    edges = max(map(int, re.findall(r"cov: (\d+)", said)), default=0)
    findings = sorted(path.name for path in (folder / "findings").iterdir())
    artifacts = sorted(path.name for path in (folder / "artifacts").iterdir())
    print(f"{target}: {executions} executions, {edges} edges, {started} processes")
    for name in (*findings, *artifacts):
        print(f"  {name}")
    return 1 if findings or artifacts else 0


def _make_seeds(target: str, folder: Path) -> None:
    """Write the seeds before anything is instrumented: making them takes minutes after that."""
    (folder / "seeds").mkdir(exist_ok=True)
    for name, seed in importlib.import_module("tests.fuzz.targets").TARGETS[target].seeds().items():
        (folder / "seeds" / name.replace("/", "_")).write_bytes(seed)


def _fuzz(name: str, folder: Path, seconds: int) -> None:
    """Fuzz in this process; libFuzzer ends it."""
    import atheris

    with atheris.instrument_imports(include=list(INSTRUMENTED)):
        for module in LOADED:
            importlib.import_module(module)
        target = importlib.import_module("tests.fuzz.targets").TARGETS[name]
        texts = importlib.import_module("tests.fuzz.houses").genuine_texts()
    _remember(folder / "genuine.txt", texts)

    seeds = folder / "seeds"
    if name == "pdf":
        made = {path.name: path.read_bytes() for path in seeds.iterdir()}
        importlib.import_module("tests.fuzz.pdfs").MADE_BEFORE.update(made)
    for place, (title, seed) in enumerate(target.seeds().items()):
        (seeds / title.replace("/", "_")).write_bytes(seed)
        if place < WARMED_BY:
            target.run(seed)  # caches are filled before memory is measured
    words = folder / "words.dict"
    words.write_text("".join(f'"{_escaped(word)}"\n' for word in target.words), encoding="ascii")

    def one(data: bytes) -> None:
        try:
            target.run(data)
        except Exception as error:  # noqa: BLE001 - every kind is a finding
            _keep(folder / "findings", data, error)

    def mutated(data: bytes, max_size: int, seed: int) -> bytes:
        made: bytes = target.changed(data, Random(seed), atheris.Mutate, max_size)
        return made

    set_hard_stop()
    arguments = [
        *("fuzz", f"-max_total_time={seconds}", f"-max_len={target.max_bytes}"),
        *(f"-timeout={HANG_SECONDS}", f"-rss_limit_mb={RESIDENT_LIMIT_MB}", f"-dict={words}"),
        *(f"-artifact_prefix={folder / 'artifacts'}/", "-print_final_stats=1", "-len_control=0"),
        *(str(folder / "corpus"), str(seeds)),
    ]
    atheris.Setup(arguments, one, custom_mutator=mutated)
    atheris.Fuzz()


def _remember(path: Path, texts: set[str]) -> None:
    """Know the genuine texts of earlier hunts: the corpus holds them, and each signs anew."""
    if path.exists():
        texts.update(path.read_text(encoding="ascii").split())
    path.write_text("\n".join(sorted(texts)), encoding="ascii")


def _keep(folder: Path, data: bytes, error: Exception) -> None:
    """Write an input and what it provoked, unless there are enough of the kind."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    about = f"{type(error).__name__}-{Path(place.filename).stem}-{place.lineno}"
    if about.startswith("Violation"):
        about += "-" + re.sub(r"\W+", "-", str(error).split(":")[0])
    if len(list(folder.glob(f"{about}-*.bin"))) < MAX_KEPT:
        path = folder / f"{about}-{hashlib.sha256(data).hexdigest()[:12]}.bin"
        path.write_bytes(data)
        path.with_suffix(".txt").write_text("".join(traceback.format_exception(error)))


def _escaped(word: bytes) -> str:
    return "".join(f"\\x{byte:02X}" for byte in word)
