// SPDX-License-Identifier: Apache-2.0
// A letter's bytes: packed, sealed, and whose address it goes to. Called by letters.c and letter_sender.c.
#include "letter_internal.h"

#include "people/traits.h"

enum { LETTER_SEAL_TABLE = 0x4c455454 /* "LETT" */, FIELDS = 9, ADDRESS_ARENA = 1 << 20 };

static void put_field(cu_str field, struct cu_buf *out)
{
    uint8_t len[4] = {(uint8_t)field.len, (uint8_t)(field.len >> 8), (uint8_t)(field.len >> 16), (uint8_t)(field.len >> 24)};
    cu_buf_add(out, len, sizeof len);
    cu_buf_str(out, field);
}

static void put_fields(const struct letter *l, struct cu_buf *out)
{
    const cu_str fields[FIELDS] = {l->to, l->language, l->subject, l->text, l->html, l->attachment_name, l->attachment_type,
        l->attachment, l->unsubscribe};
    for (size_t i = 0; i < FIELDS; i++)
        put_field(fields[i], out);
    for (size_t i = 0; i < l->picture_count; i++) { // behind the others: a letter of an older version has none
        put_field(l->pictures[i].name, out);
        put_field(l->pictures[i].type, out);
        put_field(l->pictures[i].bytes, out);
    }
}

static bool get_field(cu_str *rest, cu_str *ret)
{
    if (rest->len < 4)
        return false;
    const uint8_t *p = (const uint8_t *)rest->ptr;
    size_t len = p[0] | (size_t)p[1] << 8 | (size_t)p[2] << 16 | (size_t)p[3] << 24;
    if (len > rest->len - 4)
        return false;
    *ret = cu_str_sub(*rest, 4, len);
    *rest = cu_str_sub(*rest, 4 + len, rest->len);
    return true;
}

static struct seal_place place_of(struct cu_uuid id, uint64_t subject)
{
    uint64_t record = 0;
    for (size_t i = 0; i < 8; i++)
        record = record << 8 | id.bytes[8 + i];
    return (struct seal_place){.table = LETTER_SEAL_TABLE, .subject = subject, .record = record, .version = 1};
}

uint64_t letter_subject(const struct letter *l, int64_t now_ms)
{
    return l->pno && !l->outlives ? l->pno : LETTER_DAY_SUBJECT + (uint64_t)(now_ms / 86400000);
}

cu_code letter_seal(struct people *p, struct cu_uuid id, const struct letter *l, uint64_t subject, struct cu_buf *out,
    struct cu_error *err)
{
    const struct seal_place place = place_of(id, subject);
    struct cu_buf plain;
    cu_buf_init(&plain, LETTER_MESSAGE_MAX);
    put_fields(l, &plain);
    cu_code code = cu_buf_code(&plain, err);
    if (code == CU_TOO_LARGE)
        code = cu_fail(
            err, CU_TOO_LARGE, "attachment", "a letter has at most %zu bytes, with its attachment", LETTER_MESSAGE_MAX);
    if (code == CU_OK) {
        const struct guard_access former = guard_borrow_system("rights", "letters"); // whoever causes it may be a visitor
        code = guard_seal(people_guard(p), SEAL_CONTACT, &place, cu_buf_view(&plain), true, out, err);
        guard_enter(&former);
    }
    cu_buf_wipe(&plain);
    return code;
}

void letter_plain(const struct letter *l, cu_str id, int64_t now_ms, struct smtp_message *ret)
{
    *ret = (struct smtp_message){.to = l->to,
        .subject = l->subject,
        .text = l->text,
        .html = l->html,
        .language = l->language,
        .attachment_name = l->attachment_name,
        .attachment_type = l->attachment_type,
        .attachment = l->attachment,
        .unsubscribe = l->unsubscribe,
        .id = id,
        .date_ms = now_ms,
        .picture_count = l->picture_count};
    for (size_t i = 0; i < l->picture_count && i < SMTP_PICTURES_MAX; i++)
        ret->pictures[i] = (struct smtp_picture){l->pictures[i].name, l->pictures[i].type, l->pictures[i].bytes};
}

cu_code letter_open(struct people *p, const struct letter_row *row, cu_str sealed, struct cu_buf *plain,
    struct smtp_message *ret, char id_text[37], struct cu_error *err)
{
    const struct seal_place place = place_of(row->id, row->subject);
    CU_TRY(guard_open(people_guard(p), &place, sealed, plain, err));
    cu_str rest = cu_buf_view(plain);
    struct letter_picture pictures[LETTER_PICTURES_MAX];
    struct letter l = {.pictures = pictures};
    cu_str *const fields[FIELDS] = {&l.to, &l.language, &l.subject, &l.text, &l.html, &l.attachment_name, &l.attachment_type,
        &l.attachment, &l.unsubscribe};
    for (size_t i = 0; i < FIELDS; i++) {
        if (!get_field(&rest, fields[i]))
            return cu_fail(err, CU_CORRUPT, "", "a letter does not read");
    }
    for (; rest.len && l.picture_count < LETTER_PICTURES_MAX; l.picture_count++) {
        struct letter_picture *one = &pictures[l.picture_count];
        if (!get_field(&rest, &one->name) || !get_field(&rest, &one->type) || !get_field(&rest, &one->bytes))
            return cu_fail(err, CU_CORRUPT, "", "a letter does not read");
    }
    cu_uuid_format(row->id, id_text);
    letter_plain(&l, cu_str_of(id_text), row->at_ms, ret);
    return CU_OK;
}

// ---- whose address

static cu_code find_address(
    struct people *p, struct db *d, uint32_t pno, struct cu_arena *a, cu_str *ret, struct cu_error *err)
{
    struct caller everything = {.kind = CALLER_LOCAL};
    struct person_label label;
    uint32_t *pnos = NULL;
    size_t count = 0;
    for (size_t i = 0; i < SPEC_LEVELS; i++)
        everything.view[i] = SPEC_VIEW_FULL;
    CU_TRY(people_members(p, d, pno, a, &pnos, &count, err));
    CU_TRY(person_label(p, d, pnos, count, &everything, a, &label, err));
    *ret = cu_str_trim(label.email);
    return CU_OK;
}

cu_code letter_address(struct people *p, uint32_t pno, struct cu_buf *out, struct cu_error *err)
{
    cu_str found = CU_NONE;
    CU_AUTO_ARENA struct cu_arena *a = cu_arena_new(ADDRESS_ARENA);
    if (!a)
        return cu_fail(err, CU_MEMORY, "", "no memory for a letter");
    const struct guard_access former = guard_borrow_system("rights", "letters");
    cu_code code = find_address(p, people_db(p), pno, a, &found, err);
    guard_enter(&former);
    CU_TRY(code);
    if (!smtp_address_good(found))
        return cu_fail(err, CU_NOT_FOUND, "to", "the person has no e-mail address that can be written to");
    cu_buf_str(out, found);
    return cu_buf_code(out, err);
}
