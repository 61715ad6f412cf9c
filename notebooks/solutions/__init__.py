"""One solution for each exercise, under the name of its check, module by module.

A teacher's page: students get the notebooks and the checks. `WRONG` holds, for each exercise,
answers that a student is likely to give, with a word that the hint must contain.
"""
