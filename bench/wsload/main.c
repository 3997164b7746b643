/* wsload - WebSocket room load generator (epoll, one thread). See README.md. */
#define _GNU_SOURCE
#include "conn.h"
#include "util.h"
#include <getopt.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum mode { M_RELAY, M_TICK, M_IDLE, M_STORM };
static struct {
    enum mode mode;
    int rooms, members, senders, window, conc, total, spin, corr;
    double rate, warmup, dur;
    pids_t pids;
} O = {M_RELAY, 50, 8, 8, 0, 64, 2000, 0, 0, 20, 1, 4, {0}};

typedef struct { uint64_t sent, recv; int next; } room_t;
static conn_t *C;
static room_t *R;
static int n_conn, n_ready, n_started, n_lost, closing, dying_ok;
static uint64_t delivered, sent_total, lag_max;
static hist_t H;
static int sending;
static uint64_t storm_done;

static void closed_loop(int room) {
    room_t *r = &R[room];
    uint64_t fan = O.members - 1;
    while (r->sent * fan < r->recv + (uint64_t)O.window * fan) {
        conn_t *c = &C[room + O.rooms * r->next];   /* member k of room r is C[r + rooms*k] */
        r->next = (r->next + 1) % O.senders;
        r->sent++; sent_total++;
        conn_send_msg(c, now_ns());
    }
}
static void on_msg(conn_t *c, uint64_t stamp, uint64_t now) {
    delivered++;
    hist_add(&H, now > stamp ? now - stamp : 0);
    if (O.window) {
        R[c->room].recv++;
        if (sending) closed_loop(c->room);
    }
}
static void on_ready(conn_t *c) {
    n_ready++;
    if (O.mode == M_STORM) {
        hist_add(&H, now_ns() - c->t0);
        storm_done++;
        dying_ok = 1; conn_close(c, NULL); dying_ok = 0;
    } else if (n_started < n_conn) conn_start(&C[n_started++]);
}
static void on_close(conn_t *c, const char *why) {
    if (closing) return;
    if (O.mode == M_STORM) {
        if (!dying_ok) n_lost++;
        if (n_started < O.total) { n_started++; conn_start(c); }
        return;
    }
    if (n_lost++ < 3) fprintf(stderr, "conn %d room %d lost: %s\n", c->id, c->room, why);
}
static void pump(int64_t timeout_ns) {
    struct epoll_event ev[512];
    struct timespec ts = {timeout_ns / 1000000000, timeout_ns % 1000000000};
    if (O.spin) ts = (struct timespec){0, 0};
    int n = epoll_pwait2(G.ep, ev, 512, &ts, NULL);
    for (int i = 0; i < n; i++) conn_event(ev[i].data.ptr, ev[i].events);
}
static void pump_until(uint64_t t) {
    for (uint64_t now; (now = now_ns()) < t;) pump(t - now);
}
static void connect_all(double limit_s) {
    uint64_t end = now_ns() + limit_s * 1e9;
    while (n_started < n_conn && n_started < O.conc) conn_start(&C[n_started++]);
    while (n_ready < n_conn && now_ns() < end) pump(100000000);
    if (n_ready < n_conn) fprintf(stderr, "only %d of %d ready\n", n_ready, n_conn);
}

static void run_load(void) {
    connect_all(60);
    pump_until(now_ns() + 300000000ull);
    int n_send = O.mode == M_TICK ? 0 : O.rooms * O.senders;
    int *order = malloc(sizeof(int) * (n_send + 1));
    for (int i = 0; i < n_send; i++) order[i] = i;   /* sender i = C[i]: member-major */
    srandom(12345);
    for (int i = n_send - 1; i > 0; i--) { int j = random() % (i + 1), t = order[i]; order[i] = order[j]; order[j] = t; }

    uint64_t start = now_ns(), warm = start + O.warmup * 1e9, end = warm + O.dur * 1e9, i = 0;
    double gap = n_send ? 1e9 / (O.rate * n_send) : 0;
    cpu_t c0 = {0}; uint64_t self0 = 0, rxc0 = 0, rxb0 = 0, rxf0 = 0, t_meas = 0, sent0 = 0, busy0 = 0;
    int measuring = 0;
    sending = 1;
    if (O.window && n_send) for (int r = 0; r < O.rooms; r++) closed_loop(r);
    for (;;) {
        uint64_t now = now_ns();
        if (!measuring && now >= warm) {
            measuring = 1; hist_reset(&H); delivered = 0; lag_max = 0; sent0 = sent_total;
            c0 = cpu_read(&O.pids); self0 = self_cpu_ns();
            rxc0 = G.rx_calls; rxb0 = G.rx_bytes; rxf0 = G.rx_frames; t_meas = now_ns();
            busy0 = machine_busy_ns();
        }
        if (now >= end) break;
        uint64_t next = measuring ? end : warm;
        if (!O.window && n_send) {
            uint64_t due;
            int burst = 0;
            while ((due = start + (uint64_t)(i * gap)) <= now && burst++ < 256) {
                if (now - due > lag_max) lag_max = now - due;
                if (C[order[i % n_send]].st == S_READY) conn_send_msg(&C[order[i % n_send]], O.corr ? due : now_ns());
                i++; sent_total++;
            }
            if (due < next) next = due;
        }
        pump(next > now ? next - now : 0);
    }
    sending = 0;
    double secs = (now_ns() - t_meas) / 1e9;
    cpu_t c1 = cpu_read(&O.pids);
    uint64_t self1 = self_cpu_ns(), busy = machine_busy_ns() - busy0, d = delivered, s = sent_total - sent0;
    mem_t m = mem_read(&O.pids);
    double cpu_s = (c1.cpu_ns - c0.cpu_ns) / 1e9;
    double us = d ? (c1.cpu_ns - c0.cpu_ns) / 1e3 / d : 0;
    double um = c1.utime_ms - c0.utime_ms, sm = c1.stime_ms - c0.stime_ms;
    printf("{\"conns\":%d,\"lost\":%d,\"secs\":%.3f,\"sent_per_s\":%.0f,\"delivered_per_s\":%.0f,\"expect_ratio\":%.4f,"
           "\"cpu_us_per_frame\":%.3f,\"server_cpu\":%.3f,\"user_share\":%.3f,\"client_cpu\":%.3f,"
           "\"p50_us\":%.1f,\"p90_us\":%.1f,\"p99_us\":%.1f,\"p999_us\":%.1f,\"max_us\":%.1f,"
           "\"frames_per_recv\":%.2f,\"bytes_per_frame\":%.1f,\"received_bytes_per_s\":%.0f,\"send_lag_max_us\":%.0f,\"tx_blocked\":%llu,"
           "\"other_cpu\":%.3f,\"rss_kb\":%llu,\"pss_kb\":%llu}\n",
           n_ready, n_lost, secs, s / secs, d / secs,
           s ? (double)d / ((double)s * (O.members - 1)) : 0,
           us, cpu_s / secs, um + sm > 0 ? um / (um + sm) : 0, (self1 - self0) / 1e9 / secs,
           hist_pct(&H, 50) / 1e3, hist_pct(&H, 90) / 1e3, hist_pct(&H, 99) / 1e3, hist_pct(&H, 99.9) / 1e3, H.max / 1e3,
           (double)(G.rx_frames - rxf0) / (G.rx_calls - rxc0 + 1e-9), (double)(G.rx_bytes - rxb0) / (d + 1e-9), (G.rx_bytes - rxb0) / secs,
           lag_max / 1e3, (unsigned long long)G.tx_blocked,
           busy / 1e9 / secs - cpu_s / secs - (self1 - self0) / 1e9 / secs,
           (unsigned long long)m.rss_kb, (unsigned long long)m.pss_kb);
}
static void run_idle(void) {
    mem_t m0 = mem_read(&O.pids);
    cpu_t c0 = cpu_read(&O.pids);
    uint64_t t = now_ns();
    connect_all(120);
    double secs = (now_ns() - t) / 1e9;
    cpu_t c1 = cpu_read(&O.pids);
    pump_until(now_ns() + 1000000000ull);
    mem_t m1 = mem_read(&O.pids);
    cpu_t i0 = cpu_read(&O.pids);
    pump_until(now_ns() + (uint64_t)(O.dur * 1e9));
    cpu_t i1 = cpu_read(&O.pids);
    printf("{\"conns\":%d,\"lost\":%d,\"connect_secs\":%.3f,\"conns_per_s\":%.0f,\"cpu_us_per_conn\":%.1f,"
           "\"rss0_kb\":%llu,\"rss_kb\":%llu,\"kb_per_conn\":%.2f,\"idle_cpu\":%.4f}\n",
           n_ready, n_lost, secs, n_ready / secs, (c1.cpu_ns - c0.cpu_ns) / 1e3 / n_ready,
           (unsigned long long)m0.rss_kb, (unsigned long long)m1.rss_kb,
           (double)(m1.rss_kb - m0.rss_kb) / n_ready, (i1.cpu_ns - i0.cpu_ns) / 1e9 / O.dur);
}
static void run_storm(void) {
    cpu_t c0 = cpu_read(&O.pids);
    uint64_t self0 = self_cpu_ns(), busy0 = machine_busy_ns(), t = now_ns(), limit = t + 60ull * 1000000000;
    while (n_started < O.conc && n_started < O.total) conn_start(&C[n_started++]);
    while (storm_done + n_lost < (uint64_t)O.total && now_ns() < limit) pump(100000000);
    double secs = (now_ns() - t) / 1e9;
    cpu_t c1 = cpu_read(&O.pids);
    printf("{\"joined\":%llu,\"lost\":%d,\"secs\":%.3f,\"joins_per_s\":%.0f,\"cpu_us_per_join\":%.1f,"
           "\"p50_us\":%.0f,\"p99_us\":%.0f,\"client_cpu\":%.3f,\"other_cpu\":%.3f}\n",
           (unsigned long long)storm_done, n_lost, secs, storm_done / secs,
           (c1.cpu_ns - c0.cpu_ns) / 1e3 / (storm_done + 1e-9), hist_pct(&H, 50) / 1e3, hist_pct(&H, 99) / 1e3,
           (self_cpu_ns() - self0) / 1e9 / secs,
           (machine_busy_ns() - busy0 - (c1.cpu_ns - c0.cpu_ns) - (self_cpu_ns() - self0)) / 1e9 / secs);
}

/* One line of hexadecimal digits per connection. */
static const blob_t *read_frames(const char *path, int n) {
    static char line[20000];
    blob_t *frames = calloc(n, sizeof *frames);
    FILE *f = fopen(path, "r");
    for (int i = 0; i < n; i++) {
        if (!f || !fgets(line, sizeof line, f)) { fprintf(stderr, "%s: %d lines are needed\n", path, n); exit(2); }
        uint32_t length = strspn(line, "0123456789abcdefABCDEF") / 2;
        frames[i] = (blob_t){malloc(length), length};
        for (uint32_t k = 0; k < length; k++) sscanf(line + 2 * k, "%2hhx", &frames[i].bytes[k]);
    }
    fclose(f);
    return frames;
}

int main(int argc, char **argv) {
    static const struct option L[] = {
        {"port", 1, 0, 'p'}, {"proto", 1, 0, 'P'}, {"path", 1, 0, 'u'}, {"mode", 1, 0, 'm'}, {"rooms", 1, 0, 'r'},
        {"members", 1, 0, 'n'}, {"senders", 1, 0, 'k'}, {"rate", 1, 0, 'M'}, {"window", 1, 0, 'w'}, {"size", 1, 0, 's'},
        {"warmup", 1, 0, 'W'}, {"duration", 1, 0, 'd'}, {"pids", 1, 0, 'i'}, {"conc", 1, 0, 'c'}, {"total", 1, 0, 't'},
        {"spin", 0, 0, 'S'}, {"random-mask", 0, 0, 'R'}, {"subproto", 1, 0, 'b'}, {"room-name", 1, 0, 'N'},
        {"intended", 0, 0, 'I'}, {"room-base", 1, 0, 'B'},
        {"hello", 1, 0, 'H'}, {"say", 1, 0, 'A'}, {0}};
    const char *hello_path = NULL, *say_path = NULL;
    G.path_fmt = "/room/%d"; G.room_name = "relay"; G.size = 64;
    O.senders = -1;
    for (int o; (o = getopt_long(argc, argv, "", L, NULL)) != -1;) switch (o) {
        case 'p': G.port = atoi(optarg); break;
        case 'P': G.proto = !strcmp(optarg, "sio") ? P_SIO : !strcmp(optarg, "sio-text") ? P_SIO_TEXT
                          : !strcmp(optarg, "colyseus") ? P_COLYSEUS : !strcmp(optarg, "rooms") ? P_ROOMS : P_RAW; break;
        case 'u': G.path_fmt = optarg; break;
        case 'm': O.mode = !strcmp(optarg, "tick") ? M_TICK : !strcmp(optarg, "idle") ? M_IDLE
                         : !strcmp(optarg, "storm") ? M_STORM : M_RELAY; break;
        case 'r': O.rooms = atoi(optarg); break;
        case 'n': O.members = atoi(optarg); break;
        case 'k': O.senders = atoi(optarg); break;
        case 'M': O.rate = atof(optarg); break;
        case 'w': O.window = atoi(optarg); break;
        case 's': G.size = atoi(optarg); break;
        case 'W': O.warmup = atof(optarg); break;
        case 'd': O.dur = atof(optarg); break;
        case 'i': pids_parse(&O.pids, optarg); break;
        case 'c': O.conc = atoi(optarg); break;
        case 't': O.total = atoi(optarg); break;
        case 'S': O.spin = 1; break;
        case 'R': G.random_mask = 1; break;
        case 'b': G.subproto = optarg; break;
        case 'N': G.room_name = optarg; break;
        case 'I': O.corr = 1; break;
        case 'B': G.room_base = atoi(optarg); break;
        case 'H': hello_path = optarg; break;
        case 'A': say_path = optarg; break;
        default: return 2;
    }
    if (!G.port || G.size < 16 || G.size > 60000) { fprintf(stderr, "usage: wsload --port P [...] (see README.md)\n"); return 2; }
    if (O.senders < 0 || O.senders > O.members) O.senders = O.members;
    struct rlimit rl;
    getrlimit(RLIMIT_NOFILE, &rl); rl.rlim_cur = rl.rlim_max; setrlimit(RLIMIT_NOFILE, &rl);
    signal(SIGPIPE, SIG_IGN);
    G.ep = epoll_create1(0);
    G.on_ready = on_ready; G.on_msg = on_msg; G.on_close = on_close;
    n_conn = O.mode == M_STORM ? O.conc : O.rooms * O.members;
    C = calloc(n_conn, sizeof *C);
    R = calloc(O.rooms, sizeof *R);
    if (hello_path) G.hellos = read_frames(hello_path, n_conn);
    if (say_path) G.says = read_frames(say_path, n_conn);
    for (int i = 0; i < n_conn; i++) { C[i].id = i; C[i].room = i % O.rooms; C[i].fd = -1; }
    if (O.mode == M_STORM) run_storm(); else if (O.mode == M_IDLE) run_idle(); else run_load();
    closing = 1;
    return 0;
}
