"""Build hooks: what the package requires, what is compiled, which wheel it becomes, its page.

Graphviz itself comes inside the wheels of `pygraphviz`. There is none for Alpine, for an old glibc,
for Windows on ARM, for free-threaded Python or a browser, and no marker of a requirement can tell
musl from glibc: pip would try to compile pygraphviz there, and fail. So a wheel of ours that
requires it has the same tag as pygraphviz's wheel, and one that does not has `py3-none-any`. pip
takes the most specific wheel that fits the machine; an installation from source is built on the
machine itself.

The core of single numbers (autograd/compiled) is built into the wheel where there is a C compiler;
such a wheel is only for this Python on this machine. An editable installation builds
nothing: `make fast` does that, in place.

`CHAINRULE_WHEEL` chooses another tag than this machine's: `any` or one of `WHEELS`.  Nothing is
compiled then.

Package indexes show the README too, but have none of the files that it links to. `CHAINRULE_HOME`
is the address of a release's files, to which links and pictures then lead. Without it a link
becomes its text, and a picture its description.
"""

import os
import re
import runpy
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.metadata.plugin.interface import MetadataHookInterface
from packaging.tags import sys_tags

#: The wheels of pygraphviz 2.0.
WHEELS = (
    "cp310-abi3-manylinux_2_28_x86_64",
    "cp310-abi3-manylinux_2_28_aarch64",
    "cp310-abi3-macosx_11_0_arm64",
    "cp310-abi3-macosx_11_0_x86_64",
    "cp310-abi3-win_amd64",
)

ANY = "py3-none-any"

#: Without it the system's `dot` serves, in a browser Graphviz as WebAssembly, else the text tree.
GRAPHVIZ = "pygraphviz>=2.0"


def wheel() -> str:
    """Return the tag to build: one of `WHEELS`, or `ANY` where none of them fits.

    Raises:
        ValueError: `CHAINRULE_WHEEL` names another.
    """
    chosen = os.environ.get("CHAINRULE_WHEEL", "")
    if chosen == "any":
        return ANY
    if chosen and chosen not in WHEELS:
        raise ValueError(f"CHAINRULE_WHEEL={chosen}: expected any or one of {', '.join(WHEELS)}")
    fitting = [chosen] if chosen else map(str, sys_tags())
    return next((tag for tag in fitting if tag in WHEELS), ANY)


def shown_elsewhere(readme: str, home: str) -> str:
    """Return the README for a page that has none of the project's other files beside it."""

    def led(found: re.Match[str]) -> str:
        picture, text, path = found.groups()
        if home:
            return f"{picture}[{text}]({home.rstrip('/')}/{path})"
        return f"*{text}*" if picture else text

    return re.sub(r"(!?)\[([^\]]+)\]\((?![a-z]+:|#)([^)]+)\)", led, readme)


class Metadata(MetadataHookInterface):
    """Sets what depends on the machine and on the release."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Set the dependencies (`everywhere` of pyproject.toml, and pygraphviz) and the page."""
        graphviz = [] if wheel() == ANY else [GRAPHVIZ]
        metadata["dependencies"] = [*self.config["everywhere"], *graphviz]
        home = os.environ.get("CHAINRULE_HOME", "")
        readme = (Path(self.root) / "README.md").read_text(encoding="utf-8")
        text = shown_elsewhere(readme, home)
        metadata["readme"] = {"content-type": "text/markdown", "text": text}
        if home:
            pages = {
                "Homepage": "README.md",
                "Changelog": "CHANGELOG.md",
                "Design": "ARCHITECTURE.md",
            }
            metadata["urls"] = {name: f"{home.rstrip('/')}/{page}" for name, page in pages.items()}


class Tag(BuildHookInterface):
    """Gives the wheel the tag that suits its requirements and its compiled part."""

    def dependencies(self) -> list[str]:
        """Return what finds the compiler on Windows; elsewhere Python knows where it is."""
        return ["setuptools"] if sys.platform == "win32" else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Set the tag; an editable installation is only for this machine and needs none."""
        if self.target_name != "wheel" or version == "editable":
            return
        build_data["tag"] = wheel()
        if os.environ.get("CHAINRULE_WHEEL"):
            return
        source = Path(self.root) / "autograd" / "compiled"
        self.folder = tempfile.TemporaryDirectory()
        made = runpy.run_path(str(source / "build.py"))["build"](Path(self.folder.name))
        if made is not None:
            del build_data["tag"]
            build_data["infer_tag"] = True
            build_data["pure_python"] = False
            build_data["force_include"][str(made)] = f"autograd/compiled/{made.name}"

    def finalize(self, *_: Any) -> None:
        """Remove what was compiled beside the wheel."""
        if hasattr(self, "folder"):
            self.folder.cleanup()
