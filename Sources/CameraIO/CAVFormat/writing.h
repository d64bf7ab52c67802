#pragma once
// The writing half of libavformat, flattened like the rest: recordings out. Included by shim.h, which has the rest.

struct cav_output_settings {
  int codec;
  int pixel_format;
  int width, height;
  int rate_num, rate_den;
  int color_range, color_space;
};

// A container by the extension of `url`, with one video stream whose wished time base is a microsecond. The extradata is copied.
static inline int cav_output_new(
    const char *_Nonnull url, struct cav_output_settings settings, const uint8_t *_Nullable extradata,
    int extradata_size, const char *_Nullable created, AVFormatContext *_Nullable *_Nonnull out) {
  const AVOutputFormat *format = av_guess_format(NULL, url, NULL);
  if (!format) return AVERROR_MUXER_NOT_FOUND;
  AVFormatContext *context = NULL;
  int code = avformat_alloc_output_context2(&context, format, NULL, url);
  if (code < 0) return code;
  AVStream *stream = avformat_new_stream(context, NULL);
  if (!stream) {
    avformat_free_context(context);
    return AVERROR(ENOMEM);
  }
  AVCodecParameters *p = stream->codecpar;
  p->codec_type = AVMEDIA_TYPE_VIDEO;
  p->codec_id = (enum AVCodecID)settings.codec;
  p->format = settings.pixel_format;
  p->width = settings.width;
  p->height = settings.height;
  p->color_range = (enum AVColorRange)settings.color_range;
  p->color_space = (enum AVColorSpace)settings.color_space;
  if (extradata && extradata_size > 0) {
    p->extradata = (uint8_t *)av_mallocz((size_t)extradata_size + AV_INPUT_BUFFER_PADDING_SIZE);
    if (!p->extradata) {
      avformat_free_context(context);
      return AVERROR(ENOMEM);
    }
    memcpy(p->extradata, extradata, (size_t)extradata_size);
    p->extradata_size = extradata_size;
  }
  if (settings.codec == AV_CODEC_ID_RAWVIDEO)
    p->codec_tag = avcodec_pix_fmt_to_codec_tag((enum AVPixelFormat)settings.pixel_format);
  stream->time_base = (AVRational){1, 1000000};
  stream->avg_frame_rate = (AVRational){settings.rate_num, settings.rate_den};
  stream->r_frame_rate = stream->avg_frame_rate;
  // Times are the recording's own and are written as they are.
  context->avoid_negative_ts = AVFMT_AVOID_NEG_TS_DISABLED;
  // Without random identifiers the same pictures give the same bytes.
  context->flags |= AVFMT_FLAG_FLUSH_PACKETS | AVFMT_FLAG_BITEXACT;
  if (created) av_dict_set(&context->metadata, "creation_time", created, 0);
  code = avio_open(&context->pb, url, AVIO_FLAG_WRITE);
  if (code < 0) {
    avformat_free_context(context);
    return code;
  }
  *out = context;
  return 0;
}

static inline int cav_output_begin(AVFormatContext *_Nonnull context) {
  // Matroska: without checksums, which a reader may verify, its header can be corrected in place.
  AVDictionary *options = NULL;
  av_dict_set(&options, "write_crc32", "0", 0);
  // QuickTime: the start of the first picture is kept in the movie's own time scale, a millisecond by default.
  av_dict_set(&options, "movie_timescale", "1000000", 0);
  AVCodecParameters *p = context->streams[0]->codecpar;
  unsigned tag = p->codec_tag;
  int code = avformat_init_output(context, &options);
  // libavformat takes away the FourCC of raw pictures that its lists do not have, although Matroska carries any.
  if (code >= 0 && p->codec_id == AV_CODEC_ID_RAWVIDEO && p->codec_tag == 0) p->codec_tag = tag;
  if (code >= 0) code = avformat_write_header(context, &options);
  av_dict_free(&options);
  if (code < 0) return code;
  avio_flush(context->pb);
  return context->pb->error < 0 ? context->pb->error : 0;
}

static inline const char *_Nonnull cav_output_container_name(const AVFormatContext *_Nonnull context) {
  return context->oformat->name;
}
static inline int cav_output_base_num(const AVFormatContext *_Nonnull context) {
  return context->streams[0]->time_base.num;
}
static inline int cav_output_base_den(const AVFormatContext *_Nonnull context) {
  return context->streams[0]->time_base.den;
}

// The bytes are copied by libavformat before this returns.
static inline int cav_output_write(
    AVFormatContext *_Nonnull context, AVPacket *_Nonnull packet, const void *_Nonnull bytes, int byte_count,
    int64_t ticks, int64_t duration_ticks, int is_key) {
  int code = av_new_packet(packet, byte_count);
  if (code < 0) return code;
  memcpy(packet->data, bytes, (size_t)byte_count);
  packet->pts = ticks;
  packet->dts = ticks;
  packet->duration = duration_ticks;
  packet->stream_index = 0;
  if (is_key) packet->flags |= AV_PKT_FLAG_KEY;
  code = av_write_frame(context, packet);
  av_packet_unref(packet);
  // Matroska keeps a picture back until the next one comes, unless it is asked to give it out.
  if (code >= 0) code = av_write_frame(context, NULL);
  if (code >= 0 && context->pb->error < 0) code = context->pb->error;
  return code < 0 ? code : 0;
}

// Bytes that went into the file so far.
static inline int64_t cav_output_byte_count(const AVFormatContext *_Nonnull context) { return avio_tell(context->pb); }

static inline int cav_output_finish(AVFormatContext *_Nonnull context) {
  int code = av_write_trailer(context);
  if (code >= 0) avio_flush(context->pb);
  if (code >= 0 && context->pb->error < 0) code = context->pb->error;
  return code < 0 ? code : 0;
}

// Without `cav_output_finish` before it the file stays as it is: cut off.
static inline int cav_output_close(AVFormatContext *_Nonnull context) {
  int code = avio_closep(&context->pb);
  avformat_free_context(context);
  return code;
}
