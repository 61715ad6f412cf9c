"""Builds the compiled core if there is a C compiler: `python autograd/compiled/build.py`.

It imports nothing of the project, since it runs before anything is installed: as a script (`make
fast`) it builds in place, and from `hatch_build.py` into a wheel. Further arguments are passed to
the compiler. If there is none, or the core would not be used, it says so in one line and succeeds.
"""

from __future__ import annotations

import os
import runpy
import shlex
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
fingerprint = runpy.run_path(str(HERE / "fingerprint.py"))["fingerprint"]
NAME = f"core{sysconfig.get_config_var('EXT_SUFFIX') or '.so'}"


def why_not() -> str:
    """Return why the core is not built here; empty if it can be."""
    if os.environ.get("CHAINRULE_PURE", "0") not in ("", "0"):
        return "CHAINRULE_PURE is set"
    if sys.implementation.name != "cpython" or sys.platform in ("emscripten", "wasi"):
        return f"it is for CPython, not for {sys.implementation.name} on {sys.platform}"
    if sysconfig.get_config_var("Py_GIL_DISABLED"):
        return "Python without the global lock uses the one in Python"
    if sys.platform != "win32" and shutil.which(_compiler()[0]) is None:
        return f"there is no C compiler ({_compiler()[0]})"
    return ""


def build(folder: Path, flags: tuple[str, ...] = ()) -> Path | None:
    """Build the core into a folder; return the file, or print why not and return None."""
    reason = why_not()
    if not reason:
        made = folder / NAME
        with tempfile.TemporaryDirectory() as scratch:
            compiled = Path(scratch) / NAME
            try:
                command = _for_windows if sys.platform == "win32" else _command
                done = subprocess.run(
                    command(compiled, (f"-DSOURCES={fingerprint(str(HERE))}u", *flags)),
                    cwd=scratch,
                    capture_output=True,
                    text=True,
                    check=False,
                )
                reason = (done.stderr or done.stdout).strip() if done.returncode else ""
                if not reason:
                    # Not overwriting the old file, which a running process may be using.
                    new = shutil.copy(compiled, made.with_suffix(".new"))
                    return Path(new).replace(made)
            except OSError as error:  # no compiler after all, or a folder that cannot be written to
                reason = str(error)
        lines = reason.splitlines()
        reason = next((line for line in lines if "error" in line), lines[0] if lines else "")
    print(f"chainrule: the compiled core is not built, so single numbers stay in Python: {reason}")
    return None


def _compiler() -> list[str]:
    return shlex.split(os.environ.get("CC") or sysconfig.get_config_var("CC") or "cc")


def _command(made: Path, flags: tuple[str, ...]) -> list[str]:
    """Return the command that compiles and links in one go, like this Python's own modules."""
    link = shlex.split(sysconfig.get_config_var("LDSHARED") or "cc -shared")[1:]
    architectures = shlex.split(os.environ.get("ARCHFLAGS", ""))
    # Without -ffp-contract=off some processors would round once where Python rounds twice.
    options = ["-O2", "-fPIC", "-ffp-contract=off", f"-I{sysconfig.get_path('include')}"]
    files = [str(HERE / "core.c"), "-o", str(made), "-lm"]
    return [*_compiler(), *link, *architectures, *options, *flags, *files]


def _for_windows(made: Path, flags: tuple[str, ...]) -> list[str]:
    """Return the command for Microsoft's compiler, which setuptools knows how to find."""
    script = (
        "import sys; from setuptools import setup, Extension; "
        f"setup(name='core', script_args=['-q', 'build_ext', '--build-lib', {str(made.parent)!r}],"
        f"ext_modules=[Extension('core', [{str(HERE / 'core.c')!r}], "
        f"extra_compile_args=['/std:c11', '/fp:precise', *{list(flags)!r}])])"
    )
    return [sys.executable, "-c", script]


if __name__ == "__main__":
    if {"-h", "--help"} & set(sys.argv[1:]):
        print(__doc__)
        sys.exit()
    found = build(HERE, tuple(sys.argv[1:]))
    if found is not None:
        print(f"chainrule: built {found.name}")
