// SPDX-License-Identifier: Apache-2.0
// Advertising costs from the files that advertisers export. Pure. What is not certain is refused with the row and the column: a
// wrong cost is worse than none.
#include "spend.h"

#include "sheet.h"
#include "text/text.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

enum { COLUMN_DAY, COLUMN_LAST_DAY, COLUMN_CHANNEL, COLUMN_KIND, COLUMN_CAMPAIGN, COLUMN_AMOUNT, COLUMN_CURRENCY, COLUMNS };

// Names of columns, without case and punctuation. The first of a list that is there counts.
static const char *const names[COLUMNS][8] = {
    [COLUMN_DAY] = {"day", "date", "reporting starts", "start date"},
    [COLUMN_LAST_DAY] = {"reporting ends", "end date"},
    [COLUMN_CHANNEL] = {"channel"},
    [COLUMN_KIND] = {"campaign type", "advertising channel type"},
    [COLUMN_CAMPAIGN] = {"campaign", "campaign name", "utm campaign"},
    [COLUMN_AMOUNT] = {"amount", "cost", "amount spent", "spend", "total spent", "total cost"},
    [COLUMN_CURRENCY] = {"currency", "currency code", "account currency"},
};
// Google Ads: types of campaigns.
static const struct {
    const char *kind;
    enum channel channel;
} kinds[] = {{"search", CHANNEL_PAID_SEARCH}, {"display", CHANNEL_DISPLAY}, {"shopping", CHANNEL_SHOPPING}, {"video", CHANNEL_VIDEO},
    {"performance max", CHANNEL_PAID_SEARCH}, {"demand gen", CHANNEL_DISPLAY}, {"discovery", CHANNEL_DISPLAY}};

struct heading {
    uint32_t at[COLUMNS]; // UINT32_MAX: not there
    char currency[4];     // named by the column of the amount: "Amount spent (EUR)"
    bool meta;
};

// "Amount spent (EUR)", "Cost (USD)"
static bool amount_named(cu_str cell, const char *name, char ret_currency[4])
{
    size_t len = cell.len;
    if (sheet_named(cell, name))
        return true;
    if (!sheet_starts(cell, name) || len < 5 || cell.ptr[len - 1] != ')' || cell.ptr[len - 5] != '(')
        return false;
    cu_str code = cu_str_sub(cell, len - 4, 3);
    char plain[64];
    (void)snprintf(plain, sizeof plain, "%s %.*s", name, CU_ARG(code));
    for (size_t i = 0; plain[i]; i++)
        plain[i] = (char)tolower((unsigned char)plain[i]);
    if (text_currency_exponent(code) < 0 || !sheet_named(cell, plain))
        return false;
    for (size_t i = 0; i < 3; i++)
        ret_currency[i] = (char)toupper((unsigned char)code.ptr[i]);
    return true;
}

static bool take_heading(void *context, const cu_str *cells, uint32_t count)
{
    struct heading *h = context;
    *h = (struct heading){0};
    for (size_t c = 0; c < COLUMNS; c++) {
        h->at[c] = UINT32_MAX;
        for (size_t n = 0; n < CU_COUNT(names[c]) && names[c][n] && h->at[c] == UINT32_MAX; n++) {
            for (uint32_t i = 0; i < count && h->at[c] == UINT32_MAX; i++) {
                bool named = c == COLUMN_AMOUNT ? amount_named(cells[i], names[c][n], h->currency) : sheet_named(cells[i], names[c][n]);
                if (named)
                    h->at[c] = i;
            }
        }
    }
    for (uint32_t i = 0; i < count; i++)
        h->meta = h->meta || sheet_starts(cells[i], "amount spent") || sheet_named(cells[i], "reporting starts");
    return h->at[COLUMN_DAY] != UINT32_MAX && h->at[COLUMN_AMOUNT] != UINT32_MAX;
}

// --- numbers

bool spend_amount(cu_str text, int exponent, int64_t *ret)
{
    char plain[48];
    size_t n = 0, commas = 0, dots = 0, last = SIZE_MAX;
    if (text.len == 0 || text.len >= sizeof plain)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        commas += text.ptr[i] == ',';
        dots += text.ptr[i] == '.';
        if (text.ptr[i] == ',' || text.ptr[i] == '.')
            last = i;
    }
    size_t behind = last == SIZE_MAX ? 0 : text.len - last - 1;
    bool lonely = commas + dots == 1, thousands = behind == 3 && last >= 1 && last <= 3 && text.ptr[0] != '0';
    if (lonely && thousands && (commas || exponent != 3))
        return false; // a thousand and more to some, one and a bit to others
    // the last sign is the decimal point unless it occurs several times: 1,234,567
    bool decimal = last != SIZE_MAX && (text.ptr[last] == ',' ? commas == 1 : dots == 1);
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (c == ',' || c == '.') {
            if (i == last && decimal)
                plain[n++] = '.';
            else if (i == 0 || (text.len - i > 3 && (!isdigit((unsigned char)text.ptr[i + 1]) || !isdigit((unsigned char)text.ptr[i + 2]) ||
                                    !isdigit((unsigned char)text.ptr[i + 3]) || (i + 4 < text.len && isdigit((unsigned char)text.ptr[i + 4])))))
                return false; // groups of three digits
            else if (text.len - i <= 3)
                return false;
            continue;
        }
        if (!isdigit((unsigned char)c))
            return false; // also a sign: a cost is not negative
        plain[n++] = c;
    }
    return text_money_parse((cu_str){plain, n}, exponent, ret);
}

// --- rows

static cu_code bad(struct cu_error *err, uint64_t row, const char *column, const char *accepted)
{
    char field[64];
    (void)snprintf(field, sizeof field, "row %llu, %s", (unsigned long long)row, column);
    return cu_fail(err, CU_INVALID, field, "%s", accepted);
}

static cu_str cell_of(const struct heading *h, const struct sheet_row *r, size_t column)
{
    return h->at[column] < SHEET_COLUMNS && h->at[column] < r->count ? r->cells[h->at[column]] : CU_NONE;
}

// Sums that exports write above or below their rows.
static bool is_total(const struct heading *h, const struct sheet_row *r)
{
    cu_str day = cell_of(h, r, COLUMN_DAY);
    for (uint32_t i = 0; i < r->count && i < SHEET_COLUMNS; i++) {
        if (r->cells[i].len == 0)
            continue;
        if (sheet_starts(r->cells[i], "total") || sheet_starts(r->cells[i], "totals"))
            return true;
        break;
    }
    bool nothing = day.len == 0 || cu_str_eqz(day, "--");
    return nothing || (h->meta && cell_of(h, r, COLUMN_CAMPAIGN).len == 0 && h->at[COLUMN_CAMPAIGN] != UINT32_MAX &&
                          !cu_str_eq(day, cell_of(h, r, COLUMN_LAST_DAY)) && h->at[COLUMN_LAST_DAY] != UINT32_MAX);
}

static cu_code read_channel(const struct heading *h, const struct sheet_row *r, const enum channel *fallback, enum channel *ret, struct cu_error *err)
{
    cu_str named = cell_of(h, r, COLUMN_CHANNEL), kind = cell_of(h, r, COLUMN_KIND);
    if (named.len && channel_parse(named, ret))
        return CU_OK;
    for (size_t i = 0; i < CHANNEL_COUNT && named.len; i++) {
        if (cu_str_eq_nocase(named, cu_str_of(channel_label((enum channel)i)))) {
            *ret = (enum channel)i;
            return CU_OK;
        }
    }
    if (named.len)
        return bad(err, r->number, "channel", "a name of a channel is accepted: paid_search, paid_social, shopping, display, video, email ...");
    for (size_t i = 0; i < CU_COUNT(kinds); i++) {
        if (sheet_named(kind, kinds[i].kind)) {
            *ret = kinds[i].channel;
            return CU_OK;
        }
    }
    if (fallback)
        *ret = *fallback;
    else if (h->meta)
        *ret = CHANNEL_PAID_SOCIAL;
    else if (h->at[COLUMN_KIND] != UINT32_MAX)
        *ret = CHANNEL_PAID_SEARCH;
    else
        return bad(err, r->number, "channel", "the file names no channel; give it as ?channel=paid_search");
    return CU_OK;
}

static cu_code read_currency(const struct heading *h, const struct sheet_row *r, const char *shop, char ret[4], struct cu_error *err)
{
    cu_str cell = cell_of(h, r, COLUMN_CURRENCY);
    memset(ret, 0, 4);
    if (cell.len == 0) {
        memcpy(ret, h->currency[0] ? h->currency : shop, 3);
        return CU_OK;
    }
    if (text_currency_exponent(cell) < 0)
        return bad(err, r->number, "currency", "three letters of ISO 4217 are accepted");
    for (size_t i = 0; i < 3; i++)
        ret[i] = (char)toupper((unsigned char)cell.ptr[i]);
    return CU_OK;
}

static cu_code read_row(const struct heading *h, const struct sheet_row *r, const char *shop, const enum channel *fallback,
    struct spend_rows *rows, struct cu_error *err)
{
    struct spend_row row = {0};
    cu_str last = cell_of(h, r, COLUMN_LAST_DAY), amount = cell_of(h, r, COLUMN_AMOUNT), campaign = cell_of(h, r, COLUMN_CAMPAIGN);
    if (!sheet_day(cell_of(h, r, COLUMN_DAY), &row.day))
        return bad(err, r->number, "day", "a day is accepted: 2026-11-20 or 20.11.2026");
    if (last.len && !cu_str_eq(last, cell_of(h, r, COLUMN_DAY)))
        return bad(err, r->number, "reporting ends", "a row of one day is accepted; break the report down by day");
    CU_TRY(read_channel(h, r, fallback, &row.channel, err));
    CU_TRY(read_currency(h, r, shop, row.currency, err));
    if (campaign.len > SPEND_CAMPAIGN_MAX)
        return bad(err, r->number, "campaign", "at most 800 bytes are accepted");
    if (amount.len == 0 || cu_str_eqz(amount, "--"))
        return CU_OK; // nothing was spent
    if (!spend_amount(amount, text_currency_exponent(cu_str_of(row.currency)), &row.amount))
        return bad(err, r->number, "amount", "an amount is accepted: 1234.50 or 1,234.50; not 1,234 or 1.234, which may mean either");
    row.campaign = cu_str_eqz(campaign, "--") ? CU_NONE : campaign;
    return spend_add(rows, &row, err);
}

cu_code spend_read_csv(cu_str body, const char *currency, const enum channel *fallback, struct spend_rows *rows, struct cu_error *err)
{
    struct sheet sheet;
    struct sheet_row line;
    struct heading h = {0};
    bool more = true;
    CU_TRY(sheet_open(body, &sheet, err));
    cu_code code = sheet_find_heading(&sheet, take_heading, &h,
        "columns day, channel, campaign, amount and currency are accepted, or an export of Google Ads or Meta Ads by day", err);
    while (code == CU_OK) {
        code = sheet_next(&sheet, &line, &more, err);
        if (code != CU_OK || !more)
            break;
        if (!is_total(&h, &line))
            code = read_row(&h, &line, currency, fallback, rows, err);
    }
    sheet_close(&sheet);
    return code == CU_OK ? spend_rows_sum(rows, err) : code;
}

// --- gathering

static int by_key(const void *x, const void *y)
{
    const struct spend_row *a = x, *b = y;
    if (a->day != b->day)
        return a->day < b->day ? -1 : 1;
    if (a->channel != b->channel)
        return a->channel < b->channel ? -1 : 1;
    size_t len = a->campaign.len < b->campaign.len ? a->campaign.len : b->campaign.len;
    int c = len ? memcmp(a->campaign.ptr, b->campaign.ptr, len) : 0;
    return c ? c : a->campaign.len < b->campaign.len ? -1 : a->campaign.len > b->campaign.len;
}

cu_code spend_add(struct spend_rows *rows, const struct spend_row *row, struct cu_error *err)
{
    if (rows->count == SPEND_PUT_MAX)
        return cu_fail(err, CU_TOO_LARGE, "", "at most %d rows are accepted at once", SPEND_PUT_MAX);
    if (rows->count == rows->cap) {
        size_t cap = rows->cap ? rows->cap * 2 : 256;
        struct spend_row *at = cu_realloc(rows->at, cap * sizeof *at);
        if (!at)
            return cu_fail(err, CU_MEMORY, "", "no memory for advertising costs");
        rows->at = at;
        rows->cap = cap;
    }
    struct spend_row kept = *row;
    kept.campaign = row->campaign.len ? cu_arena_dup(rows->arena, row->campaign) : CU_LIT("");
    if (!kept.campaign.ptr)
        return cu_fail(err, CU_MEMORY, "", "no memory for advertising costs");
    rows->at[rows->count++] = kept;
    return CU_OK;
}

#define SUM_MAX INT64_C(9000000000000000)

cu_code spend_rows_sum(struct spend_rows *rows, struct cu_error *err)
{
    size_t kept = 0;
    if (rows->count)
        qsort(rows->at, rows->count, sizeof *rows->at, by_key);
    for (size_t i = 0; i < rows->count; i++) {
        struct spend_row *last = kept ? &rows->at[kept - 1] : NULL;
        if (!last || by_key(last, &rows->at[i]) != 0) {
            rows->at[kept++] = rows->at[i];
            continue;
        }
        if (strcmp(last->currency, rows->at[i].currency) != 0)
            return cu_fail(err, CU_INVALID, "currency", "one currency for a day, channel and campaign is accepted");
        last->amount += rows->at[i].amount;
        if (last->amount > SUM_MAX)
            return cu_fail(err, CU_INVALID, "amount", "the rows of a day, channel and campaign are together beyond what money may be");
    }
    rows->count = kept;
    return CU_OK;
}
