// SPDX-License-Identifier: Apache-2.0
// The footer of a .rows file, shared by the reader (timeline_run.c) and the writer
// (timeline_run_write.c) and by nobody else.
#pragma once

#include "timeline_run.h"

#define TIMELINE_FOOTER 128

struct timeline_footer {
    uint64_t number, rows, blocks, bytes, cells;
    uint32_t index_crc, cells_crc;
};

static const uint8_t timeline_footer_magic[8] = {'C', 'U', 'T', 'L', 'R', 'U', 'N', '1'};

static inline void timeline_footer_put(const struct timeline_footer *f, uint8_t at[TIMELINE_FOOTER])
{
    memset(at, 0, TIMELINE_FOOTER);
    memcpy(at, timeline_footer_magic, 8);
    wire_put64(at + 8, f->number);
    wire_put64(at + 16, f->rows);
    wire_put64(at + 24, f->blocks);
    wire_put64(at + 32, f->bytes);
    wire_put64(at + 40, f->cells);
    wire_put32(at + 48, f->index_crc);
    wire_put32(at + 52, f->cells_crc);
    wire_put32(at + 124, cu_crc32c(0, at, 124));
}

static inline bool timeline_footer_get(
    const uint8_t at[TIMELINE_FOOTER], struct timeline_footer *ret)
{
    if (memcmp(at, timeline_footer_magic, 8) != 0 || wire_get32(at + 124) != cu_crc32c(0, at, 124))
        return false;
    *ret = (struct timeline_footer){
        .number = wire_get64(at + 8),
        .rows = wire_get64(at + 16),
        .blocks = wire_get64(at + 24),
        .bytes = wire_get64(at + 32),
        .cells = wire_get64(at + 40),
        .index_crc = wire_get32(at + 48),
        .cells_crc = wire_get32(at + 52),
    };
    return ret->rows < UINT64_C(1) << 48 && ret->cells <= ret->rows &&
           ret->blocks == (ret->rows + TIMELINE_BLOCK_ROWS - 1) / TIMELINE_BLOCK_ROWS;
}
