// SPDX-License-Identifier: Apache-2.0
// The document for machines: TILT (Transparency Information Language, github.com/Transparency-Information-Language/schema,
// tilt-schema.json) and the Data Privacy Vocabulary (https://w3id.org/dpv) as JSON-LD.
#include "transparency_private.h"

#include "crypto/sign.h"
#include "text/text.h"

#include <stdio.h>

static cu_str text_of(json object, const char *name)
{
    cu_str v = json_str(json_get(object, name));
    return v.ptr ? v : CU_LIT("");
}

static void hash_of(cu_str document, char ret[65])
{
    uint8_t digest[32];
    sign_digest(document, CU_NONE, digest);
    for (size_t i = 0; i < sizeof digest; i++)
        (void)snprintf(ret + 2 * i, 3, "%02x", digest[i]);
}

// An id that stays the same for the same thing of the same version.
static void print_id(struct json_writer *w, const char hash[65], cu_str of)
{
    char id[37];
    struct cu_uuid u;
    uint8_t digest[32];
    sign_digest(cu_str_of(hash), of, digest);
    memcpy(u.bytes, digest, sizeof u.bytes);
    cu_uuid_format(u, id);
    jw_kz(w, "_id", id);
}

static void print_meta(struct transparency_page *p, const char *base_url, const char hash[65], struct json_writer *w)
{
    char url[400];
    (void)snprintf(url, sizeof url, "%s/transparency/%lld", base_url, (long long)p->version);
    jw_key(w, "meta");
    jw_object(w);
    print_id(w, hash, CU_LIT("meta"));
    jw_kstr(w, "name", text_of(json_get(p->content, "controller"), "name"));
    jw_ktime(w, "created", p->made_ms);
    jw_ktime(w, "modified", p->made_ms);
    jw_ki64(w, "version", p->version);
    jw_kz(w, "language", transparency_languages[p->language]);
    jw_kz(w, "status", p->version == p->newest ? "active" : "inactive");
    jw_kz(w, "url", url);
    jw_kz(w, "_hash", hash);
    jw_object_end(w);
}

// Who is not named is who is: the controller answers for it.
static json named_or(json content, const char *who)
{
    json c = json_get(content, who);
    return json_is(c, JSON_OBJECT) ? c : json_get(content, "controller");
}

static void print_contact(struct json_writer *w, json c, bool place)
{
    jw_kstr(w, "name", text_of(c, "name"));
    if (place) {
        jw_kstr(w, "address", text_of(c, "address"));
        jw_kstr(w, "country", text_of(c, "country"));
    }
    jw_kstr(w, "email", text_of(c, "email"));
    if (place || text_of(c, "phone").len)
        jw_kstr(w, "phone", text_of(c, "phone"));
}

static void print_controller(struct transparency_page *p, struct json_writer *w)
{
    json c = json_get(p->content, "controller");
    jw_key(w, "controller");
    jw_object(w);
    jw_kstr(w, "name", text_of(c, "name"));
    jw_kstr(w, "address", text_of(c, "address"));
    jw_kstr(w, "country", text_of(c, "country"));
    jw_key(w, "representative");
    jw_object(w);
    print_contact(w, named_or(p->content, "representative"), false);
    jw_object_end(w);
    jw_object_end(w);
    jw_key(w, "dataProtectionOfficer");
    jw_object(w);
    print_contact(w, named_or(p->content, "officer"), true);
    jw_object_end(w);
}

// ---- what is disclosed

static bool in_list(json list, cu_str text)
{
    struct json_iter it = json_each(list);
    while (json_next(&it)) {
        if (cu_str_eq(json_str(it.value), text))
            return true;
    }
    return false;
}

static bool used_for(json group, cu_str purpose)
{
    static const char *const lists[] = {"fields", "events"};
    for (size_t i = 0; i < CU_COUNT(lists); i++) {
        struct json_iter it = json_each(json_get(group, lists[i]));
        while (json_next(&it)) {
            if (in_list(json_get(it.value, "purposes"), purpose))
                return true;
        }
    }
    return false;
}

static const char *article(cu_str basis)
{
    return cu_str_eqz(basis, "consent") ? "GDPR-6-1-a" : cu_str_eqz(basis, "contract") ? "GDPR-6-1-b"
        : cu_str_eqz(basis, "legal_obligation") ? "GDPR-6-1-c" : "GDPR-6-1-f";
}

static void print_purposes(struct transparency_page *p, json group, struct json_writer *w)
{
    jw_key(w, "purposes");
    jw_array(w);
    struct json_iter it = json_each(json_get(p->content, "purposes"));
    while (json_next(&it)) {
        if (!used_for(group, text_of(it.value, "name")))
            continue;
        jw_object(w);
        jw_kstr(w, "purpose", text_of(it.value, "name"));
        jw_kstr(w, "description", text_of(it.value, "doc"));
        jw_object_end(w);
    }
    jw_array_end(w);
}

static bool rests_on(struct transparency_page *p, json group, const char *basis)
{
    struct json_iter it = json_each(json_get(p->content, "purposes"));
    while (json_next(&it)) {
        if (cu_str_eqz(text_of(it.value, "basis"), basis) && used_for(group, text_of(it.value, "name")))
            return true;
    }
    return false;
}

static void print_bases(struct transparency_page *p, json group, struct json_writer *w)
{
    static const char *const bases[] = {"consent", "contract", "legal_obligation", "legitimate_interest"};
    jw_key(w, "legalBases");
    jw_array(w);
    for (size_t i = 0; i < CU_COUNT(bases); i++) {
        if (!rests_on(p, group, bases[i]))
            continue;
        jw_object(w);
        jw_kz(w, "reference", article(cu_str_of(bases[i])));
        jw_kstr(w, "description", transparency_word_of(p->language, "basis", cu_str_of(bases[i])));
        jw_object_end(w);
    }
    jw_array_end(w);
    jw_key(w, "legitimateInterests");
    jw_array(w);
    struct json_iter it = json_each(json_get(p->content, "purposes"));
    while (json_next(&it)) {
        cu_str balancing = transparency_text(p->language, json_get(it.value, "balancing"));
        if (!cu_str_eqz(text_of(it.value, "basis"), "legitimate_interest") || !used_for(group, text_of(it.value, "name")))
            continue;
        jw_object(w);
        jw_kbool(w, "exists", true);
        jw_kstr(w, "reasoning", balancing.len ? balancing : text_of(it.value, "doc"));
        jw_object_end(w);
    }
    jw_array_end(w);
}

static void print_recipients(struct transparency_page *p, json group, struct json_writer *w)
{
    jw_key(w, "recipients");
    jw_array(w);
    struct json_iter it = json_each(json_get(p->content, "recipients"));
    while (json_next(&it)) {
        bool gets = false;
        cu_str country = text_of(it.value, "country"),
               role = transparency_word_of(p->language, "role", text_of(it.value, "role"));
        struct json_iter of = json_each(json_get(it.value, "purposes"));
        while (!gets && json_next(&of))
            gets = used_for(group, json_str(of.value));
        if (!gets)
            continue;
        jw_object(w);
        jw_kstr(w, "name", text_of(it.value, "title"));
        if (country.len)
            jw_kstr(w, "country", country);
        jw_kstr(w, "category", role.len ? role : text_of(it.value, "title"));
        jw_object_end(w);
    }
    jw_array_end(w);
}

static void print_storage(struct transparency_page *p, json group, struct json_writer *w)
{
    static const char *const lists[] = {"fields", "events"};
    jw_key(w, "storage");
    jw_array(w);
    jw_object(w);
    jw_key(w, "temporal");
    jw_array(w);
    for (size_t i = 0; i < CU_COUNT(lists); i++) {
        struct json_iter it = json_each(json_get(group, lists[i]));
        while (json_next(&it)) {
            int64_t days = 0;
            char ttl[32];
            if (!json_i64(json_get(it.value, "retention_days"), &days) || days == 0)
                continue; // as long as the person: below
            (void)snprintf(ttl, sizeof ttl, "P%lldD", (long long)days);
            jw_object(w);
            jw_kstr(w, "description", text_of(it.value, "name"));
            jw_kz(w, "ttl", ttl);
            jw_object_end(w);
        }
    }
    jw_array_end(w);
    jw_key(w, "purposeConditional");
    jw_array(w);
    jw_str(w, transparency_word(p->language, "as_long"));
    jw_array_end(w);
    jw_key(w, "legalBasisConditional");
    jw_array(w);
    jw_array_end(w);
    jw_kz(w, "aggregationFunction", "max");
    jw_object_end(w);
    jw_array_end(w);
}

static void print_disclosed(struct transparency_page *p, const char hash[65], struct json_writer *w)
{
    jw_key(w, "dataDisclosed");
    jw_array(w);
    struct json_iter it = json_each(json_get(p->content, "data"));
    while (json_next(&it)) {
        jw_object(w);
        print_id(w, hash, text_of(it.value, "name"));
        jw_kstr(w, "category", transparency_word_of(p->language, "category", text_of(it.value, "name")));
        print_purposes(p, it.value, w);
        print_bases(p, it.value, w);
        print_recipients(p, it.value, w);
        print_storage(p, it.value, w);
        jw_key(w, "nonDisclosure");
        jw_object(w);
        jw_kbool(w, "legalRequirement", rests_on(p, it.value, "legal_obligation"));
        jw_kbool(w, "contractualRegulation", rests_on(p, it.value, "contract"));
        jw_kbool(w, "obligationToProvide", false);
        jw_kz(w, "consequences", "");
        jw_object_end(w);
        jw_object_end(w);
    }
    jw_array_end(w);
}

// ---- transfers, rights, the rest

static void print_guarantee(struct json_writer *w, const char *name, bool available, cu_str description)
{
    jw_key(w, name);
    jw_object(w);
    jw_kbool(w, "available", available);
    jw_kstr(w, "description", available ? description : CU_LIT(""));
    jw_object_end(w);
}

static void print_transfers(struct transparency_page *p, struct json_writer *w)
{
    jw_key(w, "thirdCountryTransfers");
    jw_array(w);
    struct json_iter it = json_each(json_get(p->content, "recipients"));
    while (json_next(&it)) {
        cu_str country = text_of(it.value, "country"), safeguard = text_of(it.value, "safeguard");
        cu_str word = transparency_word_of(p->language, "safeguard", safeguard);
        if (!country.len || transparency_country_is_safe(country))
            continue;
        bool adequate = cu_str_eqz(safeguard, "adequacy"), clauses = cu_str_eqz(safeguard, "scc");
        jw_object(w);
        jw_kstr(w, "country", country);
        print_guarantee(w, "adequacyDecision", adequate, word);
        print_guarantee(w, "appropriateGuarantees", clauses || cu_str_eqz(safeguard, "bcr"), word);
        print_guarantee(
            w, "presenceOfEnforceableRightsAndEffectiveRemedies", adequate || clauses || cu_str_eqz(safeguard, "bcr"), word);
        print_guarantee(w, "standardDataProtectionClause", clauses, word);
        jw_object_end(w);
    }
    jw_array_end(w);
}

static void open_right(
    struct transparency_page *p, const char *base_url, const char *name, const char *word, struct json_writer *w)
{
    char url[400];
    (void)snprintf(url, sizeof url, "%s/privacy", base_url);
    jw_key(w, name);
    jw_object(w);
    jw_kbool(w, "available", true);
    jw_kstr(w, "description", transparency_word(p->language, word));
    jw_kz(w, "url", url);
    jw_kstr(w, "email", text_of(json_get(p->content, "controller"), "email"));
    jw_key(w, "identificationEvidences");
    jw_array(w);
    jw_z(w, "E-mail verification");
    jw_array_end(w);
}

static void print_rights(struct transparency_page *p, const char *base_url, struct json_writer *w)
{
    static const char *const plain[][2] = {{"rightToInformation", "right.access"},
        {"rightToRectificationOrDeletion", "right.erasure"}, {"rightToDataPortability", "right.portability"},
        {"rightToWithdrawConsent", "right.withdrawal"}};
    open_right(p, base_url, "accessAndDataPortability", "right.access", w);
    jw_key(w, "administrativeFee");
    jw_object(w);
    jw_ki64(w, "amount", 0);
    jw_kz(w, "currency", "EUR");
    jw_object_end(w);
    jw_kz(w, "dataFormat", "json");
    jw_object_end(w);
    for (size_t i = 0; i < CU_COUNT(plain); i++) {
        open_right(p, base_url, plain[i][0], plain[i][1], w);
        jw_object_end(w);
    }
    open_right(p, base_url, "rightToComplain", "right.complaint", w);
    jw_key(w, "supervisoryAuthority");
    jw_object(w);
    json authority = json_get(p->content, "authority");
    jw_kstr(w, "name", text_of(authority, "name"));
    jw_kstr(w, "address", text_of(authority, "address"));
    jw_kstr(w, "country", text_of(authority, "country"));
    jw_kstr(w, "email", text_of(authority, "email"));
    jw_kstr(w, "phone", text_of(authority, "phone"));
    jw_object_end(w);
    jw_object_end(w);
}

static void print_sources(struct transparency_page *p, const char *base_url, const char hash[65], struct json_writer *w)
{
    jw_key(w, "sources");
    jw_array(w);
    struct json_iter it = json_each(json_get(p->content, "sources"));
    while (json_next(&it)) {
        jw_object(w);
        print_id(w, hash, json_str(it.value));
        jw_kstr(w, "dataCategory", transparency_word(p->language, "category.user"));
        jw_key(w, "sources");
        jw_array(w);
        jw_object(w);
        jw_kstr(w, "description", transparency_word_of(p->language, "source", json_str(it.value)));
        jw_kz(w, "url", base_url);
        jw_kbool(w, "publiclyAvailable", false);
        jw_object_end(w);
        jw_array_end(w);
        jw_object_end(w);
    }
    jw_array_end(w);
}

static void print_changes(struct transparency_page *p, const char *base_url, struct json_writer *w)
{
    char url[400];
    (void)snprintf(url, sizeof url, "%s/transparency", base_url);
    jw_key(w, "changesOfPurpose");
    jw_array(w);
    struct json_iter it = json_each(json_get(p->content, "planned"));
    while (json_next(&it)) {
        cu_str text = transparency_text(p->language, json_get(it.value, "texts"));
        jw_object(w);
        jw_kstr(w, "description", text.ptr ? text : CU_LIT(""));
        jw_key(w, "affectedDataCategories");
        jw_array(w);
        struct json_iter g = json_each(json_get(p->content, "data"));
        while (json_next(&g)) {
            bool touched = false;
            struct json_iter of = json_each(json_get(it.value, "purposes"));
            while (!touched && json_next(&of))
                touched = used_for(g.value, json_str(of.value));
            if (touched)
                jw_str(w, transparency_word_of(p->language, "category", text_of(g.value, "name")));
        }
        jw_array_end(w);
        jw_kstr(w, "plannedDateOfChange", text_of(it.value, "date"));
        jw_kz(w, "urlOfNewVersion", url);
        jw_object_end(w);
    }
    jw_array_end(w);
}

void transparency_print_tilt(struct transparency_page *p, const char *base_url, cu_str document, struct json_writer *w)
{
    char hash[65];
    cu_str automated = transparency_text(p->language, json_get(p->content, "automated"));
    hash_of(document, hash);
    jw_object(w);
    print_meta(p, base_url, hash, w);
    print_controller(p, w);
    print_disclosed(p, hash, w);
    print_transfers(p, w);
    print_rights(p, base_url, w);
    print_sources(p, base_url, hash, w);
    jw_key(w, "automatedDecisionMaking");
    jw_object(w);
    jw_kbool(w, "inUse", automated.len > 0);
    jw_kstr(w, "logicInvolved", automated.len ? automated : CU_LIT(""));
    jw_kstr(w, "scopeAndIntendedEffects", automated.len ? CU_LIT("") : transparency_word(p->language, "automated_none"));
    jw_object_end(w);
    print_changes(p, base_url, w);
    jw_object_end(w);
}

// ---- DPV

void transparency_print_dpv(struct transparency_page *p, const char *base_url, struct json_writer *w)
{
    static const char *const bases[][2] = {{"consent", "eu-gdpr:A6-1-a"}, {"contract", "eu-gdpr:A6-1-b"},
        {"legal_obligation", "eu-gdpr:A6-1-c"}, {"legitimate_interest", "eu-gdpr:A6-1-f"}};
    json controller = json_get(p->content, "controller");
    char url[400];
    (void)snprintf(url, sizeof url, "%s/transparency/%lld", base_url, (long long)p->version);
    jw_object(w);
    jw_kz(w, "@context", "https://w3id.org/dpv/dpv.jsonld");
    jw_kz(w, "@id", url);
    jw_key(w, "@graph");
    jw_array(w);
    struct json_iter it = json_each(json_get(p->content, "purposes"));
    while (json_next(&it)) {
        jw_object(w);
        jw_kz(w, "@type", "dpv:PersonalDataHandling");
        jw_kstr(w, "dpv:hasName", text_of(it.value, "name"));
        jw_kstr(w, "dpv:hasPurpose", text_of(it.value, "doc"));
        for (size_t i = 0; i < CU_COUNT(bases); i++) {
            if (cu_str_eqz(text_of(it.value, "basis"), bases[i][0]))
                jw_kz(w, "dpv:hasLegalBasis", bases[i][1]);
        }
        jw_kstr(w, "dpv:hasDataController", text_of(controller, "name"));
        jw_key(w, "dpv:hasPersonalData");
        jw_array(w);
        struct json_iter g = json_each(json_get(p->content, "data"));
        while (json_next(&g)) {
            if (used_for(g.value, text_of(it.value, "name")))
                jw_str(w, text_of(g.value, "name"));
        }
        jw_array_end(w);
        jw_key(w, "dpv:hasRecipient");
        jw_array(w);
        struct json_iter r = json_each(json_get(p->content, "recipients"));
        while (json_next(&r)) {
            if (in_list(json_get(r.value, "purposes"), text_of(it.value, "name")))
                jw_str(w, text_of(r.value, "title"));
        }
        jw_array_end(w);
        jw_object_end(w);
    }
    jw_array_end(w);
    jw_object_end(w);
}
