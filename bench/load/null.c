/*
 * The null SCP: agrees to Explicit VR Little Endian, reads, acknowledges and keeps nothing. It shows what the load tool itself takes.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "load.h"

enum { OFFERED = 131072 };

/* Is this transfer syntax, to its last letter, one of those proposed? */
static bool offers(const uint8_t *item, size_t len, const char *syntax)
{
    for (size_t at = 8; at + 4 <= len; at += 4 + ((size_t)item[at + 2] << 8 | item[at + 3]))
        if (item[at] == 0x40 && ((size_t)item[at + 2] << 8 | item[at + 3]) == strlen(syntax) &&
            memcmp(item + at + 4, syntax, strlen(syntax)) == 0)
            return true;
    return false;
}

static bool accept_association(int fd, uint8_t *body, size_t len)
{
    uint8_t answer[16384];
    size_t  n = 74;
    memset(answer, 0, 74);
    answer[0] = 0x02;
    memcpy(answer + 6, body, 68);
    for (size_t at = 68; at + 4 <= len; at += 4 + ((size_t)body[at + 2] << 8 | body[at + 3])) {
        if (body[at] == 0x10) {
            size_t size = 4 + ((size_t)body[at + 2] << 8 | body[at + 3]);
            memcpy(answer + n, body + at, size);
            n += size;
        } else if (body[at] == 0x20) {
            static const char SYNTAX[] = "1.2.840.10008.1.2.1";
            uint8_t context[64] = { 0x21, 0, 0, (uint8_t)(8 + strlen(SYNTAX)), body[at + 4], 0, 0, 0, 0x40, 0, 0,
                                    (uint8_t)strlen(SYNTAX) };
            memcpy(context + 12, SYNTAX, strlen(SYNTAX));
            context[6] = offers(body + at, 4 + ((size_t)body[at + 2] << 8 | body[at + 3]), SYNTAX) ? 0 : 4;
            memcpy(answer + n, context, 12 + strlen(SYNTAX));
            n += 12 + strlen(SYNTAX);
        }
    }
    uint8_t user[12] = { 0x50, 0, 0, 8, 0x51, 0, 0, 4 };
    put_u32be(user + 8, OFFERED);
    memcpy(answer + n, user, sizeof user);
    n += sizeof user;
    put_u32be(answer + 2, (uint32_t)(n - 6));
    return send_whole(fd, answer, n);
}

/* Every fragment of one P-DATA-TF: a command is remembered, the end of a data set answered. */
static bool fragments(int fd, const uint8_t *body, size_t len, Said *said)
{
    for (size_t at = 0; at + 6 <= len && at + 4 + get_u32be(body + at) <= len; at += 4 + get_u32be(body + at)) {
        uint8_t control = body[at + 5];
        if (control & 1)
            command_read(body + at + 6, get_u32be(body + at) - 2, said);
        else if ((control & 2) && !store_answer(fd, body[at + 4], said->message))
            return false;
    }
    return true;
}

static void *serve(void *arg)
{
    int      fd   = (int)(intptr_t)arg;
    uint8_t *body = malloc(1 << 20), head[6];
    Said     said = { 0 };
    while (body && read_whole(fd, head, 6) && get_u32be(head + 2) <= 1 << 20 && read_whole(fd, body, get_u32be(head + 2))) {
        static const uint8_t RELEASED[10] = { 0x06, 0, 0, 0, 0, 4, 0, 0, 0, 0 };
        bool                 go_on        = true;
        if (head[0] == 0x01)
            go_on = accept_association(fd, body, get_u32be(head + 2));
        else if (head[0] == 0x05)
            go_on = send_whole(fd, RELEASED, sizeof RELEASED) && false;
        else if (head[0] == 0x04)
            go_on = fragments(fd, body, get_u32be(head + 2), &said);
        if (!go_on)
            break;
    }
    free(body);
    close(fd);
    return NULL;
}

int load_null(const LoadOptions *o)
{
    (void)o;
    struct sockaddr_in at   = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
    socklen_t          size = sizeof at;
    int                fd   = socket(AF_INET, SOCK_STREAM, 0), one = 1;
    if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof at) != 0 || listen(fd, 64) != 0 ||
        getsockname(fd, (struct sockaddr *)&at, &size) != 0) {
        perror("listen");
        return 1;
    }
    printf("%u\n", ntohs(at.sin_port));
    fflush(stdout);
    for (;;) {
        pthread_t thread;
        int       peer = accept(fd, NULL, NULL);
        if (peer < 0)
            continue;
        setsockopt(peer, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        if (pthread_create(&thread, NULL, serve, (void *)(intptr_t)peer) == 0)
            pthread_detach(thread);
    }
}
