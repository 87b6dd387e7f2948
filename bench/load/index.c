/*
 * Index rows of many studies, straight into the database of a server that is not running: a patient, a study and a
 * series each, spread so that a family name has twenty studies and a day two hundred at any size.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "load.h"

enum { OF_A_NAME = 20, OF_A_DAY = 200 };

/* A family name for a number: syllables, so that beginnings are spread as names are. */
void name_of(int n, char ret[32])
{
    static const char FIRST[] = "BCDFGHJKLMNPRSTV", VOWELS[] = "AEIOU";
    unsigned          v       = (unsigned)n * 2654435761u; /* neighbours do not look alike */
    size_t            at      = 0;
    for (int i = 0; i < 4; i++) {
        ret[at++] = FIRST[v % 16];
        ret[at++] = VOWELS[(v / 16) % 5];
        v         = v / 80 + (unsigned)n * 7u * (unsigned)(i + 1);
    }
    snprintf(ret + at, 32 - at, "%c%c%c", 'A' + n % 26, 'A' + n / 26 % 26, 'A' + n / 676 % 26);
}

void day_of(int study, char ret[9])
{
    time_t    at = (time_t)1790000000 - (time_t)(study / OF_A_DAY) * 86400;
    struct tm day;
    gmtime_r(&at, &day);
    strftime(ret, 9, "%Y%m%d", &day);
}

int family_of(int study)
{
    return study / OF_A_NAME;
}

static void lower(const char *from, char *to)
{
    for (; *from; from++)
        *to++ = (char)(*from >= 'A' && *from <= 'Z' ? *from + 32 : *from);
    *to = 0;
}

static void must(sqlite3 *db, int code)
{
    if (code == SQLITE_OK || code == SQLITE_DONE || code == SQLITE_ROW)
        return;
    fprintf(stderr, "index: %s\n", sqlite3_errmsg(db));
    exit(1);
}

static void text(sqlite3_stmt *s, int n, const char *value)
{
    sqlite3_bind_text(s, n, value, -1, SQLITE_TRANSIENT);
}

static void run_once(sqlite3 *db, sqlite3_stmt *s)
{
    must(db, sqlite3_step(s));
    sqlite3_reset(s);
}

enum { STUDY, WORD, MODALITY, SERIES, STATEMENTS };
static const char *const SQL[STATEMENTS] = {
    [STUDY] = "INSERT INTO study (uid, study_date, study_time, accession, description, modalities, dicom_name,"
              " dicom_name_key, dicom_id, dicom_issuer, dicom_birth, dicom_sex, series_count, instance_count, bytes,"
              " first_at_ms, last_at_ms, referring, referring_key, site_id)"
              " VALUES (?1, ?2, ?3, ?4, 'TDM THORAX', ?5, ?6, ?7, ?8, '', ?9, 'F', 1, 300, 158000000, ?10, ?10,"
              " 'DURAND^ANNE', 'durand anne', (SELECT organisation_id FROM peer WHERE ae_title = 'FINDSCU'))",
    [WORD]     = "INSERT INTO study_name (word, study_id) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
    [MODALITY] = "INSERT INTO study_mod (modality, study_date, study_id) VALUES (?1, ?2, ?3)",
    [SERIES]   = "INSERT INTO series (study_id, uid, number, modality, instance_count, bytes, first_at_ms, last_at_ms)"
                 " VALUES (?1, ?2, 1, ?3, 300, 158000000, ?4, ?4)",
};

static void add_study(sqlite3 *db, sqlite3_stmt **s, int n)
{
    static const char *const KINDS[] = { "CT", "MR", "US", "CR", "MG" };
    char family[32], name[64], key[64], uid[80], accession[17], id[17], day[9], clock[7], birth[9];
    name_of(family_of(n), family);
    day_of(n, day);
    snprintf(name, sizeof name, "%s^ANNE%d", family, n % OF_A_NAME);
    lower(name, key);
    *strchr(key, '^') = ' ';
    snprintf(uid, sizeof uid, "2.25.9%017d1", n);
    snprintf(accession, sizeof accession, "B%09d", n);
    snprintf(id, sizeof id, "PID%08d", n);
    snprintf(clock, sizeof clock, "%02d%02d%02d", n % 24, n % 60, n / 60 % 60);
    snprintf(birth, sizeof birth, "19%02d%02d%02d", n % 90 + 10, n % 12 + 1, n % 28 + 1);
    const char *values[] = { uid, day, clock, accession, KINDS[n % 5], name, key, id, birth };
    for (int i = 0; i < 9; i++)
        text(s[STUDY], i + 1, values[i]);
    sqlite3_bind_int64(s[STUDY], 10, 1790000000000 + n);
    run_once(db, s[STUDY]);
    sqlite3_int64 study = sqlite3_last_insert_rowid(db);
    char *given = strchr(key, ' ');
    *given++    = 0;
    for (int i = 0; i < 2; i++) {
        text(s[WORD], 1, i ? given : key);
        sqlite3_bind_int64(s[WORD], 2, study);
        run_once(db, s[WORD]);
    }
    text(s[MODALITY], 1, KINDS[n % 5]);
    text(s[MODALITY], 2, day);
    sqlite3_bind_int64(s[MODALITY], 3, study);
    run_once(db, s[MODALITY]);
    uid[strlen(uid) - 1] = '2';
    sqlite3_bind_int64(s[SERIES], 1, study);
    text(s[SERIES], 2, uid);
    text(s[SERIES], 3, KINDS[n % 5]);
    sqlite3_bind_int64(s[SERIES], 4, 1790000000000 + n);
    run_once(db, s[SERIES]);
}

/* Studies number first= up to objects=, into the database file folder=. */
int load_index(const LoadOptions *o)
{
    sqlite3      *db = NULL;
    sqlite3_stmt *s[STATEMENTS];
    if (sqlite3_open_v2(o->folder, &db, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK) {
        fprintf(stderr, "index: %s cannot be opened\n", o->folder);
        return 1;
    }
    must(db, sqlite3_exec(db, "PRAGMA synchronous=OFF; PRAGMA cache_size=-400000; PRAGMA wal_autocheckpoint=20000", NULL, NULL, NULL));
    for (int i = 0; i < STATEMENTS; i++)
        must(db, sqlite3_prepare_v2(db, SQL[i], -1, &s[i], NULL));
    double from = now_s();
    for (int n = o->first; n < o->objects; n++) {
        if ((n - o->first) % 50000 == 0)
            must(db, sqlite3_exec(db, n > o->first ? "COMMIT; BEGIN" : "BEGIN", NULL, NULL, NULL));
        add_study(db, s, n);
    }
    must(db, sqlite3_exec(db, "COMMIT; PRAGMA wal_checkpoint(TRUNCATE)", NULL, NULL, NULL));
    for (int i = 0; i < STATEMENTS; i++)
        sqlite3_finalize(s[i]);
    sqlite3_close(db);
    printf("{\"studies\":%d,\"seconds\":%.1f}\n", o->objects - o->first, now_s() - from);
    return 0;
}
