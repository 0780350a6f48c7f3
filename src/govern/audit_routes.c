// SPDX-License-Identifier: Apache-2.0
// Routes of the audit log: search, one person's, checkpoint, proofs, verification, cosignatures.
#include "audit_internal.h"

#include "text/text.h"

#include <stdio.h>

enum { LOOK_MAX = 4000000, PEOPLE_MAX = 4096 };

// --- the instance

static cu_code parse_witnesses(struct auditing *a, const char *text, struct cu_error *err)
{
    for (cu_str rest = cu_str_of(text); rest.len > 0;) {
        cu_str one = cu_str_trim(cu_str_cut(&rest, ','));
        if (one.len == 0)
            continue;
        if (a->witness_count == AUDIT_WITNESSES_MAX || note_key_parse(one, &a->witnesses[a->witness_count], NULL) != CU_OK ||
            a->witnesses[a->witness_count].kind != NOTE_COSIGNATURE)
            return cu_fail(err, CU_INVALID, "audit_witnesses",
                "up to %d verifier keys of witnesses (NAME+HASH+BASE64, cosignature/v1) are accepted", AUDIT_WITNESSES_MAX);
        a->witness_count++;
    }
    return CU_OK;
}

cu_code auditing_open(const struct auditing_options *o, struct auditing **ret, struct cu_error *err)
{
    struct auditing *a = cu_calloc(1, sizeof *a);
    if (!a)
        return cu_fail(err, CU_MEMORY, "", "no memory for the audit log's readers");
    a->options = *o;
    (void)snprintf(a->folder, sizeof a->folder, "%s", o->folder);
    (void)pthread_mutex_init(&a->lock, NULL);
    (void)pthread_mutex_init(&a->verifying, NULL);
    cu_code code = parse_witnesses(a, o->witnesses ? o->witnesses : "", err);
    const struct alert_limits limits = {.people_per_hour = o->people_per_hour, .sign_in_failures = o->sign_in_failures};
    if (code == CU_OK)
        code = alert_rules_open(
            &limits, o->shop_hours ? o->shop_hours : "", o->time_zone ? o->time_zone : "UTC", &a->rules, err);
    if (code == CU_OK && !(a->json = json_parser_new(512 * 1024)))
        code = cu_fail(err, CU_MEMORY, "", "no memory for the audit log's readers");
    if (code != CU_OK) {
        auditing_close(a);
        return code;
    }
    *ret = a;
    return CU_OK;
}

void auditing_close(struct auditing *a)
{
    if (!a)
        return;
    audit_reader_close(a->reader);
    alert_rules_close(a->rules);
    json_parser_free(a->json);
    (void)pthread_mutex_destroy(&a->lock);
    (void)pthread_mutex_destroy(&a->verifying);
    cu_free(a);
}

cu_code auditing_reader(struct auditing *a, struct audit_reader **ret, struct cu_error *err)
{
    (void)pthread_mutex_lock(&a->lock);
    cu_code code = a->reader ? CU_OK : audit_reader_open(a->folder, &a->reader, err);
    *ret = a->reader;
    (void)pthread_mutex_unlock(&a->lock);
    return code;
}

// --- searching

struct listing {
    struct auditing *a;
    struct request *rq;
    struct json_writer w;
    struct audit_names names;
    int64_t left;
    cu_code code;
    struct cu_error *err;
};

static bool list_entry(void *context, uint64_t index, cu_str entry)
{
    struct listing *l = context;
    l->code = audit_write_entry(l->a, l->rq, index, entry, &l->names, &l->w, l->err);
    return l->code == CU_OK && --l->left > 0;
}

static cu_code read_cursor(struct request *rq, uint64_t *ret, struct cu_error *err)
{
    int64_t before = 0;
    *ret = UINT64_MAX;
    if (!spec_has(&rq->query_values, "cursor"))
        return CU_OK;
    if (!cu_str_i64(spec_str(&rq->query_values, "cursor"), &before) || before < 1)
        return cu_fail(err, CU_INVALID, "cursor", "the value of `next` of an answer is accepted");
    *ret = (uint64_t)before;
    return CU_OK;
}

static cu_code write_list(struct auditing *a, struct request *rq, const struct audit_filter *f, struct cu_error *err)
{
    struct audit_reader *r = NULL;
    uint64_t before, next = 0;
    struct listing l = {.a = a, .rq = rq, .left = spec_i64(&rq->query_values, "limit"), .err = err};
    CU_TRY(read_cursor(rq, &before, err));
    CU_TRY(auditing_reader(a, &r, err));
    l.w = request_json(rq, 200);
    jw_object(&l.w);
    jw_key(&l.w, "items");
    jw_array(&l.w);
    CU_TRY(audit_search(r, f, before, LOOK_MAX, list_entry, &l, &next, err));
    CU_TRY(l.code);
    jw_array_end(&l.w);
    jw_key(&l.w, "next");
    if (next > 0) {
        char text[24];
        (void)snprintf(text, sizeof text, "%llu", (unsigned long long)next);
        jw_z(&l.w, text);
    } else {
        jw_null(&l.w);
    }
    jw_object_end(&l.w);
    return CU_OK;
}

static void filter_of(const struct request *rq, struct audit_filter *ret)
{
    const struct spec_values *v = &rq->query_values;
    *ret = (struct audit_filter){.from_ms = spec_i64(v, "from"), .to_ms = spec_i64(v, "to"), .action = spec_str(v, "action"),
        .outcome = spec_str(v, "outcome"), .actor_id = -1};
    if (spec_has(v, "staff")) {
        ret->actor = GUARD_STAFF;
        ret->actor_id = spec_i64(v, "staff");
    } else if (spec_has(v, "token")) {
        ret->actor = GUARD_TOKEN;
        ret->actor_id = spec_i64(v, "token");
    }
}

// Who reads the log stands in it, too.
static cu_code get_list(struct request *rq, struct cu_error *err)
{
    struct auditing *a = rq->module;
    struct audit_filter f;
    filter_of(rq, &f);
    CU_TRY(guard_note(people_guard(a->options.people), GUARD_DONE, NULL, 0, CU_NONE, false, err));
    return write_list(a, rq, &f, err);
}

// The profiles of the person behind {id}: their keys make the names under which they stand in the log.
static cu_code person_members(
    struct auditing *a, struct request *rq, uint32_t **ret, size_t *ret_count, struct cu_error *err)
{
    struct cu_uuid id;
    struct db *d = NULL;
    uint32_t root = 0;
    if (!cu_uuid_parse(request_path_str(rq, "id"), &id))
        return cu_fail(err, CU_INVALID, "id", "a uuid is accepted");
    CU_TRY(people_read_take(a->options.people, &d, err));
    cu_code code = people_by_uuid(a->options.people, d, id, &root, err);
    if (code == CU_OK)
        code = people_members(a->options.people, d, root, rq->arena, ret, ret_count, err);
    people_read_give(a->options.people, d);
    return code;
}

static cu_code get_person(struct request *rq, struct cu_error *err)
{
    struct auditing *a = rq->module;
    struct guard *g = people_guard(a->options.people);
    struct audit_filter f;
    uint32_t *pnos = NULL;
    size_t count = 0;
    CU_TRY(person_members(a, rq, &pnos, &count, err));
    count = count < PEOPLE_MAX ? count : PEOPLE_MAX;
    uint8_t(*people)[16] = cu_arena_alloc(rq->arena, (count + 1) * sizeof *people);
    uint64_t *subjects = cu_arena_alloc(rq->arena, (count + 1) * sizeof *subjects);
    if (!people || !subjects)
        return cu_fail(err, CU_MEMORY, "", "no memory for the person's names in the log");
    filter_of(rq, &f);
    for (size_t i = 0; i < count; i++) {
        subjects[i] = pnos[i];
        cu_code code = guard_pseudonym(g, pnos[i], people[f.people_count], err);
        if (code == CU_OK)
            f.people_count++;
        else if (code != CU_NOT_FOUND && code != CU_ERASED)
            return code;
    }
    f.people = (const uint8_t(*)[16])people;
    CU_TRY(guard_announce(g, subjects, count, CU_LIT("audit"), err));
    return write_list(a, rq, &f, err);
}

// --- checkpoint, proofs

static cu_code get_checkpoint(struct request *rq, struct cu_error *err)
{
    struct auditing *a = rq->module;
    CU_TRY(audit_checkpoint_read(a->folder, &rq->response.body, err));
    rq->response.status = 200;
    rq->response.content_type = "text/plain; charset=utf-8";
    return CU_OK;
}

static void write_hash(struct json_writer *w, const struct ledger_hash *h)
{
    struct cu_buf hex;
    cu_buf_init(&hex, 128);
    text_hex((cu_str){(const char *)h->bytes, sizeof h->bytes}, &hex);
    jw_str(w, cu_buf_view(&hex));
    cu_buf_clear(&hex);
}

static void write_proof(struct request *rq, uint64_t from, uint64_t to, const struct ledger_hash *from_hash,
    const struct ledger_hash *root, const struct ledger_proof *p, bool inclusion)
{
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    jw_kz(&w, "kind", inclusion ? "inclusion" : "consistency");
    jw_ki64(&w, "from", (int64_t)from);
    jw_ki64(&w, "size", (int64_t)to);
    jw_key(&w, "hash");
    write_hash(&w, from_hash);
    jw_key(&w, "root");
    write_hash(&w, root);
    jw_key(&w, "hashes");
    jw_array(&w);
    for (size_t i = 0; i < p->count; i++)
        write_hash(&w, &p->at[i]);
    jw_array_end(&w);
    jw_object_end(&w);
}

static cu_code get_proof(struct request *rq, struct cu_error *err)
{
    const struct spec_values *v = &rq->query_values;
    struct audit_reader *r = NULL;
    struct ledger_proof proof;
    struct ledger_hash from_hash, root;
    uint64_t size = 0;
    bool inclusion = spec_has(v, "index");
    if (inclusion == spec_has(v, "from_size"))
        return cu_fail(err, CU_INVALID, "index", "either index (inclusion) or from_size (consistency) is accepted");
    CU_TRY(auditing_reader(rq->module, &r, err));
    CU_TRY(audit_reader_refresh(r, &size, err));
    struct ledger *l = audit_reader_ledger(r);
    const char *to_name = inclusion ? "size" : "to_size";
    uint64_t to = spec_has(v, to_name) ? (uint64_t)spec_i64(v, to_name) : size;
    uint64_t from = (uint64_t)spec_i64(v, inclusion ? "index" : "from_size");
    CU_TRY(ledger_root(l, to, &root, err));
    if (inclusion) {
        CU_TRY(ledger_inclusion(l, from, to, &proof, err));
        CU_TRY(ledger_leaf(l, from, &from_hash, err));
    } else {
        CU_TRY(ledger_consistency(l, from, to, &proof, err));
        CU_TRY(ledger_root(l, from, &from_hash, err));
    }
    write_proof(rq, from, to, &from_hash, &root, &proof, inclusion);
    return CU_OK;
}

// --- verifying

static cu_code write_report(
    struct request *rq, const struct audit_report *r, int64_t ms, cu_code code, const struct cu_error *problem)
{
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    jw_kbool(&w, "ok", code == CU_OK);
    jw_ki64(&w, "size", (int64_t)r->size);
    jw_ki64(&w, "signed_size", (int64_t)r->signed_size);
    jw_ki64(&w, "cosigned_size", (int64_t)r->cosigned_size);
    jw_key(&w, "root");
    write_hash(&w, &r->root);
    jw_kz(&w, "key", r->key);
    jw_ki64(&w, "ms", ms);
    jw_kstr(&w, "problem", code == CU_OK ? CU_NONE : cu_str_of(problem->text));
    jw_object_end(&w);
    return CU_OK;
}

static cu_code post_verify(struct request *rq, struct cu_error *err)
{
    struct auditing *a = rq->module;
    struct audit_report report;
    struct cu_error problem = {.code = CU_OK};
    if (pthread_mutex_trylock(&a->verifying) != 0)
        return cu_fail(err, CU_BUSY, "", "the audit log is being verified already; try again in 5 seconds");
    int64_t started = cu_mono_us();
    cu_code code = audit_verify(a->folder, NULL, a->witnesses, a->witness_count, &report, NULL, NULL, &problem);
    (void)pthread_mutex_unlock(&a->verifying);
    if (code == CU_MEMORY || code == CU_IO)
        return cu_fail(err, code, "", "%s", problem.text);
    return write_report(rq, &report, (cu_mono_us() - started) / 1000, code, &problem);
}

static cu_code post_cosign(struct request *rq, struct cu_error *err)
{
    struct auditing *a = rq->module;
    CU_TRY(audit_cosign(a->folder, spec_str(&rq->body_values, "note"), a->witnesses, a->witness_count, err));
    rq->response.status = 204;
    return CU_OK;
}

// --- rows

static const char *const outcomes[] = {"attempt", "done", "refused", "failed", NULL};
#define SEARCH_FIELDS                                                                                                       \
    {.name = "from", .type = SPEC_TIME, .doc = "Only entries at or after this time."},                                      \
    {.name = "to", .type = SPEC_TIME, .doc = "Only entries before this time."},                                             \
    {.name = "staff", .type = SPEC_INT, .min = 0, .max = INT64_MAX, .doc = "Only what this member of staff did."},          \
    {.name = "token", .type = SPEC_INT, .min = 0, .max = INT64_MAX, .doc = "Only what was done with this API token."},      \
    {.name = "action", .type = SPEC_STRING, .min = 1, .max = 63, .doc = "Only this act; ending in a dot: all below."},         \
    {.name = "outcome", .type = SPEC_ENUM, .options = outcomes, .doc = "Only what ended so."},                              \
    {.name = "cursor", .type = SPEC_STRING, .min = 1, .max = 20, .doc = "`next` of the answer before."},                    \
    {.name = "limit", .type = SPEC_INT, .min = 1, .max = 200, .fallback = "50", .doc = "At most this many."}
static const struct spec_field search_query[] = {SEARCH_FIELDS, {.name = NULL}};
static const struct spec_field person_path[] = {
    {.name = "id", .type = SPEC_UUID, .required = true, .doc = "The person."},
    {.name = NULL},
};
static const struct spec_field proof_query[] = {
    {.name = "index", .type = SPEC_INT, .min = 0, .max = INT64_MAX, .doc = "The entry that is to be proved."},
    {.name = "size", .type = SPEC_INT, .min = 1, .max = INT64_MAX, .doc = "The size of the log it is in; default all."},
    {.name = "from_size",
        .type = SPEC_INT,
        .min = 0,
        .max = INT64_MAX,
        .doc = "The smaller size, for a proof that nothing was changed since."},
    {.name = "to_size", .type = SPEC_INT, .min = 0, .max = INT64_MAX, .doc = "The larger size; default all."},
    {.name = NULL},
};
static const struct spec_field hash_element[] = {
    {.name = "", .type = SPEC_STRING, .max = 64, .doc = "A hash, hexadecimal."},
    {.name = NULL},
};
static const struct spec_field proof_answer[] = {
    {.name = "kind", .type = SPEC_STRING, .max = 15, .doc = "inclusion or consistency."},
    {.name = "from", .type = SPEC_INT, .max = INT64_MAX, .doc = "The entry's index, or the smaller size."},
    {.name = "size", .type = SPEC_INT, .max = INT64_MAX, .doc = "The size of the log the root belongs to."},
    {.name = "hash",
        .type = SPEC_STRING,
        .max = 64,
        .doc = "The entry's leaf hash, or the root at the smaller size; hexadecimal."},
    {.name = "root", .type = SPEC_STRING, .max = 64, .doc = "The root at that size, hexadecimal."},
    {.name = "hashes",
        .type = SPEC_ARRAY,
        .max = LEDGER_PROOF_MAX,
        .fields = hash_element,
        .doc = "The proof, in the order of RFC 6962."},
    {.name = NULL},
};
static const struct spec_field verify_answer[] = {
    {.name = "ok", .type = SPEC_BOOL, .doc = "Whether every byte is as it was signed."},
    {.name = "size", .type = SPEC_INT, .max = INT64_MAX, .doc = "Entries in the log."},
    {.name = "signed_size", .type = SPEC_INT, .max = INT64_MAX, .doc = "Entries under the newest signature."},
    {.name = "cosigned_size",
        .type = SPEC_INT,
        .max = INT64_MAX,
        .doc = "Entries under the newest signature of a witness; 0: none."},
    {.name = "root", .type = SPEC_STRING, .max = 64, .doc = "The root of all entries, hexadecimal."},
    {.name = "key", .type = SPEC_STRING, .max = 255, .doc = "The verifier key of that signature; keep it elsewhere, too."},
    {.name = "ms", .type = SPEC_INT, .max = INT64_MAX, .doc = "How long it took, milliseconds."},
    {.name = "problem", .type = SPEC_STRING, .max = 255, .nullable = true, .doc = "What is wrong; null when nothing is."},
    {.name = NULL},
};
static const struct spec_field cosign_body[] = {
    {.name = "note",
        .type = SPEC_STRING,
        .min = 1,
        .max = NOTE_MAX,
        .required = true,
        .doc = "A checkpoint of this log with the line of a witness."},
    {.name = NULL},
};
static const struct spec_route routes[] = {
    {.name = "audit.list",
        .method = "GET",
        .path = "/v1/audit",
        .permission = SPEC_AUDIT_READ,
        .query = search_query,
        .answer = audit_list_answer,
        .doc = "Searches the audit log, newest first.",
        .handler = get_list},
    {.name = "audit.person",
        .method = "GET",
        .path = "/v1/people/{id}/audit",
        .permission = SPEC_AUDIT_READ,
        .path_fields = person_path,
        .query = search_query,
        .answer = audit_list_answer,
        .doc = "Who looked at this person, and changed what, newest first.",
        .handler = get_person},
    {.name = "audit.checkpoint",
        .method = "GET",
        .path = "/v1/audit/checkpoint",
        .permission = SPEC_PUBLIC,
        .doc =
            "Size and root of the audit log, signed (a C2SP signed note): keep one, and nobody can rewrite what was before.",
        .handler = get_checkpoint},
    {.name = "audit.proof",
        .method = "GET",
        .path = "/v1/audit/proof",
        .permission = SPEC_AUDIT_READ,
        .query = proof_query,
        .answer = proof_answer,
        .doc = "Proves that an entry is in the log, or that a larger log continues a smaller one (RFC 6962).",
        .handler = get_proof},
    {.name = "audit.verify",
        .method = "POST",
        .path = "/v1/audit/verify",
        .permission = SPEC_AUDIT_READ,
        .answer = verify_answer,
        .doc = "Reads the whole audit log and compares it with what was signed.",
        .handler = post_verify},
    {.name = "audit.cosign",
        .method = "POST",
        .path = "/v1/audit/cosignatures",
        .permission = SPEC_AUDIT_READ,
        .body_kind = SPEC_BODY_JSON,
        .body_max = 2 * NOTE_MAX,
        .body = cosign_body,
        .doc = "Keeps a checkpoint that a witness signed, too.",
        .handler = post_cosign},
};
const struct module govern_audit_module = {
    .name = "audit",
    .doc = "The audit log: searching, proofs, verification.",
    .routes = routes,
    .route_count = CU_COUNT(routes),
};
