// SPDX-License-Identifier: Apache-2.0
// The dictionary as staff work with it. See catalogue.h.
#include "catalogue.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "people/columns.h"

#include <pthread.h>
#include <stdio.h>

enum { TEXT_MAX = 1 << 20, RETIRED_MAX = 8, RETIRED_KEEP_MS = 10 * 60 * 1000, VERSION_TEXT = 17 };

struct catalogue {
    struct catalogue_options options;
    char *path;
    pthread_mutex_t lock;
    struct dictionary *current;
    // Former versions: a request or a batch may still read one, and none lasts ten minutes.
    struct {
        struct dictionary *dictionary;
        int64_t since_ms;
    } retired[RETIRED_MAX];
    catalogue_changed_fn *changed;
    void *changed_context;
};

static cu_code read_text(const struct catalogue *c, struct cu_buf *text, struct cu_error *err)
{
    cu_code code = cu_file_read_all(c->path, text, err);
    return code == CU_NOT_FOUND ? CU_OK : code; // no file: the built-in rows alone
}

// A place for the version that goes; CU_CONFLICT when eight are still being waited for.
static cu_code room_to_retire(struct catalogue *c, size_t *ret, struct cu_error *err)
{
    int64_t now = cu_now_ms();
    *ret = RETIRED_MAX;
    for (size_t i = 0; i < RETIRED_MAX; i++) {
        if (c->retired[i].dictionary && now - c->retired[i].since_ms > RETIRED_KEEP_MS) {
            dictionary_free(c->retired[i].dictionary);
            c->retired[i].dictionary = NULL;
        }
        if (!c->retired[i].dictionary)
            *ret = i;
    }
    if (*ret == RETIRED_MAX)
        return cu_fail(err, CU_CONFLICT, "", "the dictionary changed too often in ten minutes; wait a little");
    return CU_OK;
}

static void put_in_force(struct catalogue *c, struct dictionary *next, size_t room, cu_str text, bool file)
{
    const struct dictionary *before = c->current;
    if (c->current) {
        c->retired[room].dictionary = c->current;
        c->retired[room].since_ms = cu_now_ms();
    }
    c->current = next;
    people_set_dictionary(c->options.people, next);
    struct cu_error err;
    if (columns_follow(people_timeline(c->options.people), next, &err) != CU_OK) // what is missing is drawn from the words, slowly
        cu_log(CU_LOG_WARN, "dictionary.columns", CU_LS("code", cu_code_rows[err.code].name));
    if (c->changed)
        c->changed(c->changed_context, before, next, text, file);
}

static cu_code load_text(struct catalogue *c, cu_str text, struct cu_error *err)
{
    struct dictionary *next = NULL;
    size_t room = 0;
    CU_TRY(room_to_retire(c, &room, err));
    CU_TRY(dictionary_load(text, &next, err));
    put_in_force(c, next, room, text, true);
    return CU_OK;
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
    size_t size = strlen(o->path) + 1;
    c->path = cu_alloc(size);
    cu_code code = c->path ? CU_OK : cu_fail(err, CU_MEMORY, "", "no memory for the dictionary");
    if (c->path)
        memcpy(c->path, o->path, size);
    if (code == CU_OK)
        code = catalogue_reload(c, err);
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
    cu_free(c->path);
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
    size_t room = 0;
    CU_TRY(room_to_retire(c, &room, err)); // before the file changes: nothing can fail behind that
    CU_TRY(dictionary_load(text, &next, err));
    cu_code code = cu_file_replace(c->path, text.ptr, text.len, 0600, err);
    if (code == CU_OK)
        put_in_force(c, next, room, text, false);
    else
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

cu_code catalogue_text(struct catalogue *c, struct cu_buf *out, char version[17], struct cu_error *err)
{
    (void)pthread_mutex_lock(&c->lock);
    version_text(c->current, version);
    cu_code code = read_text(c, out, err);
    (void)pthread_mutex_unlock(&c->lock);
    return code;
}

void catalogue_on_change(struct catalogue *c, catalogue_changed_fn *fn, void *context)
{
    (void)pthread_mutex_lock(&c->lock);
    c->changed = fn;
    c->changed_context = context;
    (void)pthread_mutex_unlock(&c->lock);
}

static cu_code get(struct request *rq, struct cu_error *err)
{
    struct catalogue *c = rq->module;
    CU_AUTO_BUF struct cu_buf text;
    cu_buf_init(&text, TEXT_MAX);
    (void)pthread_mutex_lock(&c->lock);
    cu_code code = read_text(c, &text, err);
    if (code == CU_OK) {
        struct json_writer w = request_json(rq, 200);
        jw_object(&w);
        jw_kstr(&w, "text", cu_buf_view(&text));
        dictionary_print_members(c->current, &w); // the version among them
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

// The members of the dictionary's rows, as dict_attribute_print writes them.
static const struct spec_field name_element[] = {
    {.name = "", .type = SPEC_STRING, .max = 400, .doc = "A name or value."},
    {.name = NULL},
};
#define TEXT_MEMBER(name_, max_, doc_) {.name = name_, .type = SPEC_STRING, .max = max_, .nullable = true, .doc = doc_}
#define LIST_MEMBER(name_, max_, doc_) {.name = name_, .type = SPEC_ARRAY, .max = max_, .fields = name_element, .doc = doc_}
#define NUMBER_MEMBER(name_, doc_) {.name = name_, .type = SPEC_INT, .min = INT64_MIN, .max = INT64_MAX, .doc = doc_}
#define NAME_MEMBER(name_, doc_) {.name = name_, .type = SPEC_STRING, .min = 1, .max = 255, .doc = doc_}
static const struct spec_field field_rows[] = {
    NAME_MEMBER("name", "Name of the field; members of objects as address.city, elements of lists as products[].price."),
    NAME_MEMBER("type", "What a value may be."),
    NUMBER_MEMBER("min", "Least length, value or count."),
    NUMBER_MEMBER("max", "Greatest length, value or count."),
    LIST_MEMBER("options", 200, "The accepted values of type enum."),
    TEXT_MEMBER("category", 80, "Data category, a fideslang key."),
    NAME_MEMBER("level", "Protection: P0 to P4; P2 and above is sealed."),
    NAME_MEMBER("group", "Which sealed group holds the value."),
    LIST_MEMBER("purposes", 20, "What it may be used for."),
    NUMBER_MEMBER("retention_days", "Days until it is removed; 0: kept as long as the person."),
    NAME_MEMBER("collect", "Whether values are taken; no: they are dropped, and those that are there are erased."),
    TEXT_MEMBER("owner", 64, "The role that answers for it."),
    TEXT_MEMBER("identifier", 64, "Kind of identifier it also is, or null."),
    LIST_MEMBER("aliases", 50, "Other names under which it arrives."),
    LIST_MEMBER("from", 4, "Fields of the same event out of which it is worked out where no client sends it; else empty."),
    NAME_MEMBER("as", "What is taken out of those fields; none: it is sent."),
    TEXT_MEMBER("doc", 400, "What it is."),
    {.name = NULL},
};
static const struct spec_field event_rows[] = {
    NAME_MEMBER("name", "Name of the event."),
    LIST_MEMBER("aliases", 50, "Other names of the same event."),
    TEXT_MEMBER("category", 80, "Data category, a fideslang key."),
    LIST_MEMBER("purposes", 20, "What it may be used for."),
    NUMBER_MEMBER("retention_days", "Days until it is removed; 0: kept as long as the person."),
    TEXT_MEMBER("owner", 64, "The role that answers for it."),
    TEXT_MEMBER("doc", 400, "When it happens."),
    {.name = "fields", .type = SPEC_ARRAY, .max = 10000, .fields = field_rows, .doc = "Its properties."},
    {.name = NULL},
};
static const struct spec_field purpose_rows[] = {
    NAME_MEMBER("name", "Name of the purpose."),
    NAME_MEMBER("basis", "The legal basis it rests on."),
    LIST_MEMBER("categories", 50, "Consent categories of banners that stand for it."),
    LIST_MEMBER("recipients", 50, "Who receives data for it."),
    {.name = "validity_days", .type = SPEC_INT, .max = 36500, .doc = "How many days a consent holds; 0: until withdrawn."},
    TEXT_MEMBER("doc", 400, "What is done for it."),
    {.name = NULL},
};
static const struct spec_field identifier_rows[] = {
    NAME_MEMBER("kind", "Name of the kind."),
    NUMBER_MEMBER("priority", "1 is the strongest."),
    NUMBER_MEMBER("limit", "How many values of it one person may have."),
    LIST_MEMBER("blocked", 2000, "Values that identify nobody."),
    TEXT_MEMBER("doc", 400, "What it is."),
    {.name = NULL},
};
static const struct spec_field fault_rows[] = {
    {.name = "line", .type = SPEC_INT, .min = 0, .max = UINT32_MAX, .doc = "Line of the text, from 1."},
    {.name = "column", .type = SPEC_INT, .min = 0, .max = UINT32_MAX, .doc = "Column, from 1."},
    {.name = "row", .type = SPEC_STRING, .max = 255, .doc = "The row it stands in."},
    {.name = "code", .type = SPEC_STRING, .max = 32, .doc = "Name of the error."},
    {.name = "text", .type = SPEC_STRING, .max = 255, .doc = "What would be accepted."},
    {.name = NULL},
};
static const struct spec_field attribute_changes[] = {
    {.name = "name", .type = SPEC_STRING, .max = 64, .doc = "The attribute."},
    {.name = "before", .type = SPEC_ANY, .max = 65536, .nullable = true, .doc = "Its value now; null in a new row."},
    {.name = "after", .type = SPEC_ANY, .max = 65536, .nullable = true, .doc = "Its value then; null in a row that goes."},
    {.name = NULL},
};
static const char *const change_options[] = {"added", "removed", "changed", NULL};
static const struct spec_field row_changes[] = {
    {.name = "row", .type = SPEC_STRING, .max = 1023, .doc = "The row: section, event and name."},
    {.name = "change", .type = SPEC_ENUM, .options = change_options, .doc = "What happens to it."},
    {.name = "attributes", .type = SPEC_ARRAY, .max = 64, .fields = attribute_changes, .doc = "Attributes that differ."},
    {.name = NULL},
};
static const struct spec_field dictionary_answer[] = {
    {.name = "version", .type = SPEC_STRING, .max = 16, .doc = "Hash of the effective rows."},
    {.name = "text", .type = SPEC_STRING, .max = TEXT_MAX, .doc = "dictionary.yaml as it is stored."},
    {.name = "persons", .type = SPEC_ARRAY, .max = 10000, .fields = field_rows, .doc = "Rows of person fields."},
    {.name = "events", .type = SPEC_ARRAY, .max = 10000, .fields = event_rows, .doc = "Events with the rows of their properties."},
    {.name = "purposes", .type = SPEC_ARRAY, .max = 1000, .fields = purpose_rows, .doc = "Purposes with their legal basis."},
    {.name = "identifiers", .type = SPEC_ARRAY, .max = 1000, .fields = identifier_rows,
        .doc = "Identifier kinds with priority, limit and blocked values."},
    {.name = NULL},
};
static const struct spec_field check_answer[] = {
    {.name = "ok", .type = SPEC_BOOL, .doc = "Whether the text could be put in force."},
    {.name = "error_count", .type = SPEC_INT, .max = INT64_MAX, .doc = "How many faults the text has."},
    {.name = "errors", .type = SPEC_ARRAY, .max = 50, .fields = fault_rows, .doc = "What is wrong, with line, column and row; at most 50."},
    {.name = "diff", .type = SPEC_ARRAY, .max = 100000, .fields = row_changes,
        .doc = "Rows added, removed and changed against the current dictionary."},
    {.name = NULL},
};

static const struct spec_route routes[] = {
    {.name = "dictionary.get", .method = "GET", .path = "/v1/dictionary", .permission = SPEC_DICTIONARY_READ,
        .answer = dictionary_answer, .doc = "The effective dictionary and the shop's own text.", .handler = get},
    {.name = "dictionary.check", .method = "POST", .path = "/v1/dictionary/check", .permission = SPEC_DICTIONARY_READ,
        .body_kind = SPEC_BODY_JSON, .body_max = TEXT_MAX * 2, .body = text_body, .answer = check_answer,
        .doc = "Checks a dictionary text and says what it would change.", .handler = check},
    {.name = "dictionary.put", .method = "PUT", .path = "/v1/dictionary", .permission = SPEC_DICTIONARY_WRITE, .four_eyes = "dictionary",
        .body_kind = SPEC_BODY_JSON, .body_max = TEXT_MAX * 2, .body = put_body, .answer = dictionary_answer,
        .doc = "Puts a new dictionary in force.", .handler = put},
};

const struct module govern_catalogue_module = {
    .name = "dictionary",
    .doc = "The data dictionary: every field, event and purpose is declared once.",
    .routes = routes,
    .route_count = CU_COUNT(routes),
};
