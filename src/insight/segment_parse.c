// SPDX-License-Identifier: Apache-2.0
// The text face: and, or, not and brackets, and going on after a fault. The grammar stands in
// docs/reference/segments.md. Recursion is bounded by SEG_NESTING_MAX; each token is read a bounded number of times.
#include "segment_parse.h"

#include "text/text.h"

static struct seg_node *read_or(struct seg_parser *p);

static void halt(struct seg_parser *p)
{
    p->stop = true;
    p->t = (struct seg_token){.kind = SEG_END, .at = (uint32_t)p->text.len};
    if (p->wants)
        p->wants->closed = true;
}

struct seg_node *seg_new_node(struct seg_parser *p, enum seg_kind kind)
{
    if (p->stop)
        return NULL;
    if (++p->counts.nodes > SEG_NODES_MAX) {
        (void)seg_fail(p, "A definition has at most %u conditions.", SEG_NODES_MAX);
        halt(p);
        return NULL;
    }
    struct seg_node *n = seg_alloc(&p->sink, p->arena, 1, sizeof *n);
    if (!n) {
        halt(p);
        return NULL;
    }
    n->kind = kind;
    n->at = p->t.at;
    return n;
}

static struct seg_node *close_node(struct seg_parser *p, struct seg_node *n)
{
    if (n)
        n->len = seg_since(p, n->at).len;
    return n;
}

bool seg_wrap_not(struct seg_parser *p, struct seg_node *n)
{
    struct seg_node *inner = seg_new_node(p, SEG_NOT);
    struct seg_node **child = inner ? seg_alloc(&p->sink, p->arena, 1, sizeof *child) : NULL;
    if (!child)
        return false;
    *inner = *n;
    *child = inner;
    *n = (struct seg_node){.kind = SEG_NOT, .children = child, .child_count = 1, .at = inner->at};
    return true;
}

// Skips to where something new begins: "and", "or", or the closing bracket of this level.
static void recover(struct seg_parser *p)
{
    unsigned open = 0;
    if (p->sink.code == CU_MEMORY)
        halt(p);
    while (p->t.kind != SEG_END) {
        bool sign = p->t.kind == SEG_SIGN;
        if (sign && p->t.text.ptr[0] == ')') {
            if (open == 0)
                return;
            open--;
        } else if (sign && p->t.text.ptr[0] == '(') {
            open++;
        } else if (open == 0 && (seg_next_word(p, "and") || seg_next_word(p, "or"))) {
            return;
        }
        seg_advance(p);
    }
}

// --- one condition

static bool read_field(struct seg_parser *p, struct seg_node *n)
{
    const struct seg_scope person = {false, CU_NONE};
    bool quoted = p->t.kind == SEG_STRING;
    n->kind = SEG_FIELD;
    n->field = (struct seg_test){.at = p->t.at};
    seg_want(p, (struct seg_want){.kind = SEG_WANT_FIELD});
    seg_want(p, (struct seg_want){.kind = SEG_WANT_EVENT});
    if (!seg_read_name(p, "a condition, such as country is \"DE\" or did \"Order Completed\"", &n->field.field))
        return false;
    if (quoted) {
        seg_want(p, (struct seg_want){.words = "then"});
        seg_want(p, (struct seg_want){.words = "where"});
    }
    if (!seg_read_compare(p, &person, &n->field))
        return false;
    n->field.len = seg_since(p, n->field.at).len;
    return true;
}

// A name in front of "then" or "where" is an event, and a sequence begins.
static bool sequence_ahead(const struct seg_parser *p)
{
    struct seg_token second = seg_peek(p);
    if (p->t.kind != SEG_STRING && p->t.kind != SEG_WORD)
        return false;
    if (seg_next_word(p, "any") && second.kind == SEG_WORD && cu_str_eq_nocase(second.text, CU_LIT("event")))
        return true;
    return second.kind == SEG_WORD &&
           (cu_str_eq_nocase(second.text, CU_LIT("then")) || cu_str_eq_nocase(second.text, CU_LIT("where")));
}

static bool read_condition(struct seg_parser *p, struct seg_node *n)
{
    if (sequence_ahead(p))
        return seg_read_sequence(p, n);
    switch (seg_read_special(p, n)) {
    case SEG_TOOK:
        return true;
    case SEG_TOOK_FAULT:
        return false;
    case SEG_TOOK_NOTHING:
        break;
    }
    return read_field(p, n);
}

static struct seg_node *read_bracket(struct seg_parser *p)
{
    struct seg_node *n = read_or(p);
    while (!p->stop && !seg_sign(p, ")")) {
        (void)seg_expected(p, "\"and\", \"or\" or a closing bracket");
        recover(p);
        if (p->t.kind == SEG_END)
            break;
        if (p->t.kind == SEG_WORD) {
            seg_advance(p);
            (void)read_or(p); // for its faults
        }
    }
    return n;
}

static struct seg_node *read_unary(struct seg_parser *p)
{
    struct seg_node *n = NULL;
    if (p->nesting >= SEG_NESTING_MAX) {
        (void)seg_fail(p, "Brackets and \"not\" stand at most %u inside one another.", SEG_NESTING_MAX);
        halt(p);
        return NULL;
    }
    p->nesting++;
    if (seg_sign(p, "(")) {
        n = read_bracket(p);
    } else if (seg_words(p, "not")) {
        n = seg_new_node(p, SEG_NOT);
        struct seg_node **child = n ? seg_alloc(&p->sink, p->arena, 1, sizeof *child) : NULL;
        if (child) {
            n->at = p->end - 3;
            *child = read_unary(p);
            n->children = child;
            n->child_count = 1;
            n = *child ? close_node(p, n) : NULL;
        }
    } else {
        n = seg_new_node(p, SEG_FIELD);
        if (n && !read_condition(p, n))
            recover(p);
        n = close_node(p, n);
    }
    p->nesting--;
    return p->stop ? NULL : n;
}

// --- and, or

// The nodes gathered since `from` become children of one of that kind; a single one stays alone.
static struct seg_node *gather(struct seg_parser *p, size_t from, enum seg_kind kind)
{
    size_t count = p->stacked - from;
    struct seg_node *first = count > 0 ? p->stack[from] : NULL;
    p->stacked = from;
    if (count <= 1 || p->stop)
        return count == 1 && !p->stop ? first : NULL;
    struct seg_node *n = seg_new_node(p, kind);
    struct seg_node **children = n ? seg_alloc(&p->sink, p->arena, count, sizeof(struct seg_node *)) : NULL;
    if (!children)
        return NULL;
    memcpy((void *)children, (void *)(p->stack + from), count * sizeof *children);
    n->at = first->at;
    n->children = children;
    n->child_count = (uint32_t)count;
    return close_node(p, n);
}

static bool push(struct seg_parser *p, struct seg_node *n)
{
    if (!n || p->stacked > SEG_NODES_MAX)
        return false;
    p->stack[p->stacked++] = n;
    return true;
}

static struct seg_node *read_and(struct seg_parser *p, bool *ret_joined)
{
    size_t from = p->stacked;
    bool more = true;
    while (more && push(p, read_unary(p)))
        more = seg_words(p, "and");
    *ret_joined = p->stacked - from > 1;
    return gather(p, from, SEG_ALL);
}

static struct seg_node *read_or(struct seg_parser *p)
{
    size_t from = p->stacked;
    uint32_t at = p->t.at;
    bool more = true, mixed = false, joined = false;
    while (more && push(p, read_and(p, &joined))) {
        mixed = mixed || joined;
        more = seg_words(p, "or");
    }
    mixed = mixed && p->stacked - from > 1;
    struct seg_node *n = gather(p, from, SEG_ANY);
    if (mixed && n)
        seg_warn(&p->sink, seg_since(p, at), "\"and\" binds before \"or\": brackets make plain what belongs together.");
    return n;
}

// --- the whole

static unsigned depth_of(const struct seg_node *n)
{
    unsigned most = 0;
    for (uint32_t i = 0; i < n->child_count; i++) {
        unsigned d = depth_of(n->children[i]);
        most = d > most ? d : most;
    }
    return most + 1;
}

static struct seg_node *read_all(struct seg_parser *p)
{
    struct seg_node *n = read_or(p);
    while (!p->stop && p->t.kind != SEG_END) {
        (void)seg_expected(p, "\"and\" or \"or\"");
        recover(p);
        bool joined = p->t.kind == SEG_WORD; // else a bracket too many
        seg_advance(p);
        if (joined || p->t.kind != SEG_END)
            (void)read_or(p); // for its faults
    }
    if (n && !p->stop && depth_of(n) > SEG_DEPTH_MAX)
        seg_fault(&p->sink, (struct seg_place){n->at, n->len, NULL}, "Conditions stand at most %u inside one another.",
            SEG_DEPTH_MAX);
    return n;
}

cu_code seg_parse_with(cu_str text, const struct text_zone *z, struct cu_arena *a, struct seg_node **ret,
    struct seg_faults *faults, struct cu_error *err, struct seg_wants *wants)
{
    struct seg_parser p = {.text = text, .arena = a, .zone = z, .wants = wants};
    seg_sink_open(&p.sink, faults, err);
    p.sink.faults->count = 0;
    if (text.len > SEG_TEXT_MAX || !text_utf8_valid(text)) {
        seg_fault(
            &p.sink, (struct seg_place){0, 0, NULL}, "A definition is text in UTF-8 of at most %u bytes.", SEG_TEXT_MAX);
        return p.sink.code;
    }
    p.t = seg_token_at(text, 0);
    struct seg_node *n = read_all(&p);
    cu_free(p.values);
    if (p.sink.code != CU_OK)
        return p.sink.code;
    if (!n)
        return cu_fail(err, CU_INTERNAL, "", "a definition was neither read nor refused");
    seg_number_nodes(n);
    *ret = n;
    return CU_OK;
}

cu_code seg_parse_text(cu_str text, const struct seg_catalog *c, struct cu_arena *a, struct seg_node **ret,
    struct seg_faults *faults, struct cu_error *err)
{
    return seg_parse_with(text, seg_catalog_zone(c), a, ret, faults, err, NULL);
}
