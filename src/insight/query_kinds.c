// SPDX-License-Identifier: Apache-2.0
// The kinds of questions: the only file that names every one.
#include "query.h"

const struct insight_kind *const insight_kinds[] = {
    NULL,
};

const struct insight_kind *insight_kind_find(cu_str name)
{
    for (size_t i = 0; insight_kinds[i]; i++) {
        if (cu_str_eqz(name, insight_kinds[i]->name))
            return insight_kinds[i];
    }
    return NULL;
}
