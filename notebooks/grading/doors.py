"""The doors that are closed to a submission, by an audit hook, which cannot be taken off again.

The hook relies on nothing that a submission can replace: `os.path`, the built-in names and this
module's tables are bound when it is made, and it is one function without cells, so that what an
error's traceback shows of it cannot be changed.
"""

from __future__ import annotations

import ctypes  # noqa: F401 - once here, for to load it later opens a library
import os
import sys
from collections.abc import Sequence
from typing import Any

#: What is refused, whatever its arguments. The collector would show the hook itself.
REFUSED = (
    "os.system", "os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn", "os.kill",
    "os.killpg", "os.chmod", "os.chown", "os.link", "os.symlink", "os.putenv", "os.setxattr",
    "subprocess.Popen", "socket.connect", "socket.bind", "socket.getaddrinfo", "pty.spawn",
    "ctypes.", "gc.get_", "sqlite3.", "syslog.", "signal.pthread_kill",
)  # fmt: skip
#: Modules that open files without asking Python.
OPENERS = ("_cffi_backend", "_sqlite3", "_dbm", "_gdbm", "readline", "lxml.etree")
CHANGES = ("os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.truncate", "os.utime")
LISTS = ("os.listdir", "os.scandir")


def close_the_doors(closed: Sequence[str], own: str) -> None:
    """Refuse what a submission has no business with. closed, own: real paths."""
    sys.addaudithook(_guard(tuple(closed), own))


def _guard(closed: tuple[str, ...], own: str) -> Any:
    """Return the hook; its defaults are all that it knows."""
    me = f"/proc/{os.getpid()}/"

    def hook(
        event: str, args: Any, closed: Any = closed, own: Any = own, refused: Any = REFUSED,
        openers: Any = OPENERS, changes: Any = CHANGES, lists: Any = LISTS, error: Any = OSError,
        no: Any = PermissionError, kind: Any = type, text: Any = str, octets: Any = bytes,
        whole: Any = int, pair: Any = tuple, getcwd: Any = os.getcwd, size: Any = len,
        readlink: Any = os.readlink, stat: Any = os.stat, null: Any = os.devnull,
        me: Any = me, making: Any = os.O_WRONLY | os.O_RDWR | os.O_CREAT,
    ) -> None:  # fmt: skip
        if event.startswith(refused):
            raise no(f"{event} is not for submissions")
        if event == "import" and args[0] in openers:
            raise no(f"{args[0]} is not for submissions")
        if event == "open":
            paths, writes = args[:1], bool(args[2] & making)
            for sign in "wax+":
                writes = writes or sign in (args[1] or "")
        elif event in changes:
            paths, writes = args, True
        elif event in lists:
            paths, writes = args[:1] if args[0] is not None else (".",), False
        else:
            return
        for given in paths:
            if given is None or kind(given) in (whole, pair):
                continue  # a file that is open already, a mode, times
            if kind(given) is octets:
                given = given.decode("utf-8", "surrogateescape")
            if kind(given) is not text:
                raise no("name the file by a plain text")
            # What os.path.realpath does.
            found, links = "", 0
            rest = (given if given[:1] == "/" else getcwd() + "/" + given).split("/")[::-1]
            while rest:
                part = rest.pop()
                if part == "..":
                    if given[:1] != "/":  # from which folder, an open one's number may say
                        raise no("name the file by its whole path")
                    found = found.rpartition("/")[0]
                elif part not in ("", "."):
                    try:
                        target = readlink(found + "/" + part)
                    except error:
                        found += "/" + part
                        continue
                    links += 1
                    if links > 40:
                        raise no("too many links")
                    rest += target.split("/")[::-1]
                    found = "" if target[:1] == "/" else found
            inside = found in (own, null) or found.startswith(own + "/")
            if not inside:
                for folder in closed:
                    if found == folder or found.startswith(folder + "/"):
                        raise no("this folder is closed to submissions")
            if writes and not inside:
                raise no(f"a submission may change files in its own folder only, not {found}")
            if found[:6] == "/proc/" and found[6:7].isdigit() and (found + "/")[: size(me)] != me:
                raise no("other processes are closed to submissions")
            if event == "open":
                try:
                    is_folder = stat(found or "/").st_mode & 0o170000 == 0o040000
                except error:
                    is_folder = False
                if is_folder and not inside:  # what is opened from a folder does not say from which
                    raise no("a folder cannot be opened")

    return hook
