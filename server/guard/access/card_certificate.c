/*
 * Certificates of cards over OpenSSL.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "guard/access/card_certificate.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <time.h>

#include "guard/access/psc_claims.h"

OWNED_BY(X509, X509_free)
OWNED_BY(X509_STORE, X509_STORE_free)
OWNED_BY(X509_STORE_CTX, X509_STORE_CTX_free)
OWNED_BY(BIO, BIO_free_all)
OWNED_BY(BIGNUM, BN_free)

enum { CHAIN_MAX = 4, AUTHORITIES_MAX = 64, LISTS_MAX = 64 };

static const struct {
    const char *name, *shown;
} VERDICTS[CARD_VERDICTS] = {
    [CARD_WAITED]          = { "no card shown", "This sign-in has expired, was used already or began in another browser: start it again." },
    [CARD_GOOD]            = { "good", "" },
    [CARD_NONE]            = { "no certificate", "No card was shown: put your card in the reader, choose its authentication certificate, and start again." },
    [CARD_UNREADABLE]      = { "not a certificate", "The certificate of the card cannot be read: start again, or sign in another way." },
    [CARD_WRONG_AUTHORITY] = { "authority not known", "This certificate is not that of a professional's card: choose the authentication certificate of your CPS card." },
    [CARD_NOT_IN_FORCE]    = { "not in force", "Your card is out of date: have it renewed, and sign in another way until then." },
    [CARD_REVOKED]         = { "revoked", "Your card was revoked: sign in another way, and ask the office that issued it." },
    [CARD_NOT_FOR_THIS]    = { "no clientAuth", "This certificate is not made for signing in: choose the authentication certificate of your card." },
    [CARD_ORGANISATION]    = { "an organisation's", "This certificate is an organisation's: people sign in with their own card." },
    [CARD_NO_NUMBER]       = { "no RPPS number", "No RPPS number stands on this card: sign in another way, or ask your administrator." },
    [CARD_LIST_MISSING]    = { "no revocation list", "The list of revoked cards is missing: no card is accepted until it is there. Sign in another way and tell your administrator." },
    [CARD_LIST_STALE]      = { "revocation list stale", "The list of revoked cards is out of date: no card is accepted until it is renewed. Sign in another way and tell your administrator." },
};

const char *card_verdict_shown(CardVerdict v)
{
    return VERDICTS[v < CARD_VERDICTS ? v : CARD_UNREADABLE].shown;
}

const char *card_verdict_name(CardVerdict v)
{
    return VERDICTS[v < CARD_VERDICTS ? v : CARD_UNREADABLE].name;
}

/* ---- reading ---- */

static int hex_digit(char c)
{
    const char *all = "0123456789abcdef", *at = c ? strchr(all, c | 0x20) : NULL;
    return at ? (int)(at - all) : -1;
}

/* Percent-encoding taken off; anything else passes. */
static bool plain_of(Slice pem, Buf *ret)
{
    for (size_t i = 0; i < pem.len; i++) {
        int high = pem.at[i] == '%' && i + 2 < pem.len ? hex_digit(pem.at[i + 1]) : -1;
        int low  = high >= 0 ? hex_digit(pem.at[i + 2]) : -1;
        buf_add_char(ret, low >= 0 ? (char)(high * 16 + low) : pem.at[i]);
        i += low >= 0 ? 2 : 0;
    }
    return !ret->failed;
}

static X509 *certificate_read(Slice pem)
{
    OWNED_BUF plain = buf_make(CARD_PEM_MAX);
    if (pem.len > CARD_PEM_MAX || !plain_of(pem, &plain) || !plain.len)
        return NULL;
    OWNED(BIO) *text = BIO_new_mem_buf(plain.at, (int)plain.len);
    return text ? PEM_read_bio_X509(text, NULL, NULL, NULL) : NULL;
}

static void serial_read(X509 *x, char *ret, size_t size)
{
    OWNED(BIGNUM) *number = ASN1_INTEGER_to_BN(X509_get0_serialNumber(x), NULL);
    char          *text   = number ? BN_bn2hex(number) : NULL;
    slice_copy(slice_of(text), ret, size);
    OPENSSL_free(text);
}

/* ---- chain and lists ---- */

static size_t authorities_add(X509_STORE *store, const char *path)
{
    size_t      count = 0;
    OWNED(BIO) *text  = BIO_new_file(path, "r");
    X509       *one;
    while (text && count < AUTHORITIES_MAX && (one = PEM_read_bio_X509(text, NULL, NULL, NULL))) {
        count += X509_STORE_add_cert(store, one) == 1;
        X509_free(one);
    }
    return count;
}

static void lists_add(X509_STORE *store, const char *path)
{
    OWNED(BIO) *text = path[0] ? BIO_new_file(path, "r") : NULL;
    X509_CRL   *one;
    for (int i = 0; text && i < LISTS_MAX && (one = PEM_read_bio_X509_CRL(text, NULL, NULL, NULL)); i++) {
        (void)X509_STORE_add_crl(store, one);
        X509_CRL_free(one);
    }
}

static int64_t seconds_of(const ASN1_TIME *time)
{
    struct tm tm = { 0 };
    return time && ASN1_TIME_to_tm(time, &tm) == 1 ? (int64_t)timegm(&tm) : 0;
}

int64_t card_lists_stale_s(const char *path, int64_t now_s)
{
    int64_t     stale = -1;
    OWNED(BIO) *text  = path[0] ? BIO_new_file(path, "r") : NULL;
    X509_CRL   *one;
    for (int i = 0; text && i < LISTS_MAX && (one = PEM_read_bio_X509_CRL(text, NULL, NULL, NULL)); i++) {
        int64_t over = now_s - seconds_of(X509_CRL_get0_nextUpdate(one));
        over         = over > 0 ? over : 0;
        stale        = over > stale ? over : stale;
        X509_CRL_free(one);
    }
    ERR_clear_error();
    return stale;
}

/* What one verification meets; reached from the callback through the context. */
typedef struct Look {
    const CardRules *rules;
    int64_t          stale_s;
    bool             too_stale;
} Look;

/* A list that ended is let pass within the grace, and remembered. */
static int list_grace(int ok, X509_STORE_CTX *c)
{
    Look *look = X509_STORE_CTX_get_ex_data(c, 0);
    if (ok || X509_STORE_CTX_get_error(c) != X509_V_ERR_CRL_HAS_EXPIRED)
        return ok;
    const X509_CRL *list = X509_STORE_CTX_get0_current_crl(c);
    int64_t         over = list ? look->rules->now_s - seconds_of(X509_CRL_get0_nextUpdate(list)) : INT64_MAX;
    look->stale_s        = over > look->stale_s ? over : look->stale_s;
    look->too_stale      = look->stale_s > look->rules->grace_s;
    if (look->too_stale)
        return 0;
    X509_STORE_CTX_set_error(c, X509_V_OK);
    return 1;
}

static CardVerdict verdict_of(int error)
{
    switch (error) {
    case X509_V_OK:
        return CARD_GOOD;
    case X509_V_ERR_CERT_HAS_EXPIRED:
    case X509_V_ERR_CERT_NOT_YET_VALID:
        return CARD_NOT_IN_FORCE;
    case X509_V_ERR_CERT_REVOKED:
        return CARD_REVOKED;
    case X509_V_ERR_INVALID_PURPOSE:
        return CARD_NOT_FOR_THIS;
    case X509_V_ERR_UNABLE_TO_GET_CRL:
    case X509_V_ERR_UNABLE_TO_GET_CRL_ISSUER:
    case X509_V_ERR_CRL_SIGNATURE_FAILURE:
    case X509_V_ERR_CRL_NOT_YET_VALID:
        return CARD_LIST_MISSING;
    case X509_V_ERR_CRL_HAS_EXPIRED:
        return CARD_LIST_STALE;
    default:
        return CARD_WRONG_AUTHORITY;
    }
}

static CardVerdict chain_judge(X509 *x, const CardRules *rules, int64_t *ret_stale_s)
{
    Look look                = { .rules = rules };
    OWNED(X509_STORE) *store = X509_STORE_new();
    OWNED(X509_STORE_CTX) *c = X509_STORE_CTX_new();
    if (!store || !c || !authorities_add(store, rules->authority))
        return CARD_WRONG_AUTHORITY;
    lists_add(store, rules->revoked);
    if (X509_STORE_CTX_init(c, store, x, NULL) != 1 || X509_STORE_CTX_set_ex_data(c, 0, &look) != 1)
        return CARD_WRONG_AUTHORITY;
    X509_VERIFY_PARAM *p = X509_STORE_CTX_get0_param(c);
    X509_VERIFY_PARAM_set_time(p, (time_t)rules->now_s);
    X509_VERIFY_PARAM_set_depth(p, CHAIN_MAX);
    X509_VERIFY_PARAM_set_flags(p, X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL);
    X509_VERIFY_PARAM_set_purpose(p, X509_PURPOSE_SSL_CLIENT);
    X509_STORE_CTX_set_verify_cb(c, list_grace);
    bool        fine = X509_verify_cert(c) == 1;
    CardVerdict v    = look.too_stale ? CARD_LIST_STALE : verdict_of(X509_STORE_CTX_get_error(c));
    *ret_stale_s     = look.stale_s;
    return fine || v != CARD_GOOD ? v : CARD_WRONG_AUTHORITY;
}

/* ---- what is written on it ---- */

/* clientAuth must be said: OpenSSL's purpose is content with a certificate that says nothing. */
static bool for_clients(X509 *x)
{
    return (X509_get_extension_flags(x) & EXFLAG_XKUSAGE) && (X509_get_extended_key_usage(x) & XKU_SSL_CLIENT);
}

/* The n-th value of an attribute of the subject as plain text; parts may stand in one RDN. False: none or not plain. */
static bool subject_text(X509 *x, int nid, int after, char *ret, size_t size, int *ret_at)
{
    const X509_NAME *subject = X509_get_subject_name(x);
    int              at      = X509_NAME_get_index_by_NID((X509_NAME *)subject, nid, after);
    unsigned char   *text    = NULL;
    if (at < 0)
        return false;
    int len = ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at)));
    *ret_at = at;
    bool plain = len > 0 && !memchr(text, 0, (size_t)len) && slice_copy(slice_bytes(text, (size_t)len), ret, size);
    OPENSSL_free(text);
    return plain;
}

/* A Struct_IdNat: only digits, at least nine. */
static bool is_organisation(X509 *x)
{
    char unit[64];
    for (int at = -1; subject_text(x, NID_organizationalUnitName, at, unit, sizeof unit, &at);)
        if (strlen(unit) >= 9 && strspn(unit, "0123456789") == strlen(unit))
            return true;
    return false;
}

static CardVerdict number_read(X509 *x, char ret[12])
{
    char name[64], second[64];
    int  at = -1, again = -1;
    bool one = subject_text(x, NID_commonName, -1, name, sizeof name, &at) && !subject_text(x, NID_commonName, at, second, sizeof second, &again) && again < 0;
    if (is_organisation(x))
        return CARD_ORGANISATION;
    return one && rpps_of_national_id(slice_of(name), ret, NULL) ? CARD_GOOD : CARD_NO_NUMBER;
}

CardVerdict card_judge(Slice pem, const CardRules *rules, Card *ret)
{
    *ret = (Card){ 0 };
    if (!pem.len)
        return CARD_NONE;
    OWNED(X509) *x = certificate_read(pem);
    if (!x) {
        ERR_clear_error();
        return CARD_UNREADABLE;
    }
    serial_read(x, ret->serial, sizeof ret->serial);
    CardVerdict v = chain_judge(x, rules, &ret->stale_s);
    ERR_clear_error();
    if (v != CARD_GOOD)
        return v;
    return for_clients(x) ? number_read(x, ret->rpps) : CARD_NOT_FOR_THIS;
}
