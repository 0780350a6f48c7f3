// SPDX-License-Identifier: Apache-2.0
// The key process inside: shared by serve.c and serve_calls.c only.
#pragma once

#include "guard_private.h"
#include "process.h"
#include "sandbox.h"
#include "wire.h"

#include <errno.h>
#include <pthread.h>

struct key_server {
    struct guard *guard;
    struct sandbox_status sandbox;
    pthread_mutex_t lock; // the list
    pthread_cond_t ended;
    struct connection *first;
    unsigned count;
};

struct connection {
    struct key_server *server;
    struct connection *before, *next;
    int fd;
    struct guard_session session;
    struct cu_buf question, answer;
    struct guard_item items[WIRE_ITEMS_MAX];
    uint64_t subjects[WIRE_SUBJECTS_MAX];
};

// The question in c->question into the answer in c->answer. An error of the operation is an answer;
// the code is another than CU_OK when the connection has to be cut: a broken form, no memory to say so.
cu_code serve_call(struct connection *c, enum wire_op op, struct cu_error *err) CU_MUST;
