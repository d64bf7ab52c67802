#pragma once
// libswscale: one picture from one pixel format to another at the same size. No policy here.
#include <errno.h>
#include <libavutil/error.h>
#include <libavutil/log.h>
#include <libavutil/pixfmt.h>
#include <libswscale/swscale.h>

// Bytes behind the last row of every plane, source or target, that swscale's vector code may touch.
enum { CSWS_MARGIN = 64 };

static inline void csws_quiet(void) { av_log_set_level(AV_LOG_QUIET); }

// What converts full-range samples of one format to limited-range BT.601 of another, each pixel's samples rounded.
static inline struct SwsContext *_Nullable csws_new(int source, int target, int width, int height) {
  int flags = SWS_AREA | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INP;
  struct SwsContext *context = sws_getContext(
      width, height, (enum AVPixelFormat)source, width, height, (enum AVPixelFormat)target, flags, NULL, NULL, NULL);
  if (!context) return NULL;
  const int *matrix = sws_getCoefficients(SWS_CS_ITU601);
  // -1 where there is nothing to set: between two formats without a matrix.
  sws_setColorspaceDetails(context, matrix, 1, matrix, 0, 0, 1 << 16, 1 << 16);
  return context;
}

static inline void csws_free(struct SwsContext *_Nonnull context) { sws_freeContext(context); }

// A picture of one plane to one of one plane, or of three.
static inline int csws_convert(
    struct SwsContext *_Nonnull context, const uint8_t *_Nonnull source, int source_line, int height,
    uint8_t *_Nonnull first, int first_line, uint8_t *_Nullable second, uint8_t *_Nullable third, int other_line) {
  const uint8_t *from[4] = {source, NULL, NULL, NULL};
  int from_lines[4] = {source_line, 0, 0, 0};
  uint8_t *to[4] = {first, second, third, NULL};
  int to_lines[4] = {first_line, other_line, other_line, 0};
  int rows = sws_scale(context, from, from_lines, 0, height, to, to_lines);
  return rows == height ? 0 : rows < 0 ? rows : AVERROR(EINVAL);
}
