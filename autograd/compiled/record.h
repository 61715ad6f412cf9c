/* Recording: an operation on one or two `Value`s, as the flat Python function of its row does it.

   C answers where the operands are `Value`s and plain numbers, and everything stays within what
   Python's arithmetic allows. The rest (arrays, NumPy's numbers, text, a logarithm of 0) goes to
   the Python function of the row, which handles every case and words every error. */

/* A formula of the table, printed as C (rows.h): each function says whether it may answer. */
typedef struct {
    const char *name, *text;
    int has_dx, has_dy; /* 1 and 2, or 0 where no gradient flows */
    int (*unary)(double x, double *z, double *dx);
    int (*both)(double x, double y, double *z, double *dx, double *dy);
    int (*first)(double x, double y, double *z, double *dx);
    int (*second)(double x, double y, double *z, double *dy);
} Formula;

/* Note a number that is not finite: Python may raise an error there, so its function is called. */
static inline double
noted(double x, int *fine)
{
    if (!isfinite(x))
        *fine = 0;
    return x;
}
#define OK(x) noted(x, &fine)

/* Parts of formulas; each computes what the row of that name does. */
static inline double sign_of(double x) { return x != x ? x : (double)((x > 0) - (x < 0)); }
static inline double share_of(double x, double y)
{
    return x > y ? 1.0 : x == y ? 0.5 : x < y ? 0.0 : (double)NAN;
}
static inline double logaddexp_of(double x, double y)
{
    return x == y ? x + log(2.0) : (y > x ? y : x) + log1p(exp(-fabs(x - y)));
}

#include "rows.h"

/* ---- what is going on around a recording: see autograd/modes.py ---- */

static PyObject *origin_variable; /* the context variable */
static PyTypeObject *origin_type;
static Py_ssize_t watch_at; /* where an Origin keeps whether it wants to see new nodes */

/* Return the innermost open origin, a new reference; NULL with or without an error. */
static inline PyObject *
current_origin(void)
{
    PyObject *origin = NULL;
    if (PyContextVar_Get(origin_variable, NULL, &origin) < 0)
        return NULL;
    if (origin == Py_None) {
        Py_DECREF(origin);
        return NULL;
    }
    return origin;
}

static inline PyObject *slot_of(PyObject *origin, Py_ssize_t at)
{
    return *(PyObject **)((char *)origin + at);
}

/* ---- the rows ---- */

/* A function of the table as Python calls it. It takes the place of a Python function, as a
   method of `Value` and as what a row runs on `Value`s; `__wrapped__` is that Python function. */
typedef struct {
    PyObject_HEAD
    vectorcallfunc call;
    const Formula *formula; /* NULL: no C for it, or not looked for yet */
    int resolved, arity;
    PyObject *op;
    PyObject *make; /* writes the Python function, when it is asked for */
    PyObject *text; /* says the formula */
    PyObject *wrapped;
} Row;

static int row_resolve(Row *row);

/* Return the Python function of a row (borrowed). */
static PyObject *
row_wrapped(Row *row)
{
    if (row->wrapped == NULL)
        row->wrapped = PyObject_CallNoArgs(row->make);
    return row->wrapped;
}

/* Finish a node: it belongs to the origin that is open, which may want to see it. */
static inline PyObject *
finished(Node *node)
{
    PyObject *origin = current_origin();
    if (origin == NULL) {
        node->origin = NULL;
        PyObject_GC_Track(node);
        return (PyObject *)node;
    }
    node->origin = origin;
    PyObject_GC_Track(node);
    if (PyObject_TypeCheck(origin, origin_type) && slot_of(origin, watch_at) == Py_False)
        return (PyObject *)node;
    PyObject *made = PyObject_CallMethod(origin, "made", "O", node);
    Py_DECREF(node);
    return made;
}

/* Return a node; the references to its operands are handed over. */
static inline PyObject *
built(Row *row, double z, PyObject *a, PyObject *b, double dx, double dy, int wants)
{
    Node *node = new_node();
    if (node == NULL) {
        Py_DECREF(a);
        Py_DECREF(b);
        return NULL;
    }
    node->u.data = z;
    node->grad_kind = NONE;
    node->da.number = dx;
    node->da_kind = wants & 1 ? NUMBER : NONE;
    node->db.number = dy;
    node->db_kind = wants & 2 ? NUMBER : NONE;
    node->a = a;
    node->b = b;
    node->op = Py_NewRef(row->op);
    node->label = NULL;
    node->more = NULL;
    node->made = clock_next++;
    return finished(node);
}

static inline PyObject *
record_unary(Row *row, PyObject *p)
{
    if (!row->resolved && row_resolve(row) < 0)
        return NULL;
    const Formula *f = row->formula;
    double z, dx = 0.0;
    if (f != NULL && is_value(p) && f->unary(DATA(p), &z, &dx))
        return built(row, z, Py_NewRef(p), Py_NewRef(Py_None), dx, 0.0, f->has_dx);
    PyObject *function = row_wrapped(row);
    return function == NULL ? NULL : PyObject_CallOneArg(function, p);
}

/* Return a plain number as the float that a node keeps (a new reference), NULL if it is none. */
static inline PyObject *
plain(PyObject *x, double *number)
{
    if (PyFloat_CheckExact(x)) {
        *number = PyFloat_AS_DOUBLE(x);
        return Py_NewRef(x);
    }
    if (!PyLong_CheckExact(x))
        return NULL;
    *number = PyLong_AsDouble(x);
    if (*number == -1.0 && PyErr_Occurred()) {
        PyErr_Clear();
        return NULL;
    }
    return PyFloat_FromDouble(*number);
}

static inline PyObject *
record_binary(Row *row, PyObject *p, PyObject *q)
{
    if (!row->resolved && row_resolve(row) < 0)
        return NULL;
    const Formula *f = row->formula;
    double x, y, z, dx = 0.0, dy = 0.0;
    PyObject *number;
    if (f == NULL) {
        /* There is no C for it. */
    } else if (is_value(q)) {
        y = DATA(q);
        if (is_value(p)) {
            if (f->both(DATA(p), y, &z, &dx, &dy))
                return built(row, z, Py_NewRef(p), Py_NewRef(q), dx, dy, f->has_dx | f->has_dy);
        } else if ((number = plain(p, &x)) != NULL) {
            if (f->second(x, y, &z, &dy))
                return built(row, z, number, Py_NewRef(q), 0.0, dy, f->has_dy);
            Py_DECREF(number);
        }
    } else if (is_value(p) && (number = plain(q, &y)) != NULL) {
        if (f->first(DATA(p), y, &z, &dx))
            return built(row, z, Py_NewRef(p), number, dx, 0.0, f->has_dx);
        Py_DECREF(number);
    }
    if (PyErr_Occurred())
        return NULL;
    PyObject *function = row_wrapped(row);
    PyObject *operands[] = {p, q};
    return function == NULL ? NULL : PyObject_Vectorcall(function, operands, 2, NULL);
}
