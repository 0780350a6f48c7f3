// SPDX-License-Identifier: Apache-2.0
// The parent's side of the key process: shared by client.c and client_start.c only.
#pragma once

#include "guard_private.h"
#include "process.h"
#include "wire.h"

#include "store/wire.h"

#include <pthread.h>
#include <stddef.h>

struct client {
    struct guard guard; // what callers hold
    int control;
    pid_t pid;
    uint8_t landlock;
    bool seccomp;
    uint8_t delegate[KEYRING_DELEGATE];
    pthread_key_t key; // each thread's line
    pthread_mutex_t lock; // the list; the control socket
    struct line *lines;
};

struct line { // one thread's connection
    struct client *client;
    struct line *next;
    int fd; // -1: not connected
    bool told;       // the key process knows on whose behalf
    uint64_t serial; // of the session it was told
    struct cu_buf question, answer;
};

extern const struct guard_backend client_backend;
void client_line_end(void *line); // when its thread ends
void client_lines_free(struct client *c);
void client_end(struct client *c); // ends the process, frees
