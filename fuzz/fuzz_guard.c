// SPDX-License-Identifier: Apache-2.0
// Arbitrary bytes as a question to the key process: the first byte is the operation, the rest the frame's
// body; and the same bytes as an answer read by the server's side. No crash, no answer that breaks the form.
#include "base/log.h"
#include "guard/serve_private.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct connection *connection_new(void)
{
    static struct key_server server;
    static const uint8_t root[32] = {9};
    static char folder[] = "/dev/shm/custos-fuzz-XXXXXX", path[64];
    struct keyring *keyring = NULL;
    struct guard_options o = {.keys = NULL};
    struct connection *c = calloc(1, sizeof *c);
    cu_log_set_level(CU_LOG_ERROR + 1);
    if (!c || !mkdtemp(folder))
        abort();
    (void)snprintf(path, sizeof path, "%s/keys", folder);
    if (keyring_from_bytes(root, &keyring, NULL) != CU_OK ||
        keys_open(&(struct keys_options){.path = path, .keyring = keyring}, &o.keys, NULL) != CU_OK ||
        guard_start_inside(&o, &server.guard, NULL) != CU_OK)
        abort();
    keyring_close(keyring); // the key store keeps no reference
    c->server = &server;
    cu_buf_init(&c->question, WIRE_QUESTION_MAX);
    cu_buf_init(&c->answer, WIRE_ANSWER_MAX);
    return c;
}

static void read_answer(const struct cu_buf *b)
{
    struct wire_in in = wire_in_of(b);
    struct cu_error err = {.code = CU_OK};
    if (wire_get_error(&in, &err) != CU_OK)
        return;
    (void)wire_get_bytes(&in, WIRE_ANSWER_MAX);
    assert(in.bad || in.left < b->len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct connection *c;
    struct cu_error err = {.code = CU_OK};
    if (!c)
        c = connection_new();
    if (size < 1)
        return 0;
    enum wire_op op = (enum wire_op)(1 + data[0] % (WIRE_OPS - 1));
    if (op == WIRE_COMMIT || op == WIRE_ERASE || op == WIRE_ADMIN || op == WIRE_RESTRICT)
        op = WIRE_OPEN; // the disk is not what is looked at here
    wire_begin(&c->question, op);
    cu_buf_add(&c->question, data + 1, size - 1);
    read_answer(&c->question);
    if (wire_end(&c->question, NULL) != CU_OK || serve_call(c, op, &err) != CU_OK)
        return 0;
    struct wire_in in = wire_in_of(&c->answer);
    cu_code code = wire_get_error(&in, &err);
    assert(code == CU_OK || (!in.bad && in.left == 0));
    c->server->guard->backend->rollback(c->server->guard, &c->session);
    return 0;
}
