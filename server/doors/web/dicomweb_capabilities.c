/*
 * What this DICOMweb service offers, as a WADL document made of the route table. PS3.18 §8.9, annex H.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doors/web/dicomweb.h"
#include "doors/web/handlers.h"
#include "doors/web/web.h"

#define BASE "/dicom-web"

/* Representations by the end of the path. */
static const struct {
    Method      method;
    const char *ending, *makes;
} MAKES[] = {
    { GET, "/metadata", "application/dicom+json multipart/related;type=\"application/dicom+xml\"" },
    { GET, "/rendered", "image/jpeg image/png" },
    { GET, "/thumbnail", "image/jpeg image/png" },
    { GET, "/frames/{list}", "multipart/related;type=\"application/octet-stream\" application/octet-stream" },
    { GET, "{tag}", "application/octet-stream multipart/related;type=\"application/octet-stream\"" },
    { GET, "/wado", "image/jpeg image/png application/dicom" },
    { GET, "/instances/{instance}",
      "multipart/related;type=\"application/dicom\" application/dicom application/zip" },
    { GET, "{study}", "multipart/related;type=\"application/dicom\" application/zip" },
    { GET, "{series}", "multipart/related;type=\"application/dicom\" application/zip" },
    { GET, "", "application/dicom+json multipart/related;type=\"application/dicom+xml\"" },
    { POST, "", "application/dicom+json" },
};

static const char *made_by(const Route *r)
{
    for (size_t i = 0; i < COUNT(MAKES); i++)
        if (MAKES[i].method == r->method && slice_ends(slice_of(r->pattern), slice_of(MAKES[i].ending)))
            return MAKES[i].makes;
    return NULL;
}

static void add_method(const Route *r, Buf *ret)
{
    Slice makes = slice_of(made_by(r));
    if (!makes.len)
        return;
    buf_addf(ret, "<method name=\"%s\">", method_name(r->method));
    if (r->method == POST)
        buf_add(ret, SLICE("<request><representation "
                           "mediaType=\"multipart/related;type=&quot;application/dicom&quot;\"/>"
                           "</request>"));
    buf_add(ret, SLICE("<response status=\"200\">"));
    while (makes.len) {
        Slice one = slice_cut(&makes, ' ');
        buf_add(ret, SLICE("<representation mediaType=\""));
        for (size_t i = 0; i < one.len; i++)
            if (one.at[i] == '"')
                buf_add(ret, SLICE("&quot;"));
            else
                buf_add_char(ret, one.at[i]);
        buf_add(ret, SLICE("\"/>"));
    }
    buf_add(ret, SLICE("</response></method>"));
}

static bool told_before(size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (strcmp(ROUTES[i].pattern, ROUTES[at].pattern) == 0)
            return true;
    return false;
}

bool dicomweb_capabilities(Request *q, HttpResponse *a, Err *err)
{
    a->type = "application/vnd.sun.wadl+xml";
    buf_addf(&a->bytes,
             "<?xml version=\"1.0\" encoding=\"UTF-8\"?><application "
             "xmlns=\"http://wadl.dev.java.net/2009/02\">"
             "<resources base=\"%s/\">",
             dicomweb_base(q));
    for (size_t i = 0; i < ROUTE_COUNT; i++) {
        if (!slice_starts(slice_of(ROUTES[i].pattern), SLICE(BASE "/")) || told_before(i))
            continue;
        buf_addf(&a->bytes, "<resource path=\"%s\">", ROUTES[i].pattern + sizeof BASE);
        for (size_t k = i; k < ROUTE_COUNT; k++)
            if (strcmp(ROUTES[k].pattern, ROUTES[i].pattern) == 0)
                add_method(&ROUTES[k], &a->bytes);
        buf_add(&a->bytes, SLICE("</resource>"));
    }
    buf_add(&a->bytes, SLICE("</resources></application>"));
    return buf_ok(&a->bytes, err);
}
