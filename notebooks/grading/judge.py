"""The judge: runs a submission in a child process with time limits, and checks what it answers.

A cell that stops costs its own exercise. A cell that never ends, or that ends the process, is
left out, and the submission is run again without it. Every check is the checkout's own and runs
here, on data.
"""

from __future__ import annotations

import importlib
import json
import os
import secrets
import select
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from checks import Verdict

from grading.bounds import within
from grading.course import Course, Exercise, Submission, check_call, without_magics
from grading.wire import Num, TooLarge, Wire, arguments, backward, received

HERE = Path(__file__).parent
#: A line from a child may be so long, and no longer.
LONGEST = 32_000_000


class Stopped(Exception):  # noqa: N818 - not an error of ours
    """The child did not answer: too slow, or gone."""


class Failed(Exception):  # noqa: N818 - likewise
    """What the submission's code raised."""


@dataclass
class Limits:
    """Seconds for a cell, and for one call of a function; the course's own cells get more."""

    cell: float = 20.0
    call: float = 5.0
    check: float = 30.0
    course: float = 120.0


@dataclass
class Graded:
    """The result of one submission: a verdict for each exercise of the course, and remarks."""

    name: str
    notebook: str
    verdicts: dict[str, Verdict] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    @property
    def right(self) -> int:
        """How many exercises are right."""
        return sum(verdict.state == "right" for verdict in self.verdicts.values())


class Child:
    """A running child, seen from the judge."""

    def __init__(self, closed: Sequence[str]) -> None:
        self.folder = tempfile.TemporaryDirectory(prefix="submission-")
        path = [str(HERE.parent), str(HERE.parent.parent), os.environ.get("PYTHONPATH", "")]
        own = self.folder.name
        environment = {
            "PATH": os.environ.get("PATH", ""), "PYTHONPATH": os.pathsep.join(filter(None, path)),
            "HOME": own, "TMPDIR": own, "MPLCONFIGDIR": own, "MPLBACKEND": "agg",
            "PYTHONDONTWRITEBYTECODE": "1", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1",
            "PYTHONHASHSEED": "0",
        }  # fmt: skip
        self.process = subprocess.Popen(
            [sys.executable, str(HERE / "child.py"), own, *closed],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            cwd=own,
            start_new_session=True,
        )
        self.buffer = b""
        self.callbacks: list[Any] = []
        self.wire = Wire(self.call, num=lambda: Num)
        self.limits = Limits()
        self.until = float("inf")

    def close(self) -> None:
        """End the process, whatever it is doing."""
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()
        self.folder.cleanup()

    def ask(self, seconds: float, **message: Any) -> Any:
        """Send a message and return the value that comes back, serving callbacks meanwhile.

        Raises Failed (the submission's code raised) and Stopped (no answer in time).
        """
        end = min(time.monotonic() + seconds, self.until)
        token = secrets.token_hex(8)  # of each question: what comes without it is no answer
        self._send(message | {"token": token})
        while True:
            reply = self._receive(end, seconds)
            if reply.get("token") != token:
                raise Stopped("it wrote into the grader's pipe")
            if "callback" in reply:
                self._send(self._answer(reply))
            elif "error" in reply:
                kind, text = reply["error"]
                raise Failed(f"{kind}: {text}" if text else str(kind))
            else:
                return reply["value"]

    def _answer(self, reply: Any) -> Any:
        args, keywords, known = received(self.wire, reply["args"])
        try:
            result = self.wire.functions[int(reply["callback"])](*args, **keywords)
        except Exception as error:
            return {"error": f"{type(error).__name__}: {error}"}
        return {"value": self.wire.encode(result, known)}

    def call(self, handle: int, args: Any, keywords: Any) -> Any:
        """Call a function of the submission."""
        sent, nodes = arguments(self.wire, args, keywords)
        value = self.ask(self.limits.call, do="call", handle=handle, args=sent)
        return self.wire.decode(value, nodes)

    def _send(self, message: Any) -> None:
        try:
            assert self.process.stdin is not None
            self.process.stdin.write(json.dumps(message).encode() + b"\n")
            self.process.stdin.flush()
        except OSError:
            raise Stopped("it ended its own process") from None

    def _receive(self, end: float, seconds: float) -> Any:
        assert self.process.stdout is not None
        fd = self.process.stdout.fileno()
        while b"\n" not in self.buffer:
            left = end - time.monotonic()
            if left <= 0 or not select.select([fd], [], [], left)[0]:
                raise Stopped(f"it took longer than {seconds:g} seconds")
            part = os.read(fd, 1 << 20)
            if not part:
                raise Stopped("it ended its own process")
            self.buffer += part
            if len(self.buffer) > LONGEST:
                raise Stopped("its answer is too long")
        line, _, self.buffer = self.buffer.partition(b"\n")
        try:
            message = json.loads(line)
            return message if isinstance(message, dict) else {}
        except (ValueError, RecursionError):
            raise Stopped("it wrote into the grader's pipe") from None


class Run:
    """One submission: its cells in order, and a child that is started again where one ended."""

    def __init__(self, submission: Submission, limits: Limits, closed: Sequence[str]) -> None:
        assert submission.course is not None
        self.course: Course = submission.course
        self.limits, self.closed = limits, closed
        known = set(self.course.cells)
        self.own = [(i, s) for i, s in submission.cells if s not in known and s.strip()]
        self.done: list[str] = []  # what has run, to be run again in the next child
        self.child: Child | None = None
        self.started = False

    def close(self) -> None:
        """End the child, if there is one."""
        if self.child is not None:
            self.child.close()
            self.child = None

    def ready(self) -> Child:
        """Return a child in which all that went well so far has run."""
        if self.child is None:
            self.child = Child(self.closed)
            self.child.limits = self.limits
            try:
                base = self.course.needed([source for _, source in self.own])
                self.child.ask(self.limits.course, do="run", source="\n".join(base))
            except Failed:
                pass  # what it needs and does not find will be said where it is used
            for source in self.done:
                try:
                    self.child.ask(self.limits.cell, do="run", source=source)
                except Failed:
                    continue
        return self.child

    def cell(self, source: str) -> str:
        """Run a cell; return what went wrong, or nothing."""
        source = without_magics(source)
        try:
            self.ready().ask(self.limits.cell, do="run", source=source)
        except Failed as error:
            self.done.append(source)
            return str(error)
        except Stopped as why:
            self.close()
            return str(why)
        self.done.append(source)
        return ""

    def judged(self, exercise: Exercise, expression: str) -> Verdict:
        """Check an answer, here and with the course's own check."""
        name = exercise.key.replace("_", " ")
        check = getattr(importlib.import_module(f"checks.{self.course.name}"), exercise.key)
        try:
            child = self.ready()
            child.until = time.monotonic() + self.limits.check
            value = child.ask(self.limits.cell, do="get", expression=expression)
            more = (Num, backward) if exercise.key == "reciprocal" else ()
            too_long = Stopped(f"it took longer than {self.limits.check:g} seconds")
            with within(self.limits.check, too_long):
                verdict: Verdict = check(child.wire.decode(value), *more)
            child.until = float("inf")
        except Failed as error:
            return Verdict(name, "wrong", f"there is no answer: {error}")
        except Stopped as why:
            self.close()
            return Verdict(name, "wrong", f"the answer was not to be had: {why}")
        except TooLarge as error:
            return Verdict(name, "wrong", f"this answer is too large: {error}")
        except Exception as error:  # an answer that cannot even be read
            return Verdict(name, "wrong", f"this answer cannot be read: {type(error).__name__}")
        if verdict.message.startswith("your answer raised Stopped"):
            self.close()
        message = verdict.message.replace("your answer raised Failed: ", "your answer raised ")
        message = message.replace("your answer raised Stopped: ", "your answer: ")
        return Verdict(name, verdict.state, message)


def grade(
    submission: Submission, limits: Limits | None = None, closed: Sequence[str] = ()
) -> Graded:
    """Return the verdicts on one submission; nothing that it does can raise."""
    if submission.course is None:
        return Graded(submission.name, "", {}, [submission.problem])
    course = submission.course
    result = Graded(submission.name, course.name)
    run = Run(submission, limits or Limits(), (str(HERE.parent), *closed))
    try:
        places = _places(course, run.own, result.notes)
        for i, (_, source) in enumerate(run.own):
            trouble = run.cell(source)
            exercise = next((e for e, place in places.items() if place == i), None)
            if exercise is None:
                if trouble:
                    result.notes.append(f"a cell of its own stopped: {trouble}")
                continue
            if trouble:
                verdict = Verdict(exercise.key, "wrong", f"the cell stopped: {trouble}")
            else:
                call = check_call(source)
                expression = call[1] if call and call[0] == exercise.key else exercise.answer
                verdict = run.judged(exercise, expression)
            result.verdicts[exercise.key] = verdict
    finally:
        run.close()
    missing = Verdict("", "missing", "this exercise's cell is not in the file")
    result.verdicts = {e.key: result.verdicts.get(e.key, missing) for e in course.exercises}
    return result


def _places(course: Course, cells: list[tuple[str, str]], notes: list[str]) -> dict[Exercise, int]:
    """Return which cell holds which exercise, and note what was changed about the checks."""
    found: dict[Exercise, int] = {}
    for exercise in course.exercises:
        calls = [check_call(source) for _, source in cells]
        asked = [i for i, call in enumerate(calls) if call and call[0] == exercise.key]
        named = [i for i, (cell, _) in enumerate(cells) if cell == exercise.cell and not calls[i]]
        if asked:
            found[exercise] = asked[-1]
            if calls[asked[-1]] != (exercise.key, exercise.answer):
                notes.append(f"{exercise.key}: the call of the check was edited")
        elif named:
            found[exercise] = named[-1]
            notes.append(f"{exercise.key}: the call of the check is gone")
        else:
            notes.append(f"{exercise.key}: the cell is gone")
    return found
