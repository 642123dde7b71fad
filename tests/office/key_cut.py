"""A head office command that dies at a chosen point, without any chance to tidy up.

    python -m tests.office.key_cut POINT ARGUMENTS...

POINT as in `tests.kiosk.power_cut`; getting to the end means that it was never reached, exit 9.
"""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

from tests.kiosk.power_cut import NEVER_REACHED, cut_at

HOUSE = Path(__file__).parent.parent.parent


def cut(point: str, *arguments: str) -> None:
    """Run `python -m office ARGUMENTS` in another process, which dies at the point."""
    command = [sys.executable, "-m", "tests.office.key_cut", point, *arguments]
    done = subprocess.run(command, cwd=HOUSE, capture_output=True, check=False, timeout=60)
    assert done.returncode == -signal.SIGKILL, done.stderr.decode() + done.stdout.decode()


def main() -> int:
    """Run the command until the point is reached."""
    from office import command_line, root_commands
    from signing.sealed_secret import Cost

    root_commands.COST = Cost(memory_kib=64, iterations=1, lanes=1)
    cut_at(sys.argv[1])
    code = command_line.main(sys.argv[2:])
    return code or NEVER_REACHED


if __name__ == "__main__":
    sys.exit(main())
