// SPDX-License-Identifier: Apache-2.0
// Walks the frames of one segment file through a small window: for recovery, the readers and
// journal_verify. It decides what a frame is; what a missing one means is the caller's business.
#include "journal_file.h"

#include "base/file.h"
#include "wire.h"

#include <fcntl.h>
#include <unistd.h>

#define WINDOW_BYTES (256u * 1024)

cu_code journal_scan_start(
    int fd, struct seal_bulk *seal, struct journal_scan *ret, struct cu_error *err)
{
    struct journal_scan s = {.fd = fd, .seal = seal, .offset = JOURNAL_SEGMENT_HEADER};
    uint8_t header[JOURNAL_SEGMENT_HEADER];
    cu_code code = cu_file_size(fd, &s.limit, err);
    if (code == CU_OK)
        code = cu_file_pread(fd, header, sizeof header, 0, err);
    if (code == CU_OK && !journal_segment_header_get(header, &s.header))
        code = cu_fail(err, CU_CORRUPT, "", "a journal segment header is damaged");
    if (code != CU_OK) {
        journal_scan_close(&s);
        return code;
    }
    s.next_seq = s.header.first_seq;
    *ret = s;
    return CU_OK;
}

cu_code journal_scan_open(const char *folder, struct keyring *keyring, uint64_t number,
    struct journal_scan *ret, struct cu_error *err)
{
    char path[JOURNAL_PATH_MAX];
    struct seal_bulk *seal = NULL;
    CU_TRY(journal_key_open(folder, keyring, number, &seal, err));
    journal_path(path, folder, number, ".seg");
    int fd = -1;
    cu_code code = cu_file_open(path, O_RDONLY, 0, &fd, err);
    if (code != CU_OK) {
        seal_bulk_free(seal);
        return code;
    }
    struct journal_scan s;
    code = journal_scan_start(fd, seal, &s, err);
    if (code == CU_CORRUPT || (code == CU_OK && s.header.number != number)) {
        if (code == CU_OK)
            journal_scan_close(&s);
        return cu_fail(err, CU_CORRUPT, "", "journal segment %010llu is damaged at offset 0",
            (unsigned long long)number);
    }
    CU_TRY(code);
    *ret = s;
    return CU_OK;
}

void journal_scan_close(struct journal_scan *s)
{
    seal_bulk_free(s->seal);
    if (s->fd >= 0)
        (void)close(s->fd);
    if (s->window)
        explicit_bzero(s->window, s->window_cap);
    cu_free(s->window);
    *s = (struct journal_scan){.fd = -1};
}

// Makes len bytes from offset available and points *ret at them; *ret NULL when the file has fewer.
static cu_code window_at(
    struct journal_scan *s, int64_t offset, size_t len, const uint8_t **ret, struct cu_error *err)
{
    *ret = NULL;
    if (offset > s->limit || (uint64_t)(s->limit - offset) < len)
        return CU_OK;
    bool inside =
        offset >= s->window_at && offset + (int64_t)len <= s->window_at + (int64_t)s->window_len;
    if (!inside) {
        size_t want = len > WINDOW_BYTES ? len : WINDOW_BYTES;
        if (s->window_cap < want || s->window_cap > 4 * want) {
            cu_free(s->window);
            s->window_cap = s->window_len = 0;
            s->window = cu_alloc(want);
            if (!s->window)
                return cu_fail(err, CU_MEMORY, "", "no memory to read the journal");
            s->window_cap = want;
        }
        if ((uint64_t)(s->limit - offset) < want)
            want = (size_t)(s->limit - offset);
        s->window_len = 0;
        CU_TRY(cu_file_pread(s->fd, s->window, want, offset, err));
        s->window_at = offset;
        s->window_len = want;
    }
    *ret = s->window + (offset - s->window_at);
    return CU_OK;
}

static bool body_holds_its_records(const struct cu_buf *plain, uint32_t count)
{
    size_t offset = 0;
    cu_str record;
    for (uint32_t i = 0; i < count; i++)
        if (!journal_records_get((const uint8_t *)plain->ptr, plain->len, &offset, &record))
            return false;
    return offset == plain->len;
}

// Opens the body of frame f at s->offset into plain; *ret_whole false when it does not open.
static cu_code body_open(struct journal_scan *s, const struct journal_frame *f,
    struct cu_buf *plain, bool *ret_whole, struct cu_error *err)
{
    *ret_whole = false;
    const uint8_t *at;
    size_t sealed = (size_t)f->plain_len + JOURNAL_TAG, size = (size_t)journal_frame_size(f);
    CU_TRY(window_at(s, s->offset, size, &at, err));
    if (!at)
        return CU_OK;
    for (size_t i = JOURNAL_FRAME_HEADER + sealed; i < size; i++)
        if (at[i] != 0) // the padding is nobody's, so it must be what was written: zeros
            return CU_OK;
    cu_buf_reset(plain);
    char *room = cu_buf_room(plain, f->plain_len);
    if (!room)
        return cu_buf_code(plain, err);
    cu_str ad = {(const char *)at, JOURNAL_FRAME_HEADER};
    cu_str body = {(const char *)at + JOURNAL_FRAME_HEADER, sealed};
    cu_code code = seal_bulk_open(s->seal, f->counter, ad, body, (uint8_t *)room, err);
    if (code == CU_CORRUPT)
        return CU_OK;
    CU_TRY(code);
    plain->len += f->plain_len;
    *ret_whole = body_holds_its_records(plain, f->count);
    return CU_OK;
}

// No header of ours at offset: was something begun here, or is this the untouched rest of the file?
static enum journal_scan_result nothing_here(const struct journal_scan *s, const uint8_t *at)
{
    if (!at)
        return s->offset == s->limit ? JOURNAL_SCAN_CLEAN : JOURNAL_SCAN_BAD;
    return wire_get64(at + 8) == s->header.salt ? JOURNAL_SCAN_BAD : JOURNAL_SCAN_CLEAN;
}

cu_code journal_scan_next(struct journal_scan *s, struct cu_buf *plain,
    struct journal_frame *ret_frame, enum journal_scan_result *ret, struct cu_error *err)
{
    const uint8_t *at;
    struct journal_frame f;
    CU_TRY(window_at(s, s->offset, JOURNAL_FRAME_HEADER, &at, err));
    if (!at || !journal_frame_get(at, s->header.salt, &f)) {
        *ret = nothing_here(s, at);
        return CU_OK;
    }
    *ret_frame = f;
    int64_t size = journal_frame_size(&f);
    if (f.first_seq != s->next_seq || s->limit - s->offset < size) {
        *ret = JOURNAL_SCAN_BAD;
        return CU_OK;
    }
    bool whole = true;
    if (f.count > 0 && plain)
        CU_TRY(body_open(s, &f, plain, &whole, err));
    *ret = !whole ? JOURNAL_SCAN_BAD : f.count == 0 ? JOURNAL_SCAN_MARK : JOURNAL_SCAN_FRAME;
    if (*ret == JOURNAL_SCAN_FRAME) {
        s->offset += size;
        s->next_seq += f.count;
    }
    return CU_OK;
}

cu_code journal_scan_more(struct journal_scan *s, bool *ret, struct cu_error *err)
{
    *ret = false;
    struct journal_frame f;
    for (int64_t at = s->offset + JOURNAL_ALIGN; at + JOURNAL_FRAME_HEADER <= s->limit;
         at += JOURNAL_ALIGN) {
        const uint8_t *bytes;
        CU_TRY(window_at(s, at, JOURNAL_FRAME_HEADER, &bytes, err));
        if (bytes && journal_frame_get(bytes, s->header.salt, &f) && f.first_seq >= s->next_seq) {
            *ret = true;
            return CU_OK;
        }
    }
    return CU_OK;
}
