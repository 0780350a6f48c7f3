// SPDX-License-Identifier: Apache-2.0
// The routes of people: decoded and permitted by their rows, then load, ask the gate, write. The
// answers' members are in people_answers.c. Module row people_module; instance: struct people.
#include "orders.h"
#include "people_sql.h"
#include "view.h"

#include <stdio.h>

// --- reading: each with a connection of its own

cu_code people_with_reader(struct request *rq, people_reading *fn, struct cu_error *err)
{
    struct people *p = rq->module;
    struct db *d = NULL;
    CU_TRY(people_read_take(p, &d, err));
    cu_code code = fn(p, d, rq, err);
    people_read_give(p, d);
    return code;
}

static int index_of(const char *const *names, cu_str name)
{
    for (int i = 0; names[i]; i++) {
        if (cu_str_eqz(name, names[i]))
            return i;
    }
    return 0;
}

static cu_code list(struct people *p, struct db *d, struct request *rq, const struct spec_values *v,
    struct cu_error *err)
{
    const struct list_query l = {.q = cu_str_trim(spec_str(v, "q")),
        .filter = (enum list_filter)index_of(list_filter_names, spec_str(v, "filter")),
        .sort = (enum list_sort)index_of(list_sort_names, spec_str(v, "sort")),
        .cursor = spec_str(v, "cursor"),
        .limit = (uint32_t)spec_i64(v, "limit"),
        .caller = &rq->caller};
    return list_write(p, d, rq, &l, err);
}

static cu_code read_list(struct people *p, struct db *d, struct request *rq, struct cu_error *err)
{
    return list(p, d, rq, &rq->query_values, err);
}

static cu_code get_list(struct request *rq, struct cu_error *err)
{
    return people_with_reader(rq, read_list, err);
}

static cu_code read_search(struct people *p, struct db *d, struct request *rq, struct cu_error *err)
{
    return list(p, d, rq, &rq->body_values, err);
}

static cu_code post_search(struct request *rq, struct cu_error *err)
{
    return people_with_reader(rq, read_search, err);
}

static cu_code read_lookup(struct people *p, struct db *d, struct request *rq, struct cu_error *err)
{
    uint32_t pno = 0, *pnos = NULL;
    size_t count = 0;
    struct cu_uuid id;
    const struct person_id given = {
        spec_str(&rq->body_values, "kind"), spec_str(&rq->body_values, "value")};
    if (sight_level(&rq->caller, sight_identifier_level(people_dictionary(p), given.kind)) == SPEC_VIEW_NONE)
        return cu_fail(err, CU_FORBIDDEN, "kind", "this role sees nothing of such identifiers, so it cannot ask for one");
    CU_TRY(people_lookup(p, given, &pno, err));
    if (pno == 0)
        return cu_fail(err, CU_NOT_FOUND, "value", "Nobody is known by this identifier.");
    CU_TRY(people_members(p, d, pno, rq->arena, &pnos, &count, err));
    CU_TRY(person_permitted(p, d, pnos, count, &rq->caller, err));
    CU_TRY(people_announce(p, pnos, count, "identifier", err));
    CU_TRY(people_uuid(p, d, pno, &id, err));
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    write_uuid(&w, "id", id);
    jw_object_end(&w);
    return CU_OK;
}

static cu_code post_lookup(struct request *rq, struct cu_error *err)
{
    return people_with_reader(rq, read_lookup, err);
}

static cu_code read_person(struct people *p, struct db *d, struct request *rq, struct cu_error *err)
{
    struct person who;
    CU_TRY(person_load(p, d, rq, "label,traits,identifiers,merges,consents,orders", &who, err));
    struct json_writer w = request_json(rq, 200);
    return person_write(p, d, rq, &who, &w, err);
}

static cu_code get_person(struct request *rq, struct cu_error *err)
{
    return people_with_reader(rq, read_person, err);
}

static cu_code read_events(struct people *p, struct db *d, struct request *rq, struct cu_error *err)
{
    struct person who;
    CU_TRY(person_load(p, d, rq, "events", &who, err));
    return person_events_write(p, d, rq, &who, err);
}

static cu_code get_events(struct request *rq, struct cu_error *err)
{
    return people_with_reader(rq, read_events, err);
}

static cu_code read_orders(struct people *p, struct db *d, struct request *rq, struct cu_error *err)
{
    struct person who;
    int64_t before = INT64_MAX, last = INT64_MIN;
    char next[24];
    cu_str cursor = spec_str(&rq->query_values, "cursor");
    if (cursor.len && !cu_str_i64(cursor, &before))
        return cu_fail(err, CU_INVALID, "cursor", "The cursor of another list.");
    if (sight_level(&rq->caller, DICT_P1) != SPEC_VIEW_FULL)
        return cu_fail(err, CU_FORBIDDEN, "", "orders are of level P1, which this role does not see in full");
    CU_TRY(person_load(p, d, rq, "orders", &who, err));
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    jw_key(&w, "items");
    jw_array(&w);
    CU_TRY(orders_of_person(p, d, who.pnos, who.count, before,
        (int)spec_i64(&rq->query_values, "limit"), &rq->caller, &w, &last, err));
    jw_array_end(&w);
    snprintf(next, sizeof(next), "%lld", (long long)last);
    jw_kz(&w, "next", last == INT64_MIN ? NULL : next);
    jw_object_end(&w);
    return cu_buf_code(w.out, err);
}

static cu_code get_orders(struct request *rq, struct cu_error *err)
{
    return people_with_reader(rq, read_orders, err);
}

static cu_code read_history(
    struct people *p, struct db *d, struct request *rq, struct cu_error *err)
{
    struct person who;
    struct sight sight = {.caller = &rq->caller, .dictionary = people_dictionary(p)};
    CU_TRY(person_load(p, d, rq, "history", &who, err));
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    jw_key(&w, "items");
    jw_array(&w);
    CU_TRY(traits_history_print(
        p, d, who.pnos, who.count, spec_str(&rq->query_values, "field"), &sight, rq->arena, &w, err));
    jw_array_end(&w);
    jw_ki64(&w, "masked", sight.masked);
    jw_ki64(&w, "hidden", sight.hidden);
    jw_kz(&w, "next", NULL);
    jw_object_end(&w);
    return cu_buf_code(w.out, err);
}

static cu_code get_history(struct request *rq, struct cu_error *err)
{
    return people_with_reader(rq, read_history, err);
}

static cu_code get_undeclared(struct request *rq, struct cu_error *err)
{
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    jw_key(&w, "items");
    jw_array(&w);
    undeclared_print(rq->module, &w);
    jw_array_end(&w);
    jw_kz(&w, "next", NULL);
    jw_object_end(&w);
    return cu_buf_code(w.out, err);
}

// --- rows

#define END                                                                                        \
    {                                                                                              \
        .name = NULL                                                                               \
    }
static const struct spec_field id_path[] = {
    {.name = "id",
        .type = SPEC_UUID,
        .required = true,
        .doc = "The person: the id of any of its profiles."},
    END,
};
#define CURSOR                                                                                     \
    {                                                                                              \
        .name = "cursor", .type = SPEC_STRING, .max = 200, .doc = "The `next` of the page before." \
    }
#define LIMIT                                                                                      \
    {                                                                                              \
        .name = "limit", .type = SPEC_INT, .min = 1, .max = LIST_LIMIT_MAX, .fallback = "50",      \
        .doc = "Items on a page."                                                                  \
    }
static const struct spec_field list_query_fields[] = {
    {.name = "q",
        .type = SPEC_STRING,
        .max = 200,
        .doc = "Beginnings of words of name, e-mail address, phone number or id; small typing "
               "errors in names are forgiven."},
    {.name = "filter",
        .type = SPEC_ENUM,
        .options = list_filter_names,
        .fallback = "all",
        .doc = "Which persons."},
    {.name = "sort",
        .type = SPEC_ENUM,
        .options = list_sort_names,
        .fallback = "last_seen",
        .doc = "By what, highest first."},
    CURSOR,
    LIMIT,
    END,
};
static const struct spec_field page_query[] = {CURSOR, LIMIT, END};
static const struct spec_field history_query[] = {
    {.name = "field",
        .type = SPEC_STRING,
        .max = FOLD_NAME_MAX,
        .doc = "Name of a field; without it, all of them."},
    END,
};
static const struct spec_field lookup_body[] = {
    {.name = "kind",
        .type = SPEC_STRING,
        .min = 1,
        .max = 64,
        .required = true,
        .doc = "Kind of identifier: email, phone, user_id ..."},
    {.name = "value",
        .type = SPEC_STRING,
        .min = 1,
        .max = 512,
        .required = true,
        .secret = true,
        .doc = "Its value, in any spelling."},
    END,
};
static const struct spec_field merge_body[] = {
    {.name = "other", .type = SPEC_UUID, .required = true, .doc = "The person that is the same."},
    {.name = "reason", .type = SPEC_STRING, .max = 1000, .doc = "Why; stored sealed."},
    END,
};
static const struct spec_field unmerge_body[] = {
    {.name = "edge",
        .type = SPEC_INT,
        .min = 1,
        .max = INT64_MAX,
        .required = true,
        .doc = "Number of the merge to end."},
    {.name = "reason", .type = SPEC_STRING, .max = 1000, .doc = "Why; stored sealed."},
    {.name = "never_link",
        .type = SPEC_BOOL,
        .doc = "Never join these two again, whatever events say."},
    END,
};
static const struct spec_field delete_query[] = {
    {.name = "reason",
        .type = SPEC_STRING,
        .max = 1000,
        .doc = "Why; not stored: nothing of the person is."},
    END,
};
static const struct spec_field dry_run_rule[] = {
    {.name = "kind",
        .type = SPEC_STRING,
        .min = 1,
        .max = 64,
        .required = true,
        .doc = "Kind of identifier."},
    {.name = "priority",
        .type = SPEC_INT,
        .min = 1,
        .max = 1000000,
        .doc = "1 is the strongest; decides for later events only."},
    {.name = "limit",
        .type = SPEC_INT,
        .min = 1,
        .max = 1000000,
        .required = true,
        .doc = "Different values one person may have."},
    END,
};
static const struct spec_field dry_run_body[] = {
    {.name = "identifiers",
        .type = SPEC_ARRAY,
        .max = PERSON_KINDS_MAX,
        .fields = dry_run_rule,
        .required = true,
        .doc = "The rules that would change."},
    END,
};

#define ROUTE(n, m, u, perm, h, d)                                                                 \
    .name = "people." n, .method = m, .path = u, .permission = perm, .handler = h, .doc = d
static const struct spec_route routes[] = {
    {ROUTE("list", "GET", "/v1/people", SPEC_PEOPLE_READ, get_list,
         "One page of persons, sorted and filtered; merged persons once."),
        .query = list_query_fields, .answer = list_answer},
    {ROUTE("search", "POST", "/v1/people/search", SPEC_PEOPLE_READ, post_search,
         "The same with the search words in the body: personal values never stand in addresses."),
        .body_kind = SPEC_BODY_JSON, .body_max = 4096, .body = list_query_fields,
        .answer = list_answer},
    {ROUTE("lookup", "POST", "/v1/people/lookup", SPEC_PEOPLE_READ, post_lookup,
         "Who has exactly this identifier?"),
        .body_kind = SPEC_BODY_JSON, .body_max = 4096, .body = lookup_body,
        .answer = lookup_answer},
    {ROUTE("show", "GET", "/v1/people/{id}", SPEC_PEOPLE_READ, get_person,
         "Everything about one person but events and orders."),
        .path_fields = id_path, .answer = person_answer},
    {ROUTE("events", "GET", "/v1/people/{id}/events", SPEC_PEOPLE_READ, get_events,
         "The person's events, newest first."),
        .path_fields = id_path, .query = page_query, .answer = event_items_answer},
    {ROUTE("orders", "GET", "/v1/people/{id}/orders", SPEC_PEOPLE_READ, get_orders,
         "The person's orders, newest first."),
        .path_fields = id_path, .query = page_query, .answer = order_items_answer},
    {ROUTE("history", "GET", "/v1/people/{id}/history", SPEC_PEOPLE_READ, get_history,
         "What was ever said about a field, by whom and when."),
        .path_fields = id_path, .query = history_query, .answer = history_answer},
    {ROUTE("merge", "POST", "/v1/people/{id}/merge", SPEC_PEOPLE_WRITE, people_post_merge,
         "Joins two persons by decision of staff."),
        .path_fields = id_path, .body_kind = SPEC_BODY_JSON, .body_max = 8192, .body = merge_body,
        .answer = merged_answer},
    {ROUTE("unmerge", "POST", "/v1/people/{id}/unmerge", SPEC_PEOPLE_WRITE, people_post_unmerge,
         "Ends a merge: both persons are exactly what they were."),
        .path_fields = id_path, .body_kind = SPEC_BODY_JSON, .body_max = 8192, .body = unmerge_body,
        .answer = merged_answer},
    {ROUTE("delete", "DELETE", "/v1/people/{id}", SPEC_PEOPLE_ERASE, people_delete_person,
         "Deletes a person: rows, identifiers, events and keys."),
        .reauth = true, .path_fields = id_path, .query = delete_query},
    {ROUTE("rules", "GET", "/v1/identity-rules", SPEC_DICTIONARY_READ, rules_get,
         "The rules by which identifiers make persons."),
        .answer = rules_answer},
    {ROUTE("rules_dry_run", "POST", "/v1/identity-rules/dry-run", SPEC_DICTIONARY_READ,
         rules_dry_run, "What other limits would make of the stored evidence; nothing is changed."),
        .body_kind = SPEC_BODY_JSON, .body_max = 65536, .body = dry_run_body,
        .answer = dry_run_answer},
    {ROUTE("undeclared", "GET", "/v1/dictionary/undeclared", SPEC_DICTIONARY_READ, get_undeclared,
         "Names of fields that came without being declared."),
        .answer = undeclared_answer},
};
static cu_code flush_job(void *module_instance, struct cu_error *err)
{
    return people_flush(module_instance, err);
}

static cu_code reseal_job(void *module_instance, struct cu_error *err)
{
    return people_reseal(module_instance, err);
}

static cu_code reindex_job(void *module_instance, struct cu_error *err)
{
    return people_reindex(module_instance, err);
}

static const struct spec_job jobs[] = {
    {"people-flush",
        "Writes counters that wait for a next event and finishes deletions that were interrupted.",
        5000, flush_job},
    {"people-reseal", "Seals rows anew after a class key was rotated.", 1000, reseal_job},
    {"people-reindex", "Builds the index of identifiers anew after its key was rotated.", 1000, reindex_job},
};
static const char *const personal_tables[] = {
    "identifier", "trait_history", "trait_current", "edge", NULL};

const struct module people_module = {
    .name = "people",
    .doc = "Persons: who they are, what is known of them, and finding them.",
    .routes = routes,
    .route_count = CU_COUNT(routes),
    .jobs = jobs,
    .job_count = CU_COUNT(jobs),
    .statements = people_sql_all,
    .personal_tables = personal_tables,
};
