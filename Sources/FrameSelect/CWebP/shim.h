#pragma once
// libwebp's advanced encoder, and libwebpmux for what goes into the file beside the picture. Everything is imported as it is.
#include <webp/decode.h>
#include <webp/encode.h>
#include <webp/mux.h>
