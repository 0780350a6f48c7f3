// SPDX-License-Identifier: Apache-2.0
// The routes of proposals: making, reading, deciding. See proposal.h.
#include "proposal_internal.h"

#include "approval_internal.h"
#include "base/clock.h"
#include "base/log.h"
#include "proposal_sql.h"

#include <stdio.h>

enum { LIST_MAX = 100, ROW_MAX = 300 };

static int64_t who(const struct request *rq)
{
    return rq->caller.kind == CALLER_STAFF || rq->caller.kind == CALLER_TOKEN ? rq->caller.staff_id : 0;
}

static struct cu_uuid id_of(const struct request *rq)
{
    struct cu_uuid id = {{0}};
    (void)cu_uuid_parse(request_path_str(rq, "id"), &id);
    return id;
}

// --- writing

static cu_code write_sealed(struct proposals *p, struct json_writer *w, const char *name, uint32_t table, int64_t by,
    struct cu_uuid id, cu_str sealed,
    struct cu_error *err)
{
    struct cu_buf text;
    cu_buf_init(&text, 2 * PROPOSAL_WHY_MAX);
    cu_code code = sealed.len ? reason_open(p->o.govern, table, by, id, sealed, &text, err) : CU_OK;
    jw_kstr(w, name, text.len ? cu_buf_view(&text) : CU_NONE);
    cu_buf_wipe(&text);
    return code;
}

static cu_code write_members(struct proposals *p, struct json_writer *w, const struct proposal *r, struct cu_error *err)
{
    char id[37];
    cu_uuid_format(r->id, id);
    jw_kz(w, "id", id);
    jw_kstr(w, "state", r->state);
    jw_kstr(w, "form", r->form);
    CU_TRY(write_sealed(p, w, "why", PROPOSAL_TABLE, r->made_by, r->id, r->why_sealed, err));
    staff_name_write(p->o.govern, w, "made_by", r->made_by);
    jw_ktime(w, "made", r->made_ms);
    staff_name_write(p->o.govern, w, "decided_by", r->decided_by);
    jw_ktime(w, "decided", r->decided_ms < 0 ? INT64_MIN : r->decided_ms);
    CU_TRY(write_sealed(p, w, "note", PROPOSAL_TABLE + 1, r->decided_by, r->id, r->note_sealed, err));
    jw_kbool(w, "own", r->own);
    jw_key(w, "diff");
    jw_raw(w, r->diff);
    return CU_OK;
}

// As it would be now: the difference to the dictionary in force and what it touches, or why it cannot be laid over any more.
static cu_code write_now(struct proposals *p, struct json_writer *w, const struct proposal *r, struct cu_arena *a,
    struct cu_error *err)
{
    CU_AUTO_BUF struct cu_buf text, diff;
    struct dictionary *next = NULL;
    struct cu_error why = {.text = ""};
    char version[17];
    cu_buf_init(&text, 2 * DICTIONARY_TEXT_MAX);
    cu_buf_init(&diff, PROPOSAL_DIFF_MAX);
    cu_code code = proposal_text(p, r->form, r->change, &text, version, &why);
    if (code == CU_OK)
        code = proposal_check(cu_buf_view(&text), &next, &why);
    jw_kstr(w, "change", r->change);
    jw_kbool(w, "stale", !cu_str_eqz(r->base, version));
    jw_kbool(w, "ok", code == CU_OK);
    jw_kz(w, "fault", code == CU_OK ? NULL : why.text);
    jw_key(w, "touches");
    if (code != CU_OK) {
        jw_null(w);
        return code == CU_MEMORY ? cu_fail(err, CU_MEMORY, "", "no memory for a proposal") : CU_OK;
    }
    dictionary_diff_json(people_dictionary(p->o.people), next, &diff);
    code = cu_buf_code(&diff, err);
    if (code == CU_OK)
        code = proposal_touches(p, next, cu_buf_view(&diff), a, w, err);
    dictionary_free(next);
    return code;
}

static cu_code answer(struct request *rq, int status, struct cu_uuid id, struct cu_error *err)
{
    struct proposals *p = rq->module;
    struct proposal row;
    CU_AUTO_ARENA struct cu_arena *a = cu_arena_new((size_t)32 << 20);
    if (!a)
        return cu_fail(err, CU_MEMORY, "", "no memory for a proposal");
    CU_TRY(proposal_get(p, id, a, &row, err));
    struct json_writer w = request_json(rq, status);
    jw_object(&w);
    CU_TRY(write_members(p, &w, &row, err));
    CU_TRY(write_now(p, &w, &row, a, err));
    jw_object_end(&w);
    return CU_OK;
}

static cu_code get_one(struct request *rq, struct cu_error *err)
{
    return answer(rq, 200, id_of(rq), err);
}

static cu_code read_list(struct proposals *p, struct request *rq, struct proposal *rows, size_t limit, size_t *ret_count,
    struct cu_error *err)
{
    struct db *d = NULL;
    struct db_query q;
    struct cu_uuid before;
    memset(before.bytes, 0xff, sizeof before.bytes);
    *ret_count = 0;
    if (spec_has(&rq->query_values, "cursor") && !cu_uuid_parse(spec_str(&rq->query_values, "cursor"), &before))
        return cu_fail(err, CU_INVALID, "cursor", "the cursor of another list");
    CU_TRY(people_read_take(p->o.people, &d, err));
    cu_code code = db_prepare(d, &proposal_sql_list, &q, err);
    if (code == CU_OK) {
        db_bind_blob(&q, ":before", before.bytes, sizeof before.bytes);
        db_bind_str(&q, ":state", spec_has(&rq->query_values, "state") ? spec_str(&rq->query_values, "state") : CU_NONE);
        db_bind_i64(&q, ":limit", (int64_t)limit);
        while (*ret_count < limit && db_step(&q))
            proposal_read(&q, rq->arena, &rows[(*ret_count)++]);
        code = db_end(&q, err);
    }
    people_read_give(p->o.people, d);
    return code;
}

static cu_code list(struct request *rq, struct cu_error *err)
{
    struct proposals *p = rq->module;
    size_t limit = spec_has(&rq->query_values, "limit") ? (size_t)spec_i64(&rq->query_values, "limit") : 50, count = 0;
    struct proposal *rows = cu_arena_alloc(rq->arena, limit * sizeof *rows);
    char next[37] = "";
    if (!rows)
        return cu_fail(err, CU_MEMORY, "", "no memory for the proposals");
    CU_TRY(read_list(p, rq, rows, limit, &count, err));
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    jw_key(&w, "items");
    jw_array(&w);
    for (size_t i = 0; i < count; i++) {
        jw_object(&w);
        CU_TRY(write_members(p, &w, &rows[i], err));
        jw_object_end(&w);
    }
    jw_array_end(&w);
    if (count == limit)
        cu_uuid_format(rows[count - 1].id, next);
    jw_kz(&w, "next", next[0] ? next : NULL);
    jw_object_end(&w);
    return CU_OK;
}

// --- proposing

struct asked {
    const char *form;
    cu_str change;
};

// {"row":"events/Fitting Booked/branch","set":{..}} as the YAML that lays it over.
static cu_code rows_of_change(json change, struct cu_buf *out, struct cu_error *err)
{
    cu_str rest = json_str(json_get(change, "row")), section = cu_str_cut(&rest, '/'), name = cu_str_cut(&rest, '/');
    struct json_writer w;
    if (section.len == 0 || name.len == 0)
        return cu_fail(err, CU_INVALID, "/change/row",
            "a row is named like persons/shoe_size or events/Fitting Booked/branch");
    bool set = cu_str_eqz(section, "sets");
    jw_start(&w, out);
    jw_object(&w);
    jw_keys(&w, section);
    jw_object(&w);
    jw_keys(&w, name);
    if (rest.len) {
        jw_object(&w);
        if (!set) {
            jw_key(&w, "fields");
            jw_object(&w);
        }
        jw_keys(&w, rest);
    }
    jw_value(&w, json_get(change, "set"));
    for (int i = rest.len ? (set ? 3 : 4) : 2; i > 0; i--)
        jw_object_end(&w);
    return cu_buf_code(out, err);
}

static cu_code read_change(struct request *rq, struct cu_buf *out, struct asked *ret, struct cu_error *err)
{
    json change = spec_get(&rq->body_values, "change")->raw;
    bool remove = false;
    cu_str row = json_str(json_get(change, "row"));
    (void)json_bool(json_get(change, "remove"), &remove);
    if (row.len == 0 || row.len > ROW_MAX)
        return cu_fail(err, CU_INVALID, "/change/row",
            "a row is named like persons/shoe_size or events/Fitting Booked/branch");
    ret->form = remove ? "remove" : "rows";
    if (remove) {
        cu_buf_str(out, row);
    } else if (json_is(json_get(change, "set"), JSON_OBJECT)) {
        CU_TRY(rows_of_change(change, out, err));
    } else {
        return cu_fail(err, CU_MISSING, "/change/set",
            "say what changes, {\"set\":{\"retention_days\":365}}, or {\"remove\":true}");
    }
    ret->change = cu_buf_view(out);
    return cu_buf_code(out, err);
}

// A field that nobody needs: not collected any more, and what is there is erased.
static cu_code read_stop(struct request *rq, struct cu_buf *out, struct asked *ret, struct cu_error *err)
{
    struct proposals *p = rq->module;
    cu_str name = spec_str(&rq->body_values, "stop");
    const struct dict_field *f = dictionary_person_field(people_dictionary(p->o.people), name);
    struct json_writer w;
    if (!f)
        return cu_fail(err, CU_NOT_FOUND, "/stop", "no field of persons has this name");
    jw_start(&w, out);
    jw_object(&w);
    jw_key(&w, "persons");
    jw_object(&w);
    jw_keys(&w, f->name);
    jw_object(&w);
    jw_kz(&w, "collect", "no");
    for (int i = 0; i < 3; i++)
        jw_object_end(&w);
    *ret = (struct asked){"rows", cu_buf_view(out)};
    return cu_buf_code(out, err);
}

static cu_code read_asked(struct request *rq, struct cu_buf *out, struct asked *ret, struct cu_error *err)
{
    static const char *const ways[] = {"yaml", "change", "stop", "text", "back_to"};
    const struct spec_values *b = &rq->body_values;
    int given = 0;
    for (size_t i = 0; i < CU_COUNT(ways); i++)
        given += spec_has(b, ways[i]);
    if (given != 1)
        return cu_fail(err, CU_INVALID, "/yaml", "say the change in one way: yaml, change, stop, text or back_to");
    if (spec_has(b, "change"))
        return read_change(rq, out, ret, err);
    if (spec_has(b, "stop"))
        return read_stop(rq, out, ret, err);
    if (spec_has(b, "back_to"))
        CU_TRY(history_text(rq->module, spec_i64(b, "back_to"), out, err));
    else
        cu_buf_str(out, spec_str(b, spec_has(b, "yaml") ? "yaml" : "text"));
    *ret = (struct asked){spec_has(b, "yaml") ? "rows" : "text", cu_buf_view(out)};
    return cu_buf_code(out, err);
}

static cu_code check_asked(struct proposals *p, const struct asked *asked, struct cu_buf *diff, char version[17],
    struct cu_error *err)
{
    CU_AUTO_BUF struct cu_buf text;
    struct dictionary *next = NULL;
    cu_buf_init(&text, 2 * DICTIONARY_TEXT_MAX);
    CU_TRY(proposal_text(p, cu_str_of(asked->form), asked->change, &text, version, err));
    CU_TRY(proposal_check(cu_buf_view(&text), &next, err));
    dictionary_diff_json(people_dictionary(p->o.people), next, diff);
    dictionary_free(next);
    CU_TRY(cu_buf_code(diff, err));
    return diff->len > 2 ? CU_OK : cu_fail(err, CU_CONFLICT, "",
        "that changes nothing: the dictionary in force says so already");
}

static cu_code propose(struct request *rq, struct cu_error *err)
{
    struct proposals *p = rq->module;
    CU_AUTO_BUF struct cu_buf change, diff;
    struct asked asked = {NULL, CU_NONE};
    char version[17];
    cu_buf_init(&change, DICTIONARY_TEXT_MAX);
    cu_buf_init(&diff, PROPOSAL_DIFF_MAX);
    CU_TRY(read_asked(rq, &change, &asked, err));
    CU_TRY(check_asked(p, &asked, &diff, version, err));
    const struct proposal row = {.id = cu_uuid7(), .form = cu_str_of(asked.form), .change = asked.change,
        .base = cu_str_of(version),
        .diff = cu_buf_view(&diff), .made_by = who(rq)};
    CU_TRY(proposal_put(p, &row, spec_str(&rq->body_values, "why"), err));
    return answer(rq, 201, row.id, err);
}

// --- deciding

// The row of the route asks for the least of the two: who writes the dictionary, or who approves what others ask.
static bool is_reviewer(const struct request *rq)
{
    return (rq->caller.permissions >> SPEC_DICTIONARY_WRITE & 1) || (rq->caller.permissions >> SPEC_APPROVE & 1);
}

static cu_code may_decide(struct proposals *p, const struct request *rq, const struct proposal *row, bool *ret_own,
    struct cu_error *err)
{
    int64_t reviewers = 0;
    *ret_own = row->made_by == who(rq);
    if (!is_reviewer(rq))
        return cu_fail(err, CU_FORBIDDEN, "", "this takes the permission dictionary_write or approve");
    if (rq->caller.kind == CALLER_TOKEN)
        return cu_fail(err, CU_FORBIDDEN, "", "a member of staff who is signed in has to approve, not a token");
    if (!*ret_own)
        return CU_OK;
    CU_TRY(proposal_reviewers(p, &reviewers, err));
    if (reviewers > 1 || (rq->caller.kind == CALLER_LOCAL && reviewers > 0))
        return cu_fail(err, CU_FORBIDDEN, "approval", "somebody else has to approve what you proposed");
    return CU_OK;
}

static cu_code apply(struct proposals *p, const struct proposal *row, cu_str text, const char *version, int64_t by,
    struct cu_error *err)
{
    history_by_proposal(&row->id, by);
    cu_code code = catalogue_replace(p->o.catalogue, text, cu_str_of(version), err);
    history_by_proposal(NULL, 0);
    struct cu_error late = {.text = ""};
    const struct proposal_move m = {.id = row->id, .from = "applying", .to = code == CU_OK ? "applied" : "waiting"};
    if (proposal_move(p, &m, &late) != CU_OK) // the next start settles it
        cu_log_error("dictionary.proposal", &late);
    return code;
}

static cu_code approve_row(struct request *rq, const struct proposal *row, struct cu_error *err)
{
    struct proposals *p = rq->module;
    CU_AUTO_BUF struct cu_buf text, diff;
    struct dictionary *next = NULL;
    struct proposal_move m = {.id = row->id, .from = "waiting", .to = "applying", .by = who(rq), .decides = true,
        .note = spec_str(&rq->body_values, "note")};
    char version[17], target[17];
    cu_buf_init(&text, 2 * DICTIONARY_TEXT_MAX);
    cu_buf_init(&diff, PROPOSAL_DIFF_MAX);
    CU_TRY(may_decide(p, rq, row, &m.own, err));
    CU_TRY(proposal_text(p, row->form, row->change, &text, version, err));
    if (cu_str_eqz(row->form, "text") && !cu_str_eqz(row->base, version))
        return cu_fail(err, CU_PRECONDITION, "",
            "the dictionary changed since this whole text was proposed; propose it again");
    CU_TRY(proposal_check(cu_buf_view(&text), &next, err));
    dictionary_diff_json(people_dictionary(p->o.people), next, &diff);
    (void)snprintf(target, sizeof target, "%016llx", (unsigned long long)dictionary_version(next));
    dictionary_free(next);
    CU_TRY(cu_buf_code(&diff, err));
    m.target = cu_str_of(target);
    m.diff = cu_buf_view(&diff);
    CU_TRY(proposal_move(p, &m, err));
    return apply(p, row, cu_buf_view(&text), version, m.by, err);
}

static cu_code approve(struct request *rq, struct cu_error *err)
{
    struct proposal row;
    CU_TRY(proposal_get(rq->module, id_of(rq), rq->arena, &row, err));
    if (!cu_str_eqz(row.state, "waiting"))
        return cu_fail(err, CU_CONFLICT, "", "it has been decided already");
    CU_TRY(approve_row(rq, &row, err));
    return answer(rq, 200, row.id, err);
}

// By who proposed it: withdrawn.
static cu_code reject(struct request *rq, struct cu_error *err)
{
    struct proposal row;
    CU_TRY(proposal_get(rq->module, id_of(rq), rq->arena, &row, err));
    if (!is_reviewer(rq))
        return cu_fail(err, CU_FORBIDDEN, "", "this takes the permission dictionary_write or approve");
    const struct proposal_move m = {.id = row.id, .from = "waiting",
        .to = row.made_by == who(rq) ? "withdrawn" : "rejected", .by = who(rq),
        .decides = true, .own = row.made_by == who(rq), .note = spec_str(&rq->body_values, "note")};
    CU_TRY(proposal_move(rq->module, &m, err));
    return answer(rq, 200, row.id, err);
}

// --- rows

#define END {.name = NULL}
static const char *const states[] = {"waiting", "applying", "applied", "rejected", "withdrawn", NULL};
static const char *const forms[] = {"rows", "remove", "text", NULL};
static const char *const ways[] = {"first", "proposal", "put", "file", NULL};
static const char *const changes[] = {"added", "removed", "changed", NULL};
static const char *const policies[] = {"none", "wording", "material", NULL};
static const struct spec_field attribute_fields[] = {
    {.name = "name", .type = SPEC_STRING, .max = 32, .doc = "Name of the attribute."},
    {.name = "before", .type = SPEC_ANY, .max = 1, .nullable = true, .doc = "What it said."},
    {.name = "after", .type = SPEC_ANY, .max = 1, .nullable = true, .doc = "What it says."},
    END,
};
static const struct spec_field diff_fields[] = {
    {.name = "row", .type = SPEC_STRING, .max = ROW_MAX, .doc = "The row, like persons/shoe_size."},
    {.name = "change", .type = SPEC_ENUM, .options = changes, .doc = "What happens to it."},
    {.name = "attributes", .type = SPEC_ARRAY, .max = 64, .fields = attribute_fields, .doc = "Its attributes."},
    END,
};
#define PROPOSAL_MEMBERS \
    {.name = "id", .type = SPEC_UUID, .doc = "The proposal."}, \
    {.name = "state", .type = SPEC_ENUM, .options = states, .doc = "What became of it."}, \
    {.name = "form", .type = SPEC_ENUM, .options = forms, .doc = "How the change is said."}, \
    {.name = "why", .type = SPEC_STRING, .max = PROPOSAL_WHY_MAX, .nullable = true, \
        .doc = "Why; null when its author was removed."}, \
    {.name = "made_by", .type = SPEC_STRING, .max = 254, .nullable = true, \
        .doc = "Who proposed it; null: the local operator."}, \
    {.name = "made", .type = SPEC_TIME, .doc = "When."}, \
    {.name = "decided_by", .type = SPEC_STRING, .max = 254, .nullable = true, .doc = "Who decided."}, \
    {.name = "decided", .type = SPEC_TIME, .nullable = true, .doc = "When."}, \
    {.name = "note", .type = SPEC_STRING, .max = PROPOSAL_WHY_MAX, .nullable = true, .doc = "What who decided said."}, \
    {.name = "own", .type = SPEC_BOOL, .doc = "Decided by who proposed it, there being nobody else."}, \
    {.name = "diff", .type = SPEC_ARRAY, .max = 20000, .fields = diff_fields, \
        .doc = "The difference when it was proposed; once applied, as it was applied."}
static const struct spec_field item_fields[] = {PROPOSAL_MEMBERS, END};
static const struct spec_field name_element[] = {{.name = "", .type = SPEC_STRING, .max = 400,
    .doc = "segment:.., persona:.., slot:.. or query:.."}, END};
static const struct spec_field touch_rows[] = {
    {.name = "row", .type = SPEC_STRING, .max = ROW_MAX, .doc = "The row."},
    {.name = "change", .type = SPEC_ENUM, .options = changes, .doc = "What happens to it."},
    {.name = "used_in", .type = SPEC_ARRAY, .max = 5000, .fields = name_element, .doc = "What names it."},
    {.name = "filled", .type = SPEC_INT, .min = 0, .max = INT64_MAX, .nullable = true,
        .doc = "Profiles with a value, as counted last."},
    {.name = "erased_people", .type = SPEC_INT, .min = 0, .max = INT64_MAX, .nullable = true,
        .doc = "Profiles whose values would be erased, looked at now; null: none will."},
    {.name = "erased_values", .type = SPEC_INT, .min = 0, .max = INT64_MAX, .nullable = true,
        .doc = "How many values, with the history."},
    {.name = "complete", .type = SPEC_BOOL, .doc = "Everybody was looked at for that."},
    {.name = "retention", .type = SPEC_BOOL,
        .doc = "How long it is kept changes: see its rule at GET /v1/retention afterwards."},
    END,
};
static const struct spec_field touch_fields[] = {
    {.name = "rows", .type = SPEC_ARRAY, .max = 200, .fields = touch_rows, .doc = "Row by row."},
    {.name = "policy", .type = SPEC_ENUM, .options = policies, .doc = "material: consents that it touches become stale."},
    {.name = "policy_changes", .type = SPEC_ANY, .max = 1, .doc = "What changes for the customers, per purpose."},
    END,
};
static const struct spec_field one_answer[] = {
    PROPOSAL_MEMBERS,
    {.name = "change", .type = SPEC_STRING, .max = 1 << 20,
        .doc = "The change itself: YAML of rows, the row to take out, or the whole text."},
    {.name = "stale", .type = SPEC_BOOL, .doc =
        "The dictionary changed since; the difference below is to the one in force."},
    {.name = "ok", .type = SPEC_BOOL, .doc = "It can be laid over the dictionary in force."},
    {.name = "fault", .type = SPEC_STRING, .max = 255, .nullable = true, .doc = "Why it cannot."},
    {.name = "touches", .type = SPEC_OBJECT, .max = 1, .nullable = true, .fields = touch_fields,
        .doc = "What it would touch now."},
    END,
};
static const struct spec_field list_query[] = {
    {.name = "state", .type = SPEC_ENUM, .options = states, .doc = "Only these."},
    {.name = "cursor", .type = SPEC_STRING, .max = 36, .doc = "From the page before."},
    {.name = "limit", .type = SPEC_INT, .min = 1, .max = LIST_MAX, .doc = "Rows of a page; 50 unless said."},
    END,
};
static const struct spec_field list_answer[] = {
    {.name = "items", .type = SPEC_ARRAY, .max = LIST_MAX, .fields = item_fields, .doc = "Newest first."},
    {.name = "next", .type = SPEC_STRING, .max = 36, .nullable = true, .doc = "Cursor of the next page."},
    END,
};
static const struct spec_field change_fields[] = {
    {.name = "row", .type = SPEC_STRING, .min = 3, .max = ROW_MAX, .required = true,
        .doc = "persons/shoe_size, events/Fitting Booked/branch."},
    {.name = "set", .type = SPEC_ANY, .max = 1 << 18, .doc = "Attributes that it gets; null takes the built-in one away."},
    {.name = "remove", .type = SPEC_BOOL, .doc = "The shop's row goes; what is built in holds again."},
    END,
};
static const struct spec_field propose_body[] = {
    {.name = "yaml", .type = SPEC_STRING, .min = 3, .max = 1 << 20,
        .doc = "Rows as they would stand in dictionary.yaml, laid over what is there."},
    {.name = "change", .type = SPEC_OBJECT, .max = 1 << 20, .fields = change_fields, .doc = "One row."},
    {.name = "stop", .type = SPEC_STRING, .min = 1, .max = 255,
        .doc = "A field of persons that is not to be collected any more; its values are erased."},
    {.name = "text", .type = SPEC_STRING, .max = 1 << 20, .doc = "The whole dictionary.yaml."},
    {.name = "back_to", .type = SPEC_INT, .min = 1, .max = INT32_MAX,
        .doc = "Number of an older version whose text holds again."},
    {.name = "why", .type = SPEC_STRING, .min = 3, .max = PROPOSAL_WHY_MAX, .required = true,
        .doc = "Why; stored sealed, kept with the history."},
    END,
};
static const struct spec_field decide_body[] = {
    {.name = "note", .type = SPEC_STRING, .max = PROPOSAL_WHY_MAX, .doc = "What who decides says to it; stored sealed."},
    END,
};
static const struct spec_field id_path[] = {{.name = "id", .type = SPEC_UUID, .required = true, .doc = "The proposal."},
    END};
static const struct spec_field history_query[] = {
    {.name = "row", .type = SPEC_STRING, .max = ROW_MAX,
        .doc = "Only versions in which this row, or a field of it, changed."},
    {.name = "cursor", .type = SPEC_STRING, .max = 20, .doc = "From the page before."},
    {.name = "limit", .type = SPEC_INT, .min = 1, .max = LIST_MAX, .doc = "Rows of a page; 20 unless said."},
    END,
};
static const struct spec_field version_fields[] = {
    {.name = "number", .type = SPEC_INT, .min = 1, .max = INT64_MAX, .doc = "Counts the versions from 1."},
    {.name = "version", .type = SPEC_STRING, .max = 16, .doc = "Hash of its rows, as GET /v1/dictionary says it."},
    {.name = "at", .type = SPEC_TIME, .doc = "Since when it was in force."},
    {.name = "way", .type = SPEC_ENUM, .options = ways,
        .doc = "How: first, by a proposal, put directly, or the file (or the program) was changed."},
    {.name = "by", .type = SPEC_STRING, .max = 254, .nullable = true,
        .doc = "Who put it in force; null: the local operator, or nobody who signed in."},
    {.name = "proposal", .type = SPEC_UUID, .nullable = true, .doc = "The proposal."},
    {.name = "why", .type = SPEC_STRING, .max = PROPOSAL_WHY_MAX, .nullable = true, .doc = "Why, as proposed."},
    {.name = "proposed_by", .type = SPEC_STRING, .max = 254, .nullable = true, .doc = "Who proposed it."},
    {.name = "own", .type = SPEC_BOOL, .doc = "Approved by who proposed it, there being nobody else."},
    {.name = "changes", .type = SPEC_ARRAY, .max = 500, .fields = diff_fields, .doc = "What changed, at most 500 rows."},
    END,
};
static const struct spec_field history_answer[] = {
    {.name = "items", .type = SPEC_ARRAY, .max = LIST_MAX, .fields = version_fields, .doc = "Newest first."},
    {.name = "next", .type = SPEC_STRING, .max = 20, .nullable = true, .doc = "Cursor of the next page."},
    END,
};

static const struct spec_route routes[] = {
    {.name = "proposals.list", .method = "GET", .path = "/v1/dictionary/proposals", .permission = SPEC_DICTIONARY_READ,
        .query = list_query,
        .answer = list_answer, .doc = "Changes of the dictionary that were proposed.", .handler = list},
    {.name = "proposals.make", .method = "POST", .path = "/v1/dictionary/proposals", .permission = SPEC_DICTIONARY_WRITE,
        .body_kind = SPEC_BODY_JSON, .body_max = 1 << 21, .body = propose_body, .answer = one_answer,
        .doc = "Proposes a change of the dictionary; nothing changes yet.", .handler = propose},
    {.name = "proposals.get", .method = "GET", .path = "/v1/dictionary/proposals/{id}", .permission = SPEC_DICTIONARY_READ,
        .path_fields = id_path, .answer = one_answer, .doc = "A proposal, its difference and what it touches.",
            .handler = get_one},
    {.name = "proposals.approve", .method = "POST", .path = "/v1/dictionary/proposals/{id}/approve",
        .permission = SPEC_DICTIONARY_READ,
        .reauth = true, .path_fields = id_path, .body_kind = SPEC_BODY_JSON, .body_max = 16384, .body = decide_body,
            .answer = one_answer,
        .doc = "Puts somebody else's proposal in force; takes dictionary_write or approve.", .handler = approve},
    {.name = "proposals.reject", .method = "POST", .path = "/v1/dictionary/proposals/{id}/reject",
        .permission = SPEC_DICTIONARY_READ,
        .path_fields = id_path, .body_kind = SPEC_BODY_JSON, .body_max = 16384, .body = decide_body, .answer = one_answer,
        .doc = "Rejects a proposal, with dictionary_write or approve; one's own is withdrawn.", .handler = reject},
    {.name = "dictionary.history", .method = "GET", .path = "/v1/dictionary/history", .permission = SPEC_DICTIONARY_READ,
        .query = history_query, .answer = history_answer,
            .doc = "Every version of the dictionary: who, when, why, what changed.", .handler = history_list},
};

const struct module govern_proposal_module = {
    .name = "proposals",
    .doc = "The dictionary changed with review, and its history.",
    .routes = routes,
    .route_count = CU_COUNT(routes),
    .statements = proposal_sql_all,
};
