// SPDX-License-Identifier: Apache-2.0
// What browsers ask and say of consent: Google Consent Mode's signals for one browser, and how the shop treats Sec-GPC.
// A signal is granted when every purpose that names it as a category may be pursued for this person, and there is one.
#include "record.h"

#include "policy_sql.h"

#include <stdio.h>

static const char *const signals[] = {"ad_storage", "ad_user_data", "ad_personalization", "analytics_storage",
    "functionality_storage", "personalization_storage", "security_storage"};
enum { PROFILES_MAX = 64 };

static bool names_signal(const struct dict_purpose *p, const char *signal)
{
    for (uint32_t i = 0; i < p->category_count; i++) {
        if (cu_str_eq_nocase(p->categories[i], cu_str_of(signal)))
            return true;
    }
    return false;
}

static cu_code may(struct gate *g, struct db *d, const struct dict_purpose *p, const uint32_t *pnos, size_t count, bool gpc, bool *ret,
    struct cu_error *err)
{
    struct gate_folded f;
    char method[40];
    CU_TRY(gate_state_of(g, d, pnos, count, p->name, &f, method, err));
    bool erased = false;
    for (size_t i = 0; i < count; i++)
        erased = erased || guard_is_erased(people_guard(g->people), pnos[i]);
    // this browser says no to sale: only an explicit yes is stronger, and that was folded already when it was said by an act
    bool against = gpc && gate_sells(p) && !record_permits(f.state);
    *ret = !erased && !against && gate_decide(p->basis, f.state) == GATE_OK;
    return CU_OK;
}

static cu_code print_signals(struct gate *g, struct db *d, const uint32_t *pnos, size_t count, bool gpc, struct json_writer *w,
    struct cu_error *err)
{
    const struct dict_purpose *purposes = NULL;
    size_t n = dictionary_purposes(people_dictionary(g->people), &purposes);
    jw_object(w);
    for (size_t s = 0; s < CU_COUNT(signals); s++) {
        bool named = false, all = true;
        for (size_t i = 0; i < n; i++) {
            bool yes = false;
            if (!names_signal(&purposes[i], signals[s]))
                continue;
            CU_TRY(may(g, d, &purposes[i], pnos, count, gpc, &yes, err));
            named = true;
            all = all && yes;
        }
        jw_kz(w, signals[s], named && all ? "granted" : "denied");
    }
    jw_object_end(w);
    return CU_OK;
}

static cu_code get_mode(struct request *rq, struct cu_error *err)
{
    struct gate *g = rq->module;
    struct db *d = NULL;
    uint32_t pno = 0, pnos[PROFILES_MAX];
    size_t count = 0;
    cu_str key = cu_str_trim(request_header(rq, "X-Write-Key"));
    if (key.len == 0)
        key = spec_str(&rq->query_values, "writeKey");
    if (key.len == 0 || !g->key_good || !g->key_good(g->key_context, key))
        return cu_fail(err, CU_UNAUTHENTICATED, "writeKey", "no source that is switched on has this write key");
    const struct person_id id = {CU_LIT("anonymous_id"), spec_str(&rq->query_values, "anonymous_id")};
    CU_TRY(people_lookup(g->people, id, &pno, err));
    if (pno)
        count = people_profiles(g->people, pno, pnos, PROFILES_MAX);
    if (count > PROFILES_MAX)
        count = PROFILES_MAX;
    bool gpc = cu_str_eqz(cu_str_trim(request_header(rq, "Sec-GPC")), "1");
    CU_TRY(request_header_add(rq, "Cache-Control", CU_LIT("private, no-store")));
    CU_TRY(people_read_take(g->people, &d, err));
    struct json_writer w = request_json(rq, 200);
    cu_code code = print_signals(g, d, pnos, count, gpc, &w, err);
    people_read_give(g->people, d);
    return code;
}

// W3C Global Privacy Control, 4.1: that the signal is honoured, and since when the present policy says so.
static cu_code get_gpc(struct request *rq, struct cu_error *err)
{
    struct gate *g = rq->module;
    struct db_query q;
    struct db *d = NULL;
    int64_t made_ms = cu_now_ms();
    CU_TRY(people_read_take(g->people, &d, err));
    cu_code code = db_prepare(d, &policy_sql_times, &q, err);
    if (code == CU_OK) {
        if (db_step(&q))
            made_ms = db_i64(&q, 0);
        code = db_end(&q, err);
    }
    people_read_give(g->people, d);
    CU_TRY(code);
    CU_AUTO_BUF struct cu_buf time;
    struct json_writer t;
    cu_buf_init(&time, 64);
    jw_start(&t, &time);
    jw_time(&t, made_ms); // "2026-11-22T..."
    CU_TRY(cu_buf_code(&time, err));
    CU_TRY(request_header_add(rq, "Cache-Control", CU_LIT("public, max-age=3600")));
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    jw_kbool(&w, "gpc", true);
    jw_kstr(&w, "lastUpdate", cu_str_sub(cu_buf_view(&time), 1, 10));
    jw_object_end(&w);
    return CU_OK;
}

#define END {.name = NULL}
static const struct spec_field mode_query[] = {
    {.name = "anonymous_id", .type = SPEC_STRING, .min = 1, .max = 200, .required = true, .doc = "The browser's own number."},
    {.name = "writeKey", .type = SPEC_STRING, .max = 64, .secret = true, .doc = "A source's write key; or the header X-Write-Key."},
    END,
};
static const char *const mode_options[] = {"granted", "denied", NULL};
#define SIGNAL(signal, says) {.name = signal, .type = SPEC_ENUM, .options = mode_options, .doc = says}
static const struct spec_field mode_answer[] = {
    SIGNAL("ad_storage", "Storage for advertising."),
    SIGNAL("ad_user_data", "Sending data of the person to Google for advertising."),
    SIGNAL("ad_personalization", "Personalised advertising."),
    SIGNAL("analytics_storage", "Storage for analytics."),
    SIGNAL("functionality_storage", "Storage for functions of the site."),
    SIGNAL("personalization_storage", "Storage for personalisation."),
    SIGNAL("security_storage", "Storage for security."),
    END,
};
static const struct spec_field gpc_answer[] = {
    {.name = "gpc", .type = SPEC_BOOL, .doc = "Whether the signal is honoured."},
    {.name = "lastUpdate", .type = SPEC_DATE, .doc = "Since when."},
    END,
};
static const struct spec_route routes[] = {
    {.name = "consent.mode", .method = "GET", .path = "/v1/consent-mode", .permission = SPEC_WRITE_KEY, .may_wait = true, .cors = true,
        .query = mode_query, .answer = mode_answer, .doc = "Signals of Google Consent Mode for one browser; denied unless consented.",
        .handler = get_mode},
    {.name = "consent.gpc", .method = "GET", .path = "/.well-known/gpc.json", .permission = SPEC_PUBLIC, .answer = gpc_answer,
        .doc = "That Global Privacy Control is honoured.", .handler = get_gpc},
};
const struct module consent_signal_module = {
    .name = "signals",
    .doc = "Signals of consent that browsers ask for and send.",
    .routes = routes,
    .route_count = CU_COUNT(routes),
};
