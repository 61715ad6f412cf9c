"""What a row is, and the table of rows by chapters: all the calculus of the package.

`op` says what a row is; `facts` what it may state of itself; `elementwise`, `reduction` and
`structural` are the kinds. The chapters, `arithmetic` first, hold the rows, and `table` has them
all by name. To declare one of your own, see `elementwise`.
"""
