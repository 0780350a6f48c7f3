// SPDX-License-Identifier: Apache-2.0
// Which pieces a target has, and which of them a manifest names. A piece is reused only when both hold: a
// piece without a manifest may be what a crash left of one.
#pragma once

#include "backup_manifest.h"
#include "backup_target.h"

struct known_piece {
    uint8_t name[32];
    int64_t bytes;   // stored; -1: named by a manifest, but not there
    uint32_t named;  // by how many manifests
};
struct known {
    struct known_piece *slots; // open addressing; bytes 0: empty
    size_t cap, count;
};
void known_init(struct known *k);
void known_clear(struct known *k);
cu_code known_stored(struct known *k, const uint8_t name[32], int64_t bytes, struct cu_error *err) CU_MUST;
cu_code known_named(struct known *k, const uint8_t name[32], struct cu_error *err) CU_MUST;
const struct known_piece *known_find(const struct known *k, const uint8_t name[32]); // NULL: never heard of
// Lists the target's pieces and reads every manifest. Damaged manifests are told through broken (may be NULL) and
// passed over.
typedef void known_broken(void *context, const char *name, const struct cu_error *why);
cu_code known_load(struct known *k, struct target *t, known_broken *broken, void *context, struct cu_error *err) CU_MUST;

// Every manifest's text in the target, newest last; the callback may not keep m.
typedef cu_code manifest_visit(void *context, const struct backup_manifest *m, cu_str text, struct cu_error *err);
cu_code manifests_each(struct target *t, manifest_visit *visit, known_broken *broken, void *context,
    struct cu_error *err) CU_MUST;
