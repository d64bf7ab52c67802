#pragma once
// libavformat and libavcodec for recordings, flattened to plain values. No policy here.
//
// Every function returns 0 (or a count) when it worked and a negative AVERROR code when it did not.
#include <errno.h>
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/imgutils.h>
#include <libavutil/mathematics.h>
#include <libavutil/pixdesc.h>
#include <string.h>

// MARK: error codes and constants: macros that Swift does not see

static const int CAV_END_OF_FILE = AVERROR_EOF;
static const int CAV_TRY_AGAIN = AVERROR(EAGAIN);
static const int CAV_INVALID_DATA = AVERROR_INVALIDDATA;
static const int CAV_NO_STREAM = AVERROR_STREAM_NOT_FOUND;
static const int CAV_NO_MUXER = AVERROR_MUXER_NOT_FOUND;
static const int64_t CAV_NO_TIME = INT64_MIN;

static inline void cav_quiet(void) { av_log_set_level(AV_LOG_QUIET); }

static inline void cav_error_text(int code, char *_Nonnull text, int capacity) {
  if (av_strerror(code, text, (size_t)capacity) < 0 && capacity > 0) text[0] = 0;
}

// Nanoseconds of `value` ticks; CAV_NO_TIME stays itself.
static inline int64_t cav_nanoseconds(int64_t value, int base_num, int base_den) {
  if (value == AV_NOPTS_VALUE || base_num <= 0 || base_den <= 0) return CAV_NO_TIME;
  return av_rescale_q_rnd(value, (AVRational){base_num, base_den}, (AVRational){1, 1000000000}, AV_ROUND_NEAR_INF);
}

static inline int64_t cav_ticks(int64_t nanoseconds, int base_num, int base_den) {
  return av_rescale_q_rnd(nanoseconds, (AVRational){1, 1000000000}, (AVRational){base_num, base_den}, AV_ROUND_NEAR_INF);
}

// MARK: pixel formats

// How libav lays out one pixel format. `known` is 0 for none.
struct cav_pixels {
  int known;
  int components, planes;
  int log2_chroma_width, log2_chroma_height;
  int depth, shift, step0;
  int plane1, plane2, offset0, offset1, offset2;
  int is_rgb, is_other;  // is_other: palette, hardware, bit stream, float, Bayer
  int is_big_endian, is_full_range_by_name;
};

static inline struct cav_pixels cav_describe_pixels(int format) {
  struct cav_pixels p;
  memset(&p, 0, sizeof p);
  const AVPixFmtDescriptor *d = av_pix_fmt_desc_get((enum AVPixelFormat)format);
  if (!d) return p;
  p.known = 1;
  p.components = d->nb_components;
  p.planes = av_pix_fmt_count_planes((enum AVPixelFormat)format);
  p.log2_chroma_width = d->log2_chroma_w;
  p.log2_chroma_height = d->log2_chroma_h;
  p.depth = d->comp[0].depth;
  p.shift = d->comp[0].shift;
  p.step0 = d->comp[0].step;
  p.offset0 = d->comp[0].offset;
  p.plane1 = d->comp[1].plane;
  p.offset1 = d->comp[1].offset;
  p.plane2 = d->comp[2].plane;
  p.offset2 = d->comp[2].offset;
  p.is_rgb = (d->flags & AV_PIX_FMT_FLAG_RGB) != 0;
  p.is_other = (d->flags & (AV_PIX_FMT_FLAG_PAL | AV_PIX_FMT_FLAG_HWACCEL | AV_PIX_FMT_FLAG_BITSTREAM |
                            AV_PIX_FMT_FLAG_FLOAT | AV_PIX_FMT_FLAG_BAYER)) != 0;
  p.is_big_endian = (d->flags & AV_PIX_FMT_FLAG_BE) != 0;
  p.is_full_range_by_name = strncmp(d->name, "yuvj", 4) == 0;
  return p;
}

// The FourCC under which raw pictures lie exactly as the pixel format says: no swapped planes, no signed chroma.
static inline unsigned cav_raw_tag(int format) { return avcodec_pix_fmt_to_codec_tag((enum AVPixelFormat)format); }

static inline const char *_Nonnull cav_pixels_name(int format) {
  const char *name = av_get_pix_fmt_name((enum AVPixelFormat)format);
  return name ? name : "unknown";
}

// Bytes of a raw picture whose rows are padded to a multiple of `alignment`.
static inline int cav_raw_byte_count(int format, int width, int height, int alignment) {
  return av_image_get_buffer_size((enum AVPixelFormat)format, width, height, alignment);
}

// Bytes from one row of a plane to the next in such a picture.
static inline int cav_raw_line_size(int format, int width, int plane, int alignment) {
  int size = av_image_get_linesize((enum AVPixelFormat)format, width, plane);
  return size < 0 ? size : (size + alignment - 1) / alignment * alignment;
}

// MARK: reading

// What a container says about its best video stream, without pointers.
struct cav_stream_facts {
  int index, stream_count;
  int codec;
  unsigned codec_tag;
  int extradata_size;
  int pixel_format, width, height;
  int color_range, color_space, chroma_location;
  int base_num, base_den;
  int rate_num, rate_den;  // average; 0/0 when unknown
  int64_t start_ticks, duration_ticks;
  int64_t container_duration_us;  // as the header says it; CAV_NO_TIME when it is only an estimate
};

// `url` with its protocol ("file:..."); nothing but files is ever opened, whatever the file refers to.
static inline int cav_open(const char *_Nonnull url, AVFormatContext *_Nullable *_Nonnull out) {
  AVDictionary *options = NULL;
  int code = av_dict_set(&options, "protocol_whitelist", "file", 0);
  if (code >= 0) code = avformat_open_input(out, url, NULL, &options);
  av_dict_free(&options);
  return code;
}

static inline void cav_close(AVFormatContext *_Nonnull context) { avformat_close_input(&context); }

static inline const char *_Nonnull cav_container_name(const AVFormatContext *_Nonnull context) {
  return context->iformat && context->iformat->name ? context->iformat->name : "unknown";
}

// Finds the video stream and makes the container skip all others.
static inline int cav_find_video(AVFormatContext *_Nonnull context, struct cav_stream_facts *_Nonnull facts) {
  memset(facts, 0, sizeof *facts);
  int code = avformat_find_stream_info(context, NULL);
  if (code < 0) return code;
  int index = av_find_best_stream(context, AVMEDIA_TYPE_VIDEO, -1, -1, NULL, 0);
  if (index < 0) return index;
  for (unsigned i = 0; i < context->nb_streams; i++)
    if ((int)i != index) context->streams[i]->discard = AVDISCARD_ALL;
  const AVStream *s = context->streams[index];
  const AVCodecParameters *p = s->codecpar;
  facts->index = index;
  facts->stream_count = (int)context->nb_streams;
  facts->codec = p->codec_id;
  facts->codec_tag = p->codec_tag;
  facts->extradata_size = p->extradata_size;
  facts->pixel_format = p->format;
  facts->width = p->width;
  facts->height = p->height;
  facts->color_range = p->color_range;
  facts->color_space = p->color_space;
  facts->chroma_location = p->chroma_location;
  facts->base_num = s->time_base.num;
  facts->base_den = s->time_base.den;
  AVRational rate = s->avg_frame_rate.num > 0 && s->avg_frame_rate.den > 0 ? s->avg_frame_rate : s->r_frame_rate;
  facts->rate_num = rate.num;
  facts->rate_den = rate.den;
  facts->start_ticks = s->start_time;
  facts->duration_ticks = s->duration;
  facts->container_duration_us =
      context->duration_estimation_method == AVFMT_DURATION_FROM_STREAM ? context->duration : CAV_NO_TIME;
  return 0;
}

static inline const char *_Nonnull cav_codec_name(int codec) { return avcodec_get_name((enum AVCodecID)codec); }

static inline const char *_Nullable cav_metadata(const AVFormatContext *_Nonnull context, const char *_Nonnull key) {
  const AVDictionaryEntry *entry = av_dict_get(context->metadata, key, NULL, 0);
  return entry ? entry->value : NULL;
}

// One packet of stream `index`; others are passed over.
static inline int cav_read(AVFormatContext *_Nonnull context, int index, AVPacket *_Nonnull packet) {
  for (;;) {
    av_packet_unref(packet);
    int code = av_read_frame(context, packet);
    if (code < 0) return code;
    if (packet->stream_index == index) return 0;
  }
}

static inline AVPacket *_Nullable cav_packet_new(void) { return av_packet_alloc(); }
static inline void cav_packet_free(AVPacket *_Nonnull packet) { av_packet_free(&packet); }
static inline const uint8_t *_Nullable cav_packet_bytes(const AVPacket *_Nonnull packet) { return packet->data; }
static inline int cav_packet_size(const AVPacket *_Nonnull packet) { return packet->size; }
static inline int cav_packet_is_corrupt(const AVPacket *_Nonnull packet) {
  return (packet->flags & AV_PKT_FLAG_CORRUPT) != 0;
}
static inline int64_t cav_packet_duration(const AVPacket *_Nonnull packet) { return packet->duration; }
static inline int64_t cav_packet_time(const AVPacket *_Nonnull packet) {
  return packet->pts != AV_NOPTS_VALUE ? packet->pts : packet->dts;
}

// MARK: decoding

static inline int cav_decoder_new(
    const AVFormatContext *_Nonnull context, int index, int threads, AVCodecContext *_Nullable *_Nonnull out) {
  const AVStream *stream = context->streams[index];
  const AVCodec *codec = avcodec_find_decoder(stream->codecpar->codec_id);
  if (!codec) return AVERROR_DECODER_NOT_FOUND;
  AVCodecContext *decoder = avcodec_alloc_context3(codec);
  if (!decoder) return AVERROR(ENOMEM);
  int code = avcodec_parameters_to_context(decoder, stream->codecpar);
  decoder->pkt_timebase = stream->time_base;
  decoder->thread_count = threads;
  if (code >= 0) code = avcodec_open2(decoder, codec, NULL);
  if (code < 0) {
    avcodec_free_context(&decoder);
    return code;
  }
  *out = decoder;
  return 0;
}

// For a stream whose pictures are wanted as soon as they are there.
static inline int cav_decoder_new_immediate(int codec_id, AVCodecContext *_Nullable *_Nonnull out) {
  const AVCodec *codec = avcodec_find_decoder((enum AVCodecID)codec_id);
  if (!codec) return AVERROR_DECODER_NOT_FOUND;
  AVCodecContext *decoder = avcodec_alloc_context3(codec);
  if (!decoder) return AVERROR(ENOMEM);
  decoder->thread_count = 1;
  decoder->flags |= AV_CODEC_FLAG_LOW_DELAY;
  int code = avcodec_open2(decoder, codec, NULL);
  if (code < 0) {
    avcodec_free_context(&decoder);
    return code;
  }
  *out = decoder;
  return 0;
}

static inline void cav_decoder_free(AVCodecContext *_Nonnull decoder) { avcodec_free_context(&decoder); }
static inline int cav_decoder_send(AVCodecContext *_Nonnull decoder, const AVPacket *_Nullable packet) {
  return avcodec_send_packet(decoder, packet);
}
// The bytes are copied, with the padding that decoders read beyond the end.
static inline int cav_decoder_send_bytes(
    AVCodecContext *_Nonnull decoder, const void *_Nonnull bytes, int byte_count) {
  AVPacket *packet = av_packet_alloc();
  int code = packet ? av_new_packet(packet, byte_count) : AVERROR(ENOMEM);
  if (code >= 0) {
    memcpy(packet->data, bytes, (size_t)byte_count);
    code = avcodec_send_packet(decoder, packet);
  }
  av_packet_free(&packet);
  return code;
}
// Pictures that it keeps until later ones came.
static inline int cav_decoder_delay(const AVCodecContext *_Nonnull decoder) { return decoder->has_b_frames; }
static inline int cav_decoder_receive(AVCodecContext *_Nonnull decoder, AVFrame *_Nonnull frame) {
  return avcodec_receive_frame(decoder, frame);
}

struct cav_picture_facts {
  int width, height, pixel_format;
  int color_range, color_space, chroma_location;
  int is_damaged;
  int64_t ticks;
};

static inline AVFrame *_Nullable cav_picture_new(void) { return av_frame_alloc(); }
static inline void cav_picture_free(AVFrame *_Nonnull frame) { av_frame_free(&frame); }
static inline void cav_picture_forget(AVFrame *_Nonnull frame) { av_frame_unref(frame); }
static inline struct cav_picture_facts cav_picture_facts(const AVFrame *_Nonnull frame) {
  struct cav_picture_facts f;
  f.width = frame->width;
  f.height = frame->height;
  f.pixel_format = frame->format;
  f.color_range = frame->color_range;
  f.color_space = frame->colorspace;
  f.chroma_location = frame->chroma_location;
  f.is_damaged = (frame->flags & AV_FRAME_FLAG_CORRUPT) != 0 || frame->decode_error_flags != 0;
  f.ticks = frame->best_effort_timestamp;
  return f;
}
static inline const uint8_t *_Nullable cav_picture_plane(const AVFrame *_Nonnull frame, int plane) {
  return plane >= 0 && plane < AV_NUM_DATA_POINTERS ? frame->data[plane] : NULL;
}
// Negative for a picture that lies upside down.
static inline int cav_picture_line_size(const AVFrame *_Nonnull frame, int plane) {
  return plane >= 0 && plane < AV_NUM_DATA_POINTERS ? frame->linesize[plane] : 0;
}

#include "writing.h"
