// SPDX-License-Identifier: Apache-2.0
// From a proposed change to the text it would make. See proposal.h.
#include "proposal_internal.h"

#include "spec/dictionary_edit.h"

#include <stdio.h>

cu_code proposals_open(const struct proposals_options *o, struct proposals **ret, struct cu_error *err)
{
    struct proposals *p = cu_calloc(1, sizeof *p);
    if (!p)
        return cu_fail(err, CU_MEMORY, "", "no memory for proposals");
    p->o = *o;
    cu_code code = history_catch_up(p, err);
    if (code == CU_OK)
        code = proposal_settle(p, err);
    if (code != CU_OK) {
        cu_free(p);
        return code;
    }
    catalogue_on_change(o->catalogue, history_changed, p);
    *ret = p;
    return CU_OK;
}

void proposals_close(struct proposals *p)
{
    if (!p)
        return;
    catalogue_on_change(p->o.catalogue, NULL, NULL);
    cu_free(p);
}

cu_code proposal_text(struct proposals *p, cu_str form, cu_str change, struct cu_buf *out, char version[17],
    struct cu_error *err)
{
    CU_AUTO_BUF struct cu_buf now;
    cu_buf_init(&now, DICTIONARY_TEXT_MAX);
    CU_TRY(catalogue_text(p->o.catalogue, &now, version, err));
    if (cu_str_eqz(form, "text")) {
        cu_buf_str(out, change);
        return cu_buf_code(out, err);
    }
    if (cu_str_eqz(form, "remove"))
        return dictionary_edit_remove(cu_buf_view(&now), change, out, err);
    return dictionary_edit_lay(cu_buf_view(&now), change, out, err);
}

cu_code proposal_check(cu_str text, struct dictionary **ret, struct cu_error *err)
{
    struct cu_error why;
    cu_code code = dictionary_load(text, ret, &why);
    if (code == CU_OK)
        return CU_OK;
    if (code == CU_MEMORY)
        return cu_fail(err, CU_MEMORY, "", "no memory for the dictionary");
    char row[sizeof why.field];
    (void)snprintf(row, sizeof row, "%s", why.field);
    return cu_fail(err, CU_INVALID, row[0] ? row : "/yaml", "%s", why.text);
}
