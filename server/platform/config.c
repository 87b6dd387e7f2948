/*
 * The one configuration file: the table of keys, reading, and saying exactly what is wrong where.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "platform/config.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "platform/net/fetch.h"

typedef enum ConfigKind {
    KIND_TEXT,    /* anything up to max bytes; may be empty when min is 0 */
    KIND_PATH,    /* a file or folder; not empty unless min is 0 */
    KIND_INT,     /* min..max */
    KIND_BOOL,    /* yes | no */
    KIND_CHOICE,  /* one of 'choices', '|' between */
    KIND_ADDRESS, /* host:port or [v6]:port */
    KIND_ORIGIN,  /* https://host[:port] */
    KIND_SERVICE, /* an address that platform/net/fetch may ask, or empty */
} ConfigKind;

typedef struct ConfigKey {
    const char *key;
    ConfigKind  kind;
    const char
           *standard; /* the default; "<data>" stands for the data folder, "<program>" for our own folder */
    int64_t min, max; /* KIND_INT: the value; KIND_TEXT and KIND_PATH: the length */
    const char *choices;
    const char *meaning;
} ConfigKey;

enum { FILE_MAX = 64 * 1024 };

static const ConfigKey CONFIG_KEYS[] = {
    /* key                 kind          default                        min      max          choices meaning
     */
    { "mode", KIND_CHOICE, "production", 0, 0, "demonstration|production",
      "demonstration: people, patients and a movable clock for trying; refused for care" },
    { "data", KIND_PATH, "/var/lib/beclere", 1, 200, NULL,
      "folder of the database, the stored files and the caches" },
    { "socket", KIND_PATH, "<data>/run/beclere.sock", 1, 100, NULL, "Unix socket towards nginx" },
    { "public-url", KIND_ORIGIN, "https://localhost:8443", 0, 0, NULL,
      "origin that people type; its host is the one passkeys are bound to" },
    { "edge", KIND_CHOICE, "run", 0, 0, "run|none",
      "run: nginx is started as our child; none: somebody else runs it" },
    { "edge-listen", KIND_ADDRESS, "127.0.0.1:8443", 0, 0, NULL, "address of the page and the API (HTTPS)" },
    { "edge-certificate", KIND_PATH, "<data>/tls/edge.crt", 1, 4000, NULL, "its certificate chain (PEM)" },
    { "edge-key", KIND_PATH, "<data>/tls/edge.key", 1, 4000, NULL, "its private key (PEM)" },
    { "edge-ui", KIND_PATH, "ui/dist", 1, 4000, NULL, "folder of the built page" },
    { "dicom-listen", KIND_ADDRESS, "127.0.0.1:11112", 0, 0, NULL, "address of the DICOM listener" },
    { "dicom-tls-listen", KIND_ADDRESS, "127.0.0.1:0", 0, 0, NULL,
      "address of the DICOM listener over TLS; it opens when dicom-tls-certificate is set" },
    { "dicom-tls-certificate", KIND_PATH, "", 0, 4000, NULL,
      "our certificate chain towards DICOM peers (PEM); empty: no DICOM over TLS" },
    { "dicom-tls-key", KIND_PATH, "", 0, 4000, NULL, "its private key (PEM)" },
    { "dicom-tls-authority", KIND_PATH, "", 0, 4000, NULL,
      "authorities whose certificates make peers known by name (PEM); empty: none" },
    { "dicom-tls-revoked", KIND_PATH, "", 0, 4000, NULL,
      "revocation lists of those authorities (PEM), read again when the file changes; empty: none" },
    { "dicom-ae-title", KIND_TEXT, "BECLERE", 1, 16, NULL, "our application entity title" },
    { "dicom-associations", KIND_INT, "64", 1, 1024, NULL, "associations open at once, at most" },
    { "dicom-max-pdu", KIND_INT, "131072", 4096, 1048576, NULL, "bytes of a PDU that we accept" },
    { "dicom-timeout", KIND_INT, "60", 1, 3600, NULL,
      "seconds without progress before an association is closed" },
    { "web-connections", KIND_INT, "512", 8, 16384, NULL, "connections from nginx open at once, at most" },
    { "codec", KIND_PATH, "<program>/beclere-codec", 1, 4000, NULL,
      "program that decodes received pixels in a sandbox" },
    { "codec-workers", KIND_INT, "2", 1, 64, NULL, "how many of them" },
    { "frames-ahead", KIND_CHOICE, "yes", 0, 0, "yes|no",
      "make frames that viewers far away load fast (HTJ2K), and metadata, in the background as images arrive" },
    { "session-idle", KIND_INT, "1800", 60, 86400, NULL,
      "seconds without a request after which a session ends" },
    { "session-absolute", KIND_INT, "14400", 300, 86400, NULL,
      "seconds after which a session ends in any case" },
    { "display-check-days", KIND_INT, "7", 0, 365, NULL,
      "days after which the check of a workstation's display is asked again, before reading and signing; 0: never asked" },
    { "import-days", KIND_INT, "30", 0, 3650, NULL,
      "days after which an import that was begun and left is closed, its waiting files removed; 0: never" },
    { "blob-min-free", KIND_INT, "5", 0, 90, NULL,
      "percent of free disk under which new images are refused" },
    { "relay", KIND_CHOICE, "none", 0, 0, "run|none",
      "run: coturn is started as our child, for voice and picture where browsers do not reach each other; none: no relay, or 'relay-url'" },
    { "relay-listen", KIND_ADDRESS, "127.0.0.1:3478", 0, 0, NULL, "address of our relay (TURN, UDP and TCP)" },
    { "relay-tls-listen", KIND_ADDRESS, "127.0.0.1:0", 0, 0, NULL, "its port for TURN over TLS, with the edge's certificate; port 0: none" },
    { "relay-port-first", KIND_INT, "49152", 1024, 65535, NULL, "first UDP port of what it relays" },
    { "relay-port-last", KIND_INT, "49651", 1024, 65535, NULL, "last of them" },
    { "relay-url", KIND_TEXT, "", 0, 250, NULL, "a relay that somebody else runs (turn:host:3478?transport=udp); empty: none" },
    { "relay-secret", KIND_PATH, "", 0, 4000, NULL, "file with the secret shared with that relay (static-auth-secret)" },
    { "dictation-url", KIND_SERVICE, "", 0, 0, NULL,
      "speech recognition of the site's own network, asked with what is dictated (docs/dictation.md); empty: nothing is dictated" },
    { "dictation-authority", KIND_PATH, "", 0, 4000, NULL, "authorities of its certificate (PEM); empty: those of the system" },
    { "dictation-key", KIND_PATH, "", 0, 4000, NULL, "file whose first line is its key (Authorization: Bearer); empty: none" },
    { "dictation-punctuation", KIND_CHOICE, "written", 0, 0, "written|spoken",
      "written: it gives punctuation itself; spoken: it gives the words as said, 'virgule', 'point' and 'à la ligne' become marks" },
    { "card-listen", KIND_ADDRESS, "127.0.0.1:0", 0, 0, NULL, "address where professionals show their card (mutual TLS); port 0: no cards (docs/operators.md)" },
    { "card-authority", KIND_PATH, "", 0, 4000, NULL, "authorities of persons' cards, with those between (PEM); no authority of organisations" },
    { "card-revoked", KIND_PATH, "", 0, 4000, NULL, "their revocation lists (PEM), which a timer of yours fetches; read at each sign-in" },
    { "card-grace-hours", KIND_INT, "0", 0, 72, NULL, "hours after its end during which a revocation list still serves, with an alarm; 0: no card is accepted then" },
    { "hds-holder", KIND_TEXT, "", 0, 200, NULL, "who hosts the health data, as the HDS certificate names them (L.1111-8); production does not start without" },
    { "hds-certificate", KIND_TEXT, "", 0, 100, NULL, "number of that certificate" },
    { "hds-scope", KIND_TEXT, "", 0, 400, NULL, "the activities it covers" },
    { "hds-expires", KIND_TEXT, "", 0, 10, NULL, "its last day, YYYY-MM-DD" },
    { "edge-certificate-own", KIND_CHOICE, "no", 0, 0, "no|yes", "yes: production may show a page certificate that we made ourselves" },
    { "psc-issuer", KIND_SERVICE, "", 0, 0, NULL, "Pro Santé Connect: its issuer, to the letter (docs/operators.md); empty: nobody signs in through it" },
    { "psc-discovery", KIND_SERVICE, "", 0, 0, NULL, "its discovery document; empty: the issuer and /.well-known/wallet-openid-configuration" },
    { "psc-hosts", KIND_TEXT, "", 0, 1000, NULL, "further origins that its addresses may have (https://…, blanks between); that of the issuer always may" },
    { "psc-authorization", KIND_SERVICE, "", 0, 0, NULL, "its authorization address; empty, as the next ones: as the discovery document says" },
    { "psc-token", KIND_SERVICE, "", 0, 0, NULL, "its token address" },
    { "psc-userinfo", KIND_SERVICE, "", 0, 0, NULL, "its userinfo address" },
    { "psc-keys", KIND_SERVICE, "", 0, 0, NULL, "its keys (JWKS)" },
    { "psc-end-session", KIND_SERVICE, "", 0, 0, NULL, "its end-of-session address" },
    { "psc-client-id", KIND_TEXT, "", 0, 200, NULL, "the name under which it knows this platform" },
    { "psc-client-proof", KIND_CHOICE, "secret-post", 0, 0, "secret-post|secret-basic|certificate",
      "how this platform proves it is itself: a secret in the form or in the header, or an organisation's certificate (mutual TLS)" },
    { "psc-secret", KIND_PATH, "", 0, 4000, NULL, "file whose first line is the client's secret" },
    { "psc-certificate", KIND_PATH, "", 0, 4000, NULL, "organisation's certificate for mutual TLS (PEM)" },
    { "psc-key", KIND_PATH, "", 0, 4000, NULL, "its private key (PEM)" },
    { "psc-authority", KIND_PATH, "", 0, 4000, NULL, "authorities of its servers' certificates (PEM); empty: those of the system" },
    { "psc-acr", KIND_TEXT, "eidas1", 0, 60, NULL, "level of the means that is asked for (acr_values); a weaker one is refused" },
    { "psc-scope", KIND_TEXT, "openid scope_all", 6, 200, NULL, "scopes that are asked for" },
    { "psc-timeout", KIND_INT, "8", 1, 30, NULL, "seconds that one question to it may take" },
    { "log-level", KIND_CHOICE, "info", 0, 0, "debug|info|warn|error", "least level that is written" },
    { "log-file", KIND_PATH, "", 0, 4000, NULL, "file of the log; empty: standard error" },
    { "audit-collector", KIND_ADDRESS, "127.0.0.1:0", 0, 0, NULL,
      "audit record repository that gets every line of the trace by syslog over TLS (host:port); port 0: none" },
    { "audit-authority", KIND_PATH, "", 0, 4000, NULL, "authorities of its certificate (PEM)" },
    { "audit-certificate", KIND_PATH, "", 0, 4000, NULL, "our certificate towards it (PEM); empty: we show none" },
    { "audit-key", KIND_PATH, "", 0, 4000, NULL, "its private key (PEM)" },
    { "audit-source", KIND_TEXT, "beclere", 1, 64, NULL, "name of this installation in audit messages (AuditSourceID)" },
    { "audit-enterprise", KIND_TEXT, "", 0, 64, NULL, "name of the establishment in them (AuditEnterpriseSiteID); empty: none" },
    { "ins-oids", KIND_CHOICE, "production", 0, 0, "test|production",
      "object identifiers of the national health identity (INS): those for tests or the real ones" },
    { "ins-domain", KIND_TEXT, "", 0, 120, NULL,
      "name of the reference system of identities whose INS this server takes over; empty: none, no INS is received" },
};

enum { KEYS = COUNT(CONFIG_KEYS) };

struct Config {
    char *values[KEYS]; /* terminated; owned; never NULL once parsed */
    bool  given[KEYS];
};

void config_free(Config *c)
{
    if (!c)
        return;
    for (size_t i = 0; i < KEYS; i++)
        free(c->values[i]);
    free(c);
}

static size_t key_index(Slice key)
{
    size_t i = 0;
    while (i < KEYS && !slice_equal_text(key, CONFIG_KEYS[i].key))
        i++;
    return i;
}

static bool choice_has(const char *choices, Slice value)
{
    Slice rest = slice_of(choices);
    while (rest.len)
        if (slice_equal(slice_cut(&rest, '|'), value))
            return true;
    return false;
}

static bool port_ok(Slice text, int64_t least)
{
    int64_t port = 0;
    return text.len <= 5 && slice_int(text, &port) && port >= least && port <= 65535;
}

static bool service_ok(Slice value)
{
    char url[500];
    return !value.len || (slice_copy(value, url, sizeof url) && fetch_url_check(url, NULL));
}

/* "host:port", "[v6]:port"; a host without blanks, quotes, semicolons or braces (it is written into
 * nginx.conf). */
static bool host_port_ok(Slice value, bool port_needed, int64_t least_port)
{
    Slice host = value, port = SLICE_NONE;
    if (value.len && value.at[0] == '[') {
        size_t close = slice_find(value, SLICE("]"));
        if (close == SIZE_MAX)
            return false;
        host = slice_part(value, 0, close + 1);
        port = slice_part(value, close + 1, SIZE_MAX);
        if (port.len && port.at[0] != ':')
            return false;
        port = slice_part(port, 1, SIZE_MAX);
    } else {
        host = slice_cut(&value, ':');
        port = value;
    }
    for (size_t i = 0; i < host.len; i++)
        if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_:[]", host.at[i]))
            return false;
    return host.len > 0 && host.len <= 255 && (port.len ? port_ok(port, least_port) : !port_needed);
}

static bool value_ok(const ConfigKey *k, Slice value)
{
    int64_t number = 0;
    for (size_t i = 0; i < value.len; i++)
        if ((unsigned char)value.at[i] < 0x20 || value.at[i] == 0x7F)
            return false;
    switch (k->kind) {
    case KIND_TEXT:
        return (int64_t)value.len >= k->min && (int64_t)value.len <= k->max;
    case KIND_PATH: /* no quote, '$' or '\': paths are quoted in nginx.conf */
        return (int64_t)value.len >= k->min && (int64_t)value.len <= k->max &&
               !memchr(value.at, '"', value.len) && !memchr(value.at, '\\', value.len) &&
               !memchr(value.at, '$', value.len);
    case KIND_INT:
        return slice_int(value, &number) && number >= k->min && number <= k->max;
    case KIND_BOOL:
        return choice_has("yes|no", value);
    case KIND_CHOICE:
        return value.len > 0 && choice_has(k->choices, value);
    case KIND_ADDRESS:
        return host_port_ok(value, true, 0);
    case KIND_SERVICE:
        return service_ok(value);
    case KIND_ORIGIN:
        return slice_starts(value, SLICE("https://")) &&
               host_port_ok(slice_part(value, 8, SIZE_MAX), false, 1);
    }
    return false;
}

static void expected(const ConfigKey *k, char *ret, size_t size)
{
    switch (k->kind) {
    case KIND_TEXT:
        (void)snprintf(ret, size, "text of %lld to %lld characters", (long long)k->min, (long long)k->max);
        break;
    case KIND_PATH:
        (void)snprintf(ret, size, "a path of at most %lld characters without quotes, '\\' or '$'",
                       (long long)k->max);
        break;
    case KIND_INT:
        (void)snprintf(ret, size, "a number from %lld to %lld", (long long)k->min, (long long)k->max);
        break;
    case KIND_BOOL:
        (void)snprintf(ret, size, "yes or no");
        break;
    case KIND_CHOICE:
        (void)snprintf(ret, size, "one of %s", k->choices);
        break;
    case KIND_ADDRESS:
        (void)snprintf(ret, size, "host:port, for example 127.0.0.1:8443");
        break;
    case KIND_SERVICE:
        (void)snprintf(ret, size, "https://… (http:// only for this machine itself), without name or password");
        break;
    case KIND_ORIGIN:
        (void)snprintf(ret, size, "https://host or https://host:port, without a path");
        break;
    }
}

/* A comment begins with '#' at the start of a line or after a blank. */
static Slice without_comment(Slice line)
{
    for (size_t i = 0; i < line.len; i++)
        if (line.at[i] == '#' && (i == 0 || line.at[i - 1] == ' ' || line.at[i - 1] == '\t'))
            return slice_part(line, 0, i);
    return line;
}

static bool parse_line(Config *c, Slice line, const char *name, int number, Err *err)
{
    Slice value = without_comment(line);
    if (slice_trim(value).len == 0)
        return true;
    bool  has_value = slice_find(value, SLICE("=")) != SIZE_MAX;
    Slice key       = slice_trim(slice_cut(&value, '='));
    value           = slice_trim(value);
    if (!has_value)
        return err_set(err, ERR_INPUT, "A line of the configuration is not “key = value”.",
                       "%s:%d: expected \"key = value\"", name, number);
    size_t i = key_index(key);
    if (i == KEYS)
        return err_set(err, ERR_INPUT, "The configuration has an unknown key.",
                       "%s:%d: unknown key \"" SLICE_FMT "\"; `beclere check --keys` lists the keys", name,
                       number, SLICE_ARG(key));
    if (c->given[i])
        return err_set(err, ERR_INPUT, "A key of the configuration is given twice.",
                       "%s:%d: \"%s\" is given a second time; expected once", name, number,
                       CONFIG_KEYS[i].key);
    if (!value_ok(&CONFIG_KEYS[i], value)) {
        char wanted[160];
        expected(&CONFIG_KEYS[i], wanted, sizeof wanted);
        return err_set(err, ERR_INPUT, "A value of the configuration is not allowed.",
                       "%s:%d: %s: expected %s", name, number, CONFIG_KEYS[i].key, wanted);
    }
    c->given[i] = true;
    free(c->values[i]);
    c->values[i] = slice_dup(value);
    return c->values[i] || err_set(err, ERR_UNAVAILABLE, "Memory is out.", "configuration");
}

/* The folder of the running program. */
static Slice program_folder(char path[PATH_MAX])
{
    ssize_t len = readlink("/proc/self/exe", path, PATH_MAX - 1);
    while (len > 0 && path[len - 1] != '/')
        len--;
    return len > 1 ? (Slice) { path, (size_t)len - 1 } : SLICE(".");
}

static bool fill_default(Config *c, size_t i, Err *err)
{
    char  program[PATH_MAX];
    Slice rest = slice_of(CONFIG_KEYS[i].standard), folder = SLICE_NONE;
    if (slice_starts(rest, SLICE("<data>"))) {
        folder = slice_of(config_text(c, "data"));
        rest   = slice_part(rest, strlen("<data>"), SIZE_MAX);
    } else if (slice_starts(rest, SLICE("<program>"))) {
        folder = program_folder(program);
        rest   = slice_part(rest, strlen("<program>"), SIZE_MAX);
    }
    OWNED_BUF whole = buf_make(2 * PATH_MAX);
    buf_add(&whole, folder);
    buf_add(&whole, rest);
    c->values[i] = slice_dup(buf_slice(&whole));
    return c->values[i] || err_set(err, ERR_UNAVAILABLE, "Memory is out.", "configuration");
}

Config *config_parse(Slice text, const char *name, Err *err)
{
    OWNED(Config) *c = calloc(1, sizeof *c);
    if (!c) {
        err_set(err, ERR_UNAVAILABLE, "Memory is out.", "configuration");
        return NULL;
    }
    for (int number = 1; text.len; number++)
        if (!parse_line(c, slice_cut(&text, '\n'), name, number, err))
            return NULL;
    size_t data = key_index(SLICE("data")); /* first: other defaults lean on it */
    if (!c->given[data] && !fill_default(c, data, err))
        return NULL;
    for (size_t i = 0; i < KEYS; i++)
        if (!c->values[i] && !fill_default(c, i, err))
            return NULL;
    if (strlen(config_text(c, "socket")) > 100) { /* sun_path holds 108 */
        err_set(err, ERR_INPUT, "A value of the configuration is not allowed.",
                "%s: socket: the path is longer than 100 characters; expected a shorter one", name);
        return NULL;
    }
    return GIVE(c);
}

Config *config_read(const char *path, Err *err)
{
    if (!path)
        return config_parse(SLICE_NONE, "defaults", err);
    const char *slash = strrchr(path, '/');
    int         fd    = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        err_set(err, ERR_NOT_FOUND, "The configuration file cannot be read.", "%s: %s", path,
                strerror(errno));
        return NULL;
    }
    OWNED_BUF text = buf_make(FILE_MAX);
    char      block[4096];
    ssize_t   got = 0;
    while ((got = read(fd, block, sizeof block)) > 0)
        buf_add(&text, (Slice) { block, (size_t)got });
    int failure = got < 0 ? errno : 0;
    close(fd);
    if (failure) {
        err_set(err, ERR_UNAVAILABLE, "The configuration file cannot be read.", "%s: %s", path,
                strerror(failure));
        return NULL;
    }
    if (!buf_ok(&text, err))
        return NULL;
    return config_parse(buf_slice(&text), slash ? slash + 1 : path, err);
}

const char *config_text(const Config *c, const char *key)
{
    size_t i = key_index(slice_of(key));
    assert(i < KEYS);
    return c->values[i];
}

int64_t config_int(const Config *c, const char *key)
{
    size_t  i = key_index(slice_of(key));
    int64_t v = 0;
    assert(i < KEYS && CONFIG_KEYS[i].kind == KIND_INT);
    (void)slice_int(slice_of(c->values[i]), &v);
    return v;
}

bool config_bool(const Config *c, const char *key)
{
    size_t i = key_index(slice_of(key));
    assert(i < KEYS && CONFIG_KEYS[i].kind == KIND_BOOL);
    return slice_equal_text(slice_of(c->values[i]), "yes");
}

void config_print_keys(int fd)
{
    for (size_t i = 0; i < KEYS; i++) {
        char wanted[160];
        expected(&CONFIG_KEYS[i], wanted, sizeof wanted);
        dprintf(fd, "%-20s %s; %s (default: %s)\n", CONFIG_KEYS[i].key, CONFIG_KEYS[i].meaning, wanted,
                CONFIG_KEYS[i].standard[0] ? CONFIG_KEYS[i].standard : "empty");
    }
}
