/*
 * DICOM JSON to native XML: the same attributes, keywords from the dictionary.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "formats/dicomweb/xml_write.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "formats/dicom/tags.h"
#include "formats/json/json_util.h"

/* Text as XML 1.0 may hold it: the five marks escaped, control characters replaced. */
static void add_text(Slice text, Buf *ret)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i];
        switch (c) {
        case '&':
            buf_add(ret, SLICE("&amp;"));
            break;
        case '<':
            buf_add(ret, SLICE("&lt;"));
            break;
        case '>':
            buf_add(ret, SLICE("&gt;"));
            break;
        case '"':
            buf_add(ret, SLICE("&quot;"));
            break;
        case '\r': /* else a parser makes a line feed of it */
            buf_add(ret, SLICE("&#13;"));
            break;
        default:
            if ((unsigned char)c < 0x20 && c != '\n' && c != '\t')
                buf_add(ret, SLICE("\xEF\xBF\xBD"));
            else
                buf_add_char(ret, c);
        }
    }
}

static void add_string(const json_t *string, Buf *ret)
{
    add_text((Slice) { json_string_value(string), json_string_length(string) }, ret);
}

/* Alphabetic=Ideographic=Phonetic, each Family^Given^Middle^Prefix^Suffix (PS3.19 §A.1.6). */
static void add_name(const json_t *name, size_t number, Buf *ret)
{
    static const char *const GROUPS[] = { "Alphabetic", "Ideographic", "Phonetic" };
    static const char *const PARTS[]  = { "FamilyName", "GivenName", "MiddleName", "NamePrefix",
                                          "NameSuffix" };
    buf_addf(ret, "<PersonName number=\"%zu\">", number);
    for (size_t g = 0; g < COUNT(GROUPS); g++) {
        const json_t *group = json_object_get(name, GROUPS[g]);
        Slice         rest  = { json_string_value(group), json_string_length(group) };
        if (!group)
            continue;
        buf_addf(ret, "<%s>", GROUPS[g]);
        for (size_t i = 0; rest.len && i < COUNT(PARTS); i++) {
            Slice part = slice_cut(&rest, '^');
            if (!part.len)
                continue;
            buf_addf(ret, "<%s>", PARTS[i]);
            add_text(part, ret);
            buf_addf(ret, "</%s>", PARTS[i]);
        }
        buf_addf(ret, "</%s>", GROUPS[g]);
    }
    buf_add(ret, SLICE("</PersonName>"));
}

static void add_attributes(json_t *set, Buf *ret);

/* The fewest digits that read back as the same number: a DS holds no more than 16 characters. */
static void add_real(double value, Buf *ret)
{
    char text[32];
    for (int digits = 6; digits <= 17; digits++) {
        (void)snprintf(text, sizeof text, "%.*g", digits, value);
        if (strtod(text, NULL) == value)
            break;
    }
    buf_add_text(ret, text);
}

static void add_value(json_t *value, const char *vr, size_t number, Buf *ret)
{
    if (strcmp(vr, "SQ") == 0) {
        buf_addf(ret, "<Item number=\"%zu\">", number);
        add_attributes(value, ret);
        buf_add(ret, SLICE("</Item>"));
        return;
    }
    if (json_is_object(value)) {
        add_name(value, number, ret);
        return;
    }
    if (json_is_null(value)) { /* an empty one among others: it keeps its place */
        buf_addf(ret, "<%s number=\"%zu\"/>", strcmp(vr, "PN") == 0 ? "PersonName" : "Value", number);
        return;
    }
    buf_addf(ret, "<Value number=\"%zu\">", number);
    if (json_is_string(value))
        add_string(value, ret);
    else if (json_is_integer(value))
        buf_addf(ret, "%lld", (long long)json_integer_value(value));
    else
        add_real(json_real_value(value), ret);
    buf_add(ret, SLICE("</Value>"));
}

/* Of a private element: who reserved its block, (gggg,00xx) of the same data set; NULL. */
static const json_t *creator_of(const json_t *set, uint32_t tag)
{
    char key[9];
    if (!TAG_IS_PRIVATE(tag) || TAG_ELEMENT(tag) < 0x1000)
        return NULL;
    (void)snprintf(key, sizeof key, "%04X00%02X", TAG_GROUP(tag), TAG_ELEMENT(tag) >> 8);
    const json_t *creator = json_array_get(json_object_get(json_object_get(set, key), "Value"), 0);
    return json_is_string(creator) ? creator : NULL;
}

static void add_attribute(json_t *set, const char *tag_text, json_t *attribute, Buf *ret)
{
    uint32_t       tag     = 0;
    const char    *vr      = json_string_value(json_object_get(attribute, "vr"));
    const TagInfo *info    = tag_from_text(slice_of(tag_text), &tag) ? tag_info(tag) : NULL;
    const json_t  *creator = creator_of(set, tag);
    json_t        *uri     = json_object_get(attribute, "BulkDataURI"),
           *within         = json_object_get(attribute, "InlineBinary"), *value;
    size_t i;
    if (!vr)
        return;
    if (creator) { /* the creator says which block: the tag is gggg00ee (PS3.19 table A.1.5-2) */
        buf_addf(ret, "<DicomAttribute tag=\"%08X\" vr=\"%s\" privateCreator=\"", tag & 0xFFFF00FFU, vr);
        add_string(creator, ret);
        buf_add_char(ret, '"');
    } else {
        buf_addf(ret, "<DicomAttribute tag=\"%s\" vr=\"%s\"", tag_text, vr);
    }
    if (info && info->keyword[0])
        buf_addf(ret, " keyword=\"%s\"", info->keyword);
    buf_add_char(ret, '>');
    if (uri) {
        buf_add(ret, SLICE("<BulkData uri=\""));
        add_string(uri, ret);
        buf_add(ret, SLICE("\"/>"));
    } else if (within) {
        buf_add(ret, SLICE("<InlineBinary>"));
        add_string(within, ret);
        buf_add(ret, SLICE("</InlineBinary>"));
    }
    json_array_foreach (json_object_get(attribute, "Value"), i, value)
        add_value(value, vr, i + 1, ret);
    buf_add(ret, SLICE("</DicomAttribute>"));
}

static void add_attributes(json_t *set, Buf *ret)
{
    const char *tag;
    json_t     *attribute;
    json_object_foreach (set, tag, attribute)
        add_attribute(set, tag, attribute, ret);
}

static void add_model(json_t *set, Buf *ret)
{
    buf_add(ret, SLICE("<?xml version=\"1.0\" encoding=\"UTF-8\"?><NativeDicomModel "
                       "xmlns=\"http://dicom.nema.org/PS3.19/models/NativeDICOM\" "
                       "xml:space=\"preserve\">"));
    add_attributes(set, ret);
    buf_add(ret, SLICE("</NativeDicomModel>"));
}

bool dicomweb_xml(Slice json, Buf *ret, Err *err)
{
    OWNED(json_t) *sets = json_loadb(json.at, json.len, JSON_ALLOW_NUL, NULL);
    json_t *set;
    size_t  i;
    if (!json_is_array(sets))
        return err_set(err, ERR_BUG, "Something went wrong here.", "metadata is no array");
    json_array_foreach (sets, i, set) {
        buf_addf(ret, "%s--" DICOMWEB_XML_BOUNDARY "\r\nContent-Type: application/dicom+xml\r\n\r\n",
                 i ? "\r\n" : "");
        add_model(set, ret);
    }
    buf_add(ret, SLICE("\r\n--" DICOMWEB_XML_BOUNDARY "--\r\n"));
    return buf_ok(ret, err);
}

bool dicomweb_xml_alone(Slice json, Buf *ret, Err *err)
{
    OWNED(json_t) *set = json_loadb(json.at, json.len, JSON_ALLOW_NUL, NULL);
    if (!json_is_object(set))
        return err_set(err, ERR_BUG, "Something went wrong here.", "data set is no object");
    add_model(set, ret);
    return buf_ok(ret, err);
}
