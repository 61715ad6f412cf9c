"""A page that trains on samples other than points: texts, sequences.

The loss of a sample is recorded and printed as JavaScript (programs.py for a loss in `Tensor`s,
traced_programs.py for one in `Value`s). So are the results of the user's function that describes a
sample, and the probabilities from which new samples are drawn as it learns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from autograd import Tensor
from autograd.printers import javascript
from viz.pages.filled import FilledPage, as_object
from viz.pages.programs import Programs, saying_programs, training_programs
from viz.pages.rules import rules
from viz.pages.seeds import distributions
from viz.pages.traced_programs import Shapes, TracedPrograms, flat_parameters, numbers_of
from viz.pages.training import described
from viz.style.colors import Theme
from viz.viewer.frame import in_script

_LONGEST = 16  # letters of a name that is drawn


class SamplesPlayground(FilledPage):
    """A page that trains on samples. `playground` with `parameters=` makes one."""

    kind, template = "a playground", "samples"
    sheets = ("playground", "samples")
    scripts = (
        *("keys", "settings", "running", "trainer", "plane", "curve"),
        *("heat", "drawing", "samples"),
    )

    def __init__(
        self,
        loss_of: Callable[..., Any],
        samples: Sequence[Any],
        parameters: Any,
        says: Callable[..., Any] | None,
        draws: Callable[..., Any] | None,
        letters: Sequence[str],
        optimizers: Mapping[str, Callable[..., Any]],
        settings: Mapping[str, float],
        title: str,
        theme: Theme,
    ) -> None:
        self.title, self.settings = title, settings
        self.theme = theme
        self.samples, self.letters = list(samples), list(letters)
        if not self.samples:
            raise ValueError("a playground needs samples to train on, and the list is empty")
        if draws is not None and not self.letters:
            raise ValueError(
                "to draw new samples the page needs letters=: what each whole number stands for, "
                "the first of them the mark at which a sample begins and ends, as in '.abc'"
            )
        self.parameters = flat_parameters(_named(parameters))
        self._rules = distributions(parameters, self.parameters)
        traced = TracedPrograms(self.parameters)
        self.said: tuple[Programs, list[Shapes]] = (Programs([], []), [])
        if all(isinstance(p.node, Tensor) for p in self.parameters):
            self.programs = training_programs(loss_of, self.samples, self.parameters)
            if says is not None:
                self.said = saying_programs(says, self.samples, self.parameters)
        else:
            self.programs = traced.training(loss_of, self.samples)
            if says is not None:
                self.said = traced.saying(says, self.samples)
        self.drawn = Programs([], [])
        if draws is not None:
            longest = min(_LONGEST, max(len(sample) for sample in self.samples) - 1)
            beginnings = [np.zeros(n, int) for n in range(1, longest + 1)]
            self.drawn, _ = traced.saying(draws, beginnings)
        self.shared = traced.kernels.text()
        self.rules = rules(optimizers)

    def parts(self) -> dict[str, str]:
        return {"shared": self.shared, "rules": self.rules, "task": self._task()}

    def told(self) -> str:
        return f"{self.title}: trains in a page; run this cell to see it"

    def _task(self) -> str:
        start = numbers_of(self.parameters)
        said, shapes = self.said
        sizes = [sum(int(np.prod(shape)) for _, shape in one) for one in shapes]
        parts = {
            "parameters": described(self.parameters, self._rules),
            "start": f"Float64Array.of({','.join(map(javascript.number, start.tolist()))})",
            "layers": "[]",
            "programs": f"[{','.join(self.programs.texts)}]",
            "samples": _listed(self.programs),
            "sayings": f"[{','.join(said.texts)}]",
            "said": _listed(said),
            "shapes": in_script(shapes),
            "most": str(max(sizes, default=0)),
            "draws": f"[{','.join(self.drawn.texts)}]",
            "letters": in_script(self.letters),
            "tokens": in_script([self._tokens(sample) for sample in self.samples]),
            "labels": in_script([self._label(sample) for sample in self.samples]),
            "settings": in_script(dict(self.settings)),
        }
        return as_object(parts)

    def _label(self, sample: Any) -> str:
        """Return the name of a sample: its letters, if it is a list of their numbers."""
        tokens = self._tokens(sample)
        return "".join(self.letters[i] for i in tokens)[:40] if tokens else str(sample)[:40]

    def _tokens(self, sample: Any) -> list[int]:
        """Return a sample's whole numbers, if it is a list of them."""
        whole = isinstance(sample, list | tuple | np.ndarray) and bool(self.letters)
        array = np.asarray(sample) if whole else np.zeros(0)
        fits = array.ndim == 1 and array.dtype.kind in "iu"
        return [int(i) for i in array] if fits else []

    def __repr__(self) -> str:
        count = sum(p.size for p in self.parameters)
        return f"<Playground: {count} parameters, {len(self.samples)} samples>"


def _named(parameters: Any) -> Iterable[tuple[str, Any]]:
    if hasattr(parameters, "named_parameters"):
        found: Iterable[tuple[str, Any]] = parameters.named_parameters()
        return found
    if isinstance(parameters, Mapping):
        return parameters.items()
    return [(getattr(p, "label", "") or f"p{i + 1}", p) for i, p in enumerate(parameters)]


def _listed(programs: Programs) -> str:
    return f"[{','.join(f'[{i},[{chr(44).join(numbers)}]]' for i, numbers in programs.of)}]"
