// SPDX-License-Identifier: Apache-2.0
// The rights desk: requests of persons about their data, from the privacy centre, staff, the API, Shopify, OpenDSR and the
// Data Rights Protocol. A request is a row with a state machine (rights_machine.h, a superset of DRP 1.0's) and a log of
// every step; its clocks are rows of legal_clock.h; what it executes is done by those who own it: the archive, the
// certificate of erasure, the gate, the key store's restriction.
//
// Threads: any. Functions that write take people_lock themselves unless they say "under the lock".
#pragma once

#include "centre_link.h"
#include "certificate.h"
#include "gate.h"
#include "legal_clock.h"
#include "letter.h"

enum rights_right { // stored as numbers
    RIGHTS_ACCESS = 1, RIGHTS_PORTABILITY, RIGHTS_RECTIFICATION, RIGHTS_ERASURE, RIGHTS_RESTRICTION, RIGHTS_OBJECTION,
    RIGHTS_OPT_OUT /* of sale and sharing, CCPA */, RIGHTS_LIMIT /* use of sensitive data, CCPA */, RIGHTS_COMPLAINT,
    RIGHTS_RIGHT_COUNT
};
enum rights_regime { RIGHTS_GDPR = 1, RIGHTS_UK, RIGHTS_CCPA };
enum rights_channel { // where it came in
    RIGHTS_BY_CENTRE = 1, RIGHTS_BY_STAFF, RIGHTS_BY_API, RIGHTS_BY_SHOPIFY, RIGHTS_BY_OPENDSR, RIGHTS_BY_DRP, RIGHTS_BY_CANARY
};
enum rights_state {
    RIGHTS_OPEN = 1, // received, nobody looked at it
    RIGHTS_VERIFYING, // the person has to show who they are (DRP: in_progress, need_user_verification)
    RIGHTS_IN_PROGRESS, RIGHTS_WAITING /* done here, recipients have not all answered */,
    RIGHTS_FULFILLED, RIGHTS_DENIED /* with a ground */, RIGHTS_REVOKED /* by the person */, RIGHTS_EXPIRED /* never verified */,
    RIGHTS_DUPLICATE /* of another, which goes on */, RIGHTS_STATE_COUNT
};
const char *rights_right_name(enum rights_right r);   // "access"
const char *rights_state_name(enum rights_state s);   // "open"
const char *rights_regime_name(enum rights_regime r); // "gdpr"
const char *rights_channel_name(enum rights_channel c);
enum rights_right rights_right_find(cu_str name);     // 0: unknown

// What other protocols call a state; reason: rights_row.reason. Pure.
const char *rights_drp_status(enum rights_state s, const char *reason);     // DRP 1.0: "in_progress"
const char *rights_drp_reason(enum rights_state s, const char *reason);     // "need_user_verification"; NULL: none
const char *rights_opendsr_status(enum rights_state s, const char *reason); // OpenDSR 2.0: "pending"

// Why a request may be refused: the closed list, and its words in a letter.
enum { RIGHTS_LANGUAGES = 3 }; // en, de, fr
struct rights_ground {
    const char *code;      // "legal_claims"
    uint32_t rights;       // bits 1 << enum rights_right that it is a ground for
    uint32_t regimes;      // bits 1 << enum rights_regime
    const char *source;    // "GDPR 17(3)(e)"
    const char *drp;       // DRP's reason
    const char *text[RIGHTS_LANGUAGES];
};
extern const struct rights_ground rights_grounds[]; // ends with code NULL
const struct rights_ground *rights_ground_find(cu_str code); // NULL: unknown

struct rights;
struct rights_options {
    struct people *people;
    struct gate *gate;
    struct certificates *certificates;
    const struct text_zone *zone; // of the shop: its days
    const char *shop_name, *base_url; // for letters and links
    const char *regime;           // setting rights_regime: which law counts when a request does not say
    letter_send *send;            // NULL: nobody can be written to; letters are shown to staff instead
    void *send_context;
    // The archive of everything held (app/archive.h), appended; NULL: access cannot be executed.
    cu_code (*archive)(void *context, struct cu_uuid person, struct cu_buf *out, struct cu_error *err);
    void *archive_context;
    // Tells the recipients of the person's data (recipient.h); *ret_count: how many were told. NULL: there are none.
    cu_code (*tell)(void *context, struct cu_uuid request, uint32_t pno, enum rights_right right, uint32_t *ret_count,
        struct cu_error *err);
    void *tell_context;
    struct centre_links *links;   // NULL: no links can be made, so nobody proves themselves by one
    int32_t order_years;          // how long the law wants orders to be kept; 0: no such rule
};
cu_code rights_open(const struct rights_options *o, struct rights **ret, struct cu_error *err) CU_MUST;
void rights_close(struct rights *r); // NULL is fine
// Set later by whoever puts the parts together: the desk has to be there before certificates finish an erasure (a person's
// requests are forgotten with them), and recipients are told of what happens here.
void rights_certificates(struct rights *r, struct certificates *c); // finishes erasures that a crash left
typedef cu_code rights_tell(void *context, struct cu_uuid request, uint32_t pno, enum rights_right right, uint32_t *ret_count,
    struct cu_error *err);
// What they answered, as elements of an open array: {"name","title","state","at"} (recipients_print).
typedef cu_code rights_told(void *context, struct db *d, struct cu_uuid request, struct json_writer *w, struct cu_error *err);
void rights_tells(struct rights *r, rights_tell *fn, rights_told *told, void *context);

struct rights_asked { // a request as it comes in
    enum rights_right right;
    enum rights_regime regime;   // 0: the shop's
    enum rights_channel channel;
    uint32_t pno;                // 0: not known who that is yet; then email or phone
    cu_str email, phone;         // of whoever asks; sealed; may be empty
    cu_str foreign_id;           // the caller's own name of the request ("subject_request_id", DRP request_id); unique per channel
    cu_str detail;               // what the person wrote, or JSON of what to correct; sealed, at most 4,096 bytes
    cu_str purpose;              // of an objection; may be empty: all direct marketing
    cu_str language;             // for the letters; may be empty
    int64_t received_ms;         // 0: now
    bool verified;               // the channel has proved who that is (a link to a known address, a signed webhook)
};
struct rights_receipt {
    struct cu_uuid id;
    enum rights_state state;
    int64_t due_ms;     // the answer's
    int64_t confirm_ms; // confirmation of receipt is due (CCPA); 0: none
    bool known;         // it was there already: the same foreign id, or a duplicate of an open one (id is that one's)
};
// Takes a request, durable on return. CU_INVALID names the field.
cu_code rights_receive(struct rights *r, const struct rights_asked *a, struct rights_receipt *ret, struct cu_error *err) CU_MUST;
// Whoever asked has shown who they are; how: "link", "code", "staff", "token". Then it goes on by itself where it can
// (access, portability, restriction, objection, opt-out; erasure from the centre), else it waits for staff.
cu_code rights_verified(struct rights *r, struct cu_uuid id, const char *how, struct cu_error *err) CU_MUST;
// Does what was asked. Idempotent. CU_CONFLICT: not in a state for that, or a rule forbids it (legal hold): the reason is coded.
cu_code rights_execute(struct rights *r, struct cu_uuid id, struct cu_error *err) CU_MUST;
// Refuses, with a ground of the list (field "ground") and a note for the letter, which may be empty. The letter goes out.
cu_code rights_refuse(struct rights *r, struct cu_uuid id, cu_str ground, cu_str note, struct cu_error *err) CU_MUST;
// Sends the link by which whoever asked shows who they are, to the address of the record (or, nobody being known, of the
// request). CU_NOT_FOUND: there is no address. CU_UNAVAILABLE: no links here. rights_verified when the link was taken.
cu_code rights_challenge(struct rights *r, struct cu_uuid id, struct cu_error *err) CU_MUST;
// The archive of a fulfilled request for access or portability, for who came by its link; appended. CU_NOT_FOUND: not (or
// no longer) to be had: the answer's seven days are over, or the person was erased.
cu_code rights_archive(struct rights *r, struct cu_uuid id, struct cu_buf *out, struct cu_error *err) CU_MUST;
// The person takes it back. CU_CONFLICT when it is done already.
cu_code rights_revoke(struct rights *r, struct cu_uuid id, struct cu_error *err) CU_MUST;
// A recipient answered (recipient.h): when all have, the request is fulfilled.
cu_code rights_recipients_done(struct rights *r, struct cu_uuid request, struct cu_error *err) CU_MUST;

struct rights_row { // what others may see of a request; strings live in the arena
    struct cu_uuid id;
    enum rights_right right;
    enum rights_regime regime;
    enum rights_channel channel;
    enum rights_state state;
    const char *reason; // of a denied one: a code; else ""
    cu_str foreign_id;
    uint32_t pno;       // 0: unknown, or erased
    int64_t received_ms, due_ms, closed_ms; // closed 0: open
    bool extended;
};
cu_code rights_find(struct rights *r, struct cu_uuid id, struct cu_arena *a, struct rights_row *ret, struct cu_error *err) CU_MUST;
cu_code rights_find_foreign(struct rights *r, enum rights_channel c, cu_str foreign_id, struct cu_arena *a, struct rights_row *ret,
    struct cu_error *err) CU_MUST; // CU_NOT_FOUND
// The requests of one person, newest first; at most max rows.
cu_code rights_of(struct rights *r, uint32_t pno, struct cu_arena *a, struct rights_row *ret, size_t max, size_t *ret_count,
    struct cu_error *err) CU_MUST;
// Figures for the transparency page: per right received, fulfilled, denied, open, median days to the answer; the oldest
// open one's age. An object, written as a value.
cu_code rights_figures(struct rights *r, int64_t from_ms, int64_t to_ms, struct json_writer *w, struct cu_error *err) CU_MUST;

// Is this person's data held for a legal claim? Then nothing of it may be erased. Any thread, not under the lock.
cu_code rights_held(struct rights *r, uint32_t pno, bool *ret, struct cu_error *err) CU_MUST;

extern const struct module consent_rights_module; // instance: struct rights *
