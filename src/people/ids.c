// SPDX-License-Identifier: Apache-2.0
// The identifiers of profiles, opened: for the program itself, when it tells others whom something is about.
#include "internal.h"
#include "people_sql.h"

cu_code people_ids(struct people *p, struct db *d, const uint32_t *pnos, size_t count, people_id_visit *visit, void *context,
    struct cu_error *err)
{
    struct db_query q;
    struct cu_buf plain;
    cu_code code = CU_OK;
    char kind[65];
    cu_buf_init(&plain, IDENTIFIER_VALUE_MAX * 4);
    for (size_t i = 0; i < count && code == CU_OK; i++) {
        code = db_prepare(d, &people_sql_identifiers_of, &q, err);
        if (code == CU_OK)
            db_bind_i64(&q, ":pno", pnos[i]);
        while (code == CU_OK && db_step(&q)) {
            kinds_name(p, (uint16_t)db_i64(&q, 1), kind);
            cu_buf_reset(&plain);
            code = identifier_open(p, pnos[i], db_i64(&q, 0), db_blob(&q, 2), &plain, err);
            if (code == CU_OK)
                code = visit(context, (struct person_id){cu_str_of(kind), cu_buf_view(&plain)}, err);
        }
        if (code == CU_OK)
            code = db_end(&q, err);
    }
    cu_buf_wipe(&plain);
    return code;
}
