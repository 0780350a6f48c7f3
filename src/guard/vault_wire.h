// SPDX-License-Identifier: Apache-2.0
// Between vault.c and vault_inside.c: what comes before a value in a question about the vault.
#pragma once

#include "store/wire.h"
#include "guard.h"

#define VAULT_HEAD (1 + 4 + 8 + 8 + 8 + 8)

static inline void vault_head_put(uint8_t head[VAULT_HEAD], enum seal_class class_id, const struct seal_place *p, int64_t expires_ms)
{
    head[0] = (uint8_t)class_id;
    wire_put32(head + 1, p->table);
    wire_put64(head + 5, p->subject);
    wire_put64(head + 13, p->record);
    wire_put64(head + 21, p->version);
    wire_put64(head + 29, (uint64_t)expires_ms);
}

// False: not of the form.
static inline bool vault_head_get(
    cu_str bytes, enum seal_class *ret_class, struct seal_place *ret, int64_t *ret_expires_ms, cu_str *ret_value)
{
    const uint8_t *p = (const uint8_t *)bytes.ptr;
    if (bytes.len < VAULT_HEAD || p[0] < SEAL_IDENTIFIER || p[0] >= SEAL_CLASS_COUNT)
        return false;
    *ret_class = (enum seal_class)p[0];
    *ret = (struct seal_place){wire_get32(p + 1), wire_get64(p + 5), wire_get64(p + 13), wire_get64(p + 21)};
    *ret_expires_ms = (int64_t)wire_get64(p + 29);
    *ret_value = cu_str_sub(bytes, VAULT_HEAD, bytes.len);
    return ret->subject <= INT64_MAX;
}
