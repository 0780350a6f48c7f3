// SPDX-License-Identifier: Apache-2.0
// The guard's work itself: what the key process runs for each connection, and what a process without
// one runs for each of its threads. Decide, write the entry, answer.
#include "access.h"
#include "rate.h"
#include "tally.h"

#include "base/log.h"

#include <stdio.h>

#define PSEUDONYMS_AT_ONCE 256

// --- decisions

static bool is_system(const struct guard_session *s)
{
    return s->access.actor == GUARD_SYSTEM;
}

cu_code guard_inside_check(const struct guard_session *s, struct cu_error *err)
{
    const struct guard_purpose *purpose = guard_purpose_find(s->access.purpose);
    if (s->access.actor == GUARD_NOBODY)
        return cu_fail(err, CU_FORBIDDEN, "", "nothing is opened or sealed for a caller that did not say who and why");
    if (!purpose || (!is_system(s) && !purpose->staff))
        return cu_fail(err, CU_REFUSED, "purpose", "this is no purpose that such a caller may work for");
    return CU_OK;
}

static bool announced(const struct guard_session *s, uint64_t subject)
{
    for (size_t i = 0; i < s->announced_count; i++) {
        if (s->announced[i] == subject)
            return true;
    }
    return false;
}

static void remember(struct guard_session *s, const uint64_t *subjects, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (announced(s, subjects[i]))
            continue;
        s->announced[s->announced_next] = subjects[i];
        s->announced_next = (s->announced_next + 1) % GUARD_ANNOUNCED_MAX;
        if (s->announced_count < GUARD_ANNOUNCED_MAX)
            s->announced_count++;
    }
}

// --- the record

static cu_code pseudonym_of(struct guard *g, uint64_t subject, uint8_t ret[16], struct cu_error *err)
{
    struct seal_key key;
    CU_TRY(keys_get(g->options.keys, subject, false, &key, err));
    seal_pseudonym(&key, ret);
    seal_key_wipe(&key);
    return CU_OK;
}

static cu_code inside_pseudonym(struct guard *g, struct guard_session *s, uint64_t subject, uint8_t ret[16],
    struct cu_error *err)
{
    CU_TRY(guard_inside_check(s, err));
    return pseudonym_of(g, subject, ret, err);
}

// Those without a key yet, or erased, have nothing that could be read: they need no name in the log.
static cu_code pseudonyms_of(struct guard *g, const uint64_t *subjects, size_t count, uint8_t ret[][16], size_t *ret_count,
    struct cu_error *err)
{
    *ret_count = 0;
    for (size_t i = 0; i < count; i++) {
        cu_code code = pseudonym_of(g, subjects[i], ret[*ret_count], err);
        if (code == CU_OK)
            (*ret_count)++;
        else if (code != CU_NOT_FOUND && code != CU_ERASED)
            return code;
    }
    return CU_OK;
}

static cu_code append(struct guard *g, struct guard_session *s, struct audit_entry *e, const uint64_t *subjects, size_t count,
    bool wait, struct cu_error *err)
{
    if (!g->options.audit)
        return CU_OK;
    e->access = &s->access;
    do { // many people are several entries
        uint8_t people[PSEUDONYMS_AT_ONCE][16];
        size_t some = count < PSEUDONYMS_AT_ONCE ? count : PSEUDONYMS_AT_ONCE;
        CU_TRY(pseudonyms_of(g, subjects, some, people, &e->people_count, err));
        e->people = (const uint8_t(*)[16])people;
        CU_TRY(audit_append(g->options.audit, e, wait && some == count, NULL, err));
        subjects += some;
        count -= some;
    } while (count > 0);
    return CU_OK;
}

// Above the envelope of the role: the refusal is in the log, once a minute.
static cu_code take_rate(struct guard *g, struct guard_session *s, const uint64_t *subjects, size_t count, struct cu_error *err)
{
    struct rate_answer rate;
    cu_code code = rate_take(g->rate, &s->access, subjects, count, &rate, err);
    if (code == CU_BUSY && rate.first) {
        char detail[96];
        int n = snprintf(detail, sizeof detail, "{\"code\":\"rate\",\"limit\":%u,\"people\":%zu}", rate.limit, count);
        struct audit_entry e = {.outcome = GUARD_REFUSED, .detail = {detail, (size_t)n}};
        CU_TRY(append(g, s, &e, NULL, 0, true, err));
    }
    return code;
}

// Somebody at their own record opens no other: the first announcement of a request says whose it is.
static cu_code check_own(const struct guard_session *s, const uint64_t *subjects, size_t count, struct cu_error *err)
{
    if (s->access.actor != GUARD_PERSON || s->announced_count == 0 || s->announced_count == GUARD_ANNOUNCED_MAX)
        return CU_OK;
    for (size_t i = 0; i < count; i++) {
        if (!announced(s, subjects[i]))
            return cu_fail(err, CU_REFUSED, "", "a person opens their own record and no other");
    }
    return CU_OK;
}

static cu_code inside_announce(struct guard *g, struct guard_session *s, const uint64_t *subjects, size_t count, cu_str fields,
    struct cu_error *err)
{
    CU_TRY(guard_inside_check(s, err));
    if (is_system(s) || count == 0)
        return CU_OK;
    CU_TRY(check_own(s, subjects, count, err));
    CU_TRY(take_rate(g, s, subjects, count, err));
    struct audit_entry e = {.outcome = GUARD_DONE, .fields = fields};
    CU_TRY(append(g, s, &e, subjects, count, true, err));
    remember(s, subjects, count);
    return CU_OK;
}

static cu_code inside_note(struct guard *g, struct guard_session *s, enum guard_outcome outcome, const uint64_t *subjects,
    size_t count, cu_str detail, bool wait, struct cu_error *err)
{
    struct audit_entry e = {.outcome = outcome, .detail = detail};
    return append(g, s, &e, subjects, count, wait, err);
}

// --- sealing and opening

static cu_code seal_one(struct guard *g, struct guard_item *item, struct cu_buf *out, struct cu_error *err)
{
    struct seal_key key;
    CU_TRY(keys_get(g->options.keys, item->place.subject, true, &key, err));
    uint32_t version = keys_class_version(g->options.keys, item->class_id);
    cu_code code = seal_group_version(
        &key, SEAL_XCHACHA, item->class_id, version, &item->place, item->bytes, item->compress, out, err);
    seal_key_wipe(&key);
    return code;
}

static cu_code check_restriction(struct guard *g, const struct guard_session *s, uint64_t subject, struct cu_error *err)
{
    const struct guard_purpose *purpose = guard_purpose_find(s->access.purpose);
    if ((purpose && purpose->opens_restricted) || !keys_is_restricted(g->options.keys, subject))
        return CU_OK;
    return cu_fail(err, CU_REFUSED, "purpose",
        "the processing of this person's data is restricted: it is opened for their own requests, for security and operations");
}

static cu_code open_one(struct guard *g, const struct guard_session *s, struct guard_item *item, struct cu_buf *out,
    struct cu_error *err)
{
    struct seal_key key;
    CU_TRY(keys_get(g->options.keys, item->place.subject, false, &key, err));
    cu_code code = check_restriction(g, s, item->place.subject, err);
    if (code == CU_OK)
        code = seal_open(&key, &item->place, item->bytes, out, err);
    seal_key_wipe(&key);
    return code;
}

// One entry names all the people that the next items open and no entry names yet.
static cu_code announce_ahead(struct guard *g, struct guard_session *s, const struct guard_item *items, size_t count,
    struct cu_error *err)
{
    uint64_t subjects[GUARD_ANNOUNCED_MAX];
    size_t n = 0;
    for (size_t i = 0; i < count && n < GUARD_ANNOUNCED_MAX; i++) {
        uint64_t subject = items[i].place.subject;
        bool taken = announced(s, subject);
        for (size_t k = n; k > 0 && !taken; k--) // a person's groups come one after the other
            taken = subjects[k - 1] == subject;
        if (!taken)
            subjects[n++] = subject;
    }
    return inside_announce(g, s, subjects, n, CU_NONE, err);
}

// Opened and sealed in one place; the plaintext stays here. Only large groups are ever compressed, and only where they
// were before: events, orders, what waits in quarantine.
static cu_code reseal_one(struct guard *g, struct guard_item *item, struct cu_buf *out, struct cu_error *err)
{
    struct seal_key key;
    struct cu_buf plain;
    enum seal_class class_id = seal_class_of(item->bytes);
    if (class_id == SEAL_CLASS_COUNT)
        return cu_fail(err, CU_CORRUPT, "", "a sealed value is none");
    uint32_t version = keys_class_version(g->options.keys, class_id);
    if (seal_version_of(item->bytes) >= version)
        return CU_OK;
    CU_TRY(keys_get(g->options.keys, item->place.subject, false, &key, err));
    cu_buf_init(&plain, 2 * SEAL_PLAIN_MAX);
    bool compress = class_id == SEAL_BEHAVIOUR || class_id == SEAL_ORDER || class_id == SEAL_QUARANTINE;
    cu_code code = seal_open(&key, &item->place, item->bytes, &plain, err);
    if (code == CU_OK)
        code = seal_group_version(
            &key, SEAL_XCHACHA, class_id, version, &item->place, cu_buf_view(&plain), compress, out, err);
    cu_buf_wipe(&plain);
    seal_key_wipe(&key);
    return code;
}

static cu_code work_one(struct guard *g, const struct guard_session *s, enum guard_work work, struct guard_item *item,
    struct cu_buf *out, struct cu_error *err)
{
    switch (work) {
    case GUARD_SEAL:
        return seal_one(g, item, out, err);
    case GUARD_RESEAL:
        return reseal_one(g, item, out, err);
    case GUARD_OPEN:
        break;
    }
    return open_one(g, s, item, out, err);
}

cu_code guard_inside_some(struct guard *g, struct guard_session *s, enum guard_work work, struct guard_item *items, size_t count,
    size_t enough, size_t *ret_done, struct cu_buf *out, struct cu_error *err)
{
    bool seal = work == GUARD_SEAL;
    CU_TRY(guard_inside_check(s, err));
    if (work == GUARD_RESEAL && !is_system(s))
        return cu_fail(err, CU_FORBIDDEN, "", "only the program itself seals values anew");
    if (!seal && is_system(s)) {
        CU_TRY(tally_write(g->tally, g->options.audit, false, err));
        tally_add(g->tally, &s->access, count);
    }
    size_t from = out->len, i = 0;
    for (; i < count && out->len - from <= enough; i++) {
        struct guard_item *item = &items[i];
        if (!seal && !is_system(s) && !announced(s, item->place.subject))
            CU_TRY(announce_ahead(g, s, item, count - i, err));
        item->at = out->len;
        item->code = work_one(g, s, work, item, out, err);
        item->len = out->len - item->at;
    }
    *ret_done = i;
    return CU_OK;
}

static cu_code inside_seal_many(struct guard *g, struct guard_session *s, struct guard_item *items, size_t count,
    struct cu_buf *out, struct cu_error *err)
{
    size_t done = 0;
    return guard_inside_some(g, s, GUARD_SEAL, items, count, SIZE_MAX, &done, out, err);
}

static cu_code inside_open_many(struct guard *g, struct guard_session *s, struct guard_item *items, size_t count,
    struct cu_buf *out, struct cu_error *err)
{
    size_t done = 0;
    return guard_inside_some(g, s, GUARD_OPEN, items, count, SIZE_MAX, &done, out, err);
}

static cu_code inside_reseal_many(struct guard *g, struct guard_session *s, struct guard_item *items, size_t count,
    struct cu_buf *out, struct cu_error *err)
{
    size_t done = 0;
    return guard_inside_some(g, s, GUARD_RESEAL, items, count, SIZE_MAX, &done, out, err);
}

cu_code guard_inside_reads(struct guard *g, struct guard_session *s, uint64_t subject, cu_str detail, struct cu_error *err)
{
    struct audit_entry e = {.outcome = GUARD_DONE, .detail = detail};
    if (is_system(s)) {
        CU_TRY(tally_write(g->tally, g->options.audit, false, err));
        tally_add(g->tally, &s->access, 1);
        return CU_OK;
    }
    CU_TRY(take_rate(g, s, &subject, 1, err));
    return append(g, s, &e, &subject, 1, true, err);
}

// --- keys

static cu_code inside_commit(struct guard *g, struct guard_session *s, struct cu_error *err)
{
    (void)s;
    return keys_commit(g->options.keys, err);
}

static void inside_rollback(struct guard *g, struct guard_session *s)
{
    (void)s;
    keys_rollback(g->options.keys);
}

static cu_code inside_erase(struct guard *g, struct guard_session *s, const uint64_t *subjects, size_t count,
    struct cu_error *err)
{
    CU_TRY(guard_inside_check(s, err));
    return keys_erase(g->options.keys, subjects, count, err);
}

static bool inside_is_erased(struct guard *g, struct guard_session *s, uint64_t subject)
{
    (void)s;
    return keys_is_erased(g->options.keys, subject);
}

static cu_code inside_restrict(struct guard *g, struct guard_session *s, const uint64_t *subjects, size_t count, bool on,
    struct cu_error *err)
{
    CU_TRY(guard_inside_check(s, err));
    struct audit_entry e = {.outcome = GUARD_ATTEMPT, .detail = on ? CU_LIT("{\"restrict\":true}") : CU_LIT("{\"restrict\":false}")};
    CU_TRY(append(g, s, &e, subjects, count, true, err));
    return keys_restrict(g->options.keys, subjects, count, on, err);
}

static bool inside_is_restricted(struct guard *g, struct guard_session *s, uint64_t subject)
{
    (void)s;
    return keys_is_restricted(g->options.keys, subject);
}

static cu_code inside_delegate(struct guard *g, uint8_t ret[KEYRING_DELEGATE], struct cu_error *err)
{
    if (!g->keyring)
        return cu_fail(err, CU_UNAVAILABLE, "", "this guard was given its keys, not the root key");
    keyring_delegate_bytes(g->keyring, ret);
    return CU_OK;
}

static void inside_status(struct guard *g, struct guard_status *ret)
{
    (void)g, (void)ret;
}

static void inside_stop(struct guard *g)
{
    struct cu_error err = {.code = CU_OK};
    if (tally_write(g->tally, g->options.audit, true, &err) != CU_OK)
        cu_log_error("guard.tally", &err);
    if (g->keyring) { // opened by the guard itself
        audit_close(g->options.audit);
        keys_close(g->options.keys);
        keyring_close(g->keyring);
    }
    rate_free(g->rate);
    tally_free(g->tally);
    cu_free(g);
}

cu_code guard_start_inside(const struct guard_options *o, struct guard **ret, struct cu_error *err)
{
    static const struct guard_backend backend = {inside_seal_many, inside_open_many, inside_reseal_many, inside_commit, inside_rollback,
        inside_erase, inside_is_erased, inside_announce, inside_note, inside_pseudonym, inside_restrict,
        inside_is_restricted, guard_inside_admin, inside_delegate, inside_status, inside_stop};
    struct guard *g = cu_calloc(1, sizeof *g);
    struct rate *rate = g ? rate_new() : NULL;
    struct tally *tally = rate ? tally_new() : NULL;
    if (!tally) {
        rate_free(rate);
        cu_free(g);
        return cu_fail(err, CU_MEMORY, "", "no memory for the guard");
    }
    g->backend = &backend;
    g->options = *o;
    g->rate = rate;
    g->tally = tally;
    *ret = g;
    return CU_OK;
}

cu_code guard_open_root(const struct guard_place *p, struct guard_roots *ret, struct cu_error *err)
{
    uint8_t fingerprint[16];
    *ret = (struct guard_roots){.now = NULL};
    CU_TRY(root_open(p->root, &ret->now, &ret->next, err));
    keyring_fingerprint(ret->now, fingerprint);
    if (!p->fingerprint || memcmp(fingerprint, p->fingerprint, sizeof fingerprint) == 0)
        return CU_OK;
    guard_close_roots(ret);
    return cu_fail(err, CU_KEY, "--root-key", "this root key belongs to another folder; name the right one with --root-key");
}

void guard_close_roots(struct guard_roots *r)
{
    keyring_close(r->now);
    keyring_close(r->next);
    *r = (struct guard_roots){.now = NULL};
}

// A rotation that a crash cut short is finished, or given up, by what the key store says is in force.
static cu_code settle_root(const struct guard_place *p, struct guard_roots *roots, struct keys *keys, struct cu_error *err)
{
    uint8_t in_force[16], fingerprint[16];
    if (!roots->next)
        return CU_OK;
    keys_root_fingerprint(keys, in_force);
    keyring_root_fingerprint(roots->next, fingerprint);
    CU_TRY(root_rotate_end(p->root, in_force, err));
    if (memcmp(in_force, fingerprint, sizeof in_force) == 0) {
        keyring_close(roots->now);
        roots->now = roots->next;
    } else {
        keyring_close(roots->next);
    }
    roots->next = NULL;
    return CU_OK;
}

static cu_code open_stores(const struct guard_place *p, struct guard_roots *roots, struct guard_options *o, struct guard **ret,
    struct cu_error *err)
{
    const char *ratchet = p->root->ratchet;
    const struct keys_options ko = {.path = p->keys, .ratchet_path = ratchet[0] ? ratchet : NULL, .keyring = roots->now,
        .next = roots->next};
    CU_TRY(keys_open(&ko, &o->keys, err));
    CU_TRY(settle_root(p, roots, o->keys, err));
    if (p->audit && p->audit[0])
        CU_TRY(audit_open(&(struct audit_options){.folder = p->audit, .keyring = roots->now}, &o->audit, err));
    return guard_start_inside(o, ret, err);
}

cu_code guard_open_stores(const struct guard_place *p, struct guard_roots *roots, struct guard **ret, struct cu_error *err)
{
    struct guard_options o = {.keys = NULL};
    cu_code code = open_stores(p, roots, &o, ret, err);
    if (code != CU_OK) {
        audit_close(o.audit);
        keys_close(o.keys);
        guard_close_roots(roots);
        return code;
    }
    (*ret)->keyring = roots->now;
    (*ret)->root = *p->root;
    (void)snprintf((*ret)->keys_folder, sizeof (*ret)->keys_folder, "%s", p->keys);
    return CU_OK;
}
