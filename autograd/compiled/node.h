/* A node in C: what one `Value` keeps, how it is made, and how it is freed.

   The numbers lie in the node itself, so most nodes need no other objects. Every node is known to
   the garbage collector: any of them can become part of a cycle (a module that keeps its last
   result, a gradient that is a node, a result compared with another), and nothing can rule that
   out when it is made. What costs time is not that but allocating it, and the collections that
   allocations lead to; so freed nodes are kept for reuse. */

#include <Python.h>
#include <structmember.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Multiplying and adding in one instruction would round once where Python rounds twice. */
#ifndef __GNUC__
#pragma STDC FP_CONTRACT OFF
#endif

enum { NONE = 0, NUMBER = 1, OBJECT = 2 };

/* A gradient or a local derivative: nothing, a number, or any Python object. */
typedef union {
    double number;
    PyObject *object;
} Cell;

/* What only few nodes have: comparisons, and the slot of the Python pass (number_pass.py). */
typedef struct {
    PyObject *compared, *sum_so_far;
} More;

typedef struct Node {
    PyObject_HEAD
    union {
        double data;
        struct Node *next; /* in the list of freed nodes */
    } u;
    Cell grad, da, db;
    PyObject *a, *b, *op;
    PyObject *label, *origin; /* NULL in most nodes, like `more` */
    More *more;
    unsigned long long made; /* its place in the order in which all nodes are made */
    uint32_t index; /* its number in a backward pass; 0 outside of one */
    uint8_t grad_kind, da_kind, db_kind;
} Node;

#define DATA(p) (((Node *)(p))->u.data)
#define ABSENT(p) ((p) == NULL || (p) == Py_None)

static PyTypeObject *value_type; /* the class `Value`, once it is served */
static unsigned long long clock_next; /* the number of the next node: see storage.clock */

static inline int is_value(PyObject *x) { return Py_TYPE(x) == value_type; }

/* ---- allocation ---- */

#define MOST_KEPT 131072
static Node *kept;
static int kept_count;

/* Return a node with nothing in it, which the collector does not know yet. */
static inline Node *
new_node(void)
{
    Node *node = kept;
    if (node != NULL) {
        kept = node->u.next;
        kept_count--;
        (void)PyObject_Init((PyObject *)node, value_type);
    } else {
        node = PyObject_GC_New(Node, value_type);
        if (node == NULL)
            return NULL;
        node->index = 0;
    }
    return node;
}

static PyObject *
node_alloc(PyTypeObject *type, Py_ssize_t items)
{
    if (type != value_type || kept == NULL)
        return PyType_GenericAlloc(type, items);
    Node *node = new_node();
    memset((char *)node + sizeof(PyObject), 0, sizeof(Node) - sizeof(PyObject));
    PyObject_GC_Track(node);
    return (PyObject *)node;
}

static inline void
drop(Cell *cell, uint8_t *kind)
{
    if (*kind == OBJECT) {
        PyObject *object = cell->object;
        *kind = NONE;
        Py_DECREF(object);
    }
    *kind = NONE;
}

static int
node_clear(PyObject *self)
{
    Node *node = (Node *)self;
    Py_CLEAR(node->a);
    Py_CLEAR(node->b);
    Py_CLEAR(node->op);
    Py_CLEAR(node->label);
    Py_CLEAR(node->origin);
    if (node->more != NULL) {
        More *more = node->more;
        node->more = NULL;
        Py_XDECREF(more->compared);
        Py_XDECREF(more->sum_so_far);
        PyMem_Free(more);
    }
    drop(&node->grad, &node->grad_kind);
    drop(&node->da, &node->da_kind);
    drop(&node->db, &node->db_kind);
    return 0;
}

static int
node_traverse(PyObject *self, visitproc visit, void *arg)
{
    Node *node = (Node *)self;
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(node->a);
    Py_VISIT(node->b);
    Py_VISIT(node->op);
    Py_VISIT(node->origin);
    if (node->more != NULL) {
        Py_VISIT(node->more->compared);
        Py_VISIT(node->more->sum_so_far);
    }
    Py_VISIT(node->label);
    if (node->grad_kind == OBJECT)
        Py_VISIT(node->grad.object);
    if (node->da_kind == OBJECT)
        Py_VISIT(node->da.object);
    if (node->db_kind == OBJECT)
        Py_VISIT(node->db.object);
    return 0;
}

/* Nodes that wait to be freed, and whether some caller is freeing them. Otherwise each node of a
   long chain would be freed inside the call that frees the one before it, which at a depth of a
   million would end the program. */
static Node *waiting;
static int freeing;

static void
node_dealloc(PyObject *self)
{
    PyObject_GC_UnTrack(self);
    ((Node *)self)->u.next = waiting;
    waiting = (Node *)self;
    if (freeing)
        return;
    freeing = 1;
    while (waiting != NULL) {
        Node *node = waiting;
        waiting = node->u.next;
        PyTypeObject *type = Py_TYPE(node);
        node_clear((PyObject *)node);
        if (type == value_type && kept_count < MOST_KEPT) {
            node->u.next = kept;
            kept = node;
            kept_count++;
        } else {
            type->tp_free(node);
        }
        Py_DECREF(type);
    }
    freeing = 0;
}

/* ---- what Python sees of it ---- */

static PyObject *
cell_get(const Cell *cell, uint8_t kind)
{
    if (kind == NUMBER)
        return PyFloat_FromDouble(cell->number);
    return Py_NewRef(kind == OBJECT ? cell->object : Py_None);
}

static int
cell_set(Cell *cell, uint8_t *kind, PyObject *x)
{
    PyObject *before = *kind == OBJECT ? cell->object : NULL;
    if (ABSENT(x)) {
        *kind = NONE;
    } else if (PyFloat_CheckExact(x)) {
        cell->number = PyFloat_AS_DOUBLE(x);
        *kind = NUMBER;
    } else {
        cell->object = Py_NewRef(x);
        *kind = OBJECT;
    }
    Py_XDECREF(before);
    return 0;
}

#define CELL(name)                                                                                \
    static PyObject *get_##name(PyObject *self, void *closure)                                    \
    {                                                                                             \
        (void)closure;                                                                            \
        return cell_get(&((Node *)self)->name, ((Node *)self)->name##_kind);                      \
    }                                                                                             \
    static int set_##name(PyObject *self, PyObject *x, void *closure)                             \
    {                                                                                             \
        (void)closure;                                                                            \
        return cell_set(&((Node *)self)->name, &((Node *)self)->name##_kind, x);                  \
    }
CELL(grad)
CELL(da)
CELL(db)

static PyObject *
get_data(PyObject *self, void *closure)
{
    (void)closure;
    return PyFloat_FromDouble(DATA(self));
}

static int
set_data(PyObject *self, PyObject *x, void *closure)
{
    (void)closure;
    double number = x == NULL ? 0.0 : PyFloat_AsDouble(x);
    if (number == -1.0 && PyErr_Occurred())
        return -1;
    DATA(self) = number;
    return 0;
}

static PyObject *
get_more(PyObject *self, void *at)
{
    More *more = ((Node *)self)->more;
    PyObject *found = more == NULL ? NULL : *(PyObject **)((char *)more + (uintptr_t)at);
    if (found == NULL)
        PyErr_SetString(PyExc_AttributeError, "it has not been set");
    return Py_XNewRef(found);
}

static int
set_more(PyObject *self, PyObject *x, void *at)
{
    Node *node = (Node *)self;
    if (node->more == NULL) {
        if (x == Py_None && (uintptr_t)at == offsetof(More, sum_so_far))
            return 0; /* every new node says so */
        node->more = PyMem_Calloc(1, sizeof(More));
        if (node->more == NULL) {
            PyErr_NoMemory();
            return -1;
        }
    }
    PyObject **place = (PyObject **)((char *)node->more + (uintptr_t)at), *before = *place;
    *place = Py_XNewRef(x);
    Py_XDECREF(before);
    return 0;
}

/* What the last Python pass left here; None if there was none. */
static PyObject *
get_sum_so_far(PyObject *self, void *at)
{
    More *more = ((Node *)self)->more;
    return more == NULL || more->sum_so_far == NULL ? Py_NewRef(Py_None) : get_more(self, at);
}

static PyGetSetDef node_cells[] = {
    {"raw", get_data, set_data, NULL, NULL},
    {"grad_or_none", get_grad, set_grad, NULL, NULL},
    {"d_first", get_da, set_da, NULL, NULL},
    {"d_second", get_db, set_db, NULL, NULL},
    {"compared", get_more, set_more, NULL, (void *)offsetof(More, compared)},
    {"sum_so_far", get_sum_so_far, set_more, NULL, (void *)offsetof(More, sum_so_far)},
    {NULL, NULL, NULL, NULL, NULL},
};

/* These are read in the fastest way that Python has, like the slots of a class. */
static PyMemberDef node_members[] = {
    {"first", T_OBJECT_EX, offsetof(Node, a), 0, NULL},
    {"second", T_OBJECT_EX, offsetof(Node, b), 0, NULL},
    {"op", T_OBJECT_EX, offsetof(Node, op), 0, NULL},
    {"label_if_any", T_OBJECT_EX, offsetof(Node, label), 0, NULL},
    {"origin_if_any", T_OBJECT_EX, offsetof(Node, origin), 0, NULL},
    {"made", T_ULONGLONG, offsetof(Node, made), 0, NULL},
    {NULL, 0, 0, 0, NULL},
};

static PyType_Slot storage_slots[] = {
    {Py_tp_dealloc, node_dealloc},
    {Py_tp_traverse, node_traverse},
    {Py_tp_clear, node_clear},
    {Py_tp_getset, node_cells},
    {Py_tp_members, node_members},
    {Py_tp_doc, "What a Value keeps, in C; see autograd/storage.py."},
    {0, NULL},
};

static PyType_Spec storage_spec = {
    "autograd.compiled.core.Storage",
    sizeof(Node),
    0,
    Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC,
    storage_slots,
};

/* ---- the clock: counts the nodes of all kinds, those that Python makes too ---- */

static PyObject *
clock_tick(PyObject *self)
{
    (void)self;
    return PyLong_FromUnsignedLongLong(clock_next++);
}

static PyType_Slot clock_slots[] = {
    {Py_tp_iter, PyObject_SelfIter},
    {Py_tp_iternext, clock_tick},
    {Py_tp_doc, "Yields the number of the next node, without end."},
    {0, NULL},
};

static PyType_Spec clock_spec = {
    "autograd.compiled.core.Clock", sizeof(PyObject), 0, Py_TPFLAGS_DEFAULT, clock_slots,
};
