/* The compiled core of `Value`: where a node's numbers lie, the operations of the table on single
   numbers, and the backward pass over them. One translation unit of six parts:

   node.h    a node: its memory, and what Python sees of it
   rows.h    the formulas of the table as C, printed by autograd/compiled/rows.py
   record.h  an operation on one or two Values
   row.h     that as a function of Python
   walk.h    the backward pass
   core.c    the operators that Python calls, and the module

   The class `Value` is written in Python and stays what everyone reads. It keeps its state in a
   `Storage`; each of its operators and methods is a Python function, and where such a function
   has a form in C, `Value` is given that. Where C has no answer it calls that Python function, so
   there is one place for errors, warnings, and operands of every other kind. */

#include "node.h"
#include "record.h"
#include "row.h"
#include "walk.h"

/* ---- the operators ---- */

enum { ADD, SUB, MUL, DIV, NEG, ABS, SQUARE, POW, OPERATORS };
static Row *operator_rows[OPERATORS];

#define BINARY(name, which)                                                                       \
    static PyObject *operator_##name(PyObject *p, PyObject *q)                                    \
    {                                                                                             \
        return record_binary(operator_rows[which], p, q);                                         \
    }
#define UNARY(name, which)                                                                        \
    static PyObject *operator_##name(PyObject *p)                                                 \
    {                                                                                             \
        return record_unary(operator_rows[which], p);                                             \
    }
BINARY(add, ADD)
BINARY(sub, SUB)
BINARY(mul, MUL)
BINARY(div, DIV)
UNARY(neg, NEG)
UNARY(abs, ABS)

/* Like `Value.__pow__`: a square is a row of its own. */
static PyObject *
operator_pow(PyObject *p, PyObject *q, PyObject *modulus)
{
    if (modulus != Py_None)
        return PyObject_CallMethod(p, "__pow__", "OO", q, modulus);
    if (!is_value(p))
        return PyObject_CallMethod(q, "__rpow__", "O", p);
    int square = 0, overflows = 0;
    if (PyFloat_CheckExact(q))
        square = PyFloat_AS_DOUBLE(q) == 2.0;
    else if (PyLong_CheckExact(q))
        square = PyLong_AsLongAndOverflow(q, &overflows) == 2;
    return square ? record_unary(operator_rows[SQUARE], p)
                  : record_binary(operator_rows[POW], p, q);
}

static const struct {
    const char *name;
    int which;
    size_t at;
    void *function;
} OPERATOR[] = {
    {"__add__", ADD, offsetof(PyNumberMethods, nb_add), operator_add},
    {"__sub__", SUB, offsetof(PyNumberMethods, nb_subtract), operator_sub},
    {"__mul__", MUL, offsetof(PyNumberMethods, nb_multiply), operator_mul},
    {"__truediv__", DIV, offsetof(PyNumberMethods, nb_true_divide), operator_div},
    {"__neg__", NEG, offsetof(PyNumberMethods, nb_negative), operator_neg},
    {"__abs__", ABS, offsetof(PyNumberMethods, nb_absolute), operator_abs},
    {NULL, 0, 0, NULL},
};

static void
put_operator(size_t at, void *function)
{
    memcpy((char *)value_type->tp_as_number + at, &function, sizeof(function));
    PyType_Modified(value_type);
}

/* Make a row an operator of `Value`. The attribute that Python looks up is not changed; assigning
   to it afterwards makes Python's function the operator again. */
static PyObject *
serve_operator(PyObject *module, PyObject *args)
{
    const char *name;
    Row *row;
    (void)module;
    if (!PyArg_ParseTuple(args, "sO", &name, &row))
        return NULL;
    for (int i = 0; OPERATOR[i].name != NULL; i++) {
        if (strcmp(OPERATOR[i].name, name) == 0) {
            Py_XSETREF(operator_rows[OPERATOR[i].which], (Row *)Py_NewRef(row));
            put_operator(OPERATOR[i].at, OPERATOR[i].function);
        }
    }
    Py_RETURN_NONE;
}

static PyObject *
serve_power(PyObject *module, PyObject *args)
{
    Row *square, *power;
    (void)module;
    if (!PyArg_ParseTuple(args, "OO", &square, &power))
        return NULL;
    Py_XSETREF(operator_rows[SQUARE], (Row *)Py_NewRef(square));
    Py_XSETREF(operator_rows[POW], (Row *)Py_NewRef(power));
    put_operator(offsetof(PyNumberMethods, nb_power), operator_pow);
    Py_RETURN_NONE;
}

/* ---- backward ---- */

static PyObject *adding; /* the lock that the Python walk holds while it adds to gradients */
static PyObject *acquire, *release;

/* Release the lock. A pending error (no memory for the walk) is kept. */
static void
give_back(void)
{
    PyObject *kind, *error, *traceback;
    PyErr_Fetch(&kind, &error, &traceback);
    Py_XDECREF(PyObject_CallMethodNoArgs(adding, release));
    PyErr_Restore(kind, error, traceback);
}

/* Do the backward pass from a node, like number_pass.quick_pass. If it returns None, nothing has
   been changed, and Python does the pass. */
static PyObject *
quick_pass(PyObject *module, PyObject *args)
{
    PyObject *root, *seed, *xs, *nodes = NULL, *found, *answer;
    (void)module;
    if (!PyArg_ParseTuple(args, "OOO", &root, &seed, &xs))
        return NULL;
    if (!is_value(root) || !PyFloat_CheckExact(seed))
        Py_RETURN_NONE;
    if (xs != Py_None) {
        nodes = PySequence_Fast(xs, "the nodes whose gradients are wanted are a sequence");
        if (nodes == NULL)
            return NULL;
        found = walk((Node *)root, PyFloat_AS_DOUBLE(seed), nodes);
        Py_DECREF(nodes);
        return found;
    }
    answer = PyObject_CallMethodNoArgs(adding, acquire);
    if (answer == NULL)
        return NULL;
    Py_DECREF(answer);
    found = walk((Node *)root, PyFloat_AS_DOUBLE(seed), NULL);
    give_back();
    return found;
}

/* ---- the module ---- */

/* Return the offset of a slot in the objects of a class; -1 with an error. */
static Py_ssize_t
place_of(PyObject *type, const char *name)
{
    PyObject *member = PyObject_GetAttrString(type, name);
    if (member == NULL)
        return -1;
    Py_ssize_t at = -1;
    if (Py_IS_TYPE(member, &PyMemberDescr_Type))
        at = ((PyMemberDescrObject *)member)->d_member->offset;
    else
        PyErr_Format(PyExc_TypeError, "%s is no slot", name);
    Py_DECREF(member);
    return at;
}

/* Keep nodes of this class in C from now on. */
static PyObject *
serve(PyObject *module, PyObject *args)
{
    PyObject *kind, *variable, *origin, *lock;
    (void)module;
    if (!PyArg_ParseTuple(args, "O!OOO", &PyType_Type, &kind, &variable, &origin, &lock))
        return NULL;
    if (value_type != NULL || ((PyTypeObject *)kind)->tp_basicsize != sizeof(Node)) {
        PyErr_SetString(PyExc_TypeError, "one class is served, which has no slots of its own");
        return NULL;
    }
    watch_at = place_of(origin, "watch");
    if (watch_at < 0)
        return NULL;
    origin_variable = Py_NewRef(variable);
    origin_type = (PyTypeObject *)Py_NewRef(origin);
    adding = Py_NewRef(lock);
    value_type = (PyTypeObject *)Py_NewRef(kind);
    value_type->tp_alloc = node_alloc;
    value_type->tp_dealloc = node_dealloc;
    PyType_Modified(value_type);
    Py_RETURN_NONE;
}

/* Return how many freed nodes are kept for reuse. */
static PyObject *
kept_nodes(PyObject *module, PyObject *nothing)
{
    (void)module, (void)nothing;
    return PyLong_FromLong(kept_count);
}

static PyMethodDef functions[] = {
    {"kept_nodes", kept_nodes, METH_NOARGS, NULL},
    {"serve", serve, METH_VARARGS, NULL},
    {"serve_operator", serve_operator, METH_VARARGS, NULL},
    {"serve_power", serve_power, METH_VARARGS, NULL},
    {"quick_pass", quick_pass, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static int
add_type(PyObject *module, PyType_Spec *spec, const char *name)
{
    PyObject *type = PyType_FromSpec(spec);
    if (type == NULL)
        return -1;
    int failed = PyModule_AddObjectRef(module, name, type);
    Py_DECREF(type);
    return failed;
}

/* Only one class `Value` is served. A second copy of the package in one process (after a
   fresh import, or in another interpreter) gets an error here, and keeps its nodes in Python. */
static int
core_exec(PyObject *module)
{
    static int taken;
    if (taken) {
        PyErr_SetString(PyExc_ImportError, "another copy of autograd in this process has it");
        return -1;
    }
    taken = 1;
    acquire = PyUnicode_InternFromString("acquire");
    release = PyUnicode_InternFromString("release");
    if (acquire == NULL || release == NULL)
        return -1;
    if (add_type(module, &storage_spec, "Storage") < 0 || add_type(module, &row_spec, "Row") < 0)
        return -1;
    if (add_type(module, &clock_spec, "Clock") < 0)
        return -1;
    /* From which sources it was built: see fingerprint.py and storage.py. */
    PyObject *sources = PyLong_FromUnsignedLong(SOURCES);
    int failed = PyModule_AddObjectRef(module, "sources", sources);
    Py_XDECREF(sources);
    if (failed < 0)
        return -1;
    return 0;
}

static PyModuleDef_Slot module_slots[] = {
    {Py_mod_exec, core_exec},
    {0, NULL},
};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, .m_name = "core", .m_size = 0, .m_methods = functions,
    .m_slots = module_slots,
};

PyMODINIT_FUNC
PyInit_core(void)
{
    return PyModuleDef_Init(&definition);
}
