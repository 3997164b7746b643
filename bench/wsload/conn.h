/* conn.h - one client connection: TCP, (matchmaking,) WebSocket handshake, join, frames. */
#ifndef CONN_H
#define CONN_H
#include <stddef.h>
#include <stdint.h>

enum proto { P_RAW, P_SIO, P_SIO_TEXT, P_COLYSEUS, P_ROOMS };
enum kind { KIND_PING = 4, KIND_PONG = 5, KIND_ROOM_JOINED = 30, KIND_RELAY = 34, KIND_UPDATE = 63 };
enum { COLYSEUS_PATCH = 15 };
enum state { S_NEW, S_CONNECT_MM, S_MATCHMAKE, S_CONNECT, S_HTTP, S_JOIN, S_READY, S_CLOSED };

typedef struct conn {
    int fd, id, room;
    enum state st;
    uint8_t *part; uint32_t plen, pcap;   /* unparsed input kept between reads */
    uint8_t *out;  uint32_t olen, ocap;   /* output the kernel did not take */
    char *path;                           /* request target, once known */
    uint64_t t0;                          /* connect started at */
    uint64_t heard;                       /* --say: when the last update came */
} conn_t;

typedef struct { uint8_t *bytes; uint32_t n; } blob_t;

/* What every connection shares. */
typedef struct {
    int ep, port;
    enum proto proto;
    const char *path_fmt;                 /* raw: target, %d = room */
    const char *subproto, *room_name;
    const blob_t *hellos;                 /* connection id -> the first frame it sends, or NULL */
    const blob_t *says;                   /* connection id -> the frame it sends over and over, or NULL; then each
                                             update of a game's state counts as delivered, and its
                                             stamp is when the member got the one before */
    int room_base;
    int size;                             /* application payload bytes (>= 16) */
    int random_mask;
    void (*on_ready)(conn_t *);
    void (*on_msg)(conn_t *, uint64_t stamp, uint64_t now);
    void (*on_close)(conn_t *, const char *why);
    uint64_t rx_bytes, rx_calls, rx_frames, tx_blocked, last_stamp_bad;
} shared_t;
extern shared_t G;

void conn_start(conn_t *c);
void conn_event(conn_t *c, uint32_t events);
void conn_send_msg(conn_t *c, uint64_t stamp);  /* one application message in the protocol's dress */
void conn_close(conn_t *c, const char *why);
#endif
