// SPDX-License-Identifier: Apache-2.0
// GET /v1/registers/due: what the rules find, and breaches whose 72 hours run.
#include "register_due.h"
#include "register_sql.h"

#include "base/clock.h"

#include <stdio.h>

enum { DUE_MAX = 5000, BREACHES_MAX = 200 };

static cu_code reviews(const struct register_world *w, struct db *d, int64_t *ret, struct cu_error *err)
{
    const struct dict_purpose *purposes = NULL;
    size_t count = dictionary_purposes(w->dictionary, &purposes);
    for (size_t i = 0; i < count && i < REGISTER_PURPOSES_MAX; i++) {
        struct db_query q;
        CU_TRY(db_prepare(d, &register_sql_review, &q, err));
        db_bind_str(&q, ":purpose", purposes[i].name);
        ret[i] = db_step(&q) ? db_i64(&q, 0) : 0;
        CU_TRY(db_end(&q, err));
    }
    return CU_OK;
}

static cu_code breaches(struct db *d, struct cu_arena *a, struct register_due_list *list, struct cu_error *err)
{
    struct db_query q;
    int64_t now = cu_now_ms();
    CU_TRY(db_prepare(d, &register_sql_breaches_due, &q, err));
    while (db_step(&q)) {
        const struct register_due one = {.what = "breach",
            .name = cu_arena_printf(a, "%lld", (long long)db_i64(&q, 0)),
            .title = CU_LIT("Breach"),
            .due_ms = db_i64(&q, 1),
            .state = db_i64(&q, 1) <= now ? REGISTER_OVERDUE : REGISTER_SOON,
            .source = "GDPR 33(1)",
            .reason = "The authority was not told of this breach yet."};
        register_due_add(list, &one);
    }
    return db_end(&q, err);
}

static cu_code find(
    struct registers *r, struct db *d, struct request *rq, struct register_due_list *list, struct cu_error *err)
{
    struct register_world world;
    int64_t *reviewed = cu_arena_alloc(rq->arena, REGISTER_PURPOSES_MAX * sizeof *reviewed);
    list->at = cu_arena_alloc(rq->arena, DUE_MAX * sizeof *list->at);
    list->max = DUE_MAX;
    if (!reviewed || !list->at)
        return cu_fail(err, CU_MEMORY, "", "no memory for what is due");
    CU_TRY(register_world_load(r, d, rq->arena, &world, err));
    cu_code code = reviews(&world, d, reviewed, err);
    if (code == CU_OK)
        register_due_of(&world, reviewed, cu_now_ms(), spec_i64(&rq->query_values, "days"), list);
    register_world_clear(&world);
    CU_TRY(code);
    CU_TRY(breaches(d, rq->arena, list, err));
    register_due_sort(list);
    return CU_OK;
}

cu_code register_get_due(struct request *rq, struct cu_error *err)
{
    struct registers *r = rq->module;
    struct register_due_list list = {.count = 0};
    struct db *d = NULL;
    CU_TRY(people_read_take(r->people, &d, err));
    cu_code code = find(r, d, rq, &list, err);
    people_read_give(r->people, d);
    CU_TRY(code);
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    jw_key(&w, "items");
    jw_array(&w);
    for (size_t i = 0; i < list.count; i++) {
        const struct register_due *one = &list.at[i];
        jw_object(&w);
        jw_kz(&w, "what", one->what);
        jw_kstr(&w, "name", one->name);
        jw_kstr(&w, "title", one->title);
        jw_kz(&w, "state", register_due_states[one->state]);
        jw_ktime(&w, "due", one->due_ms ? one->due_ms : INT64_MIN);
        jw_kz(&w, "reason", one->reason);
        jw_kz(&w, "source", one->source);
        jw_object_end(&w);
    }
    jw_array_end(&w);
    jw_object_end(&w);
    return CU_OK;
}

#define END                                                                                                                 \
    {                                                                                                                       \
        .name = NULL                                                                                                        \
    }
#define WORD(name_, max_, doc_)                                                                                             \
    {                                                                                                                       \
        .name = name_, .type = SPEC_STRING, .max = max_, .doc = doc_                                                        \
    }
const struct spec_field register_due_query[] = {
    {.name = "days", .type = SPEC_INT, .min = 0, .max = 3650, .fallback = "30", .doc = "What ends within so many days."},
    END,
};
static const struct spec_field item_fields[] = {
    WORD("what", 15, "contract, safeguard, recipient, assessment, review or breach."),
    WORD("name", 64, "The row it is about."),
    WORD("title", 400, "What it is called."),
    WORD("state", 15, "missing, overdue or soon."),
    {.name = "due", .type = SPEC_TIME, .nullable = true, .doc = "Since or until when; null: never was."},
    WORD("reason", 255, "What is to be done."),
    WORD("source", 31, "Where the law says so."),
    END,
};
const struct spec_field register_due_answer[] = {
    {.name = "items",
        .type = SPEC_ARRAY,
        .max = DUE_MAX,
        .fields = item_fields,
        .doc = "What is missing first, then by day."},
    END,
};
