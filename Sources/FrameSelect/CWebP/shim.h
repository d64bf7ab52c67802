#pragma once
// libwebp's advanced encoder. Everything needed is imported as it is.
#include <webp/decode.h>
#include <webp/encode.h>
