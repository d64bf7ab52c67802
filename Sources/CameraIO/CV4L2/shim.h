#pragma once
// V4L2's system calls, flattened to plain values: one function per request, no unions, no variadics. No policy here.
//
// Every function returns 0 (or a value >= 0) when it worked and -errno when it did not: errno itself must not cross into
// Swift, where a retain between the call and the read may change it.
#include <errno.h>
#include <fcntl.h>
#include <linux/videodev2.h>
#include <poll.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

// MARK: the node

static inline int cv4l2_open(const char *_Nonnull path) {
  int fd = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
  return fd < 0 ? -errno : fd;
}

static inline int cv4l2_close(int fd) { return close(fd) < 0 ? -errno : 0; }

// Major and minor number of the device behind an open node.
static inline int cv4l2_number(int fd, unsigned *_Nonnull major_number, unsigned *_Nonnull minor_number) {
  struct stat status;
  if (fstat(fd, &status) < 0) return -errno;
  if (!S_ISCHR(status.st_mode)) return -ENODEV;
  *major_number = major(status.st_rdev);
  *minor_number = minor(status.st_rdev);
  return 0;
}

static inline int cv4l2_call(int fd, unsigned long request, void *_Nonnull argument) {
  int result;
  do {
    result = ioctl(fd, request, argument);
  } while (result < 0 && errno == EINTR);
  return result < 0 ? -errno : result;
}

// What poll says: 0 when nothing came within the time.
static const int CV4L2_READABLE = 1;
static const int CV4L2_BROKEN = 2;  // POLLERR or POLLHUP
static inline int cv4l2_wait(int fd, int milliseconds) {
  struct pollfd wanted = {fd, POLLIN, 0};
  int result = poll(&wanted, 1, milliseconds);
  if (result < 0) return errno == EINTR ? 0 : -errno;
  int seen = 0;
  if (wanted.revents & POLLIN) seen |= CV4L2_READABLE;
  if (wanted.revents & (POLLERR | POLLHUP | POLLNVAL)) seen |= CV4L2_BROKEN;
  return seen;
}

// MARK: what it is

// The texts are ended by 0 and cut to the capacity of each, which is at least 33.
static inline int cv4l2_capability(
    int fd, char *_Nonnull driver, char *_Nonnull card, char *_Nonnull bus, unsigned *_Nonnull device_caps) {
  struct v4l2_capability c;
  memset(&c, 0, sizeof c);
  int code = cv4l2_call(fd, VIDIOC_QUERYCAP, &c);
  if (code < 0) return code;
  memcpy(driver, c.driver, sizeof c.driver);
  driver[sizeof c.driver] = 0;
  memcpy(card, c.card, sizeof c.card);
  card[sizeof c.card] = 0;
  memcpy(bus, c.bus_info, sizeof c.bus_info);
  bus[sizeof c.bus_info] = 0;
  *device_caps = c.capabilities & V4L2_CAP_DEVICE_CAPS ? c.device_caps : c.capabilities;
  return 0;
}

static const unsigned CV4L2_CAPTURE = V4L2_CAP_VIDEO_CAPTURE;
static const unsigned CV4L2_CAPTURE_MPLANE = V4L2_CAP_VIDEO_CAPTURE_MPLANE;
static const unsigned CV4L2_STREAMING = V4L2_CAP_STREAMING;

static inline unsigned cv4l2_type(int is_multi_planar) {
  return is_multi_planar ? V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE : V4L2_BUF_TYPE_VIDEO_CAPTURE;
}

static inline int cv4l2_format_at(int fd, int is_multi_planar, unsigned index, unsigned *_Nonnull fourcc) {
  struct v4l2_fmtdesc d;
  memset(&d, 0, sizeof d);
  d.index = index;
  d.type = cv4l2_type(is_multi_planar);
  int code = cv4l2_call(fd, VIDIOC_ENUM_FMT, &d);
  *fourcc = d.pixelformat;
  return code;
}

// The `index`th size of a format; of a range its largest.
static inline int cv4l2_size_at(
    int fd, unsigned fourcc, unsigned index, unsigned *_Nonnull width, unsigned *_Nonnull height) {
  struct v4l2_frmsizeenum s;
  memset(&s, 0, sizeof s);
  s.index = index;
  s.pixel_format = fourcc;
  int code = cv4l2_call(fd, VIDIOC_ENUM_FRAMESIZES, &s);
  if (code < 0) return code;
  int is_discrete = s.type == V4L2_FRMSIZE_TYPE_DISCRETE;
  *width = is_discrete ? s.discrete.width : s.stepwise.max_width;
  *height = is_discrete ? s.discrete.height : s.stepwise.max_height;
  return is_discrete ? 0 : 1;
}

// MARK: format and frame interval

// Three planes are enough for every format that is taken.
struct cv4l2_format {
  unsigned fourcc, width, height;
  unsigned planes;
  unsigned bytes_per_line0, bytes_per_line1, bytes_per_line2;
  unsigned size_image0, size_image1, size_image2;
  int is_full_range;  // as the driver says it or as V4L2 defaults it
  int is_limited_range_stated;
  int is_bt709;
};

static inline void cv4l2_take_color(
    struct cv4l2_format *_Nonnull f, unsigned colorspace, unsigned encoding, unsigned quantization) {
  unsigned enc = encoding ? encoding : V4L2_MAP_YCBCR_ENC_DEFAULT(colorspace);
  unsigned range = quantization ? quantization : V4L2_MAP_QUANTIZATION_DEFAULT(0, colorspace, enc);
  f->is_full_range = range == V4L2_QUANTIZATION_FULL_RANGE;
  f->is_limited_range_stated = quantization == V4L2_QUANTIZATION_LIM_RANGE;
  f->is_bt709 = enc == V4L2_YCBCR_ENC_709 || enc == V4L2_YCBCR_ENC_XV709;
}

// Asks for fourcc, width and height of `f`; on return it holds what the driver made of it.
static inline int cv4l2_set_format(int fd, int is_multi_planar, struct cv4l2_format *_Nonnull f) {
  struct v4l2_format v;
  memset(&v, 0, sizeof v);
  v.type = cv4l2_type(is_multi_planar);
  if (is_multi_planar) {
    v.fmt.pix_mp.width = f->width;
    v.fmt.pix_mp.height = f->height;
    v.fmt.pix_mp.pixelformat = f->fourcc;
    v.fmt.pix_mp.field = V4L2_FIELD_NONE;
  } else {
    v.fmt.pix.width = f->width;
    v.fmt.pix.height = f->height;
    v.fmt.pix.pixelformat = f->fourcc;
    v.fmt.pix.field = V4L2_FIELD_NONE;
  }
  int code = cv4l2_call(fd, VIDIOC_S_FMT, &v);
  if (code < 0) return code;
  memset(f, 0, sizeof *f);
  if (is_multi_planar) {
    const struct v4l2_pix_format_mplane *p = &v.fmt.pix_mp;
    f->fourcc = p->pixelformat;
    f->width = p->width;
    f->height = p->height;
    f->planes = p->num_planes;
    f->bytes_per_line0 = p->plane_fmt[0].bytesperline;
    f->bytes_per_line1 = p->plane_fmt[1].bytesperline;
    f->bytes_per_line2 = p->plane_fmt[2].bytesperline;
    f->size_image0 = p->plane_fmt[0].sizeimage;
    f->size_image1 = p->plane_fmt[1].sizeimage;
    f->size_image2 = p->plane_fmt[2].sizeimage;
    cv4l2_take_color(f, p->colorspace, p->ycbcr_enc, p->quantization);
  } else {
    const struct v4l2_pix_format *p = &v.fmt.pix;
    f->fourcc = p->pixelformat;
    f->width = p->width;
    f->height = p->height;
    f->planes = 1;
    f->bytes_per_line0 = p->bytesperline;
    f->size_image0 = p->sizeimage;
    cv4l2_take_color(f, p->colorspace, p->ycbcr_enc, p->quantization);
  }
  return 0;
}

// Seconds per frame as a fraction, asked and given. -ENOTTY and the like: the driver has no say in it.
static inline int cv4l2_set_interval(
    int fd, int is_multi_planar, unsigned *_Nonnull numerator, unsigned *_Nonnull denominator) {
  struct v4l2_streamparm p;
  memset(&p, 0, sizeof p);
  p.type = cv4l2_type(is_multi_planar);
  p.parm.capture.timeperframe.numerator = *numerator;
  p.parm.capture.timeperframe.denominator = *denominator;
  int code = cv4l2_call(fd, VIDIOC_S_PARM, &p);
  if (code < 0) return code;
  *numerator = p.parm.capture.timeperframe.numerator;
  *denominator = p.parm.capture.timeperframe.denominator;
  return 0;
}

// MARK: buffers

// How many the driver gave; 0 asked for gives all back.
static inline int cv4l2_request_buffers(int fd, int is_multi_planar, unsigned count) {
  struct v4l2_requestbuffers r;
  memset(&r, 0, sizeof r);
  r.count = count;
  r.type = cv4l2_type(is_multi_planar);
  r.memory = V4L2_MEMORY_MMAP;
  int code = cv4l2_call(fd, VIDIOC_REQBUFS, &r);
  return code < 0 ? code : (int)r.count;
}

// A buffer to ask about; what is said of its planes will stand in `planes`, VIDEO_MAX_PLANES of them.
static inline struct v4l2_buffer cv4l2_blank(
    int is_multi_planar, unsigned index, struct v4l2_plane *_Nonnull planes) {
  struct v4l2_buffer b;
  memset(&b, 0, sizeof b);
  memset(planes, 0, VIDEO_MAX_PLANES * sizeof *planes);
  b.index = index;
  b.type = cv4l2_type(is_multi_planar);
  b.memory = V4L2_MEMORY_MMAP;
  if (is_multi_planar) {
    b.m.planes = planes;
    b.length = VIDEO_MAX_PLANES;
  }
  return b;
}

// Maps plane `plane` of a buffer for reading; its length in bytes, or -errno.
static inline int64_t cv4l2_map(
    int fd, int is_multi_planar, unsigned index, unsigned plane, const void *_Nullable *_Nonnull start) {
  struct v4l2_plane planes[VIDEO_MAX_PLANES];
  struct v4l2_buffer b = cv4l2_blank(is_multi_planar, index, planes);
  int code = cv4l2_call(fd, VIDIOC_QUERYBUF, &b);
  if (code < 0) return code;
  size_t length = is_multi_planar ? planes[plane].length : b.length;
  off_t offset = is_multi_planar ? planes[plane].m.mem_offset : b.m.offset;
  // Some drivers refuse mappings that are for reading alone.
  void *mapped = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_SHARED, fd, offset);
  if (mapped == MAP_FAILED) return -errno;
  *start = mapped;
  return (int64_t)length;
}

static inline int cv4l2_unmap(const void *_Nonnull start, size_t length) {
  return munmap((void *)(uintptr_t)start, length) < 0 ? -errno : 0;
}

static inline int cv4l2_enqueue(int fd, int is_multi_planar, unsigned index) {
  struct v4l2_plane planes[VIDEO_MAX_PLANES];
  struct v4l2_buffer b = cv4l2_blank(is_multi_planar, index, planes);
  return cv4l2_call(fd, VIDIOC_QBUF, &b);
}

struct cv4l2_buffer {
  unsigned index, sequence;
  unsigned bytes_used0, bytes_used1, bytes_used2;
  unsigned data_offset0, data_offset1, data_offset2;
  int has_error;
  int is_monotonic;  // the time is CLOCK_MONOTONIC's
  int64_t nanoseconds;
};

static inline int cv4l2_dequeue(int fd, int is_multi_planar, struct cv4l2_buffer *_Nonnull out) {
  struct v4l2_plane planes[VIDEO_MAX_PLANES];
  struct v4l2_buffer b = cv4l2_blank(is_multi_planar, 0, planes);
  int code = cv4l2_call(fd, VIDIOC_DQBUF, &b);
  if (code < 0) return code;
  out->index = b.index;
  out->sequence = b.sequence;
  out->bytes_used0 = is_multi_planar ? planes[0].bytesused : b.bytesused;
  out->bytes_used1 = planes[1].bytesused;
  out->bytes_used2 = planes[2].bytesused;
  out->data_offset0 = is_multi_planar ? planes[0].data_offset : 0;
  out->data_offset1 = planes[1].data_offset;
  out->data_offset2 = planes[2].data_offset;
  out->has_error = (b.flags & V4L2_BUF_FLAG_ERROR) != 0;
  out->is_monotonic = (b.flags & V4L2_BUF_FLAG_TIMESTAMP_MASK) == V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC;
  // A time that no clock since boot can show is none.
  if (b.timestamp.tv_sec < 0 || b.timestamp.tv_sec > 4000000000) out->is_monotonic = 0;
  out->nanoseconds =
      out->is_monotonic ? (int64_t)b.timestamp.tv_sec * 1000000000 + (int64_t)b.timestamp.tv_usec * 1000 : 0;
  return 0;
}

static inline int cv4l2_stream_on(int fd, int is_multi_planar) {
  int type = (int)cv4l2_type(is_multi_planar);
  return cv4l2_call(fd, VIDIOC_STREAMON, &type);
}

static inline int cv4l2_stream_off(int fd, int is_multi_planar) {
  int type = (int)cv4l2_type(is_multi_planar);
  return cv4l2_call(fd, VIDIOC_STREAMOFF, &type);
}

#include "controls.h"
