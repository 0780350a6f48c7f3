// SPDX-License-Identifier: Apache-2.0
// The guard: the only way to a sealed value. It holds the root key, the key tree and the audit log,
// in a process of its own (`custos keyd`) or, where that cannot be, in this one; nobody else ever sees
// a person's key. A caller says: open this group of this subject, for this purpose, as this user. The
// guard decides purpose, restriction, fence and rate, and writes the audit entry, fsynced, before it
// answers. Source: docs/explanation/sealing.md.
//
// On whose behalf a thread works is set once, by the dispatcher for a request and by each background
// thread for itself (guard_enter). A thread that said nothing is refused everything: fail closed.
//
// Threads: any, all calls. Keys are made by one batch at a time (under people_lock).
#pragma once

#include "crypto/root.h"
#include "crypto/seal.h"
#include "store/keys.h"

struct guard;

// --- on whose behalf

// GUARD_PERSON: somebody at their own record (privacy centre). The first announcement names whose; nobody else is opened until
// the next guard_enter. It has no number: the entry's pseudonym says who it was, and ends with the person.
enum guard_actor { GUARD_NOBODY, GUARD_SYSTEM, GUARD_LOCAL, GUARD_STAFF, GUARD_TOKEN, GUARD_PERSON };
struct guard_access {
    enum guard_actor actor;
    int64_t actor_id;      // staff number, token number; 0 else
    char role[32];         // "owner"; "" for system and local
    char purpose[24];      // a name of guard_purposes
    char action[64];       // name of the route ("people.get"), of the job or of the thread ("intake")
    char network[48];      // the caller's address cut to /24 or /48; "" in process
    char request_id[40];   // ties the entries of one request together
    bool break_glass;
};
void guard_enter(const struct guard_access *a); // for this thread, until guard_leave; copied
void guard_leave(void);
const struct guard_access *guard_current(void); // never NULL; actor GUARD_NOBODY when nothing was entered
// An address cut to its network: /24, /48; "" for none.
void guard_network_of(cu_str ip, char ret[48]);
// For a background thread or job: actor system, that purpose and action.
void guard_enter_system(const char *purpose, const char *action);
// For the program's own work inside a request, before or beside the caller's (the address of a member of
// staff, a one-time code): the access to give back to guard_enter afterwards.
struct guard_access guard_borrow_system(const char *purpose, const char *action);

// What work may be for, one row each: the closed list, which roles name.
struct guard_purpose {
    const char *name; // "support", "marketing", "analytics", "rights", "security", "operations", "intake", "index", ...
    const char *doc;
    bool staff;            // a member of staff may work for it; else only the system
    bool opens_restricted; // also opens people whose processing is restricted (GDPR Art. 18)
};
extern const struct guard_purpose guard_purposes[]; // ends with name NULL
const struct guard_purpose *guard_purpose_find(const char *name); // NULL when unknown

// --- sealing and opening

// As seal_group under the subject's key (place->subject), which is made when there is none yet (durable
// after guard_commit). CU_ERASED: the fence. CU_FORBIDDEN: no access was entered.
cu_code guard_seal(struct guard *g, enum seal_class class_id, const struct seal_place *place, cu_str plain, bool compress,
    struct cu_buf *out, struct cu_error *err) CU_MUST;
// Appends the plaintext to out. Staff and tokens: a subject not announced in this request gets an entry
// of its own first. CU_NOT_FOUND: no key yet; CU_ERASED; CU_REFUSED: purpose or restriction; CU_BUSY: over
// the role's rate; CU_UNAVAILABLE: the entry could not be written, so nothing was opened; CU_KEY,
// CU_CORRUPT as seal_open.
cu_code guard_open(struct guard *g, const struct seal_place *place, cu_str sealed, struct cu_buf *out,
    struct cu_error *err) CU_MUST;

// Many at once, for batches. Each item has its own code; the call fails only as a whole (CU_MEMORY,
// CU_UNAVAILABLE). plain of each item goes to out at *ret_at, *ret_len.
struct guard_item {
    enum seal_class class_id; // sealing
    struct seal_place place;
    cu_str bytes;             // plain to seal, or sealed to open
    bool compress;            // sealing
    size_t at, len;           // answer: where in out
    cu_code code;             // answer
};
cu_code guard_seal_many(struct guard *g, struct guard_item *items, size_t count, struct cu_buf *out, struct cu_error *err) CU_MUST;
cu_code guard_open_many(struct guard *g, struct guard_item *items, size_t count, struct cu_buf *out, struct cu_error *err) CU_MUST;

// For rows whose class key was rotated (guard_reseal, admin.h): what is sealed under an older version is sealed
// anew under the one in force; an item that is under it already answers no bytes. What was opened for that never
// leaves the key process. The program's own work only (CU_FORBIDDEN). Codes as guard_open_many.
cu_code guard_reseal_many(struct guard *g, struct guard_item *items, size_t count, struct cu_buf *out, struct cu_error *err) CU_MUST;

// --- life and end of keys

cu_code guard_commit(struct guard *g, struct cu_error *err) CU_MUST; // keys made so far; before the records commit
void guard_rollback(struct guard *g);
cu_code guard_erase(struct guard *g, const uint64_t *subjects, size_t count, struct cu_error *err) CU_MUST; // as keys_erase
bool guard_is_erased(struct guard *g, uint64_t subject);

// --- the record

// The people a staff request is about to read, before it opens anything: one entry, one fsync, for all
// of them; what is opened of them later in this request needs no entry more. fields: names of what is
// read ("email,orders"), never values. For system access nothing is written.
cu_code guard_announce(struct guard *g, const uint64_t *subjects, size_t count, cu_str fields, struct cu_error *err) CU_MUST;
// Any other act: who, what, how it ended. Durable on return when `wait`. detail: a JSON object of names
// and numbers, or CU_NONE. CU_UNAVAILABLE when it cannot be stored: then the act must not happen.
enum guard_outcome { GUARD_ATTEMPT, GUARD_DONE, GUARD_REFUSED, GUARD_FAILED };
cu_code guard_note(struct guard *g, enum guard_outcome outcome, const uint64_t *subjects, size_t count, cu_str detail,
    bool wait, struct cu_error *err) CU_MUST;
// The subject's name in the audit log: 16 bytes derived with its own audit-salt key, so that erasing
// the person cuts the log's entries loose from them. CU_NOT_FOUND, CU_ERASED.
cu_code guard_pseudonym(struct guard *g, uint64_t subject, uint8_t ret[16], struct cu_error *err) CU_MUST;

// --- opening the guard

struct audit; // guard/audit.h
struct guard_options { // of the form inside this process; both outlive the guard
    struct keys *keys;
    struct audit *audit; // NULL: no log is kept (tests of other things)
};
cu_code guard_start_inside(const struct guard_options *o, struct guard **ret, struct cu_error *err) CU_MUST;

// What a guard opens by itself; only the process that holds it ever reads these files.
struct guard_place {
    const struct root_source *root;
    const char *keys;           // DATA/keys
    const char *audit;          // DATA/audit, the folder of the audit log; "": none is kept
    const uint8_t *fingerprint; // 16 bytes that the root key must have; NULL: any
};
// separate: in a key process of its own (`custos keyd`), this program started anew; false: in this process,
// for tests and the smallest machines. CU_KEY: the root key is missing, damaged or another folder's; else as
// keys_open. CU_UNAVAILABLE: the key process cannot be started.
cu_code guard_start(const struct guard_place *p, bool separate, struct guard **ret, struct cu_error *err) CU_MUST;
void guard_stop(struct guard *g); // NULL is fine; what was not committed is gone; ends the key process

// What this side needs of the root key itself: tags, MACs, journal and spool, and nothing that opens a
// person (keyring_from_delegate). CU_UNAVAILABLE for a guard of guard_start_inside. The caller closes it.
cu_code guard_delegate(struct guard *g, struct keyring **ret, struct cu_error *err) CU_MUST;

struct guard_status {
    bool separate;
    bool alive;        // the key process is there; when it is not, every call is CU_UNAVAILABLE for good
    int pid;           // of the key process; 0: none
    uint8_t landlock;  // version in force in the key process; 0: not
    bool seccomp;      // in force in the key process
};
void guard_status(struct guard *g, struct guard_status *ret);
