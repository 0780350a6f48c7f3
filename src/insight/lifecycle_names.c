// SPDX-License-Identifier: Apache-2.0
// Names of lifecycle stages and their numbers, for the life of the process. See rfm.h.
#include "rfm_internal.h"

#include <stdio.h>

const char *lifecycle_names[LIFECYCLE_NAMES_MAX + 1];
static char names[LIFECYCLE_NAMES_MAX][LIFECYCLE_NAME_MAX + 1];
static pthread_mutex_t names_lock = PTHREAD_MUTEX_INITIALIZER;

static bool is_name(cu_str name)
{
    bool good = name.len > 0 && name.len <= LIFECYCLE_NAME_MAX && name.ptr[0] != ' ' && name.ptr[name.len - 1] != ' ';
    for (size_t i = 0; i < name.len && good; i++) {
        char c = name.ptr[i];
        good = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9' && i > 0) || ((c == ' ' || c == '-') && i > 0);
    }
    return good;
}

static void set_name(size_t number, cu_str name)
{
    (void)snprintf(names[number], sizeof names[number], "%.*s", CU_ARG(name));
    __atomic_store_n(&lifecycle_names[number], names[number], __ATOMIC_RELEASE);
}

cu_code lifecycle_number(cu_str name, uint8_t *ret, struct cu_error *err)
{
    if (!is_name(name))
        return cu_fail(err, CU_INVALID, "name", "small letters, digits, spaces and - are accepted, a letter "
            "first, at most %u bytes",
            LIFECYCLE_NAME_MAX);
    (void)pthread_mutex_lock(&names_lock);
    size_t i = 0;
    while (i < LIFECYCLE_NAMES_MAX && lifecycle_names[i] && !cu_str_eqz(name, lifecycle_names[i]))
        i++;
    if (i < LIFECYCLE_NAMES_MAX && !lifecycle_names[i])
        set_name(i, name);
    (void)pthread_mutex_unlock(&names_lock);
    if (i == LIFECYCLE_NAMES_MAX)
        return cu_fail(err, CU_CONFLICT, "name", "%u names of stages were used; use one of them again", LIFECYCLE_NAMES_MAX);
    *ret = (uint8_t)i;
    return CU_OK;
}

void lifecycle_name_again(int64_t number, cu_str name)
{
    (void)pthread_mutex_lock(&names_lock);
    if (number >= 0 && number < (int64_t)LIFECYCLE_NAMES_MAX && is_name(name) && !lifecycle_names[number] &&
        (number == 0 || lifecycle_names[number - 1]))
        set_name((size_t)number, name);
    (void)pthread_mutex_unlock(&names_lock);
}
