// SPDX-License-Identifier: Apache-2.0
// A cell becomes a JSON value of its slot's type, or a problem with a code and a constant text.
// What the dictionary calls a number must be one; what is only a text stays as it was typed.
#include "import_plan.h"

#include "text/csv.h"
#include "text/text.h"

bool import_slot_cell(const struct import_plan *p, const struct import_slot *s,
    const struct import_row *row, cu_str *ret, uint8_t *ret_kind, uint32_t *ret_column)
{
    for (uint32_t i = 0; i < s->count; i++) {
        uint32_t c = s->columns[i];
        uint8_t kind = row->kinds ? row->kinds[c] : IMPORT_TEXT;
        cu_str cell = kind == IMPORT_TEXT ? cu_str_trim(row->cells[c]) : row->cells[c];
        if (kind == IMPORT_ABSENT || cell.len == 0)
            continue;
        *ret = p->guarded ? csv_unguard(cell) : cell;
        *ret_kind = kind;
        *ret_column = c;
        return true;
    }
    return false;
}

static bool problem(struct import_problem *ret, const char *code, const char *text)
{
    ret->code = code;
    ret->text = text;
    return false;
}

static void put_text(struct cu_buf *out, cu_str cell)
{
    struct json_writer w;
    jw_start(&w, out);
    jw_str(&w, cell);
}

static bool put_number(cu_str cell, bool whole, struct cu_buf *out, struct import_problem *ret)
{
    size_t from = out->len;
    if (import_number(cell, out)) {
        if (!whole || cu_str_find(cu_str_sub(cu_buf_view(out), from, out->len), '.') < 0)
            return true;
        out->len = from;
        return problem(ret, "invalid", "A whole number is expected.");
    }
    out->len = from;
    return problem(
        ret, "invalid", "A number with at most four decimals is expected, such as 12.50.");
}

static bool put_time(const struct import_plan *p, cu_str cell, bool day_only, struct cu_buf *out,
    struct import_problem *ret)
{
    int64_t ms;
    int first = 0, second = 0;
    char text[TEXT_TIME_MAX];
    if (!import_time(cell, p->dates, &ms)) {
        bool slashes = import_dates_look(cell, &first, &second);
        if (slashes && p->dates == IMPORT_DATES_UNKNOWN && first <= 12 && second <= 12)
            return problem(ret, "ambiguous_date",
                "The date could be day/month or month/day: say which with dates=dmy or dates=mdy.");
        return problem(ret, "invalid", "A date or time is expected, such as 2026-11-21 10:00:00.");
    }
    text_time_format(ms, text);
    put_text(out, day_only ? (cu_str){text, 10} : cu_str_of(text));
    return true;
}

static bool put_bool(cu_str cell, struct cu_buf *out, struct import_problem *ret)
{
    bool truth;
    if (!import_bool(cell, &truth))
        return problem(ret, "invalid", "yes or no is expected.");
    cu_buf_z(out, truth ? "true" : "false");
    return true;
}

static bool email_fits(cu_str cell)
{
    CU_AUTO_BUF struct cu_buf plain;
    cu_buf_init(&plain, 512);
    bool good = text_email_normalise(cell, &plain);
    cu_buf_wipe(&plain);
    return good;
}

static bool currency_put(cu_str cell, struct cu_buf *out, struct import_problem *ret)
{
    char upper[3];
    if (text_currency_exponent(cell) < 0)
        return problem(ret, "invalid", "A currency of three letters is expected, such as EUR.");
    for (size_t i = 0; i < 3; i++)
        upper[i] = (char)(cell.ptr[i] & ~32);
    put_text(out, (cu_str){upper, 3});
    return true;
}

static bool put_string(
    const struct dict_field *f, cu_str cell, struct cu_buf *out, struct import_problem *ret)
{
    bool plain = f->type == DICT_STRING || f->type == DICT_URL || f->type == DICT_COUNTRY;
    if (plain && f->max > 0 && cell.len > (size_t)f->max)
        return problem(ret, "too_long", "The text is longer than the field accepts.");
    put_text(out, cell);
    return true;
}

static bool put_typed(const struct import_plan *p, const struct dict_field *f, cu_str cell,
    struct cu_buf *out, struct import_problem *ret)
{
    switch (f->type) {
    case DICT_INTEGER:
        return put_number(cell, true, out, ret);
    case DICT_NUMBER:
    case DICT_MONEY:
        return put_number(cell, false, out, ret);
    case DICT_BOOLEAN:
        return put_bool(cell, out, ret);
    case DICT_TIME:
    case DICT_DATE:
        return put_time(p, cell, f->type == DICT_DATE, out, ret);
    case DICT_CURRENCY:
        return currency_put(cell, out, ret);
    case DICT_EMAIL:
        if (!email_fits(cell))
            return problem(ret, "invalid", "An e-mail address is expected.");
        put_text(out, cell);
        return true;
    case DICT_PHONE:
        put_text(
            out, csv_unguard(cell)); // exports write '+49... so that spreadsheets keep the sign
        return true;
    case DICT_STRING:
    case DICT_URL:
    case DICT_COUNTRY:
    case DICT_ENUM:
    case DICT_OBJECT:
    case DICT_ARRAY:
    case DICT_ANY:
    case DICT_TYPE_COUNT:
    default:
        return put_string(f, cell, out, ret);
    }
}

bool import_slot_put(const struct import_plan *p, const struct import_slot *s, cu_str cell,
    uint8_t kind, struct cu_buf *out, struct import_problem *ret_problem)
{
    bool number =
        cell.len > 0 && (cell.ptr[0] == '-' || (cell.ptr[0] >= '0' && cell.ptr[0] <= '9'));
    if (kind == IMPORT_JSON && (!s->field || !number)) {
        cu_buf_str(out, cell);
        return true;
    }
    if (!s->field) {
        put_text(out, cell);
        return true;
    }
    if (put_typed(p, s->field, cell, out, ret_problem))
        return true;
    put_text(out, cell);
    return false;
}
