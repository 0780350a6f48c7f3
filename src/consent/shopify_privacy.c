// SPDX-License-Identifier: Apache-2.0
// Shopify's three privacy webhooks. The HMAC of the bytes as they came is checked before anything is read of them; each
// message is taken once (X-Shopify-Webhook-Id). customers/data_request and customers/redact are requests of a person;
// shop/redact, all data of a shop, is shown to staff and removes nothing by itself.
#include "recipient_door_private.h"

#include "crypto/object.h"
#include "crypto/secret.h"
#include "crypto/sign.h"
#include "recipient_door_sql.h"
#include "text/text.h"

#include <stdio.h>

enum { BODY_MAX = 262144, ID_MAX = 100, DETAIL_MAX = 2000, ORDERS_MAX = 100 };
static const int64_t day_ms = INT64_C(86400000);

struct hook {
    struct door door;
    cu_str topic, id, shop;
};

static cu_str head(struct request *rq, const char *name, const char *newer)
{
    cu_str value = request_header(rq, name);
    return cu_str_trim(value.len ? value : request_header(rq, newer));
}

static bool hmac_good(cu_str secret, cu_str body, cu_str given)
{
    uint8_t mac[32];
    CU_AUTO_BUF struct cu_buf bytes;
    cu_buf_init(&bytes, 64);
    object_hmac_sha256(secret, body, mac);
    return text_base64_decode(given, &bytes) && bytes.len == sizeof mac && secret_equal(bytes.ptr, mac, sizeof mac);
}

static cu_code authentic(struct request *rq, struct hook *h, struct cu_error *err)
{
    struct privacy_doors *p = rq->module;
    struct cu_buf secret;
    cu_str given = head(rq, "X-Shopify-Hmac-Sha256", "shopify-hmac-sha256");
    h->shop = head(rq, "X-Shopify-Shop-Domain", "shopify-shop-domain");
    h->topic = head(rq, "X-Shopify-Topic", "shopify-topic");
    h->id = head(rq, "X-Shopify-Webhook-Id", "shopify-webhook-id");
    cu_buf_init(&secret, RECIPIENT_SECRET_MAX);
    cu_code code =
        h->shop.len && h->shop.len <= 253 ? door_by_host(p, "shopify", h->shop, rq->arena, &h->door, err) : CU_NOT_FOUND;
    if (code == CU_OK)
        code = door_secret(p, &h->door, &secret, err);
    bool good = code == CU_OK && hmac_good(cu_buf_view(&secret), rq->body, given);
    cu_buf_wipe(&secret);
    if (code != CU_OK && code != CU_NOT_FOUND)
        return code;
    return good ? CU_OK
                : cu_fail(err, CU_UNAUTHENTICATED, "",
                      "the message is not signed with the secret of a shop that is known here");
}

static void write_detail(json body, struct cu_buf *out)
{
    size_t shown = 0;
    int64_t number = 0;
    json orders = json_get(body, "orders_requested");
    if (!json_is(orders, JSON_ARRAY))
        orders = json_get(body, "orders_to_redact");
    if (json_i64(json_path(body, "data_request.id"), &number))
        cu_buf_printf(out, "Shopify data request %lld. ", (long long)number);
    cu_buf_printf(out, "Shopify orders:");
    for (struct json_iter it = json_each(orders); json_next(&it) && shown < ORDERS_MAX; shown++) {
        if (json_i64(it.value, &number))
            cu_buf_printf(out, " %lld", (long long)number);
    }
}

// Texts that are no address are left out: Shopify takes phone numbers as customers write them.
static cu_code person_of(
    struct privacy_doors *p, json customer, struct rights_asked *a, struct cu_arena *arena, struct cu_error *err)
{
    struct person_id ids[3];
    size_t count = 0;
    int64_t number = 0;
    bool several = false;
    CU_AUTO_BUF struct cu_buf norm;
    cu_buf_init(&norm, 512);
    cu_str email = json_str(json_get(customer, "email")), phone = json_str(json_get(customer, "phone"));
    if (json_i64(json_get(customer, "id"), &number))
        ids[count++] = (struct person_id){CU_LIT("shopify_customer_id"), cu_arena_printf(arena, "%lld", (long long)number)};
    if (email.len && text_email_normalise(email, &norm)) {
        a->email = email;
        ids[count++] = (struct person_id){CU_LIT("email"), email};
    }
    cu_buf_reset(&norm);
    if (phone.len && text_phone_normalise(phone, &norm)) {
        a->phone = phone;
        ids[count++] = (struct person_id){CU_LIT("phone"), phone};
    }
    CU_TRY(door_person(p, ids, count, &a->pno, &several, err));
    a->verified = a->pno != 0; // the shop's own platform asks for its customer
    return CU_OK;
}

static cu_code take_request(
    struct request *rq, const struct hook *h, json body, enum rights_right right, struct cu_error *err)
{
    struct privacy_doors *p = rq->module;
    struct door_asked a = {.door = &h->door,
        .foreign_id = h->id,
        .callbacks = CU_LIT("[]"),
        .asked = {.right = right, .channel = RIGHTS_BY_SHOPIFY}};
    struct door_request made;
    bool known = false;
    struct cu_buf detail;
    cu_buf_init(&detail, DETAIL_MAX);
    write_detail(body, &detail);
    a.asked.detail = cu_buf_view(&detail);
    cu_code code = cu_buf_code(&detail, err);
    if (code == CU_OK)
        code = person_of(p, json_get(body, "customer"), &a.asked, rq->arena, err);
    if (code == CU_OK)
        code = door_receive(p, &a, rq->arena, &made, &known, err);
    cu_buf_wipe(&detail);
    return code;
}

// The message's number and what it asks are stored together: neither is lost, and nothing is noted twice.
static cu_code write_notice(struct db *d, void *what, struct cu_error *err)
{
    const struct hook *h = what;
    struct db_query q;
    uint8_t mark[32];
    int64_t now = cu_now_ms();
    sign_digest(h->id, CU_NONE, mark);
    CU_TRY(db_prepare(d, &recipient_door_sql_seen_add, &q, err));
    db_bind_i64(&q, ":door", h->door.id);
    db_bind_blob(&q, ":mark", mark, sizeof mark);
    db_bind_i64(&q, ":until_ms", now + 365 * day_ms);
    CU_TRY(db_run(&q, err));
    if (db_changes(d) == 0)
        return CU_OK;
    CU_TRY(db_prepare(d, &recipient_door_sql_notice_add, &q, err));
    db_bind_i64(&q, ":door", h->door.id);
    db_bind_str(&q, ":topic", h->topic);
    db_bind_i64(&q, ":now_ms", now);
    db_bind_i64(&q, ":due_ms", now + 30 * day_ms);
    return db_run(&q, err);
}

static cu_code take(struct request *rq, struct hook *h, json body, struct cu_error *err)
{
    struct privacy_doors *p = rq->module;
    if (cu_str_eqz(h->topic, "customers/data_request"))
        return take_request(rq, h, body, RIGHTS_ACCESS, err);
    if (cu_str_eqz(h->topic, "customers/redact"))
        return take_request(rq, h, body, RIGHTS_ERASURE, err);
    if (cu_str_eqz(h->topic, "shop/redact"))
        return people_store(p->o.people, write_notice, h, err);
    return cu_fail(
        err, CU_INVALID, "X-Shopify-Topic", "customers/data_request, customers/redact or shop/redact is accepted here");
}

static cu_code post_hook(struct request *rq, struct cu_error *err)
{
    struct privacy_doors *p = rq->module;
    struct hook h;
    json body;
    CU_TRY(authentic(rq, &h, err));
    CU_TRY(json_parse(rq->json, rq->body, &body, err));
    if (h.id.len == 0 || h.id.len > ID_MAX)
        return cu_fail(err, CU_MISSING, "X-Shopify-Webhook-Id", "the message's number is needed");
    if (!cu_str_eq(json_str(json_get(body, "shop_domain")), h.shop))
        return cu_fail(err, CU_INVALID, "/shop_domain", "the message is about another shop than its headers say");
    rq->response.status = 204;
    struct door_request known;
    cu_code code = door_request_by_foreign(p, &h.door, h.id, rq->arena, &known, err);
    if (code != CU_NOT_FOUND)
        return code; // taken before: told so in the same way, and nothing is done again
    return take(rq, &h, body, err);
}

static const struct spec_route routes[] = {
    {.name = "shopify.privacy", .method = "POST", .path = "/v1/shopify/privacy",
        .permission = SPEC_PUBLIC, .body_kind = SPEC_BODY_RAW,
        .body_max = BODY_MAX,
        .doc = "Shopify's privacy webhooks, signed by the secret of the shop's door.", .handler = post_hook},
};

const struct module consent_shopify_privacy_module = {
    .name = "shopify_privacy",
    .doc = "Shopify's privacy webhooks: a customer's data, its removal, the removal of a shop's.",
    .routes = routes,
    .route_count = CU_COUNT(routes),
};
