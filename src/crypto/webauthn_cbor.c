// SPDX-License-Identifier: Apache-2.0
// The CBOR and the authenticator data of passkeys. See webauthn.h. Bounded by the input and by depth;
// nothing is allocated, everything points into the input.
#include "webauthn.h"

enum { DEPTH_MAX = 6, HEAD = 37, AAGUID = 16 };

static bool take(struct cbor *c, size_t len, const uint8_t **ret)
{
    if (len > c->left)
        return false;
    *ret = c->at;
    c->at += len;
    c->left -= len;
    return true;
}

static bool read_value(struct cbor *c, uint8_t info, uint64_t *ret)
{
    static const uint8_t lengths[] = {1, 2, 4, 8};
    const uint8_t *p = NULL;
    *ret = info;
    if (info < 24)
        return true;
    if (info > 27 || !take(c, lengths[info - 24], &p)) // 28-30 reserved, 31 indefinite
        return false;
    *ret = 0;
    for (size_t i = 0; i < lengths[info - 24]; i++)
        *ret = *ret << 8 | p[i];
    return true;
}

static bool next_at(struct cbor *c, int depth, struct cbor_item *ret)
{
    const uint8_t *start = c->at, *p = NULL;
    if (depth > DEPTH_MAX || !take(c, 1, &p))
        return false;
    *ret = (struct cbor_item){.major = (enum cbor_major)(*p >> 5)};
    if (!read_value(c, *p & 31, &ret->value))
        return false;
    if (ret->major == CBOR_TAG || (ret->major == CBOR_SIMPLE && ret->value != 20 && ret->value != 21 && ret->value != 22))
        return false; // of the simple ones: false, true, null
    if (ret->major == CBOR_BYTES || ret->major == CBOR_TEXT) {
        if (ret->value > c->left || !take(c, (size_t)ret->value, &p))
            return false;
        ret->bytes = (cu_str){(const char *)p, (size_t)ret->value};
    }
    if (ret->major == CBOR_ARRAY || ret->major == CBOR_MAP) {
        uint64_t items = ret->major == CBOR_MAP ? 2 : 1;
        ret->body.at = c->at;
        if (ret->value > c->left) // each takes a byte at least
            return false;
        for (uint64_t i = 0; i < ret->value * items; i++) {
            struct cbor_item inner;
            if (!next_at(c, depth + 1, &inner))
                return false;
        }
        ret->body.left = (size_t)(c->at - ret->body.at);
    }
    ret->raw = (cu_str){(const char *)start, (size_t)(c->at - start)};
    return true;
}

bool cbor_next(struct cbor *c, struct cbor_item *ret)
{
    return next_at(c, 0, ret);
}

bool cbor_number(const struct cbor_item *i, int64_t *ret)
{
    if (i->major > CBOR_NEGATIVE || i->value > INT64_MAX)
        return false;
    *ret = i->major == CBOR_UINT ? (int64_t)i->value : -1 - (int64_t)i->value;
    return true;
}

static bool key_is(const struct cbor_item *key, const char *name, int64_t number)
{
    int64_t n = 0;
    if (name)
        return key->major == CBOR_TEXT && cu_str_eqz(key->bytes, name);
    return cbor_number(key, &n) && n == number;
}

static bool find(const struct cbor_item *map, const char *name, int64_t number, struct cbor_item *ret)
{
    struct cbor inside = map->body;
    int found = 0;
    for (uint64_t i = 0; map->major == CBOR_MAP && i < map->value; i++) {
        struct cbor_item key, value;
        if (!cbor_next(&inside, &key) || !cbor_next(&inside, &value))
            return false;
        if (!key_is(&key, name, number))
            continue;
        found++;
        *ret = value;
    }
    return found == 1;
}

bool cbor_find_text(const struct cbor_item *map, const char *name, struct cbor_item *ret)
{
    return find(map, name, 0, ret);
}

bool cbor_find_number(const struct cbor_item *map, int64_t number, struct cbor_item *ret)
{
    return find(map, NULL, number, ret);
}

static bool read_attested(struct cbor *c, struct authenticator_data *ret)
{
    const uint8_t *p = NULL;
    struct cbor_item key;
    if (!take(c, AAGUID, &ret->aaguid) || !take(c, 2, &p))
        return false;
    size_t len = (size_t)(p[0] << 8 | p[1]);
    if (len < WEBAUTHN_ID_MIN || len > WEBAUTHN_ID_MAX || !take(c, len, &p))
        return false;
    ret->id = (cu_str){(const char *)p, len};
    if (!cbor_next(c, &key) || key.major != CBOR_MAP)
        return false;
    ret->key = key.raw;
    return true;
}

bool authenticator_data_read(cu_str bytes, struct authenticator_data *ret)
{
    struct cbor c = {(const uint8_t *)bytes.ptr, bytes.len};
    const uint8_t *p = NULL;
    struct authenticator_data d = {0};
    if (!take(&c, HEAD, &p))
        return false;
    d.rp_id_hash = p;
    d.flags = p[32];
    d.counter = (uint32_t)p[33] << 24 | (uint32_t)p[34] << 16 | (uint32_t)p[35] << 8 | p[36];
    if ((d.flags & WEBAUTHN_AT) && !read_attested(&c, &d))
        return false;
    struct cbor_item extensions;
    if ((d.flags & WEBAUTHN_ED) && (!cbor_next(&c, &extensions) || extensions.major != CBOR_MAP))
        return false;
    *ret = d;
    return c.left == 0;
}
