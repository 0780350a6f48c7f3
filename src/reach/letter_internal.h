// SPDX-License-Identifier: Apache-2.0
// Between the files of letters: letters.c takes them, letter_store.c keeps the rows, letter_message.c seals the text,
// letter_sender.c hands them over.
#pragma once

#include "letters.h"

#include "base/metric.h"

#include <pthread.h>

#define LETTER_MESSAGE_MAX ((size_t)3 * 1024 * 1024) // all of a letter together
#define LETTER_GIVE_UP_MS (INT64_C(72) * 3600 * 1000)
enum { LETTER_KIND_MAX = 40, LETTER_FAULT_MAX = 32 };

struct letters {
    struct letters_options o;
    struct smtp_options smtp;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    pthread_t thread;
    atomic_bool started;
    bool stop;
    atomic_bool ending; // the same, for a message under way
    uint64_t news; // letters taken so far; the sender looks when it changed
    struct cu_metric *ended[LETTER_STATE_COUNT], *tries_failed, *took;
};

// ---- letter_store.c

struct letter_row { // one that waits
    bool found;
    struct cu_uuid id;
    int64_t at_ms, next_ms;
    int64_t tries;
    uint64_t subject;
};
// Inside the caller's transaction. Wakes nobody.
cu_code letter_add(struct db *d, struct cu_uuid id, const struct letter *l, uint64_t subject, cu_str sealed, int64_t now_ms,
    struct cu_error *err) CU_MUST;
// The one to be tried first; its sealed message is appended.
cu_code letter_next(struct people *p, struct letter_row *ret, struct cu_buf *message, struct cu_error *err) CU_MUST;
struct letter_result {
    enum letter_state state; // LETTER_WAITING: try again at next_ms
    int64_t next_ms;
    char fault[LETTER_FAULT_MAX];
};
cu_code letter_note(struct people *p, struct cu_uuid id, const struct letter_result *r, struct cu_error *err) CU_MUST;
cu_code letter_all_now(
    struct people *p, struct cu_error *err) CU_MUST; // those that pause are tried at once: the server has just started
people_forget_fn letter_forget;
// Drops the keys of days that are over, and rows older than a year.
cu_code letter_care(struct people *p, struct cu_error *err) CU_MUST;

// ---- letter_message.c

uint64_t letter_subject(const struct letter *l, int64_t now_ms); // whose key it is sealed under
cu_code letter_seal(struct people *p, struct cu_uuid id, const struct letter *l, uint64_t subject, struct cu_buf *out,
    struct cu_error *err) CU_MUST;
// Opened: views into plain, which the caller wipes.
cu_code letter_open(struct people *p, const struct letter_row *row, cu_str sealed, struct cu_buf *plain,
    struct smtp_message *ret, char id_text[37], struct cu_error *err) CU_MUST;
// The address in the person's record, appended. CU_NOT_FOUND: none that can be written to. Under the lock.
cu_code letter_address(struct people *p, uint32_t pno, struct cu_buf *out, struct cu_error *err) CU_MUST;
#define LETTER_DAY_SUBJECT KEYS_FIRST(KEYS_LETTERS) // + day since 1970
void letter_plain(const struct letter *l, cu_str id, int64_t now_ms, struct smtp_message *ret); // as it would go out

// ---- letter_sender.c

void *letter_sender(void *letters);
bool letter_is_sink(cu_str address);
