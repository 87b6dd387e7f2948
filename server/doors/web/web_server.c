/*
 * The web door, opened and closed: what it remembers, the push hub, the adapter on its socket.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doors/web/web_server.h"

#include <stdio.h>
#include <unistd.h>

#include "doors/web/web.h"
#include "platform/net/net.h"

struct WebServer {
    Web         web;
    char       *origin;
    HttpServer *http;
};

enum { LISTEN_BACKLOG = 511 };

static bool open_parts(WebServer *s, Err *err)
{
    Web *w = &s->web;
    return routes_check(ROUTES, ROUTE_COUNT, err) && (w->sessions = sessions_new(w->house.access, err)) &&
           (w->trace = trace_new(w->house.db, err)) && (w->push = push_start(&w->house, err));
}

static bool open_socket(WebServer *s, Err *err)
{
    const Config *c    = s->web.house.config;
    const char   *path = config_text(c, "socket");
    HttpDoor      door = router_door(&s->web);
    int           fd   = net_listen_unix(path, LISTEN_BACKLOG, err);
    if (fd < 0)
        return false;
    s->http = http_start(fd, (int)config_int(c, "web-connections"), &door, err);
    if (!s->http)
        (void)close(fd);
    return s->http != NULL;
}

WebServer *web_start(const WebHouse *house, Err *err)
{
    WebServer *s      = calloc(1, sizeof *s);
    Slice      origin = slice_of(config_text(house->config, "public-url"));
    if (!s) {
        err_set(err, ERR_UNAVAILABLE, "The server is out of memory.", "web server");
        return NULL;
    }
    while (slice_ends(origin, SLICE("/")))
        origin.len--;
    s->origin            = slice_dup(origin);
    s->web.house         = *house;
    s->web.origin        = s->origin ? s->origin : "";
    s->web.demonstration = strcmp(config_text(house->config, "mode"), "demonstration") == 0;
    if (!open_parts(s, err) || !open_socket(s, err)) {
        web_stop(s);
        return NULL;
    }
    return s;
}

void web_stop(WebServer *s)
{
    if (!s)
        return;
    if (s->web.push)
        push_close(s->web.push); /* before the adapter stops: an open upgrade would hold it */
    http_stop(s->http);
    push_free(s->web.push);
    trace_free(s->web.trace);
    sessions_free(s->web.sessions);
    free(s->origin);
    free(s);
}

void web_push_wake(WebServer *s)
{
    push_wake(s->web.push);
}
