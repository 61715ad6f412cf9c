/* A row of the table as a function that Python calls: a method of `Value`, and what the row runs on
   `Value`s. Its name and its text are those of the Python function. */

/* Find the C function of a row at its first call, by its name and its formula: a formula that has
   changed since the C was printed is computed by Python. */
static int
row_resolve(Row *row)
{
    PyObject *text = PyObject_CallNoArgs(row->text);
    if (text == NULL)
        return -1;
    const char *formula = PyUnicode_AsUTF8(text);
    for (const Formula *f = FORMULAS; formula != NULL && f->name != NULL; f++)
        if (strcmp(f->text, formula) == 0)
            row->formula = f;
    Py_DECREF(text);
    if (formula == NULL)
        return -1;
    row->resolved = 1;
    return 0;
}

static PyObject *
row_call(PyObject *self, PyObject *const *args, size_t nargsf, PyObject *keywords)
{
    Row *row = (Row *)self;
    Py_ssize_t n = PyVectorcall_NARGS(nargsf);
    if (keywords == NULL && n == row->arity)
        return n == 1 ? record_unary(row, args[0]) : record_binary(row, args[0], args[1]);
    PyObject *function = row_wrapped(row);
    return function == NULL ? NULL : PyObject_Vectorcall(function, args, nargsf, keywords);
}

static PyObject *
row_new(PyTypeObject *type, PyObject *args, PyObject *keywords)
{
    PyObject *op, *make, *text;
    int arity;
    (void)keywords;
    if (!PyArg_ParseTuple(args, "OiOO", &op, &arity, &make, &text))
        return NULL;
    Row *row = (Row *)type->tp_alloc(type, 0);
    if (row == NULL)
        return NULL;
    row->call = row_call;
    row->arity = arity;
    row->op = Py_NewRef(op);
    row->make = Py_NewRef(make);
    row->text = Py_NewRef(text);
    return (PyObject *)row;
}

static int
row_traverse(PyObject *self, visitproc visit, void *arg)
{
    Row *row = (Row *)self;
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(row->op);
    Py_VISIT(row->make);
    Py_VISIT(row->text);
    Py_VISIT(row->wrapped);
    return 0;
}

static int
row_clear(PyObject *self)
{
    Row *row = (Row *)self;
    Py_CLEAR(row->op);
    Py_CLEAR(row->make);
    Py_CLEAR(row->text);
    Py_CLEAR(row->wrapped);
    return 0;
}

static void
row_dealloc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    row_clear(self);
    type->tp_free(self);
    Py_DECREF(type);
}

static PyObject *
row_bound(PyObject *self, PyObject *node, PyObject *type)
{
    (void)type;
    return node == NULL || node == Py_None ? Py_NewRef(self) : PyMethod_New(self, node);
}

static PyObject *
row_get_wrapped(PyObject *self, void *closure)
{
    (void)closure;
    return Py_XNewRef(row_wrapped((Row *)self));
}

/* The name, the text and the docstring of a function are those of the Python function. */
static PyObject *
row_get(PyObject *self, void *name)
{
    PyObject *function = row_wrapped((Row *)self);
    return function == NULL ? NULL : PyObject_GetAttrString(function, name);
}

static int
row_set(PyObject *self, PyObject *x, void *name)
{
    PyObject *function = row_wrapped((Row *)self);
    return function == NULL ? -1 : PyObject_SetAttrString(function, name, x);
}

static PyObject *
row_getattr(PyObject *self, PyObject *name)
{
    PyObject *found = PyObject_GenericGetAttr(self, name);
    if (found != NULL || !PyErr_ExceptionMatches(PyExc_AttributeError))
        return found;
    PyErr_Clear();
    PyObject *function = row_wrapped((Row *)self);
    return function == NULL ? NULL : PyObject_GetAttr(function, name);
}

static PyObject *
row_repr(PyObject *self)
{
    PyObject *function = row_wrapped((Row *)self);
    return function == NULL ? NULL : PyObject_Repr(function);
}

/* Copying a row returns the row itself, as for any function. */
static PyObject *
row_copy(PyObject *self, PyObject *memo)
{
    (void)memo;
    return Py_NewRef(self);
}

static PyMethodDef row_methods[] = {
    {"__copy__", row_copy, METH_NOARGS, NULL},
    {"__deepcopy__", row_copy, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyGetSetDef row_attributes[] = {
    {"__wrapped__", row_get_wrapped, NULL, NULL, NULL},
    {"__name__", row_get, row_set, NULL, "__name__"},
    {"__qualname__", row_get, row_set, NULL, "__qualname__"},
    {"__doc__", row_get, row_set, NULL, "__doc__"},
    {"__module__", row_get, row_set, NULL, "__module__"},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyMemberDef row_members[] = {
    {"__vectorcalloffset__", T_PYSSIZET, offsetof(Row, call), READONLY, NULL},
    {NULL, 0, 0, 0, NULL},
};

static PyType_Slot row_slots[] = {
    {Py_tp_new, row_new},         {Py_tp_dealloc, row_dealloc}, {Py_tp_traverse, row_traverse},
    {Py_tp_clear, row_clear},     {Py_tp_call, PyVectorcall_Call}, {Py_tp_descr_get, row_bound},
    {Py_tp_getset, row_attributes}, {Py_tp_members, row_members}, {Py_tp_getattro, row_getattr},
    {Py_tp_repr, row_repr},       {Py_tp_methods, row_methods}, {0, NULL},
};

static PyType_Spec row_spec = {
    "autograd.compiled.core.Row",
    sizeof(Row),
    0,
    Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_HAVE_VECTORCALL
        | Py_TPFLAGS_METHOD_DESCRIPTOR,
    row_slots,
};
