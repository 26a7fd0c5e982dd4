// Dot products of many rows with one query. Swift compiles for the oldest processor of its kind and cannot choose
// instructions function by function; C can, so that one binary runs everywhere and uses AVX2 where there is some.
#pragma once
#include <stddef.h>
#include <stdint.h>

// Has memory fetched that is read soon: so many lines of 64 bytes.
static inline void nexus_prefetch(const void *address, int lines) {
    for (int line = 0; line < lines; line++) __builtin_prefetch((const char *)address + 64 * line);
}

#if defined(__x86_64__)
#include <immintrin.h>
#define NEXUS_AVX2 __attribute__((target("avx2,fma")))

static inline int nexus_has_avx2(void) {
    __builtin_cpu_init();
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}

NEXUS_AVX2 static inline float nexus_sum_ps(__m256 value) {
    __m128 sum = _mm_add_ps(_mm256_castps256_ps128(value), _mm256_extractf128_ps(value, 1));
    sum = _mm_add_ps(sum, _mm_movehl_ps(sum, sum));
    return _mm_cvtss_f32(_mm_add_ss(sum, _mm_shuffle_ps(sum, sum, 1)));
}

NEXUS_AVX2 static inline int32_t nexus_sum_epi32(__m256i value) {
    __m128i sum = _mm_add_epi32(_mm256_castsi256_si128(value), _mm256_extracti128_si256(value, 1));
    sum = _mm_add_epi32(sum, _mm_shuffle_epi32(sum, 0x4E));
    return _mm_cvtsi128_si32(_mm_add_epi32(sum, _mm_shuffle_epi32(sum, 0xB1)));
}

// `width` is a multiple of 32.
NEXUS_AVX2 static inline void nexus_dots_float_avx2(
    const float *rows, size_t count, size_t width, const float *query, float *dots) {
    for (size_t row = 0; row < count; row++, rows += width) {
        __m256 a = _mm256_setzero_ps(), b = a, c = a, d = a;
        for (size_t i = 0; i < width; i += 32) {
            _mm_prefetch((const char *)(rows + i + 4 * width), _MM_HINT_T0);
            _mm_prefetch((const char *)(rows + i + 4 * width + 16), _MM_HINT_T0);
            a = _mm256_fmadd_ps(_mm256_loadu_ps(rows + i), _mm256_loadu_ps(query + i), a);
            b = _mm256_fmadd_ps(_mm256_loadu_ps(rows + i + 8), _mm256_loadu_ps(query + i + 8), b);
            c = _mm256_fmadd_ps(_mm256_loadu_ps(rows + i + 16), _mm256_loadu_ps(query + i + 16), c);
            d = _mm256_fmadd_ps(_mm256_loadu_ps(rows + i + 24), _mm256_loadu_ps(query + i + 24), d);
        }
        dots[row] = nexus_sum_ps(_mm256_add_ps(_mm256_add_ps(a, b), _mm256_add_ps(c, d)));
    }
}

// Values are in -127...127, so that no sum of two products leaves 16 bits.
NEXUS_AVX2 static inline void nexus_dots_int8_avx2(
    const int8_t *rows, size_t count, size_t width, const int8_t *query, int32_t *dots) {
    const __m256i ones = _mm256_set1_epi16(1);
    for (size_t row = 0; row < count; row++, rows += width) {
        __m256i sum = _mm256_setzero_si256();
        for (size_t i = 0; i < width; i += 32) {
            _mm_prefetch((const char *)(rows + i + 8 * width), _MM_HINT_T0);
            __m256i q = _mm256_loadu_si256((const __m256i *)(query + i));
            __m256i v = _mm256_sign_epi8(_mm256_loadu_si256((const __m256i *)(rows + i)), q);
            sum = _mm256_add_epi32(sum, _mm256_madd_epi16(_mm256_maddubs_epi16(_mm256_abs_epi8(q), v), ones));
        }
        dots[row] = nexus_sum_epi32(sum);
    }
}
#else
static inline int nexus_has_avx2(void) { return 0; }
static inline void nexus_dots_float_avx2(const float *r, size_t c, size_t w, const float *q, float *d) {}
static inline void nexus_dots_int8_avx2(const int8_t *r, size_t c, size_t w, const int8_t *q, int32_t *d) {}
#endif
