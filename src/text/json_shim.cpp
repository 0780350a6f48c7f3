// SPDX-License-Identifier: Apache-2.0
// The thin shim between json.h and simdjson (Langdale & Lemire, VLDB J. 2019). Nothing is decided
// here beyond what the header promises: duplicate members, NULs and depth are refused.
#include "json_shim.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <new>
#include <simdjson.h>
#include <string_view>
#include <vector>

namespace dom = simdjson::dom;
namespace od = simdjson::ondemand;

static_assert(sizeof(dom::element) == sizeof(json), "a json handle is a simdjson element by value");
static_assert(std::is_trivially_copyable<dom::element>::value, "handles are copied as bytes");

static dom::element element_of(json v)
{
    dom::element e;
    std::memcpy(static_cast<void *>(&e), &v, sizeof v);
    return e;
}

static json handle_of(dom::element e)
{
    json v;
    std::memcpy(&v, static_cast<const void *>(&e), sizeof v);
    return v;
}

namespace
{
constexpr size_t depth_max = 64;
constexpr size_t pairwise_max = 24; // beyond this many members, hashes are sorted instead

struct padded {
    std::unique_ptr<char[]> bytes;
    size_t capacity = 0;

    bool fill(cu_str text)
    {
        if (text.len + simdjson::SIMDJSON_PADDING > capacity) {
            size_t grown = std::max<size_t>(4096, text.len + text.len / 2) + simdjson::SIMDJSON_PADDING;
            bytes.reset(new (std::nothrow) char[grown]);
            capacity = bytes ? grown : 0;
            if (!bytes)
                return false;
        }
        if (text.len)
            std::memcpy(bytes.get(), text.ptr, text.len);
        std::memset(bytes.get() + text.len, 0, simdjson::SIMDJSON_PADDING);
        return true;
    }
};
} // namespace

struct json_shim {
    size_t max;
    dom::parser parser;
    od::parser splitter;
    padded text, split;
    std::vector<std::string_view> names; // scratch of the duplicate check
    explicit json_shim(size_t document_max) : max(document_max), parser(document_max), splitter(document_max)
    {
    }
};

json_shim *json_shim_new(size_t document_max)
{
    return new (std::nothrow) json_shim(document_max);
}

void json_shim_free(json_shim *s)
{
    delete s;
}

static bool has_duplicates(json_shim *s, dom::object object, size_t first)
{
    for (auto field : object)
        s->names.push_back(field.key);
    auto begin = s->names.begin() + static_cast<std::ptrdiff_t>(first), end = s->names.end();
    bool found = false;
    if (static_cast<size_t>(end - begin) <= pairwise_max) {
        for (auto a = begin; a != end && !found; ++a)
            for (auto b = a + 1; b != end && !found; ++b)
                found = a->size() == b->size() && std::memcmp(a->data(), b->data(), a->size()) == 0;
    } else {
        std::sort(begin, end);
        found = std::adjacent_find(begin, end) != end;
    }
    s->names.resize(first);
    return found;
}

static const char *check(json_shim *s, dom::element e, bool look_for_nul)
{
    switch (e.type()) {
    case dom::element_type::OBJECT: {
        dom::object object = e.get_object().value_unsafe();
        if (has_duplicates(s, object, s->names.size()))
            return "an object names a member twice";
        for (auto field : object) {
            if (look_for_nul && std::memchr(field.key.data(), 0, field.key.size()))
                return "a name holds a NUL character";
            if (const char *bad = check(s, field.value, look_for_nul))
                return bad;
        }
        return nullptr;
    }
    case dom::element_type::ARRAY: {
        dom::array items = e.get_array().value_unsafe();
        for (auto value : items)
            if (const char *bad = check(s, value, look_for_nul))
                return bad;
        return nullptr;
    }
    case dom::element_type::STRING: {
        std::string_view text = e.get_string().value_unsafe();
        if (look_for_nul && std::memchr(text.data(), 0, text.size()))
            return "a string holds a NUL character";
        return nullptr;
    }
    case dom::element_type::INT64:
    case dom::element_type::UINT64:
    case dom::element_type::DOUBLE:
    case dom::element_type::BOOL:
    case dom::element_type::NULL_VALUE:
        return nullptr;
    }
    return nullptr;
}

const char *json_shim_parse(json_shim *s, cu_str text, json *ret)
{
    if (text.len > s->max)
        return "too large";
    try {
        if (!s->text.fill(text))
            return "no memory";
        // grown by doubling: simdjson would reallocate for every change of size
        if (text.len >= s->parser.capacity() && s->parser.allocate(std::max<size_t>(text.len * 2, 4096), depth_max))
            return "no memory";
        dom::element root;
        auto code = s->parser.parse(s->text.bytes.get(), text.len, false).get(root);
        if (code)
            return simdjson::error_message(code);
        bool nul = text.len && memmem(text.ptr, text.len, "\\u0000", 6) != nullptr;
        s->names.clear();
        if (const char *bad = check(s, root, nul))
            return bad;
        *ret = handle_of(root);
        return nullptr;
    } catch (const std::exception &) { // std::bad_alloc of the scratch vector
        return "no memory";
    }
}

json_type json_type_of(json v)
{
    if (!v.doc)
        return JSON_ABSENT;
    switch (element_of(v).type()) {
    case dom::element_type::ARRAY:
        return JSON_ARRAY;
    case dom::element_type::OBJECT:
        return JSON_OBJECT;
    case dom::element_type::INT64:
        return JSON_INT;
    case dom::element_type::UINT64:
    case dom::element_type::DOUBLE:
        return JSON_DOUBLE;
    case dom::element_type::STRING:
        return JSON_STRING;
    case dom::element_type::BOOL:
        return JSON_BOOL;
    case dom::element_type::NULL_VALUE:
        return JSON_NULL;
    }
    return JSON_ABSENT;
}

json json_get(json object, const char *name)
{
    dom::element found;
    if (json_type_of(object) != JSON_OBJECT || element_of(object).at_key(name).get(found))
        return json{nullptr, 0};
    return handle_of(found);
}

cu_str json_str(json v)
{
    std::string_view text;
    if (!v.doc || element_of(v).get_string().get(text))
        return cu_str{nullptr, 0};
    return cu_str{text.data(), text.size()};
}

bool json_double(json v, double *ret)
{
    return v.doc && !element_of(v).get_double().get(*ret);
}

bool json_i64(json v, int64_t *ret)
{
    if (!v.doc)
        return false;
    if (!element_of(v).get_int64().get(*ret))
        return true;
    double d = 0;
    if (element_of(v).get_double().get(d) || !(d >= -9007199254740992.0 && d <= 9007199254740992.0))
        return false;
    auto whole = static_cast<int64_t>(d);
    if (static_cast<double>(whole) != d)
        return false;
    *ret = whole;
    return true;
}

bool json_bool(json v, bool *ret)
{
    return v.doc && !element_of(v).get_bool().get(*ret);
}

size_t json_count(json v)
{
    size_t n = 0;
    for (struct json_iter it = json_each(v); json_next(&it);)
        n++;
    return n;
}

// An iterator keeps where it stands as two handles' worth of tape positions: simdjson's own
// iterators are a tape position each, and so are copied in and out as bytes.
static_assert(sizeof(dom::array::iterator) == sizeof(json), "an array iterator is a tape position");
static_assert(sizeof(dom::object::iterator) == sizeof(json), "an object iterator is a tape position");

struct json_iter json_each(json container)
{
    struct json_iter it = {};
    json_type t = json_type_of(container);
    it.container = container;
    it.object = t == JSON_OBJECT;
    json begin = {}, end = {};
    if (it.object) {
        dom::object o = element_of(container).get_object().value_unsafe();
        auto b = o.begin(), e = o.end();
        std::memcpy(&begin, static_cast<const void *>(&b), sizeof b);
        std::memcpy(&end, static_cast<const void *>(&e), sizeof e);
    } else if (t == JSON_ARRAY) {
        dom::array a = element_of(container).get_array().value_unsafe();
        auto b = a.begin(), e = a.end();
        std::memcpy(&begin, static_cast<const void *>(&b), sizeof b);
        std::memcpy(&end, static_cast<const void *>(&e), sizeof e);
    }
    it.at = begin.index;
    it.end = end.index;
    return it;
}

bool json_next(struct json_iter *it)
{
    if (it->at >= it->end)
        return false;
    json position = {it->container.doc, it->at};
    if (it->object) {
        dom::object::iterator o;
        std::memcpy(static_cast<void *>(&o), &position, sizeof o);
        std::string_view key = o.key();
        it->key = cu_str{key.data(), key.size()};
        it->value = handle_of(o.value());
        ++o;
        std::memcpy(&position, static_cast<const void *>(&o), sizeof o);
    } else {
        dom::array::iterator a;
        std::memcpy(static_cast<void *>(&a), &position, sizeof a);
        it->key = cu_str{nullptr, 0};
        it->value = handle_of(*a);
        ++a;
        std::memcpy(&position, static_cast<const void *>(&a), sizeof a);
    }
    it->at = position.index;
    return true;
}

static simdjson::error_code raw_of(od::value value, std::string_view *ret)
{
    od::json_type type;
    if (auto code = value.type().get(type))
        return code;
    if (type == od::json_type::object) {
        od::object object;
        if (auto code = value.get_object().get(object))
            return code;
        return object.raw_json().get(*ret);
    }
    if (type == od::json_type::array) {
        od::array array;
        if (auto code = value.get_array().get(array))
            return code;
        return array.raw_json().get(*ret);
    }
    *ret = value.raw_json_token();
    return simdjson::SUCCESS;
}

const char *json_shim_split(json_shim *s, cu_str text, const char *name, cu_str *spans, size_t max, size_t *ret_count)
{
    if (text.len > s->max)
        return "too large";
    try {
        if (!s->split.fill(text))
            return "no memory";
        od::document document;
        const char *start = s->split.bytes.get();
        if (auto code = s->splitter.iterate(start, text.len, s->split.capacity).get(document))
            return simdjson::error_message(code);
        od::array array;
        auto code = document[name].get_array().get(array);
        if (code == simdjson::NO_SUCH_FIELD || code == simdjson::INCORRECT_TYPE)
            return JSON_SHIM_NO_ARRAY;
        if (code)
            return simdjson::error_message(code);
        size_t count = 0;
        for (auto item : array) {
            od::value value;
            std::string_view raw;
            if (auto bad = item.get(value))
                return simdjson::error_message(bad);
            if (auto bad = raw_of(value, &raw))
                return simdjson::error_message(bad);
            if (count < max)
                spans[count] = cu_str{text.ptr + (raw.data() - start), raw.size()};
            count++;
        }
        *ret_count = count;
        return nullptr;
    } catch (const std::exception &) {
        return "no memory";
    }
}
