// SPDX-License-Identifier: Apache-2.0
// The bytes of a journal on disk, and nothing else: pure encoding and decoding, no I/O, no locks.
//
//   0000000007.seg   segment header (64 bytes), then frames, each starting at a multiple of 16
//   0000000007.key   the segment's key, wrapped by the keyring; RELEASED once it was destroyed
//   spare.seg        a released segment's file kept to be overwritten as the next one
//
// A frame is one group commit: header (48 bytes), then the records sealed as one AES-256-GCM
// message with the header as associated data. A frame with count 0 has no body: the end mark of a
// segment that was closed in order.
#pragma once

#include "base/memory.h"
#include "crypto/keyring.h"

#define JOURNAL_SEGMENT_HEADER 64
#define JOURNAL_FRAME_HEADER 48
#define JOURNAL_TAG 16
#define JOURNAL_ALIGN 16
#define JOURNAL_KEY_FILE 96
#define JOURNAL_RECORD_MAX (1u << 20)
#define JOURNAL_COUNT_MAX 10000u
#define JOURNAL_PLAIN_MAX (512u << 20) // no frame is larger, whatever a header claims
#define JOURNAL_PATH_MAX 4096

struct journal_segment_header {
    uint64_t number;    // as in the file name
    uint64_t first_seq; // of the first record it holds or will hold
    uint64_t salt; // random; frames repeat it, so a frame of the file's earlier life is no frame
    int64_t created_ms;
};

struct journal_frame {
    uint64_t first_seq;
    uint64_t counter;   // nonce of the sealing; never used twice within a segment
    uint32_t plain_len; // bytes before sealing
    uint32_t count;     // records; 0 = end mark
};

void journal_segment_header_put(
    const struct journal_segment_header *h, uint8_t at[JOURNAL_SEGMENT_HEADER]);
bool journal_segment_header_get(
    const uint8_t at[JOURNAL_SEGMENT_HEADER], struct journal_segment_header *ret);
void journal_frame_put(
    const struct journal_frame *f, uint64_t salt, uint8_t at[JOURNAL_FRAME_HEADER]);
bool journal_frame_get(
    const uint8_t at[JOURNAL_FRAME_HEADER], uint64_t salt, struct journal_frame *ret);
int64_t journal_frame_size(const struct journal_frame *f); // header, sealed body and padding

// Key file: living (wrapped key) or released (the key overwritten, its segment about to go).
enum journal_key_state { JOURNAL_KEY_LIVING, JOURNAL_KEY_RELEASED };
void journal_key_put(
    uint64_t number, const uint8_t wrapped[KEYRING_WRAPPED], uint8_t at[JOURNAL_KEY_FILE]);
void journal_key_put_released(uint64_t number, uint8_t at[JOURNAL_KEY_FILE]);
bool journal_key_get(const uint8_t at[JOURNAL_KEY_FILE], uint64_t number,
    enum journal_key_state *ret_state, uint8_t ret_wrapped[KEYRING_WRAPPED]);

// Records inside a frame: length (32 bit) and bytes, one after the other.
size_t journal_records_size(const cu_str *records, uint32_t count);
uint8_t *journal_records_put(uint8_t *at, const cu_str *records, uint32_t count); // the end
// The record at *offset, which moves behind it; false when the bytes do not hold one.
bool journal_records_get(const uint8_t *plain, size_t len, size_t *offset, cu_str *ret);

void journal_path(
    char ret[JOURNAL_PATH_MAX], const char *folder, uint64_t number, const char *suffix);
// "0000000007.seg" -> 7; false for any other name.
bool journal_name_number(const char *name, const char *suffix, uint64_t *ret);
