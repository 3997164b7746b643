#define _GNU_SOURCE
#include "conn.h"
#include "util.h"
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

shared_t G;
static uint8_t rbuf[1 << 20];

/* ---- output ------------------------------------------------------------------------------ */
static void want(conn_t *c, uint32_t ev, int op) {
    struct epoll_event e = {.events = ev, .data.ptr = c};
    epoll_ctl(G.ep, op, c->fd, &e);
}
static void out_bytes(conn_t *c, const void *p, uint32_t n) {
    if (!c->olen) {
        ssize_t k = send(c->fd, p, n, MSG_NOSIGNAL);
        if (k == (ssize_t)n) return;
        if (k < 0) {
            if (errno != EAGAIN) { conn_close(c, "send"); return; }
            k = 0;
        }
        p = (const char *)p + k; n -= k;
        G.tx_blocked++;
        want(c, EPOLLIN | EPOLLOUT, EPOLL_CTL_MOD);
    }
    if (c->olen + n > c->ocap) c->out = realloc(c->out, c->ocap = (c->olen + n) * 2);
    memcpy(c->out + c->olen, p, n);
    c->olen += n;
}
static void out_flush(conn_t *c) {
    ssize_t k = send(c->fd, c->out, c->olen, MSG_NOSIGNAL);
    if (k < 0) { if (errno != EAGAIN) conn_close(c, "send"); return; }
    memmove(c->out, c->out + k, c->olen -= k);
    if (!c->olen) want(c, EPOLLIN, EPOLL_CTL_MOD);
}
static void ws_send(conn_t *c, int opcode, const uint8_t *p, uint32_t n) {
    uint8_t f[70000], *q = f;
    *q++ = 0x80 | opcode;
    if (n < 126) *q++ = 0x80 | n;
    else { *q++ = 0x80 | 126; *q++ = n >> 8; *q++ = n; }
    uint32_t m = G.random_mask ? (uint32_t)random() * 2654435761u : 0;
    memcpy(q, &m, 4); q += 4;
    for (uint32_t i = 0; i < n; i++) q[i] = p[i] ^ ((uint8_t *)&m)[i & 3];
    out_bytes(c, f, q + n - f);
}

void conn_send_msg(conn_t *c, uint64_t stamp) {
    static uint8_t b[66000];
    if (G.says) { ws_send(c, 2, G.says[c->id].bytes, G.says[c->id].n); return; }
    switch (G.proto) {
    case P_RAW:
        memcpy(b, &stamp, 8); memset(b + 8, 'x', G.size - 8);
        ws_send(c, 2, b, G.size);
        break;
    case P_SIO: { /* binary event = text header frame + one binary attachment frame */
        static const char h[] = "451-[\"m\",{\"_placeholder\":true,\"num\":0}]";
        ws_send(c, 1, (const uint8_t *)h, sizeof h - 1);
        memcpy(b, &stamp, 8); memset(b + 8, 'x', G.size - 8);
        ws_send(c, 2, b, G.size);
        break; }
    case P_SIO_TEXT: { /* string event, timestamp as 16 hex digits */
        int k = sprintf((char *)b, "42[\"m\",\"%016llx", (unsigned long long)stamp);
        memset(b + k, 'x', G.size - 16); k += G.size - 16;
        b[k++] = '"'; b[k++] = ']';
        ws_send(c, 1, b, k);
        break; }
    case P_COLYSEUS: /* ROOM_DATA_BYTES, message type "m" (msgpack fixstr) */
        b[0] = 17; b[1] = 0xa1; b[2] = 'm';
        memcpy(b + 3, &stamp, 8); memset(b + 11, 'x', G.size - 8);
        ws_send(c, 2, b, G.size + 3);
        break;
    case P_ROOMS: { /* [relay, to all others, type "m", body] */
        uint8_t h[] = {0x94, KIND_RELAY, 0, 0xa1, 'm', 0xc5, G.size >> 8, G.size};
        memcpy(b, h, sizeof h);
        memcpy(b + sizeof h, &stamp, 8); memset(b + sizeof h + 8, 'x', G.size - 8);
        ws_send(c, 2, b, G.size + sizeof h);
        break; }
    }
}

/* ---- connecting -------------------------------------------------------------------------- */
void conn_close(conn_t *c, const char *why) {
    if (c->st == S_CLOSED) return;
    c->st = S_CLOSED;
    close(c->fd);
    c->fd = -1;
    c->plen = c->olen = 0;
    free(c->path); c->path = NULL;
    G.on_close(c, why);
}
static void tcp_connect(conn_t *c, enum state st) {
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(G.port),
                            .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int one = 1;
    c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    c->st = st;
    c->plen = c->olen = 0;
    if (connect(c->fd, (struct sockaddr *)&a, sizeof a) && errno != EINPROGRESS) {
        want(c, 0, EPOLL_CTL_ADD);
        conn_close(c, "connect");
        return;
    }
    want(c, EPOLLOUT, EPOLL_CTL_ADD);
}
void conn_start(conn_t *c) {
    c->t0 = now_ns();
    if (G.proto == P_COLYSEUS) { tcp_connect(c, S_CONNECT_MM); return; }
    char p[4096];
    snprintf(p, sizeof p, G.path_fmt, G.room_base + c->room);
    c->path = strdup(p);
    tcp_connect(c, S_CONNECT);
}
static void connected(conn_t *c) {
    char r[8192], body[64];
    int n, err = 0;
    socklen_t l = sizeof err;
    getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &err, &l);
    if (err) { conn_close(c, "connect"); return; }
    want(c, EPOLLIN, EPOLL_CTL_MOD);
    if (c->st == S_CONNECT_MM) {
        int b = snprintf(body, sizeof body, "{\"r\":%d}", G.room_base + c->room);
        n = snprintf(r, sizeof r,
            "POST /matchmake/joinOrCreate/%s HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            "Accept: application/json\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s", G.room_name, b, body);
        c->st = S_MATCHMAKE;
    } else {
        n = snprintf(r, sizeof r,
            "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n%s%s%s\r\n",
            c->path, G.port, G.subproto ? "Sec-WebSocket-Protocol: " : "", G.subproto ? G.subproto : "",
            G.subproto ? "\r\n" : "");
        c->st = S_HTTP;
    }
    out_bytes(c, r, n);
}
static int json_str(const char *doc, const char *key, char *out, size_t cap) {
    char k[40];
    snprintf(k, sizeof k, "\"%s\":\"", key);
    const char *s = strstr(doc, k), *e;
    if (!s || !(e = strchr(s += strlen(k), '"')) || (size_t)(e - s) >= cap) return 0;
    memcpy(out, s, e - s); out[e - s] = 0;
    return 1;
}
/* Returns bytes consumed, 0 = need more. */
static uint32_t got_matchmake(conn_t *c, uint8_t *b, uint32_t n) {
    char pid[64], rid[64], sid[64], p[300];
    b[n] = 0;
    if (!json_str((char *)b, "processId", pid, 64) || !json_str((char *)b, "roomId", rid, 64) ||
        !json_str((char *)b, "sessionId", sid, 64)) return 0;
    snprintf(p, sizeof p, "/%s/%s?sessionId=%s", pid, rid, sid);
    c->path = strdup(p);
    close(c->fd);
    tcp_connect(c, S_CONNECT);
    return n;
}
static void ready(conn_t *c) { c->st = S_READY; G.on_ready(c); }
static void upgraded(conn_t *c) {
    if (G.hellos) ws_send(c, 2, G.hellos[c->id].bytes, G.hellos[c->id].n);
    if (G.proto == P_RAW) ready(c); else c->st = S_JOIN;
}
static uint32_t got_http(conn_t *c, uint8_t *b, uint32_t n) {
    uint8_t *e = memmem(b, n, "\r\n\r\n", 4);
    if (!e) return 0;
    if (n < 12 || memcmp(b + 9, "101", 3)) {
        fprintf(stderr, "handshake refused: %.*s\n", (int)(e - b), b);
        conn_close(c, "handshake");
        return n;
    }
    upgraded(c);
    return e + 4 - b;
}

/* A worker's [ping, stamp, received] is answered with [pong, stamp]; the stamp is a msgpack integer of any width. */
static void pong(conn_t *c, const uint8_t *p, uint32_t n) {
    static const uint8_t width[] = {[0xcc - 0xcc] = 2, 3, 5, 9};
    uint32_t w = n > 2 && p[2] >= 0xcc && p[2] <= 0xcf ? width[p[2] - 0xcc] : 1;
    uint8_t b[16] = {0x92, KIND_PONG};
    if (n < 2 + w) return;
    memcpy(b + 2, p + 2, w);
    ws_send(c, 2, b, 2 + w);
}

static void got_update(conn_t *c, uint64_t now) {
    if (c->st == S_READY && c->heard) G.on_msg(c, c->heard, now);
    c->heard = now;
}

/* ---- frames ------------------------------------------------------------------------------ */
static void got_data(conn_t *c, int op, uint8_t *p, uint32_t n, uint64_t now) {
    uint64_t stamp = 0;
    G.rx_frames++;
    if (G.proto == P_SIO || G.proto == P_SIO_TEXT) {
        if (op == 1) {
            if (n && p[0] == '2') { ws_send(c, 1, (uint8_t *)"3", 1); return; }
            if (n && p[0] == '0') { ws_send(c, 1, (uint8_t *)"40", 2); return; }
            if (c->st == S_JOIN && n > 2 && !memcmp(p, "40", 2)) { ready(c); return; }
            if (G.proto == P_SIO || n < 24 || memcmp(p, "42", 2)) return;
            char h[17]; memcpy(h, p + 8, 16); h[16] = 0;
            stamp = strtoull(h, NULL, 16);
            G.on_msg(c, stamp, now);
            return;
        }
    } else if (G.proto == P_COLYSEUS) {
        if (n && p[0] == 10) { uint8_t ack = 10; ws_send(c, 2, &ack, 1); ready(c); return; }
        if (n && p[0] == COLYSEUS_PATCH && G.says) { got_update(c, now); return; }
        if (!n || p[0] != 17) return;
    } else if (G.proto == P_ROOMS) {
        if (n < 4) return;
        uint8_t kind = p[0] == 0xdc ? p[3] : p[1];   /* behind the array's header: three bytes from 16 items on */
        if (kind == KIND_ROOM_JOINED && c->st == S_JOIN) { ready(c); return; }
        if (kind == KIND_PING) { pong(c, p, n); return; }
        if (kind == KIND_UPDATE && G.says) { got_update(c, now); return; }
        if (kind != KIND_RELAY) return;
    }
    if (c->st != S_READY || n < (uint32_t)G.size) return;
    memcpy(&stamp, p + n - G.size, 8);   /* the payload is the frame's tail in every dress */
    G.on_msg(c, stamp, now);
}
static uint32_t got_frames(conn_t *c, uint8_t *b, uint32_t n, uint64_t now) {
    uint32_t i = 0;
    while (n - i >= 2 && c->st != S_CLOSED) {
        uint8_t op = b[i] & 15;
        uint64_t len = b[i + 1] & 127, h = 2;
        if (len == 126) { if (n - i < 4) break; len = b[i + 2] << 8 | b[i + 3]; h = 4; }
        else if (len == 127) {
            if (n - i < 10) break;
            len = 0; for (int k = 2; k < 10; k++) len = len << 8 | b[i + k];
            h = 10;
        }
        if (n - i < h + len) break;
        uint8_t *p = b + i + h;
        i += h + len;
        if (op <= 2) got_data(c, op, p, len, now);
        else if (op == 9) ws_send(c, 10, p, len);
        else if (op == 8) { conn_close(c, "closed by server"); return n; }
    }
    return i;
}
void conn_event(conn_t *c, uint32_t ev) {
    if (c->st == S_CONNECT || c->st == S_CONNECT_MM) { connected(c); return; }
    if (c->st == S_CLOSED) return;
    if ((ev & EPOLLOUT) && c->olen) { out_flush(c); if (c->st == S_CLOSED) return; }
    if (!(ev & (EPOLLIN | EPOLLHUP | EPOLLERR))) return;
    uint32_t n = c->plen, i = 0;
    if (n) memcpy(rbuf, c->part, n);
    ssize_t k = recv(c->fd, rbuf + n, sizeof rbuf - n - 1, 0);
    if (k <= 0) { if (k == 0 || errno != EAGAIN) conn_close(c, "eof"); return; }
    G.rx_calls++; G.rx_bytes += k;
    n += k;
    uint64_t now = now_ns();
    if (c->st == S_MATCHMAKE) { i = got_matchmake(c, rbuf, n); if (i) return; }
    if (c->st == S_HTTP) i = got_http(c, rbuf, n);
    if (c->st == S_JOIN || c->st == S_READY) i += got_frames(c, rbuf + i, n - i, now);
    if (c->st == S_CLOSED) return;
    if ((c->plen = n - i)) {
        if (c->plen > c->pcap) c->part = realloc(c->part, c->pcap = c->plen * 2);
        memcpy(c->part, rbuf + i, c->plen);
    }
}
