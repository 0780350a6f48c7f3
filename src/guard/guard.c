// SPDX-License-Identifier: Apache-2.0
// The guard as callers see it: each call goes to the backend with this thread's session. See guard.h.
#include "access.h"

#include "base/metric.h"
#include "crypto/secret.h"

// Seen from here, wherever the log is written: how often something was refused because it could not be noted.
static cu_code told(cu_code code)
{
    if (code == CU_UNAVAILABLE)
        cu_metric_add(cu_metric_get(CU_COUNTER, "custos_audit_refused_total", NULL,
                          "Calls refused because the audit log or the key process was not there."), 1);
    return code;
}

cu_code guard_seal_many(struct guard *g, struct guard_item *items, size_t count, struct cu_buf *out, struct cu_error *err)
{
    return g->backend->seal_many(g, guard_session_of_thread(), items, count, out, err);
}

cu_code guard_open_many(struct guard *g, struct guard_item *items, size_t count, struct cu_buf *out, struct cu_error *err)
{
    return told(g->backend->open_many(g, guard_session_of_thread(), items, count, out, err));
}

cu_code guard_reseal_many(struct guard *g, struct guard_item *items, size_t count, struct cu_buf *out, struct cu_error *err)
{
    return g->backend->reseal_many(g, guard_session_of_thread(), items, count, out, err);
}

// One item's own failure is the call's: the backend leaves its words in err when it is the only one.
cu_code guard_seal(struct guard *g, enum seal_class class_id, const struct seal_place *place, cu_str plain, bool compress,
    struct cu_buf *out, struct cu_error *err)
{
    struct guard_item item = {.class_id = class_id, .place = *place, .bytes = plain, .compress = compress};
    CU_TRY(guard_seal_many(g, &item, 1, out, err));
    return item.code;
}

cu_code guard_open(struct guard *g, const struct seal_place *place, cu_str sealed, struct cu_buf *out, struct cu_error *err)
{
    struct guard_item item = {.place = *place, .bytes = sealed};
    if (guard_ahead_take(g, place, sealed, out))
        return CU_OK;
    CU_TRY(guard_open_many(g, &item, 1, out, err));
    return item.code;
}

cu_code guard_commit(struct guard *g, struct cu_error *err)
{
    return g->backend->commit(g, guard_session_of_thread(), err);
}

void guard_rollback(struct guard *g)
{
    g->backend->rollback(g, guard_session_of_thread());
}

cu_code guard_erase(struct guard *g, const uint64_t *subjects, size_t count, struct cu_error *err)
{
    return g->backend->erase(g, guard_session_of_thread(), subjects, count, err);
}

bool guard_is_erased(struct guard *g, uint64_t subject)
{
    return g->backend->is_erased(g, guard_session_of_thread(), subject);
}

cu_code guard_announce(struct guard *g, const uint64_t *subjects, size_t count, cu_str fields, struct cu_error *err)
{
    return told(g->backend->announce(g, guard_session_of_thread(), subjects, count, fields, err));
}

cu_code guard_note(struct guard *g, enum guard_outcome outcome, const uint64_t *subjects, size_t count, cu_str detail, bool wait,
    struct cu_error *err)
{
    return told(g->backend->note(g, guard_session_of_thread(), outcome, subjects, count, detail, wait, err));
}

cu_code guard_pseudonym(struct guard *g, uint64_t subject, uint8_t ret[16], struct cu_error *err)
{
    return g->backend->pseudonym(g, guard_session_of_thread(), subject, ret, err);
}

cu_code guard_delegate(struct guard *g, struct keyring **ret, struct cu_error *err)
{
    uint8_t bytes[KEYRING_DELEGATE];
    CU_TRY(g->backend->delegate(g, bytes, err));
    cu_code code = keyring_from_delegate(bytes, ret, err);
    secret_wipe(bytes, sizeof bytes);
    return code;
}

void guard_status(struct guard *g, struct guard_status *ret)
{
    *ret = (struct guard_status){.alive = true};
    g->backend->status(g, ret);
}

cu_code guard_start(const struct guard_place *p, bool separate, struct guard **ret, struct cu_error *err)
{
    struct guard_roots roots;
    if (separate)
        return guard_start_process(p, ret, err);
    CU_TRY(guard_open_root(p, &roots, err));
    return guard_open_stores(p, &roots, ret, err);
}

void guard_stop(struct guard *g)
{
    if (g)
        g->backend->stop(g);
}
