// SPDX-License-Identifier: Apache-2.0
// A guard over a folder of its own, in two forms: inside this process, and behind the frames of the key
// process, which runs on a thread here.
#pragma once

#include "../store/store_test.h"

#include "base/clock.h"
#include "base/log.h"
#include "guard/admin.h"
#include "guard/audit_read.h"
#include "guard/process.h"

#include <pthread.h>
#include <sys/socket.h>

struct world {
    char *folder, *safe; // the data; where the root key lies
    struct root_source root;
    char keys[512], audit[512];
    struct guard_place place;
    struct guard *guard;
    pthread_t server;
    bool separate;
    int control; // the server's end
    cu_code served;
};

static inline void *world_serve(void *context)
{
    struct world *w = context;
    struct cu_error err = {.code = CU_OK};
    w->served = guard_serve(w->control, false, &err);
    return NULL;
}

static inline cu_code world_start(struct world *w, bool separate, struct cu_error *err)
{
    int ends[2];
    w->separate = separate;
    if (!separate)
        return guard_start(&w->place, false, &w->guard, err);
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
    w->control = ends[1];
    assert_int_equal(pthread_create(&w->server, NULL, world_serve, w), 0);
    cu_code code = guard_connect(ends[0], 0, &w->place, &w->guard, err);
    if (code != CU_OK)
        (void)pthread_join(w->server, NULL);
    return code;
}

static inline void world_stop(struct world *w)
{
    guard_stop(w->guard);
    if (w->guard && w->separate)
        (void)pthread_join(w->server, NULL);
    w->guard = NULL;
}

static inline void world_open(struct world *w, bool separate)
{
    memset(w, 0, sizeof *w);
    cu_log_set_level(CU_LOG_ERROR + 1);
    w->folder = test_folder_fast();
    w->safe = test_folder_fast();
    (void)snprintf(w->root.place, sizeof w->root.place, "%s/root.key", w->safe);
    (void)snprintf(w->root.ratchet, sizeof w->root.ratchet, "%s/root.key.ratchet", w->safe);
    (void)snprintf(w->keys, sizeof w->keys, "%s/keys", w->folder);
    (void)snprintf(w->audit, sizeof w->audit, "%s/audit", w->folder);
    w->place = (struct guard_place){.root = &w->root, .keys = w->keys, .audit = w->audit};
    assert_ok(keyring_create_file(w->root.place, w->folder, NULL));
    assert_ok(world_start(w, separate, NULL));
}

static inline void world_close(struct world *w)
{
    char command[1100];
    world_stop(w);
    guard_leave();
    cu_clock_inject(NULL, NULL);
    (void)snprintf(command, sizeof command, "rm -rf '%s' '%s'", w->folder, w->safe);
    assert_int_equal(system(command), 0);
    free(w->folder);
    free(w->safe);
}

static inline void enter_staff(const char *role, const char *purpose, int64_t id)
{
    struct guard_access a = {.actor = GUARD_STAFF, .actor_id = id};
    (void)snprintf(a.role, sizeof a.role, "%s", role);
    (void)snprintf(a.purpose, sizeof a.purpose, "%s", purpose);
    (void)snprintf(a.action, sizeof a.action, "people.get");
    guard_enter(&a);
}

static inline struct seal_place place_of(uint64_t subject)
{
    return (struct seal_place){.table = 7, .subject = subject, .record = subject * 10, .version = 1};
}

// One sealed text per subject 1..count, committed, appended one after the other; lengths in ret_len.
static inline void seal_people(struct world *w, size_t count, struct cu_buf *sealed, size_t *ret_len)
{
    guard_enter_system("intake", "test");
    for (size_t i = 1; i <= count; i++) {
        struct seal_place place = place_of(i);
        size_t before = sealed->len;
        assert_ok(guard_seal(w->guard, SEAL_CONTACT, &place, CU_LIT("anna@example.com"), false, sealed, NULL));
        ret_len[i - 1] = sealed->len - before;
    }
    assert_ok(guard_commit(w->guard, NULL));
    guard_leave();
}
