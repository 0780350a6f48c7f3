// SPDX-License-Identifier: Apache-2.0
// What the process answers about itself: health, metrics, version, documents, and the console's files.
#pragma once

#include "engine.h"

// The built console, embedded by tools/embed_console.py; empty in a build without it.
struct console_file {
    const char *path; // "/assets/app-3f2a.js", "/verify.html"
    const char *content_type;
    const unsigned char *bytes, *gzip; // gzip NULL: not smaller
    size_t size, gzip_size;
    const char *etag;
    bool immutable;
    const char *policy; // its Content-Security-Policy; NULL: the one of every answer
};
extern const struct console_file console_files[]; // ends with path NULL
extern const struct module app_site_module;       // instance: struct engine *
