"""Stops a process at each system call that changes the disk, and kills it at a chosen one.

By ptrace(2), as strace does it, but counting over all threads of the process together, so that
every moment between two changes has a number. Linux 5.3 or later, x86-64 and 64-bit ARM.
"""

from __future__ import annotations

import ctypes
import os
import platform
import signal
import struct
from collections.abc import Callable
from pathlib import Path

from tests.power_cut.unsynced import Disk

__all__ = ["run_until_write"]

SEIZE, INTERRUPT, NEXT_CALL, CALL_INFO = 0x4206, 0x4207, 24, 0x420E  # linux/ptrace.h
OPTIONS = 0x1 | 0x8 | 0x100000  # TRACESYSGOOD, TRACECLONE, EXITKILL
CALL_STOP = signal.SIGTRAP | 0x80
INFO_BYTES = 88  # struct ptrace_syscall_info
ENTRY, EXIT = 1, 2  # PTRACE_SYSCALL_INFO_ENTRY, _EXIT
FORCING = ("fsync", "fdatasync")
WALL = 0x40000000  # waitpid for threads too

O_CHANGING = os.O_CREAT | os.O_TRUNC
FILE_CALLS = {  # the first argument is a file descriptor
    "x86_64": {1: "write", 18: "pwrite64", 20: "writev", 74: "fsync", 75: "fdatasync",
               77: "ftruncate", 91: "fchmod", 285: "fallocate", 296: "pwritev",
               326: "copy_file_range", 40: "sendfile"},
    "aarch64": {64: "write", 68: "pwrite64", 66: "writev", 82: "fsync", 83: "fdatasync",
                46: "ftruncate", 52: "fchmod", 47: "fallocate", 70: "pwritev",
                285: "copy_file_range", 71: "sendfile"},
}  # fmt: skip
NAME_CALLS = {  # whatever the name, it changes a folder
    "x86_64": {82: "rename", 264: "renameat", 316: "renameat2", 87: "unlink", 263: "unlinkat",
               83: "mkdir", 258: "mkdirat", 84: "rmdir", 86: "link", 265: "linkat",
               76: "truncate", 90: "chmod"},
    "aarch64": {38: "renameat", 276: "renameat2", 35: "unlinkat", 34: "mkdirat", 37: "linkat",
                45: "truncate", 53: "fchmodat"},
}  # fmt: skip
OPEN_CALLS = {"x86_64": {257: 2, 2: 1}, "aarch64": {56: 2}}  # number: which argument has the flags

_libc = ctypes.CDLL(None, use_errno=True)
_libc.ptrace.restype = ctypes.c_long
_libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]


def run_until_write(
    process: int,
    folder: Path,
    number: int,
    release: Callable[[], object],
    disk: Disk | None = None,
) -> tuple[list[str], bool]:
    """Let a child process run, and kill it (SIGKILL) right before its nth change of the disk.

    Args:
        process: A child of this process, all of whose threads are waiting.
        folder: Changes of open files count when the file lies in it; changes of names always do.
        number: Which change is not made any more, from 1.
        release: Ends the waiting.
        disk: Is told what is made and what is forced onto the disk.

    Returns:
        The names of the calls up to the killing, and whether it came to that.

    Raises:
        OSError: ptrace is not allowed here.
    """
    for task in Path(f"/proc/{process}/task").iterdir():
        _ptrace(SEIZE, int(task.name), 0, OPTIONS)
        _ptrace(INTERRUPT, int(task.name))
    release()
    seen: list[str] = []
    killed = False
    entered: dict[int, tuple[str, int]] = {}  # thread to the call that it is in
    while True:
        thread, status = os.waitpid(-1, WALL)
        if not os.WIFSTOPPED(status):
            if thread == process:
                return seen, killed
            continue
        stop = _call(thread) if os.WSTOPSIG(status) == CALL_STOP else None
        call, handle = _change(stop[1], process, folder) if stop and stop[0] == ENTRY else ("", 0)
        if call and not killed:
            seen.append(call)
            if len(seen) == number:
                os.kill(process, signal.SIGKILL)
                killed = True
        if disk is not None and stop is not None and not killed:
            if stop[0] == ENTRY:
                entered[thread] = (call, handle)
                if call in FORCING:
                    disk.about_to_force(thread, _open_file(process, handle))
            else:
                _tell(disk, thread, process, folder, entered.pop(thread, ("", 0)), stop[1][0])
        passed_on = 0
        if os.WSTOPSIG(status) not in (CALL_STOP, signal.SIGTRAP) and not status >> 16:
            passed_on = os.WSTOPSIG(status)
        _ptrace(NEXT_CALL, thread, 0, passed_on, gone=killed)


def _call(thread: int) -> tuple[int, tuple[int, ...]] | None:
    """Where a thread stands: ENTRY with the call and its arguments, or EXIT with its result."""
    info = ctypes.create_string_buffer(INFO_BYTES)
    if _ptrace(CALL_INFO, thread, INFO_BYTES, ctypes.addressof(info), gone=True) < 0:
        return None
    if info.raw[0] == ENTRY:
        return ENTRY, struct.unpack_from("<7Q", info.raw, 24)
    return (EXIT, struct.unpack_from("<q", info.raw, 24)) if info.raw[0] == EXIT else None


def _open_file(process: int, handle: int) -> Path:
    return Path(f"/proc/{process}/fd/{handle}")


def _lies_in(folder: Path, process: int, handle: int) -> bool:
    try:
        place = str(_open_file(process, handle).readlink())
    except OSError:
        return False
    return place.startswith(f"{folder}/") or place == str(folder)


def _change(entry: tuple[int, ...], process: int, folder: Path) -> tuple[str, int]:
    """The name of a call that is about to be made, if it changes the disk, and its open file."""
    call, *arguments = entry
    machine = platform.machine()
    if call in OPEN_CALLS[machine]:
        flags = arguments[OPEN_CALLS[machine][call]] & 0xFFFFFFFF
        return ("open to write" if flags & O_CHANGING else "", 0)
    name, handle = FILE_CALLS[machine].get(call, ""), arguments[0] & 0xFFFFFFFF
    if name:
        return (name, handle) if _lies_in(folder, process, handle) else ("", 0)
    return NAME_CALLS[machine].get(call, ""), 0


def _tell(
    disk: Disk, thread: int, process: int, folder: Path, call: tuple[str, int], result: int
) -> None:
    """Tell the disk what a call that has ended has done."""
    name, _ = call
    if name in FORCING and result == 0:
        disk.forced(thread)
    elif name == "open to write" and result >= 0 and _lies_in(folder, process, result):
        disk.made(_open_file(process, result))


def _ptrace(
    request: int, thread: int, address: int = 0, data: int = 0, *, gone: bool = False
) -> int:
    """Make the call; a thread that is already gone may be no error."""
    result = int(_libc.ptrace(request, thread, address, data))
    if result < 0 and not gone:
        error = ctypes.get_errno()
        raise OSError(error, f"ptrace: {os.strerror(error)}; the machine must allow tracing")
    return result
