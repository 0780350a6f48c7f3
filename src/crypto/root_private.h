// SPDX-License-Identifier: Apache-2.0
// Shared by root*.c only.
#pragma once

#include "root.h"

#define ROOT_PASSPHRASE_MAX 1024
// The passphrase from where the environment says, else from the terminal; ret is wiped by the caller.
cu_code root_passphrase_ask(const char *prompt, struct cu_buf *ret, struct cu_error *err) CU_MUST;
cu_code root_passphrase_create(const char *path, struct cu_error *err) CU_MUST;
// Whether the file's root key has that fingerprint; needs no passphrase.
cu_code root_passphrase_in_force(const char *path, const uint8_t in_force[16], bool *ret, struct cu_error *err) CU_MUST;
// A new file, synced with its folder; CU_CONFLICT when it exists.
cu_code root_write_new(const char *path, const char *text, size_t len, int mode, struct cu_error *err) CU_MUST;
// A small file; CU_KEY when missing or unreadable. what names it.
cu_code root_read_text(const char *path, const char *what, struct cu_buf *ret, struct cu_error *err) CU_MUST;
