// SPDX-License-Identifier: Apache-2.0
// Inside govern/: its state, staff rows, sessions, sign-in tickets, second factors, throttling.
//
// A way in, whatever it is, ends in session_create: a new token always, the former session of this
// browser ended, the sign-in in the audit log before it works. Between a first proof and the second
// factor stands a ticket. Source: NIST SP 800-63B-4, OWASP ASVS 5.0 chapters 6 and 7.
#pragma once

#include "govern.h"
#include "role.h"

#include "crypto/secret.h"
#include "base/limit.h"

#include <pthread.h>

enum {
    SESSION_IDLE_MS = 30 * 60 * 1000,
    SESSION_MAX_MS = 12 * 60 * 60 * 1000,
    SESSION_TOUCH_MS = 60 * 1000,    // last use is stored at most once a minute
    SESSION_FORMER_MS = 10 * 1000,   // a token that was replaced still reads: answers that were under way
    SESSIONS_MAX = 20,               // of one member of staff; the oldest end
    DEVICES_MAX = 10,
    TICKET_MS = 5 * 60 * 1000,
    TICKET_TRIES = 5,
    STAFF_MAX = 1000                 // members and invitations each
};
#define INVITATION_MS (INT64_C(72) * 3600 * 1000)
#define RESET_MS (INT64_C(4) * 3600 * 1000)
#define POSTPONE_MS (INT64_C(7) * 24 * 3600 * 1000) // how long an owner may do without a second factor
#define DEVICE_MS (INT64_C(180) * 24 * 3600 * 1000)

struct throttle;
struct tickets;
struct govern {
    struct govern_options options;
    struct throttle *throttle; // attempts; in memory: a restart forgives
    struct tickets *tickets;
    pthread_mutex_t cost_lock;
    struct secret_cost cost;   // of a password; memory_kib 0: not read or measured yet
    struct limit *strength;    // questions about passwords, per network
    char base_url[320];
};
// base_url + "/page#token": the token stands behind "#", so that it never reaches a log of a server.
cu_code govern_link(struct govern *g, struct cu_arena *a, const char *page, const char *token, cu_str *ret,
    struct cu_error *err) CU_MUST;

// --- staff rows (staff.c)

enum staff_state { STAFF_INVITED, STAFF_ACTIVE, STAFF_DISABLED };
struct staff {
    int64_t id;
    char role[ROLE_NAME_MAX + 1];
    enum staff_state state;
    bool has_password, password_long;
    int64_t password_ms, created_ms, last_sign_in_ms, totp_ms, recovery_ms; // INT64_MIN: never
    uint8_t sealed[512]; // the address
    size_t sealed_len;
};
const char *staff_state_name(enum staff_state s);
cu_code staff_count(struct govern *g, int64_t *ret, struct cu_error *err) CU_MUST; // without invited ones
cu_code staff_load_in(struct db *d, int64_t id, struct staff *ret, struct cu_error *err) CU_MUST; // CU_NOT_FOUND
cu_code staff_load(struct govern *g, int64_t id, struct staff *ret, struct cu_error *err) CU_MUST;
cu_code staff_email(struct govern *g, int64_t id, struct cu_buf *out, struct cu_error *err) CU_MUST;
cu_code staff_email_open(struct govern *g, const struct staff *s, struct cu_buf *out, struct cu_error *err) CU_MUST;
// The keyed tag of a normalised address. CU_INVALID, field "/email".
cu_code staff_email_tag(struct govern *g, cu_str email, uint8_t ret[16], struct cu_error *err) CU_MUST;
// In the caller's transaction, which it has to commit after guard_commit. CU_CONFLICT: the address is taken.
cu_code staff_insert(struct govern *g, struct db *d, cu_str email, const char *role, enum staff_state state, int64_t *ret_id,
    struct cu_error *err) CU_MUST;
// Under one transaction: uses up the set-up link and makes the owner. CU_FORBIDDEN for a bad link,
// CU_CONFLICT when there is an owner.
cu_code staff_create_owner(struct govern *g, cu_str token, cu_str email, cu_str password, int64_t *ret_id,
    struct cu_error *err) CU_MUST;
// A key subject of staff, and the place of one of their sealed values; table: four letters.
struct seal_place staff_place(uint32_t table, int64_t id);
#define STAFF_TABLE_EMAIL 0x73746166u // "staf"
#define STAFF_TABLE_TOTP 0x746f7470u  // "totp"

// A transaction on records.db under people_lock: begin, fn, guard_commit, commit; anything but CU_OK undoes it.
typedef cu_code staff_change_fn(struct govern *g, struct db *d, void *context, struct cu_error *err);
cu_code staff_change(struct govern *g, staff_change_fn *fn, void *context, struct cu_error *err) CU_MUST;

// --- sessions (session.c, session_caller.c)

struct session {
    uint8_t id[32];   // caller.session_hash: the same for the whole session; its CSRF token hangs on it
    int64_t staff_id, proved_ms;
    char role[ROLE_NAME_MAX + 1];
    char factor[16];
    bool limited;     // a second factor is required and none enrolled: only SPEC_SESSION
    bool former;      // found by the token before the present one
};
// Signs this browser in: notes it, ends the session it had, sets the cookies, and makes rq->caller and the
// guard's access of this thread that member of staff. factor: "password" or a name of factors[] or "oidc".
// CU_UNAUTHENTICATED: no such active member of staff; CU_UNAVAILABLE: it cannot be logged, so it is not done.
cu_code session_create(
    struct govern *g, struct request *rq, int64_t staff_id, const char *factor, struct cu_error *err) CU_MUST;
// The JSON of GET /v1/session for rq->caller, as every way in answers with 201.
cu_code session_write(struct govern *g, struct request *rq, int status, struct cu_error *err) CU_MUST;
cu_code session_find(
    struct govern *g, cu_str token, struct session *ret, struct cu_error *err) CU_MUST; // CU_UNAUTHENTICATED
cu_code session_end(struct govern *g, const uint8_t id[32], struct cu_error *err) CU_MUST;
// A new token for the caller's session, because what it may do has changed; the id stays.
cu_code session_rotate(struct govern *g, struct request *rq, struct cu_error *err) CU_MUST;
// The caller proved again that it is they (password, factor): fresh for dangerous acts; rotates.
cu_code session_prove(struct govern *g, struct request *rq, const char *factor, struct cu_error *err) CU_MUST;
// In a transaction: every session of that member of staff but `keep` (NULL: all), and every known browser.
cu_code session_end_others(struct db *d, int64_t staff_id, const uint8_t *keep, struct cu_error *err) CU_MUST;
void session_csrf(struct govern *g, const uint8_t id[32], char ret[48]);
cu_str session_cookie(struct request *rq, const char *name); // CU_NONE when absent
// The browser's own token: from its cookie, or a new one whose cookie is set. Hashed.
cu_code session_device(struct request *rq, uint8_t ret_hash[32], struct cu_error *err) CU_MUST;
cu_code session_device_known(struct govern *g, struct request *rq, int64_t staff_id, bool *ret, uint8_t ret_hash[32],
    struct cu_error *err) CU_MUST;

// --- second factors

// One row each in factors.c. code: what the person typed; rows without `check` have routes of their own.
struct factor {
    const char *name; // "totp"
    bool backup;      // helps out, but is not by itself a second factor (recovery codes)
    bool weak;        // is none for roles that give rights or hold keys (text messages)
    cu_code (*enrolled)(struct govern *g, struct db *d, int64_t staff_id, bool *ret, struct cu_error *err);
    // CU_UNAUTHENTICATED: wrong, used before, too old. The attempt was counted and throttled by the caller.
    cu_code (*check)(
        struct govern *g, struct request *rq, int64_t staff_id, cu_str ticket, cu_str code, struct cu_error *err);
    cu_code (*remove)(struct govern *g, struct db *d, int64_t staff_id, struct cu_error *err); // in a transaction
    // Writes its member of GET /v1/security, name and value ("passkeys", [...]); NULL: written there.
    cu_code (*describe)(struct govern *g, struct db *d, int64_t staff_id, struct json_writer *w, struct cu_error *err);
};
extern const struct factor *const factors[]; // ends with NULL
extern const struct factor totp_factor, recovery_factor;
const struct factor *factor_find(cu_str name); // NULL: unknown
// Names of what is enrolled, as bits of rows of factors[].
cu_code factor_enrolled(struct govern *g, struct db *d, int64_t staff_id, uint32_t *ret_bits, struct cu_error *err) CU_MUST;

// How somebody stands to the rule of the second factor.
struct standing {
    bool required, enrolled;
    int64_t postpone_until_ms; // INT64_MIN: not to be postponed
    bool limited;              // until enrolled: nothing but the own account
};
cu_code standing_of(
    struct govern *g, struct db *d, const struct staff *s, struct standing *ret, struct cu_error *err) CU_MUST;
void standing_write(struct json_writer *w, const struct standing *s); // {"required","enrolled","postpone_until"}

// After a good first proof (password, reset link): the session, or a ticket for the second factor; writes the answer.
cu_code sign_in_continue(
    struct govern *g, struct request *rq, int64_t staff_id, const char *factor, struct cu_error *err) CU_MUST;

// --- tickets (ticket.c): between two steps of a sign-in. Held in memory as hashes, bound to the browser by its device
// cookie, five minutes, five tries; a restart ends them.

#define TICKET_DATA_MAX 256
struct ticket {
    uint8_t hash[32];
    int64_t staff_id; // 0: nobody yet (a passkey says who)
    char kind[16];    // what it was made for: "second_factor", "passkey", ...
    char factor[16];  // the first proof: "password", "reset"; "" when none
    uint8_t data[TICKET_DATA_MAX]; // of whoever made it: a challenge, the hash of a code
    size_t data_len;
};
// CU_BUSY when too many wait.
cu_code ticket_create(struct govern *g, struct request *rq, int64_t staff_id, const char *kind, const char *factor,
    cu_str data, char ret_token[SECRET_TOKEN_MAX], struct cu_error *err) CU_MUST;
// Reads it and counts a try first. CU_UNAUTHENTICATED: forged, expired, of another browser or kind, used or tried too often.
cu_code ticket_try(struct govern *g, struct request *rq, cu_str token, const char *kind, struct ticket *ret,
    struct cu_error *err) CU_MUST;
// Reads it without counting: for a step that proves nothing (asking for a text message).
cu_code ticket_peek(struct govern *g, struct request *rq, cu_str token, const char *kind, struct ticket *ret,
    struct cu_error *err) CU_MUST;
void ticket_put(struct govern *g, const struct ticket *t); // stores its data again
// Uses it up; CU_UNAUTHENTICATED when another request did so in between. Before session_create.
cu_code ticket_use(struct govern *g, const struct ticket *t, struct cu_error *err) CU_MUST;

// --- throttling (throttle.c): consecutive failures on an account, from a browser and from a network each have
// a count of their own; beyond a few of them the next attempt has to wait 30 s, 1 min, 2 min ... 1 h.

enum throttle_lane { THROTTLE_PASSWORD, THROTTLE_FACTOR, THROTTLE_LINK };
struct attempt {
    enum throttle_lane lane;
    uint8_t account[16];     // tag of the address, or of the staff number; zeros: none
    uint8_t device[32];      // hash of the browser's token
    bool known;              // the browser signed in to this account before: it has a lane of its own
    char network[48];
};
// Counts the attempt as failed before it is made, so that many at once are not more. CU_BUSY: wait.
cu_code throttle_take(struct govern *g, const struct attempt *a, struct cu_error *err) CU_MUST;
// How it ended: CU_OK forgives its lane; CU_UNAUTHENTICATED, CU_FORBIDDEN stay counted; with anything else (busy, no
// memory) it was not made.
void throttle_settle(struct govern *g, const struct attempt *a, cu_code code);
static inline void throttle_good(struct govern *g, const struct attempt *a)
{
    throttle_settle(g, a, CU_OK);
}
// The attempt of this request on that member of staff.
cu_code throttle_attempt(struct govern *g, struct request *rq, enum throttle_lane lane, int64_t staff_id,
    struct attempt *ret, struct cu_error *err) CU_MUST;

// --- notes: {"factor":"totp"} and, for refusals, the number of the account that was tried

cu_code sign_in_note(struct govern *g, enum guard_outcome outcome, const char *factor, int64_t staff_id, bool wait,
    struct cu_error *err) CU_MUST;
