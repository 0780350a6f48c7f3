// SPDX-License-Identifier: Apache-2.0
// Inside guard/: frames between this process and the key process, over a stream socket of the same
// machine (little-endian). A connection carries one question at a time: a frame there, a frame back.
//   0 4  length of what follows the header      4 1  'G'      5 1  operation (enum wire_op)
//   6 2  zero                                   8 ...
// A question is: 0 | 1 and the caller's access, then what the operation wants. An answer is: a cu_code;
// when it is not CU_OK its field and text, else what the operation gives. Both sides take the other for
// hostile: every length, count, number and text is checked, and whoever breaks the form is cut off.
#pragma once

#include "guard.h"

#define WIRE_HEADER 8
#define WIRE_ITEMS_MAX 1024u            // of one frame
#define WIRE_SUBJECTS_MAX 4096u         // of one frame
#define WIRE_TEXT_MAX 65535u            // detail, names of fields, paths
#define WIRE_QUESTION_MAX (6u << 20)    // one item of SEAL_PLAIN_MAX sealed fits
#define WIRE_ANSWER_MAX (20u << 20)
#define WIRE_ANSWER_ENOUGH (8u << 20)   // the key process answers what it has so far, the rest is asked again

enum wire_op {
    WIRE_START = 1, // the first frame of the control connection: what to open
    WIRE_CONNECT,   // on the control connection, with a socket: a connection of another thread
    WIRE_SEAL,
    WIRE_OPEN,
    WIRE_COMMIT,
    WIRE_ROLLBACK,
    WIRE_ERASE,
    WIRE_IS_ERASED,
    WIRE_ANNOUNCE,
    WIRE_NOTE,
    WIRE_PSEUDONYM,
    WIRE_RESTRICT,
    WIRE_IS_RESTRICTED,
    WIRE_RESEAL,
    WIRE_ADMIN, // administration of keys: a name and numbers, bytes back (admin.h)
    WIRE_OPS
};

// --- writing into a buffer; its failure is looked at once, when the frame ends

void wire_begin(struct cu_buf *b, enum wire_op op); // empties b
void wire_u8(struct cu_buf *b, uint8_t v);
void wire_u32(struct cu_buf *b, uint32_t v);
void wire_u64(struct cu_buf *b, uint64_t v);
void wire_bytes(struct cu_buf *b, cu_str s); // length u32, bytes
cu_code wire_end(struct cu_buf *b, struct cu_error *err) CU_MUST; // sets the length; CU_MEMORY, CU_TOO_LARGE

// --- reading out of one; after the first thing that is not there `bad` is set and all else is zero

struct wire_in {
    const uint8_t *at;
    size_t left;
    bool bad;
};
struct wire_in wire_in_of(const struct cu_buf *b); // behind the header
uint8_t wire_get_u8(struct wire_in *in);
uint32_t wire_get_u32(struct wire_in *in);
uint64_t wire_get_u64(struct wire_in *in);
cu_str wire_get_bytes(struct wire_in *in, size_t max); // a view
// As wire_get_bytes into a NUL-terminated place; bad when it holds anything but printable ASCII.
void wire_get_name(struct wire_in *in, char *ret, size_t size);
cu_code wire_in_end(const struct wire_in *in, struct cu_error *err) CU_MUST; // CU_MALFORMED: bad, or more than it should be

// --- parts of frames

void wire_access(struct cu_buf *b, const struct guard_access *a);
void wire_get_access(struct wire_in *in, struct guard_access *ret);
void wire_error(struct cu_buf *b, cu_code code, const struct cu_error *e);
cu_code wire_get_error(struct wire_in *in, struct cu_error *err); // the code; CU_OK too
void wire_subjects(struct cu_buf *b, const uint64_t *subjects, size_t count);
// At most WIRE_SUBJECTS_MAX, each below 2^63.
size_t wire_get_subjects(struct wire_in *in, uint64_t ret[WIRE_SUBJECTS_MAX]);
void wire_item(struct cu_buf *b, enum wire_op op, const struct guard_item *item); // WIRE_SEAL or WIRE_OPEN
void wire_get_item(struct wire_in *in, enum wire_op op, struct guard_item *ret);  // bytes are a view

// --- on the socket

// CU_UNAVAILABLE: the other end is gone. Everything is sent, however often that takes.
cu_code wire_send(int fd, const struct cu_buf *b, struct cu_error *err) CU_MUST;
// One frame into b (emptied first). CU_UNAVAILABLE: gone, or silent for longer than the socket's time
// limit; CU_MALFORMED: not a frame, or more than one; CU_TOO_LARGE: longer than max.
cu_code wire_receive(int fd, struct cu_buf *b, size_t max, enum wire_op *ret_op, struct cu_error *err) CU_MUST;
// Overwrites what was in it, and gives memory back that only a rare frame needs.
void wire_forget(struct cu_buf *b);
