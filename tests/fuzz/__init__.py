"""Fuzzing of everything in the verifier that takes bytes from outside (docs/fuzzing.md).

    python -m tests.fuzz TARGET --seconds N

hunts with coverage guidance (atheris); `test_smoke` runs the same harnesses over their seeds and
some hundred mutations without it. A harness holds the invariants itself: only documented errors,
never "genuine" for anything but a seed known to be genuine, bounded time, bounded memory.
"""
