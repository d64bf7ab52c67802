#pragma once
// Controls, flattened like the rest. Included by shim.h, which has the rest.

struct cv4l2_control {
  unsigned id, type, flags;
  int64_t minimum, maximum;
  uint64_t step;
};

static const unsigned CV4L2_INTEGER = V4L2_CTRL_TYPE_INTEGER;
static const unsigned CV4L2_BOOLEAN = V4L2_CTRL_TYPE_BOOLEAN;
static const unsigned CV4L2_MENU = V4L2_CTRL_TYPE_MENU;
static const unsigned CV4L2_INTEGER64 = V4L2_CTRL_TYPE_INTEGER64;
static const unsigned CV4L2_BITMASK = V4L2_CTRL_TYPE_BITMASK;
static const unsigned CV4L2_INTEGER_MENU = V4L2_CTRL_TYPE_INTEGER_MENU;
static const unsigned CV4L2_DISABLED = V4L2_CTRL_FLAG_DISABLED;
static const unsigned CV4L2_READ_ONLY = V4L2_CTRL_FLAG_READ_ONLY;
static const unsigned CV4L2_WRITE_ONLY = V4L2_CTRL_FLAG_WRITE_ONLY;
static const unsigned CV4L2_INACTIVE = V4L2_CTRL_FLAG_INACTIVE;
static const unsigned CV4L2_VOLATILE = V4L2_CTRL_FLAG_VOLATILE;

// The control after `after` (0: the first); `name` takes 33 bytes.
static inline int cv4l2_next_control(
    int fd, unsigned after, struct cv4l2_control *_Nonnull out, char *_Nonnull name) {
  struct v4l2_query_ext_ctrl q;
  memset(&q, 0, sizeof q);
  q.id = after | V4L2_CTRL_FLAG_NEXT_CTRL;
  int code = cv4l2_call(fd, VIDIOC_QUERY_EXT_CTRL, &q);
  if (code < 0) return code;
  out->id = q.id;
  out->type = q.type;
  out->flags = q.flags;
  out->minimum = q.minimum;
  out->maximum = q.maximum;
  out->step = q.step;
  memcpy(name, q.name, sizeof q.name);
  name[sizeof q.name] = 0;
  return 0;
}

static inline int cv4l2_control_call(
    int fd, unsigned long request, unsigned id, int is_64_bit, int64_t *_Nonnull value) {
  struct v4l2_ext_control c;
  struct v4l2_ext_controls cs;
  memset(&c, 0, sizeof c);
  memset(&cs, 0, sizeof cs);
  c.id = id;
  if (is_64_bit) c.value64 = *value;
  else c.value = (int32_t)*value;
  cs.which = V4L2_CTRL_WHICH_CUR_VAL;
  cs.count = 1;
  cs.controls = &c;
  int code = cv4l2_call(fd, request, &cs);
  if (code >= 0) *value = is_64_bit ? c.value64 : c.value;
  return code;
}

static inline int cv4l2_get_control(int fd, unsigned id, int is_64_bit, int64_t *_Nonnull value) {
  return cv4l2_control_call(fd, VIDIOC_G_EXT_CTRLS, id, is_64_bit, value);
}

static inline int cv4l2_set_control(int fd, unsigned id, int is_64_bit, int64_t value) {
  return cv4l2_control_call(fd, VIDIOC_S_EXT_CTRLS, id, is_64_bit, &value);
}
