/*
 * Native DICOM XML to DICOM JSON, by a pull parser: nothing is kept but the answer.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "formats/dicomweb/xml_read.h"

#include <libxml/xmlreader.h>
#include <pthread.h>
#include <stdio.h>

#include "formats/dicom/dataset.h"
#include "formats/dicom/tags.h"

typedef struct Xml {
    xmlTextReaderPtr reader;
    unsigned         items; /* how deep */
    Err             *err;
} Xml;

static bool refuse(Xml *x, const char *what)
{
    return err_set(x->err, ERR_INPUT, "The DICOM metadata is not valid XML.", "line %d: %s",
                   xmlTextReaderGetParserLineNumber(x->reader), what);
}

static bool is(const Xml *x, const char *name)
{
    const xmlChar *here = xmlTextReaderConstLocalName(x->reader);
    return here && strcmp((const char *)here, name) == 0;
}

/* The next element inside the one at 'depth' that is open; false at its end, or on a fault (then x->err is
 * set). */
static bool next_child(Xml *x, int depth)
{
    while (!x->err->kind) {
        if (xmlTextReaderRead(x->reader) != 1)
            return refuse(x, "cut short or malformed");
        int type = xmlTextReaderNodeType(x->reader);
        if (type == XML_READER_TYPE_END_ELEMENT && xmlTextReaderDepth(x->reader) == depth)
            return false;
        if (type == XML_READER_TYPE_ELEMENT)
            return true;
        if (type == XML_READER_TYPE_ENTITY_REFERENCE || type == XML_READER_TYPE_DOCUMENT_TYPE)
            return refuse(x, "an entity");
    }
    return false;
}

/* Reads to the end of the element that is open. */
static bool pass_over(Xml *x)
{
    if (xmlTextReaderIsEmptyElement(x->reader))
        return true;
    int depth = xmlTextReaderDepth(x->reader);
    while (next_child(x, depth)) {
    }
    return !x->err->kind;
}

/* Text of the element that is open; it has no elements inside. */
static bool text_inside(Xml *x, Buf *ret)
{
    if (xmlTextReaderIsEmptyElement(x->reader))
        return true;
    for (;;) {
        if (xmlTextReaderRead(x->reader) != 1)
            return refuse(x, "cut short or malformed");
        switch (xmlTextReaderNodeType(x->reader)) {
        case XML_READER_TYPE_END_ELEMENT:
            return buf_ok(ret, x->err);
        case XML_READER_TYPE_TEXT:
        case XML_READER_TYPE_CDATA:
        case XML_READER_TYPE_WHITESPACE:
        case XML_READER_TYPE_SIGNIFICANT_WHITESPACE:
            (void)buf_add_text(ret, (const char *)xmlTextReaderConstValue(x->reader));
            break;
        case XML_READER_TYPE_COMMENT:
        case XML_READER_TYPE_PROCESSING_INSTRUCTION:
            break;
        default:
            return refuse(x, "text expected");
        }
    }
}

static bool attribute(Xml *x, const char *name, char *ret, size_t size)
{
    xmlChar *value = xmlTextReaderGetAttribute(x->reader, (const xmlChar *)name);
    bool     ok    = value && slice_copy(slice_of((const char *)value), ret, size);
    xmlFree(value);
    return ok;
}

/* number="n", from 1; what lies between is null. 'value' is given. */
static bool put_numbered(Xml *x, json_t *values, int64_t number, json_t *value)
{
    while ((int64_t)json_array_size(values) < number - 1)
        if (!json_push(values, json_null()))
            break;
    if ((int64_t)json_array_size(values) == number - 1)
        return json_push(values, value);
    json_decref(value);
    return refuse(x, "numbers out of order");
}

static bool number_of(Xml *x, int64_t *ret)
{
    char text[16];
    return (attribute(x, "number", text, sizeof text) && slice_int(slice_of(text), ret) && *ret >= 1 &&
            *ret <= NATIVE_XML_NUMBER_MAX) ||
           refuse(x, "number");
}

/* FamilyName and the others inside one group, joined by '^'. */
static bool read_name_group(Xml *x, Buf *ret)
{
    static const char *const PARTS[] = { "FamilyName", "GivenName", "MiddleName", "NamePrefix",
                                         "NameSuffix" };
    char                     part[COUNT(PARTS)][256] = { "" };
    if (xmlTextReaderIsEmptyElement(x->reader))
        return true;
    int depth = xmlTextReaderDepth(x->reader);
    while (next_child(x, depth)) {
        size_t    i    = 0;
        OWNED_BUF text = buf_make(255);
        while (i < COUNT(PARTS) && !is(x, PARTS[i]))
            i++;
        if (i == COUNT(PARTS))
            return refuse(x, "part of a name");
        if (!text_inside(x, &text))
            return false;
        (void)slice_copy(buf_slice(&text), part[i], sizeof part[i]);
    }
    size_t last = COUNT(PARTS);
    while (last && !part[last - 1][0])
        last--;
    for (size_t i = 0; i < last; i++)
        (void)buf_addf(ret, "%s%s", i ? "^" : "", part[i]);
    return !x->err->kind;
}

static json_t *read_name(Xml *x)
{
    OWNED(json_t) *name = json_object();
    int depth           = xmlTextReaderDepth(x->reader);
    while (next_child(x, depth)) {
        OWNED_BUF   text  = buf_make(2048);
        const char *group = is(x, "Alphabetic")    ? "Alphabetic"
                            : is(x, "Ideographic") ? "Ideographic"
                            : is(x, "Phonetic")    ? "Phonetic"
                                                   : NULL;
        if (!group) {
            refuse(x, "group of a name");
            return NULL;
        }
        if (!read_name_group(x, &text))
            return NULL;
        json_put(name, group, json_slice(buf_slice(&text)));
    }
    return x->err->kind ? NULL : GIVE(name);
}

static json_t *read_set(Xml *x);

static json_t *read_value(Xml *x)
{
    if (is(x, "PersonName"))
        return xmlTextReaderIsEmptyElement(x->reader) ? json_null() : read_name(x);
    if (is(x, "Item")) {
        if (x->items == DATASET_DEPTH_MAX) {
            err_set(x->err, ERR_LIMIT, "The DICOM data set is nested too deeply.", "more than %d",
                    DATASET_DEPTH_MAX);
            return NULL;
        }
        x->items++;
        json_t *item = read_set(x);
        x->items--;
        return item;
    }
    OWNED_BUF text = buf_make(NATIVE_XML_BYTES_MAX);
    if (!text_inside(x, &text))
        return NULL;
    return text.len ? json_slice(buf_slice(&text)) : json_null(); /* an empty one among others */
}

static bool read_bulk(Xml *x, json_t *to)
{
    char uri[2048];
    if (!attribute(x, "uri", uri, sizeof uri) && !attribute(x, "uuid", uri, sizeof uri))
        return refuse(x, "BulkData without uri");
    return json_put(to, "BulkDataURI", json_cstr(uri)) && pass_over(x);
}

static bool read_inline(Xml *x, json_t *to)
{
    OWNED_BUF text = buf_make(NATIVE_XML_BYTES_MAX), packed = buf_make(NATIVE_XML_BYTES_MAX);
    if (!text_inside(x, &text))
        return false;
    Slice all = buf_slice(&text);
    for (size_t i = 0; i < all.len; i++)
        if (!strchr(" \t\r\n", all.at[i]))
            (void)buf_add_char(&packed, all.at[i]);
    return json_put(to, "InlineBinary", json_slice(buf_slice(&packed)));
}

/* ---- private elements: gggg00ee and whose it is (PS3.19 table A.1.5-2) ---- */

enum { FIRST_BLOCK = 0x10, LAST_BLOCK = 0xFF, CREATOR_BYTES = 260 };

/* The block of that creator in the set, taken now when it has none; 0 when none is left. */
static unsigned block_of(json_t *set, unsigned group, const json_t *creator)
{
    for (unsigned block = FIRST_BLOCK; block <= LAST_BLOCK; block++) {
        char key[9];
        (void)snprintf(key, sizeof key, "%04X00%02X", group & 0xFFFFu, block & 0xFFu);
        json_t *there = json_object_get(set, key);
        if (!there) {
            json_put(set, key, json_pack("{s:s, s:[O]}", "vr", "LO", "Value", creator));
            return block;
        }
        if (json_equal(json_array_get(json_object_get(there, "Value"), 0), creator))
            return block;
    }
    return 0;
}

/* Once the whole set is read: 'theirs' is [[tag, creator, attribute]]. */
static bool place_private(Xml *x, json_t *set, json_t *theirs)
{
    json_t *one;
    size_t  i;
    json_array_foreach (theirs, i, one) {
        char     key[9];
        uint32_t tag   = (uint32_t)json_integer_value(json_array_get(one, 0));
        unsigned block = block_of(set, TAG_GROUP(tag), json_array_get(one, 1));
        uint32_t whole = tag | block << 8;
        (void)snprintf(key, sizeof key, "%08X", whole);
        if (!block || json_object_get(set, key))
            return refuse(x, "a private attribute twice, or too many creators");
        if (!json_put(set, key, json_incref(json_array_get(one, 2))))
            return refuse(x, "private attribute");
    }
    return true;
}

/* Adds the attribute to the set, or to those that wait for their block. 'attr' is given. */
static bool put_attribute(Xml *x, json_t *set, json_t *theirs, const char *text, const char *creator,
                          json_t *attr)
{
    uint32_t tag;
    if (creator[0] && tag_from_text(slice_of(text), &tag) && TAG_IS_PRIVATE(tag) && TAG_ELEMENT(tag) < 0x100)
        return json_push(theirs, json_pack("[I, s, o]", (json_int_t)tag, creator, attr));
    if (!json_object_get(set, text))
        return json_put(set, text, attr);
    json_decref(attr);
    return refuse(x, "an attribute twice");
}

static bool read_attribute(Xml *x, json_t *set, json_t *theirs)
{
    char    tag[9], vr[3] = "", creator[CREATOR_BYTES] = "";
    int64_t number;
    OWNED(json_t) *attr = json_object(), *values = json_array();
    if (!is(x, "DicomAttribute") || !attribute(x, "tag", tag, sizeof tag) || strlen(tag) != 8)
        return refuse(x, "DicomAttribute expected");
    (void)attribute(x, "privateCreator", creator, sizeof creator);
    if (attribute(x, "vr", vr, sizeof vr))
        json_put(attr, "vr", json_cstr(vr));
    if (!xmlTextReaderIsEmptyElement(x->reader)) {
        int depth = xmlTextReaderDepth(x->reader);
        while (next_child(x, depth)) {
            if (is(x, "BulkData") ? !read_bulk(x, attr) : is(x, "InlineBinary") && !read_inline(x, attr))
                return false;
            if (json_object_size(attr) > 1)
                continue;
            if (!is(x, "Value") && !is(x, "PersonName") && !is(x, "Item"))
                return refuse(x, "value expected");
            json_t *value = number_of(x, &number) ? read_value(x) : NULL;
            if (!value || !put_numbered(x, values, number, value))
                return false;
        }
    }
    if (json_array_size(values))
        json_put(attr, "Value", json_incref(values));
    return !x->err->kind && put_attribute(x, set, theirs, tag, creator, GIVE(attr));
}

static json_t *read_set(Xml *x)
{
    OWNED(json_t) *set = json_object(), *theirs = json_array();
    if (xmlTextReaderIsEmptyElement(x->reader))
        return GIVE(set);
    int depth = xmlTextReaderDepth(x->reader);
    while (next_child(x, depth))
        if (!read_attribute(x, set, theirs))
            return NULL;
    return x->err->kind || !place_private(x, set, theirs) ? NULL : GIVE(set);
}

static void silent(void *with, const char *message, xmlParserSeverities severity,
                   xmlTextReaderLocatorPtr where)
{
    (void)with, (void)message, (void)severity, (void)where;
}

/* The first element, past comments; whatever else stands there is refused. */
static bool find_root(Xml *x)
{
    while (xmlTextReaderRead(x->reader) == 1) {
        int type = xmlTextReaderNodeType(x->reader);
        if (type == XML_READER_TYPE_ELEMENT)
            return is(x, "NativeDicomModel") || refuse(x, "NativeDicomModel expected");
        if (type == XML_READER_TYPE_DOCUMENT_TYPE)
            return refuse(x, "a document type");
    }
    return refuse(x, "no element");
}

/* An attribute becomes an object with a list, every other element a value at most as big as an empty object.
 */
enum { ATTRIBUTE_BYTES = 768, ELEMENT_BYTES = 288 };

size_t native_xml_weight(Slice xml)
{
    size_t weight = xml.len;
    for (size_t i = 0; i + 1 < xml.len; i++)
        if (xml.at[i] == '<' && xml.at[i + 1] != '/')
            weight += xml.at[i + 1] == 'D' ? ATTRIBUTE_BYTES : ELEMENT_BYTES;
    return weight;
}

json_t *native_xml_read(Slice xml, Err *err)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    Err                   why  = { 0 };
    Xml                   x    = { .err = &why };
    json_t               *set  = NULL;
    if (xml.len > NATIVE_XML_BYTES_MAX) {
        err_set(err, ERR_LIMIT, "The DICOM metadata is too big to be read.", "%zu bytes", xml.len);
        return NULL;
    }
    if (slice_find(xml, SLICE("<!DOCTYPE")) != SIZE_MAX) { /* before the parser looks at it */
        err_set(err, ERR_INPUT, "The DICOM metadata is not valid XML.", "a document type");
        return NULL;
    }
    (void)pthread_once(&once, xmlInitParser);
    x.reader = xmlReaderForMemory(xml.at, (int)xml.len, NULL, "UTF-8",
                                  XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
    if (!x.reader) {
        err_set(err, ERR_UNAVAILABLE, "The server is out of memory.", "XML reader");
        return NULL;
    }
    xmlTextReaderSetErrorHandler(x.reader, silent, NULL);
    if (find_root(&x))
        set = read_set(&x);
    if (set && xmlTextReaderRead(x.reader) < 0) /* what follows the root, were it malformed */
        refuse(&x, "malformed");
    xmlFreeTextReader(x.reader);
    if (why.kind) {
        json_decref(set);
        if (err)
            *err = why;
        return NULL;
    }
    return set;
}
