// A line to the cloud between two network namespaces, for kernels without netem: two TUN devices; packets wait for the delay, leave at a rate,
// and are dropped where the queue is full or chance wants it. Needs root; ends with the process.
//
//   linkem NS_A NS_B UP_MBIT DOWN_MBIT ONEWAY_MS QUEUE_KB LOSS_PPM
//
// A gets 10.77.0.1, B gets 10.77.0.2; up is A to B. Says "link up" on standard error.
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { packet_bytes = 1600, queue_packets = 1 << 14 };

struct packet {
  double due;
  int count;
  uint8_t bytes[packet_bytes];
};

struct direction {
  struct packet *queue;
  int head, tail;
  double free_at;  // when the sender has sent all it took
  double rate;     // bytes a second
  double limit;    // bytes that may wait
};

static double delay;
static long loss_ppm;

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec * 1e-9;
}

static int open_tun(const char *space) {
  char path[128];
  snprintf(path, sizeof path, "/var/run/netns/%s", space);
  int ns = open(path, O_RDONLY | O_CLOEXEC);
  if (ns < 0 || setns(ns, CLONE_NEWNET)) { perror(path); exit(1); }
  close(ns);
  int tun = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
  struct ifreq request;
  memset(&request, 0, sizeof request);
  request.ifr_flags = IFF_TUN | IFF_NO_PI;
  strcpy(request.ifr_name, "wan0");
  if (tun < 0 || ioctl(tun, TUNSETIFF, &request)) { perror("/dev/net/tun"); exit(1); }
  return tun;
}

static void take(int tun, struct direction *way) {
  for (;;) {
    struct packet *packet = &way->queue[way->tail];
    int next = (way->tail + 1) % queue_packets;
    int count = read(tun, packet->bytes, packet_bytes);
    if (count <= 0) return;
    double time = now();
    if (way->free_at < time) way->free_at = time;
    double waiting = (way->free_at - time) * way->rate;
    int is_lost = loss_ppm && rand() % 1000000 < loss_ppm;
    if (next == way->head || waiting + count > way->limit || is_lost) continue;
    way->free_at += count / way->rate;
    packet->due = way->free_at + delay;
    packet->count = count;
    way->tail = next;
  }
}

// Seconds until the next packet is due, at most one.
static double give(int tun, struct direction *way) {
  while (way->head != way->tail) {
    struct packet *packet = &way->queue[way->head];
    double left = packet->due - now();
    if (left > 0) return left;
    if (write(tun, packet->bytes, packet->count) < 0) { /* as on any line */ }
    way->head = (way->head + 1) % queue_packets;
  }
  return 1;
}

int main(int count, char **words) {
  if (count != 8) return 2;
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  int tuns[2];
  for (int side = 0; side < 2; side++) {
    tuns[side] = open_tun(words[1 + side]);
    char command[400];
    snprintf(command, sizeof command,
      "ip netns exec %s sh -c 'ip link set lo up; ip addr add 10.77.0.%d peer 10.77.0.%d dev wan0; ip link set wan0 mtu 1500 txqueuelen 1000 up'",
      words[1 + side], side + 1, 2 - side);
    if (system(command)) return 3;
  }
  delay = atof(words[5]) / 1e3;
  loss_ppm = atol(words[7]);
  struct direction up = {.rate = atof(words[3]) * 1e6 / 8, .limit = atof(words[6]) * 1e3};
  struct direction down = {.rate = atof(words[4]) * 1e6 / 8, .limit = atof(words[6]) * 1e3};
  up.queue = calloc(queue_packets, sizeof *up.queue);
  down.queue = calloc(queue_packets, sizeof *down.queue);
  if (!up.queue || !down.queue) return 1;
  // A line does not wait for a busy machine.
  struct sched_param priority = {.sched_priority = 5};
  sched_setscheduler(0, SCHED_RR, &priority);
  prctl(PR_SET_TIMERSLACK, 1);
  fprintf(stderr, "link up\n");
  for (;;) {
    double first = give(tuns[1], &up), second = give(tuns[0], &down);
    double wait = first < second ? first : second;
    struct pollfd ends[2] = {{tuns[0], POLLIN, 0}, {tuns[1], POLLIN, 0}};
    struct timespec pause = {(time_t)wait, (long)((wait - (long)wait) * 1e9)};
    ppoll(ends, 2, &pause, 0);
    take(tuns[0], &up);
    take(tuns[1], &down);
  }
}
