// SPDX-License-Identifier: Apache-2.0
// Spool file -> unpack -> decode. Three small buffers, each filled only when the next one is
// hungry.
#include "import_input.h"

#include "text/csv.h"

#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

enum { RAW = 65536, UNPACKED = 131072 };
#define EXPANSION_MAX 1000
#define EXPANSION_FREE (1ll << 30)
#define ZSTD_WINDOW_LOG_MAX 25 // 32 MiB; what zstd -1 .. -19 writes needs at most 8

enum packing { PACKING_NONE, PACKING_GZIP, PACKING_ZSTD };

struct import_input {
    struct spool_reader *file;
    enum packing packing;
    bool looked;          // the first bytes were looked at
    bool raw_ended;       // the file has ended
    bool unpacked_ended;  // nothing more will be unpacked
    bool between_members; // at a place where a packed file may end
    z_stream gzip;
    ZSTD_DStream *zstd;
    int64_t unpacked_total;
    struct text_decoder decoder;
    size_t raw_at, raw_len, unpacked_at, unpacked_len;
    uint8_t raw[RAW];
    char unpacked[UNPACKED];
};

cu_code import_input_open(
    struct spool *s, int64_t number, struct import_input **ret, struct cu_error *err)
{
    struct import_input *in = cu_calloc(1, sizeof *in);
    if (!in)
        return cu_fail(err, CU_MEMORY, "", "No memory to read an upload.");
    text_decoder_init(&in->decoder);
    cu_code code = spool_read_open(s, number, SPOOL_WHOLE, &in->file, err);
    if (code != CU_OK) {
        cu_free(in);
        return code;
    }
    *ret = in;
    return CU_OK;
}

void import_input_close(struct import_input *in)
{
    if (!in)
        return;
    if (in->packing == PACKING_GZIP)
        (void)inflateEnd(&in->gzip);
    (void)ZSTD_freeDStream(in->zstd);
    spool_read_close(in->file);
    explicit_bzero(in->raw, sizeof in->raw);
    explicit_bzero(in->unpacked, sizeof in->unpacked);
    cu_free(in);
}

int64_t import_input_done(const struct import_input *in)
{
    return spool_tell(in->file) - (int64_t)(in->raw_len - in->raw_at);
}

const char *import_input_encoding(const struct import_input *in)
{
    return text_encoding_name(in->decoder.encoding);
}

const char *import_input_compression(const struct import_input *in)
{
    static const char *const names[] = {"none", "gzip", "zstd"};
    return names[in->packing];
}

static cu_code read_raw(struct import_input *in, struct cu_error *err)
{
    if (in->raw_at < in->raw_len || in->raw_ended)
        return CU_OK;
    size_t len = 0;
    CU_TRY(spool_read(in->file, in->raw, RAW, &len, err));
    in->raw_at = 0;
    in->raw_len = len;
    in->raw_ended = len < RAW;
    return CU_OK;
}

static cu_code look_at_first_bytes(struct import_input *in, struct cu_error *err)
{
    in->looked = true;
    if (in->raw_len >= 2 && in->raw[0] == 0x1f && in->raw[1] == 0x8b) {
        if (inflateInit2(&in->gzip, 15 + 16) != Z_OK)
            return cu_fail(err, CU_MEMORY, "", "No memory to unpack gzip.");
        in->packing = PACKING_GZIP;
    } else if (in->raw_len >= 4 && memcmp(in->raw, "\x28\xb5\x2f\xfd", 4) == 0) {
        in->zstd = ZSTD_createDStream();
        if (!in->zstd || ZSTD_isError(ZSTD_initDStream(in->zstd)))
            return cu_fail(err, CU_MEMORY, "", "No memory to unpack zstd.");
        (void)ZSTD_DCtx_setParameter(in->zstd, ZSTD_d_windowLogMax, ZSTD_WINDOW_LOG_MAX);
        in->packing = PACKING_ZSTD;
    }
    return CU_OK;
}

static cu_code damaged(const char *name, struct cu_error *err)
{
    return cu_fail(err, CU_MALFORMED, "", "The %s file is damaged or was broken off.", name);
}

// The pieces of a gzip file may stand one after the other (bgzip, cat a.gz b.gz).
static cu_code unpack_gzip(
    struct import_input *in, size_t room, size_t *ret_len, struct cu_error *err)
{
    if (in->between_members && in->raw_at == in->raw_len)
        return CU_OK;
    if (in->between_members && inflateReset(&in->gzip) != Z_OK)
        return damaged("gzip", err);
    in->between_members = false;
    in->gzip.next_in = in->raw + in->raw_at;
    in->gzip.avail_in = (unsigned)(in->raw_len - in->raw_at);
    in->gzip.next_out = (unsigned char *)in->unpacked + in->unpacked_len;
    in->gzip.avail_out = (unsigned)room;
    int rc = inflate(&in->gzip, Z_NO_FLUSH);
    in->raw_at = in->raw_len - in->gzip.avail_in;
    *ret_len = room - in->gzip.avail_out;
    if (rc == Z_STREAM_END)
        in->between_members = true;
    else if (rc != Z_OK && rc != Z_BUF_ERROR)
        return damaged("gzip", err);
    return CU_OK;
}

static cu_code unpack_zstd(
    struct import_input *in, size_t room, size_t *ret_len, struct cu_error *err)
{
    ZSTD_inBuffer from = {in->raw, in->raw_len, in->raw_at};
    ZSTD_outBuffer to = {in->unpacked + in->unpacked_len, room, 0};
    size_t rc = ZSTD_decompressStream(in->zstd, &to, &from);
    if (ZSTD_isError(rc) && ZSTD_getErrorCode(rc) == ZSTD_error_frameParameter_windowTooLarge)
        return cu_fail(err, CU_MALFORMED, "",
            "The zstd file needs a window above 32 MiB (--long or --ultra): compress it without "
            "those.");
    if (ZSTD_isError(rc))
        return damaged("zstd", err);
    if (from.pos > in->raw_at || to.pos > 0) // without bytes it speaks of the next frame already
        in->between_members = rc == 0;
    in->raw_at = from.pos;
    *ret_len = to.pos;
    return CU_OK;
}

static cu_code unpack_piece(struct import_input *in, size_t *ret_len, struct cu_error *err)
{
    size_t room = UNPACKED - in->unpacked_len;
    if (in->packing == PACKING_GZIP)
        return unpack_gzip(in, room, ret_len, err);
    if (in->packing == PACKING_ZSTD)
        return unpack_zstd(in, room, ret_len, err);
    size_t n = in->raw_len - in->raw_at;
    n = n < room ? n : room;
    memcpy(in->unpacked + in->unpacked_len, in->raw + in->raw_at, n);
    in->raw_at += n;
    *ret_len = n;
    return CU_OK;
}

// Fills the unpacked buffer as far as it goes: the decoder decides better on more.
static cu_code unpack(struct import_input *in, struct cu_error *err)
{
    memmove(in->unpacked, in->unpacked + in->unpacked_at, in->unpacked_len - in->unpacked_at);
    in->unpacked_len -= in->unpacked_at;
    in->unpacked_at = 0;
    while (in->unpacked_len < UNPACKED && !in->unpacked_ended) {
        CU_TRY(read_raw(in, err));
        if (!in->looked)
            CU_TRY(look_at_first_bytes(in, err));
        size_t len = 0, before = in->raw_at;
        CU_TRY(unpack_piece(in, &len, err));
        in->unpacked_len += len;
        in->unpacked_total += (int64_t)len;
        if (len > 0 || in->raw_at > before || !in->raw_ended)
            continue;
        if (in->packing != PACKING_NONE && !in->between_members)
            return damaged(import_input_compression(in), err);
        in->unpacked_ended = true;
    }
    bool bomb = in->unpacked_total > EXPANSION_FREE &&
                in->unpacked_total / EXPANSION_MAX > spool_tell(in->file);
    if (bomb)
        return cu_fail(err, CU_TOO_LARGE, "",
            "The compressed file expands more than 1,000 times: it is refused.");
    return CU_OK;
}

cu_code import_input_fill(
    void *input, char *into, size_t room, size_t *ret_len, struct cu_error *err)
{
    struct import_input *in = input;
    size_t done = 0;
    while (room - done >=
           CSV_FILL_ROOM) { // a character has room: every turn makes progress or unpacks
        size_t used = 0, len = 0;
        cu_str have = {in->unpacked + in->unpacked_at, in->unpacked_len - in->unpacked_at};
        CU_TRY(text_decode(
            &in->decoder, have, in->unpacked_ended, into + done, room - done, &used, &len, err));
        in->unpacked_at += used;
        done += len;
        if (used > 0 || len > 0)
            continue;
        if (in->unpacked_ended && have.len == 0)
            break;
        CU_TRY(unpack(in, err));
    }
    *ret_len = done;
    return CU_OK;
}
