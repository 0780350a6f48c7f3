// SPDX-License-Identifier: Apache-2.0
// The distinct texts of a column: out of the dictionaries of runs, from the rows in memory, and, of runs that do not
// have the column yet, from the words of their rows.
#include "scan_source.h"

#include <stdlib.h>

typedef bool take_text(void *context, cu_str text, uint64_t hash, uint64_t times);

// ---- every text of every source; the same one may come several times

struct walk {
    const struct scan_sources *s;
    struct scan_desk *desk;
    take_text *take;
    void *context;
    bool stopped;
};

static bool give(struct walk *w, cu_str text, uint64_t hash, uint64_t times)
{
    if (!w->stopped && times > 0)
        w->stopped = !w->take(w->context, text, hash, times);
    return !w->stopped;
}

static void texts_of_run(struct walk *w, const struct scan_source *x)
{
    const struct timeline_texts *t = &x->bound[0].texts;
    for (uint32_t i = 0; i < t->count && give(w, timeline_text(t, i), t->hash[i], t->rows[i]); i++) {
    }
}

static void texts_of_chunk(struct walk *w, const struct scan_source *x)
{
    for (size_t i = 0; i < x->chunk->count && !w->stopped; i++) {
        const struct timeline_row *r = &x->chunk->rows[i];
        for (uint32_t k = 0; k < r->value_count; k++) {
            const struct timeline_tail_text *text = timeline_tail_text(&r->values[k]);
            if (r->values[k].column == x->bound[0].column && !give(w, (cu_str){text->bytes, text->len}, text->hash, 1))
                return;
        }
    }
}

static cu_code texts_of_words(struct walk *w, cu_str plain, struct cu_error *err)
{
    const struct timeline_drawn *drawn;
    size_t count;
    CU_TRY(timeline_draw(w->desk->drawer, plain, &drawn, &count, err));
    for (size_t i = 0; i < count && give(w, drawn[i].text, (uint64_t)drawn[i].value, 1); i++) {
    }
    return CU_OK;
}

static cu_code draw_run(struct walk *w, const struct scan_source *x, struct cu_error *err)
{
    for (uint32_t block = 0; block < x->run->block_count; block++)
        for (uint32_t row = 0; row < x->run->blocks[block].rows && !w->stopped; row++) {
            cu_str plain;
            cu_code code =
                timeline_run_words(x->run, w->desk->words, block << TIMELINE_BLOCK_SHIFT | row, &plain, NULL, err);
            if (code == CU_CORRUPT) // the rest of this block is missing
                break;
            CU_TRY(code);
            CU_TRY(texts_of_words(w, plain, err));
        }
    return CU_OK;
}

static cu_code draw_chunk(struct walk *w, const struct scan_source *x, struct cu_error *err)
{
    for (size_t i = 0; i < x->chunk->count && !w->stopped; i++) {
        const struct timeline_row *r = &x->chunk->rows[i];
        CU_TRY(texts_of_words(w, (cu_str){timeline_tail_bytes(r), r->plain_len}, err));
    }
    return CU_OK;
}

static cu_code walk_sources(struct walk *w, struct cu_error *err)
{
    for (size_t i = 0; i < w->s->count && !w->stopped; i++) {
        const struct scan_source *x = &w->s->list[i];
        if (x->draws)
            CU_TRY(x->run ? draw_run(w, x, err) : draw_chunk(w, x, err));
        else if (x->run)
            texts_of_run(w, x);
        else
            texts_of_chunk(w, x);
    }
    return CU_OK;
}

static cu_code each_text(struct timeline *t, cu_str path, take_text *take, void *context, struct cu_error *err)
{
    struct scan_column column = {.path = path, .type = TIMELINE_TEXT};
    struct scan_plan plan = {.from_ms = INT64_MIN, .to_ms = INT64_MAX, .columns = &column, .column_count = 1};
    struct scan_sources s;
    struct walk w = {.s = &s, .take = take, .context = context};
    CU_TRY(scan_sources_open(t, &plan, NULL, NULL, 0, &s, err));
    cu_code code = scan_desk_open(&s, &w.desk, err);
    if (code == CU_OK)
        code = walk_sources(&w, err);
    scan_desk_close(w.desk);
    scan_sources_close(&s);
    return code;
}

// ---- summed up

struct text {
    uint64_t hash, times; // hash 0: a free place
    cu_str text;          // ptr: offset in bytes
};
struct sums {
    struct text *slots; // open addressing by hash
    size_t cap, count, max;
    struct cu_buf bytes;
    bool failed;
};

static struct text *slot_of(struct text *slots, size_t cap, uint64_t hash)
{
    size_t at = hash & (cap - 1);
    while (slots[at].hash != 0 && slots[at].hash != hash)
        at = (at + 1) & (cap - 1);
    return &slots[at];
}

static bool grow(struct sums *s)
{
    size_t cap = s->cap ? s->cap * 2 : 1024;
    struct text *slots = cu_calloc(cap, sizeof *slots);
    if (!slots)
        return false;
    for (size_t i = 0; i < s->cap; i++)
        if (s->slots[i].hash)
            *slot_of(slots, cap, s->slots[i].hash) = s->slots[i];
    cu_free(s->slots);
    s->slots = slots;
    s->cap = cap;
    return true;
}

static bool add_up(void *context, cu_str text, uint64_t hash, uint64_t times)
{
    struct sums *s = context;
    s->failed = (s->count + 1) * 2 > s->cap && !grow(s);
    if (s->failed)
        return false;
    struct text *slot = slot_of(s->slots, s->cap, hash);
    if (slot->hash == 0 && s->count < s->max) {
        *slot = (struct text){.hash = hash, .text = {(const char *)(uintptr_t)s->bytes.len, text.len}};
        cu_buf_str(&s->bytes, text);
        s->failed = s->bytes.failed;
        s->count++;
    }
    if (slot->hash != 0)
        slot->times += times;
    return !s->failed;
}

static int most_first(const void *a, const void *b)
{
    const struct text *x = a, *y = b;
    if (x->times != y->times)
        return x->times > y->times ? -1 : 1;
    return x->hash < y->hash ? -1 : x->hash > y->hash;
}

static void show_sums(struct sums *s, scan_text_visit *visit, void *context)
{
    size_t count = 0;
    for (size_t i = 0; i < s->cap; i++)
        if (s->slots[i].hash)
            s->slots[count++] = s->slots[i];
    if (count > 1)
        qsort(s->slots, count, sizeof *s->slots, most_first);
    for (size_t i = 0; i < count; i++) {
        const struct text *x = &s->slots[i];
        cu_str text = {x->text.len ? s->bytes.ptr + (uintptr_t)x->text.ptr : "", x->text.len};
        if (!visit(context, text, x->hash, x->times))
            return;
    }
}

cu_code timeline_texts(
    struct timeline *t, cu_str path, size_t max, scan_text_visit *visit, void *context, struct cu_error *err)
{
    struct sums s = {.max = max};
    cu_buf_init(&s.bytes, (size_t)4 << 30);
    cu_code code = each_text(t, path, add_up, &s, err);
    if (code == CU_OK && s.failed)
        code = cu_fail(err, CU_MEMORY, "", "no memory for the values of a property");
    if (code == CU_OK)
        show_sums(&s, visit, context);
    cu_free(s.slots);
    cu_buf_clear(&s.bytes);
    return code;
}

// ---- by hash

struct wanted {
    struct text *list; // sorted by hash; times: 1 when it was shown
    size_t count, left;
    scan_text_visit *visit;
    void *context;
};

static int by_hash(const void *a, const void *b)
{
    const struct text *x = a, *y = b;
    return x->hash < y->hash ? -1 : x->hash > y->hash;
}

static bool look_up(void *context, cu_str text, uint64_t hash, uint64_t times)
{
    struct wanted *w = context;
    struct text key = {.hash = hash}, *found = bsearch(&key, w->list, w->count, sizeof key, by_hash);
    if (!found || found->times)
        return true;
    found->times = 1;
    w->left--;
    return w->visit(w->context, text, hash, times) && w->left > 0;
}

cu_code timeline_texts_of(struct timeline *t, cu_str path, const uint64_t *hashes, size_t count, scan_text_visit *visit,
    void *context, struct cu_error *err)
{
    if (count == 0)
        return CU_OK;
    struct wanted w = {.count = count, .left = count, .visit = visit, .context = context};
    w.list = cu_calloc(count, sizeof *w.list);
    if (!w.list)
        return cu_fail(err, CU_MEMORY, "", "no memory for the values of a property");
    for (size_t i = 0; i < count; i++)
        w.list[i].hash = hashes[i];
    qsort(w.list, count, sizeof *w.list, by_hash);
    cu_code code = each_text(t, path, look_up, &w, err);
    cu_free(w.list);
    return code;
}
