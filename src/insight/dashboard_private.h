// SPDX-License-Identifier: Apache-2.0
// Between the files of dashboards.
#pragma once

#include "dashboard.h"

#include "base/limit.h"
#include "drawing.h"

#include <pthread.h>
#include <stdatomic.h>

enum {
    DASHBOARD_NAME_MAX = 64,
    DASHBOARD_TITLE_MAX = 200,
    DASHBOARD_DOC_MAX = 1000,
    DASHBOARD_TILES_MAX = 24,
    DASHBOARD_QUESTION_MAX = 8192,
    DASHBOARDS_MAX = 200,
    DASHBOARD_BODY_MAX = 256 * 1024,
    DASHBOARD_ANSWER_MAX = 16 * 1024 * 1024, // of one tile
    DASHBOARD_SHARES_MAX = 50,               // of one dashboard
    DASHBOARD_SHARE_DAYS_MAX = 366,
    DASHBOARD_READERS_MAX = 50,
    VIEWS_MAX = 500,
    SHARE_PAGES = 8, // kept in memory
    SHARE_PAGE_MS = 60 * 1000,
    SHARE_PAGE_MAX = 8 * 1024 * 1024
};

struct share_page { // a page as it went out last
    int64_t share, version, at_ms;
    bool making;
    struct cu_buf html;
};
struct dashboards {
    struct dashboards_options o;
    char base_url[320], shop_name[200];
    struct limit *by_network;  // readers of links
    pthread_mutex_t page_lock; // over pages and waiters
    pthread_cond_t page_made;
    struct share_page pages[SHARE_PAGES];
    size_t waiters;
    atomic_llong letters_after_ms; // after a letter that failed: not before then
};

// ---- dashboard.c

bool dashboard_name_good(cu_str name);
int64_t dashboard_by(const struct request *rq); // staff number; -1: the local operator
cu_code dashboard_change(
    struct dashboards *d, people_write *write, void *what, struct cu_error *err) CU_MUST; // a transaction
// The house itself, without rights over people: small groups stay hidden.
struct caller dashboard_house(void);

// ---- dashboard_tile.c: what tiles and views are made of

extern const char *const dashboard_shows[]; // NULL-terminated
extern const char *const dashboard_compares[];
extern const struct spec_field dashboard_query_body[], dashboard_tile_body[], dashboard_tile_answer[];
// Every member of a query, in one order; tiles likewise. Into an open value.
void dashboard_query_print(json query, struct json_writer *w);
void dashboard_tiles_print(json tiles, struct json_writer *w);
// The kind is there, its fields decode, and asked about a day without any event it answers. Errors name the place.
cu_code dashboard_query_check(struct dashboards *d, const struct caller *c, json query, struct cu_error *err) CU_MUST;
cu_code dashboard_tiles_check(struct dashboards *d, const struct caller *c, json tiles, struct cu_error *err) CU_MUST;

// ---- dashboard_store.c

struct dashboard { // strings in the arena
    cu_str name, title, doc, tiles, period, compare;
    int64_t version, changed_ms, by;
};
cu_code dashboard_get_in(
    struct db *db, cu_str name, struct cu_arena *a, struct dashboard *ret, struct cu_error *err) CU_MUST; // CU_NOT_FOUND
cu_code dashboard_get(
    struct dashboards *d, cu_str name, struct cu_arena *a, struct dashboard *ret, struct cu_error *err) CU_MUST;
spec_handler dashboards_list, dashboards_get, dashboards_put, dashboards_drop, dashboards_templates;

// ---- dashboard_ask.c

struct dashboard_question {
    json query;            // kind, segment, consented, question
    int32_t from, last;    // days; last < from: as the desk chooses
    cu_str compare;        // for reports that do not say; may be empty
    enum drawing_show show;
    cu_str metric, title, doc;
    const char *id;        // of the picture in its page
    bool notes;            // with the notes on its days: not where it leaves the house, they are the staff's words
};
struct dashboard_figure {  // an answer and its drawing, which points into it
    struct drawing drawing;
    struct cu_buf answer;
    struct json_parser *parser;
    struct cu_arena *arena;
};
// Asked with small groups hidden, whoever asks. Nothing is left to clear when it fails.
cu_code dashboard_figure_ask(struct dashboards *d, const struct caller *c, const struct dashboard_question *q,
    struct dashboard_figure *ret, struct cu_error *err) CU_MUST;
cu_code dashboard_tile_ask(struct dashboards *d, const struct caller *c, const struct dashboard *b, json tile,
    const char *id, bool notes, struct dashboard_figure *ret, struct cu_error *err) CU_MUST;
void dashboard_figure_clear(struct dashboard_figure *f);
spec_handler dashboard_draw;

// ---- dashboard_template.c

void dashboard_templates_print(struct json_writer *w); // elements of an open array

// ---- share.c, share_page.c

struct share {
    int64_t id, until_ms;
    char dashboard[DASHBOARD_NAME_MAX + 1];
};
// CU_NOT_FOUND: unknown, ended: all the same to whoever asks.
cu_code share_find(struct dashboards *d, cu_str token, struct share *ret, struct cu_error *err) CU_MUST;
// The page of a dashboard as everybody with the link sees it, appended. On behalf of the house.
cu_code share_page_print(struct dashboards *d, const struct dashboard *b, const struct share *s, struct cu_buf *out,
    struct cu_error *err) CU_MUST;
void share_plain_page(const struct dashboards *d, const char *title, const char *text, struct cu_buf *out);
void share_style(struct cu_buf *out);
// Days as words: "2026-11-01 to 2026-11-22".
void dashboard_days(const struct dashboards *d, const struct dashboard *b, struct cu_buf *out);

// ---- dashboard_schedule.c

spec_handler schedule_get, schedule_put, schedule_drop, schedule_send;
cu_code schedule_run(void *module, struct cu_error *err) CU_MUST; // a job

// ---- view.c

spec_handler views_list, views_get, views_put, views_drop;
