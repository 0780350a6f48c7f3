// SPDX-License-Identifier: Apache-2.0
// Arbitrary bytes as a journal segment. The first byte chooses: the rest is the file as it is; or
// the rest is the opened body of a frame under a valid header and seal (which a fuzzer cannot
// guess), so that the record framing is reached too; or it is a key file.
#include "base/file.h"
#include "store/journal_file.h"

#include <assert.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const uint8_t key[32] = {1, 2, 3};

static void walk(const uint8_t *bytes, size_t len)
{
    struct seal_bulk *seal;
    struct journal_scan scan;
    int fd = memfd_create("segment", 0);
    if (fd < 0 || write(fd, bytes, len) != (ssize_t)len || seal_bulk_new(key, &seal, NULL) != CU_OK)
        abort();
    if (journal_scan_start(fd, seal, &scan, NULL) != CU_OK)
        return;
    struct cu_buf plain;
    cu_buf_init(&plain, 1 << 20);
    enum journal_scan_result result = JOURNAL_SCAN_FRAME;
    while (result == JOURNAL_SCAN_FRAME) {
        struct journal_frame f;
        int64_t before = scan.offset;
        if (journal_scan_next(&scan, &plain, &f, &result, NULL) != CU_OK)
            break;
        assert(scan.offset <= scan.limit);
        assert(result != JOURNAL_SCAN_FRAME || scan.offset > before);
        size_t offset = 0;
        cu_str record;
        uint32_t count = 0;
        while (result == JOURNAL_SCAN_FRAME &&
               journal_records_get((const uint8_t *)plain.ptr, plain.len, &offset, &record))
            count++;
        assert(result != JOURNAL_SCAN_FRAME || (count == f.count && offset == plain.len));
    }
    bool more;
    (void)!journal_scan_more(&scan, &more, NULL);
    cu_buf_clear(&plain);
    journal_scan_close(&scan);
}

static void walk_sealed(const uint8_t *body, size_t len)
{
    struct journal_segment_header h = {.number = 1, .first_seq = 1, .salt = 99};
    struct journal_frame f = {
        .first_seq = 1, .plain_len = (uint32_t)len, .count = len ? body[0] % 8u : 0};
    size_t size = JOURNAL_SEGMENT_HEADER + JOURNAL_FRAME_HEADER + len + JOURNAL_TAG + JOURNAL_ALIGN;
    uint8_t *file = calloc(1, size);
    struct seal_bulk *seal;
    if (!file || seal_bulk_new(key, &seal, NULL) != CU_OK)
        abort();
    uint8_t *frame = file + JOURNAL_SEGMENT_HEADER;
    journal_segment_header_put(&h, file);
    journal_frame_put(&f, h.salt, frame);
    cu_str ad = {(const char *)frame, JOURNAL_FRAME_HEADER};
    if (seal_bulk_seal(seal, 0, ad, (cu_str){(const char *)body, len}, frame + JOURNAL_FRAME_HEADER,
            NULL) != CU_OK)
        abort();
    seal_bulk_free(seal);
    walk(file, size);
    free(file);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1)
        return 0;
    if (data[0] % 3 == 0) {
        walk(data + 1, size - 1);
    } else if (data[0] % 3 == 1) {
        walk_sealed(data + 1, size - 1);
    } else if (size > JOURNAL_KEY_FILE) {
        enum journal_key_state state;
        uint8_t wrapped[KEYRING_WRAPPED];
        (void)journal_key_get(data + 1, 1, &state, wrapped);
    }
    return 0;
}
