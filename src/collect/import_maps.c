// SPDX-License-Identifier: Apache-2.0
// The ready maps: tables only. Column names are those of the exports themselves (Shopify admin, the
// WooCommerce export plugins' common layout and WooCommerce's own customer report, Mailchimp's
// audience export, the UCI file). A column that no row names is kept under its own name.
#include "import_maps.h"

static const struct import_map_row shopify_customers[] = {
    {"Customer ID", "id.shopify_customer_id"},
    {"Email", "trait.email"},
    {"First Name", "trait.firstName"},
    {"Last Name", "trait.lastName"},
    {"Phone", "trait.phone"},
    {"Default Address Phone", "trait.phone"},
    {"Accepts Email Marketing", "consent.marketing_email"},
    {"Accepts Marketing", "consent.marketing_email"},
    {"Accepts SMS Marketing", "consent.marketing_sms"},
    {"Default Address Company", "trait.company.name"},
    {"Default Address Address1", "trait.address.street"},
    {"Default Address Address2", "trait.address.street2"},
    {"Default Address City", "trait.address.city"},
    {"Default Address Province Code", "trait.address.state"},
    {"Default Address Country Code", "trait.address.country"},
    {"Default Address Zip", "trait.address.postalCode"},
    {"Company", "trait.company.name"},
    {"Address1", "trait.address.street"},
    {"Address2", "trait.address.street2"},
    {"City", "trait.address.city"},
    {"Province Code", "trait.address.state"},
    {"Province", "trait.address.state"},
    {"Country Code", "trait.address.country"},
    {"Country", "trait.address.country"},
    {"Zip", "trait.address.postalCode"},
    {"Total Spent", "trait.total_spent"},
    {"Total Orders", "trait.orders_count"},
    {"Note", "trait.note"},
    {"Tax Exempt", "trait.tax_exempt"},
    {"Tags", "trait.tags"},
    {NULL, NULL},
};
static const char *const shopify_customers_signature[] = {
    "Email", "Total Spent", "Total Orders", "Tax Exempt", NULL};

static const struct import_map_row shopify_orders[] = {
    {"Name", "order_id"},
    {"Id", "property.shopify_order_id"},
    {"Email", "trait.email"},
    {"Phone", "trait.phone"},
    {"Billing Phone", "trait.phone"},
    {"Created at", "time"},
    {"Financial Status", "status"},
    {"Cancelled at", "cancelled_at"},
    {"Refunded Amount", "refunded"},
    {"Accepts Marketing", "consent.marketing_email"},
    {"Currency", "property.currency"},
    {"Subtotal", "property.subtotal"},
    {"Shipping", "property.shipping"},
    {"Taxes", "property.tax"},
    {"Total", "property.total"},
    {"Discount Code", "property.coupon"},
    {"Discount Amount", "property.discount"},
    {"Shipping Method", "property.shipping_method"},
    {"Payment Method", "property.payment_method"},
    {"Source", "property.affiliation"},
    {"Lineitem sku", "line.sku"},
    {"Lineitem name", "line.name"},
    {"Lineitem quantity", "line.quantity"},
    {"Lineitem price", "line.price"},
    {"Vendor", "line.brand"},
    {"Billing Name", "trait.name"},
    {"Billing Company", "trait.company.name"},
    {"Billing Address1", "trait.address.street"},
    {"Billing Address2", "trait.address.street2"},
    {"Billing City", "trait.address.city"},
    {"Billing Zip", "trait.address.postalCode"},
    {"Billing Province", "trait.address.state"},
    {"Billing Country", "trait.address.country"},
    {"Shipping Name", "property.shipping_name"},
    {"Shipping Company", "property.shipping_company"},
    {"Shipping Address1", "property.shipping_address1"},
    {"Shipping Address2", "property.shipping_address2"},
    {"Shipping City", "property.shipping_city"},
    {"Shipping Zip", "property.shipping_zip"},
    {"Shipping Province", "property.shipping_province"},
    {"Shipping Country", "property.shipping_country"},
    {"Shipping Phone", "property.shipping_phone"},
    {"Notes", "property.notes"},
    {"Note Attributes", "property.note_attributes"},
    {"Tags", "property.tags"},
    // said in another column, or about the state of fulfilment
    {"Paid at", ""},
    {"Fulfillment Status", ""},
    {"Fulfilled at", ""},
    {"Lineitem compare at price", ""},
    {"Lineitem requires shipping", ""},
    {"Lineitem taxable", ""},
    {"Lineitem fulfillment status", ""},
    {"Lineitem discount", ""},
    {"Billing Street", ""},
    {"Shipping Street", ""},
    {"Billing Province Name", ""},
    {"Shipping Province Name", ""},
    {"Payment*", ""},
    {"Outstanding Balance", ""},
    {"Employee", ""},
    {"Location", ""},
    {"Device ID", ""},
    {"Risk Level", ""},
    {"Receipt Number", ""},
    {"Duties", ""},
    {"Tax 1*", ""},
    {"Tax 2*", ""},
    {"Tax 3*", ""},
    {"Tax 4*", ""},
    {"Tax 5*", ""},
    {"Next Payment Due At", ""},
    {NULL, NULL},
};
static const char *const shopify_orders_signature[] = {
    "Name", "Financial Status", "Lineitem quantity", "Lineitem price", NULL};

static const struct import_map_row woocommerce_customers[] = {
    {"customer_id", "id.woocommerce_customer_id"},
    {"ID", "id.woocommerce_customer_id"},
    {"user_email", "trait.email"},
    {"billing_email", "trait.email"},
    {"Email", "trait.email"},
    {"user_login", "trait.username"},
    {"Username", "trait.username"},
    {"first_name", "trait.firstName"},
    {"billing_first_name", "trait.firstName"},
    {"last_name", "trait.lastName"},
    {"billing_last_name", "trait.lastName"},
    {"display_name", "trait.name"},
    {"Name", "trait.name"},
    {"user_registered", "trait.createdAt"},
    {"Date Registered", "trait.createdAt"},
    {"Sign Up", "trait.createdAt"},
    {"user_url", "trait.website"},
    {"description", "trait.description"},
    {"roles", "trait.customer_group"},
    {"billing_phone", "trait.phone"},
    {"billing_company", "trait.company.name"},
    {"billing_address_1", "trait.address.street"},
    {"billing_address_2", "trait.address.street2"},
    {"billing_city", "trait.address.city"},
    {"City", "trait.address.city"},
    {"billing_state", "trait.address.state"},
    {"Region", "trait.address.state"},
    {"billing_postcode", "trait.address.postalCode"},
    {"Postal Code", "trait.address.postalCode"},
    {"billing_country", "trait.address.country"},
    {"Country / Region", "trait.address.country"},
    {"Orders", "trait.orders_count"},
    {"Total Spend", "trait.total_spent"},
    // never ours: secrets of the other system, and what it only counts
    {"user_pass", ""},
    {"user_activation_key", ""},
    {"session_tokens", ""},
    {"user_nicename", ""},
    {"nickname", ""},
    {"user_status", ""},
    {"AOV", ""},
    {"Last Active", ""},
    {NULL, NULL},
};
static const char *const woocommerce_customers_signature[] = {
    "user_email", "user_registered", NULL};

static const struct import_map_row woocommerce_orders[] = {
    {"order_number", "order_id"},
    {"order_id", "order_id"},
    {"order_date", "time"},
    {"status", "status"},
    {"customer_id", "id.woocommerce_customer_id"},
    {"customer_user", "id.woocommerce_customer_id"},
    {"billing_email", "trait.email"},
    {"customer_email", "trait.email"},
    {"billing_phone", "trait.phone"},
    {"order_currency", "property.currency"},
    {"order_subtotal", "property.subtotal"},
    {"shipping_total", "property.shipping"},
    {"tax_total", "property.tax"},
    {"discount_total", "property.discount"},
    {"order_total", "property.total"},
    {"coupon_items", "coupon_item"},
    {"payment_method_title", "property.payment_method"},
    {"payment_method", "property.payment_method"},
    {"shipping_method", "property.shipping_method"},
    {"line_item_*", "line_item"},
    {"billing_first_name", "trait.firstName"},
    {"billing_last_name", "trait.lastName"},
    {"billing_company", "trait.company.name"},
    {"billing_address_1", "trait.address.street"},
    {"billing_address_2", "trait.address.street2"},
    {"billing_postcode", "trait.address.postalCode"},
    {"billing_city", "trait.address.city"},
    {"billing_state", "trait.address.state"},
    {"billing_country", "trait.address.country"},
    {"customer_note", "property.notes"},
    // parts of sums given elsewhere, keys and internals of the shop system
    {"shipping_tax_total", ""},
    {"fee_total", ""},
    {"fee_tax_total", ""},
    {"cart_discount", ""},
    {"order_discount", ""},
    {"order_key", ""},
    {"paid_date", ""},
    {"transaction_id", ""},
    {"customer_ip_address", ""},
    {"customer_user_agent", ""},
    {"wt_import_key", ""},
    {"tax_items", ""},
    {"shipping_items", ""},
    {"fee_items", ""},
    {"refund_items", ""},
    {"order_notes", ""},
    {"download_permissions", ""},
    {"meta:*", ""},
    {NULL, NULL},
};
static const char *const woocommerce_orders_signature[] = {
    "order_id", "order_total", "order_currency", "billing_email", NULL};

static const struct import_map_row mailchimp_audience[] = {
    {"Email Address", "trait.email"},
    {"First Name", "trait.firstName"},
    {"Last Name", "trait.lastName"},
    {"Phone Number", "trait.phone"},
    {"Phone", "trait.phone"},
    {"Birthday", "trait.mailchimp_birthday"}, // day and month only
    {"Address", "trait.mailchimp_address"},   // one line of text
    {"EUID", "id.mailchimp_id"},
    {"LEID", ""},
    {"OPTIN_TIME", "consent_time.marketing_email"},
    {"CONFIRM_TIME", "consent_time.marketing_email"},
    {"OPTIN_IP", "consent_proof.marketing_email"},
    {"CONFIRM_IP", "consent_proof.marketing_email"},
    {"UNSUB_TIME", "withdrawn_time.marketing_email"},
    {"LAST_CHANGED", "time"},
    {"CC", "trait.address.country"},
    {"REGION", "trait.address.state"},
    {"TIMEZONE", "trait.timezone"},
    {"NOTES", "trait.note"},
    {"TAGS", "trait.tags"},
    // derived from the address of the network, or about the newsletter itself
    {"LATITUDE", ""},
    {"LONGITUDE", ""},
    {"GMTOFF", ""},
    {"DSTOFF", ""},
    {NULL, NULL},
};
static const char *const mailchimp_signature[] = {"Email Address", "LEID", "EUID", NULL};

static const struct import_map_row online_retail[] = {
    {"InvoiceNo", "invoice"},
    {"Invoice", "invoice"},
    {"InvoiceDate", "time"},
    {"StockCode", "line.product_id"},
    {"Description", "line.name"},
    {"Quantity", "line.quantity"},
    {"UnitPrice", "line.price"},
    {"Price", "line.price"},
    {"CustomerID", "user_id"},
    {"Customer ID", "user_id"},
    {"Country", "trait.address.country"},
    {NULL, NULL},
};
static const char *const online_retail_signature[] = {
    "StockCode", "Description", "Quantity", "InvoiceDate", "Country", NULL};

static const struct import_map_row no_rows[] = {{NULL, NULL}};
static const char *const no_signature[] = {NULL};

const struct import_map import_builtin_maps[] = {
    {"shopify-customers", IMPORT_PEOPLE, "Shopify admin: Customers, Export.", shopify_customers,
        shopify_customers_signature},
    {"shopify-orders", IMPORT_ORDERS, "Shopify admin: Orders, Export; one row per product line.",
        shopify_orders, shopify_orders_signature},
    {"woocommerce-customers", IMPORT_PEOPLE,
        "WooCommerce: customers, by export plugin or from the report.", woocommerce_customers,
        woocommerce_customers_signature},
    {"woocommerce-orders", IMPORT_ORDERS,
        "WooCommerce: orders by the common export plugins; one row per order.", woocommerce_orders,
        woocommerce_orders_signature},
    {"mailchimp-audience", IMPORT_PEOPLE,
        "Mailchimp: Audience, Export; subscribed, unsubscribed or cleaned contacts.",
        mailchimp_audience, mailchimp_signature},
    {IMPORT_MAP_CALLS, IMPORT_EVENTS, "JSON lines, each a call of the tracking API.", no_rows,
        no_signature},
    {"online-retail", IMPORT_ORDERS,
        "The UCI Online Retail file; invoices beginning with C are credit notes.", online_retail,
        online_retail_signature},
};
const size_t import_builtin_map_count = CU_COUNT(import_builtin_maps);

const struct import_map *import_map_find(cu_str name)
{
    for (size_t i = 0; i < import_builtin_map_count; i++)
        if (cu_str_eqz(name, import_builtin_maps[i].name))
            return &import_builtin_maps[i];
    return NULL;
}

const struct import_map *import_map_recognise(
    enum import_kind kind, const cu_str *columns, uint32_t count)
{
    for (size_t i = 0; i < import_builtin_map_count; i++) {
        const struct import_map *m = &import_builtin_maps[i];
        bool all = m->kind == kind && m->signature[0];
        for (size_t k = 0; all && m->signature[k]; k++) {
            bool there = false;
            for (uint32_t c = 0; !there && c < count; c++)
                there = import_column_eq(columns[c], cu_str_of(m->signature[k]));
            all = there;
        }
        if (all)
            return m;
    }
    return NULL;
}
