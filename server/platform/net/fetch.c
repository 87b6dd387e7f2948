/*
 * One POST or GET over libcurl, bounded in time and size.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "platform/net/fetch.h"

#include <curl/curl.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { CONNECT_SECONDS = 5, SLOW_BYTES = 100, SLOW_SECONDS = 30, BEARER_MAX = 9000, HEADER_MAX = BEARER_MAX + 32 };

static pthread_once_t begun = PTHREAD_ONCE_INIT;
static bool           ready;

static void begin(void)
{
    ready = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
}

static void done(CURL **c)
{
    curl_easy_cleanup(*c);
}
static void list_done(struct curl_slist **l)
{
    curl_slist_free_all(*l);
}
static void url_done(CURLU **u)
{
    curl_url_cleanup(*u);
}
static void text_done(char **t)
{
    curl_free(*t);
}

void fetch_answer_free(FetchAnswer *a)
{
    buf_free(&a->bytes);
}

/* ---- where we may go ---- */

static bool is_loopback(const char *host)
{
    return strcmp(host, "localhost") == 0 || strcmp(host, "127.0.0.1") == 0 || strcmp(host, "[::1]") == 0;
}

bool fetch_url_check(const char *url, Err *err)
{
    static const char WRONG[] = "The address of the service must begin with https:// (http:// only for this machine itself).";
    __attribute__((cleanup(url_done))) CURLU *u      = curl_url();
    __attribute__((cleanup(text_done))) char *scheme = NULL, *host = NULL, *user = NULL;
    if (!u || curl_url_set(u, CURLUPART_URL, url, 0) != CURLUE_OK || curl_url_get(u, CURLUPART_SCHEME, &scheme, 0) != CURLUE_OK ||
        curl_url_get(u, CURLUPART_HOST, &host, 0) != CURLUE_OK)
        return err_set(err, ERR_INPUT, WRONG, "not an address");
    if (curl_url_get(u, CURLUPART_USER, &user, 0) == CURLUE_OK)
        return err_set(err, ERR_INPUT, "The address of the service must not hold a name or a password.", "user in it");
    return strcmp(scheme, "https") == 0 || (strcmp(scheme, "http") == 0 && is_loopback(host)) || err_set(err, ERR_INPUT, WRONG, "%.60s", url);
}

bool fetch_origin(const char *url, char *ret, size_t size, Err *err)
{
    __attribute__((cleanup(url_done))) CURLU *u      = curl_url();
    __attribute__((cleanup(text_done))) char *scheme = NULL, *host = NULL, *port = NULL;
    if (!fetch_url_check(url, err))
        return false;
    if (!u || curl_url_set(u, CURLUPART_URL, url, 0) != CURLUE_OK || curl_url_get(u, CURLUPART_SCHEME, &scheme, 0) != CURLUE_OK ||
        curl_url_get(u, CURLUPART_HOST, &host, 0) != CURLUE_OK || curl_url_get(u, CURLUPART_PORT, &port, CURLU_DEFAULT_PORT) != CURLUE_OK ||
        (size_t)snprintf(ret, size, "%s://%s:%s", scheme, host, port) >= size)
        return err_set(err, ERR_INPUT, "The address of the service must begin with https:// (http:// only for this machine itself).", "no origin");
    return true;
}

/* ---- what goes and comes ---- */

bool fetch_secret_read(const char *path, char *ret, size_t size, Err *err)
{
    int     fd  = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t got = fd < 0 ? -1 : read(fd, ret, size - 1);
    if (fd >= 0)
        close(fd);
    ret[got > 0 ? got : 0]    = '\0';
    ret[strcspn(ret, "\r\n")] = '\0';
    return ret[0] || err_set(err, ERR_INPUT, "The file with the key of the service cannot be read, or is empty.", "%s", path);
}

/* "Authorization: Bearer …"; "" when there is none. */
static bool bearer_read(const FetchAsk *ask, char ret[HEADER_MAX], Err *err)
{
    char        key[BEARER_MAX] = "";
    const char *bearer          = ask->bearer ? ask->bearer : "";
    ret[0]                      = '\0';
    if (ask->bearer_file && ask->bearer_file[0]) {
        if (!fetch_secret_read(ask->bearer_file, key, sizeof key, err))
            return false;
        bearer = key;
    }
    if (strlen(bearer) >= BEARER_MAX || strpbrk(bearer, "\r\n"))
        return err_set(err, ERR_INPUT, "The service that was asked does not answer as it should.", "a bearer token of %zu bytes", strlen(bearer));
    if (bearer[0])
        snprintf(ret, HEADER_MAX, "Authorization: Bearer %s", bearer);
    explicit_bzero(key, sizeof key);
    return true;
}

static size_t keep(char *bytes, size_t one, size_t count, void *arg)
{
    return buf_add(arg, (Slice){ bytes, one * count }) ? one * count : 0;
}

static bool headers_make(const FetchAsk *ask, struct curl_slist **ret, Err *err)
{
    char line[HEADER_MAX], bearer[HEADER_MAX];
    if (!bearer_read(ask, bearer, err))
        return false;
    line[0] = '\0';
    if (ask->type && ask->type[0])
        snprintf(line, sizeof line, "Content-Type: %s", ask->type);
    const char *all[] = { line, "Accept: application/json, application/jwt", "Expect:", bearer };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        if (!all[i][0])
            continue;
        struct curl_slist *longer = curl_slist_append(*ret, all[i]);
        if (!longer)
            return err_set(err, ERR_UNAVAILABLE, "Memory is out.", "headers");
        *ret = longer;
    }
    explicit_bzero(bearer, sizeof bearer);
    return true;
}

static void type_keep(CURL *c, char ret[64])
{
    char *type = NULL;
    ret[0]     = '\0';
    if (curl_easy_getinfo(c, CURLINFO_CONTENT_TYPE, &type) != CURLE_OK || !type)
        return;
    Slice rest = slice_of(type);
    slice_copy(slice_trim(slice_cut(&rest, ';')), ret, 64);
}

/* ---- asking ---- */

static void bounds_set(CURL *c, const FetchAsk *ask)
{
    curl_easy_setopt(c, CURLOPT_URL, ask->url);
    curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "https,http"); /* which of them: fetch_url_check */
    curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(c, CURLOPT_PROXY, ""); /* on the operator's own network: none of the environment's */
    curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_SECONDS);
    curl_easy_setopt(c, CURLOPT_TIMEOUT, (long)ask->seconds);
    curl_easy_setopt(c, CURLOPT_LOW_SPEED_LIMIT, (long)SLOW_BYTES);
    curl_easy_setopt(c, CURLOPT_LOW_SPEED_TIME, (long)SLOW_SECONDS);
    curl_easy_setopt(c, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
}

static void trust_set(CURL *c, const FetchAsk *ask)
{
    if (ask->authority && ask->authority[0])
        curl_easy_setopt(c, CURLOPT_CAINFO, ask->authority);
    if (ask->certificate && ask->certificate[0])
        curl_easy_setopt(c, CURLOPT_SSLCERT, ask->certificate);
    if (ask->key && ask->key[0])
        curl_easy_setopt(c, CURLOPT_SSLKEY, ask->key);
    if (ask->basic && ask->basic[0])
        curl_easy_setopt(c, CURLOPT_USERPWD, ask->basic);
}

static bool fetch(const FetchAsk *ask, bool post, FetchAnswer *ret, Err *err)
{
    __attribute__((cleanup(done))) CURL                   *c       = NULL;
    __attribute__((cleanup(list_done))) struct curl_slist *headers = NULL;
    char                                                   why[CURL_ERROR_SIZE] = "";
    *ret = (FetchAnswer){ .bytes = buf_make(ask->answer_max) };
    pthread_once(&begun, begin);
    if (!fetch_url_check(ask->url, err) || !headers_make(ask, &headers, err))
        return false;
    if (!ready || !(c = curl_easy_init()))
        return err_set(err, ERR_UNAVAILABLE, "Memory is out.", "libcurl");
    bounds_set(c, ask);
    trust_set(c, ask);
    if (post) {
        curl_easy_setopt(c, CURLOPT_POST, 1L);
        curl_easy_setopt(c, CURLOPT_POSTFIELDS, ask->body.at);
        curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)ask->body.len);
    }
    curl_easy_setopt(c, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, keep);
    curl_easy_setopt(c, CURLOPT_WRITEDATA, &ret->bytes);
    curl_easy_setopt(c, CURLOPT_ERRORBUFFER, why);
    CURLcode code   = curl_easy_perform(c);
    long     status = 0;
    if (code != CURLE_OK)
        return err_set(err, ERR_UNAVAILABLE, "The service that was asked does not answer as it should.", "%s (%s)", curl_easy_strerror(code), why);
    curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &status);
    ret->status = (int)status;
    type_keep(c, ret->type);
    return true;
}

bool fetch_post(const FetchAsk *ask, FetchAnswer *ret, Err *err)
{
    return fetch(ask, true, ret, err);
}

bool fetch_get(const FetchAsk *ask, FetchAnswer *ret, Err *err)
{
    FetchAsk get = *ask;
    get.type     = NULL;
    return fetch(&get, false, ret, err);
}
