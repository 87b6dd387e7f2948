/*
 * Content negotiation.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doors/web/accept.h"

/* Cuts at 'mark' outside quotes. */
static Slice cut_outside_quotes(Slice *rest, char mark)
{
    bool   quoted = false;
    size_t i      = 0;
    for (; i < rest->len; i++) {
        if (quoted && rest->at[i] == '\\' && i + 1 < rest->len)
            i++;
        else if (rest->at[i] == '"')
            quoted = !quoted;
        else if (rest->at[i] == mark && !quoted)
            break;
    }
    Slice head = { rest->at, i };
    *rest      = slice_part(*rest, i < rest->len ? i + 1 : i, SIZE_MAX);
    return head;
}

static Slice unquoted(Slice value)
{
    value = slice_trim(value);
    if (value.len >= 2 && value.at[0] == '"' && value.at[value.len - 1] == '"')
        return (Slice) { value.at + 1, value.len - 2 };
    return value;
}

Slice media_parameter(Slice media, const char *name, Slice *ret_type)
{
    Slice type = slice_trim(cut_outside_quotes(&media, ';'));
    if (ret_type)
        *ret_type = type;
    while (media.len) {
        Slice one = cut_outside_quotes(&media, ';');
        Slice key = slice_trim(slice_cut(&one, '='));
        if (slice_equal_fold(key, slice_of(name)))
            return unquoted(one);
    }
    return SLICE_NONE;
}

/* In thousandths; what is no number is 1000, as if it were not there. */
static int quality_of(Slice range)
{
    Slice q = media_parameter(range, "q", NULL);
    if (!q.len)
        return 1000;
    int value = 0, unit = 1000;
    for (size_t i = 0; i < q.len && i < 5; i++) {
        if (i == 1 && q.at[i] == '.')
            continue;
        if (q.at[i] < '0' || q.at[i] > '9')
            return 1000;
        value += (q.at[i] - '0') * unit;
        unit /= 10;
    }
    return value > 1000 ? 1000 : value;
}

enum { EXACT = 3 }; /* the type itself, no range of types */

static bool type_fits(Slice wanted, const char *type, int *ret_exactness)
{
    Slice have = slice_of(type), main_have = have, main_wanted = wanted;
    if (slice_equal_fold(wanted, have)) {
        *ret_exactness = EXACT;
        return true;
    }
    if (slice_equal(wanted, SLICE("*/*")) || slice_equal(wanted, SLICE("*"))) {
        *ret_exactness = 1;
        return true;
    }
    *ret_exactness = 2;
    return slice_ends(wanted, SLICE("/*")) &&
           slice_equal_fold(slice_cut(&main_wanted, '/'), slice_cut(&main_have, '/'));
}

/* How exactly a range means an offer: 0 not at all. */
static int range_fits(Slice range, const MediaOffer *offer)
{
    Slice type;
    Slice inner     = media_parameter(range, "type", &type);
    int   exactness = 0, inner_exactness = 0;
    if (!type_fits(type, offer->type, &exactness))
        return 0;
    if (!offer->inner || !inner.len)
        return exactness;
    return type_fits(inner, offer->inner, &inner_exactness) ? exactness + inner_exactness : 0;
}

/* How exact the most exact range is that means this offer; 0: none does. */
static int exactness_of(Slice accept, const MediaOffer *offer)
{
    int most = 0;
    while (accept.len) {
        int exactness = range_fits(cut_outside_quotes(&accept, ','), offer);
        most          = exactness > most ? exactness : most;
    }
    return most;
}

/* Behind its equals; what finds no room falls off the end. */
static size_t put_wish(AcceptWish *list, size_t n, size_t room, AcceptWish wish)
{
    size_t at = n;
    while (at > 0 && list[at - 1].quality < wish.quality)
        at--;
    if (at == room)
        return n;
    n = n < room ? n + 1 : n;
    for (size_t i = n - 1; i > at; i--)
        list[i] = list[i - 1];
    list[at] = wish;
    return n;
}

size_t accept_wishes(Slice accept, const MediaOffer *offers, size_t count, AcceptWish *ret, size_t room)
{
    size_t n = 0;
    if (!slice_trim(accept).len)
        return count ? put_wish(ret, 0, room, (AcceptWish) { .quality = 1000, .syntax = SLICE_NONE }) : 0;
    for (size_t i = 0; i < count; i++) {
        int most = exactness_of(accept, &offers[i]);
        for (Slice rest = accept; most && rest.len;) {
            Slice range   = cut_outside_quotes(&rest, ',');
            int   quality = quality_of(range);
            if (quality == 0 || range_fits(range, &offers[i]) != most)
                continue;
            Slice      syntax = media_parameter(range, "transfer-syntax", NULL);
            bool       exact  = most == (offers[i].inner ? 2 * EXACT : EXACT);
            AcceptWish wish   = { .offer   = (int)i,
                                  .quality = quality,
                                  .syntax  = slice_equal(syntax, SLICE("*")) ? SLICE_NONE : syntax,
                                  .exact   = exact,
                                  .unsaid  = exact && !syntax.len };
            n                 = put_wish(ret, n, room, wish);
        }
    }
    return n;
}

int accept_choose(Slice accept, const MediaOffer *offers, size_t count, Slice *ret_syntax)
{
    AcceptWish best = { .offer = -1, .syntax = SLICE_NONE };
    (void)accept_wishes(accept, offers, count, &best, 1);
    *ret_syntax = best.syntax;
    return best.offer;
}
