// SPDX-License-Identifier: Apache-2.0
// A link that staff hand over: by chat, by telephone, at the counter. It opens the whole record, so making one is
// dangerous (proof of who it is again), stands in the audit log with the person, and lives an hour. See centre.h.
#include "centre_private.h"

#include <stdio.h>

enum { VALID_MS = 3600 * 1000 };

static cu_code make(struct centre *c, struct people *p, uint32_t pno, char token[CENTRE_TOKEN_MAX], struct cu_error *err)
{
    const struct centre_link link = {.purpose = CENTRE_LINK_VISIT, .pno = pno, .once = true, .valid_ms = VALID_MS};
    (void)people_lock(p);
    cu_code code = people_begin(p, err);
    if (code == CU_OK) {
        code = centre_link_make(c->o.engine->centre_links, &link, token, err);
        if (code == CU_OK)
            code = people_commit(p, err);
        else
            people_rollback(p);
    }
    people_unlock(p);
    return code;
}

static cu_code load(struct request *rq, struct people *p, uint32_t *ret_root, struct cu_error *err)
{
    struct cu_uuid id;
    struct db *d = NULL;
    uint32_t *pnos = NULL;
    size_t count = 0;
    if (!cu_uuid_parse(request_path_str(rq, "id"), &id))
        return cu_fail(err, CU_INVALID, "id", "a person's id is a UUID");
    CU_TRY(people_read_take(p, &d, err));
    cu_code code = people_by_uuid(p, d, id, ret_root, err);
    if (code == CU_OK)
        code = people_members(p, d, *ret_root, rq->arena, &pnos, &count, err);
    people_read_give(p, d);
    CU_TRY(code);
    return people_announce(p, pnos, count, "privacy_link", err);
}

cu_code centre_post_staff_link(struct request *rq, struct cu_error *err)
{
    struct centre *c = rq->module;
    struct people *p = c->o.engine->people;
    char token[CENTRE_TOKEN_MAX], url[384];
    uint32_t pno = 0;
    CU_TRY(load(rq, p, &pno, err));
    int64_t until_ms = cu_now_ms() + VALID_MS;
    CU_TRY(make(c, p, pno, token, err));
    (void)snprintf(url, sizeof url, "%s/privacy/l/%s", c->base_url, token);
    struct json_writer w = request_json(rq, 201);
    jw_object(&w);
    jw_kz(&w, "url", url);
    jw_ktime(&w, "until", until_ms);
    jw_object_end(&w);
    return CU_OK;
}

static const char *const purposes[] = {"visit", NULL};
const struct spec_field centre_staff_body[] = {
    {.name = "purpose", .type = SPEC_ENUM, .options = purposes, .fallback = "visit", .doc = "What the link opens."},
    {.name = NULL},
};
const struct spec_field centre_staff_answer[] = {
    {.name = "url", .type = SPEC_STRING, .max = 383, .doc = "The link: shown this once and stored nowhere."},
    {.name = "until", .type = SPEC_TIME, .doc = "Until when it works."},
    {.name = NULL},
};
