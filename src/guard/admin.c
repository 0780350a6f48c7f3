// SPDX-License-Identifier: Apache-2.0
// Administration of the keys as callers see it. See admin.h.
#include "access.h"

#include <stdio.h>

cu_code guard_restrict(struct guard *g, const uint64_t *subjects, size_t count, bool on, struct cu_error *err)
{
    return g->backend->restrict_to(g, guard_session_of_thread(), subjects, count, on, err);
}

bool guard_is_restricted(struct guard *g, uint64_t subject)
{
    return g->backend->is_restricted(g, guard_session_of_thread(), subject);
}

// The answer's bytes into ret, exactly size of them.
static cu_code ask(struct guard *g, const struct admin_question *q, void *ret, size_t size, struct cu_error *err)
{
    struct cu_buf answer;
    cu_buf_init(&answer, ADMIN_ANSWER_MAX);
    cu_code code = g->backend->admin(g, guard_session_of_thread(), q, &answer, err);
    if (code == CU_OK && answer.len != size)
        code = cu_fail(err, CU_UNAVAILABLE, "", "the key process gave an answer that is none");
    if (code == CU_OK && size > 0)
        memcpy(ret, answer.ptr, size);
    cu_buf_wipe(&answer);
    return code;
}

cu_code guard_keys_inventory(struct guard *g, struct keys_inventory *ret, struct cu_error *err)
{
    const struct admin_question q = {.act = ADMIN_INVENTORY, .class_id = SEAL_IDENTIFIER};
    return ask(g, &q, ret, sizeof *ret, err);
}

cu_code guard_keys_rotate(struct guard *g, enum guard_rotation kind, enum seal_class class_id, struct cu_error *err)
{
    const struct admin_question q = {.act = ADMIN_ROTATE, .rotation = kind,
        .class_id = kind == GUARD_ROTATE_CLASS ? class_id : SEAL_IDENTIFIER};
    return ask(g, &q, NULL, 0, err);
}

cu_code guard_keys_kit(struct guard *g, char ret[KEYS_KIT_MAX], struct cu_error *err)
{
    const struct admin_question q = {.act = ADMIN_KIT, .class_id = SEAL_IDENTIFIER};
    CU_TRY(ask(g, &q, ret, KEYS_KIT_MAX, err));
    ret[KEYS_KIT_MAX - 1] = 0;
    return CU_OK;
}

cu_code guard_keys_archive(struct guard *g, const char *name, struct cu_error *err)
{
    struct admin_question q = {.act = ADMIN_ARCHIVE, .class_id = SEAL_IDENTIFIER};
    if (!guard_is_name(name))
        return cu_fail(err, CU_INVALID, "name", "letters, digits, '.', '_' and '-' name an archive");
    (void)snprintf(q.name, sizeof q.name, "%s", name);
    return ask(g, &q, NULL, 0, err);
}

cu_code guard_reseal(struct guard *g, struct keys_reseal *ret, struct cu_error *err)
{
    const struct admin_question q = {.act = ADMIN_RESEAL, .class_id = SEAL_IDENTIFIER};
    return ask(g, &q, ret, sizeof *ret, err);
}

cu_code guard_reseal_put(struct guard *g, const struct keys_reseal *r, struct cu_error *err)
{
    const struct admin_question q = {
        .act = ADMIN_RESEAL_PUT, .class_id = SEAL_IDENTIFIER, .bytes = {(const char *)r, sizeof *r}};
    return ask(g, &q, NULL, 0, err);
}

cu_code guard_index(struct guard *g, struct keys_index *ret, struct cu_error *err)
{
    const struct admin_question q = {.act = ADMIN_INDEX, .class_id = SEAL_IDENTIFIER};
    return ask(g, &q, ret, sizeof *ret, err);
}

cu_code guard_index_put(struct guard *g, const struct keys_index *n, struct cu_error *err)
{
    const struct admin_question q = {
        .act = ADMIN_INDEX_PUT, .class_id = SEAL_IDENTIFIER, .bytes = {(const char *)n, sizeof *n}};
    return ask(g, &q, NULL, 0, err);
}

cu_code guard_audit_sign(struct guard *g, struct cu_error *err)
{
    const struct admin_question q = {.act = ADMIN_SIGN, .class_id = SEAL_IDENTIFIER};
    return ask(g, &q, NULL, 0, err);
}
