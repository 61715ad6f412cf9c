"""Turn JavaScript loops that differ only in names and whole numbers into calls of one function.

A browser does not compile a long program as a whole, and the text of a thousand loops is long. But
most loops are alike. So each kind of loop becomes a short function, which compiles well, and the
program a list of calls. Programs share these functions, and the tables of positions.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_NEW = re.compile(r"const (\w+) = new Float64Array\((\d+)\);")
_TABLE = re.compile(r"const (\w+) = (Int32Array\.of\(.*\)|Float64Array\.of\(.*\));")
_TOTAL = re.compile(r"let (\w+) = (.*?); (for .*)")
_INDICES = frozenset({"i", "k", "s", "i0", "i1", "i2", "total"})
#: A name that `Loops` gives, or a whole number from 2 on.
_PART = r"(?<![\w.$])(?<!e[-+])(?:[tcprsv]\d+|[2-9]|[1-9]\d+)(?![\w.])"


class Kernels:
    """The functions and tables shared by programs that are written one after the other.

    >>> kernels = Kernels()
    >>> print(kernels.function(
    ...     "x", ["const t1 = new Float64Array(3);"],
    ...     ["for (let i0 = 0; i0 < 3; i0 += 1) t1[i0] = 2 * x[i0];", "return sum(t1);"]))
    (() => {
    const [t1] = [3].map((n) => new Float64Array(n));
    return (x) => {
    f1(3,t1,2,x);
    return sum(t1);
    };
    })()
    >>> print(kernels.text())
    const f1 = (a1, a2, a3, a4) => { for (let i0 = 0; i0 < a1; i0 += 1) a2[i0] = a3 * a4[i0]; };
    """

    def __init__(self) -> None:
        self._functions: dict[str, str] = {}
        self._tables: dict[str, str] = {}

    def text(self) -> str:
        """Return the functions and tables, which go before the programs."""
        tables = [f"const {name} = {table};" for table, name in self._tables.items()]
        return "\n".join([*tables, *(f"const {n} = {f};" for f, n in self._functions.items())])

    def function(self, arguments: str, buffers: Sequence[str], lines: Sequence[str]) -> str:
        """Return a JavaScript function made of these statements; its arrays are made only once.

        arguments: its parameters, with commas. buffers: the statements that make its arrays.

        Raises ValueError for a parameter with the name of an index, such as i or k.
        """
        made: list[tuple[str, str]] = []
        shared: dict[str, str] = {}
        for buffer in buffers:
            new, table = _NEW.fullmatch(buffer), _TABLE.fullmatch(buffer)
            if new is not None:
                made.append((new[1], new[2]))
            elif table is not None:
                shared[table[1]] = self._tables.setdefault(table[2], f"c_{len(self._tables) + 1}")
        taken = sorted(_INDICES.intersection(_words(arguments)))
        if taken:
            raise ValueError(f"{taken[0]!r} is the name of an index in loops, not of an argument")
        part = re.compile("|".join([_PART, *(rf"\b{name}\b" for name in _words(arguments))]))
        body = "\n".join(self._statement(line, part) for line in lines)
        body = re.sub(r"\b[cp]\d+\b", lambda found: shared.get(found[0], found[0]), body)
        begin = ""
        if made:
            listed, sizes = ",".join(n for n, _ in made), ",".join(size for _, size in made)
            begin = f"const [{listed}] = [{sizes}].map((n) => new Float64Array(n));\n"
        return f"(() => {{\n{begin}return ({arguments}) => {{\n{body}\n}};\n}})()"

    def _statement(self, line: str, part: re.Pattern[str]) -> str:
        total = _TOTAL.fullmatch(line)
        if total is not None:
            name, start, loop = total.groups()
            loop = re.sub(rf"\b{name}\b", "total", loop)
            return f"const {name} = {self._call(loop, part, start)};"
        return f"{self._call(line, part)};" if line.startswith("for ") else line

    def _call(self, loop: str, part: re.Pattern[str], start: str = "") -> str:
        given: dict[str, str] = {}

        def parameter(found: re.Match[str]) -> str:
            return given.setdefault(found[0], f"a{len(given) + 1}")

        body = part.sub(parameter, loop)
        head = ", ".join([*(["total"] if start else []), *given.values()])
        end = " return total;" if start else ""
        text = f"({head}) => {{ {body}{end} }}"
        name = self._functions.setdefault(text, f"f{len(self._functions) + 1}")
        return f"{name}({','.join([*([start] if start else []), *given])})"


def _words(arguments: str) -> list[str]:
    return re.findall(r"\w+", arguments)
