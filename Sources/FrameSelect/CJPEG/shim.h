#pragma once
// libjpeg-turbo's own interface: a picture band by band, as it is decoded. libturbojpeg gives whole planes only.
//
// libjpeg leaves a failed call by longjmp, which must not pass through Swift: every call below returns here first. What it says
// about a picture is kept, and judged by the caller.
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <jpeglib.h>
#include <jerror.h>

typedef struct {
  struct jpeg_decompress_struct jpeg;
  struct jpeg_error_mgr errors;
  jmp_buf back;
  int warnings;               // of damage, padding included
  int padding;                // of bytes before the end marker
  char text[JMSG_LENGTH_MAX];  // the error, or the first warning that is not of padding
} cjpeg;

/// How the components of a picture lie: samples of a row and rows that share one, as JPEG has them (1, 2 or 4).
typedef struct {
  int width, height, components;
  int is_ycc_or_grey;
  int across[3], down[3];
} cjpeg_facts;

static inline void cjpeg_on_error(j_common_ptr common) {
  cjpeg *c = (cjpeg *)common->client_data;
  c->errors.format_message(common, c->text);
  longjmp(c->back, 1);
}

static inline void cjpeg_on_message(j_common_ptr common, int level) {
  if (level >= 0) return;
  cjpeg *c = (cjpeg *)common->client_data;
  int is_padding = c->errors.msg_code == JWRN_EXTRANEOUS_DATA && c->errors.msg_parm.i[1] == JPEG_EOI;
  if (is_padding) c->padding++;
  else if (c->warnings == c->padding) c->errors.format_message(common, c->text);
  c->warnings++;
}

static inline void cjpeg_free(cjpeg *c) {
  jpeg_destroy_decompress(&c->jpeg);
  free(c);
}

/// A decoder; NULL when there is no memory for one.
static inline cjpeg *cjpeg_new(void) {
  cjpeg *c = (cjpeg *)calloc(1, sizeof *c);
  if (!c) return NULL;
  c->jpeg.err = jpeg_std_error(&c->errors);
  c->jpeg.client_data = c;
  c->errors.error_exit = cjpeg_on_error;
  c->errors.emit_message = cjpeg_on_message;
  if (setjmp(c->back)) {
    cjpeg_free(c);
    return NULL;
  }
  jpeg_create_decompress(&c->jpeg);
  return c;
}

/// Reads the header; 0 when there is none. The bytes must stay where they are until the decoder is freed.
static inline int cjpeg_header(cjpeg *c, const unsigned char *bytes, unsigned long count, cjpeg_facts *facts) {
  if (setjmp(c->back)) return 0;
  jpeg_mem_src(&c->jpeg, (unsigned char *)bytes, count);
  if (jpeg_read_header(&c->jpeg, TRUE) != JPEG_HEADER_OK) return 0;
  memset(facts, 0, sizeof *facts);
  facts->width = (int)c->jpeg.image_width;
  facts->height = (int)c->jpeg.image_height;
  facts->components = c->jpeg.num_components;
  facts->is_ycc_or_grey = c->jpeg.jpeg_color_space == JCS_YCbCr || c->jpeg.jpeg_color_space == JCS_GRAYSCALE;
  for (int i = 0; i < 3 && i < c->jpeg.num_components; i++) {
    facts->across[i] = c->jpeg.comp_info[i].h_samp_factor;
    facts->down[i] = c->jpeg.comp_info[i].v_samp_factor;
  }
  return 1;
}

/// Makes ready for `cjpeg_band`; 0 when it fails.
static inline int cjpeg_start_bands(cjpeg *c) {
  if (setjmp(c->back)) return 0;
  c->jpeg.raw_data_out = TRUE;
  c->jpeg.do_fancy_upsampling = FALSE;
  c->jpeg.out_color_space = c->jpeg.jpeg_color_space;
  return jpeg_start_decompress(&c->jpeg);
}

/// The next band of samples, whole blocks each way: 8 rows a component for every row that shares one. 0 when it fails.
/// `rows` of a plane must hold them; a picture without colour has no second and third plane.
static inline int cjpeg_band(
  cjpeg *c, unsigned char *luma, long luma_stride, unsigned char *blue, unsigned char *red, long chroma_stride
) {
  JSAMPROW rows[3][4 * DCTSIZE];
  JSAMPARRAY planes[3] = {rows[0], rows[1], rows[2]};
  if (setjmp(c->back)) return 0;
  unsigned char *starts[3] = {luma, blue, red};
  int lines = c->jpeg.max_v_samp_factor * DCTSIZE;
  for (int i = 0; i < c->jpeg.num_components && i < 3; i++)
    for (int y = 0; y < c->jpeg.comp_info[i].v_samp_factor * DCTSIZE; y++)
      rows[i][y] = starts[i] + y * (i == 0 ? luma_stride : chroma_stride);
  return (int)jpeg_read_raw_data(&c->jpeg, planes, (JDIMENSION)lines) == lines;
}

/// Luma alone, at so many eighths of the size; 0 when it fails.
static inline int cjpeg_grey(cjpeg *c, int eighths, unsigned char *target, long stride) {
  if (setjmp(c->back)) return 0;
  c->jpeg.out_color_space = JCS_GRAYSCALE;
  c->jpeg.scale_num = (unsigned int)eighths;
  c->jpeg.scale_denom = 8;
  if (!jpeg_start_decompress(&c->jpeg)) return 0;
  while (c->jpeg.output_scanline < c->jpeg.output_height) {
    JSAMPROW row = target + c->jpeg.output_scanline * stride;
    if (jpeg_read_scanlines(&c->jpeg, &row, 1) != 1) return 0;
  }
  return jpeg_finish_decompress(&c->jpeg);
}

/// Reads on to the end marker; 0 when it fails.
static inline int cjpeg_finish(cjpeg *c) {
  if (setjmp(c->back)) return 0;
  return jpeg_finish_decompress(&c->jpeg);
}

static inline const char *cjpeg_text(const cjpeg *c) { return c->text; }
