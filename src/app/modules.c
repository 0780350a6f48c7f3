// SPDX-License-Identifier: Apache-2.0
// The list of modules: the only file that names every one. See modules.h.
#include "modules.h"

#include "consent/centre_link.h"
#include "consent/certificate.h"
#include "consent/sms_reply.h"
#include "consent/gpp_map.h"
#include "consent/recipient.h"
#include "consent/recipient_door.h"
#include "consent/record.h"
#include "govern/approval.h"
#include "govern/attention.h"
#include "govern/break_glass.h"
#include "govern/retention.h"
#include "govern/role.h"
#include "govern/oidc_module.h"
#include "govern/passkey.h"
#include "govern/proposal.h"
#include "govern/sms.h"
#include "govern/usage.h"
#include "govern/sms_gateway.h"
#include "govern/staff.h"
#include "govern/token.h"
#include "insight/question.h"
#include "reach/letters.h"
#include "archive.h"
#include "centre.h"
#include "backup_service.h"
#include "canary_rights.h"
#include "dashboard_mail.h"
#include "self_audit_facts.h"
#include "keys_routes.h"
#include "site.h"

#include <stddef.h>

static const struct dictionary *dictionary_in_force(void *context)
{
    const struct engine *e = context;
    return people_dictionary(e->people);
}

static cu_code open_oidc(struct engine *e, struct cu_error *err)
{
    const struct settings *s = &e->settings;
    struct oidc_options o = {.issuer = settings_z(s, "oidc_issuer"), .client_id = settings_z(s, "oidc_client_id"),
        .secret_file = settings_z(s, "oidc_client_secret_file"), .name = settings_z(s, "oidc_name"),
        .trust = settings_i64(s, "oidc_trust_second_factor") != 0};
    return oidc_open(&o, e->outgoing, &e->oidc, err);
}

static cu_code open_sms(struct engine *e, struct cu_error *err)
{
    const struct settings *s = &e->settings;
    struct sms_options o = {.kind = settings_z(s, "sms_gateway"), .method = settings_z(s, "sms_method"), .url = settings_z(s, "sms_url"),
        .headers = settings_z(s, "sms_headers"), .body = settings_z(s, "sms_body"),
        .form = strcmp(settings_z(s, "sms_body_form"), "form") == 0, .account = settings_z(s, "sms_account"),
        .from = settings_z(s, "sms_from"), .secret_file = settings_z(s, "sms_secret_file"), .text = settings_z(s, "sms_text"),
        .prefixes = settings_z(s, "sms_prefixes"), .shop_name = settings_z(s, "shop_name"),
        .per_number_max = settings_i64(s, "sms_per_number_max"), .per_prefix_max = settings_i64(s, "sms_per_prefix_max"),
        .per_day_max = settings_i64(s, "sms_per_day_max")};
    return sms_gateway_open(&o, e->outgoing, &e->sms, err);
}

static cu_code staff_address(void *context, int64_t staff_id, struct cu_buf *out, struct cu_error *err)
{
    const struct engine *e = context;
    return staff_email(e->govern, staff_id, out, err);
}

static cu_code canary_last(void *context, struct transparency_canary *ret, struct cu_error *err)
{
    struct engine *e = context;
    struct canary_rights_result last;
    CU_TRY(canary_rights_last(e->canary_rights, &last, err));
    *ret = (struct transparency_canary){.at_ms = last.at_ms, .good = last.ok};
    return CU_OK;
}

static cu_code open_letters(struct engine *e, struct cu_error *err)
{
    static const char *const names[] = {[SMTP_PLAIN] = "plain", [SMTP_STARTTLS] = "starttls", [SMTP_TLS] = "tls"};
    const struct settings *s = &e->settings;
    const char *name = settings_z(s, "mail_from_name");
    e->mail = (struct smtp_options){.host = settings_z(s, "mail_host"), .port = (uint16_t)settings_i64(s, "mail_port"),
        .user = settings_z(s, "mail_user"), .password_file = settings_z(s, "mail_password_file"), .from = settings_z(s, "mail_from"),
        .from_name = name[0] ? name : settings_z(s, "shop_name"), .ca_file = settings_z(s, "mail_ca"),
        .networks = settings_z(s, "outgoing_networks")};
    for (size_t i = 0; i < CU_COUNT(names); i++) {
        if (strcmp(settings_z(s, "mail_security"), names[i]) == 0)
            e->mail.security = (enum smtp_security)i;
    }
    const struct letters_options o = {.people = e->people, .smtp = &e->mail, .shop_name = settings_z(s, "shop_name"),
        .address_of = staff_address, .address_context = e};
    return letters_open(&o, &e->letters, err);
}

static cu_code open_recipients(struct engine *e, struct cu_error *err)
{
    char base_url[320];
    settings_base_url(&e->settings, base_url, sizeof base_url);
    const struct recipients_options o = {.people = e->people, .outgoing = e->outgoing, .send = letters_can(e->letters) ? letters_send : NULL,
        .send_context = e->letters, .shop_name = settings_z(&e->settings, "shop_name"), .base_url = base_url,
        .ca_file = settings_z(&e->settings, "outgoing_ca")};
    return recipients_open(&o, &e->recipients, err);
}

static cu_code open_privacy_doors(struct engine *e, struct cu_error *err)
{
    char base_url[320];
    const struct settings *s = &e->settings;
    settings_base_url(s, base_url, sizeof base_url);
    const struct privacy_doors_options o = {.people = e->people, .outgoing = e->outgoing, .rights = e->rights, .base_url = base_url,
        .certificate_file = settings_z(s, "opendsr_certificate"), .key_file = settings_z(s, "opendsr_key"),
        .domain = settings_z(s, "opendsr_domain"), .business_id = settings_z(s, "drp_business_id")};
    return privacy_doors_open(&o, &e->privacy_doors, err);
}

// How long an archive of the keys may live: until then, with the root key, it opens who was erased since.
enum { KEY_ARCHIVE_DAYS = 7 };

static cu_code open_certificates(struct engine *e, struct cu_error *err)
{
    char folder[FOLDER_PATH_MAX + 64];
    folder_file(&e->folder, "audit", folder);
    struct certificates_options o = {.people = e->people, .audit_folder = folder, .archive_days = KEY_ARCHIVE_DAYS};
    return certificates_open(&o, &e->certificates, err);
}

static cu_code recipients_told(void *context, struct db *d, struct cu_uuid request, struct json_writer *w, struct cu_error *err)
{
    return recipients_print(context, d, request, w, err);
}

static cu_code open_rights(struct engine *e, struct cu_error *err)
{
    char base_url[320];
    settings_base_url(&e->settings, base_url, sizeof base_url);
    const struct settings *s = &e->settings;
    const struct rights_options o = {.people = e->people, .gate = e->gate, .zone = e->zone, .shop_name = settings_z(s, "shop_name"),
        .base_url = base_url, .regime = settings_z(s, "rights_regime"), .order_years = (int32_t)settings_i64(s, "rights_order_years"),
        .send = letters_can(e->letters) ? letters_send : NULL, .send_context = e->letters, .links = e->centre_links, .archive = archive_make, .archive_context = e};
    return rights_open(&o, &e->rights, err);
}

static cu_code open_sms_replies(struct engine *e, struct cu_error *err)
{
    const struct settings *s = &e->settings;
    const char *public_url = settings_z(s, "public_url");
    const struct sms_reply_options o = {.people = e->people, .gate = e->gate,
        .secret_file = settings_z(s, "sms_reply_secret_file"), .public_url = public_url ? public_url : "",
        .shop_name = settings_z(s, "shop_name")};
    return sms_replies_open(&o, &e->sms_replies, err);
}

static bool key_good(void *context, cu_str key)
{
    const struct engine *e = context;
    struct source s;
    return sources_by_key(e->sources, key, &s) && s.enabled;
}

static cu_code open_records(struct engine *e, struct cu_error *err)
{
    char folder[FOLDER_PATH_MAX + 64];
    folder_file(&e->folder, "audit", folder);
    const char *public_url = settings_z(&e->settings, "public_url"); // not the listen address: a policy would change with it
    const struct record_options o = {.audit_folder = folder, .shop_name = settings_z(&e->settings, "shop_name"), .base_url = public_url ? public_url : "",
        .consent_age = (int32_t)settings_i64(&e->settings, "consent_age"), .key_good = key_good, .key_context = e};
    return record_start(e->gate, &o, err);
}

static cu_code open_auditing(struct engine *e, struct cu_error *err)
{
    char folder[FOLDER_PATH_MAX + 64];
    folder_file(&e->folder, "audit", folder);
    struct auditing_options o = {.people = e->people, .govern = e->govern, .sources = e->sources, .folder = folder,
        .witnesses = settings_z(&e->settings, "audit_witnesses"), .shop_hours = settings_z(&e->settings, "shop_hours"),
        .time_zone = settings_z(&e->settings, "time_zone"), .people_per_hour = settings_i64(&e->settings, "alert_people_per_hour"),
        .sign_in_failures = settings_i64(&e->settings, "alert_sign_in_failures")};
    return auditing_open(&o, &e->auditing, err);
}

static cu_code open_breaches(struct engine *e, struct cu_error *err)
{
    const char *public_url = settings_z(&e->settings, "public_url");
    const struct breaches_options o = {.auditing = e->auditing, .zone = e->zone, .shop_name = settings_z(&e->settings, "shop_name"),
        .base_url = public_url ? public_url : "", .send = letters_can(e->letters) ? letters_send : NULL, .send_context = e->letters};
    return breaches_open(&o, &e->breaches, err);
}

static cu_code open_registers(struct engine *e, struct cu_error *err)
{
    const char *public_url = settings_z(&e->settings, "public_url");
    const struct registers_options o = {.auditing = e->auditing, .recipients = e->recipients, .sources = e->sources,
        .shop_name = settings_z(&e->settings, "shop_name"), .base_url = public_url ? public_url : ""};
    return registers_open(&o, &e->registers, err);
}

static uint32_t source_of_name(void *context, cu_str name)
{
    struct engine *e = context;
    struct source s;
    for (uint32_t number = 1; sources_by_number(e->sources, number, &s); number++) {
        if (cu_str_eqz(name, s.name))
            return number;
    }
    return 0;
}

static cu_code open_audiences(struct engine *e, struct cu_error *err)
{
    char path[FOLDER_PATH_MAX + 64];
    folder_file(&e->folder, "audiences.db", path);
    e->zone = text_zone_open(settings_z(&e->settings, "time_zone"));
    if (!e->zone)
        return cu_fail(err, CU_MEMORY, "time_zone", "no memory for the time zone");
    const struct facts_options fo = {.people = e->people, .gate = e->gate, .zone = e->zone};
    CU_TRY(facts_open(&fo, &e->facts, err));
    const struct audiences_options ao = {.people = e->people, .gate = e->gate, .facts = e->facts, .path = path, .zone = e->zone,
        .source = source_of_name, .source_context = e};
    return audiences_open(&ao, &e->audiences, err);
}

static cu_code open_segments(struct engine *e, struct cu_error *err)
{
    const char *currency = settings_z(&e->settings, "currency");
    const struct rfm_options ro = {.people = e->people, .facts = e->facts, .audiences = e->audiences, .currency = currency};
    CU_TRY(rfm_open(&ro, &e->rfm, err));
    const struct segments_options so = {.people = e->people, .gate = e->gate, .facts = e->facts, .audiences = e->audiences,
        .currency = currency};
    CU_TRY(segments_open(&so, &e->segments, err));
    const struct personal_options po = {.people = e->people, .gate = e->gate, .facts = e->facts, .audiences = e->audiences,
        .segments = e->segments, .sources = e->sources};
    return personal_open(&po, &e->personal, err);
}

static void tell_audiences(void *context, const struct pipeline_news *news, size_t count)
{
    const struct engine *e = context;
    struct audience_news told[256];
    for (size_t at = 0; at < count;) {
        size_t n = 0;
        for (; n < CU_COUNT(told) && at < count; n++, at++)
            told[n] = (struct audience_news){.pno = news[at].pno, .kind = news[at].kind, .received_ms = news[at].received_ms};
        audiences_news(e->audiences, told, n);
    }
}

static cu_code transparency_recipients(void *context, struct cu_arena *a, struct recipient_row **ret, size_t *ret_count, struct cu_error *err)
{
    return recipients_list(context, a, ret, ret_count, err);
}

static cu_code transparency_figures(void *context, int64_t from_ms, int64_t to_ms, struct json_writer *w, struct cu_error *err)
{
    return rights_figures(context, from_ms, to_ms, w, err);
}

static cu_code open_transparency(struct engine *e, struct cu_error *err)
{
    char folder[FOLDER_PATH_MAX + 64], base_url[320];
    folder_file(&e->folder, "audit", folder);
    settings_base_url(&e->settings, base_url, sizeof base_url);
    const struct transparency_options o = {.people = e->people, .audit_folder = folder, .base_url = base_url,
        .gather = self_audit_facts_gather, .gather_context = e, .recipients = transparency_recipients, .recipients_context = e->recipients,
        .figures = transparency_figures, .figures_context = e->rights, .canary = canary_last, .canary_context = e};
    return transparency_open(&o, &e->transparency, err);
}

static cu_code retention_tell(void *context, struct cu_uuid erasure, uint32_t pno, struct cu_error *err)
{
    uint32_t count = 0;
    return recipients_tell(context, erasure, pno, RIGHTS_ERASURE, &count, err);
}

static cu_code open_retention(struct engine *e, struct cu_error *err)
{
    char folder[FOLDER_PATH_MAX + 64];
    folder_file(&e->folder, "audit", folder);
    const struct retention_options o = {.people = e->people, .certificates = e->certificates, .audiences = e->audiences,
        .audit_folder = folder, .order_years = (int32_t)settings_i64(&e->settings, "rights_order_years"), .tell = retention_tell,
        .tell_context = e->recipients};
    return retention_open(&o, &e->retention, err);
}

static cu_code open_order_book(struct engine *e, struct cu_error *err)
{
    CU_TRY(rates_open(e->people, settings_z(&e->settings, "currency"), &e->rates, err));
    CU_TRY(spend_open(e->people, e->rates, settings_z(&e->settings, "currency"), &e->spend, err));
    const struct order_book_options o = {.people = e->people, .rates = e->rates, .zone = e->zone,
        .currency = settings_z(&e->settings, "currency")};
    return order_book_open(&o, &e->order_book, err);
}

static cu_code open_insight_desk(struct engine *e, struct cu_error *err)
{
    const struct insight_desk_options o = {.people = e->people, .facts = e->facts, .audiences = e->audiences, .gate = e->gate, .orders = e->order_book, .spend = e->spend, .zone = e->zone,
        .zone_name = settings_z(&e->settings, "time_zone"), .currency = settings_z(&e->settings, "currency"),
        .small_group = settings_i64(&e->settings, "insight_small_group")};
    return insight_desk_open(&o, &e->insight_desk, err);
}

static cu_code open_dashboards(struct engine *e, struct cu_error *err)
{
    char base_url[320];
    settings_base_url(&e->settings, base_url, sizeof base_url);
    const struct dashboards_options o = {.people = e->people, .desk = e->insight_desk, .base_url = base_url,
        .shop_name = settings_z(&e->settings, "shop_name"), .send = letters_can(e->letters) ? letters_send : NULL, .send_context = e->letters,
        .staff_find = dashboard_staff_find, .staff_address = dashboard_staff_address, .staff_context = e, .may_send = dashboard_may_send,
        .may_send_context = e};
    return dashboards_open(&o, &e->dashboards, err);
}

static cu_code open_targets(struct engine *e, struct cu_error *err)
{
    const char *public_url = settings_z(&e->settings, "public_url");
    const struct targets_options o = {.desk = e->insight_desk, .people = e->people, .zone = e->zone,
        .currency = settings_z(&e->settings, "currency"), .shop_name = settings_z(&e->settings, "shop_name"), .base_url = public_url ? public_url : "",
        .outgoing = e->outgoing, .send = letters_can(e->letters) ? letters_send : NULL, .send_context = e->letters,
        .address_of = staff_address, .address_context = e, .secret_file = settings_z(&e->settings, "targets_webhook_secret_file")};
    return targets_open(&o, &e->targets, err);
}

cu_code modules_open(struct engine *e, struct cu_error *err)
{
    CU_TRY(orders_open(e->people, cu_str_of(settings_z(&e->settings, "currency")), err));
    CU_TRY(centre_links_open(e->people, &e->centre_links, err)); // before anything erases people: it forgets theirs
    CU_TRY(open_letters(e, err)); // before all that write letters
    CU_TRY(open_records(e, err)); // before facts: they read states again when a policy changes
    CU_TRY(open_audiences(e, err));
    CU_TRY(open_segments(e, err));
    struct pipeline_options po = {.journal = e->journal, .seen = e->seen, .people = e->people, .gate = e->gate,
        .news = tell_audiences, .news_context = e};
    CU_TRY(pipeline_open(&po, &e->pipeline, err));
    CU_TRY(open_rights(e, err));
    CU_TRY(open_certificates(e, err));
    struct door_options doo = {.journal = e->journal, .sources = e->sources, .keyring = e->keyring,
        .dictionary = dictionary_in_force, .dictionary_context = e};
    CU_TRY(door_open(&doo, &e->door, err));
    struct quarantine_options qo = {.people = e->people, .journal = e->journal, .pipeline = e->pipeline};
    CU_TRY(quarantine_open(&qo, &e->quarantine, err));
    char spool[FOLDER_PATH_MAX + 64];
    folder_file(&e->folder, "spool", spool);
    struct imports_options io = {.people = e->people, .gate = e->gate, .sources = e->sources, .journal = e->journal,
        .pipeline = e->pipeline, .keyring = e->keyring, .spool_folder = spool};
    CU_TRY(imports_open(&io, &e->imports, err));
    struct outgoing_options oo = {.networks = cu_str_of(settings_z(&e->settings, "outgoing_networks")),
        .hosts = cu_str_of(settings_z(&e->settings, "outgoing_hosts")), .ca_file = settings_z(&e->settings, "outgoing_ca")};
    CU_TRY(outgoing_open(&oo, &e->outgoing, err));
    CU_TRY(open_recipients(e, err));
    recipients_rights(e->recipients, e->rights);
    rights_tells(e->rights, recipients_tell, recipients_told, e->recipients);
    CU_TRY(open_privacy_doors(e, err));
    CU_TRY(open_sms(e, err));
    CU_TRY(open_sms_replies(e, err));
    CU_TRY(open_oidc(e, err));
    char base_url[320];
    settings_base_url(&e->settings, base_url, sizeof base_url);
    struct govern_options go = {.people = e->people, .base_url = base_url, .shop_name = settings_z(&e->settings, "shop_name"),
        .currency = settings_z(&e->settings, "currency"), .time_zone = settings_z(&e->settings, "time_zone"),
        .sms = e->sms, .oidc = e->oidc};
    CU_TRY(govern_open(&go, &e->govern, err));
    CU_TRY(open_auditing(e, err));
    CU_TRY(open_breaches(e, err));
    CU_TRY(open_registers(e, err));
    break_glass_open(e->govern);
    struct insight_options ino = {.people = e->people, .pipeline = e->pipeline, .sources = e->sources,
        .currency = settings_z(&e->settings, "currency")};
    CU_TRY(insight_open(&ino, &e->insight, err));
    const struct questions_options qno = {.people = e->people, .facts = e->facts, .audiences = e->audiences,
        .currency = settings_z(&e->settings, "currency")};
    CU_TRY(questions_open(&qno, &e->questions, err));
    CU_TRY(open_order_book(e, err));
    CU_TRY(open_insight_desk(e, err));
    CU_TRY(open_targets(e, err));
    CU_TRY(open_dashboards(e, err));
    CU_TRY(keys_desk_open(e, &e->keys_desk, err));
    CU_TRY(open_retention(e, err));
    CU_TRY(usage_open(e->people, &e->usage, err));
    const struct proposals_options pro = {.govern = e->govern, .catalogue = e->catalogue, .people = e->people, .gate = e->gate};
    CU_TRY(proposals_open(&pro, &e->proposals, err));
    CU_TRY(canary_rights_open(e, &e->canary_rights, err));
    CU_TRY(open_transparency(e, err));
    const struct centre_options co = {.engine = e, .rights = e->rights, .send = letters_can(e->letters) ? letters_send : NULL, .send_context = e->letters};
    CU_TRY(centre_open(&co, &e->centre, err));
    CU_TRY(certificates_finish(e->certificates, err)); // all that forgets people is open now
    rights_certificates(e->rights, e->certificates);
    return backups_open(e, &e->backups, err);
}

void modules_close(struct engine *e)
{
    backups_close(e->backups);
    centre_close(e->centre);
    transparency_close(e->transparency);
    canary_rights_close(e->canary_rights);
    proposals_close(e->proposals);
    usage_close(e->usage);
    retention_close(e->retention);
    keys_desk_close(e->keys_desk);
    dashboards_close(e->dashboards);
    targets_close(e->targets);
    insight_desk_close(e->insight_desk);
    order_book_close(e->order_book);
    spend_close(e->spend);
    rates_close(e->rates);
    questions_close(e->questions);
    insight_close(e->insight);
    registers_close(e->registers);
    breaches_close(e->breaches);
    auditing_close(e->auditing);
    govern_close(e->govern);
    sms_replies_close(e->sms_replies);
    sms_gateway_close(e->sms);
    oidc_close(e->oidc);
    privacy_doors_close(e->privacy_doors); // it calls out, and asks the desk
    recipients_close(e->recipients); // it calls out
    outgoing_close(e->outgoing);
    imports_close(e->imports);
    quarantine_close(e->quarantine);
    door_close(e->door);
    certificates_close(e->certificates);
    rights_close(e->rights);
    personal_close(e->personal);
    segments_close(e->segments);
    rfm_stop(e->rfm); // it asks audiences, which tell it
    audiences_close(e->audiences);
    rfm_close(e->rfm);
    facts_close(e->facts);
    text_zone_close(e->zone);
    pipeline_close(e->pipeline);
    centre_links_close(e->centre_links);
    letters_close(e->letters); // all others hand letters to it
}

cu_code modules_authenticate(void *context, struct request *rq, struct cu_error *err)
{
    struct engine *e = context;
    CU_TRY(govern_authenticate(e->govern, rq, err));
    return break_glass_apply(e->govern, rq, err);
}

cu_code modules_approved(void *context, struct request *rq, struct cu_error *err)
{
    struct engine *e = context;
    return approval_check(e->govern, rq, err);
}

// The list of all modules, and where in the engine the instance of each is.
enum instance_kind { A_POINTER, A_PART, THE_WHOLE };
#define INSTANCE(module, member) {&(module), A_POINTER, offsetof(struct engine, member)}
#define PART(module, member) {&(module), A_PART, offsetof(struct engine, member)} // the member itself
#define THE_ENGINE(module) {&(module), THE_WHOLE, 0}
static const struct {
    const struct module *module;
    enum instance_kind kind;
    size_t at;
} list[] = {
    INSTANCE(collect_door_module, door),
    INSTANCE(collect_pipeline_module, pipeline),
    INSTANCE(collect_quarantine_module, quarantine),
    INSTANCE(collect_sources_module, sources),
    INSTANCE(collect_import_module, imports),
    PART(collect_sample_module, sample),
    INSTANCE(people_module, people),
    INSTANCE(consent_module, gate),
    INSTANCE(consent_record_module, gate),
    INSTANCE(consent_list_module, gate),
    INSTANCE(consent_policy_module, gate),
    INSTANCE(consent_signal_module, gate),
    INSTANCE(consent_string_module, gate),
    INSTANCE(consent_sms_reply_module, sms_replies),
    INSTANCE(consent_certificate_module, certificates),
    INSTANCE(consent_rights_module, rights),
    INSTANCE(consent_recipient_module, recipients),
    INSTANCE(consent_privacy_door_module, privacy_doors),
    INSTANCE(consent_opendsr_module, privacy_doors),
    INSTANCE(consent_drp_module, privacy_doors),
    INSTANCE(consent_shopify_privacy_module, privacy_doors),
    INSTANCE(consent_centre_module, centre_links),
    INSTANCE(insight_audience_module, audiences),
    INSTANCE(insight_segment_module, segments),
    INSTANCE(insight_segment_people_module, segments),
    INSTANCE(insight_persona_module, segments),
    INSTANCE(insight_explore_module, segments),
    INSTANCE(insight_rfm_module, rfm),
    INSTANCE(insight_personal_module, personal),
    INSTANCE(insight_module, insight),
    INSTANCE(insight_question_module, questions),
    INSTANCE(insight_query_module, insight_desk),
    INSTANCE(insight_rate_module, rates),
    INSTANCE(insight_spend_module, spend),
    INSTANCE(insight_target_module, targets),
    INSTANCE(insight_dashboard_module, dashboards),
    INSTANCE(insight_share_module, dashboards),
    INSTANCE(reach_letter_module, letters),
    INSTANCE(govern_module, govern),
    INSTANCE(govern_session_module, govern),
    INSTANCE(govern_staff_module, govern),
    INSTANCE(govern_invitation_module, govern),
    INSTANCE(govern_reset_module, govern),
    INSTANCE(govern_security_module, govern),
    INSTANCE(govern_token_module, govern),
    INSTANCE(govern_passkey_module, govern),
    INSTANCE(govern_sms_module, govern),
    INSTANCE(govern_oidc_module, govern),
    INSTANCE(govern_audit_module, auditing),
    INSTANCE(govern_alert_module, auditing),
    INSTANCE(govern_decoy_module, auditing),
    INSTANCE(govern_breach_module, breaches),
    INSTANCE(govern_register_module, registers),
    INSTANCE(govern_catalogue_module, catalogue),
    INSTANCE(govern_proposal_module, proposals),
    INSTANCE(govern_retention_module, retention),
    INSTANCE(govern_usage_module, usage),
    INSTANCE(govern_role_module, govern),
    INSTANCE(govern_approval_module, govern),
    INSTANCE(govern_attention_module, govern),
    INSTANCE(govern_break_glass_module, govern),
    THE_ENGINE(app_archive_module),
    INSTANCE(app_centre_module, centre),
    INSTANCE(app_canary_rights_module, canary_rights),
    INSTANCE(app_backup_module, backups),
    INSTANCE(app_keys_module, keys_desk),
    THE_ENGINE(app_key_replicas_module),
    PART(govern_self_audit_module, self_audit),
    INSTANCE(govern_transparency_module, transparency),
    INSTANCE(govern_transparency_staff_module, transparency),
    THE_ENGINE(app_site_module),
};

static void *instance_of(struct engine *e, enum instance_kind kind, size_t at)
{
    void *member = (char *)e + at, *pointer = NULL;
    if (kind == THE_WHOLE || kind == A_PART)
        return kind == A_PART ? member : e;
    memcpy(&pointer, member, sizeof pointer);
    return pointer;
}

size_t modules_list(struct engine *e, struct dispatch_module *ret, size_t max)
{
    size_t count = CU_COUNT(list) < max ? CU_COUNT(list) : max;
    for (size_t i = 0; i < count; i++)
        ret[i] = (struct dispatch_module){list[i].module, e ? instance_of(e, list[i].kind, list[i].at) : NULL};
    return count;
}
