// SPDX-License-Identifier: Apache-2.0
// The engine: one opened data folder with every module in it, ready to answer requests in process.
// `custos serve` puts listeners in front of it; commands on a folder without a server call it directly.
#pragma once

#include "dispatch.h"
#include "folder.h"
#include "settings.h"

#include "collect/door.h"
#include "collect/import.h"
#include "collect/pipeline.h"
#include "collect/quarantine.h"
#include "collect/sources.h"
#include "consent/gate.h"
#include "consent/rights.h"
#include "collect/sample.h"
#include "govern/audit.h"
#include "govern/breach.h"
#include "govern/catalogue.h"
#include "govern/govern.h"
#include "govern/retention.h"
#include "govern/register.h"
#include "govern/retention.h"
#include "govern/self_audit.h"
#include "govern/transparency.h"
#include "insight/audience.h"
#include "insight/dashboard.h"
#include "insight/personal.h"
#include "insight/query.h"
#include "insight/rfm.h"
#include "insight/target.h"
#include "insight/live.h"
#include "net/outgoing.h"
#include "reach/letters.h"

enum { ENGINE_MODULES_MAX = 96 };

struct engine {
    struct settings settings; // of the folder: file, environment, flags
    struct folder folder;
    struct guard *guard;     // keys and audit log, in a process of its own (settings: key_process)
    struct keyring *keyring; // a delegate of the root key: tags, MACs, journal, spool
    struct journal *journal;
    struct seen *seen;
    struct timeline *timeline;
    struct people *people;
    struct gate *gate;
    struct certificates *certificates;
    struct sms_replies *sms_replies;
    struct rights *rights;
    struct recipients *recipients;
    struct privacy_doors *privacy_doors;
    struct centre_links *centre_links;
    struct centre *centre;
    struct sources *sources;
    struct pipeline *pipeline;
    struct door *door;
    struct imports *imports;
    struct quarantine *quarantine;
    struct outgoing *outgoing;
    struct smtp_options mail; // of the settings; host "": none
    struct letters *letters;
    struct canary_rights *canary_rights;
    struct sms_gateway *sms;
    struct oidc *oidc;
    struct govern *govern;
    struct retention *retention;
    struct usage *usage;
    struct proposals *proposals;
    struct auditing *auditing;
    struct breaches *breaches;
    struct registers *registers;
    struct text_zone *zone; // of the shop
    struct facts *facts;
    struct audiences *audiences;
    struct rfm *rfm;
    struct segments *segments;
    struct personal *personal;
    struct insight *insight;
    struct rates *rates;
    struct spend *spend;
    struct order_book *order_book;
    struct insight_desk *insight_desk;
    struct targets *targets;
    struct dashboards *dashboards;
    struct questions *questions;
    struct catalogue *catalogue;
    struct transparency *transparency;
    struct sample sample;
    struct self_audit self_audit;
    struct dispatch_module modules[ENGINE_MODULES_MAX];
    size_t module_count;
    struct dispatch *dispatch;
    struct jobs *jobs;
    struct backups *backups;
    struct keys_desk *keys_desk;
    int64_t opened_us;
};

// settings: flags and environment, laid over the folder's own. Opens, replays, starts the pipeline and the jobs.
// On failure everything opened so far is closed again.
cu_code engine_open(const struct settings *settings, const char *data, struct engine **ret, struct cu_error *err) CU_MUST;
void engine_close(struct engine *e);
// Where the folder's root key comes from, by its settings.
cu_code engine_root_source(const struct engine *e, struct root_source *ret, struct cu_error *err) CU_MUST;
bool engine_ready(const struct engine *e, const char **ret_why_not);
void engine_update_metrics(struct engine *e); // gauges that are read, not counted
