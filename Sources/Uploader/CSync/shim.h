#pragma once
// Waiting for a whole file system, and asking which one it is: two calls that the C library shows to GNU programs only.
#include <sys/vfs.h>

int syncfs(int fd);

// The magic number of `statfs`; -1 when it cannot be asked.
static inline long csync_type(int fd) {
  struct statfs status;
  return fstatfs(fd, &status) ? -1 : (long)status.f_type;
}
