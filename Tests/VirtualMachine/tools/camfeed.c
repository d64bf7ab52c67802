/* camfeed: play a file into a v4l2loopback device at a steady rate.
 *
 *   camfeed [options] DEVICE FILE.mjpg           JPEG pictures one after another
 *   camfeed [options] -y WxH DEVICE FILE         raw YUYV frames
 *   camfeed [options] -n WxH DEVICE FILE         raw NV12 frames
 *
 *   -r FPS   pictures per second                                              (default 30)
 *   -l N     play only the first N pictures round and round (the empty lane), until told to play
 *   -c FIFO  commands: play (the whole file once), freeze, thaw
 *
 * Ends when killed.  Starts at once, where ffmpeg needs many emulated seconds; v4l2loopback itself paces nobody, so
 * the pace is kept here. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <linux/videodev2.h>
static void die(const char *w) { fprintf(stderr, "camfeed: %s: %s\n", w, strerror(errno)); exit(1); }
int main(int c, char **v) {
    int o, fps = 30, wd = 0, ht = 0, lead = 0, ctl = -1, frozen = 0, playing = 0, fmt = V4L2_PIX_FMT_MJPEG;
    while ((o = getopt(c, v, "r:y:n:l:c:")) > 0) switch (o) {
        case 'r': fps = atoi(optarg); break;
        case 'l': lead = atoi(optarg); break;
        case 'c': mkfifo(optarg, 0600); if ((ctl = open(optarg, O_RDWR | O_NONBLOCK)) < 0) die(optarg); break;
        case 'y': case 'n': fmt = o == 'y' ? V4L2_PIX_FMT_YUYV : V4L2_PIX_FMT_NV12; if (sscanf(optarg, "%dx%d", &wd, &ht) == 2) break; /* else wrong */
        /* fall through */
        default: return 2; }
    if (c - optind != 2 || fps < 1) return 2;
    int fd = open(v[optind], O_RDWR); if (fd < 0) die(v[optind]);
    int in = open(v[optind + 1], O_RDONLY); struct stat st; if (in < 0 || fstat(in, &st)) die(v[optind + 1]);
    uint8_t *m = mmap(0, st.st_size, PROT_READ, MAP_PRIVATE, in, 0); if (m == MAP_FAILED) die("mmap");
    uint8_t *e = m + st.st_size, **pic = 0; size_t *len = 0, most = 0; int n = 0;
    if (fmt == V4L2_PIX_FMT_MJPEG) for (uint8_t *p = m; p + 4 < e;) {
        if (p[0] != 0xff || p[1] != 0xd8) { p++; continue; }
        uint8_t *b = p; p += 2;
        while (p + 9 < e && p[0] == 0xff && p[1] != 0xda) { if (p[1] >= 0xc0 && p[1] <= 0xc2) { ht = p[5] << 8 | p[6]; wd = p[7] << 8 | p[8]; } p += 2 + (p[2] << 8 | p[3]); }
        while (p + 1 < e && !(p[0] == 0xff && p[1] == 0xd9)) p++;
        if (p + 1 >= e) break;
        p += 2; pic = realloc(pic, (n + 1) * sizeof *pic); len = realloc(len, (n + 1) * sizeof *len); pic[n] = b; len[n] = p - b; if (len[n] > most) most = len[n]; n++;
    } else {
        size_t fs = (size_t)wd * ht * (fmt == V4L2_PIX_FMT_YUYV ? 4 : 3) / 2; most = fs;
        for (uint8_t *p = m; p + fs <= e; p += fs) { pic = realloc(pic, (n + 1) * sizeof *pic); len = realloc(len, (n + 1) * sizeof *len); pic[n] = p; len[n++] = fs; }
    }
    if (!n) { errno = EINVAL; die("no frames in the file"); }
    struct v4l2_format f = {.type = V4L2_BUF_TYPE_VIDEO_OUTPUT};
    f.fmt.pix.width = wd; f.fmt.pix.height = ht; f.fmt.pix.pixelformat = fmt; f.fmt.pix.field = V4L2_FIELD_NONE; f.fmt.pix.sizeimage = most;
    /* v4l2loopback refuses another frame size while anyone else has the device open. With exclusive_caps it keeps, for everybody, the
       capabilities that it had when somebody last asked for them: asking comes first, as feeders do. */
    struct v4l2_format wanted = f; struct v4l2_capability cap;
    for (int i = 0; ioctl(fd, VIDIOC_QUERYCAP, &cap) || ioctl(fd, VIDIOC_S_FMT, &f); i++) {
        if (errno != EINVAL || i == 50) die("S_FMT");
        usleep(100000); f = wanted;
    }
    struct v4l2_streamparm sp = {.type = V4L2_BUF_TYPE_VIDEO_OUTPUT}; sp.parm.output.timeperframe.numerator = 1; sp.parm.output.timeperframe.denominator = fps; ioctl(fd, VIDIOC_S_PARM, &sp);
    fprintf(stderr, "camfeed: %d frames of %dx%d to %s at %d fps\n", n, wd, ht, v[optind], fps);
    struct timespec t; clock_gettime(CLOCK_MONOTONIC, &t);
    for (int i = 0;; i++) {
        char told[64]; ssize_t got = ctl < 0 ? 0 : read(ctl, told, sizeof told - 1);
        if (got > 0) {
            told[got] = 0;
            if (strstr(told, "play")) { playing = 1; i = 0; }
            if (strstr(told, "freeze")) frozen = 1;
            if (strstr(told, "thaw")) frozen = 0;
        }
        if (i >= n) playing = 0;
        if (i >= (playing || !lead || lead > n ? n : lead)) i = 0;
        if (!frozen && write(fd, pic[i], len[i]) < 0 && errno != EAGAIN) die("write");
        t.tv_nsec += 1000000000 / fps; if (t.tv_nsec >= 1000000000) { t.tv_nsec -= 1000000000; t.tv_sec++; }
        clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, 0);
    }
}
