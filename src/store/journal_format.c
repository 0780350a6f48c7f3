// SPDX-License-Identifier: Apache-2.0
// The bytes of a journal on disk (journal_format.h). Pure functions; the fuzz target and the tests
// call them directly. Every header carries a CRC32C over itself: a header either is ours or is not.
#include "journal_format.h"

#include "base/hash.h"
#include "wire.h"

#include <assert.h>
#include <stdio.h>

static const uint8_t segment_magic[8] = {'C', 'U', 'J', 'S', 'E', 'G', '0', '1'};
static const uint8_t key_magic[8] = {'C', 'U', 'J', 'K', 'E', 'Y', '0', '1'};
#define FRAME_MAGIC 0x31464a43u // "CJF1"

void journal_segment_header_put(
    const struct journal_segment_header *h, uint8_t at[JOURNAL_SEGMENT_HEADER])
{
    memset(at, 0, JOURNAL_SEGMENT_HEADER);
    memcpy(at, segment_magic, 8);
    wire_put64(at + 8, h->number);
    wire_put64(at + 16, h->first_seq);
    wire_put64(at + 24, h->salt);
    wire_put64(at + 32, (uint64_t)h->created_ms);
    wire_put32(at + 60, cu_crc32c(0, at, 60));
}

bool journal_segment_header_get(
    const uint8_t at[JOURNAL_SEGMENT_HEADER], struct journal_segment_header *ret)
{
    if (memcmp(at, segment_magic, 8) != 0 || wire_get32(at + 60) != cu_crc32c(0, at, 60))
        return false;
    *ret = (struct journal_segment_header){
        .number = wire_get64(at + 8),
        .first_seq = wire_get64(at + 16),
        .salt = wire_get64(at + 24),
        .created_ms = (int64_t)wire_get64(at + 32),
    };
    return ret->first_seq >= 1;
}

void journal_frame_put(
    const struct journal_frame *f, uint64_t salt, uint8_t at[JOURNAL_FRAME_HEADER])
{
    memset(at, 0, JOURNAL_FRAME_HEADER);
    wire_put32(at, FRAME_MAGIC);
    wire_put64(at + 8, salt);
    wire_put64(at + 16, f->first_seq);
    wire_put64(at + 24, f->counter);
    wire_put32(at + 32, f->plain_len);
    wire_put32(at + 36, f->count);
    wire_put32(at + 4, cu_crc32c(0, at + 8, JOURNAL_FRAME_HEADER - 8));
}

bool journal_frame_get(
    const uint8_t at[JOURNAL_FRAME_HEADER], uint64_t salt, struct journal_frame *ret)
{
    if (wire_get32(at) != FRAME_MAGIC || wire_get64(at + 8) != salt)
        return false;
    if (wire_get32(at + 4) != cu_crc32c(0, at + 8, JOURNAL_FRAME_HEADER - 8))
        return false;
    *ret = (struct journal_frame){
        .first_seq = wire_get64(at + 16),
        .counter = wire_get64(at + 24),
        .plain_len = wire_get32(at + 32),
        .count = wire_get32(at + 36),
    };
    if (ret->first_seq < 1 || ret->plain_len > JOURNAL_PLAIN_MAX)
        return false;
    return ret->count == 0 ? ret->plain_len == 0 : ret->plain_len / 5 >= ret->count;
}

int64_t journal_frame_size(const struct journal_frame *f)
{
    if (f->count == 0)
        return JOURNAL_FRAME_HEADER;
    int64_t bytes = JOURNAL_FRAME_HEADER + (int64_t)f->plain_len + JOURNAL_TAG;
    return (bytes + JOURNAL_ALIGN - 1) / JOURNAL_ALIGN * JOURNAL_ALIGN;
}

void journal_key_put(
    uint64_t number, const uint8_t wrapped[KEYRING_WRAPPED], uint8_t at[JOURNAL_KEY_FILE])
{
    memset(at, 0, JOURNAL_KEY_FILE);
    memcpy(at, key_magic, 8);
    wire_put64(at + 8, number);
    memcpy(at + 16, wrapped, KEYRING_WRAPPED);
    wire_put32(at + 88, JOURNAL_KEY_LIVING);
    wire_put32(at + 92, cu_crc32c(0, at, 92));
}

void journal_key_put_released(uint64_t number, uint8_t at[JOURNAL_KEY_FILE])
{
    memset(at, 0, JOURNAL_KEY_FILE);
    memcpy(at, key_magic, 8);
    wire_put64(at + 8, number);
    wire_put32(at + 88, JOURNAL_KEY_RELEASED);
    wire_put32(at + 92, cu_crc32c(0, at, 92));
}

bool journal_key_get(const uint8_t at[JOURNAL_KEY_FILE], uint64_t number,
    enum journal_key_state *ret_state, uint8_t ret_wrapped[KEYRING_WRAPPED])
{
    if (memcmp(at, key_magic, 8) != 0 || wire_get32(at + 92) != cu_crc32c(0, at, 92))
        return false;
    uint32_t state = wire_get32(at + 88);
    if (wire_get64(at + 8) != number || state > JOURNAL_KEY_RELEASED)
        return false;
    *ret_state = (enum journal_key_state)state;
    memcpy(ret_wrapped, at + 16, KEYRING_WRAPPED);
    return true;
}

size_t journal_records_size(const cu_str *records, uint32_t count)
{
    size_t total = 0;
    for (uint32_t i = 0; i < count; i++)
        total += 4 + records[i].len;
    return total;
}

uint8_t *journal_records_put(uint8_t *at, const cu_str *records, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        assert(records[i].len >= 1 && records[i].len <= JOURNAL_RECORD_MAX);
        wire_put32(at, (uint32_t)records[i].len);
        memcpy(at + 4, records[i].ptr, records[i].len);
        at += 4 + records[i].len;
    }
    return at;
}

bool journal_records_get(const uint8_t *plain, size_t len, size_t *offset, cu_str *ret)
{
    if (*offset > len || len - *offset < 5)
        return false;
    uint32_t n = wire_get32(plain + *offset);
    if (n < 1 || n > JOURNAL_RECORD_MAX || n > len - *offset - 4)
        return false;
    *ret = (cu_str){(const char *)plain + *offset + 4, n};
    *offset += 4 + (size_t)n;
    return true;
}

void journal_path(
    char ret[JOURNAL_PATH_MAX], const char *folder, uint64_t number, const char *suffix)
{
    int n =
        snprintf(ret, JOURNAL_PATH_MAX, "%s/%010llu%s", folder, (unsigned long long)number, suffix);
    assert(n > 0 && n < JOURNAL_PATH_MAX);
}

bool journal_name_number(const char *name, const char *suffix, uint64_t *ret)
{
    size_t digits = strspn(name, "0123456789");
    if (digits < 10 || digits > 18 || strcmp(name + digits, suffix) != 0)
        return false;
    uint64_t n = 0;
    for (size_t i = 0; i < digits; i++)
        n = n * 10 + (uint64_t)(name[i] - '0');
    *ret = n;
    return n >= 1;
}
