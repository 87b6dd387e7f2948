/*
 * Identity rules: how traits are written, when an INS is right, which status follows, who looks alike. E15.
 *
 * Pure: no database, clock or network. Source: Référentiel national d'identitovigilance; INSEE (key of the
 * NIR).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/patients/patient_internal.h"

#include <stdio.h>
#include <time.h>
#include <utf8proc.h>

#include "base/buf.h"
#include "formats/texts/texts.h"

/* ---- tables ---- */

typedef struct InsAuthority {
    const char *oid, *nature;
    InsOids     accepted_by;
} InsAuthority;
static const InsAuthority INS_AUTHORITIES[] = {
    { "1.2.250.1.213.1.4.8", "NIR", INS_OIDS_PRODUCTION },
    { "1.2.250.1.213.1.4.9", "NIA", INS_OIDS_PRODUCTION },
    { "1.2.250.1.213.1.4.10", "NIR", INS_OIDS_TEST },
    { "1.2.250.1.213.1.4.11", "NIR", INS_OIDS_TEST }, /* demonstration */
};

typedef struct DocumentKind {
    const char *name;
    bool        high_trust, of_minors;
} DocumentKind;
static const DocumentKind DOCUMENT_KINDS[] = {
    { "passport", true, false },
    { "id-card", true, false },
    { "residence-permit", true, false },
    { "birth-certificate", false, true }, /* trusted with a document of the parent */
    { "family-book", false, true },
    { "driving-licence", false, false },
    { "health-card", false, false }, /* carte Vitale: no photograph of the bearer, another person's number for a child */
    { "wristband", false, false },
    { "none", false, false },
};

static const char *const STATUS_NAMES[] = { "PROV", "RECUP", "VALI", "QUAL" };

/* rows: INS confirmed; columns: checked against a document of high trust */
static const PatientStatus STATUS_OF[2][2] = {
    /* not confirmed */ { PATIENT_PROV, PATIENT_VALI },
    /* confirmed     */ { PATIENT_RECUP, PATIENT_QUAL },
};

/* Letters that no decomposition reaches. */
typedef struct Letter {
    utf8proc_int32_t from;
    const char      *to;
} Letter;
static const Letter LETTERS[] = {
    { 0x152, "OE" }, { 0x153, "OE" }, { 0xC6, "AE" },  { 0xE6, "AE" },  { 0xDF, "SS" },  { 0x1E9E, "SS" },
    { 0x141, "L" },  { 0x142, "L" },  { 0xD8, "O" },   { 0xF8, "O" },   { 0x110, "D" },  { 0x111, "D" },
    { 0xD0, "D" },   { 0xF0, "D" },   { 0xDE, "TH" },  { 0xFE, "TH" },  { 0x131, "I" },  { 0x2019, "'" },
    { 0x2018, "'" }, { 0x2BC, "'" },  { 0xB4, "'" },   { '`', "'" },    { 0x2010, "-" }, { 0x2011, "-" },
    { 0x2012, "-" }, { 0x2013, "-" }, { 0x2212, "-" }, { 0x202F, " " }, { 0xA0, " " },
};

/* ---- names ---- */

const char *patient_status_name(PatientStatus s)
{
    return STATUS_NAMES[s];
}

PatientStatus patient_status_from_name(Slice name)
{
    for (unsigned i = 0; i < COUNT(STATUS_NAMES); i++)
        if (slice_equal_text(name, STATUS_NAMES[i]))
            return (PatientStatus)i;
    return PATIENT_PROV;
}

bool patient_document_is_high_trust(Slice document)
{
    for (size_t i = 0; i < COUNT(DOCUMENT_KINDS); i++)
        if (slice_equal_text(document, DOCUMENT_KINDS[i].name))
            return DOCUMENT_KINDS[i].high_trust;
    return false;
}

bool document_is_of_minors(Slice document)
{
    for (size_t i = 0; i < COUNT(DOCUMENT_KINDS); i++)
        if (slice_equal_text(document, DOCUMENT_KINDS[i].name))
            return DOCUMENT_KINDS[i].of_minors;
    return false;
}

bool document_check(Slice document, Err *err)
{
    for (size_t i = 0; i < COUNT(DOCUMENT_KINDS); i++)
        if (slice_equal_text(document, DOCUMENT_KINDS[i].name))
            return true;
    return err_set(err, ERR_INPUT, "This kind of identity document is not known.",
                   "document kind of %zu bytes", document.len);
}

/* ---- traits ---- */

static void letter_add(utf8proc_int32_t c, Buf *out)
{
    for (size_t i = 0; i < COUNT(LETTERS); i++)
        if (LETTERS[i].from == c) {
            letter_add((unsigned char)LETTERS[i].to[0], out);
            if (LETTERS[i].to[1])
                letter_add((unsigned char)LETTERS[i].to[1], out);
            return;
        }
    if (c >= 'a' && c <= 'z')
        c += 'A' - 'a';
    if (c == ' ' && (out->len == 0 || out->at[out->len - 1] == ' '))
        return;
    if ((c >= 'A' && c <= 'Z') || c == ' ' || c == '-' || c == '\'')
        buf_add_char(out, (char)c);
    else
        buf_add_char(out, '?');
}

bool trait_normalise(Slice typed, char *ret, size_t size, const char *field, Err *err)
{
    OWNED_BUF         out   = buf_make(1024);
    utf8proc_uint8_t *plain = NULL;
    typed                   = slice_trim(typed);
    utf8proc_ssize_t len =
        typed.len > 512 ? -1
                        : utf8proc_map((const utf8proc_uint8_t *)typed.at, (utf8proc_ssize_t)typed.len,
                                       &plain, UTF8PROC_STABLE | UTF8PROC_DECOMPOSE | UTF8PROC_STRIPMARK);
    for (utf8proc_ssize_t at = 0; at < len;) {
        utf8proc_int32_t c    = 0;
        utf8proc_ssize_t used = utf8proc_iterate(plain + at, len - at, &c);
        if (used <= 0)
            break;
        letter_add(c, &out);
        at += used;
    }
    free(plain);
    Slice done = slice_trim(buf_slice(&out));
    if (len < 0 || slice_find(done, SLICE("?")) != SIZE_MAX)
        return err_set(err, ERR_INPUT, "A name holds a character that a birth certificate does not have.",
                       "%s", field);
    if (done.len >= size)
        return err_set(err, ERR_INPUT, "A name is too long.", "%s: %zu letters", field, done.len);
    slice_copy(done, ret, size);
    return true;
}

void trait_key(Slice text, char *ret, size_t size)
{
    OWNED_BUF folded = buf_make(2048);
    ret[0]           = 0;
    if (text_fold(text, &folded, NULL))
        slice_copy(buf_slice(&folded), ret, size);
}

bool traits_same(Slice a, Slice b)
{
    char key_a[512], key_b[512];
    trait_key(a, key_a, sizeof key_a);
    trait_key(b, key_b, sizeof key_b);
    return strcmp(key_a, key_b) == 0;
}

static bool digits(Slice s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.at[i] < '0' || s.at[i] > '9')
            return false;
    return s.len > 0;
}

static int64_t number(Slice s)
{
    int64_t n = -1;
    return digits(s) && slice_int(s, &n) ? n : -1;
}

bool birth_date_settle(Slice said, char ret[11], char ret_known[6])
{
    Slice month = slice_part(said, 5, 2), day = slice_part(said, 8, 2);
    bool  no_month = slice_equal_text(month, "00"), no_day = slice_equal_text(day, "00");
    if (said.len != 10 || said.at[4] != '-' || said.at[7] != '-' || (no_month && !no_day) || !digits(slice_part(said, 0, 4)))
        return false;
    slice_copy(said, ret, 11);
    slice_copy(slice_of(no_month ? "year" : no_day ? "month" : "day"), ret_known, 6);
    if (no_month)
        slice_copy(SLICE("12-31"), ret + 5, 6);
    else if (no_day)
        slice_copy(SLICE("01"), ret + 8, 3);
    return true;
}

bool birth_date_check(Slice iso, int64_t now_s, Err *err)
{
    static const int DAYS[] = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    int64_t          year = number(slice_part(iso, 0, 4)), month = number(slice_part(iso, 5, 2)),
            day = number(slice_part(iso, 8, 2));
    bool leap   = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    bool real   = iso.len == 10 && iso.at[4] == '-' && iso.at[7] == '-' && year >= 1850 && month >= 1 &&
                month <= 12 && day >= 1 && day <= DAYS[month - 1] && (month != 2 || day < 29 || leap);
    time_t    tomorrow = (time_t)now_s + 86400; /* born today in a zone east of Greenwich */
    struct tm tm;
    char      latest[32];
    gmtime_r(&tomorrow, &tm);
    snprintf(latest, sizeof latest, "%04d-%02d-%02d", tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday);
    if (!real || strncmp(iso.at, latest, 10) > 0)
        return err_set(err, ERR_INPUT, "The date of birth is not a date.", "birth date of %zu bytes",
                       iso.len);
    return true;
}

bool birth_place_check(Slice code, Err *err)
{
    bool corsica = slice_starts(code, SLICE("2A")) || slice_starts(code, SLICE("2B"));
    if (code.len != 5 || !digits(corsica ? slice_part(code, 2, 3) : code))
        return err_set(err, ERR_INPUT,
                       "The code of the place of birth has 5 characters (INSEE, 99999 when unknown).",
                       "birth place code of %zu bytes", code.len);
    return true;
}

/* ---- INS ---- */

InsOids ins_oids_from_text(const char *config_value)
{
    return config_value && strcmp(config_value, "test") == 0 ? INS_OIDS_TEST : INS_OIDS_PRODUCTION;
}

const char *ins_nature(const char *oid)
{
    for (size_t i = 0; i < COUNT(INS_AUTHORITIES); i++)
        if (strcmp(INS_AUTHORITIES[i].oid, oid) == 0)
            return INS_AUTHORITIES[i].nature;
    return NULL;
}

/* First figure of a number: 1 and 2, or 7 and 8 while it is provisional (INSEE). */
static bool first_is_known(char first)
{
    return first == '1' || first == '2' || first == '7' || first == '8';
}

/* S AA MM DD CCC OOO KK; key = 97 - (number mod 97), Corsica 2A as 19 and 2B as 18. */
bool ins_key_valid(Slice value)
{
    enum { DEPARTMENT_AT = 5 };
    char body[14];
    if (value.len != 15 || !first_is_known(value.at[0]))
        return false;
    slice_copy(slice_part(value, 0, 13), body, sizeof body);
    char *letter = &body[DEPARTMENT_AT + 1];
    if (body[DEPARTMENT_AT] == '2' && (*letter == 'A' || *letter == 'B')) {
        body[DEPARTMENT_AT] = '1';
        *letter             = *letter == 'A' ? '9' : '8';
    }
    int64_t n = number(slice_of(body)), key = number(slice_part(value, 13, 2));
    return n > 0 && key == 97 - n % 97;
}

bool ins_check(Slice value, Slice oid, InsOids oids, Err *err)
{
    if (!ins_key_valid(value))
        return err_set(err, ERR_INPUT, "The key of the INS number is wrong.", "INS of %zu characters",
                       value.len);
    /* There is no authority of test for a NIA: only in production are the two told apart. */
    if ((value.at[0] == '7' || value.at[0] == '8') && slice_equal_text(oid, "1.2.250.1.213.1.4.8"))
        return err_set(err, ERR_INPUT, "A provisional number (7 or 8 first) is a NIA: it has its own authority.",
                       "NIA under the authority of the NIR");
    for (size_t i = 0; i < COUNT(INS_AUTHORITIES); i++)
        if (slice_equal_text(oid, INS_AUTHORITIES[i].oid) && INS_AUTHORITIES[i].accepted_by == oids)
            return true;
    return err_set(err, ERR_INPUT, "This INS authority is not accepted on this server.", "OID " SLICE_FMT,
                   SLICE_ARG(oid));
}

/* ---- a draft becomes a patient ---- */

static bool copy_plain(Slice typed, char *ret, size_t size, const char *field, Err *err)
{
    typed = slice_trim(typed);
    if (typed.len >= size || !text_is_clean_utf8(typed))
        return err_set(err, ERR_INPUT, "A field is too long or holds control characters.", "%s: %zu bytes",
                       field, typed.len);
    slice_copy(typed, ret, size);
    return true;
}

static bool names_apply(Patient *p, const PatientDraft *d, Err *err)
{
    return (!d->birth_name.len ||
            trait_normalise(d->birth_name, p->birth_name, sizeof p->birth_name, "birth_name", err)) &&
           (!d->first_given.len ||
            trait_normalise(d->first_given, p->first_given, sizeof p->first_given, "first_given", err)) &&
           (!d->given_names.len ||
            trait_normalise(d->given_names, p->given_names, sizeof p->given_names, "given_names", err)) &&
           (!d->used_name.len ||
            trait_normalise(d->used_name, p->used_name, sizeof p->used_name, "used_name", err));
}

/* The first given name stands at the head of the list; "ANNE-SOPHIE" and "ANNE SOPHIE" are both met. */
static bool given_names_settle(Patient *p, bool list_given, Err *err)
{
    char first[80], list[256];
    trait_key(slice_of(p->first_given), first, sizeof first);
    trait_key(slice_of(p->given_names), list, sizeof list);
    size_t len  = strlen(first);
    bool   head = strncmp(list, first, len) == 0 && (list[len] == ' ' || list[len] == 0);
    if (list_given && !head)
        return err_set(err, ERR_INPUT, "The list of given names must begin with the first given name.",
                       "given_names");
    if (!head)
        slice_copy(slice_of(p->first_given), p->given_names, sizeof p->given_names);
    return true;
}

static bool birth_apply(Patient *p, const PatientDraft *d, int64_t now_s, Err *err)
{
    if (d->birth_date.len) {
        char date[11], known[6];
        if (!birth_date_settle(d->birth_date, date, known))
            return birth_date_check(SLICE_NONE, now_s, err); /* says what is wrong */
        if (!birth_date_check(slice_of(date), now_s, err))
            return false;
        slice_copy(slice_of(date), p->birth_date, sizeof p->birth_date);
        slice_copy(slice_of(known), p->birth_known, sizeof p->birth_known);
    }
    if (slice_equal_text(d->birth_known, "none"))
        slice_copy(SLICE("none"), p->birth_known, sizeof p->birth_known);
    if (d->birth_place_code.len && !birth_place_check(d->birth_place_code, err))
        return false;
    if (d->birth_place_code.len)
        slice_copy(d->birth_place_code, p->birth_place_code, sizeof p->birth_place_code);
    if (d->sex.len && (d->sex.len != 1 || !strchr("FMU", d->sex.at[0])))
        return err_set(err, ERR_INPUT, "The sex is F, M or U (unknown).", "sex of %zu bytes", d->sex.len);
    if (d->sex.len)
        p->sex = d->sex.at[0];
    return !d->birth_place_name.len || copy_plain(d->birth_place_name, p->birth_place_name,
                                                  sizeof p->birth_place_name, "birth_place_name", err);
}

bool draft_apply(Patient *p, const PatientDraft *d, InsOids oids, int64_t now_s, Err *err)
{
    if (!names_apply(p, d, err) || !given_names_settle(p, d->given_names.len > 0, err) ||
        !birth_apply(p, d, now_s, err) ||
        (d->phone.len && !copy_plain(d->phone, p->phone, sizeof p->phone, "phone", err)))
        return false;
    if (d->ins_value.len) {
        if (!ins_check(d->ins_value, d->ins_oid, oids, err))
            return false;
        slice_copy(d->ins_value, p->ins_value, sizeof p->ins_value);
        slice_copy(d->ins_oid, p->ins_oid, sizeof p->ins_oid);
        p->ins_retrieved = d->ins_from != INS_BY_HAND;
    }
    if (d->document.len) {
        if (!document_check(d->document, err))
            return false;
        slice_copy(d->document, p->document, sizeof p->document);
        p->document_holder[0] = 0; /* a document given in a form comes without the parent's */
    }
    if (d->decision == ALIKE_DOUBTFUL)
        p->attributes |= PATIENT_DOUT;
    if (d->fictive)
        p->attributes |= PATIENT_FICT;
    return true;
}

bool strict_traits_complete(const Patient *p, Err *err)
{
    if (!p->birth_name[0] || !p->first_given[0] || !p->birth_date[0] || !p->sex || !p->birth_place_code[0])
        return err_set(err, ERR_INPUT,
                       "Birth name, first given name, date of birth, sex and place of birth are all "
                       "required.",
                       "have %d%d%d%d%d", !!p->birth_name[0], !!p->first_given[0], !!p->birth_date[0],
                       !!p->sex, !!p->birth_place_code[0]);
    return true;
}

bool strict_traits_equal(const Patient *a, const Patient *b)
{
    return strcmp(a->birth_name, b->birth_name) == 0 && strcmp(a->first_given, b->first_given) == 0 &&
           strcmp(a->given_names, b->given_names) == 0 && strcmp(a->birth_date, b->birth_date) == 0 &&
           a->sex == b->sex && strcmp(a->birth_place_code, b->birth_place_code) == 0;
}

void status_settle(Patient *p)
{
    if (p->attributes & (PATIENT_DOUT | PATIENT_FICT)) {
        p->ins_value[0] = p->ins_oid[0] = p->document[0] = p->document_holder[0] = 0;
        p->ins_retrieved                                                         = false;
    }
    bool confirmed = p->ins_retrieved && p->ins_value[0];
    bool checked   = patient_document_is_high_trust(slice_of(p->document)) ||
                   (document_is_of_minors(slice_of(p->document)) && patient_document_is_high_trust(slice_of(p->document_holder)));
    p->status      = STATUS_OF[confirmed][checked];
}
