// The upstream and the load of `scripts/bench gateway`, one thread each.
//
//   serve PORT CHUNKS GAP_US          answers every POST at once, or with a stream of chunks at a gap
//   closed PORT LANES SECONDS         asks as fast as answers come: requests a second
//   open PORT LANES SECONDS RATE      asks at a rate, whatever comes back: latency from the moment a request was due
//   streams PORT LANES SECONDS        keeps so many streams going: time to the first chunk, chunks
//
// The last three print one line of JSON; times are microseconds.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

enum { LARGEST = 4096, BUFFER = 65536 };

typedef struct {
    int fd, used, chunks, timer;          // chunks: left to send (serve) or seen (streams)
    int is_busy, is_first;
    int64_t due;
    char in[BUFFER];
} Lane;

static int64_t now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void fail(const char *what) { perror(what); exit(1); }

static void watch(int set, int fd, void *what) {
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = what};
    if (epoll_ctl(set, EPOLL_CTL_ADD, fd, &event)) fail("epoll_ctl");
}

static void quick(int fd) {
    int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    fcntl(fd, F_SETFL, O_NONBLOCK);
}

static void put(int fd, const char *text, size_t length) {
    while (length > 0) {
        ssize_t sent = send(fd, text, length, MSG_NOSIGNAL);
        if (sent < 0 && errno == EAGAIN) { usleep(100); continue; }
        if (sent <= 0) return;
        text += sent; length -= sent;
    }
}

// The length of the whole request or answer at the start of the buffer, or 0 where more is to come.
static int whole(const char *bytes, int used) {
    const char *end = memmem(bytes, used, "\r\n\r\n", 4);
    if (!end) return 0;
    int head = (int)(end - bytes) + 4;
    const char *length = NULL;
    for (const char *line = bytes; line < end; line = (const char *)memchr(line, '\n', end - line + 2) + 1)
        if (!strncasecmp(line, "content-length:", 15)) length = line + 15;
    if (length) { int all = head + atoi(length); return used >= all ? all : 0; }
    return used >= head + 5 && !memcmp(bytes + used - 5, "0\r\n\r\n", 5) ? used : 0;
}

// ---- the upstream

static const char ANSWER[] =
    "{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,"
    "\"message\":{\"role\":\"assistant\",\"content\":\"Forty-two is the answer to the question of life, the universe "
    "and everything.\"},\"logprobs\":null,\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":12,"
    "\"completion_tokens\":16,\"total_tokens\":28}}";
static const char EVENT[] =
    "data: {\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":"
    "[{\"index\":0,\"delta\":{\"content\":\" word\"},\"logprobs\":null,\"finish_reason\":null}]}\n\n";
static const char LAST[] =
    "data: {\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":"
    "[{\"index\":0,\"delta\":{},\"logprobs\":null,\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";

static void chunk(int fd, const char *text, int isEnd) {
    char out[1024];
    int length = snprintf(out, sizeof out, "%zx\r\n%s\r\n%s", strlen(text), text, isEnd ? "0\r\n\r\n" : "");
    put(fd, out, length);
}

static void serve(int port, int chunks, int gap) {
    int listener = socket(AF_INET, SOCK_STREAM, 0), on = 1, set = epoll_create1(0);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(0x7F000001)};
    if (bind(listener, (void *)&address, sizeof address) || listen(listener, 4096)) fail("listen");
    watch(set, listener, NULL);
    char answer[2048];
    int length = snprintf(
        answer, sizeof answer, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s",
        strlen(ANSWER), ANSWER);
    static Lane *streaming[LARGEST];
    int streams = 0, timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
    Lane clock = {.fd = timer};
    watch(set, timer, &clock);
    for (;;) {
        struct epoll_event events[256];
        int count = epoll_wait(set, events, 256, -1);
        for (int i = 0; i < count; i++) {
            Lane *lane = events[i].data.ptr;
            if (!lane) {
                int fd = accept(listener, NULL, NULL);
                if (fd < 0) continue;
                quick(fd);
                lane = calloc(1, sizeof *lane);
                lane->fd = fd;
                watch(set, fd, lane);
                continue;
            }
            if (lane == &clock) {
                uint64_t ticks;
                if (read(timer, &ticks, sizeof ticks) < 0) {}
                continue;
            }
            int got = recv(lane->fd, lane->in + lane->used, BUFFER - lane->used, 0);
            if (got <= 0) {
                if (got < 0 && errno == EAGAIN) continue;
                for (int s = 0; s < streams; s++) if (streaming[s] == lane) streaming[s--] = streaming[--streams];
                close(lane->fd);
                free(lane);
                continue;
            }
            lane->used += got;
            int size;
            while (lane->used > 0 && (size = whole(lane->in, lane->used)) > 0) {
                if (memmem(lane->in, size, "\"stream\":true", 13) || memmem(lane->in, size, "\"stream\": true", 14)) {
                    const char *head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";
                    put(lane->fd, head, strlen(head));
                    chunk(lane->fd, EVENT, 0);
                    lane->chunks = chunks - 1;
                    lane->due = now() + gap * 1000LL;
                    if (streams < LARGEST) streaming[streams++] = lane;
                } else put(lane->fd, answer, length);
                memmove(lane->in, lane->in + size, lane->used -= size);
            }
        }
        int64_t at = now(), next = INT64_MAX;
        for (int s = 0; s < streams; s++) {
            Lane *lane = streaming[s];
            if (lane->due <= at) {
                lane->due += gap * 1000LL;
                if (--lane->chunks >= 0) chunk(lane->fd, EVENT, 0);
                else { chunk(lane->fd, LAST, 1); streaming[s--] = streaming[--streams]; continue; }
            }
            if (lane->due < next) next = lane->due;
        }
        struct itimerspec when = {{0}};
        if (streams) { if (next <= at) next = at + 1; when.it_value.tv_sec = next / 1000000000; when.it_value.tv_nsec = next % 1000000000; }
        timerfd_settime(timer, TFD_TIMER_ABSTIME, &when, NULL);
    }
}

// ---- the load

static double *times;
static long recorded;

static void record(int64_t from) { times[recorded++] = (now() - from) / 1000.0; }

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static double percentile(double share) {
    return recorded ? times[(long)(share * (recorded - 1))] : 0;
}

static int joined(int port) {
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(0x7F000001)};
    if (fd < 0 || connect(fd, (void *)&address, sizeof address)) fail("connect");
    quick(fd);
    return fd;
}

static void load(const char *mode, int port, int lanes, double seconds, double rate) {
    int isStream = !strcmp(mode, "streams"), isOpen = !strcmp(mode, "open");
    char body[512], request[1024];
    snprintf(
        body, sizeof body,
        "{\"model\":\"up/m\",\"stream\":%s,\"temperature\":0.7,\"messages\":[{\"role\":\"system\",\"content\":\"You are a helpful "
        "assistant.\"},{\"role\":\"user\",\"content\":\"What is the answer to the question of life?\"}]}",
        isStream ? "true" : "false");
    int length = snprintf(
        request, sizeof request,
        "POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer k\r\nContent-Type: application/json\r\n"
        "Content-Length: %zu\r\n\r\n%s", strlen(body), body);
    times = malloc(sizeof(double) * 20000000);
    int set = epoll_create1(0), timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
    Lane *all = calloc(lanes, sizeof *all), clock = {.fd = timer};
    Lane **idle = malloc(sizeof *idle * lanes);
    int free_lanes = 0;
    long asked = 0, bad = 0, chunks = 0, answered = 0;
    for (int i = 0; i < lanes; i++) {
        all[i].fd = joined(port);
        watch(set, all[i].fd, &all[i]);
        idle[free_lanes++] = &all[i];
    }
    if (isOpen) watch(set, timer, &clock);
    int64_t began = now(), end = began + (int64_t)(seconds * 1e9);
    for (;;) {
        int64_t at = now();
        if (at >= end && (free_lanes == lanes || at > end + 3000000000LL)) break;
        if (at < end) {
            while (free_lanes > 0) {
                int64_t due = isOpen ? began + (int64_t)(asked / rate * 1e9) : at;
                if (due > at) break;
                Lane *lane = idle[--free_lanes];
                lane->due = due;
                lane->is_first = 1;
                lane->used = 0;
                put(lane->fd, request, length);
                asked++;
            }
            if (isOpen) {
                int64_t next = began + (int64_t)(asked / rate * 1e9);
                if (next <= at) next = at + 1000000;
                struct itimerspec when = {.it_value = {next / 1000000000, next % 1000000000}};
                timerfd_settime(timer, TFD_TIMER_ABSTIME, &when, NULL);
            }
        }
        struct epoll_event events[256];
        int count = epoll_wait(set, events, 256, at < end ? (int)((end - at) / 1000000) + 1 : 100);
        for (int i = 0; i < count; i++) {
            Lane *lane = events[i].data.ptr;
            if (lane == &clock) {
                uint64_t ticks;
                if (read(timer, &ticks, sizeof ticks) < 0) {}
                continue;
            }
            int got = recv(lane->fd, lane->in + lane->used, BUFFER - lane->used, 0);
            if (got <= 0) {
                if (got < 0 && errno == EAGAIN) continue;
                bad++;
                epoll_ctl(set, EPOLL_CTL_DEL, lane->fd, NULL);
                close(lane->fd);
                lane->fd = joined(port);
                watch(set, lane->fd, lane);
                idle[free_lanes++] = lane;
                continue;
            }
            int before = lane->used;
            lane->used += got;
            if (isStream) {
                // Events are counted by their ends; a mark cut by two reads is found in the later one.
                int from = before > 12 ? before - 12 : 0;
                for (char *p = lane->in + from; (p = memmem(p, lane->in + lane->used - p, "\"content\":\" w", 13)); p += 13) {
                    if (p + 13 <= lane->in + before) continue;
                    if (lane->is_first) { record(lane->due); lane->is_first = 0; }
                    chunks++;
                }
            }
            if (whole(lane->in, lane->used) > 0) {
                if (memcmp(lane->in, "HTTP/1.1 200", 12)) bad++;
                else if (!isStream) record(lane->due);
                answered++;
                idle[free_lanes++] = lane;
            } else if (lane->used > BUFFER - 8192) {
                // A long stream: its head is needed, and the last bytes.
                memmove(lane->in + 4096, lane->in + lane->used - 64, 64);
                lane->used = 4096 + 64;
            }
        }
    }
    double took = (now() - began) / 1e9;
    qsort(times, recorded, sizeof *times, ascending);
    printf(
        "{\"answered\": %ld, \"bad\": %ld, \"seconds\": %.3f, \"chunks\": %ld, \"p50\": %.1f, \"p99\": %.1f, \"p999\": %.1f}\n",
        answered, bad, took, chunks, percentile(.5), percentile(.99), percentile(.999));
}

int main(int count, char **words) {
    if (count == 5 && !strcmp(words[1], "serve")) serve(atoi(words[2]), atoi(words[3]), atoi(words[4]));
    else if (count >= 5) load(words[1], atoi(words[2]), atoi(words[3]), atof(words[4]), count > 5 ? atof(words[5]) : 0);
    else return 2;
    return 0;
}
