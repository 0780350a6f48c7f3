// SPDX-License-Identifier: Apache-2.0
// Verifying the audit log from its folder: signatures first, then every byte, then that what was signed
// is what is there. Accepting what witnesses signed. See audit_read.h.
#include "audit_private.h"

#include "base/file.h"

#include <stdio.h>

#define ROTATIONS_MAX 5 // notes of rotations that are compared with the log: the newest

// --- whom to believe

struct trust {
    struct audit_keys listed;
    bool good[AUDIT_KEYS_MAX]; // of listed
    struct note_key given;
    bool has_given;
};

static bool same_key(const struct note_key *a, const struct note_key *b)
{
    return a->kind == b->kind && strcmp(a->name, b->name) == 0 && memcmp(a->public_key, b->public_key, SIGN_PUBLIC) == 0;
}

static bool trusted_signature(const struct trust *t, const struct note *n, const struct note_key **ret)
{
    for (size_t i = t->listed.count; i > 0; i--) {
        if (t->good[i - 1] && note_signed_by(n, &t->listed.at[i - 1], NULL)) {
            *ret = &t->listed.at[i - 1];
            return true;
        }
    }
    *ret = &t->given;
    return t->has_given && note_signed_by(n, &t->given, NULL);
}

// A note of a rotation, signed by a key that is believed: so is every listed key that signed it, too.
static bool believe(struct trust *t, const struct note *n)
{
    const struct note_key *by;
    bool more = false;
    if (!trusted_signature(t, n, &by))
        return false;
    for (size_t i = 0; i < t->listed.count; i++) {
        if (t->good[i] || !note_signed_by(n, &t->listed.at[i], NULL))
            continue;
        t->good[i] = more = true;
    }
    return more;
}

// --- the notes of rotations

struct rotations {
    const char *const *names;
    size_t count;
};

static cu_code list_rotations(const char *folder, struct cu_arena *a, struct rotations *ret, struct cu_error *err)
{
    const char **names = NULL;
    size_t count = 0, kept = 0;
    CU_TRY(cu_dir_list(a, folder, &names, &count, err));
    for (size_t i = 0; i < count; i++) {
        if (cu_str_starts(cu_str_of(names[i]), CU_LIT("rotated-")) && !cu_str_ends(cu_str_of(names[i]), CU_LIT(".new")))
            names[kept++] = names[i];
    }
    *ret = (struct rotations){names, kept};
    return CU_OK;
}

// Until nobody new is believed: names say nothing of the order of rotations.
static cu_code follow_rotations(const char *folder, const struct rotations *r, struct trust *t, struct cu_error *err)
{
    for (bool again = true; again;) {
        again = false;
        for (size_t i = 0; i < r->count; i++) {
            CU_AUTO_BUF struct cu_buf bytes;
            struct note note;
            struct note_checkpoint c;
            CU_TRY(audit_note_read(folder, r->names[i], &bytes, &note, &c, err));
            again = believe(t, &note) || again;
        }
    }
    return CU_OK;
}

static cu_code build_trust(const char *folder, const struct note_key *key, const struct rotations *r, struct trust *ret,
    struct cu_error *err)
{
    *ret = (struct trust){.has_given = key != NULL};
    if (key)
        ret->given = *key;
    cu_code code = audit_keys_read(folder, &ret->listed, err);
    if (code == CU_NOT_FOUND && !key)
        return cu_fail(
            err, CU_NOT_FOUND, "--key", "this folder has no public.keys: give the public key of the log with --key");
    if (code != CU_NOT_FOUND)
        CU_TRY(code);
    if (!key && ret->listed.count > 0)
        ret->good[0] = true;
    for (size_t i = 0; key && i < ret->listed.count; i++)
        ret->good[i] = same_key(&ret->listed.at[i], key);
    return follow_rotations(folder, r, ret, err);
}

// --- verifying

struct signed_tree {
    const char *name; // of the file
    struct note_checkpoint c;
};
struct plan { // what was signed, to be found in the log
    struct signed_tree at[2 + ROTATIONS_MAX];
    size_t count;
};

// A note whose signature is by a key that is believed.
static cu_code plan_note(const char *folder, const char *name, const struct trust *t, struct plan *p,
    const struct note_key **ret_by, struct cu_error *err)
{
    CU_AUTO_BUF struct cu_buf bytes;
    struct note note;
    struct signed_tree *s = &p->at[p->count];
    CU_TRY(audit_note_read(folder, name, &bytes, &note, &s->c, err));
    s->name = name;
    if (!trusted_signature(t, &note, ret_by))
        return cu_fail(
            err, CU_CORRUPT, "", "the file %s of the audit log has no good signature by a key that is believed", name);
    if (strcmp((*ret_by)->name, s->c.origin) != 0)
        return cu_fail(err, CU_CORRUPT, "", "the file %s is of another log", name);
    p->count++;
    return CU_OK;
}

static cu_code plan_cosigned(const char *folder, const struct trust *t, const struct note_key *witnesses, size_t count,
    struct plan *p, struct audit_report *r, struct cu_error *err)
{
    CU_AUTO_BUF struct cu_buf bytes;
    const struct note_key *by;
    struct note note;
    struct note_checkpoint c;
    cu_code code = audit_note_read(folder, "cosigned", &bytes, &note, &c, err);
    if (code == CU_NOT_FOUND)
        return CU_OK;
    CU_TRY(code);
    CU_TRY(plan_note(folder, "cosigned", t, p, &by, err));
    for (size_t i = 0; i < count; i++) {
        if (note_signed_by(&note, &witnesses[i], NULL))
            r->cosigned_size = c.size;
    }
    return count == 0 || r->cosigned_size > 0
               ? CU_OK
               : cu_fail(err, CU_CORRUPT, "",
                     "the file cosigned of the audit log has no good signature of a witness that is configured");
}

static cu_code compare(const struct plan *p, const struct ledger_report *l, struct cu_error *err)
{
    for (size_t i = 0; i < p->count; i++) {
        const struct note_checkpoint *c = &p->at[i].c;
        if (!l->at[i].known)
            return cu_fail(err, CU_CORRUPT, "", "the log ends at entry %llu; %s was signed for %llu entries",
                (unsigned long long)l->size, p->at[i].name, (unsigned long long)c->size);
        if (memcmp(l->at[i].root.bytes, c->root, sizeof c->root) != 0)
            return cu_fail(err, CU_CORRUPT, "", "the first %llu entries are not those that %s was signed for",
                (unsigned long long)c->size, p->at[i].name);
    }
    return CU_OK;
}

static cu_code run_plan(const char *folder, const struct plan *p, struct audit_report *ret, ledger_progress *fn,
    void *context, struct cu_error *err)
{
    struct ledger_report l = {.at_count = p->count};
    for (size_t i = 0; i < p->count; i++)
        l.at[i].size = p->at[i].c.size;
    cu_code code = ledger_verify(folder, &l, fn, context, err);
    ret->size = l.size;
    ret->segments = l.segments;
    ret->bytes = l.bytes;
    ret->tail_bytes = l.tail_bytes;
    ret->root = l.root;
    return code == CU_OK ? compare(p, &l, err) : code;
}

cu_code audit_verify(const char *folder, const struct note_key *key, const struct note_key *witnesses, size_t witness_count,
    struct audit_report *ret, ledger_progress *fn, void *context, struct cu_error *err)
{
    CU_AUTO_ARENA struct cu_arena *a = cu_arena_new(64 << 20);
    struct rotations rotations;
    struct trust trust;
    struct plan plan = {.count = 0};
    const struct note_key *by = NULL;
    CU_AUTO_BUF struct cu_buf text;
    cu_buf_init(&text, NOTE_KEY_MAX);
    *ret = (struct audit_report){.own_key = key == NULL};
    if (!a)
        return cu_fail(err, CU_MEMORY, "", "no memory to verify the audit log");
    CU_TRY(list_rotations(folder, a, &rotations, err));
    CU_TRY(build_trust(folder, key, &rotations, &trust, err));
    // in this order: the log may grow meanwhile, what was signed before may not be ahead of it
    CU_TRY(plan_note(folder, "checkpoint", &trust, &plan, &by, err));
    ret->signed_size = plan.at[0].c.size;
    note_key_print(by, &text);
    (void)snprintf(ret->key, sizeof ret->key, "%.*s", CU_ARG(cu_buf_view(&text)));
    CU_TRY(plan_cosigned(folder, &trust, witnesses, witness_count, &plan, ret, err));
    size_t from = rotations.count > ROTATIONS_MAX ? rotations.count - ROTATIONS_MAX : 0;
    for (size_t i = from; i < rotations.count; i++)
        CU_TRY(plan_note(folder, rotations.names[i], &trust, &plan, &by, err));
    return run_plan(folder, &plan, ret, fn, context, err);
}

// --- witnesses

static cu_code kept_size(const char *folder, uint64_t *ret, struct cu_error *err)
{
    CU_AUTO_BUF struct cu_buf bytes;
    struct note note;
    struct note_checkpoint c = {.size = 0};
    cu_code code = audit_note_read(folder, "cosigned", &bytes, &note, &c, err);
    if (code != CU_NOT_FOUND)
        CU_TRY(code);
    *ret = c.size;
    return CU_OK;
}

static cu_code check_root(const char *folder, const struct note_checkpoint *c, struct cu_error *err)
{
    struct ledger *l = NULL;
    struct ledger_hash root;
    CU_TRY(ledger_open(&(struct ledger_options){.folder = folder, .read_only = true}, &l, err));
    cu_code code = ledger_root(l, c->size, &root, err);
    ledger_close(l);
    if (code == CU_INVALID)
        return cu_fail(err, CU_CORRUPT, "", "the witness signed more entries than this log has: two logs go by one name");
    CU_TRY(code);
    return memcmp(root.bytes, c->root, sizeof c->root) == 0
               ? CU_OK
               : cu_fail(err, CU_CORRUPT, "", "the witness signed other entries than this log has: two logs go by one name");
}

cu_code audit_cosign(const char *folder, cu_str text, const struct note_key *witnesses, size_t count, struct cu_error *err)
{
    char path[AUDIT_PATH_MAX];
    struct audit_keys keys;
    struct note note;
    struct note_checkpoint c;
    uint64_t kept = 0;
    bool own = false, witnessed = false;
    CU_TRY(note_parse(text, &note, err));
    CU_TRY(note_checkpoint_parse(note.text, &c, err));
    CU_TRY(audit_keys_read(folder, &keys, err));
    for (size_t i = 0; i < keys.count && !own; i++)
        own = strcmp(keys.at[i].name, c.origin) == 0 && note_signed_by(&note, &keys.at[i], NULL);
    for (size_t i = 0; i < count && !witnessed; i++)
        witnessed = witnesses[i].kind == NOTE_COSIGNATURE && note_signed_by(&note, &witnesses[i], NULL);
    if (!own)
        return cu_fail(err, CU_INVALID, "note", "a checkpoint with this log's own signature is accepted");
    if (!witnessed)
        return cu_fail(err, CU_INVALID, "note", "a good cosignature of a witness named in audit_witnesses is accepted");
    CU_TRY(kept_size(folder, &kept, err));
    if (c.size < kept)
        return cu_fail(err, CU_CONFLICT, "note", "a checkpoint of %llu entries is kept already; this one is older",
            (unsigned long long)kept);
    CU_TRY(check_root(folder, &c, err));
    audit_path(path, folder, "cosigned");
    return cu_file_replace(path, text.ptr, text.len, 0600, err);
}
