/*
 * The house opened: each floor in turn, closed in reverse.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/house.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "formats/texts/texts.h"
#include "platform/log.h"
#include "schema/schema.h"

static bool make_folder(const char *path, Err *err)
{
    if (mkdir(path, 0750) == 0 || errno == EEXIST)
        return true;
    return err_set(err, ERR_UNAVAILABLE, "The data folder cannot be written.", "%s: errno %d", path, errno);
}

static bool set_up_log(const Config *c, Err *err)
{
    const char *level = config_text(c, "log-level");
    log_set_level(strcmp(level, "debug") == 0  ? LOG_DEBUG
                  : strcmp(level, "warn") == 0 ? LOG_WARN
                  : strcmp(level, "error") == 0 ? LOG_ERROR
                                                : LOG_INFO);
    const char *path = config_text(c, "log-file");
    if (!path[0])
        return true;
    FILE *file = fopen(path, "ae"); /* kept open until the process ends */
    if (!file)
        return err_set(err, ERR_UNAVAILABLE, "The log file cannot be written.", "%s: errno %d", path, errno);
    log_set_file(fileno(file));
    return true;
}

/* The host of "https://host:port": what passkeys are bound to. */
static Slice host_of(const char *url)
{
    Slice rest = slice_of(url);
    size_t at  = slice_find(rest, SLICE("://"));
    rest       = at == SIZE_MAX ? rest : slice_part(rest, at + 3, SIZE_MAX);
    Slice host = slice_cut(&rest, '/');
    return slice_cut(&host, ':');
}

/* A new database beside images would have them swept away as leftovers. */
static bool database_is_not_lost(const char *database, const char *blobs, Err *err)
{
    if (access(database, F_OK) == 0)
        return true;
    DIR *d     = opendir(blobs);
    bool empty = true;
    for (struct dirent *e; d && empty && (e = readdir(d));)
        empty = e->d_name[0] == '.';
    if (d)
        closedir(d);
    return empty || err_set(err, ERR_CONFLICT,
                            "The database is missing, but images are there: restore a backup, or run beclere rebuild.",
                            "no beclere.db");
}

static bool open_floors(House *h, Err *err)
{
    const Config *c    = h->config;
    const char   *data = config_text(c, "data");
    char          path[4096], blobs[4096], cache[4096], keys[4096], host[256];
    (void)snprintf(blobs, sizeof blobs, "%s/blobs", data);
    (void)snprintf(cache, sizeof cache, "%s/cache", data);
    (void)snprintf(keys, sizeof keys, "%s/keys", data);
    (void)snprintf(path, sizeof path, "%s/run", data); /* where the socket is by default */
    if (!make_folder(data, err) || !make_folder(keys, err) || !make_folder(path, err) || !set_up_log(c, err))
        return false;
    (void)snprintf(path, sizeof path, "%s/beclere.db", data);
    if (!database_is_not_lost(path, blobs, err))
        return false;
    if (!(h->db = db_open(path, SCHEMA_MIGRATIONS, SCHEMA_MIGRATION_COUNT, err)))
        return false;
    if (!(h->blobs = blobs_open(blobs, (int)config_int(c, "blob-min-free"), err)) || !blobs_watch(h->blobs, data, err))
        return false;
    (void)snprintf(keys, sizeof keys, "%s/keys/secrets.key", data);
    const char *url = config_text(c, "public-url");
    slice_copy(host_of(url), host, sizeof host);
    SignInRules rules = { .idle_s     = config_int(c, "session-idle"),
                          .absolute_s = config_int(c, "session-absolute"),
                          .rp_id      = host,
                          .origin     = url,
                          .key_file   = keys };
    if (!(h->access = access_new(h->db, rules, err)))
        return false;
    ArchiveOptions options = { .cache_folder = cache, .ae_title = config_text(c, "dicom-ae-title") };
    if (!(h->archive = archive_open(h->db, h->blobs, &options, err)))
        return false;
    (void)snprintf(h->keys_folder, sizeof h->keys_folder, "%s/keys", data);
    ActNeeds needs = { .host = h->db, .access = h->access, .blobs = h->blobs, .archive = h->archive, .keys_folder = h->keys_folder,
                       .demonstration = strcmp(config_text(c, "mode"), "demonstration") == 0 };
    if (!(h->acts = act_house_new(&needs, err)))
        return false;
    ChildLimits limits = { .memory_bytes = 2LL << 30, .answer_ms = 5000, .workers = (int)config_int(c, "codec-workers") };
#ifdef BECLERE_SANITIZED
    limits.memory_bytes = 0; /* a sanitizer's shadow does not fit any limit */
    limits.answer_ms    = 20000;
#endif
    char codec[4096];
    slice_copy(slice_of(config_text(c, "codec")), codec, sizeof codec);
    if (!codec[0]) { /* beside this program */
        ssize_t len              = readlink("/proc/self/exe", codec, sizeof codec - 16);
        codec[len > 0 ? len : 0] = '\0';
        char  *cut               = strrchr(codec, '/');
        size_t at                = cut ? (size_t)(cut - codec) + 1 : 0;
        (void)snprintf(codec + at, sizeof codec - at, "beclere-codec");
    }
    slice_copy(slice_of(codec), h->codec_program, sizeof h->codec_program);
    if (!(h->codec = child_pool_new(codec, limits, err)))
        return false;
    limits.workers      = 1; /* started with the first document that is drawn */
    limits.memory_bytes = limits.memory_bytes / 4;
    char *cut           = strrchr(codec, '/');
    size_t at           = cut ? (size_t)(cut - codec) + 1 : 0;
    (void)snprintf(codec + at, sizeof codec - at, "beclere-pages"); /* beside the other */
    return (h->pages = child_pool_new(codec, limits, err)) != NULL;
}

bool house_open(House *house, const char *config_path, Err *err)
{
    *house = (House){ 0 };
    if (!(house->config = config_read(config_path, err)))
        return false;
    if (open_floors(house, err))
        return true;
    house_close(house);
    return false;
}

void house_close(House *h)
{
    child_pool_free(h->pages);
    child_pool_free(h->codec);
    act_house_free(h->acts);
    archive_close(h->archive);
    access_free(h->access);
    blobs_close(h->blobs);
    db_close(h->db);
    config_free(h->config);
    *h = (House){ 0 };
}

const char *option_value(int argc, char **argv, const char *name, const char *otherwise)
{
    for (int i = 0; i + 1 < argc; i++)
        if (strcmp(argv[i], name) == 0)
            return argv[i + 1];
    return otherwise;
}

bool option_given(int argc, char **argv, const char *name)
{
    for (int i = 0; i < argc; i++)
        if (strcmp(argv[i], name) == 0)
            return true;
    return false;
}

const char *option_word(int argc, char **argv, int index)
{
    for (int i = 0; i < argc; i++) {
        if (strncmp(argv[i], "--", 2) == 0) {
            i++;
            continue;
        }
        if (index-- == 0)
            return argv[i];
    }
    return NULL;
}

int command_failed(const char *what, const Err *err)
{
    const char *lang = getenv("LANG");
    bool        en   = lang && strncmp(lang, "en", 2) == 0;
    fprintf(stderr, "beclere %s: %s\n  (%s: %s)\n", what, text_in(en ? LANG_EN : LANG_FR, err->shown),
            err_kind_name(err->kind), err->detail);
    return 1;
}
