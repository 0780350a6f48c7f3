// SPDX-License-Identifier: Apache-2.0
// Putting the archive together. See archive.h. Each part is one reading route; lists are read page by page.
#include "archive.h"

#include "consent/proof.h"
#include "text/text.h"
#include "text/zip.h"

#include <stdio.h>

enum { PARTS_MAX = 16, PAGES_MAX = 2000, PART_BYTES_MAX = 64 << 20, MANIFEST_MAX = 16384 };

struct part {
    const char *name, *rest, *items; // rest: of the path behind /v1/people/ID; items: member that holds the rows of a page; NULL: one answer
    const char *title, *doc;
};
static const struct part parts[] = {
    {"person", "", NULL, "Who you are to us", "What you or others told us about you, and what follows from it."},
    {"history", "/history", "items", "How it came about", "Every value that was ever said, by whom and when."},
    {"orders", "/orders?limit=200", "items", "Your orders", "What you bought."},
    {"events", "/events?limit=200", "items", "What you did", "What happened in the shop, newest first."},
    {"consents", "/consents?limit=500", "items", "What you agreed to", "Every yes and no we keep, with when, where and which text was shown."},
    {"letters", "/letters", "items", "What we wrote to you", "Letters to you alone: links, receipts, answers. Their texts are not kept."},
    {"segments", "/segments", "items", "Groups you are in", "Groups we sort customers into, and which hold you."},
    {"requests", "/requests", "items", "What you asked for", "Your requests about your data, and what became of them."},
    {"access", "/audit?limit=200", "items", "Who looked", "Who read or changed your record, for what purpose and when."},
};

struct collected {
    struct cu_buf text[PARTS_MAX]; // JSON of each part: an object, or an array of all rows
    struct json_parser *parser[PARTS_MAX];
    json value[PARTS_MAX];
    bool there[PARTS_MAX];
};

// One page more: its rows behind those that are there. *ret_next: where the next page begins, or CU_NONE.
static cu_code add_page(const struct part *p, cu_str answer, struct json_parser *parser, struct json_writer *w, struct cu_arena *a,
    cu_str *ret_next, struct cu_error *err)
{
    json v;
    CU_TRY(json_parse(parser, answer, &v, err));
    struct json_iter it = json_each(json_get(v, p->items));
    while (json_next(&it))
        jw_value(w, it.value);
    cu_str next = json_str(json_get(v, "next"));
    *ret_next = next.len ? cu_arena_dup(a, next) : CU_NONE;
    return CU_OK;
}

static cu_code collect_pages(struct engine *e, const struct request *rq, const struct part *p, const char *target, struct cu_buf *out,
    struct cu_error *err)
{
    struct json_writer w;
    cu_str next = CU_NONE;
    CU_AUTO_BUF struct cu_buf answer, at;
    CU_AUTO_ARENA struct cu_arena *a = cu_arena_new(1 << 20);
    struct json_parser *parser = json_parser_new(PART_BYTES_MAX);
    cu_code code = a && parser ? CU_OK : cu_fail(err, CU_MEMORY, "", "no memory for an archive");
    cu_buf_init(&answer, PART_BYTES_MAX);
    cu_buf_init(&at, 2048);
    jw_start(&w, out);
    jw_array(&w);
    for (int page = 0; code == CU_OK && page < PAGES_MAX && (page == 0 || next.len); page++) {
        cu_buf_wipe(&answer);
        cu_buf_reset(&at);
        cu_buf_z(&at, target);
        if (next.len) {
            cu_buf_z(&at, strchr(target, '?') ? "&cursor=" : "?cursor=");
            text_url(next, &at);
        }
        code = dispatch_within(e->dispatch, rq, cu_buf_view(&at), &answer, err);
        if (code == CU_OK)
            code = add_page(p, cu_buf_view(&answer), parser, &w, a, &next, err);
    }
    jw_array_end(&w);
    cu_buf_wipe(&answer);
    json_parser_free(parser);
    return code;
}

static cu_code collect_part(struct engine *e, const struct request *rq, struct cu_uuid person, size_t i, struct collected *c,
    struct cu_error *err)
{
    char target[128], id[37];
    cu_uuid_format(person, id);
    (void)snprintf(target, sizeof target, "/v1/people/%s%s", id, parts[i].rest);
    cu_code code = parts[i].items ? collect_pages(e, rq, &parts[i], target, &c->text[i], err)
                                  : dispatch_within(e->dispatch, rq, cu_str_of(target), &c->text[i], err);
    if (code == CU_FORBIDDEN && i > 0)
        return CU_OK; // not for this role: the manifest says that it is left out
    CU_TRY(code);
    c->parser[i] = json_parser_new(PART_BYTES_MAX);
    if (!c->parser[i])
        return cu_fail(err, CU_MEMORY, "", "no memory for an archive");
    c->there[i] = true;
    return json_parse(c->parser[i], cu_buf_view(&c->text[i]), &c->value[i], err);
}

// ---- the file

static void manifest_row(struct json_writer *w, const char *name, cu_str bytes)
{
    uint8_t digest[32];
    struct cu_buf hex;
    cu_buf_init(&hex, 65);
    sign_digest(bytes, CU_NONE, digest);
    text_hex((cu_str){(const char *)digest, sizeof digest}, &hex);
    jw_kstr(w, name, cu_buf_view(&hex));
    cu_buf_clear(&hex);
}

static cu_code add_member(struct zip *z, struct json_writer *manifest, const char *name, cu_str bytes, struct cu_error *err)
{
    manifest_row(manifest, name, bytes);
    return zip_add(z, name, bytes, err);
}

static cu_code add_parts(struct zip *z, struct json_writer *manifest, const struct collected *c, struct cu_error *err)
{
    char name[64];
    for (size_t i = 0; i < CU_COUNT(parts); i++) {
        if (!c->there[i])
            continue;
        (void)snprintf(name, sizeof name, "%s.json", parts[i].name);
        CU_TRY(add_member(z, manifest, name, cu_buf_view(&c->text[i]), err));
        if (!parts[i].items)
            continue;
        CU_AUTO_BUF struct cu_buf csv;
        cu_buf_init(&csv, PART_BYTES_MAX);
        (void)snprintf(name, sizeof name, "%s.csv", parts[i].name);
        CU_TRY(archive_csv(c->value[i], &csv, err));
        CU_TRY(add_member(z, manifest, name, cu_buf_view(&csv), err));
    }
    return CU_OK;
}

static cu_code add_page_to_read(struct zip *z, struct json_writer *manifest, const struct collected *c, struct cu_error *err)
{
    struct archive_section sections[CU_COUNT(parts)];
    size_t count = 0;
    CU_AUTO_BUF struct cu_buf html;
    cu_buf_init(&html, PART_BYTES_MAX);
    for (size_t i = 0; i < CU_COUNT(parts); i++) {
        if (c->there[i])
            sections[count++] = (struct archive_section){parts[i].title, parts[i].doc, c->value[i]};
    }
    archive_html("Your data", "en", sections, count, &html);
    CU_TRY(cu_buf_code(&html, err));
    return add_member(z, manifest, "index.html", cu_buf_view(&html), err);
}

static cu_code add_proof(struct engine *e, struct zip *z, cu_str manifest, struct cu_error *err)
{
    char folder[FOLDER_PATH_MAX + 64];
    CU_AUTO_BUF struct cu_buf proof;
    cu_buf_init(&proof, PROOF_DOCUMENT_MAX);
    folder_file(&e->folder, "audit", folder);
    int64_t now = cu_now_ms();
    CU_TRY(proof_note(e->guard, "data_archive", manifest, NULL, 0, err));
    CU_TRY(proof_print(e->guard, folder, manifest, now - 60000, now + 600000, &proof, err));
    return zip_add(z, "proof.json", cu_buf_view(&proof), err);
}

static cu_code write_zip(struct engine *e, const struct request *rq, const struct collected *c, bool proof, struct cu_buf *out,
    struct cu_error *err)
{
    struct zip *z = cu_alloc(sizeof *z);
    struct json_writer w;
    CU_AUTO_BUF struct cu_buf manifest, canonical;
    cu_buf_init(&manifest, MANIFEST_MAX);
    cu_buf_init(&canonical, MANIFEST_MAX);
    if (!z)
        return cu_fail(err, CU_MEMORY, "", "no memory for an archive");
    zip_start(z, out);
    jw_start(&w, &manifest);
    jw_object(&w);
    jw_key(&w, "files");
    jw_object(&w);
    cu_code code = add_page_to_read(z, &w, c, err);
    if (code == CU_OK)
        code = add_parts(z, &w, c, err);
    jw_object_end(&w);
    jw_key(&w, "left_out"); // of what this role may not read
    jw_array(&w);
    for (size_t i = 0; i < CU_COUNT(parts); i++) {
        if (!c->there[i])
            jw_z(&w, parts[i].name);
    }
    jw_array_end(&w);
    jw_kz(&w, "type", "custos.archive/1");
    jw_object_end(&w);
    json v;
    if (code == CU_OK)
        code = json_parse(rq->json, cu_buf_view(&manifest), &v, err);
    if (code == CU_OK)
        code = proof_canonical(v, &canonical, err);
    if (code == CU_OK)
        code = zip_add(z, "manifest.json", cu_buf_view(&canonical), err);
    if (code == CU_OK && proof)
        code = add_proof(e, z, cu_buf_view(&canonical), err);
    if (code == CU_OK)
        code = zip_end(z, err);
    cu_free(z);
    return code;
}

static cu_code make(struct engine *e, const struct request *rq, struct cu_uuid person, bool proof, struct cu_buf *out, struct cu_error *err)
{
    struct collected *c = cu_calloc(1, sizeof *c);
    if (!c)
        return cu_fail(err, CU_MEMORY, "", "no memory for an archive");
    for (size_t i = 0; i < PARTS_MAX; i++)
        cu_buf_init(&c->text[i], PART_BYTES_MAX);
    cu_code code = CU_OK;
    for (size_t i = 0; code == CU_OK && i < CU_COUNT(parts); i++)
        code = collect_part(e, rq, person, i, c, err);
    if (code == CU_OK)
        code = write_zip(e, rq, c, proof, out, err);
    for (size_t i = 0; i < PARTS_MAX; i++) {
        cu_buf_wipe(&c->text[i]);
        json_parser_free(c->parser[i]);
    }
    cu_free(c);
    return code;
}

static cu_code get_archive(struct request *rq, struct cu_error *err)
{
    struct cu_uuid person;
    if (!cu_uuid_parse(request_path_str(rq, "id"), &person))
        return cu_fail(err, CU_INVALID, "id", "a person's id is a UUID");
    CU_TRY(make(rq->module, rq, person, spec_i64(&rq->query_values, "proof") != 0, &rq->response.body, err));
    rq->response.status = 200;
    rq->response.content_type = "application/zip";
    return request_header_add(rq, "Content-Disposition", CU_LIT("attachment; filename=\"my-data.zip\""));
}

// Nobody's request: the person's own when this thread works for them, else the program's.
cu_code archive_make(void *context, struct cu_uuid person, struct cu_buf *out, struct cu_error *err)
{
    const bool own = guard_current()->actor == GUARD_PERSON;
    struct request rq = {.id = CU_LIT("archive"), .received_ms = cu_now_ms(), .module = context,
        .caller = {.kind = own ? CALLER_PERSON : CALLER_LOCAL, .person = person, .purpose = "rights"},
        .arena = cu_arena_new(1 << 20), .json = json_parser_new(PART_BYTES_MAX)};
    rq.caller.permissions = UINT64_C(1) << SPEC_PEOPLE_READ | UINT64_C(1) << SPEC_SEGMENTS_READ | UINT64_C(1) << SPEC_AUDIT_READ |
                            UINT64_C(1) << SPEC_PEOPLE_EXPORT;
    memset(rq.caller.view, SPEC_VIEW_FULL, sizeof rq.caller.view);
    const struct guard_access former = own ? *guard_current() : guard_borrow_system("rights", "archive");
    cu_code code = rq.arena && rq.json ? make(context, &rq, person, false, out, err)
                                       : cu_fail(err, CU_MEMORY, "", "no memory for an archive");
    if (!own)
        guard_enter(&former);
    json_parser_free(rq.json);
    cu_arena_free(rq.arena);
    return code;
}

#define END {0}
static const struct spec_field id_path[] = {{.name = "id", .type = SPEC_UUID, .required = true, .doc = "The person's id."}, END};
static const struct spec_field query[] = {
    {.name = "proof", .type = SPEC_BOOL, .doc = "Note the archive in the audit log and put the proof into it: then its bytes differ each time."},
    END,
};
static const struct spec_route routes[] = {
    {.name = "people.archive", .method = "GET", .path = "/v1/people/{id}/archive", .permission = SPEC_PEOPLE_EXPORT, .path_fields = id_path,
        .query = query, .doc = "Everything held about a person as one ZIP file: a page to read, JSON and CSV.", .handler = get_archive},
};
const struct module app_archive_module = {
    .name = "archive",
    .doc = "Everything held about a person, for that person.",
    .routes = routes,
    .route_count = CU_COUNT(routes),
};
