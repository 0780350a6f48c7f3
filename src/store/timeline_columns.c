// SPDX-License-Identifier: Apache-2.0
// Which properties of events are kept typed (scan.h): an immutable list, shared by the tail, views and writers.
// When it changes, the tail is written with the old one first, so that all rows in memory go by one list.
#include "timeline_private.h"

cu_code timeline_columns_new(const struct timeline_column *columns, size_t count, struct timeline_columns **ret,
    struct cu_error *err)
{
    size_t bytes = 0;
    count = count > TIMELINE_COLUMNS_MAX ? TIMELINE_COLUMNS_MAX : count;
    for (size_t i = 0; i < count; i++)
        bytes += columns[i].path.len;
    struct timeline_columns *c = cu_alloc(sizeof *c + count * sizeof c->columns[0] + bytes);
    if (!c)
        return cu_fail(err, CU_MEMORY, "", "no memory for the timeline's columns");
    char *at = (char *)&c->columns[count];
    atomic_init(&c->references, 1);
    c->count = 0;
    c->unset = false;
    for (size_t i = 0; i < count; i++) {
        bool twice = false;
        for (uint32_t k = 0; k < c->count && !twice; k++)
            twice = c->columns[k].type == columns[i].type && cu_str_eq(c->columns[k].path, columns[i].path);
        if (twice)
            continue;
        if (columns[i].path.len > 0)
            memcpy(at, columns[i].path.ptr, columns[i].path.len);
        c->columns[c->count++] = (struct timeline_column){.path = {at, columns[i].path.len}, .type = columns[i].type};
        at += columns[i].path.len;
    }
    *ret = c;
    return CU_OK;
}

struct timeline_columns *timeline_columns_ref(const struct timeline_columns *c)
{
    struct timeline_columns *m = (struct timeline_columns *)(uintptr_t)c;
    atomic_fetch_add(&m->references, 1);
    return m;
}

void timeline_columns_unref(struct timeline_columns *c)
{
    if (c && atomic_fetch_sub(&c->references, 1) == 1)
        cu_free(c);
}

cu_code timeline_columns_for(const struct timeline_view *v, struct timeline_run *const *runs, size_t count,
    struct timeline_columns **ret, struct cu_error *err)
{
    if (!v->columns->unset) {
        *ret = timeline_columns_ref(v->columns);
        return CU_OK;
    }
    struct timeline_column *all = cu_alloc(TIMELINE_COLUMNS_MAX * sizeof *all);
    size_t n = 0;
    if (!all)
        return cu_fail(err, CU_MEMORY, "", "no memory for the timeline's columns");
    for (size_t i = 0; i < count; i++)
        for (uint32_t c = 0; c + TIMELINE_COL_FIXED < runs[i]->column_count; c++) {
            const struct timeline_run_column *column = &runs[i]->columns[c];
            bool known = n == TIMELINE_COLUMNS_MAX;
            for (size_t k = 0; k < n && !known; k++)
                known = all[k].type == column->type && cu_str_eq(all[k].path, column->path);
            if (!known)
                all[n++] = (struct timeline_column){.path = column->path, .type = column->type};
        }
    cu_code code = timeline_columns_new(all, n, ret, err);
    cu_free(all);
    return code;
}

static bool same(const struct timeline_columns *a, const struct timeline_columns *b)
{
    if (a->count != b->count || a->unset != b->unset)
        return false;
    for (uint32_t i = 0; i < a->count; i++)
        if (a->columns[i].type != b->columns[i].type || !cu_str_eq(a->columns[i].path, b->columns[i].path))
            return false;
    return true;
}

cu_code timeline_tail_values(struct timeline *t, struct timeline_row *row, struct cu_error *err)
{
    const struct timeline_drawn *drawn;
    size_t count;
    cu_str plain = {timeline_tail_bytes(row), row->plain_len};
    CU_TRY(timeline_draw(t->drawer, plain, &drawn, &count, err));
    row->values = NULL;
    row->value_count = 0;
    if (count == 0)
        return CU_OK;
    struct timeline_tail_value *values = timeline_store_aligned(t->store, count * sizeof *values);
    if (!values)
        return cu_fail(err, CU_MEMORY, "", "no memory for a row of the timeline");
    for (size_t i = 0; i < count; i++) {
        values[i] = (struct timeline_tail_value){.column = drawn[i].column, .value = drawn[i].value};
        if (t->columns->columns[drawn[i].column].type != TIMELINE_TEXT)
            continue;
        const struct timeline_tail_text *text = timeline_store_text(t->store, (uint64_t)drawn[i].value, drawn[i].text);
        if (!text)
            return cu_fail(err, CU_MEMORY, "", "no memory for a row of the timeline");
        values[i].value = (int64_t)(intptr_t)text;
    }
    row->values = values;
    row->value_count = (uint32_t)count;
    return CU_OK;
}

// Values of the pending rows by the columns in force now, into copies of them.
static cu_code draw_pending(struct timeline *t, struct timeline_row *rows, struct cu_error *err)
{
    for (size_t i = 0; i < t->pending_count; i++) {
        rows[i] = t->pending[i];
        CU_TRY(timeline_tail_values(t, &rows[i], err));
    }
    pthread_mutex_lock(&t->manifest_lock);
    cu_code code = timeline_view_set(
        t, t->view->runs, t->view->run_count, t->view->chunks, t->view->chunk_count, &t->view->hidden, err);
    pthread_mutex_unlock(&t->manifest_lock);
    return code;
}

static void use(struct timeline *t, struct timeline_columns *columns, struct timeline_drawer *drawer)
{
    pthread_mutex_lock(&t->manifest_lock); // who makes a view looks at them
    t->columns = columns;
    t->drawer = drawer;
    pthread_mutex_unlock(&t->manifest_lock);
}

// The tail is written; what is pending gets its values by the new list. On failure nothing has changed.
static cu_code change(struct timeline *t, struct timeline_columns *fresh, struct cu_error *err)
{
    struct timeline_drawer *drawer = NULL, *old_drawer = t->drawer;
    struct timeline_columns *old_columns = t->columns;
    CU_TRY(timeline_flush_locked(t, err));
    struct timeline_row *rows = cu_alloc(t->pending_count * sizeof *rows);
    if (!rows)
        return cu_fail(err, CU_MEMORY, "", "no memory for the timeline's columns");
    cu_code code = timeline_drawer_new(fresh, NULL, &drawer, err);
    if (code == CU_OK) {
        use(t, fresh, drawer);
        code = draw_pending(t, rows, err);
    }
    if (code == CU_OK) {
        if (t->pending_count > 0)
            memcpy(t->pending, rows, t->pending_count * sizeof *rows);
        (void)timeline_columns_ref(fresh);
        timeline_columns_unref(old_columns);
        timeline_drawer_free(old_drawer);
    } else {
        use(t, old_columns, old_drawer);
        timeline_drawer_free(drawer);
    }
    cu_free(rows);
    return code;
}

cu_code timeline_set_columns(struct timeline *t, const struct timeline_column *columns, size_t count, struct cu_error *err)
{
    struct timeline_columns *fresh;
    CU_TRY(timeline_columns_new(columns, count, &fresh, err));
    pthread_mutex_lock(&t->write_lock);
    cu_code code = same(fresh, t->columns) ? CU_OK : change(t, fresh, err);
    pthread_mutex_unlock(&t->write_lock);
    timeline_columns_unref(fresh);
    return code;
}
