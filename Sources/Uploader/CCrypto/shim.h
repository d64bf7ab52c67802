#pragma once
// SHA-256, MD5 and HMAC-SHA-1 from libcrypto: one call each, the digest into a caller's buffer.
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stddef.h>

static inline int ccrypto_sha256(const void *_Nullable bytes, size_t count, unsigned char *_Nonnull digest) {
  return EVP_Digest(bytes, count, digest, NULL, EVP_sha256(), NULL);
}

static inline int ccrypto_md5(const void *_Nullable bytes, size_t count, unsigned char *_Nonnull digest) {
  return EVP_Digest(bytes, count, digest, NULL, EVP_md5(), NULL);
}

// 1 when it worked. The signature of an upload form, version 2.
static inline int ccrypto_hmac_sha1(
    const void *_Nullable key, size_t keyCount, const void *_Nullable bytes, size_t count,
    unsigned char *_Nonnull digest) {
  unsigned int length = 20;
  return HMAC(EVP_sha1(), key, (int)keyCount, (const unsigned char *)bytes, count, digest, &length) != NULL;
}

// 1 when it worked. Has libcrypto, and with it libssl, leave everything as it is when the process ends.
static inline int ccrypto_leave_at_exit(void) { return OPENSSL_init_crypto(OPENSSL_INIT_NO_ATEXIT, NULL); }
