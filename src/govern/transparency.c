// SPDX-License-Identifier: Apache-2.0
// The instance of the transparency page: the shop's setting, the version in force, older ones. See transparency.h.
#include "transparency_private.h"

#include "base/log.h"
#include "transparency_sql.h"

#include <stdio.h>

enum { LOOK_US = 1000000, SETTING_MAX = 262144, NOTE_MS = 600000 };

cu_code transparency_open(const struct transparency_options *o, struct transparency **ret, struct cu_error *err)
{
    struct transparency *t = cu_calloc(1, sizeof *t);
    size_t len = strlen(o->audit_folder);
    char *folder = t ? cu_alloc(len + 1) : NULL;
    struct transparency_live *live = t ? cu_calloc(1, sizeof *live) : NULL;
    if (!folder || !live) {
        cu_free(folder);
        cu_free(live);
        cu_free(t);
        return cu_fail(err, CU_MEMORY, "", "no memory for the transparency page");
    }
    memcpy(folder, o->audit_folder, len + 1);
    t->o = *o;
    t->audit_folder = folder;
    t->live = live;
    (void)snprintf(t->base_url, sizeof t->base_url, "%s", o->base_url ? o->base_url : "");
    (void)pthread_mutex_init(&t->lock, NULL);
    *ret = t;
    return CU_OK;
}

void transparency_close(struct transparency *t)
{
    if (!t)
        return;
    (void)pthread_mutex_destroy(&t->lock);
    cu_free(t->audit_folder);
    cu_free(t->live);
    cu_free(t);
}

void transparency_look_again(struct transparency *t)
{
    (void)pthread_mutex_lock(&t->lock);
    t->looked_us = 0;
    (void)pthread_mutex_unlock(&t->lock);
}

// ---- the setting

cu_code transparency_setting_load(
    struct transparency *t, struct db *d, struct cu_buf *out, int64_t *ret_changed_ms, struct cu_error *err)
{
    struct db_query q;
    (void)t;
    *ret_changed_ms = INT64_MIN;
    CU_TRY(db_prepare(d, &transparency_sql_setting, &q, err));
    if (db_step(&q)) {
        cu_buf_str(out, db_str(&q, 0));
        *ret_changed_ms = db_i64(&q, 1);
    }
    CU_TRY(db_end(&q, err));
    if (out->len == 0)
        cu_buf_z(out, "{}");
    return cu_buf_code(out, err);
}

struct setting { // parsed
    struct cu_buf text;
    struct json_parser *parser;
    json value;
};

static cu_code setting_open(struct transparency *t, struct db *d, struct setting *ret, struct cu_error *err)
{
    int64_t changed_ms = 0;
    cu_buf_init(&ret->text, SETTING_MAX);
    ret->parser = json_parser_new(SETTING_MAX);
    CU_TRY(transparency_setting_load(t, d, &ret->text, &changed_ms, err));
    if (!ret->parser)
        return cu_fail(err, CU_MEMORY, "", "no memory for the transparency page");
    return json_parse(ret->parser, cu_buf_view(&ret->text), &ret->value, err);
}

static void setting_close(struct setting *s)
{
    json_parser_free(s->parser);
    cu_buf_clear(&s->text);
}

cu_code transparency_public(struct transparency *t, struct cu_error *err)
{
    struct setting s = {.parser = NULL};
    struct db *d = NULL;
    bool ready = false;
    CU_TRY(people_read_take(t->o.people, &d, err));
    cu_code code = setting_open(t, d, &s, err);
    people_read_give(t->o.people, d);
    if (code == CU_OK)
        transparency_missing(s.value, NULL, &ready);
    setting_close(&s);
    CU_TRY(code);
    return ready ? CU_OK
                 : cu_fail(err, CU_NOT_FOUND, "",
                       "this shop has not published its transparency page yet: it has to name who is "
                       "responsible and how to reach them first (console, Transparency)");
}

// ---- versions

void transparency_version_clear(struct transparency_version *v)
{
    json_parser_free(v->parser);
    v->parser = NULL;
    cu_buf_clear(&v->document);
    cu_buf_clear(&v->proof);
}

static cu_code version_read(
    struct db *d, int64_t version, struct transparency_version *v, bool *ret_found, struct cu_error *err)
{
    struct db_query q;
    *v = (struct transparency_version){.version = 0};
    cu_buf_init(&v->document, PROOF_DOCUMENT_MAX);
    cu_buf_init(&v->proof, PROOF_DOCUMENT_MAX);
    *ret_found = false;
    CU_TRY(db_prepare(d, version ? &transparency_sql_get : &transparency_sql_newest, &q, err));
    if (version)
        db_bind_i64(&q, ":version", version);
    if (db_step(&q)) {
        *ret_found = true;
        v->version = db_i64(&q, 0);
        v->made_ms = db_i64(&q, 1);
        cu_buf_str(&v->document, db_str(&q, 2));
        cu_buf_str(&v->proof, db_str(&q, 3));
    }
    CU_TRY(db_end(&q, err));
    CU_TRY(cu_buf_code(&v->document, err));
    return cu_buf_code(&v->proof, err);
}

static cu_code version_load(
    struct transparency *t, int64_t version, struct transparency_version *v, bool *ret_found, struct cu_error *err)
{
    struct db *d = NULL;
    json document;
    CU_TRY(people_read_take(t->o.people, &d, err));
    cu_code code = version_read(d, version, v, ret_found, err);
    people_read_give(t->o.people, d);
    if (code == CU_OK && *ret_found) {
        v->parser = json_parser_new(PROOF_DOCUMENT_MAX);
        code = v->parser ? json_parse(v->parser, cu_buf_view(&v->document), &document, err)
                         : cu_fail(err, CU_MEMORY, "", "no memory for the transparency page");
        if (code == CU_OK)
            v->content = json_get(document, "content");
    }
    if (code != CU_OK)
        transparency_version_clear(v);
    return code;
}

// The text that is noted: {"content","made","type","version"}, canonical.
static cu_code print_document(cu_str content, int64_t version, int64_t now_ms, struct cu_buf *out, struct cu_error *err)
{
    struct json_writer w;
    jw_start(&w, out);
    jw_object(&w);
    jw_key(&w, "content");
    jw_raw(&w, content);
    jw_ktime(&w, "made", now_ms);
    jw_kz(&w, "type", "custos.transparency/1");
    jw_ki64(&w, "version", version);
    jw_object_end(&w);
    return cu_buf_code(out, err);
}

static cu_code store(
    struct transparency *t, int64_t version, int64_t now_ms, cu_str document, cu_str proof, struct cu_error *err)
{
    struct db *d = people_lock(t->o.people);
    struct db_query q;
    cu_code code = people_begin(t->o.people, err);
    if (code == CU_OK) {
        code = db_prepare(d, &transparency_sql_insert, &q, err);
        if (code == CU_OK) {
            db_bind_i64(&q, ":version", version);
            db_bind_i64(&q, ":made_ms", now_ms);
            db_bind_str(&q, ":document", document);
            db_bind_str(&q, ":proof", proof);
            code = db_run(&q, err);
        }
        if (code == CU_OK)
            code = people_commit(t->o.people, err);
        else
            people_rollback(t->o.people);
    }
    people_unlock(t->o.people);
    return code;
}

static cu_code add_version(struct transparency *t, int64_t version, cu_str content, struct cu_error *err)
{
    CU_AUTO_BUF struct cu_buf document, file, proof;
    json v;
    const int64_t now_ms = cu_now_ms();
    cu_buf_init(&document, PROOF_DOCUMENT_MAX);
    cu_buf_init(&file, (size_t)2 * PROOF_DOCUMENT_MAX);
    cu_buf_init(&proof, PROOF_DOCUMENT_MAX);
    CU_TRY(print_document(content, version, now_ms, &document, err));
    CU_TRY(proof_note(people_guard(t->o.people), "transparency", cu_buf_view(&document), NULL, 0, err));
    CU_TRY(proof_print(
        people_guard(t->o.people), t->audit_folder, cu_buf_view(&document), now_ms - NOTE_MS, now_ms + NOTE_MS, &file, err));
    struct json_parser *p = json_parser_new((size_t)2 * PROOF_DOCUMENT_MAX);
    cu_code code =
        p ? json_parse(p, cu_buf_view(&file), &v, err) : cu_fail(err, CU_MEMORY, "", "no memory for the transparency page");
    if (code == CU_OK) {
        json_print(&proof, json_get(v, "proof"));
        code = cu_buf_code(&proof, err);
    }
    json_parser_free(p);
    CU_TRY(code);
    CU_TRY(store(t, version, now_ms, cu_buf_view(&document), cu_buf_view(&proof), err));
    cu_log(CU_LOG_INFO, "transparency.version", CU_LI("version", version));
    return CU_OK;
}

static cu_code content_now(struct transparency *t, struct cu_buf *out, bool *ret_ready, struct cu_error *err)
{
    struct setting s = {.parser = NULL};
    struct db *d = NULL;
    CU_TRY(people_read_take(t->o.people, &d, err));
    cu_code code = setting_open(t, d, &s, err);
    people_read_give(t->o.people, d);
    if (code == CU_OK)
        transparency_missing(s.value, NULL, ret_ready);
    if (code == CU_OK && *ret_ready)
        code = transparency_content(&t->o, s.value, &t->live->facts, out, err);
    setting_close(&s);
    return code;
}

// Under t->lock: a new version when what is so differs from what the newest says.
static cu_code sync_locked(struct transparency *t, struct cu_error *err)
{
    CU_AUTO_BUF struct cu_buf content, before;
    struct transparency_version v;
    bool found = false, ready = false;
    cu_buf_init(&content, PROOF_DOCUMENT_MAX);
    cu_buf_init(&before, PROOF_DOCUMENT_MAX);
    if (!t->live->at_ms)
        CU_TRY(transparency_live_fill(t, false, t->live, err));
    CU_TRY(content_now(t, &content, &ready, err));
    if (!ready)
        return CU_OK;
    CU_TRY(version_load(t, 0, &v, &found, err));
    int64_t newest = v.version;
    cu_code code = found ? proof_canonical(v.content, &before, err) : CU_OK;
    transparency_version_clear(&v);
    CU_TRY(code);
    if (!found || !cu_str_eq(cu_buf_view(&before), cu_buf_view(&content)))
        CU_TRY(add_version(t, newest + 1, cu_buf_view(&content), err));
    t->looked_us = cu_mono_us();
    return CU_OK;
}

static cu_code sync_now(struct transparency *t, struct cu_error *err)
{
    const struct guard_access former = guard_borrow_system("upkeep", "transparency");
    (void)pthread_mutex_lock(&t->lock);
    bool fresh = t->looked_us && cu_mono_us() - t->looked_us < LOOK_US;
    cu_code code = fresh ? CU_OK : sync_locked(t, err);
    (void)pthread_mutex_unlock(&t->lock);
    guard_enter(&former);
    return code;
}

cu_code transparency_now(struct transparency *t, struct transparency_version *ret, struct cu_error *err)
{
    bool found = false;
    CU_TRY(transparency_public(t, err));
    CU_TRY(sync_now(t, err));
    CU_TRY(version_load(t, 0, ret, &found, err));
    if (found)
        return CU_OK;
    transparency_version_clear(ret);
    return cu_fail(err, CU_NOT_FOUND, "", "there is no version yet");
}

cu_code transparency_get(struct transparency *t, int64_t version, struct transparency_version *ret, struct cu_error *err)
{
    bool found = false;
    CU_TRY(transparency_public(t, err));
    CU_TRY(version_load(t, version, ret, &found, err));
    if (found)
        return CU_OK;
    transparency_version_clear(ret);
    return cu_fail(err, CU_NOT_FOUND, "version", "there is no such version of the page");
}

// ---- figures

cu_code transparency_measure(struct transparency *t, bool fresh, struct transparency_live *ret, struct cu_error *err)
{
    enum { OLD_MS = 120000 };
    const struct guard_access former = guard_borrow_system("upkeep", "transparency");
    (void)pthread_mutex_lock(&t->lock);
    bool old = !t->live->at_ms || cu_now_ms() - t->live->at_ms > OLD_MS;
    cu_code code = fresh || old ? transparency_live_fill(t, fresh, t->live, err) : CU_OK;
    if (code == CU_OK)
        *ret = *t->live;
    (void)pthread_mutex_unlock(&t->lock);
    guard_enter(&former);
    return code;
}
