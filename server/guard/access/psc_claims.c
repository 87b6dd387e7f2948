/*
 * The claims of an ID token, of a logout token and of a professional, judged.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "guard/access/psc_claims.h"

#include <stdio.h>

#include "guard/access/people.h"

enum { AUDIENCES_MAX = 8 };

static bool unverified(Err *err, const char *why)
{
    return err_set(err, ERR_SIGN_IN, PSC_UNVERIFIED, "%s", why);
}

static const char *text_of(const json_t *claims, const char *name)
{
    const char *text = json_string_value(json_object_get(claims, name));
    return text ? text : "";
}

/* Whole seconds; some write a fraction. 0 when absent or not a sound number. */
static int64_t time_of(const json_t *claims, const char *name)
{
    const json_t *t = json_object_get(claims, name);
    double        v = json_is_number(t) ? json_number_value(t) : 0;
    return v > 0 && v < 4e11 ? (int64_t)v : 0;
}

/* 'claims.aud' is the client, alone or within a short list; more than one wants azp (§3.1.3.7, 3 to 5). */
static bool audience_check(const json_t *claims, const char *client_id, Err *err)
{
    const json_t *aud  = json_object_get(claims, "aud");
    size_t        all  = json_is_array(aud) ? json_array_size(aud) : 1;
    bool          ours = false;
    for (size_t i = 0; i < all && i < AUDIENCES_MAX; i++) {
        const char *one = json_string_value(json_is_array(aud) ? json_array_get(aud, i) : aud);
        ours            = ours || (one && strcmp(one, client_id) == 0);
    }
    if (!ours || all > AUDIENCES_MAX)
        return unverified(err, "aud is not this client");
    const json_t *azp = json_object_get(claims, "azp");
    if (azp ? !json_is_string(azp) || strcmp(json_string_value(azp), client_id) != 0 : all > 1)
        return unverified(err, "azp is not this client");
    return true;
}

static bool issued_check(const json_t *claims, const IdTokenWanted *w, Err *err)
{
    int64_t issued = time_of(claims, "iat");
    if (strcmp(text_of(claims, "iss"), w->issuer) != 0)
        return unverified(err, "iss is another issuer");
    if (!audience_check(claims, w->client_id, err))
        return false;
    if (!issued || issued > w->now_s + PSC_SKEW_S || issued < w->now_s - PSC_TOKEN_AGE_S)
        return unverified(err, "iat is missing, ahead of us or long ago");
    return true;
}

/* eidas1 < eidas2 < eidas3; another word only when it is the very word that was asked. */
static int acr_level(const char *acr)
{
    return strncmp(acr, "eidas", 5) == 0 && acr[5] >= '1' && acr[5] <= '3' && !acr[6] ? acr[5] - '0' : 0;
}

static bool acr_check(const json_t *claims, const char *asked, Err *err)
{
    const json_t *member = json_object_get(claims, "acr");
    const char   *got    = member && !json_is_null(member) ? text_of(claims, "acr") : "eidas1";
    int           level = acr_level(got), least = acr_level(asked);
    if (!asked[0] || strcmp(got, asked) == 0 || (least && level >= least))
        return true;
    return err_set(err, ERR_SIGN_IN,
                   "Pro Santé Connect signed you in with a weaker means than this platform asks for: sign in again with your CPS card or the e-CPS application.",
                   "acr %.16s, asked %.16s", got, asked);
}

bool id_token_check(const json_t *claims, const IdTokenWanted *w, IdToken *ret, Err *err)
{
    IdToken t = { .auth_time_s = time_of(claims, "auth_time") };
    if (!issued_check(claims, w, err))
        return false;
    if (time_of(claims, "exp") <= w->now_s - PSC_SKEW_S)
        return unverified(err, "exp is missing or over");
    if (time_of(claims, "nbf") > w->now_s + PSC_SKEW_S)
        return unverified(err, "nbf is ahead of us");
    if (!w->nonce[0] || strcmp(text_of(claims, "nonce"), w->nonce) != 0)
        return unverified(err, "nonce is not the one of this sign-in");
    if (json_object_get(claims, "events"))
        return unverified(err, "a logout token in the place of an ID token");
    if (!json_need_copy(claims, "sub", t.sub, sizeof t.sub, NULL) || !json_may_copy(claims, "sid", t.sid, sizeof t.sid, NULL))
        return unverified(err, "sub or sid");
    if (!acr_check(claims, w->acr, err))
        return false;
    *ret = t;
    return true;
}

bool logout_token_check(const json_t *claims, const IdTokenWanted *w, LogoutToken *ret, Err *err)
{
    static const char EVENT[] = "http://schemas.openid.net/event/backchannel-logout";
    LogoutToken       t       = { .ends_at_s = w->now_s + 2 * PSC_TOKEN_AGE_S };
    const json_t     *exp     = json_object_get(claims, "exp");
    if (!issued_check(claims, w, err))
        return false;
    if (exp && time_of(claims, "exp") <= w->now_s - PSC_SKEW_S)
        return unverified(err, "exp is over");
    if (!json_is_object(json_object_get(json_object_get(claims, "events"), EVENT)) || json_object_get(claims, "nonce"))
        return unverified(err, "no logout event, or a nonce");
    if (!json_need_copy(claims, "jti", t.jti, sizeof t.jti, NULL) || !json_may_copy(claims, "sub", t.sub, sizeof t.sub, NULL) ||
        !json_may_copy(claims, "sid", t.sid, sizeof t.sid, NULL) || (!t.sub[0] && !t.sid[0]))
        return unverified(err, "jti, sub or sid");
    *ret = t;
    return true;
}

/* ---- the professional ---- */

/* Text that may be absent, empty or null; longer than the field is cut at a whole letter; control characters end it. */
static void take(const json_t *from, const char *member, char *ret, size_t size)
{
    Slice text = slice_trim(slice_of(json_string_value(json_object_get(from, member))));
    for (size_t i = 0; i < text.len; i++)
        if ((unsigned char)text.at[i] < 0x20)
            text.len = i;
    if (text.len >= size)
        text = slice_whole_letters(slice_part(text, 0, size - 1));
    slice_copy(text, ret, size);
}

/* A code: letters, digits, hyphens; anything else leaves it empty (it goes into the trace). */
static void take_code(const json_t *from, const char *member, char *ret, size_t size)
{
    const char *text = text_of(from, member);
    size_t      len  = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-");
    ret[0]           = '\0';
    if (len < size && (!text[len] || text[len] == '^')) /* "10^1.2.250…": the code, then its list */
        slice_copy((Slice){ text, len }, ret, size);
}

/* FINESS of the place, else its SIRET, else the technical id; the letter says which. */
static void take_structure(const json_t *activity, PscSituation *ret)
{
    static const struct {
        const char *member, *letter;
    } IDS[] = { { "numeroFinessSite", "F" }, { "numeroSiretSite", "S" }, { "numeroFinessetablissementJuridique", "F" }, { "identifiantTechniqueDeLaStructure", "" } };
    char id[36] = "";
    for (size_t i = 0; i < COUNT(IDS) && !ret->structure_id[0]; i++) {
        take_code(activity, IDS[i].member, id, sizeof id);
        if (id[0])
            (void)snprintf(ret->structure_id, sizeof ret->structure_id, "%s%s", IDS[i].letter, id);
    }
    take(activity, "raisonSocialeSite", ret->structure, sizeof ret->structure);
}

static bool same_situation(const PscPerson *p, const PscSituation *s)
{
    for (size_t i = 0; i < p->count; i++)
        if (memcmp(&p->situations[i], s, sizeof *s) == 0)
            return true;
    return false;
}

static void situation_add(PscPerson *p, const PscSituation *s)
{
    if (p->count < PSC_SITUATIONS_MAX && !same_situation(p, s))
        p->situations[p->count++] = *s;
}

static void exercise_read(const json_t *exercise, PscPerson *ret)
{
    const json_t *activities = json_object_get(exercise, "activities");
    PscSituation  base       = { 0 };
    take_code(exercise, "codeProfession", base.profession, sizeof base.profession);
    take_code(exercise, "codeCategorieProfessionnelle", base.category, sizeof base.category);
    take_code(exercise, "codeSavoirFaire", base.skill, sizeof base.skill);
    if (!base.profession[0])
        return;
    if (!json_array_size(activities))
        situation_add(ret, &base);
    for (size_t i = 0; i < json_array_size(activities) && i < PSC_SITUATIONS_MAX; i++) {
        const json_t *activity = json_array_get(activities, i);
        PscSituation  one      = base;
        take_code(activity, "codeModeExercice", one.mode, sizeof one.mode);
        take_code(activity, "codeSecteurDactivite", one.sector, sizeof one.sector);
        take_structure(activity, &one);
        situation_add(ret, &one);
    }
}

/* Without SubjectRefPro: the situation of the card. */
static void card_situation(const json_t *userinfo, PscPerson *ret)
{
    const json_t *roles = json_object_get(userinfo, "SubjectRole");
    OWNED(json_t) *role = json_object();
    PscSituation  one   = { 0 };
    json_put(role, "code", json_cstr(json_string_value(json_is_array(roles) ? json_array_get(roles, 0) : roles)));
    take_code(role, "code", one.profession, sizeof one.profession);
    take_code(userinfo, "SubjectOrganizationID", one.structure_id, sizeof one.structure_id);
    take(userinfo, "SubjectOrganization", one.structure, sizeof one.structure);
    take_code(userinfo, "Secteur_Activite", one.sector, sizeof one.sector);
    if (one.profession[0])
        situation_add(ret, &one);
}

bool psc_person_read(const json_t *userinfo, PscPerson *ret, Err *err)
{
    const json_t *exercises = json_object_get(json_object_get(userinfo, "SubjectRefPro"), "exercices");
    *ret                    = (PscPerson){ 0 };
    if (!json_need_copy(userinfo, "sub", ret->sub, sizeof ret->sub, err) ||
        !json_need_copy(userinfo, "SubjectNameID", ret->national_id, sizeof ret->national_id, err))
        return false;
    for (size_t i = 0; i < json_array_size(exercises) && i < PSC_SITUATIONS_MAX; i++)
        exercise_read(json_array_get(exercises, i), ret);
    if (!ret->count)
        card_situation(userinfo, ret);
    return true;
}

bool rpps_of_national_id(Slice id, char ret[12], Err *err)
{
    Slice rpps = slice_part(id, 1, SIZE_MAX);
    if (id.len != 12 || id.at[0] != '8' || !rpps_valid(rpps))
        return err_set(err, ERR_SIGN_IN, "Your national identifier is not an RPPS number: this platform knows professionals by their RPPS number. Sign in with your login, or ask your administrator.",
                       "national id of %zu characters, prefix %c", id.len, id.len ? id.at[0] : '-');
    slice_copy(rpps, ret, 12);
    return true;
}

void psc_situation_code(const PscSituation *s, char ret[WHO_SITUATION_SIZE])
{
    const char *parts[] = { s->skill, s->mode, s->structure_id };
    OWNED_BUF   text    = buf_make(128);
    buf_add_text(&text, s->profession);
    for (size_t i = 0; i < COUNT(parts); i++)
        if (parts[i][0])
            buf_addf(&text, "/%s", parts[i]);
    slice_copy(buf_slice(&text), ret, WHO_SITUATION_SIZE);
}

json_t *psc_situation_json(const PscSituation *s)
{
    char code[WHO_SITUATION_SIZE];
    psc_situation_code(s, code);
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "code", code, "profession", s->profession, "category", s->category, "skill", s->skill, "mode",
                     s->mode, "sector", s->sector, "structure", s->structure, "structure_id", s->structure_id);
}
