#pragma once
// What the kernel knows of its clock's synchronisation: one call that changes nothing.
#include <sys/timex.h>

// 1: synchronised, 0: not, -1: it cannot be asked.
static inline int ctimex_is_synchronised(void) {
  struct timex state = {0};
  if (adjtimex(&state) < 0) return -1;
  return (state.status & STA_UNSYNC) ? 0 : 1;
}
