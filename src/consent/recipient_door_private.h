// SPDX-License-Identifier: Apache-2.0
// What the doors share. Not for others; they use recipient_door.h.
#pragma once

#include "recipient_door.h"
#include "recipient_private.h"

#include "crypto/certsign.h"

enum { DOOR_NAME_MAX = 64, DOOR_FOREIGN_MAX = 100, DOOR_CALLBACKS_MAX = 5, DOOR_URL_MAX = 1000 };

struct privacy_doors {
    struct privacy_doors_options o;
    char *base_url, *domain, *business_id;
    struct certsign *sign; // NULL: OpenDSR is closed
    struct recipient_worker *worker;
    int64_t purged_ms; // of the worker
};
struct door { // strings live in the arena
    int64_t id, made_ms, used_ms;
    cu_str name, kind, title, hosts;
    bool enabled;
    cu_str key;    // 32 bytes, or none
    cu_str secret; // sealed, or none
    bool has_token;
};
enum door_end { // stored as numbers; what the row says beyond the request's own state
    DOOR_GOES_ON,
    DOOR_TAKEN_BACK, // this side took its own back; if another's, that one goes on
    DOOR_NOBODY      // nothing is held under these identifiers: there is no request
};
struct door_request {
    int64_t id, door;
    cu_str foreign_id, callbacks, said;
    struct cu_uuid request;
    bool own;
    enum door_end ended;
    int64_t received_ms, due_ms, tries, next_ms;
};

// --- recipient_door.c
bool door_name_good(cu_str name);
cu_code door_read(
    struct db_query *q, struct cu_arena *a, struct door *ret, struct cu_error *err) CU_MUST; // ends q; CU_NOT_FOUND
cu_code door_by_name(
    struct privacy_doors *p, cu_str name, struct cu_arena *a, struct door *ret, struct cu_error *err) CU_MUST;
cu_code door_by_host(struct privacy_doors *p, const char *kind, cu_str host, struct cu_arena *a, struct door *ret,
    struct cu_error *err) CU_MUST;
// By "Authorization: Bearer". CU_UNAUTHENTICATED: none, unknown, switched off, or of another kind.
cu_code door_by_token(
    struct privacy_doors *p, struct request *rq, const char *kind, struct door *ret, struct cu_error *err) CU_MUST;
cu_code door_token_new(
    struct privacy_doors *p, int64_t door, const char *prefix, char ret[80], struct cu_error *err) CU_MUST;
cu_code door_secret(struct privacy_doors *p, const struct door *d, struct cu_buf *out, struct cu_error *err) CU_MUST;
// Has this message been taken before? It has from now on. mark: anything that names it; kept until then.
cu_code door_seen(
    struct privacy_doors *p, int64_t door, cu_str mark, int64_t until_ms, bool *ret, struct cu_error *err) CU_MUST;
bool door_calls_back_to(const struct door *d, cu_str url); // https, at a host of the door's list when it has one
cu_str door_url_host(cu_str url);                          // without its port
// Whose identifiers these are: *ret_pno 0 when nobody's, or when they lead to several people (*ret_several).
cu_code door_person(struct privacy_doors *p, const struct person_id *ids, size_t count, uint32_t *ret_pno,
    bool *ret_several, struct cu_error *err) CU_MUST;

// --- requests (recipient_door_request.c)
struct door_asked {
    const struct door *door;
    cu_str foreign_id;         // the other side's name
    cu_str callbacks;          // JSON array
    struct rights_asked asked; // foreign_id is put in
};
// Takes it, or finds it taken: *ret_known true when this side sent that id before.
cu_code door_receive(struct privacy_doors *p, struct door_asked *a, struct cu_arena *arena, struct door_request *ret,
    bool *ret_known, struct cu_error *err) CU_MUST;
cu_code door_request_by_foreign(struct privacy_doors *p, const struct door *d, cu_str foreign_id, struct cu_arena *a,
    struct door_request *ret, struct cu_error *err) CU_MUST; // CU_NOT_FOUND
cu_code door_request_by_id(struct privacy_doors *p, const struct door *d, struct cu_uuid request, struct cu_arena *a,
    struct door_request *ret, struct cu_error *err) CU_MUST;
// The request's row as it stands; of a duplicate, the one that goes on.
cu_code door_rights(struct privacy_doors *p, const struct door_request *r, struct cu_arena *a, struct rights_row *ret,
    struct cu_error *err) CU_MUST;
cu_code door_revoke(
    struct privacy_doors *p, const struct door_request *r, struct cu_error *err) CU_MUST; // as rights_revoke
cu_code door_request_store(
    struct privacy_doors *p, const struct door_request *r, struct cu_error *err) CU_MUST; // said, next_ms, tries
cu_code door_request_due(
    struct privacy_doors *p, int64_t *ids, size_t max, size_t *ret_count, struct cu_error *err) CU_MUST;
cu_code door_request_load(struct privacy_doors *p, int64_t id, struct cu_arena *a, struct door_request *ret,
    struct door *ret_door, struct cu_error *err) CU_MUST;

// --- calling back (recipient_door_back.c): what the protocols say of a request's state
struct door_said {
    const char *status, *reason; // words of the protocol; reason "" when there is none
    bool final;
};
struct door_said opendsr_say(const struct door_request *r, const struct rights_row *row);
struct door_said drp_say(const struct door_request *r, const struct rights_row *row);
// Body and headers of a callback to one address; header texts live in the arena.
typedef cu_code door_back(struct privacy_doors *p, const struct door *d, const struct door_request *r,
    const struct rights_row *row, cu_str url, struct cu_arena *a, struct cu_buf *body, const char *headers[4],
    struct cu_error *err);
door_back opendsr_back, drp_back;
void privacy_doors_run(struct privacy_doors *p); // one round
