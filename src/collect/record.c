// SPDX-License-Identifier: Apache-2.0
// Records of the journal as bytes. See record.h. A fixed head of little-endian numbers, then the
// variable parts in the order of PARTS. The reason of a refusal is kept by name: codes may be
// renumbered between versions, names may not.
#include "record.h"

#include "store/wire.h"

enum { VERSION = 1, HEAD = 104, PARTS = 8 };
// 0 version, 1 kind, 4 flags, 8 source, 12 import, 16 import_row, 24 received, 32 sent, 40 time,
// 48 seen_tag, 64 quarantine, 72 lengths of the parts

static cu_str reason_name(const struct record *r)
{
    bool named = r->kind == RECORD_REFUSED && r->reason < CU_CODE_COUNT;
    return named ? cu_str_of(cu_code_rows[r->reason].name) : CU_NONE;
}

static void parts_of(const struct record *r, cu_str parts[PARTS])
{
    parts[0] = r->event;
    parts[1] = r->context;
    parts[2] = r->integrations;
    parts[3] = r->field;
    parts[4] = r->text;
    parts[5] = r->ip;
    parts[6] = r->user_agent;
    parts[7] = reason_name(r);
}

size_t record_size(const struct record *r)
{
    cu_str parts[PARTS];
    size_t size = HEAD;
    parts_of(r, parts);
    for (int i = 0; i < PARTS; i++)
        size += parts[i].len;
    return size;
}

void record_encode(const struct record *r, struct cu_buf *out)
{
    cu_str parts[PARTS];
    uint8_t head[HEAD] = {VERSION, (uint8_t)r->kind};
    parts_of(r, parts);
    wire_put32(head + 4, r->flags);
    wire_put32(head + 8, r->source);
    wire_put32(head + 12, r->import);
    wire_put64(head + 16, r->import_row);
    wire_put64(head + 24, (uint64_t)r->received_ms);
    wire_put64(head + 32, (uint64_t)r->sent_ms);
    wire_put64(head + 40, (uint64_t)r->time_ms);
    memcpy(head + 48, r->seen_tag, sizeof r->seen_tag);
    wire_put64(head + 64, r->quarantine);
    for (int i = 0; i < PARTS; i++) {
        if (parts[i].len > UINT32_MAX)
            out->failed = true;
        wire_put32(head + 72 + 4 * i, (uint32_t)parts[i].len);
    }
    cu_buf_add(out, head, sizeof head);
    for (int i = 0; i < PARTS; i++)
        cu_buf_str(out, parts[i]);
}

static cu_code reason_of(cu_str name)
{
    for (int i = 0; i < CU_CODE_COUNT; i++)
        if (cu_str_eqz(name, cu_code_rows[i].name))
            return (cu_code)i;
    return name.len > 0 ? CU_INVALID : CU_OK; // a name of a later version still means "refused"
}

static cu_code damaged(struct cu_error *err)
{
    return cu_fail(err, CU_CORRUPT, "", "a journal record is not what a door wrote");
}

cu_code record_decode(cu_str bytes, struct record *ret, struct cu_error *err)
{
    const uint8_t *head = (const uint8_t *)bytes.ptr;
    if (bytes.len < HEAD || head[0] != VERSION ||
        (head[1] != RECORD_EVENT && head[1] != RECORD_REFUSED))
        return damaged(err);
    cu_str parts[PARTS], rest = cu_str_sub(bytes, HEAD, bytes.len);
    for (int i = 0; i < PARTS; i++) {
        uint32_t len = wire_get32(head + 72 + 4 * i);
        if (len > rest.len)
            return damaged(err);
        parts[i] = cu_str_sub(rest, 0, len);
        rest = cu_str_sub(rest, len, rest.len);
    }
    if (rest.len > 0)
        return damaged(err);
    *ret = (struct record){
        .kind = (enum record_kind)head[1],
        .flags = wire_get32(head + 4),
        .source = wire_get32(head + 8),
        .import = wire_get32(head + 12),
        .import_row = wire_get64(head + 16),
        .received_ms = (int64_t)wire_get64(head + 24),
        .sent_ms = (int64_t)wire_get64(head + 32),
        .time_ms = (int64_t)wire_get64(head + 40),
        .quarantine = wire_get64(head + 64),
        .event = parts[0],
        .context = parts[1],
        .integrations = parts[2],
        .field = parts[3],
        .text = parts[4],
        .ip = parts[5],
        .user_agent = parts[6],
        .reason = reason_of(parts[7]),
    };
    memcpy(ret->seen_tag, head + 48, sizeof ret->seen_tag);
    return CU_OK;
}
