// LD_PRELOAD: one process-wide counter over the libc calls that change the disk.
//   FI_KILL_AT=n          SIGKILL before call n
//   FI_ERR=name:n:errno   call n fails (name: any, write, fsync, rename, ...); FI_STICKY=1: and every later one
//   FI_COUNT=file         the total is written there at exit
//   FI_SLOW_SYNC=ms       a sync takes so long
//   FI_KILL_OPEN=text     SIGKILL whoever opens a file whose path has this in it
// Only calls on files and folders count: a socket or an eventfd is no disk.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

static atomic_long calls;
static long kill_at = -1, err_at = -1;
static int err_no, sticky, slow_sync;
static char err_name[32];
static const char *count_file, *kill_open;

__attribute__((constructor)) static void begin(void) {
  char *text = getenv("FI_KILL_AT");
  if (text) kill_at = atol(text);
  text = getenv("FI_ERR");
  if (text) sscanf(text, "%31[^:]:%ld:%d", err_name, &err_at, &err_no);
  sticky = getenv("FI_STICKY") != NULL;
  text = getenv("FI_SLOW_SYNC");
  if (text) slow_sync = atoi(text);
  count_file = getenv("FI_COUNT");
  kill_open = getenv("FI_KILL_OPEN");
}

__attribute__((destructor)) static void end(void) {
  if (!count_file) return;
  FILE *file = fopen(count_file, "w");
  if (!file) return;
  fprintf(file, "%ld\n", atomic_load(&calls));
  fclose(file);
}

static int strikes(const char *name) {
  long call = atomic_fetch_add(&calls, 1) + 1;
  if (call == kill_at) {
    kill(getpid(), SIGKILL);
    for (;;) pause();
  }
  if (slow_sync && !strcmp(name, "fsync")) usleep(slow_sync * 1000L);
  int is_here = call == err_at || (sticky && err_at > 0 && call > err_at);
  if (!is_here || (strcmp(err_name, "any") && strcmp(err_name, name))) return 0;
  errno = err_no;
  return 1;
}

static int is_disk(int fd) {
  struct stat status;
  int saved = errno;
  int is = fd > 2 && fstat(fd, &status) == 0 && (S_ISREG(status.st_mode) || S_ISDIR(status.st_mode));
  errno = saved;
  return is;
}

#define REAL(f) static typeof(&f) real; if (!real) real = (typeof(&f))dlsym(RTLD_NEXT, #f)
#define FD_CALL(type, f, name, params, args) \
  type f params { REAL(f); if (is_disk(fd) && strikes(name)) return -1; return real args; }
#define PATH_CALL(f, params, args) \
  int f params { REAL(f); if (strikes(#f)) return -1; return real args; }

FD_CALL(ssize_t, write, "write", (int fd, const void *bytes, size_t count), (fd, bytes, count))
FD_CALL(ssize_t, pwrite, "write", (int fd, const void *bytes, size_t count, off_t at), (fd, bytes, count, at))
FD_CALL(ssize_t, pwrite64, "write", (int fd, const void *bytes, size_t count, off64_t at), (fd, bytes, count, at))
FD_CALL(int, fsync, "fsync", (int fd), (fd))
FD_CALL(int, fdatasync, "fsync", (int fd), (fd))
FD_CALL(int, syncfs, "fsync", (int fd), (fd))
FD_CALL(int, ftruncate, "truncate", (int fd, off_t length), (fd, length))
FD_CALL(int, ftruncate64, "truncate", (int fd, off64_t length), (fd, length))
PATH_CALL(rename, (const char *from, const char *to), (from, to))
PATH_CALL(mkdir, (const char *path, mode_t mode), (path, mode))
PATH_CALL(unlink, (const char *path), (path))
PATH_CALL(rmdir, (const char *path), (path))

#define OPEN_CALL(f) \
  int f(const char *path, int flags, ...) { \
    REAL(f); \
    if (kill_open && strstr(path, kill_open)) kill(getpid(), SIGKILL); \
    mode_t mode = 0; \
    if (flags & (O_CREAT | O_TMPFILE)) { va_list rest; va_start(rest, flags); mode = va_arg(rest, mode_t); va_end(rest); } \
    if ((flags & O_CREAT) && strncmp(path, "/dev/", 5) && strikes("create")) return -1; \
    return real(path, flags, mode); }
OPEN_CALL(open)
OPEN_CALL(open64)
