/* The backward pass over a graph of plain numbers, as autograd/number_pass.py does it:
   the same order, the same sums in the same order, and nothing stored before everything is known.

   No Python code runs on the way, so nothing interrupts it, and no other thread sees it half done.
   Where it meets something else (an operand of another class, a derivative that is an object, a
   gradient that is a node) it leaves the pass to the Python walk, before anything has changed. */

typedef struct {
    Node *node;
    double sum;
    int reached;
} Entry;

static struct {
    Entry *entries; /* every node that was seen, by its index - 1 */
    Node **order;   /* those with operands, operands before what uses them */
    uintptr_t *stack;
    size_t count, ordered, depth;
    size_t entries_size, order_size, stack_size;
} work;

/* Buffers of up to this many elements are kept for the next pass. */
#define KEPT_ELEMENTS ((size_t)1 << 17)

static int
grow(void **buffer, size_t *size, size_t element)
{
    size_t larger = *size ? *size * 2 : 1024;
    void *moved = realloc(*buffer, larger * element);
    if (moved == NULL)
        return 0;
    *buffer = moved;
    *size = larger;
    return 1;
}

/* Make room for one more element of a buffer. */
#define ROOM(buffer, count, size)                                                                 \
    ((count) < (size) || grow((void **)&(buffer), &(size), sizeof(*(buffer))))

static inline int
see(Node *node)
{
    if (!ROOM(work.entries, work.count, work.entries_size) || work.count >= UINT32_MAX)
        return 0;
    work.entries[work.count] = (Entry){node, 0.0, 0};
    node->index = (uint32_t)++work.count;
    return 1;
}

static inline int
push(Node *node, int ready)
{
    if (!ROOM(work.stack, work.depth, work.stack_size))
        return 0;
    work.stack[work.depth++] = (uintptr_t)node | (uintptr_t)ready;
    return 1;
}

static inline int
done(Node *node)
{
    if (!ROOM(work.order, work.ordered, work.order_size))
        return 0;
    work.order[work.ordered++] = node;
    return 1;
}

/* Whether the walk still has to go to an operand. */
static inline int
is_open(PyObject *x)
{
    return x != NULL && is_value(x) && ((Node *)x)->index == 0 && !ABSENT(((Node *)x)->a);
}

/* Find where to go on below a node, and push what comes after it. */
static int
descend(Node *node, Node **below)
{
    *below = NULL;
    if (!PyTuple_CheckExact(node->a)) {
        Node *second = is_open(node->b) ? (Node *)node->b : NULL;
        if (!is_open(node->a)) {
            *below = second;
            return second == NULL || push(node, 1);
        }
        *below = (Node *)node->a;
        return push(node, 1) && (second == NULL || push(second, 0));
    }
    Py_ssize_t n = PyTuple_GET_SIZE(node->a), first = 0;
    while (first < n && !is_open(PyTuple_GET_ITEM(node->a, first)))
        first++;
    if (first == n)
        return 1;
    *below = (Node *)PyTuple_GET_ITEM(node->a, first);
    if (!push(node, 1))
        return 0;
    for (Py_ssize_t i = n - 1; i > first; i--)
        if (is_open(PyTuple_GET_ITEM(node->a, i)))
            if (!push((Node *)PyTuple_GET_ITEM(node->a, i), 0))
                return 0;
    return 1;
}

/* Put the nodes in order, as number_pass.order_of does. */
static int
put_in_order(Node *root)
{
    Node *node = root, *below;
    if (!see(root))
        return 0;
    for (;;) {
        if (!descend(node, &below))
            return 0;
        if (below == NULL && !done(node))
            return 0;
        while (below == NULL) {
            if (work.depth == 0)
                return 1;
            uintptr_t top = work.stack[--work.depth];
            Node *x = (Node *)(top & ~(uintptr_t)1);
            if (top & 1) {
                if (!done(x))
                    return 0;
            } else if (x->index == 0) {
                below = x;
            }
        }
        node = below;
        if (!see(node))
            return 0;
    }
}

/* What a step of the walk returns: go on, leave the pass to Python, out of memory. */
enum { WELL = 1, NOT_OURS = 0, NO_MEMORY = -1 };

static inline int
send(PyObject *x, double contribution)
{
    if (x == NULL || !is_value(x))
        return NOT_OURS;
    Node *node = (Node *)x;
    if (node->index == 0) { /* a leaf */
        if (node->grad_kind == OBJECT)
            return NOT_OURS;
        if (!see(node))
            return NO_MEMORY;
    }
    Entry *entry = &work.entries[node->index - 1];
    entry->sum = entry->reached ? entry->sum + contribution : contribution;
    entry->reached = 1;
    return WELL;
}

/* Send what a node with any number of operands sends to each. */
static int
send_to_all(Node *node, double upstream)
{
    if (node->da_kind != OBJECT)
        return NOT_OURS;
    PyObject *locals = node->da.object;
    if (!PyList_CheckExact(locals) && !PyTuple_CheckExact(locals))
        return NOT_OURS;
    Py_ssize_t n = PySequence_Fast_GET_SIZE(locals);
    if (n != PyTuple_GET_SIZE(node->a))
        return NOT_OURS;
    for (Py_ssize_t i = 0; i < n; i++) {
        PyObject *local = PySequence_Fast_GET_ITEM(locals, i);
        if (local == Py_None)
            continue;
        if (!PyFloat_CheckExact(local))
            return NOT_OURS;
        int sent = send(PyTuple_GET_ITEM(node->a, i), upstream * PyFloat_AS_DOUBLE(local));
        if (sent != WELL)
            return sent;
    }
    return WELL;
}

/* Add up what each node sends to its operands, from the last to the first. */
static int
add_up(void)
{
    for (size_t i = work.ordered; i-- > 0;) {
        Node *node = work.order[i];
        if (node->grad_kind == OBJECT)
            return NOT_OURS;
        Entry *entry = &work.entries[node->index - 1];
        if (!entry->reached)
            continue;
        double upstream = entry->sum;
        int sent = WELL;
        if (PyTuple_CheckExact(node->a)) {
            sent = send_to_all(node, upstream);
        } else {
            if (node->da_kind == OBJECT || node->db_kind == OBJECT)
                return NOT_OURS;
            if (node->da_kind == NUMBER)
                sent = send(node->a, upstream * node->da.number);
            if (sent == WELL && node->db_kind == NUMBER)
                sent = send(node->b, upstream * node->db.number);
        }
        if (sent != WELL)
            return sent;
    }
    return WELL;
}

/* Store the sums: leaves add to the gradient that they have, the other nodes replace theirs. */
static void
store(void)
{
    for (size_t i = 0; i < work.count; i++) {
        Entry *entry = &work.entries[i];
        Node *node = entry->node;
        if (!entry->reached) {
            node->grad_kind = NONE;
        } else {
            int adds = ABSENT(node->a) && node->grad_kind == NUMBER;
            node->grad.number = adds ? node->grad.number + entry->sum : entry->sum;
            node->grad_kind = NUMBER;
        }
    }
}

static void
tidy(void)
{
    for (size_t i = 0; i < work.count; i++)
        work.entries[i].node->index = 0;
    work.count = work.ordered = work.depth = 0;
    if (work.entries_size > KEPT_ELEMENTS) {
        free(work.entries);
        free(work.order);
        free(work.stack);
        memset(&work, 0, sizeof(work));
    }
}

/* Fill a list with the sums at some nodes, and None where none arrived. */
static int
sums_at(PyObject *nodes, PyObject *list)
{
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(list); i++) {
        PyObject *x = PySequence_Fast_GET_ITEM(nodes, i), *sum = NULL;
        if (is_value(x) && ((Node *)x)->index != 0) {
            Entry *entry = &work.entries[((Node *)x)->index - 1];
            if (entry->reached && (sum = PyFloat_FromDouble(entry->sum)) == NULL)
                return NO_MEMORY;
        }
        PyList_SET_ITEM(list, i, sum == NULL ? Py_NewRef(Py_None) : sum);
    }
    return WELL;
}

/* Run the whole pass from a result. Return the sums at `nodes` if that is a list or tuple; if it
   is NULL, store all of them and return an empty list; None if the pass is not ours to do. */
static PyObject *
walk(Node *root, double seed, PyObject *nodes)
{
    /* Made first: a new list may start the collector, which may run any code. */
    PyObject *found = PyList_New(nodes == NULL ? 0 : PySequence_Fast_GET_SIZE(nodes));
    if (found == NULL)
        return NULL;
    int how = put_in_order(root) ? WELL : NO_MEMORY;
    if (how == WELL) {
        work.entries[0].sum = seed;
        work.entries[0].reached = 1;
        how = add_up();
    }
    if (how == WELL && nodes != NULL)
        how = sums_at(nodes, found);
    else if (how == WELL)
        store();
    tidy();
    if (how == WELL)
        return found;
    Py_DECREF(found);
    return how == NOT_OURS ? Py_NewRef(Py_None) : PyErr_NoMemory();
}
