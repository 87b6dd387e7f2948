/*
 * What a house must have before it opens for care. O10, safe defaults.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/production.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "base/own.h"

#define DAY_S (24LL * 60 * 60)

static inline void x509_free_at(X509 **at)
{
    X509_free(*at);
}

/* The day YYYY-MM-DD as days since 1970; -1 when it is none. */
static int64_t day_number(Slice date)
{
    int64_t year = 0, month = 0, day = 0;
    if (date.len != 10 || date.at[4] != '-' || date.at[7] != '-' || !slice_int(slice_part(date, 0, 4), &year) ||
        !slice_int(slice_part(date, 5, 2), &month) || !slice_int(slice_part(date, 8, 2), &day) || year < 1970 || month < 1 || month > 12 || day < 1)
        return -1;
    struct tm at = { .tm_year = (int)year - 1900, .tm_mon = (int)month - 1, .tm_mday = (int)day };
    int64_t   days = (int64_t)timegm(&at) / DAY_S;
    return at.tm_mon == month - 1 && at.tm_mday == day ? days : -1; /* timegm carries a 31 February over: refused */
}

int production_hds_days(const Config *c, int64_t now_ms)
{
    int64_t last = day_number(slice_of(config_text(c, "hds-expires"))), today = now_ms / 1000 / DAY_S;
    return last < today ? -1 : (int)(last - today);
}

static bool hosted(const Config *c, int64_t now_ms, Err *err)
{
    static const char *const KEYS[] = { "hds-holder", "hds-certificate", "hds-scope", "hds-expires" };
    for (size_t i = 0; i < COUNT(KEYS); i++)
        if (!slice_trim(slice_of(config_text(c, KEYS[i]))).len)
            return err_set(err, ERR_INPUT,
                           "For care the certificate of the host of health data is registered: set hds-holder, hds-certificate, hds-scope and hds-expires.",
                           "%s is empty", KEYS[i]);
    if (day_number(slice_of(config_text(c, "hds-expires"))) < 0)
        return err_set(err, ERR_INPUT, "hds-expires is the last day of the host's certificate, as YYYY-MM-DD.", "hds-expires");
    return production_hds_days(c, now_ms) >= 0 || err_set(err, ERR_INPUT,
                                                         "The certificate of the host of health data is over: register the new one before opening for care.",
                                                         "hds-expires = %s", config_text(c, "hds-expires"));
}

/* Issued by itself, or by the authority that ./dev run makes. */
static bool self_made(X509 *certificate)
{
    char issuer[256] = "";
    X509_NAME_get_text_by_NID(X509_get_issuer_name(certificate), NID_commonName, issuer, sizeof issuer);
    return X509_NAME_cmp(X509_get_issuer_name(certificate), X509_get_subject_name(certificate)) == 0 || strstr(issuer, "demonstration CA");
}

static bool certified(const Config *c, Err *err)
{
    if (strcmp(config_text(c, "edge"), "none") == 0 || strcmp(config_text(c, "edge-certificate-own"), "yes") == 0)
        return true; /* somebody else shows it, or it is meant */
    const char *path = config_text(c, "edge-certificate");
    FILE       *file = fopen(path, "re");
    if (!file)
        return err_set(err, ERR_INPUT, "The certificate of the page cannot be read.", "edge-certificate = %s", path);
    __attribute__((cleanup(x509_free_at))) X509 *leaf = PEM_read_X509(file, NULL, NULL, NULL);
    (void)fclose(file);
    if (!leaf)
        return err_set(err, ERR_INPUT, "The certificate of the page cannot be read.", "edge-certificate = %s", path);
    return !self_made(leaf) || err_set(err, ERR_INPUT,
                                       "The certificate of the page is self-made: for care take one of an authority, or set edge-certificate-own = yes.",
                                       "edge-certificate = %s", path);
}

bool production_configured(const Config *c, int64_t now_ms, Err *err)
{
    return strcmp(config_text(c, "mode"), "production") != 0 || (hosted(c, now_ms, err) && certified(c, err));
}

static bool no_demonstration(Db *db, void *arg, Err *err)
{
    (void)arg;
    OWNED(DbQuery) *q = db_query(db, "SELECT count(*) FROM totp WHERE is_public = 1");
    if (db_next(q, err) != DB_ROW)
        return false;
    int public = (int)db_int(q, 0);
    return !public || err_set(err, ERR_INPUT, "This data folder holds the demonstration region, whose secrets are public: care needs a folder of its own.",
                              "%d accounts of the demonstration", public);
}

bool production_ready(House *house, int64_t now_ms, Err *err)
{
    return strcmp(config_text(house->config, "mode"), "production") != 0 ||
           (production_configured(house->config, now_ms, err) && db_read_work(house->db, no_demonstration, NULL, err));
}
