// SPDX-License-Identifier: Apache-2.0
// How many connections each address has open, and whether it may have one more. IPv6 addresses
// count by their /64, which is what one customer of a provider gets. Threads: any.
#pragma once

#include "base/memory.h"

#include <sys/socket.h>

struct visitors;
// per_address: connections one address may have; places: addresses known at once (beyond:
// admitted).
struct visitors *visitors_new(uint32_t per_address, uint32_t places) CU_MUST; // NULL without memory
void visitors_free(struct visitors *v);                                       // NULL is fine
bool visitors_may_enter(struct visitors *v, const struct sockaddr *from);
void visitors_enter(struct visitors *v, const struct sockaddr *from);
void visitors_leave(struct visitors *v, const struct sockaddr *from);
