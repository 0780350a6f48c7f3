// SPDX-License-Identifier: Apache-2.0
// What the files recipient*.c and opendsr_controller.c share. Not for others; they use recipient.h.
#pragma once

#include "recipient.h"
#include "recipient_worker.h"

// Subjects of the house in the key store: one for all secrets and notes, and one for each order, which ends with it.
#define RECIPIENT_HOUSE KEYS_FIRST(KEYS_HOUSE)
#define RECIPIENT_ORDERS KEYS_FIRST(KEYS_ORDERS)
enum { // seal_place.table
    RECIPIENT_SEAL_SECRET = 0x52435345,
    RECIPIENT_SEAL_IDS = 0x52434944,
    RECIPIENT_SEAL_NOTE = 0x52434e4f,
    RECIPIENT_SEAL_DOOR = 0x52434452,
    RECIPIENT_SEAL_NOTICE = 0x52434e54
};
enum { RECIPIENT_SECRET_MAX = 1024, RECIPIENT_NOTE_MAX = 1000, RECIPIENT_IDS_MAX = 8192, RECIPIENT_KINDS_MAX = 8 };

// Only a recipient's answer or a member of staff makes an order done.
enum recipient_state {      // stored as numbers
    RECIPIENT_PENDING = 1,  // not sent yet
    RECIPIENT_SENT,         // it was taken; nothing said so in words
    RECIPIENT_ACKNOWLEDGED, // it said that it works on it
    RECIPIENT_DONE,
    RECIPIENT_FAILED,    // the last try failed; it is tried again
    RECIPIENT_ESCALATED, // the time is over, or it refused, or it cannot be told by a machine: staff has to
    RECIPIENT_STATE_COUNT
};
const char *recipient_state_name(enum recipient_state s); // "pending"
extern const char *const recipient_state_names[];         // from 1, NULL-terminated, without a name for 0

struct recipient { // strings live in the arena
    struct recipient_row row;
    cu_str method, url, domain, identities;
    int64_t answer_days, changed_ms, made_ms;
    bool has_secret;
};
struct recipient_order {
    int64_t id, recipient;
    struct cu_uuid uuid, request;
    enum rights_right right;
    enum recipient_state state;
    int64_t made_ms, due_ms, next_ms, tries, reminders, sent_ms, changed_ms;
    char fault[32];
    cu_str identifiers; // sealed; in the arena; empty: it ended
};
struct recipients {
    struct recipients_options o;
    char *shop_name, *base_url, *ca_file;
    struct recipient_worker *worker;
    _Atomic(struct rights *) rights; // known later than the thread begins
    int64_t purged_ms;               // of the worker
};

// --- the register (recipient.c). d: a reading connection or the writer's
cu_code recipient_by_name(
    struct db *d, cu_str name, struct cu_arena *a, struct recipient *ret, struct cu_error *err) CU_MUST; // CU_NOT_FOUND
cu_code recipient_by_id(struct db *d, int64_t id, struct cu_arena *a, struct recipient *ret, struct cu_error *err) CU_MUST;
cu_code recipient_by_domain(
    struct db *d, cu_str domain, struct cu_arena *a, struct recipient *ret, struct cu_error *err) CU_MUST;
cu_code recipient_each(
    struct db *d, struct cu_arena *a, struct recipient **ret, size_t *ret_count, struct cu_error *err) CU_MUST;
const char *recipient_refusal(const struct recipient *r, int64_t now_ms); // recipients_may's reason; NULL: it may
// Texts of the house, sealed and opened as the system. Sealing is inside a transaction, under the lock.
cu_code recipient_house_seal(
    struct people *p, uint32_t table, int64_t record, cu_str plain, struct cu_buf *out, struct cu_error *err) CU_MUST;
cu_code recipient_house_open(
    struct people *p, uint32_t table, int64_t record, cu_str sealed, struct cu_buf *out, struct cu_error *err) CU_MUST;
cu_code recipient_secret(
    struct recipients *r, struct db *d, int64_t id, struct cu_buf *out, struct cu_error *err) CU_MUST; // empty: none

// --- orders (recipient_order.c)
cu_code recipient_order_load(
    struct db *d, int64_t id, struct cu_arena *a, struct recipient_order *ret, struct cu_error *err) CU_MUST;
cu_code recipient_order_by_uuid(
    struct db *d, struct cu_uuid id, struct cu_arena *a, struct recipient_order *ret, struct cu_error *err) CU_MUST;
// The JSON of identifiers, {"email":["..."]}. CU_ERASED: it ended.
cu_code recipient_order_open(
    struct recipients *r, const struct recipient_order *o, struct cu_buf *out, struct cu_error *err) CU_MUST;
// Stores state, times, tries, fault of an order that has not ended; a transaction of its own. Then pokes the worker.
cu_code recipient_order_store(struct recipients *r, const struct recipient_order *o, struct cu_error *err) CU_MUST;
cu_code recipient_order_finish(struct recipients *r, struct cu_error *err) CU_MUST; // ends keys, tells the rights desk

// One recipient is told of a person: under the lock inside a transaction. Told already: nothing.
cu_code recipient_tell_one(struct recipients *r, struct db *d, struct cu_uuid request, uint32_t pno,
    const struct recipient *to, enum rights_right right, struct cu_arena *a, struct cu_error *err) CU_MUST;
// Withdrawn consents since the last round (recipient_withdrawal.c).
cu_code recipient_withdrawals(struct recipients *r, struct cu_error *err) CU_MUST;

// --- sending (recipient_send.c)
// How one attempt ended; decides the order's next state.
struct recipient_sent {
    enum recipient_state state; // SENT, ACKNOWLEDGED, DONE, FAILED, ESCALATED
    const char *fault;          // code of a failure; "" else
    int64_t pause_ms;           // before the next question; 0: as recipient_reminder_ms
};
int64_t recipient_pause_ms(int64_t tries); // before the next try, growing from a minute to a day
int64_t recipient_reminder_ms(
    int64_t reminders); // before the next question or reminder, growing from an hour to three days
// What an attempt makes of an order: pure.
void recipient_weigh(struct recipient_order *o, const struct recipient_sent *s, int64_t now_ms);
void recipients_run(struct recipients *r); // one round; the worker calls it, and tests
struct recipient_call {                    // everything an attempt needs
    struct recipients *r;
    const struct recipient *to;
    struct recipient_order *order;
    json ids;                 // what the person is known by
    cu_str secret;            // may be empty
    struct json_parser *json; // for answers; not the parser of ids
};
cu_code recipient_webhook(const struct recipient_call *c, struct recipient_sent *ret, struct cu_error *err) CU_MUST;
cu_code recipient_letter(const struct recipient_call *c, struct recipient_sent *ret, struct cu_error *err) CU_MUST;
cu_code recipient_opendsr(
    const struct recipient_call *c, struct recipient_sent *ret, struct cu_error *err) CU_MUST; // opendsr_controller.c
cu_code recipient_callback(struct request *rq, struct cu_error *err) CU_MUST; // handler of POST /opendsr/v2/callbacks

// A call as JSON; headers beyond the content type. CU_UNAVAILABLE...: *ret_fault names why nothing came.
struct recipient_http {
    const char *method, *url;
    cu_str body;
    const char *headers[8]; // NULL-terminated
    void (*answer_header)(void *context, cu_str name, cu_str value);
    void *context;
};
cu_code recipient_http_send(struct recipients *r, const struct recipient_http *h, struct outgoing_answer *ret,
    const char **ret_fault, struct cu_error *err) CU_MUST;
