// LD_PRELOAD: a wall clock of this process's own. CLOCK_SHIM_FILE names eight bytes that are added to its seconds, and may change at
// any time. Every other clock is left alone, and so is the machine's.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static const volatile int64_t *offset;

static int64_t ahead(void) {
  if (!offset) {
    static const int64_t none = 0;
    const char *path = getenv("CLOCK_SHIM_FILE");
    int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    void *place = fd < 0 ? MAP_FAILED : mmap(NULL, sizeof *offset, PROT_READ, MAP_SHARED, fd, 0);
    if (fd >= 0) close(fd);
    offset = place == MAP_FAILED ? &none : place;
  }
  return *offset;
}

#define REAL(f) static typeof(&f) real; if (!real) real = (typeof(&f))dlsym(RTLD_NEXT, #f)

int clock_gettime(clockid_t clock, struct timespec *time) {
  REAL(clock_gettime);
  int result = real(clock, time);
  if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) time->tv_sec += ahead();
  return result;
}

int gettimeofday(struct timeval *restrict time, void *restrict zone) {
  REAL(gettimeofday);
  int result = real(time, zone);
  if (result == 0) time->tv_sec += ahead();
  return result;
}

time_t time(time_t *place) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  if (place) *place = now.tv_sec;
  return now.tv_sec;
}

// A time by which somebody waits was made with the moved clock; the kernel's stands elsewhere.
int pthread_cond_timedwait(
    pthread_cond_t *restrict condition, pthread_mutex_t *restrict mutex, const struct timespec *restrict until) {
  REAL(pthread_cond_timedwait);
  struct timespec moved = *until, now;
  clock_gettime(CLOCK_REALTIME, &now);
  if (llabs((long long)until->tv_sec - now.tv_sec) < 86400) moved.tv_sec -= ahead();
  return real(condition, mutex, &moved);
}
