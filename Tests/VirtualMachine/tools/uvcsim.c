/* uvcsim: a simulated USB video camera.
 *
 * Speaks the USB/IP wire protocol to the kernel's own vhci_hcd over a socket
 * pair, so the kernel sees a high-speed USB device being plugged in and binds its
 * stock uvcvideo driver to it: real /dev/videoN, real enumeration, real unplug.
 * No network, no daemon, no extra package.  Streams by bulk transfer.
 *
 *   uvcsim [-p PORT] [-s SERIAL] [-n NAME] [-r FPS] [-m FILE.mjpg]... [-y WxH]...
 *          [-l N] [-c FIFO] [-q]
 *
 *   -p  port of the virtual hub, 0..14 (one camera per port)      (default 0)
 *   -m  offer MJPEG of that file's size, playing it round and round;  the file is
 *       JPEG pictures one after another (ffmpeg -i in -c:v mjpeg -f mjpeg out.mjpg)
 *   -y  offer YUYV of that size: moving bars; the first 4 bytes are the frame number
 *   -r  frames per second offered, comma separated         (default 30,15,10,5)
 *   -l  play only the first N pictures round and round (the empty lane), until told to play
 *   -c  a FIFO to read commands from
 * Commands:
 *   play            the whole file once, at its own pace, then the empty lane again
 *   unplug          pull the cable (the kernel sees a disconnect)
 *   plug            put it back; the camera has forgotten its controls, as one that lost its power
 *   port N          the port of the hub at the next plug
 *   serial S        the serial number at the next plug: another camera of the same model
 *   freeze / thaw   the camera goes silent, but stays plugged in
 *   drop N          leave out N frames
 *   error N         N frames with the UVC error bit set
 *   short N         N frames cut off half-way
 *   garble N        N frames with bytes overwritten (a broken JPEG of the right size)
 *   empty N         N frames without any data
 *   stall           the stream's endpoint halts
 *   rate N          send at N frames a second, whatever was agreed
 *   count           say how many frames were sent, and how many left out because the bus was behind
 *   quit
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>
#include <arpa/inet.h>

#define PAYLOAD 16384           /* 32 packets of 512: what uvcvideo puts in one URB */
#define MAXF 12

enum { MJPEG = 1, YUYV = 2 };
struct size { int fmt, w, h; uint8_t *map; size_t maplen; uint8_t **pic; uint32_t *len; int n, at; uint32_t max; };
static struct size sz[MAXF]; static int nsz;
static int rates[16] = {30, 15, 10, 5}, nrates = 4;
static int port, quiet, sock = -1, ctl = -1;
static const char *serial = "0001", *name = "Simulated Camera", *fifo;

static double now(void) { struct timespec t; clock_gettime(CLOCK_MONOTONIC, &t); return t.tv_sec + t.tv_nsec / 1e9; }
static void say(const char *f, ...) { if (quiet) return; va_list a; va_start(a, f); fprintf(stderr, "uvcsim%d %.3f: ", port, now()); vfprintf(stderr, f, a); fputc('\n', stderr); va_end(a); }
static void die(const char *f, ...) { va_list a; va_start(a, f); fprintf(stderr, "uvcsim%d: ", port); vfprintf(stderr, f, a); fprintf(stderr, ": %s\n", strerror(errno)); va_end(a); exit(1); }

/* ---------------------------------------------------------------- frames ---- */
static void load_mjpeg(const char *path) {
    if (nsz == MAXF) { errno = E2BIG; die("%s", path); }
    struct size *s = &sz[nsz]; struct stat st;
    int fd = open(path, O_RDONLY); if (fd < 0 || fstat(fd, &st)) die("%s", path);
    s->fmt = MJPEG; s->maplen = st.st_size;
    s->map = mmap(0, s->maplen, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd, 0); if (s->map == MAP_FAILED) die("%s", path);
    close(fd);
    uint8_t *p = s->map, *e = p + s->maplen; int cap = 0;
    while (p + 4 < e) {
        if (p[0] != 0xff || p[1] != 0xd8) { p++; continue; }
        uint8_t *b = p; p += 2;
        while (p + 4 < e && p[0] == 0xff && p[1] != 0xda) {         /* segments up to the scan */
            if (p[1] >= 0xc0 && p[1] <= 0xc2) { s->h = p[5] << 8 | p[6]; s->w = p[7] << 8 | p[8]; }
            p += 2 + (p[2] << 8 | p[3]);
        }
        while (p + 1 < e && !(p[0] == 0xff && p[1] == 0xd9)) p++;
        if (p + 1 >= e) break;
        p += 2;
        if (s->n == cap) { cap = cap ? cap * 2 : 256; s->pic = realloc(s->pic, cap * sizeof *s->pic); s->len = realloc(s->len, cap * sizeof *s->len); }
        s->pic[s->n] = b; s->len[s->n] = p - b; if (s->len[s->n] > s->max) s->max = s->len[s->n]; s->n++;
    }
    if (!s->n || !s->w) { errno = EINVAL; die("%s holds no JPEG pictures", path); }
    say("%s: %d pictures of %dx%d", path, s->n, s->w, s->h);
    nsz++;
}
static void add_yuyv(const char *a) {
    struct size *s = &sz[nsz]; if (nsz == MAXF || sscanf(a, "%dx%d", &s->w, &s->h) != 2) { errno = EINVAL; die("-y %s", a); }
    static const uint8_t bar[8][4] = {{235,128,235,128},{210,16,210,146},{170,166,170,16},{145,54,145,34},{106,202,106,222},{81,90,81,240},{41,240,41,110},{16,128,16,128}};
    s->fmt = YUYV; s->max = s->w * s->h * 2; s->n = 8;              /* 8 phases of the bars */
    s->pic = calloc(8, sizeof *s->pic); s->len = calloc(8, sizeof *s->len);
    for (int k = 0; k < 8; k++) {
        uint8_t *d = s->pic[k] = malloc(s->max); s->len[k] = s->max;
        for (int x = 0; x < s->w / 2; x++) memcpy(d + x * 4, bar[(x * 16 / s->w + k) & 7], 4);
        for (int y = 1; y < s->h; y++) memcpy(d + (size_t)y * s->w * 2, d, s->w * 2);
    }
    nsz++;
}

/* ----------------------------------------------------------- descriptors ---- */
static uint8_t cfg[2048]; static int cfglen;
static void b(int v) { cfg[cfglen++] = v; }
static void w(int v) { b(v & 255); b(v >> 8 & 255); }
static void d(uint32_t v) { w(v & 0xffff); w(v >> 16); }
static int nfmt, fmts[2];       /* UVC format index - 1 -> MJPEG or YUYV */
static struct size *find(int fi, int fr) {                          /* both from 1 */
    if (fi < 1 || fi > nfmt) return 0;
    for (int i = 0; i < nsz; i++) if (sz[i].fmt == fmts[fi - 1] && !--fr) return &sz[i];
    return 0;
}
static void build_config(void) {
    int at_total, at;
    b(9); b(2); at_total = cfglen; w(0); b(2); b(1); b(0); b(0x80); b(250);
    b(8); b(11); b(0); b(2); b(14); b(3); b(0); b(2);               /* association: the two below */
    b(9); b(4); b(0); b(0); b(0); b(14); b(1); b(0); b(2);          /* VideoControl */
    int vc = cfglen;
    b(13); b(0x24); b(1); w(0x0100); w(0); d(48000000); b(1); b(1);
    b(18); b(0x24); b(2); b(1); w(0x0201); b(0); b(0); w(0); w(0); w(0); b(3); b(0x0a); b(0); b(0);  /* camera: AE mode, exposure */
    b(11); b(0x24); b(5); b(2); b(1); w(0); b(2); b(0x0b); b(0); b(0);                               /* unit: brightness, contrast, saturation */
    b(9); b(0x24); b(3); b(3); w(0x0101); b(0); b(2); b(0);                                          /* output */
    cfg[vc + 5] = (cfglen - vc) & 255; cfg[vc + 6] = (cfglen - vc) >> 8;
    b(9); b(4); b(1); b(0); b(1); b(14); b(2); b(0); b(0);          /* VideoStreaming */
    for (int f = MJPEG; f <= YUYV; f++) for (int i = 0; i < nsz; i++) if (sz[i].fmt == f) { fmts[nfmt++] = f; break; }
    int vs = cfglen;
    b(13 + nfmt); b(0x24); b(1); b(nfmt); w(0); b(0x81); b(0); b(3); b(0); b(0); b(0); b(1); for (int i = 0; i < nfmt; i++) b(0);
    for (int k = 0; k < nfmt; k++) {
        int n = 0; for (int i = 0; i < nsz; i++) n += sz[i].fmt == fmts[k];
        if (fmts[k] == MJPEG) { b(11); b(0x24); b(6); b(k + 1); b(n); b(1); b(1); b(0); b(0); b(0); b(0); }
        else { static const uint8_t yuy2[16] = "YUY2\0\0\x10\0\x80\0\0\xaa\0\x38\x9b\x71";
            b(27); b(0x24); b(4); b(k + 1); b(n); for (int i = 0; i < 16; i++) b(yuy2[i]); b(16); b(1); b(0); b(0); b(0); b(0); }
        for (int i = 0, fr = 0; i < nsz; i++) if (sz[i].fmt == fmts[k]) {
            b(26 + 4 * nrates); b(0x24); b(fmts[k] == MJPEG ? 7 : 5); b(++fr); b(0); w(sz[i].w); w(sz[i].h);
            d(sz[i].w * sz[i].h * 16); d(sz[i].w * sz[i].h * 480u); d(sz[i].w * sz[i].h * 2);
            d(10000000 / rates[0]); b(nrates); for (int r = 0; r < nrates; r++) d(10000000 / rates[r]);
        }
        b(6); b(0x24); b(13); b(1); b(1); b(4);
    }
    at = cfglen - vs; cfg[vs + 4] = at & 255; cfg[vs + 5] = at >> 8;
    b(7); b(5); b(0x81); b(2); w(512); b(0);
    cfg[at_total] = cfglen & 255; cfg[at_total + 1] = cfglen >> 8;
}

/* ------------------------------------------------------------- USB/IP ---- */
struct hdr { uint32_t command, seq, devid, dir, ep; union {
    struct { uint32_t flags, len, start, packets, interval; uint8_t setup[8]; } sub;
    struct { uint32_t status, actual, start, packets, errors; uint8_t pad[8]; } ret;
    struct { uint32_t seq; uint8_t pad[24]; } unl; uint8_t raw[28]; }; } __attribute__((packed));
static struct { uint32_t seq, len; } urb[64]; static int nurb;

static void put(struct iovec *v, int n) {
    while (n) {
        ssize_t r = writev(sock, v, n);
        if (r < 0) { if (errno == EINTR) continue; return; }        /* the reader notices */
        while (n && (size_t)r >= v->iov_len) { r -= v->iov_len; v++; n--; }
        if (n) { v->iov_base = (char *)v->iov_base + r; v->iov_len -= r; }
    }
}
static void answer(uint32_t seq, int status, uint32_t actual, const void *h, uint32_t hl, const void *p, uint32_t pl) {
    struct hdr r = {0}; r.command = htonl(3); r.seq = htonl(seq); r.ret.status = htonl(status); r.ret.actual = htonl(actual);
    struct iovec v[3] = {{&r, sizeof r}, {(void *)h, hl}, {(void *)p, pl}};
    put(v, pl ? 3 : hl ? 2 : 1);
}

/* ------------------------------------------------------------- streaming ---- */
static struct { uint16_t hint; uint8_t fmt, frame; uint32_t interval; uint16_t key, p, quality, window, delay; uint32_t maxframe, maxpayload; } __attribute__((packed)) probe, commit;
static int lead; static double playing;    /* pictures of the empty lane; when the file began to play, 0: it does not */
static int fid, frozen, halted, drop, err, cut, garble, empty, forced;
static const uint8_t *cur; static uint32_t curlen, curoff; static int curerr, sending; static uint8_t *scratch;
static double next, first; static unsigned long sent, late;

static void reset_stream(void) { sending = 0; next = 0; halted = 0; }
static void pump(void) {
    while (sending && nurb && !frozen) {
        uint32_t room = urb[0].len < PAYLOAD ? urb[0].len : PAYLOAD, n = curlen - curoff;
        if (n > room - 2) n = room - 2;
        int last = curoff + n == curlen;
        uint8_t h[2] = {2, 0x80 | fid | (last ? 2 : 0) | (curerr ? 0x40 : 0)};
        uint32_t seq = urb[0].seq; memmove(urb, urb + 1, --nurb * sizeof *urb);
        const uint8_t *p = cur + curoff; curoff += n;
        if (last) { sending = 0; sent++; }
        answer(seq, 0, n + 2, h, 2, p, n);
    }
}
/* Which picture is due. A file that plays goes by the clock, as the lane does: what was not sent in time is gone. */
static int picture(struct size *s, double t, double iv) {
    if (playing) {
        int i = (int)((t - playing) / iv);
        if (i < s->n) return i;
        playing = 0; s->at = 0; say("played");
    }
    int i = s->at; s->at = (i + 1) % (lead && lead < s->n ? lead : s->n); return i;
}
static void tick(void) {
    struct size *s = find(commit.fmt, commit.frame); if (!s) return;
    double iv = forced ? 1.0 / forced : commit.interval / 1e7, t = now();
    if (!next) { next = t + iv; if (!first) { first = t; say("streaming %s %dx%d at %.1f fps", s->fmt == MJPEG ? "MJPEG" : "YUYV", s->w, s->h, 1 / iv); } return; }
    if (t < next) return;
    next += iv; if (next < t) next = t + iv;
    int i = picture(s, t, iv);
    if (frozen) return;
    if (sending) { late++; return; }                                /* the host is behind: as a camera would, skip */
    if (drop) { drop--; return; }
    fid ^= 1; cur = s->pic[i]; curlen = s->len[i]; curoff = 0; curerr = 0; sending = 1;
    if (err) { err--; curerr = 1; }
    if (cut) { cut--; curlen /= 2; }
    if (empty) { empty--; curlen = 0; }
    if (s->fmt == YUYV && curlen >= 4) { static uint32_t no; memcpy(s->pic[i], &no, 4); no++; }
    if (garble && curlen > 64) { garble--; scratch = realloc(scratch, curlen); memcpy(scratch, cur, curlen); for (uint32_t k = curlen / 3; k < curlen / 3 * 2; k += 7) scratch[k] = 0xff; cur = scratch; }
    pump();
}

/* --------------------------------------------------------- control requests ---- */
static struct { uint8_t unit, sel, len; int32_t min, max, res, def, cur; } ctrls[] = {
    {1, 2, 1, 0, 0, 0x0f, 8, 8}, {1, 4, 4, 1, 10000, 1, 156, 156},
    {2, 2, 2, 0, 255, 1, 128, 128}, {2, 3, 2, 0, 255, 1, 128, 128}, {2, 7, 2, 0, 255, 1, 128, 128} };
static int string_desc(uint8_t *o, int i) {
    const char *s = i == 1 ? "Lane" : i == 2 ? name : i == 3 ? serial : 0; int n = 2;
    if (i == 0) { o[0] = 4; o[1] = 3; o[2] = 9; o[3] = 4; return 4; }
    if (!s) return -1;
    for (; *s && n < 254; s++) { o[n++] = *s; o[n++] = 0; }
    o[0] = n; o[1] = 3; return n;
}
static void fill_probe(void *o, int req) {
    __typeof__(probe) p = probe; struct size *s;
    if (req == 0x82 || req == 0x83 || req == 0x87) { p.fmt = p.frame = 1; p.interval = 10000000 / rates[req == 0x83 ? nrates - 1 : 0]; }
    if (!(s = find(p.fmt, p.frame))) { p.frame = 1; if (!(s = find(p.fmt, 1))) { p.fmt = 1; s = find(1, 1); } }
    uint32_t want = p.interval, best = 10000000 / rates[0];
    for (int i = 0; i < nrates; i++) { uint32_t v = 10000000 / rates[i]; if ((v > want ? v - want : want - v) < (best > want ? best - want : want - best)) best = v; }
    p.interval = best; p.maxframe = s->w * s->h * 2; p.maxpayload = PAYLOAD;
    memcpy(o, &p, sizeof p);
}
/* -> number of bytes to return, or -1 to stall */
static int control(const uint8_t *s, uint8_t *o, const uint8_t *in, int inlen) {
    int type = s[0], req = s[1], val = s[2] | s[3] << 8, idx = s[4] | s[5] << 8;
    if ((type & 0x60) == 0) switch (req) {                          /* standard */
    case 0: o[0] = o[1] = 0; return 2;
    case 1: if (idx == 0x81) { int was = halted; reset_stream(); if (was) say("halt cleared"); } return 0;
    case 5: case 9: case 11: return 0;
    case 8: o[0] = 1; return 1;
    case 10: o[0] = 0; return 1;
    case 6: switch (val >> 8) {
        case 1: { uint8_t dev[18] = {18, 1, 0, 2, 0xef, 2, 1, 64, 0x09, 0x12, 0x01, 0x00, 0, 1, 1, 2, 3, 1}; memcpy(o, dev, 18); return 18; }
        case 2: memcpy(o, cfg, cfglen); return cfglen;
        case 3: return string_desc(o, val & 255); }
        return -1;
    default: return -1; }
    if ((type & 0x60) != 0x20) return -1;
    if ((idx & 255) == 1) {                                         /* streaming interface */
        int sel = val >> 8; if (sel != 1 && sel != 2) return -1;
        if (req == 1) {
            if (inlen < 18) return -1;
            memcpy(&probe, in, inlen < (int)sizeof probe ? inlen : (int)sizeof probe); fill_probe(&probe, 0x81);
            if (sel == 2) { commit = probe; reset_stream(); struct size *z = find(commit.fmt, commit.frame); say("committed %s %dx%d, %.1f fps", z->fmt == MJPEG ? "MJPEG" : "YUYV", z->w, z->h, 1e7 / commit.interval); }
            return 0; }
        if (req == 0x85) { o[0] = sizeof probe; o[1] = 0; return 2; }
        if (req == 0x86) { o[0] = 3; return 1; }
        if (sel == 2 && req == 0x81) { memcpy(o, &commit, sizeof commit); return sizeof commit; }
        fill_probe(o, req); return sizeof probe;
    }
    int unit = idx >> 8, sel = val >> 8;
    if (unit == 0) { if (sel == 2 && req == 0x81) { o[0] = 0; return 1; } return -1; }
    for (unsigned i = 0; i < sizeof ctrls / sizeof *ctrls; i++) if (ctrls[i].unit == unit && ctrls[i].sel == sel) {
        int32_t v = 0; int n = ctrls[i].len;
        switch (req) {
        case 1: memcpy(&v, in, inlen < n ? inlen : n); ctrls[i].cur = v; say("control %d/%d = %d", unit, sel, v); return 0;
        case 0x81: v = ctrls[i].cur; break; case 0x82: v = ctrls[i].min; break; case 0x83: v = ctrls[i].max; break;
        case 0x84: v = ctrls[i].res; break; case 0x87: v = ctrls[i].def; break;
        case 0x85: o[0] = n; o[1] = 0; return 2; case 0x86: o[0] = 3; return 1; default: return -1; }
        memcpy(o, &v, n); return n; }
    return -1;
}

/* -------------------------------------------------------------- plumbing ---- */
static void plug(void) {
    int sv[2], f; char l[64]; if (sock >= 0) return;
    for (unsigned i = 0; i < sizeof ctrls / sizeof *ctrls; i++) ctrls[i].cur = ctrls[i].def;
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, sv)) die("socketpair");
    int big = 4 << 20; setsockopt(sv[0], SOL_SOCKET, SO_SNDBUF, &big, sizeof big); setsockopt(sv[1], SOL_SOCKET, SO_SNDBUF, &big, sizeof big);
    if ((f = open("/sys/devices/platform/vhci_hcd.0/attach", O_WRONLY)) < 0) die("no vhci_hcd (modprobe vhci-hcd)");
    int n = snprintf(l, sizeof l, "%d %d %d 3", port, sv[1], 0x10000 | (port + 1));     /* 3: high speed */
    for (int i = 0; write(f, l, n) != n; i++) {                     /* right after an unplug the port is still busy */
        if (errno != EBUSY || i == 50) die("attach to port %d", port);
        usleep(100000); }
    close(f); close(sv[1]); sock = sv[0]; nurb = 0; reset_stream(); say("plugged in");
}
static void unplug(void) { if (sock < 0) return; shutdown(sock, SHUT_RDWR); close(sock); sock = -1; nurb = 0; reset_stream(); say("unplugged"); }
static void command(char *c) {
    char op[16] = "", word[64] = ""; int n = 1; sscanf(c, "%15s %63s", op, word); if (*word) n = atoi(word); if (!*op) return; say("command %s", c);
    if (!strcmp(op, "play")) playing = now(); else if (!strcmp(op, "port")) port = n; else if (!strcmp(op, "serial")) serial = strdup(word);
    else if (!strcmp(op, "unplug")) unplug(); else if (!strcmp(op, "plug")) plug();
    else if (!strcmp(op, "freeze")) frozen = 1; else if (!strcmp(op, "thaw")) { frozen = 0; pump(); }
    else if (!strcmp(op, "drop")) drop = n; else if (!strcmp(op, "error")) err = n; else if (!strcmp(op, "short")) cut = n;
    else if (!strcmp(op, "garble")) garble = n; else if (!strcmp(op, "empty")) empty = n; else if (!strcmp(op, "rate")) { forced = n; next = 0; }
    else if (!strcmp(op, "stall")) { halted = 1; sending = 0; while (nurb) { uint32_t q = urb[0].seq; memmove(urb, urb + 1, --nurb * sizeof *urb); answer(q, -EPIPE, 0, 0, 0, 0, 0); } }
    else if (!strcmp(op, "count")) say("count: %lu sent, %lu left out", sent, late);
    else if (!strcmp(op, "quit")) { unplug(); say("%lu frames, %lu skipped", sent, late); exit(0); }
    else say("what is %s?", op);
}
static int take(void *p, size_t n) {
    for (size_t g = 0; g < n;) { ssize_t r = read(sock, (char *)p + g, n - g); if (r == 0) return -1; if (r < 0) { if (errno == EINTR) continue; return -1; } g += r; }
    return 0;
}
static int serve(void) {
    struct hdr h; static uint8_t in[65536], out[65536];
    if (take(&h, sizeof h)) return -1;
    uint32_t cmd = ntohl(h.command), seq = ntohl(h.seq), dir = ntohl(h.dir), ep = ntohl(h.ep);
    if (cmd == 2) {
        uint32_t q = ntohl(h.unl.seq); int st = 0;
        for (int i = 0; i < nurb; i++) if (urb[i].seq == q) { memmove(urb + i, urb + i + 1, (--nurb - i) * sizeof *urb); st = -ECONNRESET; break; }
        struct hdr r = {0}; r.command = htonl(4); r.seq = htonl(seq); r.ret.status = htonl(st);
        struct iovec v = {&r, sizeof r}; put(&v, 1); return 0;
    }
    if (cmd != 1) { say("odd message %u", cmd); return -1; }
    uint32_t len = ntohl(h.sub.len);
    if (dir == 0 && len) { if (len > sizeof in || take(in, len)) return -1; }
    if (ep == 0) {
        int n = control(h.sub.setup, out, in, dir == 0 ? (int)len : 0);
        if (n < 0) answer(seq, -EPIPE, 0, 0, 0, 0, 0);
        else if (dir == 0) answer(seq, 0, len, 0, 0, 0, 0);
        else { if ((uint32_t)n > len) n = len; answer(seq, 0, n, out, n, 0, 0); }
    } else if (ep == 1 && dir == 1) {
        if (halted || nurb == 64) answer(seq, -EPIPE, 0, 0, 0, 0, 0);
        else { urb[nurb].seq = seq; urb[nurb++].len = len; tick(); pump(); }
    } else answer(seq, -EPIPE, 0, 0, 0, 0, 0);
    return 0;
}
static void bye(int s) { (void)s; _exit(0); }
int main(int c, char **v) {
    int o; signal(SIGPIPE, SIG_IGN); signal(SIGTERM, bye); signal(SIGINT, bye); setvbuf(stderr, 0, _IOLBF, 0);
    while ((o = getopt(c, v, "p:s:n:r:m:y:l:c:q")) > 0) switch (o) {
        case 'p': port = atoi(optarg); break; case 's': serial = optarg; break; case 'n': name = optarg; break;
        case 'm': load_mjpeg(optarg); break; case 'y': add_yuyv(optarg); break; case 'q': quiet = 1; break; case 'c': fifo = optarg; break;
        case 'r': nrates = 0; for (char *t = strtok(optarg, ","); t && nrates < 16; t = strtok(0, ",")) rates[nrates++] = atoi(t); break;
        case 'l': lead = atoi(optarg); break;
        default: return 2; }
    if (!nsz) { add_yuyv("640x360"); add_yuyv("1280x720"); }
    build_config(); probe.fmt = probe.frame = 1; probe.interval = 10000000 / rates[0]; fill_probe(&probe, 0x81); commit = probe;
    if (fifo) { mkfifo(fifo, 0600); if ((ctl = open(fifo, O_RDWR | O_NONBLOCK)) < 0) die("%s", fifo); }
    plug();
    for (;;) {
        struct pollfd p[2] = {{sock, POLLIN, 0}, {ctl, POLLIN, 0}};
        double t = now(), w = 1.0;
        if (nurb && next && next - t < w) w = next - t;
        if (w < 0) w = 0;
        struct timespec ts = {(time_t)w, (long)((w - (time_t)w) * 1e9)};
        if (ppoll(p, 2, &ts, 0) < 0 && errno != EINTR) die("poll");
        if (p[1].revents & POLLIN) { char l[512]; ssize_t n = read(ctl, l, sizeof l - 1); if (n > 0) { l[n] = 0; for (char *q = strtok(l, "\n"); q; q = strtok(0, "\n")) command(q); } }
        if (sock >= 0 && sock == p[0].fd && p[0].revents && serve()) { say("the kernel let go of the device"); close(sock); sock = -1; nurb = 0; }
        if (nurb) tick();
    }
}
