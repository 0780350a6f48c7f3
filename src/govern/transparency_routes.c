// SPDX-License-Identifier: Apache-2.0
// The public routes of the transparency page. See transparency.h. Nothing here takes a cookie or runs a script.
#include "transparency_private.h"

#include "text/text.h"
#include "transparency_sql.h"

#include <stdio.h>

enum { VERSIONS_SHOWN = 200 };

// ---- what all of them share

static cu_code plain_headers(struct request *rq, const char *type, struct cu_error *err)
{
    (void)err;
    rq->response.status = 200;
    rq->response.content_type = type;
    CU_TRY(request_header_add(rq, "Content-Security-Policy",
        CU_LIT("default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'")));
    CU_TRY(request_header_add(rq, "Vary", CU_LIT("Accept-Language")));
    return request_header_add(rq, "Cache-Control", CU_LIT("no-cache"));
}

// Any site may fetch it: it is public, the same for everybody, and needs no preflight. Refusals keep the headers of all
// others.
static cu_code open_headers(struct request *rq, struct cu_error *err)
{
    (void)err;
    CU_TRY(request_header_add(rq, "Access-Control-Allow-Origin", CU_LIT("*")));
    CU_TRY(request_header_add(rq, "Cross-Origin-Resource-Policy", CU_LIT("cross-origin")));
    return request_header_add(rq, "Cache-Control", CU_LIT("public, max-age=60"));
}

static enum transparency_language language_of(struct request *rq)
{
    enum transparency_language l = TRANSPARENCY_EN;
    if (spec_has(&rq->query_values, "language") && transparency_language_find(spec_str(&rq->query_values, "language"), &l))
        return l;
    return transparency_accept(request_header(rq, "Accept-Language"));
}

static struct transparency_page page_of(struct request *rq, const struct transparency_version *v, int64_t newest)
{
    return (struct transparency_page){.language = language_of(rq),
        .out = &rq->response.body,
        .content = v->content,
        .version = v->version,
        .made_ms = v->made_ms,
        .newest = newest,
        .t = rq->module};
}

static cu_code newest_of(struct transparency *t, int64_t *ret, struct cu_error *err)
{
    struct transparency_version v;
    CU_TRY(transparency_now(t, &v, err));
    *ret = v.version;
    transparency_version_clear(&v);
    return CU_OK;
}

// ---- pages

static cu_code get_page(struct request *rq, struct cu_error *err)
{
    struct transparency *t = rq->module;
    struct transparency_version v;
    CU_TRY(transparency_now(t, &v, err));
    struct transparency_live *live = cu_alloc(sizeof *live);
    cu_code code = live ? transparency_measure(t, false, live, err) : cu_fail(err, CU_MEMORY, "", "no memory for the page");
    if (code == CU_OK)
        code = plain_headers(rq, "text/html; charset=utf-8", err);
    if (code == CU_OK) {
        struct transparency_page p = page_of(rq, &v, v.version);
        p.live = live;
        transparency_print_page(&p);
    }
    cu_free(live);
    transparency_version_clear(&v);
    return code;
}

static cu_code get_version(struct request *rq, struct cu_error *err)
{
    struct transparency *t = rq->module;
    struct transparency_version v;
    int64_t newest = 0;
    CU_TRY(newest_of(t, &newest, err));
    CU_TRY(transparency_get(t, spec_i64(&rq->path_values, "version"), &v, err));
    cu_code code = plain_headers(rq, "text/html; charset=utf-8", err);
    if (code == CU_OK) {
        struct transparency_page p = page_of(rq, &v, newest);
        transparency_print_page(&p);
    }
    transparency_version_clear(&v);
    return code;
}

static void print_select(struct transparency_page *p, const char *name, const char *word, int64_t newest, int64_t chosen)
{
    cu_buf_printf(p->out, "<label for=\"%s\">", name);
    transparency_out(p, word);
    cu_buf_printf(p->out, "</label> <select id=\"%s\" name=\"%s\">", name, name);
    for (int64_t i = newest; i > 0 && i > newest - VERSIONS_SHOWN; i--)
        cu_buf_printf(
            p->out, "<option value=\"%lld\"%s>%lld</option>", (long long)i, i == chosen ? " selected" : "", (long long)i);
    cu_buf_z(p->out, "</select> ");
}

static void print_form(struct transparency_page *p, int64_t from, int64_t to)
{
    cu_buf_z(p->out, "<form action=\"/transparency/diff\" method=\"get\"><p>");
    print_select(p, "from", "from", p->newest, from);
    print_select(p, "to", "to", p->newest, to);
    cu_buf_printf(p->out, "<input type=\"hidden\" name=\"language\" value=\"%s\"><button type=\"submit\">",
        transparency_languages[p->language]);
    transparency_out(p, "compare");
    cu_buf_z(p->out, "</button></p></form>\n");
}

static cu_code print_list(struct transparency_page *p, struct transparency *t, struct cu_error *err)
{
    struct db *d = NULL;
    struct db_query q;
    CU_TRY(people_read_take(t->o.people, &d, err));
    cu_code code = db_prepare(d, &transparency_sql_list, &q, err);
    if (code == CU_OK) {
        db_bind_i64(&q, ":before", INT64_MAX);
        db_bind_i64(&q, ":limit", VERSIONS_SHOWN);
        cu_buf_z(p->out, "<ul class=\"items\">\n");
        while (db_step(&q)) {
            long long n = (long long)db_i64(&q, 0);
            cu_buf_printf(p->out, "<li><a href=\"/transparency/%lld?language=%s\">", n, transparency_languages[p->language]);
            transparency_out(p, "version");
            cu_buf_printf(p->out, " %lld</a> ", n);
            transparency_out(p, "of");
            cu_buf_char(p->out, ' ');
            transparency_date(p, db_i64(&q, 1));
            if (n > 1) {
                cu_buf_printf(p->out, " · <a href=\"/transparency/diff?from=%lld&amp;to=%lld&amp;language=%s\">", n - 1, n,
                    transparency_languages[p->language]);
                transparency_out(p, "diff_title");
                cu_buf_printf(p->out, "<span class=\"hidden\"> (%lld)</span></a>", n);
            }
            cu_buf_printf(p->out, " · <a href=\"/transparency/%lld/proof.json\">", n);
            transparency_out(p, "proof");
            cu_buf_printf(p->out, "<span class=\"hidden\"> (%lld)</span></a></li>\n", n);
        }
        cu_buf_z(p->out, "</ul>\n");
        code = db_end(&q, err);
    }
    people_read_give(t->o.people, d);
    return code;
}

static cu_code get_versions(struct request *rq, struct cu_error *err)
{
    struct transparency *t = rq->module;
    struct transparency_version v;
    CU_TRY(transparency_now(t, &v, err));
    cu_code code = plain_headers(rq, "text/html; charset=utf-8", err);
    if (code == CU_OK) {
        struct transparency_page p = page_of(rq, &v, v.version);
        transparency_head(&p, "versions_title", "/transparency/versions");
        if (v.version > 1)
            print_form(&p, v.version - 1, v.version);
        code = print_list(&p, t, err);
        transparency_foot(&p);
    }
    transparency_version_clear(&v);
    return code;
}

// ---- differences

static cu_code get_diff(struct request *rq, struct cu_error *err)
{
    struct transparency *t = rq->module;
    struct transparency_version before, after;
    int64_t newest = 0, from = spec_i64(&rq->query_values, "from"), to = spec_i64(&rq->query_values, "to");
    char path[96];
    CU_TRY(newest_of(t, &newest, err));
    CU_TRY(transparency_get(t, from, &before, err));
    cu_code code = transparency_get(t, to, &after, err);
    if (code != CU_OK) {
        transparency_version_clear(&before);
        return code;
    }
    code = plain_headers(rq, "text/html; charset=utf-8", err);
    if (code == CU_OK) {
        struct transparency_page p = page_of(rq, &after, newest);
        (void)snprintf(path, sizeof path, "/transparency/diff?from=%lld&amp;to=%lld", (long long)from, (long long)to);
        transparency_head(&p, "diff_title", path);
        print_form(&p, from, to);
        transparency_print_diff(&p, before.content, after.content);
        transparency_foot(&p);
    }
    transparency_version_clear(&before);
    transparency_version_clear(&after);
    return code;
}

// ---- machines

static cu_code get_machine(struct request *rq, bool dpv, struct cu_error *err)
{
    struct transparency *t = rq->module;
    struct transparency_version v;
    int64_t newest = 0;
    CU_TRY(newest_of(t, &newest, err));
    CU_TRY(transparency_get(
        t, spec_has(&rq->query_values, "version") ? spec_i64(&rq->query_values, "version") : newest, &v, err));
    cu_code code = open_headers(rq, err);
    if (code == CU_OK) {
        struct transparency_page p = page_of(rq, &v, newest);
        struct json_writer w = request_json(rq, 200);
        if (dpv)
            transparency_print_dpv(&p, t->base_url, &w);
        else
            transparency_print_tilt(&p, t->base_url, cu_buf_view(&v.document), &w);
    }
    transparency_version_clear(&v);
    return code;
}

static cu_code get_tilt(struct request *rq, struct cu_error *err)
{
    return get_machine(rq, false, err);
}

static cu_code get_dpv(struct request *rq, struct cu_error *err)
{
    return get_machine(rq, true, err);
}

static cu_code get_proof(struct request *rq, struct cu_error *err)
{
    struct transparency_version v;
    CU_TRY(transparency_get(rq->module, spec_i64(&rq->path_values, "version"), &v, err));
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    jw_key(&w, "document");
    jw_raw(&w, cu_buf_view(&v.document));
    jw_key(&w, "proof");
    jw_raw(&w, cu_buf_view(&v.proof));
    jw_object_end(&w);
    transparency_version_clear(&v);
    return request_header_add(rq, "Cache-Control", CU_LIT("public, max-age=3600"));
}

// ---- badges

static cu_code badges_now(
    struct request *rq, struct transparency_badge ret[TRANSPARENCY_BADGES], int64_t *ret_at_ms, struct cu_error *err)
{
    struct transparency *t = rq->module;
    CU_TRY(transparency_public(t, err));
    struct transparency_live *live = cu_alloc(sizeof *live);
    cu_code code = live ? transparency_measure(t, false, live, err) : cu_fail(err, CU_MEMORY, "", "no memory for badges");
    if (code == CU_OK) {
        transparency_badges(live, cu_now_ms(), ret);
        *ret_at_ms = live->at_ms;
    }
    cu_free(live);
    return code;
}

static cu_code get_badges(struct request *rq, struct cu_error *err)
{
    struct transparency_badge badges[TRANSPARENCY_BADGES];
    enum transparency_language l = language_of(rq);
    int64_t at_ms = 0;
    CU_TRY(badges_now(rq, badges, &at_ms, err));
    CU_TRY(open_headers(rq, err));
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    jw_ktime(&w, "measured", at_ms);
    jw_key(&w, "items");
    jw_array(&w);
    for (size_t i = 0; i < TRANSPARENCY_BADGES; i++) {
        CU_AUTO_BUF struct cu_buf text;
        cu_buf_init(&text, 200);
        transparency_badge_text(l, &badges[i], &text);
        jw_object(&w);
        jw_kz(&w, "name", badges[i].name);
        jw_kstr(&w, "title", transparency_word_of(l, "badge", cu_str_of(badges[i].name)));
        jw_kz(&w, "colour", transparency_colours[badges[i].colour]);
        jw_key(&w, "value");
        badges[i].value < 0 ? jw_null(&w) : jw_i64(&w, badges[i].value);
        jw_kz(&w, "unit", badges[i].unit);
        jw_kstr(&w, "text", cu_buf_view(&text));
        jw_object_end(&w);
    }
    jw_array_end(&w);
    jw_object_end(&w);
    return CU_OK;
}

// About how wide a text is, in 11 px sans-serif.
static size_t width_of(cu_str text)
{
    size_t letters = 0;
    for (size_t i = 0; i < text.len; i++)
        letters += (text.ptr[i] & 0xc0) != 0x80;
    return 12 + letters * 7;
}

static void print_svg(struct cu_buf *out, cu_str label, cu_str value, const char *fill)
{
    size_t left = width_of(label), right = width_of(value);
    cu_buf_printf(out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%zu\" height=\"20\" viewBox=\"0 0 %zu 20\" "
        "role=\"img\">\n<title>",
        left + right, left + right);
    text_html(label, out);
    cu_buf_z(out, ": ");
    text_html(value, out);
    cu_buf_printf(out,
        "</title>\n<rect width=\"%zu\" height=\"20\" rx=\"3\" fill=\"#3a3f45\"/><rect x=\"%zu\" width=\"%zu\" height=\"20\" "
        "rx=\"3\" fill=\"%s\"/>\n"
        "<g fill=\"#fff\" font-family=\"system-ui,sans-serif\" font-size=\"11\" text-anchor=\"middle\"><text x=\"%zu\" "
        "y=\"14\" textLength=\"%zu\">",
        left + right, left, right, fill, left / 2, left - 12);
    text_html(label, out);
    cu_buf_printf(out, "</text><text x=\"%zu\" y=\"14\" textLength=\"%zu\">", left + right / 2, right - 12);
    text_html(value, out);
    cu_buf_z(out, "</text></g></svg>\n");
}

static cu_code get_svg(struct request *rq, struct cu_error *err)
{
    static const char *const fills[] = {"#1a6b2e", "#8a5a00", "#a8201a", "#5c6269"}; // white on each: at least 5 : 1
    struct transparency_badge badges[TRANSPARENCY_BADGES];
    enum transparency_language l = language_of(rq);
    cu_str name = spec_str(&rq->query_values, "name");
    int64_t at_ms = 0;
    CU_AUTO_BUF struct cu_buf text;
    cu_buf_init(&text, 200);
    CU_TRY(badges_now(rq, badges, &at_ms, err));
    CU_TRY(open_headers(rq, err));
    CU_TRY(request_header_add(
        rq, "Content-Security-Policy", CU_LIT("default-src 'none'; base-uri 'none'; frame-ancestors 'none'")));
    rq->response.status = 200;
    rq->response.content_type = "image/svg+xml; charset=utf-8";
    size_t good = 0, known = 0, red = 0;
    for (size_t i = 0; i < TRANSPARENCY_BADGES; i++) {
        good += badges[i].colour == TRANSPARENCY_GREEN;
        red += badges[i].colour == TRANSPARENCY_RED;
        known += badges[i].colour != TRANSPARENCY_GREY;
        if (!cu_str_eqz(name, badges[i].name))
            continue;
        transparency_badge_text(l, &badges[i], &text);
        print_svg(&rq->response.body, transparency_word_of(l, "badge", name), cu_buf_view(&text), fills[badges[i].colour]);
        return CU_OK;
    }
    cu_buf_printf(&text, "%zu/%zu %.*s", good, known, CU_ARG(transparency_word(l, "facts_good")));
    print_svg(&rq->response.body, transparency_word(l, "badge_all"), cu_buf_view(&text),
        fills[red ? TRANSPARENCY_RED : good < known ? TRANSPARENCY_AMBER : known ? TRANSPARENCY_GREEN : TRANSPARENCY_GREY]);
    return CU_OK;
}

// ---- style

static cu_code get_style(struct request *rq, struct cu_error *err)
{
    (void)err;
    rq->response.status = 200;
    rq->response.content_type = "text/css; charset=utf-8";
    rq->response.static_body = transparency_style();
    return request_header_add(rq, "Cache-Control", CU_LIT("public, max-age=3600"));
}

#define END {.name = NULL}
#define LANGUAGE                                                                                                            \
    {                                                                                                                       \
        .name = "language", .type = SPEC_ENUM, .options = transparency_languages,                                           \
        .doc = "Instead of what the browser asks for."                                                                      \
    }
#define ANY(member, says) {.name = member, .type = SPEC_ANY, .max = 1, .doc = says}
static const struct spec_field version_path[] = {
    {.name = "version", .type = SPEC_INT, .min = 1, .max = UINT32_MAX, .required = true, .doc = "Version of the page."},
    END};
static const struct spec_field page_query[] = {LANGUAGE, END};
static const struct spec_field machine_query[] = {
    LANGUAGE, {.name = "version", .type = SPEC_INT, .min = 1, .max = UINT32_MAX, .doc = "An older version."}, END};
static const struct spec_field diff_query[] = {
    LANGUAGE,
    {.name = "from", .type = SPEC_INT, .min = 1, .max = UINT32_MAX, .required = true, .doc = "The version before."},
    {.name = "to", .type = SPEC_INT, .min = 1, .max = UINT32_MAX, .required = true, .doc = "The version after."},
    END,
};
static const struct spec_field badge_query[] = {LANGUAGE,
    {.name = "name", .type = SPEC_STRING, .max = 40, .doc = "One badge, by its name in badges.json; none: all in one."},
    END};
static const struct spec_field tilt_answer[] = {
    ANY("meta", "Version, language, hash."),
    ANY("controller", "Who is responsible."),
    ANY("dataProtectionOfficer", "Whom to ask."),
    ANY("dataDisclosed", "What is collected, per category."),
    ANY("thirdCountryTransfers", "Transfers, with their safeguards."),
    ANY("accessAndDataPortability", "Access."),
    ANY("sources", "Where data comes from."),
    ANY("rightToInformation", "A right."),
    ANY("rightToRectificationOrDeletion", "A right."),
    ANY("rightToDataPortability", "A right."),
    ANY("rightToWithdrawConsent", "A right."),
    ANY("rightToComplain", "A right."),
    ANY("automatedDecisionMaking", "Decisions by machines."),
    ANY("changesOfPurpose", "What is announced."),
    END,
};
static const struct spec_field dpv_answer[] = {ANY("@context", "The vocabulary."), ANY("@id", "This version."),
    ANY("@graph", "One handling of data per purpose."), END};
static const struct spec_field proof_answer[] = {
    ANY("document", "What was published."), ANY("proof", "That it stood in the signed log; custos verify checks it."), END};
static const char *const unit_options[] = {"permille", "days", "bool", NULL};
static const struct spec_field badge_fields[] = {
    {.name = "name", .type = SPEC_STRING, .max = 40, .doc = "Name of the fact."},
    {.name = "title", .type = SPEC_STRING, .max = 200, .doc = "What is measured, in words."},
    {.name = "colour", .type = SPEC_ENUM, .options = transparency_colours, .doc = "grey: nothing to say yet."},
    {.name = "value", .type = SPEC_INT, .max = INT64_C(1) << 53, .nullable = true, .doc = "The measure, or null."},
    {.name = "unit", .type = SPEC_ENUM, .options = unit_options, .doc = "What it counts."},
    {.name = "text", .type = SPEC_STRING, .max = 200, .doc = "The measure in words."},
    END,
};
static const struct spec_field badges_answer[] = {
    {.name = "measured", .type = SPEC_TIME, .doc = "When."},
    {.name = "items", .type = SPEC_ARRAY, .max = 32, .fields = badge_fields, .doc = "The facts."},
    END,
};
static const struct spec_route routes[] = {
    {.name = "transparency.page",
        .method = "GET",
        .path = "/transparency",
        .permission = SPEC_PUBLIC,
        .query = page_query,
        .doc = "What the shop does with personal data, as a page, from the running configuration.",
        .handler = get_page},
    {.name = "transparency.versions_page",
        .method = "GET",
        .path = "/transparency/versions",
        .permission = SPEC_PUBLIC,
        .query = page_query,
        .doc = "All versions of the page.",
        .handler = get_versions},
    {.name = "transparency.diff",
        .method = "GET",
        .path = "/transparency/diff",
        .permission = SPEC_PUBLIC,
        .query = diff_query,
        .doc = "What differs between two versions, in words.",
        .handler = get_diff},
    {.name = "transparency.style",
        .method = "GET",
        .path = "/transparency/style.css",
        .permission = SPEC_PUBLIC,
        .doc = "The look of the page.",
        .handler = get_style},
    {.name = "transparency.badges",
        .method = "GET",
        .path = "/transparency/badges.json",
        .permission = SPEC_PUBLIC,
        .query = page_query,
        .answer = badges_answer,
        .doc = "Facts that turn red by themselves.",
        .handler = get_badges},
    {.name = "transparency.badge",
        .method = "GET",
        .path = "/transparency/badge.svg",
        .permission = SPEC_PUBLIC,
        .query = badge_query,
        .doc = "One of the facts, or all, as a picture for other sites.",
        .handler = get_svg},
    {.name = "transparency.tilt",
        .method = "GET",
        .path = "/transparency.json",
        .permission = SPEC_PUBLIC,
        .query = machine_query,
        .answer = tilt_answer,
        .doc = "The page for machines: Transparency Information Language.",
        .handler = get_tilt},
    {.name = "transparency.dpv",
        .method = "GET",
        .path = "/transparency.jsonld",
        .permission = SPEC_PUBLIC,
        .query = machine_query,
        .answer = dpv_answer,
        .doc = "The page for machines: Data Privacy Vocabulary as JSON-LD.",
        .handler = get_dpv},
    {.name = "transparency.version",
        .method = "GET",
        .path = "/transparency/{version}",
        .permission = SPEC_PUBLIC,
        .path_fields = version_path,
        .query = page_query,
        .doc = "A version of the page, as it was.",
        .handler = get_version},
    {.name = "transparency.proof",
        .method = "GET",
        .path = "/transparency/{version}/proof.json",
        .permission = SPEC_PUBLIC,
        .path_fields = version_path,
        .answer = proof_answer,
        .doc = "A version with the proof that it stood in the signed log.",
        .handler = get_proof},
};

const struct module govern_transparency_module = {
    .name = "transparency",
    .doc = "The public page that says what is done with personal data.",
    .routes = routes,
    .route_count = CU_COUNT(routes),
    .statements = transparency_sql_all,
};
