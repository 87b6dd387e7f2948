/*
 * A sender: one association as long as class and syntax stay the same, one line a file.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "demo/sender.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "doors/dimse/scu.h"
#include "formats/dicom/part10.h"

typedef struct Sender {
    ScuWish      wish;
    ScuContext   context; /* of the association that is open */
    char         sop_class[65], syntax[65], host[64];
    Scu         *scu;
    SenderCount *count;
} Sender;

/* The file as it lies on disk; empty when it cannot be read. */
static Slice file_map(const char *path)
{
    struct stat s;
    Slice       bytes = SLICE_NONE;
    int         fd    = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return bytes;
    if (fstat(fd, &s) == 0 && S_ISREG(s.st_mode) && s.st_size > 0) {
        void *at = mmap(NULL, (size_t)s.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
        if (at != MAP_FAILED)
            bytes = (Slice) { at, (size_t)s.st_size };
    }
    close(fd);
    return bytes;
}

static void file_unmap(Slice bytes)
{
    if (bytes.len)
        munmap((void *)(uintptr_t)bytes.at, bytes.len);
}

/* What the data set says it is, else what the file meta says. */
static bool announce(Slice file, Part10 *ret, Err *err)
{
    if (!part10_read(file, ret, err))
        return false;
    OWNED(Dataset) *ds = part10_head_scan(file, NULL, NULL);
    Slice uid;
    if (ds && dataset_uid(ds, TAG_SOP_CLASS_UID, &uid))
        slice_copy(uid, ret->sop_class, sizeof ret->sop_class);
    if (ds && dataset_uid(ds, TAG_SOP_INSTANCE_UID, &uid))
        slice_copy(uid, ret->sop_instance, sizeof ret->sop_instance);
    if (!ret->sop_class[0] || !ret->sop_instance[0])
        return err_set(err, ERR_INPUT, "A UID of the image is malformed.", "no class or instance");
    return true;
}

static bool association_for(Sender *s, const Part10 *file, Err *err)
{
    if (s->scu && strcmp(s->sop_class, file->sop_class) == 0 && strcmp(s->syntax, file->syntax_uid) == 0)
        return true;
    if (s->scu)
        (void)scu_release(s->scu, NULL);
    scu_free(s->scu);
    slice_copy(slice_of(file->sop_class), s->sop_class, sizeof s->sop_class);
    slice_copy(slice_of(file->syntax_uid), s->syntax, sizeof s->syntax);
    s->scu = scu_connect(&s->wish, err);
    return s->scu != NULL;
}

/* False only when nobody listens any more. */
static bool send_one(Sender *s, Slice bytes, const char *name, Err *err)
{
    Part10   file   = { 0 };
    Err      why    = { 0 };
    uint16_t status = 0;
    bool     called = announce(bytes, &file, &why) && association_for(s, &file, &why);
    if (called && scu_store(s->scu, file.sop_class, file.sop_instance, file.syntax_uid, file.dataset, &status, &why)) {
        *(status == 0 ? &s->count->stored : &s->count->refused) += 1;
        printf("%04X %s %s\n", status, file.sop_instance, name);
        return fflush(stdout) == 0;
    }
    s->count->not_sent++;
    printf("---- %s %s: %s (%s)\n", file.sop_instance, name, why.shown, why.detail);
    fflush(stdout);
    bool gone = called ? why.kind != ERR_CONFLICT : why.kind == ERR_UNAVAILABLE;
    if (called && gone) { /* the association broke; the next file asks for another */
        scu_free(s->scu);
        s->scu = NULL;
        return true;
    }
    return !gone || err_set(err, why.kind, why.shown, "%s", why.detail);
}

static int is_visible(const struct dirent *e)
{
    return e->d_name[0] != '.';
}

static bool send_folder(Sender *s, const char *folder, Err *err)
{
    struct dirent **entries = NULL;
    int             count   = scandir(folder, &entries, is_visible, alphasort);
    bool            ok      = count >= 0;
    if (!ok)
        err_set(err, ERR_UNAVAILABLE, "The folder cannot be read.", "errno %d", errno);
    for (int i = 0; i < count; i++) {
        char path[4096];
        if (ok && snprintf(path, sizeof path, "%s/%s", folder, entries[i]->d_name) < (int)sizeof path) {
            Slice bytes = file_map(path);
            ok          = !bytes.len || send_one(s, bytes, entries[i]->d_name, err);
            file_unmap(bytes);
        }
        free(entries[i]);
    }
    free(entries);
    return ok;
}

bool sender_send(const Config *config, const SenderWish *wish, SenderCount *ret, Err *err)
{
    Sender s    = { .count = ret };
    Slice  rest = slice_of(config_text(config, "dicom-listen"));
    slice_copy(slice_cut(&rest, ':'), s.host, sizeof s.host);
    int64_t port = 0;
    *ret         = (SenderCount) { 0 };
    if (!slice_int(rest, &port))
        return err_set(err, ERR_INPUT, "The DICOM address is not host:port.", "dicom-listen");
    s.context = (ScuContext) { .sop_class = s.sop_class, .syntaxes = { s.syntax } };
    s.wish    = (ScuWish) { .host = s.host, .port = (int)port, .calling = wish->calling, .called = config_text(config, "dicom-ae-title"),
                            .contexts = &s.context, .context_count = 1 };
    bool ok = send_folder(&s, wish->folder, err) && (!s.scu || scu_release(s.scu, err));
    scu_free(s.scu);
    return ok;
}
