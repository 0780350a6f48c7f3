// SPDX-License-Identifier: Apache-2.0
// What the key process answers: one row per operation, each decodes, calls the guard with the
// connection's session and writes the answer. See wire.h for the frames, serve.c for the threads.
#include "serve_private.h"

#include "store/wire.h"

// The answer so far is the header and CU_OK; a failing operation's answer is begun anew.
typedef cu_code call(struct connection *c, struct wire_in *in, struct cu_error *err);

// A frame that breaks the form: the connection is cut, so this code goes nowhere else.
static cu_code finish(const struct wire_in *in, struct cu_error *err)
{
    return wire_in_end(in, err);
}

// Answer: length of all bytes, the bytes, how many items are done, and of each its code and length; then
// the words of the last failure.
static cu_code call_items(struct connection *c, struct wire_in *in, enum wire_op op, struct cu_error *err)
{
    struct guard *g = c->server->guard;
    uint32_t count = wire_get_u32(in);
    if (count == 0 || count > WIRE_ITEMS_MAX)
        in->bad = true;
    for (uint32_t i = 0; i < count && !in->bad; i++)
        wire_get_item(in, op, &c->items[i]);
    CU_TRY(finish(in, err));
    size_t done = 0, at = c->answer.len;
    enum guard_work work = op == WIRE_SEAL ? GUARD_SEAL : op == WIRE_RESEAL ? GUARD_RESEAL : GUARD_OPEN;
    wire_u32(&c->answer, 0);
    CU_TRY(guard_inside_some(g, &c->session, work, c->items, count, WIRE_ANSWER_ENOUGH, &done, &c->answer, err));
    CU_TRY(cu_buf_code(&c->answer, err));
    wire_put32((uint8_t *)c->answer.ptr + at, (uint32_t)(c->answer.len - at - 4));
    wire_u32(&c->answer, (uint32_t)done);
    for (size_t i = 0; i < done; i++) {
        wire_u8(&c->answer, (uint8_t)c->items[i].code);
        wire_u32(&c->answer, (uint32_t)c->items[i].len);
    }
    wire_bytes(&c->answer, cu_str_of(err->field));
    wire_bytes(&c->answer, cu_str_of(err->text));
    return CU_OK;
}

static cu_code call_seal(struct connection *c, struct wire_in *in, struct cu_error *err)
{
    return call_items(c, in, WIRE_SEAL, err);
}

static cu_code call_open(struct connection *c, struct wire_in *in, struct cu_error *err)
{
    return call_items(c, in, WIRE_OPEN, err);
}

static cu_code call_reseal(struct connection *c, struct wire_in *in, struct cu_error *err)
{
    return call_items(c, in, WIRE_RESEAL, err);
}

static cu_code call_commit(struct connection *c, struct wire_in *in, struct cu_error *err)
{
    CU_TRY(finish(in, err));
    return c->server->guard->backend->commit(c->server->guard, &c->session, err);
}

static cu_code call_rollback(struct connection *c, struct wire_in *in, struct cu_error *err)
{
    CU_TRY(finish(in, err));
    c->server->guard->backend->rollback(c->server->guard, &c->session);
    return CU_OK;
}

static cu_code call_erase(struct connection *c, struct wire_in *in, struct cu_error *err)
{
    size_t count = wire_get_subjects(in, c->subjects);
    CU_TRY(finish(in, err));
    return c->server->guard->backend->erase(c->server->guard, &c->session, c->subjects, count, err);
}

// One subject, or the form is broken.
static uint64_t one_subject(struct connection *c, struct wire_in *in)
{
    if (wire_get_subjects(in, c->subjects) != 1)
        in->bad = true;
    return c->subjects[0];
}

static cu_code call_is_erased(struct connection *c, struct wire_in *in, struct cu_error *err)
{
    uint64_t subject = one_subject(c, in);
    CU_TRY(finish(in, err));
    wire_u8(&c->answer, c->server->guard->backend->is_erased(c->server->guard, &c->session, subject));
    return CU_OK;
}

static cu_code call_announce(struct connection *c, struct wire_in *in, struct cu_error *err)
{
    size_t count = wire_get_subjects(in, c->subjects);
    cu_str fields = wire_get_bytes(in, WIRE_TEXT_MAX);
    CU_TRY(finish(in, err));
    return c->server->guard->backend->announce(c->server->guard, &c->session, c->subjects, count, fields, err);
}

static cu_code call_note(struct connection *c, struct wire_in *in, struct cu_error *err)
{
    uint8_t outcome = wire_get_u8(in), wait = wire_get_u8(in), has_detail = wire_get_u8(in);
    size_t count = wire_get_subjects(in, c->subjects);
    cu_str detail = wire_get_bytes(in, WIRE_TEXT_MAX);
    if (outcome > GUARD_FAILED || wait > 1 || has_detail > 1)
        in->bad = true;
    CU_TRY(finish(in, err));
    return c->server->guard->backend->note(c->server->guard, &c->session, (enum guard_outcome)outcome, c->subjects, count,
        has_detail ? detail : CU_NONE, wait == 1, err);
}

static cu_code call_pseudonym(struct connection *c, struct wire_in *in, struct cu_error *err)
{
    uint8_t name[16];
    uint64_t subject = one_subject(c, in);
    CU_TRY(finish(in, err));
    CU_TRY(c->server->guard->backend->pseudonym(c->server->guard, &c->session, subject, name, err));
    wire_bytes(&c->answer, (cu_str){(const char *)name, sizeof name});
    return CU_OK;
}

static cu_code call_restrict(struct connection *c, struct wire_in *in, struct cu_error *err)
{
    uint8_t on = wire_get_u8(in);
    size_t count = wire_get_subjects(in, c->subjects);
    in->bad = in->bad || on > 1;
    CU_TRY(finish(in, err));
    return c->server->guard->backend->restrict_to(c->server->guard, &c->session, c->subjects, count, on == 1, err);
}

static cu_code call_is_restricted(struct connection *c, struct wire_in *in, struct cu_error *err)
{
    uint64_t subject = one_subject(c, in);
    CU_TRY(finish(in, err));
    wire_u8(&c->answer, c->server->guard->backend->is_restricted(c->server->guard, &c->session, subject));
    return CU_OK;
}

static cu_code call_admin(struct connection *c, struct wire_in *in, struct cu_error *err)
{
    struct admin_question q = {.act = ADMIN_ACTS};
    struct cu_buf bytes;
    uint8_t act = wire_get_u8(in), rotation = wire_get_u8(in), class_id = wire_get_u8(in);
    wire_get_name(in, q.name, sizeof q.name);
    q.bytes = wire_get_bytes(in, WIRE_TEXT_MAX);
    if (act >= ADMIN_ACTS || rotation > GUARD_ROTATE_INDEX || class_id < SEAL_IDENTIFIER || class_id >= SEAL_CLASS_COUNT)
        in->bad = true;
    CU_TRY(finish(in, err));
    q.act = (enum admin_act)act;
    q.rotation = (enum guard_rotation)rotation;
    q.class_id = (enum seal_class)class_id;
    cu_buf_init(&bytes, ADMIN_ANSWER_MAX);
    cu_code code = c->server->guard->backend->admin(c->server->guard, &c->session, &q, &bytes, err);
    wire_bytes(&c->answer, cu_buf_view(&bytes));
    cu_buf_wipe(&bytes);
    return code;
}

static call *const calls[WIRE_OPS] = {
    [WIRE_SEAL] = call_seal,
    [WIRE_OPEN] = call_open,
    [WIRE_RESEAL] = call_reseal,
    [WIRE_COMMIT] = call_commit,
    [WIRE_ROLLBACK] = call_rollback,
    [WIRE_ERASE] = call_erase,
    [WIRE_IS_ERASED] = call_is_erased,
    [WIRE_ANNOUNCE] = call_announce,
    [WIRE_NOTE] = call_note,
    [WIRE_PSEUDONYM] = call_pseudonym,
    [WIRE_RESTRICT] = call_restrict,
    [WIRE_IS_RESTRICTED] = call_is_restricted,
    [WIRE_ADMIN] = call_admin,
};

// On whose behalf: said when it changed since the connection's last question.
static void take_access(struct connection *c, struct wire_in *in)
{
    uint8_t said = wire_get_u8(in);
    if (said > 1)
        in->bad = true;
    if (said != 1)
        return;
    c->session.announced_count = c->session.announced_next = 0;
    wire_get_access(in, &c->session.access);
}

cu_code serve_call(struct connection *c, enum wire_op op, struct cu_error *err)
{
    struct wire_in in = wire_in_of(&c->question);
    *err = (struct cu_error){.code = CU_OK};
    take_access(c, &in);
    if (!calls[op])
        return cu_fail(err, CU_MALFORMED, "", "the key process was asked for something it does not do");
    wire_begin(&c->answer, op);
    wire_u8(&c->answer, CU_OK);
    cu_code code = calls[op](c, &in, err);
    if (in.bad || (in.left > 0 && code != CU_OK)) // finish() said so; nothing was done
        return cu_fail(err, CU_MALFORMED, "", "a frame of the key process is not of its form");
    if (code == CU_OK)
        code = wire_end(&c->answer, err);
    if (code == CU_OK)
        return CU_OK;
    wire_begin(&c->answer, op);
    wire_error(&c->answer, code, err);
    return wire_end(&c->answer, err);
}
