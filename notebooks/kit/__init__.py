"""The teacher's kit: what a class needs besides the notebooks, generated from them.

    python -m kit ../class       (in this folder; `make class` does it)

    student.py      the student's edition: no outputs, a first cell that says how to start
    skeletons.py    notebooks in which students write the engine, part by part
    faults.py       ten engines with one planted fault each, to be found
    slides.py       slides of every notebook, with speaker notes
    plans.py        plans by the minute, for 45 and for 90 minutes
    worksheets.py   a page to print: a graph with empty boxes, and its answers
    quizzes.py      ten questions a notebook, with the misconception behind each wrong answer
    lecture.py      from each section of the lecture to the notebooks, and back
    nbgrader.py     the exercises with the cell metadata that nbgrader reads

Nothing is written twice: texts, code, right and wrong answers are those of the notebooks, of
`checks/`, of `solutions/` and of `teaching.md`.
"""
