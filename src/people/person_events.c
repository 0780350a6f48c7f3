// SPDX-License-Identifier: Apache-2.0
// The events of a person, newest first, out of the timeline: plain and sealed parts put together
// again. Called by people_routes.c after the gate.
#include "view.h"

#include "text/text.h"

#define EVENT_PART_MAX ((size_t)4 * 1024 * 1024)

struct event_page {
    struct people *p;
    struct request *rq;
    struct json_parser *plain_parser; // the request's holds the sealed part at the same time
    struct json_writer w;
    uint32_t count, limit;
    bool more;
    int64_t last_ms;
    uint64_t last_seq;
    cu_code code;
    struct cu_error *err;
};

// Cursor: time and seq of the last row, opaque to the client.
static cu_code read_event_cursor(
    struct request *rq, int64_t *before_ms, uint64_t *before_seq, struct cu_error *err)
{
    cu_str text = spec_str(&rq->query_values, "cursor");
    struct cu_buf b;
    *before_ms = INT64_MAX;
    *before_seq = UINT64_MAX;
    if (text.len == 0)
        return CU_OK;
    cu_buf_init(&b, 64);
    bool ok = text_base64_decode(text, &b) && b.len == 16;
    if (ok) {
        memcpy(before_ms, b.ptr, 8);
        memcpy(before_seq, b.ptr + 8, 8);
    }
    cu_buf_clear(&b);
    return ok ? CU_OK : cu_fail(err, CU_INVALID, "cursor", "The cursor of another list.");
}

static void write_event_cursor(struct json_writer *w, const struct event_page *page)
{
    char bytes[16];
    struct cu_buf b;
    cu_buf_init(&b, 64);
    memcpy(bytes, &page->last_ms, 8);
    memcpy(bytes + 8, &page->last_seq, 8);
    text_base64((cu_str){bytes, sizeof(bytes)}, true, &b);
    jw_kstr(w, "next", page->more ? cu_buf_view(&b) : CU_NONE);
    cu_buf_clear(&b);
}

// Both parts' members in one object. What has plain and personal parts (a list of products) is
// whole in the sealed part and in part in the plain one: the sealed one is shown.
static void write_properties(struct json_writer *w, struct sight *sight, const struct dict_event *event,
    json plain, json sealed)
{
    const json nothing = {NULL, 0};
    jw_key(w, "properties");
    jw_object(w);
    sight->leave = "$context"; // it stands whole in the sealed part
    sight_properties(sight, event, plain, sealed, w);
    sight->leave = NULL;
    sight_properties(sight, event, sealed, nothing, w);
    jw_object_end(w);
}

static cu_code write_event(
    struct event_page *page, const struct timeline_event *e, struct cu_buf *plain)
{
    struct json_writer *w = &page->w;
    json sealed = {NULL, 0}, declared = {NULL, 0};
    int64_t received = 0;
    if (e->plain.len)
        CU_TRY(json_parse(page->plain_parser, e->plain, &declared, page->err));
    if (e->sealed.len) {
        CU_TRY(people_event_open(page->p, e->pno, e->seq, e->sealed, plain, page->err));
        CU_TRY(json_parse(page->rq->json, cu_buf_view(plain), &sealed, page->err));
    }
    jw_object(w);
    jw_ki64(w, "seq", (int64_t)e->seq);
    jw_ktime(w, "time", e->time_ms);
    jw_ktime(
        w, "received", json_i64(json_get(sealed, "received"), &received) ? received : INT64_MIN);
    jw_kstr(w, "event", timeline_kind_name(people_timeline(page->p), e->kind));
    jw_kstr(w, "type", json_str(json_get(sealed, "type")));
    jw_ki64(w, "source", e->source);
    jw_key(w, "revenue");
    if (e->flags & TIMELINE_HAS_REVENUE)
        jw_i64(w, e->revenue);
    else
        jw_null(w);
    struct sight sight = {.caller = &page->rq->caller, .dictionary = people_dictionary(page->p)};
    cu_str name = timeline_kind_name(people_timeline(page->p), e->kind);
    const struct dict_event *row = sight.dictionary ? dictionary_event(sight.dictionary, name) : NULL;
    write_properties(w, &sight, row, declared, json_get(sealed, "properties"));
    jw_key(w, "context");
    jw_object(w);
    sight_context(&sight, json_get(sealed, "context"), w);
    jw_object_end(w);
    jw_kz(w, "shown", sight_name(sight_least_shown(&sight)));
    jw_ki64(w, "masked", sight.masked);
    jw_ki64(w, "hidden", sight.hidden);
    jw_object_end(w);
    return CU_OK;
}

static bool visit_event(void *ctx, const struct timeline_event *e)
{
    struct event_page *page = ctx;
    struct cu_buf plain;
    if (page->count == page->limit) {
        page->more = true;
        return false;
    }
    cu_buf_init(&plain, (size_t)4 * 1024 * 1024);
    page->code = write_event(page, e, &plain);
    cu_buf_wipe(&plain);
    page->last_ms = e->time_ms;
    page->last_seq = e->seq;
    page->count++;
    return page->code == CU_OK;
}

cu_code person_events_write(struct people *p, struct db *d, struct request *rq,
    const struct person *who, struct cu_error *err)
{
    (void)d;
    int64_t before_ms = 0;
    uint64_t before_seq = 0;
    CU_TRY(read_event_cursor(rq, &before_ms, &before_seq, err));
    struct event_page page = {
        .p = p, .rq = rq, .limit = (uint32_t)spec_i64(&rq->query_values, "limit"), .err = err};
    page.w = request_json(rq, 200);
    jw_object(&page.w);
    jw_key(&page.w, "items");
    jw_array(&page.w);
    page.plain_parser = json_parser_new(EVENT_PART_MAX);
    if (!page.plain_parser)
        return cu_fail(err, CU_MEMORY, "", "No memory to read events.");
    cu_code code = timeline_person(
        people_timeline(p), who->pnos, who->count, before_ms, before_seq, visit_event, &page, err);
    json_parser_free(page.plain_parser);
    CU_TRY(code);
    CU_TRY(page.code);
    jw_array_end(&page.w);
    write_event_cursor(&page.w, &page);
    jw_object_end(&page.w);
    return cu_buf_code(page.w.out, err);
}
