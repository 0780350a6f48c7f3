// SPDX-License-Identifier: Apache-2.0
// The key process and the connection to it. `custos keyd --fd N` runs guard_serve on the control socket
// it was born with; its parent holds the other end (guard_start). Each thread of the parent has a
// connection of its own, a socket it made and handed over through the control socket, so that a call is
// one frame there and one back, without locks. The key process lives as long as the control socket.
#pragma once

#include "guard.h"

#include <sys/types.h>

// The key process from its first frame to its end: opens what that frame names, shuts itself in
// (sandbox.h), answers. Returns when the parent is gone. What went wrong is told to the parent, too.
// shut_in: false in tests, which run it on a thread.
cu_code guard_serve(int control, bool shut_in, struct cu_error *err) CU_MUST;

// The parent's side of a control socket whose other end somebody serves. Takes the socket, also on
// failure. pid: whom guard_stop waits for; 0: nobody.
cu_code guard_connect(int control, pid_t pid, const struct guard_place *p, struct guard **ret, struct cu_error *err) CU_MUST;
