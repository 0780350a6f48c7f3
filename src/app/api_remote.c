// SPDX-License-Identifier: Apache-2.0
// HTTP over the local socket. See api_remote.h.
#include "api_remote.h"

#include "folder.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

struct api_remote {
    CURL *curl;
    char socket[FOLDER_PATH_MAX + 16];
};

cu_code api_remote_open(const char *data, struct api_remote **ret, struct cu_error *err)
{
    struct api_remote *r = cu_calloc(1, sizeof *r);
    if (!r)
        return cu_fail(err, CU_MEMORY, "", "no memory");
    (void)snprintf(r->socket, sizeof r->socket, "%s/custos.sock", data);
    r->curl = curl_easy_init();
    struct cu_buf out;
    cu_buf_init(&out, 1 << 16);
    int status = 0;
    cu_code code = r->curl ? api_remote_call(r, "GET", "/health/live", CU_NONE, -1, &status, &out, err)
                           : cu_fail(err, CU_MEMORY, "", "no memory");
    cu_buf_clear(&out);
    if (code != CU_OK || status != 200) {
        api_remote_close(r);
        return cu_fail(err, CU_LOCKED, "--data",
            "another Custos works on this folder and its socket does not answer; wait for it to end");
    }
    *ret = r;
    return CU_OK;
}

void api_remote_close(struct api_remote *r)
{
    if (!r)
        return;
    if (r->curl)
        curl_easy_cleanup(r->curl);
    cu_free(r);
}

static size_t take(char *bytes, size_t size, size_t count, void *context)
{
    struct cu_buf *out = context;
    cu_buf_add(out, bytes, size * count);
    return out->failed ? 0 : size * count;
}

static size_t give(char *room, size_t size, size_t count, void *context)
{
    const int *fd = context;
    ssize_t n = read(*fd, room, size * count);
    while (n < 0 && errno == EINTR)
        n = read(*fd, room, size * count);
    return n < 0 ? CURL_READFUNC_ABORT : (size_t)n;
}

static struct curl_slist *set_body(struct api_remote *r, cu_str body, int *upload_fd)
{
    struct curl_slist *headers = NULL;
    if (*upload_fd >= 0) {
        (void)curl_easy_setopt(r->curl, CURLOPT_POST, 1L);
        (void)curl_easy_setopt(r->curl, CURLOPT_READFUNCTION, give);
        (void)curl_easy_setopt(r->curl, CURLOPT_READDATA, upload_fd);
        headers = curl_slist_append(headers, "Transfer-Encoding: chunked");
        headers = curl_slist_append(headers, "Content-Type: application/octet-stream");
        return curl_slist_append(headers, "Expect:");
    }
    if (body.len) {
        (void)curl_easy_setopt(r->curl, CURLOPT_POSTFIELDSIZE, (long)body.len);
        (void)curl_easy_setopt(r->curl, CURLOPT_POSTFIELDS, body.ptr);
        headers = curl_slist_append(headers, "Content-Type: application/json");
    }
    return curl_slist_append(headers, "Expect:");
}

cu_code api_remote_call(struct api_remote *r, const char *method, const char *target, cu_str body, int upload_fd,
    int *ret_status, struct cu_buf *out, struct cu_error *err)
{
    char url[4096];
    int n = snprintf(url, sizeof url, "http://localhost%s", target);
    if (n < 0 || (size_t)n >= sizeof url)
        return cu_fail(err, CU_TOO_LARGE, "", "the call is longer than %zu bytes", sizeof url);
    curl_easy_reset(r->curl);
    (void)curl_easy_setopt(r->curl, CURLOPT_UNIX_SOCKET_PATH, r->socket);
    (void)curl_easy_setopt(r->curl, CURLOPT_URL, url);
    (void)curl_easy_setopt(r->curl, CURLOPT_CUSTOMREQUEST, method);
    (void)curl_easy_setopt(r->curl, CURLOPT_WRITEFUNCTION, take);
    (void)curl_easy_setopt(r->curl, CURLOPT_WRITEDATA, out);
    (void)curl_easy_setopt(r->curl, CURLOPT_NOSIGNAL, 1L);
    (void)curl_easy_setopt(r->curl, CURLOPT_NOPROXY, "*");
    struct curl_slist *headers = set_body(r, body, &upload_fd);
    (void)curl_easy_setopt(r->curl, CURLOPT_HTTPHEADER, headers);
    CURLcode code = curl_easy_perform(r->curl);
    long status = 0;
    (void)curl_easy_getinfo(r->curl, CURLINFO_RESPONSE_CODE, &status);
    curl_slist_free_all(headers);
    if (code != CURLE_OK)
        return cu_fail(err, CU_UNAVAILABLE, "", "the server does not answer: %s", curl_easy_strerror(code));
    *ret_status = (int)status;
    return CU_OK;
}
