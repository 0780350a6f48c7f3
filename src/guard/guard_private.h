// SPDX-License-Identifier: Apache-2.0
// Shared by the files of guard/ only: where a call goes (inside this process, or to the key process),
// and what belongs to one thread's work.
#pragma once

#include "admin.h"
#include "audit.h"
#include "replicas.h"

// One thread's work on somebody's behalf: in this process a thread's own, in the key process one per
// connection. `announced` are the subjects an entry of this request already names; the newest when there
// are more.
#define GUARD_ANNOUNCED_MAX 512
struct guard_session {
    struct guard_access access;
    uint64_t serial; // changes with every guard_enter and guard_leave
    uint64_t announced[GUARD_ANNOUNCED_MAX];
    size_t announced_count, announced_next;
};

enum admin_act {
    ADMIN_INVENTORY,
    ADMIN_ROTATE,
    ADMIN_KIT,
    ADMIN_ARCHIVE,
    ADMIN_SIGN,
    ADMIN_REPLICAS, // from here on replicas.h
    ADMIN_REPLICA_ADD,
    ADMIN_REPLICA_REMOVE,
    ADMIN_PEER,
    ADMIN_FEED_HELLO,
    ADMIN_FEED_NEXT,
    ADMIN_FEED_ACK,
    ADMIN_RESEAL, // admin.h
    ADMIN_RESEAL_PUT,
    ADMIN_INDEX,
    ADMIN_INDEX_PUT,
    ADMIN_VAULT_SEAL, // vault.h
    ADMIN_VAULT_OPEN,
    ADMIN_VAULT_EXPIRE,
    ADMIN_ACTS
};
struct admin_question { // admin.h
    enum admin_act act;
    enum guard_rotation rotation;
    enum seal_class class_id;
    char name[80];
    cu_str bytes; // a message, or "address\nline"; not owned
};
#define ADMIN_ANSWER_MAX (sizeof(struct keys_inventory) + KEYS_KIT_MAX + KEYS_FEED_MESSAGE_MAX)

struct guard_backend {
    cu_code (*seal_many)(struct guard *g, struct guard_session *s, struct guard_item *items, size_t count, struct cu_buf *out,
        struct cu_error *err);
    cu_code (*open_many)(struct guard *g, struct guard_session *s, struct guard_item *items, size_t count, struct cu_buf *out,
        struct cu_error *err);
    cu_code (*reseal_many)(struct guard *g, struct guard_session *s, struct guard_item *items, size_t count, struct cu_buf *out,
        struct cu_error *err);
    cu_code (*commit)(struct guard *g, struct guard_session *s, struct cu_error *err);
    void (*rollback)(struct guard *g, struct guard_session *s);
    cu_code (*erase)(struct guard *g, struct guard_session *s, const uint64_t *subjects, size_t count, struct cu_error *err);
    bool (*is_erased)(struct guard *g, struct guard_session *s, uint64_t subject);
    cu_code (*announce)(struct guard *g, struct guard_session *s, const uint64_t *subjects, size_t count, cu_str fields,
        struct cu_error *err);
    cu_code (*note)(struct guard *g, struct guard_session *s, enum guard_outcome outcome, const uint64_t *subjects, size_t count,
        cu_str detail, bool wait, struct cu_error *err);
    cu_code (*pseudonym)(struct guard *g, struct guard_session *s, uint64_t subject, uint8_t ret[16], struct cu_error *err);
    cu_code (*restrict_to)(struct guard *g, struct guard_session *s, const uint64_t *subjects, size_t count, bool on,
        struct cu_error *err);
    bool (*is_restricted)(struct guard *g, struct guard_session *s, uint64_t subject);
    // An answer of bytes: an inventory as it lies in memory (both ends are one program), a kit's text.
    cu_code (*admin)(struct guard *g, struct guard_session *s, const struct admin_question *q, struct cu_buf *ret,
        struct cu_error *err);
    cu_code (*delegate)(struct guard *g, uint8_t ret[KEYRING_DELEGATE], struct cu_error *err);
    void (*status)(struct guard *g, struct guard_status *ret);
    void (*stop)(struct guard *g);
};

struct rate;
struct tally;
struct guard {
    const struct guard_backend *backend;
    // inside
    struct guard_options options;
    struct rate *rate;
    struct tally *tally; // of what the program itself opens
    struct keyring *keyring; // opened by guard_open_root: then those of options are its own, too
    struct root_source root; // of keyring
    char keys_folder[ROOT_PATH_MAX];
};

cu_code guard_inside_admin(struct guard *g, struct guard_session *s, const struct admin_question *q, struct cu_buf *ret,
    struct cu_error *err) CU_MUST; // admin_inside.c
cu_code guard_inside_replicas(struct guard *g, struct guard_session *s, const struct admin_question *q, struct cu_buf *ret,
    struct cu_error *err) CU_MUST; // replicas_inside.c
cu_code guard_inside_vault(struct guard *g, struct guard_session *s, const struct admin_question *q, struct cu_buf *ret,
    struct cu_error *err) CU_MUST; // vault_inside.c
// guard_inside.c: a staff member's opening of one subject, counted and in the log before it happens.
cu_code guard_inside_reads(struct guard *g, struct guard_session *s, uint64_t subject, cu_str detail, struct cu_error *err) CU_MUST;
bool guard_is_name(const char *name); // of an archive, of a replica
cu_code guard_inside_check(const struct guard_session *s, struct cu_error *err) CU_MUST; // who said nothing may nothing

// In this process, with files of its own: first the root key (the caller closes it), then all else. The
// second takes the root key, also on failure.
struct guard_roots {
    struct keyring *now, *next; // next: the successor of an unfinished rotation, or NULL
};
cu_code guard_open_root(const struct guard_place *p, struct guard_roots *ret, struct cu_error *err) CU_MUST;
void guard_close_roots(struct guard_roots *r);
cu_code guard_open_stores(const struct guard_place *p, struct guard_roots *roots, struct guard **ret, struct cu_error *err)
    CU_MUST;
// In a process of its own (client_start.c).
cu_code guard_start_process(const struct guard_place *p, struct guard **ret, struct cu_error *err) CU_MUST;

enum guard_work { GUARD_OPEN, GUARD_SEAL, GUARD_RESEAL };
// Inside: opens (or seals) items from the first on, until all are done or more than `enough` bytes have
// been appended to out; *ret_done is how many. The key process answers so far and is asked again.
cu_code guard_inside_some(struct guard *g, struct guard_session *s, enum guard_work work, struct guard_item *items, size_t count,
    size_t enough, size_t *ret_done, struct cu_buf *out, struct cu_error *err) CU_MUST;
