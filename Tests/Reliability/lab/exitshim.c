// Writes down whose code runs when a process ends: one line for each exit handler, the library that it lies in, into $EXIT_HANDLERS.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int __cxa_atexit(void (*handler)(void *), void *argument, void *library) {
  static int (*real)(void (*)(void *), void *, void *);
  if (!real) real = dlsym(RTLD_NEXT, "__cxa_atexit");
  const char *path = getenv("EXIT_HANDLERS");
  Dl_info whose;
  if (path && dladdr((void *)handler, &whose) && whose.dli_fname) {
    int file = open(path, O_WRONLY | O_CREAT | O_APPEND, 0600);
    if (file >= 0) {
      if (write(file, whose.dli_fname, strlen(whose.dli_fname)) < 0 || write(file, "\n", 1) < 0) abort();
      close(file);
    }
  }
  return real(handler, argument, library);
}
