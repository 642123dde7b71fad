"""`python -m tests.fuzz TARGET --seconds N --corpus FOLDER`: hunt with coverage guidance."""

from __future__ import annotations

from tests.fuzz.hunt import main

if __name__ == "__main__":
    main()
