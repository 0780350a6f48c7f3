// SPDX-License-Identifier: Apache-2.0
// Fault injection: tests make the n-th allocation or the n-th file operation fail, for every n.
// Compiled in always (one relaxed load on the way); armed only by tests or the environment
// variable CUSTOS_FAULT="alloc:17" | "io:3" | "io:3+" (+ = from there on every one fails) | "io:3!" (! = the
// process ends there at once, as by a power cut: nothing is flushed, no destructor runs).
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum cu_fault_kind { CU_FAULT_ALLOC, CU_FAULT_IO, CU_FAULT_KINDS };

void cu_fault_arm(enum cu_fault_kind kind, uint64_t nth, bool persistent); // nth counts from 1
void cu_fault_arm_exit(enum cu_fault_kind kind, uint64_t nth); // the process ends with code CU_FAULT_EXIT
#define CU_FAULT_EXIT 86
void cu_fault_disarm(void);
uint64_t cu_fault_count(enum cu_fault_kind kind); // operations seen since arming
bool cu_fault_hit(enum cu_fault_kind kind);       // asked by base/ itself: fail this one?
void cu_fault_from_env(void);
