// SPDX-License-Identifier: Apache-2.0
// custos serve: the engine with listeners in front of it, until SIGTERM or SIGINT. SIGHUP reads the
// TLS files and the dictionary again.
#include "command.h"
#include "commands.h"

#include "backup_service.h"
#include "base/file.h"
#include "base/fault.h"
#include "base/log.h"
#include "engine.h"
#include "keys_routes.h"
#include "net/server.h"
#include "consent/recipient_door.h"
#include "shut_in.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <time.h>

static cu_code route(void *context, struct request *rq, struct cu_error *err)
{
    struct engine *e = context;
    return dispatch_route(e->dispatch, rq, err);
}

static void serve_request(void *context, struct request *rq)
{
    struct engine *e = context;
    dispatch_serve(e->dispatch, rq);
}

static cu_code upload_open(void *context, struct request *rq, void **ret, struct cu_error *err)
{
    struct engine *e = context;
    CU_TRY(dispatch_admit(e->dispatch, rq, err));
    return import_upload_open(e->imports, rq, ret, err);
}

static cu_code upload_write(void *context, void *upload, cu_str bytes, struct cu_error *err)
{
    struct engine *e = context;
    return import_upload_write(e->imports, upload, bytes, err);
}

static cu_code upload_close(void *context, void *upload, int64_t *ret_number, struct cu_error *err)
{
    struct engine *e = context;
    return import_upload_close(e->imports, upload, ret_number, err);
}

static void upload_abort(void *context, void *upload)
{
    struct engine *e = context;
    import_upload_abort(e->imports, upload);
}

// OWASP ASVS 5.0 3.4: what every answer to a browser carries, unless the handler says otherwise.
static const struct server_header default_headers[] = {
    {"Strict-Transport-Security", "max-age=63072000; includeSubDomains"}, // browsers heed it over TLS only
    {"X-Content-Type-Options", "nosniff"},
    {"X-Frame-Options", "DENY"}, // for browsers that do not know frame-ancestors
    {"X-XSS-Protection", "0"},   // the filter of old browsers can be turned against a page
    {"Referrer-Policy", "no-referrer"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {"Content-Security-Policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "font-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
        "require-trusted-types-for 'script'"},
    {"Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()"},
    {"Cache-Control", "no-store"},
    {NULL, NULL},
};

static size_t split_listen(char *text, const char *ret[SERVER_LISTEN_MAX])
{
    size_t count = 0;
    char *rest = NULL;
    for (char *at = strtok_r(text, ", ", &rest); at && count < SERVER_LISTEN_MAX; at = strtok_r(NULL, ", ", &rest))
        ret[count++] = at;
    return count;
}

static cu_code open_server(struct engine *e, struct server **ret, struct cu_error *err)
{
    char listen[1024], socket[FOLDER_PATH_MAX + 64];
    const char *addresses[SERVER_LISTEN_MAX];
    const char *cert = settings_z(&e->settings, "tls_cert"), *key = settings_z(&e->settings, "tls_key");
    (void)snprintf(listen, sizeof listen, "%s", settings_z(&e->settings, "listen"));
    folder_file(&e->folder, "custos.sock", socket);
    struct server_options o = {
        .listen = addresses,
        .listen_count = split_listen(listen, addresses),
        .unix_path = socket,
        .tls_cert = cert[0] ? cert : NULL,
        .tls_key = key[0] ? key : NULL,
        .workers = (uint32_t)settings_i64(&e->settings, "http_workers"),
        .connections_max = (uint32_t)settings_i64(&e->settings, "connections_max"),
        .connections_per_ip_max = (uint32_t)settings_i64(&e->settings, "connections_per_ip_max"),
        .trust_proxy = settings_i64(&e->settings, "trust_proxy") != 0,
        .headers = default_headers,
        .hooks = {.context = e, .route = route, .serve = serve_request, .upload_open = upload_open,
            .upload_write = upload_write, .upload_close = upload_close, .upload_abort = upload_abort},
    };
    return server_open(&o, ret, err);
}

static void reload(struct engine *e, struct server *s)
{
    struct cu_error err = {.code = CU_OK};
    cu_code code = server_reload_tls(s, &err);
    if (code != CU_OK && code != CU_NOT_FOUND)
        cu_log_error("reload.tls_failed", &err);
    if (catalogue_reload(e->catalogue, &err) != CU_OK)
        cu_log_error("reload.dictionary_failed", &err);
    else
        cu_log(CU_LOG_INFO, "reload.done");
}

// How many operations there were that CUSTOS_FAULT can make fail, while it is set.
static void log_operations(void)
{
    cu_log(CU_LOG_DEBUG, "serve.operations", CU_LI("alloc", cu_fault_count(CU_FAULT_ALLOC)),
        CU_LI("io", cu_fault_count(CU_FAULT_IO)));
}

// Without its key process the server cannot go on, nor start another (the root key is out of its reach):
// it says for a moment that it is not ready, then ends, so that the service manager starts both anew.
static cu_code key_process_ended(struct cu_error *err)
{
    cu_log(CU_LOG_ERROR, "serve.key_process_ended");
    (void)nanosleep(&(struct timespec){.tv_sec = 1}, NULL);
    return cu_fail(err, CU_UNAVAILABLE, "", "the key process has ended; start the server again");
}

static cu_code serve_until_told(struct engine *e, struct server *s, const sigset_t *signals, struct cu_error *err)
{
    int which = 0;
    while (sigwait(signals, &which) == 0 && (which == SIGHUP || which == SIGCHLD)) {
        struct guard_status guard = {.alive = true};
        if (which == SIGHUP)
            reload(e, s);
        else
            guard_status(e->guard, &guard);
        if (!guard.alive)
            return key_process_ended(err);
    }
    return CU_OK;
}

static cu_code serve(struct command *c, struct cu_error *err)
{
    sigset_t signals;
    struct server *server = NULL;
    (void)sigemptyset(&signals);
    (void)sigaddset(&signals, SIGTERM);
    (void)sigaddset(&signals, SIGINT);
    (void)sigaddset(&signals, SIGHUP);
    (void)sigaddset(&signals, SIGCHLD);
    (void)pthread_sigmask(SIG_BLOCK, &signals, NULL); // before any thread is made: all inherit it
    c->settings.shut_in = true;
    CU_TRY(command_open(c, err));
    struct engine *e = api_engine(c->api);
    if (!e)
        return cu_fail(err, CU_LOCKED, "--data", "a server runs on this folder already");
    CU_TRY(backups_start(e->backups, true, err));
    CU_TRY(keys_desk_start(e->keys_desk, err));
    CU_TRY(letters_start(e->letters, err));
    CU_TRY(recipients_start(e->recipients, err));
    CU_TRY(privacy_doors_start(e->privacy_doors, err));
    targets_start(e->targets);
    CU_TRY(open_server(e, &server, err));
    cu_code shut = shut_in_calls(e, err);
    if (shut != CU_OK) {
        server_close(server);
        return shut;
    }
    uint16_t port = server_port(server, 0);
    cu_log(CU_LOG_INFO, "serve.ready", CU_LS("listen", settings_z(&e->settings, "listen")), CU_LI("port", port),
        CU_LI("start_ms", (cu_mono_us() - e->opened_us) / 1000));
    if (c->json_output)
        cu_buf_printf(&c->out, "{\"ready\":true,\"port\":%u}\n", port);
    else
        cu_buf_printf(&c->out, "Custos serves %s (port %u). Ctrl+C ends it.\n", settings_z(&e->settings, "listen"), port);
    cu_code told = cu_buf_code(&c->out, err);
    if (told != CU_OK) { // whoever waits for this line would wait for ever
        server_close(server);
        return told;
    }
    (void)command_flush(c);
    log_operations();
    cu_code ended = serve_until_told(e, server, &signals, err);
    cu_log(CU_LOG_INFO, "serve.stopping");
    log_operations();
    server_close(server);
    char socket[FOLDER_PATH_MAX + 64];
    folder_file(&e->folder, "custos.sock", socket);
    cu_code removed = cu_file_unlink(socket, ended == CU_OK ? err : NULL);
    return ended != CU_OK ? ended : removed;
}

const struct spec_command commands_serve[] = {
    {.name = "serve", .doc = "Serves the shop: collection, API and console.", .example = "custos serve --data shop --listen 127.0.0.1:8080",
        .run = serve},
    {.name = NULL},
};
