"""Grading: a submission runs in a process of its own, and is judged by another one.

What a student wrote runs in a *child* that knows no check and no solution. It hands out answers
as data: numbers, words, arrays, recorded graphs, and functions that can be called through the
pipe. The *judge* reads them and runs the course's own checks on them, in its own process, with
its own engine. So nothing that a submission does to its checker, to NumPy or to itself changes
a verdict: it can only answer.

    course.py   which exercises a notebook has, and what their cells need
    wire.py     answers as text, both ways
    child.py    the process that runs a submission's cells
    doors.py    what is closed to it
    judge.py    runs the child with a time limit, and the checks on what it answers
    table.py    the results as a table, as CSV, with points
"""
