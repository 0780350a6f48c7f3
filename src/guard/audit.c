// SPDX-License-Identifier: Apache-2.0
// Writing the audit log: entries into the ledger, and a thread that signs what has become durable and
// writes entries nobody waits for. See audit.h.
#include "audit_private.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "base/metric.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <time.h>

#define CHECKPOINT_MS 60000
#define MOMENT_MS 30  // for how long an entry that nobody waits for may be in memory only
#define RETRY_MS 1000 // after a failure

struct audit {
    char folder[AUDIT_PATH_MAX];
    struct keyring *keyring;
    int64_t checkpoint_ms;
    struct ledger *ledger;
    atomic_bool failing;

    pthread_mutex_t sign_lock; // the key and the files of signing; taken before lock
    struct sign_key *key;
    struct note_key public_key;
    struct audit_keys keys;
    uint64_t signed_size;

    pthread_mutex_t lock; // the thread's
    pthread_cond_t wake;
    pthread_t thread;
    bool started, stop;
    int64_t flush_us, sign_us; // when there is something to do; 0: nothing

    struct cu_metric *entries, *failures, *size, *append_us, *checkpoints;
};

// --- signing

static cu_code write_note(struct audit *a, const char *name, const struct sign_key *second,
    const struct note_key *second_key, struct cu_error *err)
{
    char path[AUDIT_PATH_MAX];
    CU_AUTO_BUF struct cu_buf text, note;
    struct note_checkpoint c = {.size = ledger_size(a->ledger)};
    struct ledger_hash root;
    cu_buf_init(&text, NOTE_MAX);
    cu_buf_init(&note, NOTE_MAX);
    CU_TRY(ledger_root(a->ledger, c.size, &root, err));
    memcpy(c.root, root.bytes, sizeof c.root);
    (void)snprintf(c.origin, sizeof c.origin, "%s", a->public_key.name);
    note_checkpoint_print(&c, &text);
    cu_buf_str(&note, cu_buf_view(&text));
    cu_buf_char(&note, '\n');
    note_sign(&a->public_key, a->key, cu_buf_view(&text), 0, &note);
    if (second)
        note_sign(second_key, second, cu_buf_view(&text), 0, &note);
    CU_TRY(cu_buf_code(&text, err));
    CU_TRY(cu_buf_code(&note, err));
    audit_path(path, a->folder, name);
    CU_TRY(cu_file_replace(path, note.ptr, note.len, 0600, err));
    a->signed_size = c.size;
    cu_metric_add(a->checkpoints, 1);
    return CU_OK;
}

cu_code audit_sign(struct audit *a, struct cu_error *err)
{
    cu_code code = CU_OK;
    (void)pthread_mutex_lock(&a->sign_lock);
    if (ledger_size(a->ledger) != a->signed_size)
        code = write_note(a, "checkpoint", NULL, NULL, err);
    (void)pthread_mutex_unlock(&a->sign_lock);
    return code;
}

// --- the thread

static int64_t soonest(int64_t a, int64_t b)
{
    return a == 0 || (b != 0 && b < a) ? b : a;
}

static void wait_until(struct audit *a, int64_t us)
{
    if (us == 0) {
        (void)pthread_cond_wait(&a->wake, &a->lock);
        return;
    }
    struct timespec at = {.tv_sec = (time_t)(us / 1000000), .tv_nsec = (long)(us % 1000000 * 1000)};
    (void)pthread_cond_timedwait(&a->wake, &a->lock, &at);
}

static void flush_now(struct audit *a)
{
    struct cu_error err = {.code = CU_OK};
    bool failed = ledger_flush(a->ledger, &err) != CU_OK;
    if (failed && !atomic_exchange(&a->failing, true))
        cu_log_error("audit.failing", &err);
    if (!failed && atomic_exchange(&a->failing, false))
        cu_log(CU_LOG_INFO, "audit.recovered");
    (void)pthread_mutex_lock(&a->lock);
    a->flush_us = failed ? cu_mono_us() + RETRY_MS * 1000 : 0;
    (void)pthread_mutex_unlock(&a->lock);
}

static void sign_now(struct audit *a)
{
    struct cu_error err = {.code = CU_OK};
    bool failed = audit_sign(a, &err) != CU_OK;
    if (failed)
        cu_log_error("audit.not_signed", &err);
    (void)pthread_mutex_lock(&a->lock);
    a->sign_us = failed ? cu_mono_us() + RETRY_MS * 1000 : 0;
    (void)pthread_mutex_unlock(&a->lock);
}

static void *run(void *context)
{
    struct audit *a = context;
    (void)pthread_mutex_lock(&a->lock);
    while (!a->stop) {
        int64_t now = cu_mono_us(), flush_us = a->flush_us, sign_us = a->sign_us, next = soonest(flush_us, sign_us);
        if (next == 0 || next > now) {
            wait_until(a, next);
            continue;
        }
        (void)pthread_mutex_unlock(&a->lock);
        if (flush_us != 0 && flush_us <= now)
            flush_now(a);
        if (sign_us != 0 && sign_us <= now)
            sign_now(a);
        (void)pthread_mutex_lock(&a->lock);
    }
    (void)pthread_mutex_unlock(&a->lock);
    return NULL;
}

static cu_code start_thread(struct audit *a, struct cu_error *err)
{
    pthread_condattr_t attr;
    (void)pthread_condattr_init(&attr);
    (void)pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    (void)pthread_cond_init(&a->wake, &attr);
    (void)pthread_condattr_destroy(&attr);
    if (pthread_create(&a->thread, NULL, run, a) != 0)
        return cu_fail(err, CU_MEMORY, "", "cannot start the thread of the audit log");
    a->started = true;
    return CU_OK;
}

static void stop_thread(struct audit *a)
{
    if (!a->started)
        return;
    (void)pthread_mutex_lock(&a->lock);
    a->stop = true;
    (void)pthread_cond_signal(&a->wake);
    (void)pthread_mutex_unlock(&a->lock);
    (void)pthread_join(a->thread, NULL);
    (void)pthread_cond_destroy(&a->wake);
}

// Something is to be signed, and written, some time from now.
static void schedule(struct audit *a, bool flush)
{
    (void)pthread_mutex_lock(&a->lock);
    bool idle = a->flush_us == 0 && a->sign_us == 0, sooner = flush && a->flush_us == 0;
    int64_t now = cu_mono_us();
    if (a->sign_us == 0)
        a->sign_us = now + a->checkpoint_ms * 1000;
    if (sooner)
        a->flush_us = now + MOMENT_MS * 1000;
    if (idle || sooner)
        (void)pthread_cond_signal(&a->wake);
    (void)pthread_mutex_unlock(&a->lock);
}

// --- opening

static void random_origin(char ret[NOTE_NAME_MAX])
{
    uint8_t bytes[8];
    cu_random(bytes, sizeof bytes);
    (void)snprintf(ret, NOTE_NAME_MAX, "custos-%02x%02x%02x%02x%02x%02x%02x%02x/audit", bytes[0], bytes[1], bytes[2],
        bytes[3], bytes[4], bytes[5], bytes[6], bytes[7]);
}

static cu_code public_of(const struct sign_key *k, const char *origin, struct note_key *ret, struct cu_error *err)
{
    uint8_t public_key[SIGN_PUBLIC];
    sign_key_public(k, public_key);
    return note_key_make(cu_str_of(origin), NOTE_ED25519, public_key, ret, err);
}

static bool knows(const struct audit_keys *keys, const struct note_key *k)
{
    for (size_t i = 0; i < keys->count; i++) {
        if (memcmp(keys->at[i].public_key, k->public_key, SIGN_PUBLIC) == 0 && strcmp(keys->at[i].name, k->name) == 0)
            return true;
    }
    return false;
}

static cu_code add_key(struct audit *a, const struct note_key *k, struct cu_error *err)
{
    if (a->keys.count == AUDIT_KEYS_MAX) // the first stays: it is the one people wrote down
        memmove(&a->keys.at[1], &a->keys.at[2], (--a->keys.count - 1) * sizeof a->keys.at[0]);
    a->keys.at[a->keys.count++] = *k;
    return audit_keys_write(a->folder, &a->keys, err);
}

// Nothing was signed yet. The public key is listed before the secret one is stored under its name.
static cu_code make_key(struct audit *a, const char *origin, struct cu_error *err)
{
    char path[AUDIT_PATH_MAX];
    a->keys.count = 0;
    audit_path(path, a->folder, "sign.key");
    CU_TRY(sign_key_new(&a->key, err));
    CU_TRY(public_of(a->key, origin, &a->public_key, err));
    CU_TRY(add_key(a, &a->public_key, err));
    return sign_key_store(a->key, a->keyring, cu_str_of(origin), path, err);
}

// A listed key without a secret one is a start that ended half way, while there is no entry; else it is
// a loss that must be told.
static cu_code open_key(struct audit *a, const char *origin, struct cu_error *err)
{
    char path[AUDIT_PATH_MAX], kept[NOTE_NAME_MAX];
    audit_path(path, a->folder, "sign.key");
    cu_code code = audit_keys_read(a->folder, &a->keys, err);
    if (code != CU_NOT_FOUND)
        CU_TRY(code);
    if (a->keys.count > 0)
        (void)snprintf(kept, sizeof kept, "%s", a->keys.at[0].name);
    else if (origin)
        (void)snprintf(kept, sizeof kept, "%s", origin);
    else
        random_origin(kept);
    if (origin && strcmp(kept, origin) != 0)
        return cu_fail(err, CU_KEY, "", "this audit log has another origin");
    code = sign_key_load(a->keyring, cu_str_of(kept), path, &a->key, err);
    if (code == CU_NOT_FOUND) {
        char checkpoint[AUDIT_PATH_MAX];
        CU_AUTO_BUF struct cu_buf bytes;
        cu_buf_init(&bytes, NOTE_MAX + 1);
        audit_path(checkpoint, a->folder, "checkpoint");
        if (cu_file_read_all(checkpoint, &bytes, NULL) != CU_NOT_FOUND)
            return cu_fail(err, CU_KEY, "", "the signing key of the audit log is missing; put sign.key back from a backup");
        return make_key(a, kept, err);
    }
    CU_TRY(code);
    CU_TRY(public_of(a->key, kept, &a->public_key, err));
    return knows(&a->keys, &a->public_key) ? CU_OK : add_key(a, &a->public_key, err);
}

// What was signed is in the log, or the log is not opened.
static cu_code open_ledger(struct audit *a, const struct audit_options *o, struct cu_error *err)
{
    CU_AUTO_BUF struct cu_buf bytes;
    struct note note;
    struct note_checkpoint c = {.size = 0};
    struct ledger_hash root;
    cu_code code = audit_note_read(a->folder, "checkpoint", &bytes, &note, &c, err);
    bool is_signed = code == CU_OK;
    if (code != CU_NOT_FOUND)
        CU_TRY(code);
    bool trusted = false;
    for (size_t i = 0; is_signed && !trusted && i < a->keys.count; i++)
        trusted = note_signed_by(&note, &a->keys.at[i], NULL);
    if (is_signed && !trusted)
        return cu_fail(
            err, CU_CORRUPT, "", "the checkpoint of the audit log has no good signature; `custos audit verify` says more");
    struct ledger_options lo = {.folder = a->folder, .segment_bytes_max = o->segment_bytes_max, .size_min = c.size};
    CU_TRY(ledger_open(&lo, &a->ledger, err));
    if (!is_signed)
        return ledger_size(a->ledger) == 0
                   ? write_note(a, "checkpoint", NULL, NULL, err)
                   : cu_fail(err, CU_CORRUPT, "", "the checkpoint of the audit log is missing; put it back from a backup");
    CU_TRY(ledger_root(a->ledger, c.size, &root, err));
    if (memcmp(root.bytes, c.root, sizeof c.root) != 0)
        return cu_fail(err, CU_CORRUPT, "", "the audit log is not the one that was signed; `custos audit verify` says more");
    a->signed_size = c.size;
    return CU_OK;
}

static void register_metrics(struct audit *a)
{
    a->entries = cu_metric_get(CU_COUNTER, "custos_audit_entries_total", NULL, "Entries written to the audit log.");
    a->failures = cu_metric_get(CU_COUNTER, "custos_audit_failures_total", NULL,
        "Entries the audit log could not take: what they announce did not happen.");
    a->size = cu_metric_get(CU_GAUGE, "custos_audit_size", NULL, "Entries in the audit log.");
    a->append_us =
        cu_metric_get(CU_HISTOGRAM, "custos_audit_append", NULL, "Time until an entry of the audit log is durable.");
    a->checkpoints =
        cu_metric_get(CU_COUNTER, "custos_audit_checkpoints_total", NULL, "Checkpoints of the audit log signed.");
}

cu_code audit_open(const struct audit_options *o, struct audit **ret, struct cu_error *err)
{
    struct audit *a = cu_calloc(1, sizeof *a);
    if (!a)
        return cu_fail(err, CU_MEMORY, "", "no memory for the audit log");
    (void)snprintf(a->folder, sizeof a->folder, "%s", o->folder);
    a->keyring = o->keyring;
    a->checkpoint_ms = o->checkpoint_ms > 0 ? o->checkpoint_ms : CHECKPOINT_MS;
    (void)pthread_mutex_init(&a->lock, NULL);
    (void)pthread_mutex_init(&a->sign_lock, NULL);
    register_metrics(a);
    cu_code code = cu_dir_make(a->folder, 0700, err);
    if (code == CU_OK)
        code = open_key(a, o->origin, err);
    if (code == CU_OK)
        code = open_ledger(a, o, err);
    if (code == CU_OK)
        code = audit_sign(a, err); // what a crash left unsigned
    if (code == CU_OK)
        code = start_thread(a, err);
    if (code != CU_OK) {
        ledger_close(a->ledger);
        a->ledger = NULL;
        audit_close(a);
        return code;
    }
    cu_metric_set(a->size, (int64_t)ledger_size(a->ledger));
    *ret = a;
    return CU_OK;
}

void audit_close(struct audit *a)
{
    if (!a)
        return;
    struct cu_error err = {.code = CU_OK};
    stop_thread(a);
    if (a->ledger && (ledger_flush(a->ledger, &err) != CU_OK || audit_sign(a, &err) != CU_OK))
        cu_log_error("audit.not_closed_well", &err);
    ledger_close(a->ledger);
    sign_key_free(a->key);
    (void)pthread_mutex_destroy(&a->lock);
    (void)pthread_mutex_destroy(&a->sign_lock);
    cu_free(a);
}

// --- appending

// Told once when it begins; the metric counts every one.
static cu_code refuse(struct audit *a, cu_code code, const struct cu_error *cause, struct cu_error *err)
{
    cu_metric_add(a->failures, 1);
    if (!atomic_exchange(&a->failing, true))
        cu_log_error("audit.failing", cause);
    return cu_fail(err, CU_UNAVAILABLE, "", "the audit log cannot be written (%s): what cannot be noted does not happen",
        cu_code_rows[code].name);
}

cu_code audit_append(struct audit *a, const struct audit_entry *e, bool wait, uint64_t *ret_index, struct cu_error *err)
{
    CU_AUTO_BUF struct cu_buf line;
    struct cu_error cause = {.code = CU_OK};
    int64_t started = cu_mono_us();
    cu_buf_init(&line, LEDGER_ENTRY_MAX);
    cu_code code = audit_entry_print(e, cu_now_ms(), &line, &cause);
    if (code == CU_INVALID || code == CU_TOO_LARGE)
        return cu_fail(err, CU_INVALID, cause.field, "%s", cause.text);
    if (code == CU_OK)
        code = ledger_append(a->ledger, cu_buf_view(&line), wait, ret_index, &cause);
    if (code != CU_OK)
        return refuse(a, code, &cause, err);
    cu_metric_add(a->entries, 1);
    if (wait) {
        cu_metric_observe_us(a->append_us, cu_mono_us() - started);
        cu_metric_set(a->size, (int64_t)ledger_size(a->ledger));
        if (atomic_load_explicit(&a->failing, memory_order_relaxed) && atomic_exchange(&a->failing, false))
            cu_log(CU_LOG_INFO, "audit.recovered");
    }
    schedule(a, !wait);
    return CU_OK;
}

// --- a new key

static cu_code note_rotation(struct audit *a, const struct note_key *k, struct cu_error *err)
{
    char detail[NOTE_KEY_MAX + 64];
    CU_AUTO_BUF struct cu_buf key;
    struct guard_access access = *guard_current();
    cu_buf_init(&key, NOTE_KEY_MAX);
    note_key_print(k, &key);
    CU_TRY(cu_buf_code(&key, err));
    if (access.actor == GUARD_NOBODY)
        access = (struct guard_access){.actor = GUARD_SYSTEM, .purpose = "upkeep"};
    (void)snprintf(access.action, sizeof access.action, "audit.key_rotated");
    int n = snprintf(detail, sizeof detail, "{\"key\":\"%s\"}", key.ptr);
    struct audit_entry e = {.access = &access, .outcome = GUARD_DONE, .detail = {detail, (size_t)n}};
    return audit_append(a, &e, true, NULL, err);
}

// Under sign_lock. The note with both signatures stands before the new key is in force.
static cu_code rotate(struct audit *a, struct sign_key *fresh, const struct note_key *fresh_key, struct cu_error *err)
{
    char path[AUDIT_PATH_MAX], name[32];
    (void)snprintf(name, sizeof name, "rotated-%08x", (unsigned)fresh_key->hash);
    CU_TRY(add_key(a, fresh_key, err));
    CU_TRY(write_note(a, name, fresh, fresh_key, err));
    audit_path(path, a->folder, "sign.key");
    CU_TRY(sign_key_store(fresh, a->keyring, cu_str_of(fresh_key->name), path, err));
    struct sign_key *old = a->key;
    a->key = fresh;
    a->public_key = *fresh_key;
    sign_key_free(old);
    return write_note(a, "checkpoint", NULL, NULL, err);
}

cu_code audit_rotate_key(struct audit *a, struct cu_error *err)
{
    struct sign_key *fresh = NULL;
    struct note_key fresh_key;
    CU_TRY(sign_key_new(&fresh, err));
    (void)pthread_mutex_lock(&a->sign_lock);
    cu_code code = public_of(fresh, a->public_key.name, &fresh_key, err);
    if (code == CU_OK)
        code = note_rotation(a, &fresh_key, err);
    if (code == CU_OK)
        code = rotate(a, fresh, &fresh_key, err);
    if (a->key != fresh)
        sign_key_free(fresh);
    (void)pthread_mutex_unlock(&a->sign_lock);
    return code;
}
