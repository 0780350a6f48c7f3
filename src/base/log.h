// SPDX-License-Identifier: Apache-2.0
// The log: one JSON object per line on stderr. Values are numbers, codes and names chosen by us:
// a caller never passes anything a client sent, so no personal data can reach a log.
#pragma once

#include "error.h"

enum cu_log_level { CU_LOG_DEBUG, CU_LOG_INFO, CU_LOG_WARN, CU_LOG_ERROR };

struct cu_log_field {
    const char *name;
    const char *text; // NULL: number is meant
    int64_t number;
};
#define CU_LS(name, text) ((struct cu_log_field){name, text, 0})
#define CU_LI(name, number) ((struct cu_log_field){name, NULL, (int64_t)(number)})

void cu_log_set_level(enum cu_log_level level);
enum cu_log_level cu_log_get_level(void);
void cu_log_write(enum cu_log_level level, const char *event, const struct cu_log_field *fields,
    size_t count);
// cu_log(CU_LOG_INFO, "journal.opened", CU_LI("segments", 3), CU_LS("state", "clean"));
#define cu_log(level, event, ...)                                                                  \
    cu_log_write(level, event,                                                                     \
        (const struct cu_log_field[]){{"", NULL, 0}, ##__VA_ARGS__},                               \
        sizeof((const struct cu_log_field[]){{"", NULL, 0}, ##__VA_ARGS__}) /                      \
            sizeof(struct cu_log_field))
void cu_log_error(const char *event, const struct cu_error *err); // level ERROR with code, field, text
