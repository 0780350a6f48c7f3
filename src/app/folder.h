// SPDX-License-Identifier: Apache-2.0
// The data folder: its identity, lock, layout. custos.id holds "custos-data-2 <uuid> <fingerprint of
// the root key>", so that another version or a wrong key is told before anything is opened.
#pragma once

#include "base/clock.h"
#include "base/memory.h"

enum { FOLDER_PATH_MAX = 1024 };
struct folder {
    char path[FOLDER_PATH_MAX];
    struct cu_uuid id;
    uint8_t fingerprint[16];
    int lock_fd;
};
// Makes the folder (0700) with custos.id. CU_CONFLICT when it holds a shop already.
cu_code folder_create(const char *path, const uint8_t fingerprint[16], struct cu_uuid id, struct cu_error *err) CU_MUST;
// CU_CONFLICT when there is a shop in it already, CU_INVALID when it is a folder of other things.
cu_code folder_check_new(const char *path, struct cu_error *err) CU_MUST;
// Reads custos.id and takes the lock. CU_LOCKED: another process holds it (ret->path and id are set).
cu_code folder_open(const char *path, struct folder *ret, struct cu_error *err) CU_MUST;
void folder_close(struct folder *f);
// path of a file in the folder, in a static-size buffer
void folder_file(const struct folder *f, const char *name, char ret[FOLDER_PATH_MAX + 64]);
// Where the root key of a folder lies unless the setting says otherwise; makes the parent folders.
cu_code folder_default_key_path(struct cu_uuid id, char *ret, size_t size, struct cu_error *err) CU_MUST;
