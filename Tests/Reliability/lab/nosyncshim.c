// LD_PRELOAD: a program that does not wait for the disk. NOSYNC_ONLY=folders forgets only what belongs to folders.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int forgets(int fd) {
  const char *only = getenv("NOSYNC_ONLY");
  struct stat status;
  return !only || (fstat(fd, &status) == 0 && S_ISDIR(status.st_mode));
}

#define REAL(f) static typeof(&f) real; if (!real) real = (typeof(&f))dlsym(RTLD_NEXT, #f)

int fsync(int fd) { REAL(fsync); return forgets(fd) ? 0 : real(fd); }
int fdatasync(int fd) { REAL(fdatasync); return forgets(fd) ? 0 : real(fd); }
int syncfs(int fd) { REAL(syncfs); return forgets(fd) ? 0 : real(fd); }
