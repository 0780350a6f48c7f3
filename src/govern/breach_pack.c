// SPDX-License-Identifier: Apache-2.0
// The evidence of a breach as one ZIP file: the record with its steps, the entries of the audit log with the path of each
// to a signed checkpoint, the people (each for those who may see them), the letters, and manifest.json with the SHA-256 of each
// member, which is noted in the log: `custos verify proof.json` checks that, and with it the rest.
#include "breach_internal.h"

#include "base/clock.h"
#include "consent/proof.h"
#include "crypto/sign.h"
#include "text/csv.h"
#include "text/text.h"
#include "text/zip.h"

#include <stdio.h>

enum {
    ENTRIES_MAX = 10000,
    PEOPLE_MAX = 20000,
    PEOPLE_AT_ONCE = 20,
    MANIFEST_MAX = 64 * 1024,
    MEMBER_MAX = 48 << 20,
    NAMES_MAX = 64
};

struct pack {
    struct breaches *b;
    struct request *rq;
    struct db *d;
    struct breach row;
    struct zip *zip;
    struct json_writer manifest;
    int64_t entries_left, people_left; // out of it
    bool people, log; // whether the caller may see them
};

static void hex_of(const uint8_t *bytes, size_t len, struct cu_buf *out)
{
    text_hex((cu_str){(const char *)bytes, len}, out);
}

static cu_code add(struct pack *p, const char *name, cu_str bytes, struct cu_error *err)
{
    uint8_t digest[32];
    struct cu_buf hex;
    cu_buf_init(&hex, 65);
    sign_digest(bytes, CU_NONE, digest);
    hex_of(digest, sizeof digest, &hex);
    jw_kstr(&p->manifest, name, cu_buf_view(&hex));
    cu_buf_clear(&hex);
    return zip_add(p->zip, name, bytes, err);
}

// --- the record

static cu_code add_record(struct pack *p, struct cu_error *err)
{
    struct json_writer w;
    struct cu_buf text;
    cu_code code = CU_OK;
    cu_buf_init(&text, MEMBER_MAX);
    jw_start(&w, &text);
    jw_object(&w);
    code = breach_members(p->b, p->d, &p->row, &w, err);
    jw_object_end(&w);
    if (code == CU_OK)
        code = cu_buf_code(&text, err);
    if (code == CU_OK)
        code = add(p, "breach.json", cu_buf_view(&text), err);
    cu_buf_wipe(&text);
    return code;
}

static cu_code add_letters(struct pack *p, struct cu_error *err)
{
    cu_code code = CU_OK;
    for (int i = 0; breach_languages[i] && code == CU_OK; i++) {
        for (int people = 0; people < 2 && code == CU_OK; people++) {
            char name[64];
            CU_AUTO_BUF struct cu_buf subject, text;
            cu_buf_init(&subject, 4096);
            cu_buf_init(&text, BREACH_TEXTS_MAX);
            code = breach_letter_draft(p->b, p->d, &p->row, breach_languages[i], people, &subject, &text, err);
            cu_buf_char(&subject, '\n');
            cu_buf_char(&subject, '\n');
            cu_buf_str(&subject, cu_buf_view(&text));
            (void)snprintf(name, sizeof name, "letters/%s-%s.txt", people ? "people" : "authority", breach_languages[i]);
            if (code == CU_OK)
                code = add(p, name, cu_buf_view(&subject), err);
        }
    }
    return code;
}

// --- the entries

struct gathering {
    struct pack *p;
    struct breach_query queries[BREACH_QUERIES_MAX];
    uint8_t names[BREACH_QUERIES_MAX][NAMES_MAX][16];
    size_t count, at;
    struct ledger *ledger;
    struct note_checkpoint checkpoint;
    struct json_writer w;
    int64_t entries;
    cu_code code;
    struct cu_error *err;
};

static cu_code write_inclusion(struct gathering *g, uint64_t index)
{
    struct ledger_proof proof;
    CU_TRY(ledger_inclusion(g->ledger, index, g->checkpoint.size, &proof, g->err));
    jw_key(&g->w, "inclusion");
    jw_array(&g->w);
    for (size_t i = 0; i < proof.count; i++) {
        struct cu_buf hex;
        cu_buf_init(&hex, 2 * LEDGER_HASH + 1);
        hex_of(proof.at[i].bytes, LEDGER_HASH, &hex);
        jw_str(&g->w, cu_buf_view(&hex));
        cu_buf_clear(&hex);
    }
    jw_array_end(&g->w);
    return CU_OK;
}

static cu_code write_entry(struct gathering *g, uint64_t index, cu_str entry)
{
    if (g->entries == ENTRIES_MAX || index >= g->checkpoint.size) {
        g->p->entries_left++;
        return CU_OK;
    }
    g->entries++;
    g->w.comma = false;
    jw_object(&g->w);
    jw_ki64(&g->w, "index", (int64_t)index);
    jw_kstr(&g->w, "entry", entry);
    CU_TRY(write_inclusion(g, index));
    jw_object_end(&g->w);
    cu_buf_char(g->w.out, '\n');
    return CU_OK;
}

static bool gather(void *context, uint64_t index, cu_str entry)
{
    struct gathering *g = context;
    json e;
    g->code = json_parse(g->p->rq->json, entry, &e, g->err);
    if (g->code != CU_OK)
        return false;
    cu_str fields = json_str(json_get(e, "fields")), outcome = json_str(json_get(e, "outcome"));
    for (size_t i = 0; i <= g->at; i++) {
        if (!breach_query_matches(&g->queries[i], entry, fields, outcome))
            continue;
        g->code = i == g->at ? write_entry(g, index, entry) : CU_OK;
        break;
    }
    return g->code == CU_OK;
}

static cu_code gather_all(struct gathering *g, struct audit_reader *reader, struct cu_error *err)
{
    struct breaches *b = g->p->b;
    CU_TRY(breach_queries(g->p->d, g->p->row.id, g->queries, &g->count, err));
    for (size_t i = 0; i < g->count; i++)
        CU_TRY(breach_query_aim(b, &g->queries[i], g->names[i], NAMES_MAX, err));
    for (g->at = 0; g->at < g->count; g->at++) {
        uint64_t next = UINT64_MAX;
        while (!g->queries[g->at].dead && next != 0) {
            CU_TRY(audit_search(reader, &g->queries[g->at].filter, next, 1000000, gather, g, &next, err));
            CU_TRY(g->code);
        }
    }
    return CU_OK;
}

// A checkpoint over everything up to now, and the entries under it.
static cu_code add_entries(struct pack *p, struct cu_error *err)
{
    struct gathering *g = cu_calloc(1, sizeof *g);
    struct audit_reader *reader = NULL;
    struct note parts;
    uint64_t size = 0;
    CU_AUTO_BUF struct cu_buf lines, note;
    cu_buf_init(&lines, MEMBER_MAX);
    cu_buf_init(&note, NOTE_MAX + 1);
    if (!g)
        return cu_fail(err, CU_MEMORY, "", "no memory for a pack of evidence");
    *g = (struct gathering){.p = p, .err = err};
    cu_code code = guard_audit_sign(people_guard(p->b->people), err);
    if (code == CU_OK)
        code = audit_checkpoint_read(p->b->options.auditing->folder, &note, err);
    if (code == CU_OK)
        code = note_parse(cu_buf_view(&note), &parts, err);
    if (code == CU_OK)
        code = note_checkpoint_parse(parts.text, &g->checkpoint, err);
    if (code == CU_OK)
        code = auditing_reader(p->b->options.auditing, &reader, err);
    if (code == CU_OK)
        code = audit_reader_refresh(reader, &size, err);
    if (code == CU_OK) {
        g->ledger = audit_reader_ledger(reader);
        jw_start(&g->w, &lines);
        code = gather_all(g, reader, err);
    }
    cu_free(g);
    if (code == CU_OK)
        code = cu_buf_code(&lines, err);
    if (code == CU_OK)
        code = add(p, "checkpoint.txt", cu_buf_view(&note), err);
    return code == CU_OK ? add(p, "entries.jsonl", cu_buf_view(&lines), err) : code;
}

// --- the people

static void put_time(int64_t ms, struct cu_buf *out)
{
    char text[TEXT_TIME_MAX];
    text_time_format(ms, text);
    csv_put(out, cu_str_of(text), ',', false);
}

static void put_fields(const struct breach_field_names *names, uint64_t bits, struct cu_buf *out)
{
    struct cu_buf list;
    cu_buf_init(&list, (size_t)64 * (BREACH_FIELD_MAX + 2));
    for (size_t i = 0; i < names->count; i++) {
        if (!(bits >> i & 1) || !names->at[i][0])
            continue;
        if (list.len)
            cu_buf_char(&list, ' ');
        cu_buf_z(&list, names->at[i]);
    }
    csv_put(out, cu_buf_view(&list), ',', true);
    cu_buf_clear(&list);
}

// The names under which the person stands in the entries: so that the two can be held side by side.
static cu_code put_log_names(struct pack *p, uint32_t pno, struct cu_buf *out, struct cu_error *err)
{
    uint32_t members[NAMES_MAX];
    size_t count = people_profiles(p->b->people, pno, members, NAMES_MAX);
    struct cu_buf list;
    cu_code code = CU_OK;
    cu_buf_init(&list, (size_t)NAMES_MAX * 33);
    for (size_t i = 0; i < count && i < NAMES_MAX && code == CU_OK; i++) {
        uint8_t name[16];
        code = guard_pseudonym(people_guard(p->b->people), members[i], name, err);
        if (code == CU_OK && list.len)
            cu_buf_char(&list, ' ');
        if (code == CU_OK)
            hex_of(name, sizeof name, &list);
        if (code == CU_NOT_FOUND || code == CU_ERASED)
            code = CU_OK;
    }
    csv_put(out, cu_buf_view(&list), ',', false);
    cu_buf_clear(&list);
    return code;
}

static cu_code put_people(struct pack *p, const struct breach_field_names *names, const struct breach_person *who,
    size_t count, struct cu_arena *a, struct cu_buf *out, struct cu_error *err)
{
    struct breach_shown shown[PEOPLE_AT_ONCE];
    cu_arena_reset(a);
    CU_TRY(breach_show(p->b, p->d, &p->rq->caller, who, count, a, shown, err));
    for (size_t i = 0; i < count; i++) {
        csv_put(out, cu_str_of(shown[i].id), ',', false);
        csv_put(out, shown[i].label, ',', true);
        csv_put(out, shown[i].email, ',', true);
        csv_put(out, shown[i].phone, ',', false);
        csv_put(out, cu_str_of(shown[i].shown), ',', false);
        put_time(who[i].first_ms, out);
        put_time(who[i].last_ms, out);
        cu_buf_printf(out, ",%lld", (long long)who[i].acts);
        put_fields(names, who[i].fields, out);
        CU_TRY(put_log_names(p, who[i].pno, out, err));
        csv_put_end(out);
    }
    return CU_OK;
}

static cu_code add_people(struct pack *p, struct cu_error *err)
{
    struct breach_person some[PEOPLE_AT_ONCE];
    struct breach_field_names names;
    CU_AUTO_ARENA struct cu_arena *a = cu_arena_new((size_t)16 << 20);
    struct cu_buf out;
    size_t count = 0;
    int64_t shown = 0;
    uint32_t after = 0;
    if (!a)
        return cu_fail(err, CU_MEMORY, "", "no memory for the people of a breach");
    CU_TRY(breach_fields_load(p->d, p->row.id, &names, err));
    cu_buf_init(&out, MEMBER_MAX);
    cu_buf_z(&out, "id,label,email,phone,shown,first,last,acts,fields,log_names\r\n");
    cu_code code = CU_OK;
    do {
        code = breach_persons(p->b, p->d, p->row.id, after, some, PEOPLE_AT_ONCE, &count, err);
        if (code == CU_OK && count > 0) {
            after = some[count - 1].pno;
            code = put_people(p, &names, some, count, a, &out, err);
            shown += (int64_t)count;
        }
    } while (code == CU_OK && count == PEOPLE_AT_ONCE && shown < PEOPLE_MAX);
    p->people_left = p->row.persons > shown ? p->row.persons - shown : 0;
    if (code == CU_OK)
        code = cu_buf_code(&out, err);
    if (code == CU_OK)
        code = add(p, "people.csv", cu_buf_view(&out), err);
    cu_buf_wipe(&out);
    return code;
}

// --- the whole

static cu_code add_proof(struct pack *p, cu_str manifest, struct cu_error *err)
{
    json v;
    int64_t now = cu_now_ms();
    struct guard *g = people_guard(p->b->people);
    CU_AUTO_BUF struct cu_buf canonical, proof;
    cu_buf_init(&canonical, MANIFEST_MAX);
    cu_buf_init(&proof, PROOF_DOCUMENT_MAX);
    CU_TRY(json_parse(p->rq->json, manifest, &v, err));
    CU_TRY(proof_canonical(v, &canonical, err));
    CU_TRY(zip_add(p->zip, "manifest.json", cu_buf_view(&canonical), err));
    CU_TRY(proof_note(g, "breach_pack", cu_buf_view(&canonical), NULL, 0, err));
    CU_TRY(proof_print(g, p->b->options.auditing->folder, cu_buf_view(&canonical), now - 60000, now + 600000, &proof, err));
    return zip_add(p->zip, "proof.json", cu_buf_view(&proof), err);
}

static cu_code write_pack(struct pack *p, struct cu_error *err)
{
    CU_AUTO_BUF struct cu_buf manifest;
    cu_buf_init(&manifest, MANIFEST_MAX);
    zip_start(p->zip, &p->rq->response.body);
    jw_start(&p->manifest, &manifest);
    jw_object(&p->manifest);
    jw_ki64(&p->manifest, "breach", p->row.id);
    jw_key(&p->manifest, "files");
    jw_object(&p->manifest);
    CU_TRY(add_record(p, err));
    CU_TRY(add_letters(p, err));
    if (p->log)
        CU_TRY(add_entries(p, err));
    else
        p->entries_left = p->row.entries;
    if (p->people)
        CU_TRY(add_people(p, err));
    jw_object_end(&p->manifest);
    jw_key(&p->manifest, "left_out");
    jw_object(&p->manifest);
    jw_ki64(&p->manifest, "entries", p->entries_left);
    jw_ki64(&p->manifest, "people", p->people ? p->people_left : p->row.persons);
    jw_object_end(&p->manifest);
    jw_kz(&p->manifest, "type", "custos.breach/1");
    jw_object_end(&p->manifest);
    CU_TRY(cu_buf_code(&manifest, err));
    CU_TRY(add_proof(p, cu_buf_view(&manifest), err));
    return zip_end(p->zip, err);
}

static cu_code note_step(struct govern *g, struct db *d, void *context, struct cu_error *err)
{
    const struct pack *p = context;
    struct breach_step step = {.what = "pack", .note = CU_NONE};
    (void)g;
    cu_buf_init(&step.detail, 256);
    cu_buf_printf(&step.detail, "{\"people\":%s}", p->people ? "true" : "false");
    cu_code code = breach_step_in(p->b, d, p->row.id, &step, err);
    cu_buf_clear(&step.detail);
    return code;
}

cu_code breach_pack(struct request *rq, struct cu_error *err)
{
    struct pack p = {.b = rq->module, .rq = rq};
    char name[80];
    CU_TRY(breach_load(p.b, breach_path_id(rq), true, rq->arena, &p.row, err));
    if (strcmp(p.row.run, "waiting") == 0)
        return cu_fail(err, CU_CONFLICT, "", "the audit log is still being asked; wait until scope.state is done");
    p.log = rq->caller.permissions >> SPEC_AUDIT_READ & 1;
    p.people = rq->caller.permissions >> SPEC_PEOPLE_READ & 1 && p.row.run_ms != 0;
    CU_TRY(staff_change(p.b->govern, note_step, &p, err));
    p.zip = cu_calloc(1, sizeof *p.zip);
    if (!p.zip)
        return cu_fail(err, CU_MEMORY, "", "no memory for a pack of evidence");
    cu_code code = people_read_take(p.b->people, &p.d, err);
    if (code == CU_OK) {
        code = write_pack(&p, err);
        people_read_give(p.b->people, p.d);
    }
    cu_free(p.zip);
    CU_TRY(code);
    rq->response.status = 200;
    rq->response.content_type = "application/zip";
    (void)snprintf(name, sizeof name, "attachment; filename=\"breach-%lld.zip\"", (long long)p.row.id);
    return request_header_add(rq, "Content-Disposition", cu_str_of(name));
}
