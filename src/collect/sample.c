// SPDX-License-Identifier: Apache-2.0
// Removing sample data. See sample.h.
#include "sample.h"

enum { SOURCES_MOST = 512, PIPELINE_WAIT_MS = 10 * 60 * 1000 };

static size_t sample_sources(struct sources *s, struct source *rows, uint32_t *numbers)
{
    size_t kept = 0, count = sources_list(s, rows, SOURCES_MOST);
    for (size_t i = 0; i < count; i++) {
        if (rows[i].sample)
            numbers[kept++] = rows[i].number;
    }
    return kept;
}

// One bounded step under the lock; the pipeline and staff get their turn between steps.
static cu_code step(struct sample *s, bool *ret_done, struct cu_error *err)
{
    bool orders = false, consents = false, people = false;
    (void)people_lock(s->people);
    cu_code code = people_begin(s->people, err);
    if (code == CU_OK)
        code = orders_forget_sample(s->people, &orders, err);
    if (code == CU_OK)
        code = gate_forget_sample(s->gate, &consents, err);
    if (code == CU_OK && orders && consents) // profiles last: they vanish when no evidence is left
        code = people_forget_sample(s->people, &people, err);
    if (code == CU_OK && people)
        code = quarantine_forget_sample(s->people, err);
    if (code == CU_OK)
        code = people_commit(s->people, err);
    else
        people_rollback(s->people);
    people_unlock(s->people);
    *ret_done = orders && consents && people;
    return code;
}

static cu_code remove_from(struct sample *s, const uint32_t *numbers, size_t count, struct cu_error *err)
{
    for (size_t i = 0; i < count; i++)
        CU_TRY(sources_update(s->sources, numbers[i], CU_NONE, 0, err));
    // What was accepted before is projected first, or it would come back after the removal.
    CU_TRY(pipeline_wait(s->pipeline, journal_last_durable(s->journal), PIPELINE_WAIT_MS, err));
    CU_TRY(timeline_remove_sources(people_timeline(s->people), numbers, count, err));
    for (bool done = false; !done;)
        CU_TRY(step(s, &done, err));
    for (size_t i = 0; i < count; i++)
        sources_forget_counts(s->sources, numbers[i]);
    return sources_save(s->sources, err);
}

cu_code sample_remove(struct sample *s, struct cu_error *err)
{
    struct source *rows = cu_alloc(SOURCES_MOST * sizeof *rows);
    uint32_t numbers[SOURCES_MOST];
    if (!rows)
        return cu_fail(err, CU_MEMORY, "", "no memory to list sources");
    size_t count = sample_sources(s->sources, rows, numbers);
    cu_free(rows);
    return count ? remove_from(s, numbers, count, err) : CU_OK;
}

static cu_code write_state(struct request *rq, struct cu_error *err)
{
    struct sample *s = rq->module;
    struct source *rows = cu_arena_alloc(rq->arena, SOURCES_MOST * sizeof *rows);
    if (!rows)
        return cu_fail(err, CU_MEMORY, "", "no memory to list sources");
    uint32_t numbers[SOURCES_MOST];
    size_t count = sample_sources(s->sources, rows, numbers);
    uint64_t events = 0;
    for (size_t i = 0; i < count; i++) {
        struct source_stats stats = {0};
        (void)sources_stats(s->sources, numbers[i], &stats);
        events += stats.accepted;
    }
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    jw_kbool(&w, "present", events > 0);
    jw_ki64(&w, "events", (int64_t)events);
    jw_object_end(&w);
    return CU_OK;
}

static cu_code remove_all(struct request *rq, struct cu_error *err)
{
    CU_TRY(sample_remove(rq->module, err));
    return write_state(rq, err);
}

static const struct spec_field state_answer[] = {
    {.name = "present", .type = SPEC_BOOL, .doc = "Whether there is sample data."},
    {.name = "events", .type = SPEC_INT, .max = INT64_MAX, .doc = "Calls accepted from sample sources."},
    {.name = NULL},
};
static const struct spec_route routes[] = {
    {.name = "sample.get", .method = "GET", .path = "/v1/sample-data", .permission = SPEC_ANALYTICS_READ, .answer = state_answer,
        .doc = "Whether sample data is among the shop's data.", .handler = write_state},
    {.name = "sample.delete", .method = "DELETE", .path = "/v1/sample-data", .permission = SPEC_PEOPLE_ERASE, .answer = state_answer,
        .reauth = true, .four_eyes = "bulk_erase",
        .doc = "Removes all sample data: people, orders, consents and events.", .handler = remove_all},
};
const struct module collect_sample_module = {
    .name = "sample",
    .doc = "Sample data, marked and removable in one act.",
    .routes = routes,
    .route_count = CU_COUNT(routes),
};
