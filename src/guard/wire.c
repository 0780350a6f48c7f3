// SPDX-License-Identifier: Apache-2.0
// Frames: numbers and views in and out of a buffer, whole frames through a socket. See wire.h.
#include "wire.h"

#include "base/fault.h"
#include "crypto/secret.h"
#include "store/wire.h"

#include <errno.h>
#include <sys/socket.h>

enum { FIRST_READ = 64 * 1024, KEPT_MAX = 1 << 20 };

// --- writing

void wire_begin(struct cu_buf *b, enum wire_op op)
{
    const char header[WIRE_HEADER] = {0, 0, 0, 0, 'G', (char)op, 0, 0};
    cu_buf_reset(b);
    cu_buf_add(b, header, sizeof header);
}

void wire_u8(struct cu_buf *b, uint8_t v)
{
    cu_buf_add(b, &v, 1);
}

void wire_u32(struct cu_buf *b, uint32_t v)
{
    uint8_t bytes[4];
    wire_put32(bytes, v);
    cu_buf_add(b, bytes, sizeof bytes);
}

void wire_u64(struct cu_buf *b, uint64_t v)
{
    uint8_t bytes[8];
    wire_put64(bytes, v);
    cu_buf_add(b, bytes, sizeof bytes);
}

void wire_bytes(struct cu_buf *b, cu_str s)
{
    if (s.len > UINT32_MAX) {
        b->failed = b->too_large = true;
        return;
    }
    wire_u32(b, (uint32_t)s.len);
    cu_buf_str(b, s);
}

cu_code wire_end(struct cu_buf *b, struct cu_error *err)
{
    CU_TRY(cu_buf_code(b, err));
    wire_put32((uint8_t *)b->ptr, (uint32_t)(b->len - WIRE_HEADER));
    return CU_OK;
}

// --- reading

struct wire_in wire_in_of(const struct cu_buf *b)
{
    if (b->len < WIRE_HEADER)
        return (struct wire_in){.bad = true};
    return (struct wire_in){(const uint8_t *)b->ptr + WIRE_HEADER, b->len - WIRE_HEADER, false};
}

static const uint8_t *take(struct wire_in *in, size_t len)
{
    if (in->bad || in->left < len) {
        in->bad = true;
        return NULL;
    }
    const uint8_t *at = in->at;
    in->at += len;
    in->left -= len;
    return at;
}

uint8_t wire_get_u8(struct wire_in *in)
{
    const uint8_t *at = take(in, 1);
    return at ? *at : 0;
}

uint32_t wire_get_u32(struct wire_in *in)
{
    const uint8_t *at = take(in, 4);
    return at ? wire_get32(at) : 0;
}

uint64_t wire_get_u64(struct wire_in *in)
{
    const uint8_t *at = take(in, 8);
    return at ? wire_get64(at) : 0;
}

cu_str wire_get_bytes(struct wire_in *in, size_t max)
{
    uint32_t len = wire_get_u32(in);
    if (len > max)
        in->bad = true;
    const uint8_t *at = take(in, len);
    return at ? (cu_str){(const char *)at, len} : CU_NONE;
}

void wire_get_name(struct wire_in *in, char *ret, size_t size)
{
    cu_str s = wire_get_bytes(in, size - 1);
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] < ' ' || s.ptr[i] > '~')
            in->bad = true;
    }
    memset(ret, 0, size);
    if (!in->bad && s.len > 0)
        memcpy(ret, s.ptr, s.len);
}

cu_code wire_in_end(const struct wire_in *in, struct cu_error *err)
{
    if (in->bad || in->left > 0)
        return cu_fail(err, CU_MALFORMED, "", "a frame of the key process is not of its form");
    return CU_OK;
}

// --- parts

void wire_access(struct cu_buf *b, const struct guard_access *a)
{
    wire_u8(b, (uint8_t)a->actor);
    wire_u64(b, (uint64_t)a->actor_id);
    wire_bytes(b, cu_str_of(a->role));
    wire_bytes(b, cu_str_of(a->purpose));
    wire_bytes(b, cu_str_of(a->action));
    wire_bytes(b, cu_str_of(a->network));
    wire_bytes(b, cu_str_of(a->request_id));
    wire_u8(b, a->break_glass);
}

void wire_get_access(struct wire_in *in, struct guard_access *ret)
{
    uint8_t actor = wire_get_u8(in);
    *ret = (struct guard_access){.actor_id = (int64_t)wire_get_u64(in)};
    wire_get_name(in, ret->role, sizeof ret->role);
    wire_get_name(in, ret->purpose, sizeof ret->purpose);
    wire_get_name(in, ret->action, sizeof ret->action);
    wire_get_name(in, ret->network, sizeof ret->network);
    wire_get_name(in, ret->request_id, sizeof ret->request_id);
    uint8_t glass = wire_get_u8(in);
    if (actor > GUARD_PERSON || glass > 1)
        in->bad = true;
    if (in->bad) {
        *ret = (struct guard_access){.actor = GUARD_NOBODY};
        return;
    }
    ret->actor = (enum guard_actor)actor;
    ret->break_glass = glass == 1;
}

void wire_error(struct cu_buf *b, cu_code code, const struct cu_error *e)
{
    wire_u8(b, (uint8_t)code);
    if (code == CU_OK)
        return;
    wire_bytes(b, cu_str_of(e->field));
    wire_bytes(b, cu_str_of(e->text));
}

cu_code wire_get_error(struct wire_in *in, struct cu_error *err)
{
    struct cu_error got = {.code = CU_OK};
    uint8_t code = wire_get_u8(in);
    if (code >= CU_CODE_COUNT)
        in->bad = true;
    if (!in->bad && code == CU_OK)
        return CU_OK;
    wire_get_name(in, got.field, sizeof got.field);
    cu_str text = wire_get_bytes(in, sizeof got.text - 1);
    if (in->bad)
        return cu_fail(err, CU_UNAVAILABLE, "", "the key process gave an answer that is none");
    got.code = (cu_code)code;
    if (text.len > 0)
        memcpy(got.text, text.ptr, text.len);
    if (err)
        *err = got;
    return got.code;
}

void wire_subjects(struct cu_buf *b, const uint64_t *subjects, size_t count)
{
    wire_u32(b, (uint32_t)count);
    for (size_t i = 0; i < count; i++)
        wire_u64(b, subjects[i]);
}

static uint64_t get_subject(struct wire_in *in)
{
    uint64_t subject = wire_get_u64(in);
    if (subject > INT64_MAX)
        in->bad = true;
    return in->bad ? 0 : subject;
}

size_t wire_get_subjects(struct wire_in *in, uint64_t ret[WIRE_SUBJECTS_MAX])
{
    uint32_t count = wire_get_u32(in);
    if (count > WIRE_SUBJECTS_MAX)
        in->bad = true;
    for (uint32_t i = 0; i < count && !in->bad; i++)
        ret[i] = get_subject(in);
    return in->bad ? 0 : count;
}

void wire_item(struct cu_buf *b, enum wire_op op, const struct guard_item *item)
{
    if (op == WIRE_SEAL) {
        wire_u8(b, (uint8_t)item->class_id);
        wire_u8(b, item->compress);
    }
    wire_u32(b, item->place.table);
    wire_u64(b, item->place.subject);
    wire_u64(b, item->place.record);
    wire_u64(b, item->place.version);
    wire_bytes(b, item->bytes);
}

void wire_get_item(struct wire_in *in, enum wire_op op, struct guard_item *ret)
{
    *ret = (struct guard_item){.class_id = SEAL_IDENTIFIER};
    if (op == WIRE_SEAL) {
        uint8_t class_id = wire_get_u8(in), compress = wire_get_u8(in);
        if (class_id < SEAL_IDENTIFIER || class_id >= SEAL_CLASS_COUNT || compress > 1)
            in->bad = true;
        else
            ret->class_id = (enum seal_class)class_id;
        ret->compress = compress == 1;
    }
    ret->place.table = wire_get_u32(in);
    ret->place.subject = get_subject(in);
    ret->place.record = wire_get_u64(in);
    ret->place.version = wire_get_u64(in);
    ret->bytes = wire_get_bytes(in, WIRE_QUESTION_MAX);
}

// --- the socket

static cu_code gone(struct cu_error *err)
{
    return cu_fail(err, CU_UNAVAILABLE, "", "the key process does not answer");
}

cu_code wire_send(int fd, const struct cu_buf *b, struct cu_error *err)
{
    size_t done = 0;
    if (cu_fault_hit(CU_FAULT_IO))
        return gone(err);
    while (done < b->len) {
        ssize_t n = send(fd, b->ptr + done, b->len - done, MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return gone(err);
        done += (size_t)n;
    }
    return CU_OK;
}

static cu_code receive_some(int fd, struct cu_buf *b, size_t most, struct cu_error *err)
{
    size_t room = most < b->max - b->len ? most : b->max - b->len;
    char *at = cu_buf_room(b, room);
    ssize_t n;
    if (!at)
        return cu_buf_code(b, err);
    do
        n = recv(fd, at, room, 0);
    while (n < 0 && errno == EINTR);
    if (n <= 0)
        return gone(err);
    b->len += (size_t)n;
    return CU_OK;
}

cu_code wire_receive(int fd, struct cu_buf *b, size_t max, enum wire_op *ret_op, struct cu_error *err)
{
    cu_buf_reset(b);
    if (cu_fault_hit(CU_FAULT_IO))
        return gone(err);
    while (b->len < WIRE_HEADER)
        CU_TRY(receive_some(fd, b, FIRST_READ, err));
    const uint8_t *header = (const uint8_t *)b->ptr;
    size_t whole = WIRE_HEADER + (size_t)wire_get32(header);
    uint8_t op = header[5];
    if (header[4] != 'G' || op == 0 || op >= WIRE_OPS || header[6] || header[7])
        return cu_fail(err, CU_MALFORMED, "", "a frame of the key process is not of its form");
    if (whole > max || whole > b->max)
        return cu_fail(err, CU_TOO_LARGE, "", "a frame for the key process is at most %zu bytes", max);
    while (b->len < whole)
        CU_TRY(receive_some(fd, b, whole - b->len, err));
    if (b->len > whole) // nobody asks a second time before the answer
        return cu_fail(err, CU_MALFORMED, "", "more than one frame of the key process came at once");
    *ret_op = (enum wire_op)op;
    return CU_OK;
}

void wire_forget(struct cu_buf *b)
{
    if (b->ptr)
        secret_wipe(b->ptr, b->len);
    if (b->cap > KEPT_MAX)
        cu_buf_clear(b);
    cu_buf_reset(b);
}
