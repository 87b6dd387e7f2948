/*
 * The one configuration file: "key = value" lines, '#' comments. A wrong key or value stops the start with its
 * line and what was expected. docs/operators.md lists the keys; CONFIG_KEYS in config.c is their only source.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PLATFORM_CONFIG_H
#define PLATFORM_CONFIG_H

#include "base/slice.h"
#include "base/err.h"
#include "base/own.h"

typedef struct Config Config;

/* Reads 'path' (NULL: defaults only). Errors name the line: ERR_INPUT with detail "beclere.conf:12: ...". */
Config *config_read(const char *path, Err *err);
Config *config_parse(Slice text, const char *name, Err *err);
void    config_free(Config *c);
OWNED_BY(Config, config_free)

/* Values, defaults applied; asking for a key that does not exist is a bug (assert). Borrowed from 'c'. */
const char *config_text(const Config *c, const char *key);
int64_t     config_int(const Config *c, const char *key);
bool        config_bool(const Config *c, const char *key);

/* One line per key with its meaning, kind, default: for `beclere check --keys` and the docs. */
void config_print_keys(int fd);

/*
 * Keys (kind, default):
 *   mode            demonstration | production (production)
 *   data            folder (/var/lib/beclere)
 *   socket          path of the Unix socket towards nginx (<data>/run/beclere.sock)
 *   public-url      https origin people use (https://localhost:8443); its host is the WebAuthn rpId
 *   edge-listen     127.0.0.1:8443      edge-certificate, edge-key   PEM paths (<data>/tls/...)
 *   edge            run | none (run: nginx is our child; none: somebody else runs it)
 *   edge-ui         folder of the built page (ui/dist)
 *   dicom-listen    127.0.0.1:11112     dicom-ae-title BECLERE       dicom-associations 64 (most at once)
 *   dicom-tls-listen 127.0.0.1:0        dicom-tls-certificate, dicom-tls-key, dicom-tls-authority  PEM paths (empty)
 *   dicom-max-pdu   131072 bytes        dicom-timeout  60 s
 *   web-connections 512                 codec-workers 2              codec path of beclere-codec (beside the program)
 *   session-idle    1800 s              session-absolute 14400 s
 *   display-check-days 7 (0: no check of the display is asked)
 *   blob-min-free   5 percent           log-level debug|info|warn|error (info)   log-file path (empty: stderr)
 *   dictation-url   empty (nothing is dictated); dictation-authority, dictation-key  paths; dictation-punctuation written|spoken
 *   audit-collector 127.0.0.1:0 (none); audit-authority, audit-certificate, audit-key  PEM paths; audit-source, audit-enterprise  names
 *   card-listen     127.0.0.1:0 (no cards); card-authority, card-revoked  PEM paths (empty); card-grace-hours 0
 *   psc-issuer      empty (no Pro Santé Connect); psc-…: see the table
 *   ins-oids        test | production (production)
 *   ins-domain      name of the reference system of identities of our domain (empty: no INS is received)
 */

#endif
