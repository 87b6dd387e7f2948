/*
 * coturn as our child: configured, started, watched, ended; and who may use it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "platform/relay/relay.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "platform/child/child.h"
#include "platform/clock.h"
#include "platform/net/net.h"

enum { SECRET_BYTES = 32, START_MS = 10000, QUIT_MS = 2000, CONFIG_MAX = 16 * 1024 };

#define NO_START "The relay of voice and picture (coturn) cannot be started."

struct Relay {
    pid_t       pid;   /* 0: not ours, or ended */
    RelayCount *count; /* NULL: not ours */
    bool   ours;
    char   secret[256];
    char   urls[RELAY_URLS_MAX][280];
    size_t url_count;
};

static bool is_loopback(const char *host)
{
    return strcmp(host, "127.0.0.1") == 0 || strcmp(host, "::1") == 0;
}

/* As browsers reach it: the address it listens at, or the host of the public address. */
static void host_for_pages(const Config *c, const char *listen_host, char ret[256])
{
    Slice url = slice_of(config_text(c, "public-url"));
    url       = slice_part(url, sizeof "https://" - 1, SIZE_MAX);
    (void)slice_copy(net_is_wildcard(listen_host) ? slice_cut(&url, ':') : slice_of(listen_host), ret, 256);
}

static void add_url(Relay *r, const char *scheme, const char *host, int64_t port, const char *transport)
{
    bool v6 = strchr(host, ':') != NULL;
    (void)snprintf(r->urls[r->url_count++], sizeof r->urls[0], "%s:%s%s%s:%" PRId64 "?transport=%s", scheme, v6 ? "[" : "", host, v6 ? "]" : "", port,
                   transport);
}

/* ---- our child's configuration ---- */

static bool new_secret(Relay *r, Err *err)
{
    uint8_t random[SECRET_BYTES];
    if (getrandom(random, sizeof random, 0) != (ssize_t)sizeof random)
        return err_set(err, ERR_UNAVAILABLE, NO_START, "getrandom");
    for (size_t i = 0; i < sizeof random; i++)
        (void)snprintf(r->secret + 2 * i, 3, "%02x", random[i]);
    return true;
}

/* Networks that a relay must not open from outside: loopback, link-local, private, carrier, test and multicast ranges (RFC 6890). */
static const char CLOSED[] = "denied-peer-ip=0.0.0.0-0.255.255.255\ndenied-peer-ip=10.0.0.0-10.255.255.255\n"
                             "denied-peer-ip=100.64.0.0-100.127.255.255\ndenied-peer-ip=127.0.0.0-127.255.255.255\n"
                             "denied-peer-ip=169.254.0.0-169.254.255.255\ndenied-peer-ip=172.16.0.0-172.31.255.255\n"
                             "denied-peer-ip=192.0.0.0-192.0.0.255\ndenied-peer-ip=192.168.0.0-192.168.255.255\n"
                             "denied-peer-ip=198.18.0.0-198.19.255.255\ndenied-peer-ip=::1\ndenied-peer-ip=64:ff9b::-64:ff9b::ffff:ffff\n"
                             "denied-peer-ip=fc00::-fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff\n"
                             "denied-peer-ip=fe80::-febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff\n";

static void build(Buf *out, const Config *c, const Relay *r, const char *folder)
{
    char    host[256], tls_host[256];
    int64_t port = net_split(config_text(c, "relay-listen"), host), tls = net_split(config_text(c, "relay-tls-listen"), tls_host);
    buf_add_text(out, "# Written by beclere at each start from its own configuration; changes here are lost.\n");
    if (!net_is_wildcard(host)) /* else coturn takes each address of the machine by itself */
        buf_addf(out, "listening-ip=%s\nrelay-ip=%s\n", host, host);
    buf_addf(out, "listening-port=%" PRId64 "\n", port);
    buf_addf(out, "min-port=%" PRId64 "\nmax-port=%" PRId64 "\n", config_int(c, "relay-port-first"), config_int(c, "relay-port-last"));
    buf_addf(out, "realm=beclere\nuse-auth-secret\nstatic-auth-secret=%s\nfingerprint\nstale-nonce=600\n", r->secret);
    buf_add_text(out, "no-cli\nno-multicast-peers\nno-software-attribute\nno-rfc5780\nno-stun-backward-compatibility\nresponse-origin-only-with-rfc5780\n");
    buf_add_text(out, "user-quota=24\ntotal-quota=1200\nlog-file=stdout\nsimple-log\nverbose\n");
    buf_addf(out, "pidfile=%s/coturn.pid\nuserdb=%s/coturn.db\n", folder, folder);
    if (tls)
        buf_addf(out, "tls-listening-port=%" PRId64 "\ncert=%s\npkey=%s\nno-tlsv1\nno-tlsv1_1\nno-dtls\n", tls, config_text(c, "edge-certificate"),
                 config_text(c, "edge-key"));
    else
        buf_add_text(out, "no-tls\nno-dtls\n");
    buf_add_text(out, is_loopback(host) ? "allow-loopback-peers\n" : CLOSED);
}

/* It holds the secret: for us alone. */
static bool write_config(const char *path, Slice text, Err *err)
{
    char fresh[PATH_MAX + 8];
    (void)snprintf(fresh, sizeof fresh, "%s.new", path);
    (void)unlink(fresh);
    int fd = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return err_set(err, ERR_UNAVAILABLE, NO_START, "open: %s", strerror(errno));
    bool ok = write(fd, text.at, text.len) == (ssize_t)text.len;
    ok      = close(fd) == 0 && ok;
    return (ok && rename(fresh, path) == 0) || err_set(err, ERR_UNAVAILABLE, NO_START, "write: %s", strerror(errno));
}

static bool wait_until_it_accepts(Relay *r, const Config *c, Err *err)
{
    char    host[256];
    int     port     = net_split(config_text(c, "relay-listen"), host);
    int64_t until_ms = clock_monotonic_ms() + START_MS;
    while (relay_alive(r) && clock_monotonic_ms() < until_ms) {
        int fd = net_connect_tcp(net_reached_at(host), port, 500, NULL);
        if (fd >= 0) {
            close(fd);
            return true;
        }
        (void)poll(NULL, 0, 20);
    }
    return err_set(err, ERR_UNAVAILABLE, NO_START, "coturn %s", r->pid ? "does not accept" : "ended at its start");
}

static bool start_child(Relay *r, const Config *c, Err *err)
{
    char      data[PATH_MAX], folder[PATH_MAX + 16], path[PATH_MAX + 32];
    OWNED_BUF text = buf_make(CONFIG_MAX);
    if (!realpath(config_text(c, "data"), data))
        return err_set(err, ERR_UNAVAILABLE, NO_START, "data folder: %s", strerror(errno));
    (void)snprintf(folder, sizeof folder, "%s/relay", data);
    (void)snprintf(path, sizeof path, "%s/turnserver.conf", folder);
    if (mkdir(folder, 0700) != 0 && errno != EEXIST)
        return err_set(err, ERR_UNAVAILABLE, NO_START, "folder: %s", strerror(errno));
    build(&text, c, r, folder);
    if (!buf_ok(&text, err) || !write_config(path, buf_slice(&text), err) || !net_port_is_free(config_text(c, "relay-listen"), err))
        return false;
    const char *const argv[] = { "/usr/bin/turnserver", "-c", path, NULL };
    int               output = -1;
    r->pid                   = child_start_heard(argv, &output, err);
    r->count                 = r->pid > 0 ? relay_count_start(output, err) : NULL;
    return r->count && wait_until_it_accepts(r, c, err);
}

static bool start_ours(Relay *r, const Config *c, Err *err)
{
    char    host[256], shown[256];
    int64_t port = net_split(config_text(c, "relay-listen"), host), tls = 0;
    char    tls_host[256];
    r->ours = true;
    if (!new_secret(r, err) || !start_child(r, c, err))
        return false;
    host_for_pages(c, host, shown);
    tls = net_split(config_text(c, "relay-tls-listen"), tls_host);
    add_url(r, "turn", shown, port, "udp");
    add_url(r, "turn", shown, port, "tcp");
    if (tls)
        add_url(r, "turns", shown, tls, "tcp");
    return true;
}

/* ---- somebody else's ---- */

static bool use_other(Relay *r, const Config *c, Err *err)
{
    const char *url = config_text(c, "relay-url"), *path = config_text(c, "relay-secret");
    if (!*url)
        return true;
    FILE *f  = *path ? fopen(path, "re") : NULL;
    bool  ok = f && fgets(r->secret, sizeof r->secret, f);
    if (f)
        (void)fclose(f);
    r->secret[strcspn(r->secret, "\r\n")] = 0;
    if (!ok || !r->secret[0])
        return err_set(err, ERR_UNAVAILABLE, "The secret of the relay cannot be read.", "relay-secret");
    (void)snprintf(r->urls[r->url_count++], sizeof r->urls[0], "%s", url);
    return true;
}

Relay *relay_start(const Config *c, Err *err)
{
    Relay *r = calloc(1, sizeof *r);
    if (!r) {
        err_set(err, ERR_UNAVAILABLE, "Memory is out.", "relay_start");
        return NULL;
    }
    bool run = strcmp(config_text(c, "relay"), "run") == 0;
    if (run ? start_ours(r, c, err) : use_other(r, c, err))
        return r;
    relay_stop(r);
    return NULL;
}

bool relay_alive(Relay *r)
{
    int status = 0;
    if (r->pid > 0 && waitpid(r->pid, &status, WNOHANG) != 0)
        r->pid = 0;
    return !r->ours || r->pid > 0;
}

void relay_stop(Relay *r)
{
    if (!r)
        return;
    if (r->pid > 0)
        child_stop(r->pid, QUIT_MS);
    relay_count_stop(r->count);
    free(r);
}

bool relay_access(const Relay *r, const char *label, int64_t now_s, RelayAccess *ret)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned      size = 0;
    *ret               = (RelayAccess) { 0 };
    if (!r || !r->url_count)
        return false;
    ret->until_s = now_s + RELAY_ACCESS_S;
    (void)snprintf(ret->username, sizeof ret->username, "%" PRId64 ":%.*s", ret->until_s, RELAY_LABEL_MAX - 1, label);
    if (!HMAC(EVP_sha1(), r->secret, (int)strlen(r->secret), (const unsigned char *)ret->username, strlen(ret->username), digest, &size) || size != 20)
        return false;
    (void)EVP_EncodeBlock((unsigned char *)ret->credential, digest, (int)size);
    memcpy(ret->urls, r->urls, sizeof ret->urls);
    ret->url_count = r->url_count;
    return true;
}

int64_t relay_counted(Relay *r, const char *label)
{
    return r && r->count ? relay_count_of(r->count, label) : -1;
}
