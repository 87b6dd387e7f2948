/*
 * The load tool: objects made in memory, sent by many associations at once; a null SCP; a bare writer.
 *
 * It shares no code with the server, so that it measures the server and not itself.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef BENCH_LOAD_H
#define BENCH_LOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { UID_LEN = 44 }; /* of every UID we make: of even length, so that it is never padded */

typedef enum ObjectKind { OBJECT_CT, OBJECT_TINY } ObjectKind;

/* A data set, Explicit VR Little Endian; its instance UID and number are written over for each object. */
typedef struct Object {
    const char *class_uid;
    char       *bytes;
    size_t      len, uid_at, number_at;
} Object;

/* CT of 512 x 512 (0.53 MB), or a secondary capture of 32 x 32 (2 kB). One study and series per 'sender'. */
void object_make(ObjectKind kind, uint32_t run, int sender, Object *ret);
/* A tiny object that is the only one of study number 'n' (of 'index'). */
void object_of_study(uint32_t run, int n, Object *ret);
/* The instance UID number 'n' of that sender, and the instance number, into the bytes. */
void object_uid(uint32_t run, int sender, int n, char ret[UID_LEN + 1]);
void object_renumber(Object *o, uint32_t run, int sender, int n);

/* ---- sockets ---- */
int  dial(const char *host, const char *port);
bool send_whole(int fd, const void *bytes, size_t len);
bool read_whole(int fd, void *bytes, size_t len);
void put_u16be(uint8_t *at, uint32_t v);
void put_u32be(uint8_t *at, uint32_t v);
uint32_t get_u32be(const uint8_t *at);

/* ---- messages ---- */
typedef struct Bytes {
    uint8_t at[2048];
    size_t  len;
} Bytes;
/* One element, padded; Implicit VR of a command when 'vr' is NULL. A command begins with 12 bytes left free. */
void add_element(Bytes *b, uint16_t group, uint16_t number, const char *vr, const char *value);
void add_number(Bytes *b, uint16_t element_number, uint16_t value);
void command_close(Bytes *command);
/* As one P-DATA-TF of context 1; 3: a whole command, 2: a whole data set. */
void add_fragment(Bytes *out, const Bytes *in, uint8_t control);
/* What a command says; zero where it says nothing. */
typedef struct Said {
    int field, message, status, completed, failed;
} Said;
void command_read(const uint8_t *at, size_t len, Said *ret);
bool store_answer(int fd, uint8_t context, int message); /* C-STORE-RSP, success */

/* ---- one association ---- */
typedef struct Peer {
    int      fd;
    uint32_t max_pdu; /* what the other side takes */
} Peer;
bool peer_open(Peer *p, const char *host, const char *port, const char *called, const char *calling, const char *class_uid);
/* For C-GET: the class 'stored' comes back in context 3, in fragments of up to 128 kB. */
bool peer_open_get(Peer *p, const char *host, const char *port, const char *called, const char *calling, const char *class_uid, const char *stored);
void peer_close(Peer *p);
/* The status of the next answer; -1 when the connection broke. */
int peer_status(Peer *p);

/* ---- the studies of 'index', known by their number ---- */
void name_of(int family, char ret[32]);
void day_of(int study, char ret[9]);
int  family_of(int study);

/* ---- measuring ---- */
double now_s(void);
typedef struct Took {
    double *ms; /* one per object, in any order */
    int     count;
} Took;
/* Prints one line of JSON. */
void took_print(const char *what, Took *t, int threads, double seconds, double bytes, int failed);

/* ---- the acts; each returns the exit code ---- */
typedef struct LoadOptions {
    const char *host, *port, *called, *calling, *folder, *path, *header, *query, *study, *to;
    ObjectKind  kind;
    double      rate, rtt_ms; /* line: bits a second each way; round trip */
    int         queue;        /* line: bytes that may wait */
    int         senders, objects;
    uint32_t    run;
    bool        tls;
    int         per_request, first, known;
} LoadOptions;
int load_index(const LoadOptions *o);
int load_find(const LoadOptions *o);
int load_qido(const LoadOptions *o);
int load_send(const LoadOptions *o);
int load_get(const LoadOptions *o);
int load_move(const LoadOptions *o);
int load_stow(const LoadOptions *o);
int load_fill(const LoadOptions *o);
int load_null(const LoadOptions *o);
int load_bare(const LoadOptions *o);
int load_line(const LoadOptions *o);

struct ssl_st;
struct ssl_ctx_st;
/* ---- one HTTP connection, with or without TLS ---- */
typedef struct Line {
    int            fd;
    struct ssl_st *ssl;
} Line;
bool line_open(Line *l, const LoadOptions *o, struct ssl_ctx_st *tls);
bool line_send(Line *l, const char *bytes, size_t len);
/* The status of the answer; its body is read, chunked or with a length, and kept as far as there is room. */
int answer_status(Line *l, char *to, int room);

#endif
