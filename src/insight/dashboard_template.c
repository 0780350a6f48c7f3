// SPDX-License-Identifier: Apache-2.0
// Dashboards to begin with: a table. A template is a body for PUT /v1/dashboards/{name}.
#include "dashboard_private.h"

struct tile {
    const char *id, *title, *kind, *question; // question: JSON
    const char *show, *metric;                // metric NULL: the first
    int width;
};
struct template {
    const char *name, *title, *doc, *period, *compare;
    const struct tile *tiles;
    size_t tile_count;
};

#define BY(metrics, by) "{\"metrics\":[" metrics "],\"by\":\"" by "\"}"
#define SPLIT(metrics, dimension, limit)                                                                                    \
    "{\"metrics\":[" metrics "],\"by\":\"total\",\"breakdown\":\"" dimension "\",\"limit\":" limit "}"
#define NUMBER(id, title, metric) {id, title, "report", BY("\"" metric "\"", "day"), "number", NULL, 1}

static const struct tile shop[] = {
    NUMBER("revenue", "Revenue", "revenue"),
    NUMBER("orders", "Orders", "orders"),
    NUMBER("order-value", "Average order value", "average_order_value"),
    NUMBER("conversion", "Conversion", "conversion_rate"),
    {"revenue-by-day", "Revenue by day", "report", BY("\"revenue\"", "day"), "area", NULL, 4},
    {"funnel", "From visit to order", "funnel", "{\"ready\":\"shop\"}", "funnel", NULL, 2},
    {"channels", "Revenue by channel", "report", SPLIT("\"revenue\",\"orders\"", "channel", "10"), "bars", "revenue", 2},
    {"customers", "New and returning customers", "report", BY("\"new_customers\",\"returning_customers\"", "week"),
        "stacked", NULL, 2},
    {"products", "Best products", "report", SPLIT("\"revenue\",\"orders\"", "product", "10"), "table", NULL, 2},
};
static const struct tile acquisition[] = {
    NUMBER("visits", "Visits", "visits"),
    NUMBER("new-customers", "New customers", "new_customers"),
    NUMBER("conversion", "Conversion", "conversion_rate"),
    NUMBER("bounce", "Bounce rate", "bounce_rate"),
    {"visits-by-day", "Visits by day", "report", BY("\"visits\"", "day"), "line", NULL, 4},
    {"channels", "Visits by channel", "report", SPLIT("\"visits\",\"conversion_rate\"", "channel", "12"), "bars", "visits",
        2},
    {"campaigns", "Campaigns", "report", SPLIT("\"visits\",\"revenue\"", "campaign", "12"), "table", NULL, 2},
    {"landing", "Landing pages", "report", SPLIT("\"visits\",\"conversion_rate\"", "landing", "12"), "table", NULL, 2},
    {"devices", "Devices", "report", SPLIT("\"visits\",\"conversion_rate\"", "device", "8"), "bars", "visits", 2},
    {"attribution", "Revenue by first and last touch", "attribution",
        "{\"models\":[\"first\",\"last\",\"linear\"],\"by\":\"channel\"}", "table", NULL, 4},
};
static const struct tile products[] = {
    {"products", "Products", "report", SPLIT("\"revenue\",\"orders\"", "product", "25"), "table", NULL, 2},
    {"top", "Revenue of the best ten", "report", SPLIT("\"revenue\"", "product", "10"), "bars", NULL, 2},
    {"categories", "Categories", "report", SPLIT("\"revenue\",\"orders\"", "category", "15"), "bars", "revenue", 2},
    {"brands", "Brands", "report", SPLIT("\"revenue\",\"orders\"", "brand", "15"), "table", NULL, 2},
    {"refunds", "Refunds", "report", BY("\"refunds\"", "week"), "bars", NULL, 4},
};
static const struct tile retention[] = {
    NUMBER("returning", "Returning customers", "returning_customers"),
    NUMBER("repeat", "Repeat purchase rate", "repeat_purchase_rate"),
    {"churn", "Who is about to leave", "churn", "{}", "bars", NULL, 2},
    {"cohorts", "Who orders again, by month of the first order", "cohort", "{\"period\":\"month\",\"periods\":12}", "heat",
        NULL, 4},
    {"value", "Value of a customer, by month of the first order", "value", "{\"by\":\"month\",\"periods\":12}", "line", NULL,
        4},
};
static const struct tile mail[] = {
    {"revenue", "Revenue from e-mail", "report",
        "{\"metrics\":[\"revenue\"],\"by\":\"day\",\"filters\":[{\"dimension\":\"channel\",\"in\":[\"email\"]}]}", "number",
        NULL, 1},
    {"visits", "Visits from e-mail", "report",
        "{\"metrics\":[\"visits\"],\"by\":\"day\",\"filters\":[{\"dimension\":\"channel\",\"in\":[\"email\"]}]}", "number",
        NULL, 1},
    {"conversion", "Conversion of these visits", "report",
        "{\"metrics\":[\"conversion_rate\"],\"by\":\"day\",\"filters\":[{\"dimension\":\"channel\",\"in\":[\"email\"]}]}",
        "number", NULL, 1},
    {"orders", "Orders from e-mail", "report",
        "{\"metrics\":[\"orders\"],\"by\":\"day\",\"filters\":[{\"dimension\":\"channel\",\"in\":[\"email\"]}]}", "number",
        NULL, 1},
    {"by-day", "Visits from e-mail by day", "report",
        "{\"metrics\":[\"visits\"],\"by\":\"day\",\"filters\":[{\"dimension\":\"channel\",\"in\":[\"email\"]}]}", "area",
        NULL, 4},
    {"campaigns", "Campaigns", "report",
        "{\"metrics\":[\"visits\",\"revenue\",\"conversion_rate\"],\"by\":\"total\",\"breakdown\":\"campaign\",\"limit\":15,"
        "\"filters\":[{\"dimension\":\"channel\",\"in\":[\"email\"]}]}",
        "table", NULL, 4},
};

#define TEMPLATE(name, title, doc, period, tiles) {name, title, doc, period, "previous", tiles, CU_COUNT(tiles)}
static const struct template templates[] = {
    TEMPLATE(
        "shop", "Shop overview", "How the shop is doing: money, orders, where people drop off, what sells.", "30d", shop),
    TEMPLATE("acquisition", "Acquisition", "Where visitors come from and which of them buy.", "30d", acquisition),
    TEMPLATE("products", "Products", "What sells, by product, category and brand, and what comes back.", "30d", products),
    TEMPLATE(
        "retention", "Retention", "Who comes back, who does not, and what a customer is worth over time.", "12m", retention),
    TEMPLATE("email", "E-mail", "What visits and orders come from e-mail, by campaign.", "30d", mail),
};

static void print_tile(const struct tile *t, struct json_writer *w)
{
    jw_object(w);
    jw_kz(w, "id", t->id);
    jw_kz(w, "title", t->title);
    jw_key(w, "query");
    jw_object(w);
    jw_kz(w, "kind", t->kind);
    jw_key(w, "question");
    jw_raw(w, cu_str_of(t->question));
    jw_object_end(w);
    jw_kz(w, "show", t->show);
    jw_ki64(w, "width", t->width);
    jw_kstr(w, "metric", cu_str_of(t->metric));
    jw_object_end(w);
}

void dashboard_templates_print(struct json_writer *w)
{
    for (size_t i = 0; i < CU_COUNT(templates); i++) {
        const struct template *t = &templates[i];
        jw_object(w);
        jw_kz(w, "name", t->name);
        jw_kz(w, "title", t->title);
        jw_kz(w, "doc", t->doc);
        jw_key(w, "tiles");
        jw_array(w);
        for (size_t k = 0; k < t->tile_count; k++)
            print_tile(&t->tiles[k], w);
        jw_array_end(w);
        jw_kz(w, "period", t->period);
        jw_kz(w, "compare", t->compare);
        jw_object_end(w);
    }
}
