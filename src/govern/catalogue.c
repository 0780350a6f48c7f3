// SPDX-License-Identifier: Apache-2.0
// The dictionary as staff work with it. See catalogue.h.
#include "catalogue.h"

#include "base/clock.h"
#include "base/file.h"

#include <pthread.h>
#include <stdio.h>

enum { TEXT_MAX = 1 << 20, RETIRED_MAX = 8, RETIRED_KEEP_MS = 10 * 60 * 1000, VERSION_TEXT = 17 };

struct catalogue {
    struct catalogue_options options;
    pthread_mutex_t lock;
    struct dictionary *current;
    // Former versions: a request or a batch may still read one, and none lasts ten minutes.
    struct {
        struct dictionary *dictionary;
        int64_t since_ms;
    } retired[RETIRED_MAX];
};

static cu_code read_text(const struct catalogue *c, struct cu_buf *text, struct cu_error *err)
{
    cu_code code = cu_file_read_all(c->options.path, text, err);
    return code == CU_NOT_FOUND ? CU_OK : code; // no file: the built-in rows alone
}

// CU_CONFLICT when eight versions are still being waited for.
static cu_code retire(struct catalogue *c, struct cu_error *err)
{
    int64_t now = cu_now_ms();
    size_t free_slot = RETIRED_MAX;
    for (size_t i = 0; i < RETIRED_MAX; i++) {
        if (c->retired[i].dictionary && now - c->retired[i].since_ms > RETIRED_KEEP_MS) {
            dictionary_free(c->retired[i].dictionary);
            c->retired[i].dictionary = NULL;
        }
        if (!c->retired[i].dictionary)
            free_slot = i;
    }
    if (free_slot == RETIRED_MAX)
        return cu_fail(err, CU_CONFLICT, "", "the dictionary changed too often in ten minutes; wait a little");
    c->retired[free_slot].dictionary = c->current;
    c->retired[free_slot].since_ms = now;
    c->current = NULL;
    return CU_OK;
}

static cu_code put_in_force(struct catalogue *c, struct dictionary *next, struct cu_error *err)
{
    if (c->current)
        CU_TRY(retire(c, err));
    c->current = next;
    people_set_dictionary(c->options.people, next);
    return CU_OK;
}

static cu_code load_text(struct catalogue *c, cu_str text, struct cu_error *err)
{
    struct dictionary *next = NULL;
    CU_TRY(dictionary_load(text, &next, err));
    cu_code code = put_in_force(c, next, err);
    if (code != CU_OK)
        dictionary_free(next);
    return code;
}

cu_code catalogue_reload(struct catalogue *c, struct cu_error *err)
{
    CU_AUTO_BUF struct cu_buf text;
    cu_buf_init(&text, TEXT_MAX);
    (void)pthread_mutex_lock(&c->lock);
    cu_code code = read_text(c, &text, err);
    if (code == CU_OK)
        code = load_text(c, cu_buf_view(&text), err);
    (void)pthread_mutex_unlock(&c->lock);
    return code;
}

cu_code catalogue_open(const struct catalogue_options *o, struct catalogue **ret, struct cu_error *err)
{
    struct catalogue *c = cu_calloc(1, sizeof *c);
    if (!c)
        return cu_fail(err, CU_MEMORY, "", "no memory for the dictionary");
    c->options = *o;
    (void)pthread_mutex_init(&c->lock, NULL);
    cu_code code = catalogue_reload(c, err);
    if (code != CU_OK) {
        catalogue_close(c);
        return code;
    }
    *ret = c;
    return CU_OK;
}

void catalogue_close(struct catalogue *c)
{
    if (!c)
        return;
    for (size_t i = 0; i < RETIRED_MAX; i++) {
        if (c->retired[i].dictionary)
            dictionary_free(c->retired[i].dictionary);
    }
    if (c->current)
        dictionary_free(c->current);
    (void)pthread_mutex_destroy(&c->lock);
    cu_free(c);
}

static void version_text(const struct dictionary *d, char ret[VERSION_TEXT])
{
    (void)snprintf(ret, VERSION_TEXT, "%016llx", (unsigned long long)dictionary_version(d));
}

static cu_code replace_locked(struct catalogue *c, cu_str text, cu_str version, struct cu_error *err)
{
    char now[VERSION_TEXT];
    version_text(c->current, now);
    if (!cu_str_eqz(version, now))
        return cu_fail(err, CU_PRECONDITION, "/version", "the dictionary changed since it was read; read it again");
    struct dictionary *next = NULL;
    CU_TRY(dictionary_load(text, &next, err));
    cu_code code = cu_file_replace(c->options.path, text.ptr, text.len, 0600, err);
    if (code == CU_OK)
        code = put_in_force(c, next, err);
    if (code != CU_OK)
        dictionary_free(next);
    return code;
}

cu_code catalogue_replace(struct catalogue *c, cu_str text, cu_str version, struct cu_error *err)
{
    if (text.len > TEXT_MAX)
        return cu_fail(err, CU_TOO_LARGE, "/text", "at most %d bytes are accepted", TEXT_MAX);
    (void)pthread_mutex_lock(&c->lock);
    cu_code code = replace_locked(c, text, version, err);
    (void)pthread_mutex_unlock(&c->lock);
    return code;
}

static cu_code get(struct request *rq, struct cu_error *err)
{
    struct catalogue *c = rq->module;
    CU_AUTO_BUF struct cu_buf text;
    char version[VERSION_TEXT];
    cu_buf_init(&text, TEXT_MAX);
    (void)pthread_mutex_lock(&c->lock);
    cu_code code = read_text(c, &text, err);
    if (code == CU_OK) {
        version_text(c->current, version);
        struct json_writer w = request_json(rq, 200);
        jw_object(&w);
        jw_kz(&w, "version", version);
        jw_kstr(&w, "text", cu_buf_view(&text));
        dictionary_print_members(c->current, &w);
        jw_object_end(&w);
    }
    (void)pthread_mutex_unlock(&c->lock);
    return code;
}

static cu_code check(struct request *rq, struct cu_error *err)
{
    struct catalogue *c = rq->module;
    struct json_writer w = request_json(rq, 200);
    (void)w;
    (void)pthread_mutex_lock(&c->lock);
    cu_code code = dictionary_check_text_json(spec_str(&rq->body_values, "text"), c->current, &rq->response.body, err);
    (void)pthread_mutex_unlock(&c->lock);
    return code;
}

static cu_code put(struct request *rq, struct cu_error *err)
{
    CU_TRY(catalogue_replace(rq->module, spec_str(&rq->body_values, "text"), spec_str(&rq->body_values, "version"), err));
    return get(rq, err);
}

static const struct spec_field text_body[] = {
    {.name = "text", .type = SPEC_STRING, .max = TEXT_MAX, .required = true, .doc = "The whole dictionary.yaml."},
    {.name = NULL},
};
static const struct spec_field put_body[] = {
    {.name = "text", .type = SPEC_STRING, .max = TEXT_MAX, .required = true, .doc = "The whole dictionary.yaml."},
    {.name = "version", .type = SPEC_STRING, .min = 16, .max = 16, .required = true, .doc = "The version that was read before the change."},
    {.name = NULL},
};
static const struct spec_field dictionary_answer[] = {
    {.name = "version", .type = SPEC_STRING, .max = 16, .doc = "Hash of the effective rows."},
    {.name = "text", .type = SPEC_STRING, .max = TEXT_MAX, .doc = "dictionary.yaml as it is stored."},
    {.name = "persons", .type = SPEC_ARRAY, .max = 10000, .doc = "Rows of person fields."},
    {.name = "events", .type = SPEC_ARRAY, .max = 10000, .doc = "Events with the rows of their properties."},
    {.name = "purposes", .type = SPEC_ARRAY, .max = 1000, .doc = "Purposes with their legal basis."},
    {.name = "identifiers", .type = SPEC_ARRAY, .max = 1000, .doc = "Identifier kinds with priority, limit and blocked values."},
    {.name = NULL},
};
static const struct spec_field check_answer[] = {
    {.name = "ok", .type = SPEC_BOOL, .doc = "Whether the text could be put in force."},
    {.name = "errors", .type = SPEC_ARRAY, .max = 50, .doc = "What is wrong, with line, column and row; at most 50."},
    {.name = "diff", .type = SPEC_ARRAY, .max = 100000, .doc = "Rows added, removed and changed against the current dictionary."},
    {.name = NULL},
};

static const struct spec_route routes[] = {
    {.name = "dictionary.get", .method = "GET", .path = "/v1/dictionary", .permission = SPEC_DICTIONARY_READ,
        .answer = dictionary_answer, .doc = "The effective dictionary and the shop's own text.", .handler = get},
    {.name = "dictionary.check", .method = "POST", .path = "/v1/dictionary/check", .permission = SPEC_DICTIONARY_READ,
        .body_kind = SPEC_BODY_JSON, .body_max = TEXT_MAX * 2, .body = text_body, .answer = check_answer,
        .doc = "Checks a dictionary text and says what it would change.", .handler = check},
    {.name = "dictionary.put", .method = "PUT", .path = "/v1/dictionary", .permission = SPEC_DICTIONARY_WRITE,
        .body_kind = SPEC_BODY_JSON, .body_max = TEXT_MAX * 2, .body = put_body, .answer = dictionary_answer,
        .doc = "Puts a new dictionary in force.", .handler = put},
};

const struct module govern_catalogue_module = {
    .name = "dictionary",
    .doc = "The data dictionary: every field, event and purpose is declared once.",
    .routes = routes,
    .route_count = CU_COUNT(routes),
};
