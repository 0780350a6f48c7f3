// SPDX-License-Identifier: Apache-2.0
// Figures and dates in words. See drawing.h.
#include "drawing_private.h"

#include "text/text.h"

#include <math.h>
#include <stdio.h>

bool drawing_show_find(cu_str name, enum drawing_show *ret)
{
    static const char *const names[] = {"number", "line", "area", "bars", "stacked", "table", "funnel", "heat", "flow"};
    for (size_t i = 0; i < CU_COUNT(names); i++) {
        if (cu_str_eqz(name, names[i])) {
            *ret = (enum drawing_show)i;
            return true;
        }
    }
    return false;
}

bool drawing_is_shown(struct drawing_value v)
{
    return v.state == DRAWING_SHOWN && isfinite(v.v);
}

// "-1234567.5" -> "-1,234,567.5"
static void group(cu_str digits, struct cu_buf *out)
{
    size_t at = digits.len && digits.ptr[0] == '-' ? 1 : 0, whole = at;
    while (whole < digits.len && digits.ptr[whole] >= '0' && digits.ptr[whole] <= '9')
        whole++;
    cu_buf_str(out, cu_str_sub(digits, 0, at));
    for (size_t i = at; i < whole; i++) {
        if (i > at && (whole - i) % 3 == 0)
            cu_buf_char(out, ',');
        cu_buf_char(out, digits.ptr[i]);
    }
    cu_buf_str(out, cu_str_sub(digits, whole, digits.len));
}

static void number(double v, int decimals, struct cu_buf *out)
{
    char text[400]; // the longest double has 309 digits
    if (decimals > 0 && fabs(v) < 1e11)
        v += v * 1e-15; // half goes up in decimal: 1.555 is a little less in binary
    int n = snprintf(text, sizeof text, "%.*f", decimals, v);
    if (n > 1 && text[0] == '-' && strspn(text + 1, "0.") == (size_t)n - 1) { // no "-0.0"
        memmove(text, text + 1, (size_t)n);
        n--;
    }
    group((cu_str){text, n > 0 ? (size_t)n : 0}, out);
}

static void money(const struct drawing *d, double v, struct cu_buf *out)
{
    CU_AUTO_BUF struct cu_buf text;
    cu_buf_init(&text, 64);
    int exponent = text_currency_exponent(d->currency);
    if (fabs(v) > 9e15) {
        number(v, 0, out);
        return;
    }
    text_money_format(llround(v), exponent < 0 ? 2 : exponent, &text);
    group(cu_buf_view(&text), out);
    if (d->currency.len) {
        cu_buf_char(out, ' ');
        cu_buf_str(out, d->currency);
    }
}

static void seconds(double v, struct cu_buf *out)
{
    if (fabs(v) >= 1e15) {
        number(v, 0, out);
        cu_buf_z(out, " s");
        return;
    }
    int64_t s = llround(fabs(v));
    if (v < 0 && s)
        cu_buf_char(out, '-');
    if (fabs(v) < 10 && v != floor(v)) {
        number(fabs(v), 1, out);
        cu_buf_z(out, " s");
    } else if (s < 60) {
        cu_buf_printf(out, "%lld s", (long long)s);
    } else if (s < 3600) {
        cu_buf_printf(out, "%lld min %lld s", (long long)(s / 60), (long long)(s % 60));
    } else if (s < 86400) {
        cu_buf_printf(out, "%lld h %lld min", (long long)(s / 3600), (long long)(s % 3600 / 60));
    } else {
        cu_buf_printf(out, "%lld d %lld h", (long long)(s / 86400), (long long)(s % 86400 / 3600));
    }
}

void drawing_figure(const struct drawing *d, enum metric_unit unit, struct drawing_value v, struct cu_buf *out)
{
    if (v.state == DRAWING_HIDDEN) {
        if (d->small_group > 0)
            cu_buf_printf(out, "fewer than %lld people", (long long)d->small_group);
        else
            cu_buf_z(out, "hidden");
        return;
    }
    if (!drawing_is_shown(v)) {
        cu_buf_z(out, "–");
        return;
    }
    switch (unit) {
    case METRIC_MONEY:
        money(d, v.v, out);
        return;
    case METRIC_SHARE:
        number(v.v * 100, 1, out);
        cu_buf_z(out, " %");
        return;
    case METRIC_SECONDS:
        seconds(v.v, out);
        return;
    case METRIC_COUNT:
        number(v.v, v.v == floor(v.v) ? 0 : 2, out);
        return;
    case METRIC_NUMBER:
        break;
    }
    number(v.v, 2, out);
}

void drawing_short(const struct drawing *d, enum metric_unit unit, double v, struct cu_buf *out)
{
    static const struct {
        double from;
        const char *word;
    } big[] = {{1e12, "T"}, {1e9, "G"}, {1e6, "M"}, {1e3, "k"}};
    char text[64];
    if (unit == METRIC_SHARE)
        v *= 100;
    int exponent = text_currency_exponent(d->currency);
    if (unit == METRIC_MONEY)
        v /= pow(10, exponent < 0 ? 2 : exponent);
    const char *word = unit == METRIC_SHARE ? " %" : unit == METRIC_SECONDS ? " s" : "";
    for (size_t i = 0; i < CU_COUNT(big); i++) {
        if (fabs(v) >= big[i].from && unit != METRIC_SHARE) {
            v /= big[i].from;
            (void)snprintf(text, sizeof text, "%.4g%s%s", v, big[i].word, word);
            cu_buf_z(out, text);
            return;
        }
    }
    (void)snprintf(text, sizeof text, "%.4g%s", fabs(v) < 1e-12 ? 0.0 : v, word);
    cu_buf_z(out, text);
}

static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

static bool digits(cu_str s, size_t at, size_t len, int64_t *ret)
{
    return s.len >= at + len && cu_str_i64(cu_str_sub(s, at, len), ret);
}

void drawing_label(const struct drawing *d, cu_str label, struct cu_buf *out)
{
    int64_t month = 0, day = 0, hour = 0;
    bool date = d->days && label.len >= 7 && label.ptr[4] == '-' && digits(label, 5, 2, &month) && month >= 1 && month <= 12;
    if (!date) {
        cu_buf_str(out, label);
        return;
    }
    if (label.len == 7) { // a month
        cu_buf_printf(out, "%s %.4s", months[month - 1], label.ptr);
        return;
    }
    if (!digits(label, 8, 2, &day)) {
        cu_buf_str(out, label);
        return;
    }
    cu_buf_printf(out, "%lld %s", (long long)day, months[month - 1]);
    if (label.len >= 13 && digits(label, 11, 2, &hour))
        cu_buf_printf(out, " %02lld:00", (long long)hour);
}

void drawing_change(struct drawing_value change, struct cu_buf *out)
{
    if (!drawing_is_shown(change))
        return;
    double v = change.v * 100;
    if (v > 0.05)
        cu_buf_char(out, '+');
    number(v, 1, out);
    cu_buf_z(out, " %");
}

cu_str drawing_series_name(const struct drawing *d, size_t i)
{
    return d->series[i].name.len ? d->series[i].name : d->title;
}
