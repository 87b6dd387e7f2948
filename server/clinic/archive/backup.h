/*
 * Backup and restore of a whole house: its database and every file the database names. E30, X5.
 *
 *     <folder>/objects/ab/<digest>     a stored file, once, whatever names it
 *     <folder>/databases/<n>.db        the database as it was at backup n
 *     <folder>/manifests/<n>.txt .sig  what backup n holds (backup_manifest.h), signed
 *     <folder>/backup.pub              the public key, for convenience; keep one elsewhere
 *
 * Taken while the house works: first the database at one moment, then what it names. A file is on disk before
 * its row, so nothing that was acknowledged before that moment is left out. What an earlier backup holds is
 * not copied again.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_ARCHIVE_BACKUP_H
#define CLINIC_ARCHIVE_BACKUP_H

#include "clinic/archive/backup_manifest.h"
#include "platform/db/db.h"

typedef struct BackupReport {
    int64_t number;               /* which backup: 1, 2… */
    int64_t blobs, bytes;         /* what it holds */
    int64_t copied, copied_bytes; /* of that, newly written (backup: not held before) */
    int64_t missing, altered;     /* named, but not there or not what came in: damage */
    int64_t purged;               /* taken away in due form while the backup ran */
    bool    has_keys;
    char    key[65]; /* fingerprint of the signing key */
} BackupReport;

/* "missing", "altered" and the blob's name. */
typedef void BackupFault(const char *what, const char *name, void *with);

typedef struct BackupPlaces {
    const char  *home;       /* the data folder: beclere.db, blobs/, keys/ */
    const char  *folder;     /* of the backups */
    bool         with_keys;  /* secrets too (mode 0600); the backups' own signing key never */
    const char  *public_key; /* check, restore: NULL trusts <folder>/backup.pub */
    int64_t      number;     /* check, restore: which; 0 the newest */
    BackupFault *fault;
    void        *with;
} BackupPlaces;

/* 'live' is the house's own database: asked about what was purged meanwhile, and told of the backup in the
 * trace. ERR_CONFLICT: another backup runs in that folder. Damage does not stop it: look at the counts. */
bool backup_make(DbHost *live, const BackupPlaces *p, BackupReport *ret, Err *err);

/* Signature, every digest; nothing is written. ERR_DENIED: not signed by that key. */
bool backup_check(const BackupPlaces *p, BackupReport *ret, Err *err);

/*
 * Into 'home', which must be missing or empty (ERR_CONFLICT). Every digest is checked on the way; what is
 * missing or altered is told and left out, the rest is restored. The database comes last: an interrupted
 * restore is never taken for a house.
 */
bool backup_restore(const BackupPlaces *p, BackupReport *ret, Err *err);

typedef struct BackupPruned {
    int64_t kept, backups, objects, bytes; /* what stays; what went */
} BackupPruned;

/* Only the newest 'keep' backups stay, with what they name. ERR_CONFLICT: another backup runs there, or one
 * that stays cannot be read (then nothing goes); ERR_INPUT keep < 1. */
bool backup_prune(const char *folder, int64_t keep, BackupPruned *ret, Err *err);

/* ---- shared by the files ---- */

/* The folder made, and its lock: held until the descriptor is closed; -1. */
int backup_folder_take(const char *folder, Err *err);

enum { BACKUP_PATH = 4200 };
void backup_path(char ret[BACKUP_PATH], const char *folder, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void backup_object_path(char ret[BACKUP_PATH], const char *folder, const uint8_t sha256[32]);
/*
 * A blob copied ('to' NULL: only read) and compared with its line's digest and size before it bears its name.
 * ERR_NOT_FOUND, ERR_CONFLICT other bytes.
 */
bool backup_blob_copy(const ManifestLine *line, const char *from, const char *to, Err *err);
/* The newest whole backup of the folder, 0 when there is none. */
bool backup_newest(const char *folder, int64_t *ret, Err *err);

#endif
