/*
 * The JSON and XML models read back: each value as its VR, what is none refused; whole files of the corpus
 * there and back.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include <dirent.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "formats/dicom/dicom_json.h"
#include "formats/dicom/part10.h"
#include "formats/dicomweb/json_read.h"
#include "formats/dicomweb/picture_facts.h"
#include "formats/dicomweb/xml_read.h"
#include "formats/dicomweb/xml_write.h"

enum { ROOM = 64 << 20, FILE_MAX = 1 << 20 };

static ErrKind made_of(const char *json, const DicomJsonReading *how, Buf *ret)
{
    Err err               = { 0 };
    OWNED(json_t) *all    = dicom_json_parse(slice_of(json), &err);
    OWNED(DicomWriter) *w = dw_new(ROOM);
    if (all && dicom_json_read(json_array_get(all, 0), how, w, &err))
        (void)dw_finish(w, EXPLICIT_LITTLE, ret, &err);
    return err.kind;
}

static void values_become_what_their_vr_says(void **state)
{
    (void)state;
    OWNED_BUF bytes = buf_make(ROOM);
    assert_int_equal(made_of("{\"00100010\":{\"vr\":\"PN\",\"Value\":[{\"Alphabetic\":\"LEFÈVRE^ANNE\","
                             "\"Phonetic\":\"x\"}]},"
                             "\"00280030\":{\"vr\":\"DS\",\"Value\":[0.5,\"0.25\"]},\"00280010\":{\"vr\":"
                             "\"US\",\"Value\":[512]},"
                             "\"00080008\":{\"vr\":\"CS\",\"Value\":[\"ORIGINAL\",null,\"AXIAL\"]},"
                             "\"00186020\":{\"vr\":\"FD\",\"Value\":[1e-3]},\"00280009\":{\"vr\":\"AT\","
                             "\"Value\":[\"00181063\"]},"
                             "\"00081115\":{\"vr\":\"SQ\",\"Value\":[{\"0020000E\":{\"vr\":\"UI\",\"Value\":["
                             "\"1.2.3\"]}}]},"
                             "\"00091010\":{\"vr\":\"OB\",\"InlineBinary\":\"AQID\"},\"00020010\":{\"vr\":"
                             "\"UI\",\"Value\":[\"1.2\"]},"
                             "\"00081190\":{\"vr\":\"UR\",\"Value\":[\"http://"
                             "x\"]},\"00080000\":{\"vr\":\"UL\",\"Value\":[4]},"
                             "\"00720083\":{\"vr\":\"UV\",\"Value\":[\"18446744073709551615\"]}}",
                             NULL, &bytes),
                     ERR_NONE);
    OWNED(Dataset) *ds  = dataset_parse(buf_slice(&bytes), EXPLICIT_LITTLE, NULL);
    OWNED(Arena) *arena = arena_new(ROOM);
    double   mm[2], number;
    int64_t  whole;
    uint32_t tag;
    assert_non_null(ds);
    assert_true(slice_equal_text(dataset_text(ds, TAG_PATIENT_NAME, arena), "LEFÈVRE^ANNE==x"));
    assert_true(slice_equal_text(dataset_code(ds, TAG_SPECIFIC_CHARACTER_SET), "ISO_IR 192"));
    assert_true(slice_equal_text(dataset_text(ds, TAG_IMAGE_TYPE, arena), "ORIGINAL\\\\AXIAL"));
    assert_true(dataset_pixel_spacing_mm(ds, mm, NULL) && mm[0] == 0.5 && mm[1] == 0.25);
    assert_true(dataset_int(ds, TAG_ROWS, 0, &whole) && whole == 512);
    assert_true(dataset_double(ds, TAG(0x0018, 0x6020), 0, &number) && number == 1e-3);
    assert_true(element_tag(ds, dataset_find(ds, TAG(0x0028, 0x0009)), 0, &tag) && tag == 0x00181063);
    assert_int_equal(dataset_items(ds, TAG_REFERENCED_SERIES_SEQUENCE), 1);
    assert_int_equal(dataset_raw(ds, TAG(0x0009, 0x1010)).len, 4); /* padded */
    assert_memory_equal(dataset_raw(ds, TAG(0x0072, 0x0083)).at, "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF", 8);
    assert_null(dataset_find(ds, TAG_RETRIEVE_URL));
    assert_null(dataset_find(ds, TAG(0x0008, 0)));
}

static void what_is_no_value_of_its_vr_is_refused(void **state)
{
    (void)state;
    static const char *const BAD[] = {
        "{\"00280010\":{\"vr\":\"US\",\"Value\":[70000]}}",
        "{\"00280010\":{\"vr\":\"US\",\"Value\":[\"x\"]}}",
        "{\"00280010\":{\"vr\":\"US\",\"Value\":[1.5]}}",
        "{\"00280010\":{\"vr\":\"US\",\"Value\":4}}",
        "{\"00280010\":{\"vr\":\"US\",\"InlineBinary\":\"AA\"}}",
        "{\"00280010\":{\"vr\":\"US\",\"Value\":[1],\"InlineBinary\":\"AAAA\"}}",
        "{\"00280010\":{\"vr\":\"XX\",\"Value\":[1]}}",
        "{\"00280010\":4}",
        "{\"Rows\":{\"vr\":\"US\",\"Value\":[1]}}",
        "{\"0x280010\":{\"vr\":\"US\",\"Value\":[1]}}",
        "{\"00080060\":{\"vr\":\"CS\",\"Value\":[\"C\\\\T\"]}}",
        "{\"00080060\":{\"vr\":\"CS\",\"Value\":[\"é\"]}}",
        "{\"00100010\":{\"vr\":\"PN\",\"Value\":[{\"Alphabetic\":4}]}}",
        "{\"00100010\":{\"vr\":\"PN\",\"Value\":[{\"Alphabetic\":\"a=b\"}]}}",
        "{\"00081115\":{\"vr\":\"SQ\",\"Value\":[4]}}",
        "{\"00081115\":{\"vr\":\"SQ\",\"InlineBinary\":\"AAAA\"}}",
        "{\"00420011\":{\"vr\":\"OB\",\"BulkDataURI\":\"http://x\"}}",
        "{\"00420011\":{\"vr\":\"OB\",\"Value\":[1]}}",
        "{\"00102000\":{\"vr\":\"LT\",\"Value\":[\"a\",\"b\"]}}",
        "{\"FFFEE000\":{\"vr\":\"UN\"}}",
        "{\"00186020\":{\"vr\":\"FD\",\"Value\":[\"1e999\"]}}",
        "{\"00280009\":{\"vr\":\"AT\",\"Value\":[\"0018106\"]}}",
        "[4]",
        "4",
        "{",
    };
    for (size_t i = 0; i < COUNT(BAD); i++) {
        OWNED_BUF bytes = buf_make(ROOM);
        if (made_of(BAD[i], NULL, &bytes) != ERR_INPUT)
            fail_msg("taken: %s", BAD[i]);
    }
}

/* PS3.19 table A.1.5-2: gggg00ee and the creator; read back into its block, or into one that is free. */
static void xml_of_private_elements_names_the_creator(void **state)
{
    (void)state;
    static const char SETS[] =
        "[{\"00190010\":{\"vr\":\"LO\",\"Value\":[\"OTHER\"]},\"00190011\":{\"vr\":\"LO\",\"Value\":["
        "\"US & THEM\"]},\"00191102\":{\"vr\":\"DS\",\"Value\":[0.1500]},\"00191203\":{\"vr\":\"CS\","
        "\"Value\":[\"A\",null]}}]";
    OWNED_BUF xml = buf_make(ROOM);
    assert_true(dicomweb_xml(slice_of(SETS), &xml, NULL));
    Slice  text  = buf_slice(&xml);
    size_t begin = slice_find(text, SLICE("<?xml")),
           end   = slice_find(text, SLICE("\r\n--" DICOMWEB_XML_BOUNDARY "--"));
    text         = slice_part(text, begin, end - begin);
    assert_true(slice_find(text, SLICE("tag=\"00190002\" vr=\"DS\" privateCreator=\"US &amp; THEM\"><Value "
                                       "number=\"1\">0.15</Value>")) != SIZE_MAX);
    assert_true(slice_find(text, SLICE("tag=\"00191203\" vr=\"CS\"><Value number=\"1\">A</Value><Value "
                                       "number=\"2\"/>")) != SIZE_MAX); /* nobody's block */
    OWNED(json_t) *set = native_xml_read(text, NULL);
    OWNED(json_t) *was = json_loads(SETS, 0, NULL);
    json_array_set_new(json_object_get(json_object_get(json_array_get(was, 0), "00191102"), "Value"), 0,
                       json_string("0.15"));
    assert_true(json_equal(set, json_array_get(was, 0)));

    OWNED(json_t) *free = native_xml_read(SLICE("<NativeDicomModel><DicomAttribute tag=\"00190002\" "
                                                "vr=\"CS\" privateCreator=\"NEW\"><Value "
                                                "number=\"1\">B</Value></DicomAttribute><DicomAttribute "
                                                "tag=\"00190010\" vr=\"LO\"><Value "
                                                "number=\"1\">OTHER</Value></DicomAttribute></"
                                                "NativeDicomModel>"),
                                          NULL);
    OWNED(json_t) *wish = json_loads("{\"00190010\":{\"vr\":\"LO\",\"Value\":[\"OTHER\"]},\"00190011\":{"
                                     "\"vr\":\"LO\",\"Value\":[\"NEW\"]},\"00191102\":{\"vr\":\"CS\","
                                     "\"Value\":[\"B\"]}}",
                                     0, NULL);
    assert_true(json_equal(free, wish));
}

static void xml_is_read_and_tricks_are_refused(void **state)
{
    (void)state;
    static const char *const BAD[] = {
        "",
        "<a/>",
        "<NativeDicomModel><x/></NativeDicomModel>",
        "<NativeDicomModel>",
        "<NativeDicomModel><DicomAttribute tag=\"1\" vr=\"CS\"/></NativeDicomModel>",
        "<!DOCTYPE x [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><NativeDicomModel><DicomAttribute "
        "tag=\"00080060\" "
        "vr=\"CS\"><Value number=\"1\">&a;</Value></DicomAttribute></NativeDicomModel>",
        "<NativeDicomModel><DicomAttribute tag=\"00080060\" vr=\"CS\"><Value "
        "number=\"1\">&a;</Value></DicomAttribute></NativeDicomModel>",
        "<NativeDicomModel><DicomAttribute tag=\"00080060\" vr=\"CS\"><Value "
        "number=\"9999999\">a</Value></DicomAttribute></NativeDicomModel>",
        "<NativeDicomModel><DicomAttribute tag=\"00080060\" vr=\"CS\"><Value number=\"2\">a</Value><Value "
        "number=\"1\">a</Value></DicomAttribute></NativeDicomModel>",
        "<NativeDicomModel><DicomAttribute tag=\"00080060\" vr=\"CS\"/><DicomAttribute tag=\"00080060\" "
        "vr=\"CS\"/></NativeDicomModel>",
        "<NativeDicomModel><DicomAttribute tag=\"00190001\" vr=\"CS\" privateCreator=\"A\"/><DicomAttribute "
        "tag=\"00190001\" vr=\"CS\" privateCreator=\"A\"/></NativeDicomModel>",
    };
    for (size_t i = 0; i < COUNT(BAD); i++) {
        OWNED(json_t) *set = native_xml_read(slice_of(BAD[i]), NULL);
        if (set)
            fail_msg("taken: %s", BAD[i]);
    }
    OWNED(json_t) *set = native_xml_read(SLICE("<?xml version=\"1.0\"?><!-- a --><NativeDicomModel "
                                               "xmlns=\"http://x\"><DicomAttribute tag=\"00100010\" "
                                               "vr=\"PN\"><PersonName "
                                               "number=\"1\"><Alphabetic><GivenName>ANNE</"
                                               "GivenName><FamilyName>A&amp;B</FamilyName><NameSuffix>II</"
                                               "NameSuffix></Alphabetic></PersonName></"
                                               "DicomAttribute><DicomAttribute tag=\"00080008\" "
                                               "vr=\"CS\"><Value number=\"1\">ORIGINAL</Value><Value "
                                               "number=\"3\">AXIAL</Value></DicomAttribute></"
                                               "NativeDicomModel>"),
                                         NULL);
    assert_non_null(set);
    OWNED(DicomWriter) *w = dw_new(ROOM);
    OWNED_BUF bytes       = buf_make(ROOM);
    assert_true(dicom_json_read(set, NULL, w, NULL) && dw_finish(w, EXPLICIT_LITTLE, &bytes, NULL));
    OWNED(Dataset) *ds  = dataset_parse(buf_slice(&bytes), EXPLICIT_LITTLE, NULL);
    OWNED(Arena) *arena = arena_new(ROOM);
    assert_true(slice_equal_text(dataset_text(ds, TAG_PATIENT_NAME, arena), "A&B^ANNE^^^II"));
    assert_true(slice_equal_text(dataset_text(ds, TAG_IMAGE_TYPE, arena), "ORIGINAL\\\\AXIAL"));
}

static void pictures_say_what_they_are(void **state)
{
    (void)state;
    static const char JPEG[] = "\xFF\xD8\xFF\xC0\0\x0B\x08\0\x02\0\x03\x01\x01\x11\0\xFF\xDA\0\x08\x01\x01\0"
                               "\0\x3F";
    static const char J2K[] =
        "\xFF\x4F\xFF\x51\0\x29\0\0\0\0\0\x03\0\0\0\x02\0\0\0\0\0\0\0\0\0\0\0\x03\0\0\0\x02\0\0\0\0"
        "\0\0\0\0\0\x01\x8B\x01\x01\xFF\x52\0\x0C\0\x02\0\x01\0\x01\x04\x04\0\x01\xFF\x90";
    PictureFacts f;
    assert_true(picture_facts(SLICE("image/jpeg"), SLICE_NONE, slice_bytes(JPEG, sizeof JPEG), &f, NULL));
    assert_string_equal(f.syntax_uid, UID_JPEG_BASELINE8_BIT);
    assert_int_equal(f.rows, 2);
    assert_int_equal(f.columns, 3);
    assert_string_equal(f.photometric, "MONOCHROME2");
    assert_true(f.lossy);
    assert_true(picture_facts(SLICE("image/jp2"), SLICE_NONE, slice_bytes(J2K, sizeof J2K), &f, NULL));
    assert_string_equal(f.syntax_uid, UID_JPEG2000_LOSSLESS);
    assert_true(f.is_signed && f.bits == 12 && f.rows == 2 && f.columns == 3);
    assert_true(
        picture_facts(SLICE("image/jp2"), SLICE(UID_JPEG2000), slice_bytes(J2K, sizeof J2K), &f, NULL));
    assert_string_equal(f.syntax_uid, UID_JPEG2000);
    assert_false(
        picture_facts(SLICE("image/jpeg"), SLICE(UID_JPEG2000), slice_bytes(JPEG, sizeof JPEG), &f, NULL));
    assert_false(picture_facts(SLICE("image/jls"), SLICE_NONE, slice_bytes(JPEG, sizeof JPEG), &f, NULL));
    assert_false(picture_facts(SLICE("image/gif"), SLICE_NONE, SLICE("GIF89a"), &f, NULL));
}

/* ---- the corpus, there and back ---- */

typedef struct Tour {
    size_t files, same;
} Tour;

static bool json_of(const Dataset *ds, Buf *ret)
{
    return dicom_json(ds, &(DicomJsonOptions) { .inline_max = ROOM }, ret, NULL);
}

/* Equal, 5 and 5.0 as well; a DS of more digits than its 16 characters hold is as near as they come. */
static bool alike(json_t *a, json_t *b)
{
    size_t      i;
    const char *key;
    json_t     *one;
    if (json_is_number(a) && json_is_number(b))
        return fabs(json_number_value(a) - json_number_value(b)) <= 1e-9 * fabs(json_number_value(a));
    if (json_is_array(a) && json_is_array(b) && json_array_size(a) == json_array_size(b)) {
        json_array_foreach (a, i, one)
            if (!alike(one, json_array_get(b, i)))
                return false;
        return true;
    }
    if (json_is_object(a) && json_is_object(b) && json_object_size(a) == json_object_size(b)) {
        json_object_foreach (a, key, one)
            if (!alike(one, json_object_get(b, key)))
                return false;
        return true;
    }
    return json_equal(a, b);
}

/* Attribute by attribute; pixels and what the reading leaves out do not count. */
static void compare(Tour *tour, const char *path, json_t *sent, Slice text)
{
    static const char *const LEFT_OUT[] = { "7FE00010", "7FE00008", "7FE00009",
                                            "00081190", "00083002", "FFFCFFFC" };
    OWNED(json_t) *back                 = dicom_json_parse(text, NULL);
    json_t     *got                     = json_array_get(back, 0), *attr;
    const char *key;
    for (size_t i = 0; i < COUNT(LEFT_OUT); i++)
        (void)json_object_del(sent, LEFT_OUT[i]);
    if (!json_object_get(sent, "00080005"))
        (void)json_object_del(got, "00080005");
    if (alike(sent, got)) {
        tour->same++;
        return;
    }
    json_object_foreach (sent, key, attr)
        if (!alike(attr, json_object_get(got, key)) && getenv("BECLERE_SHOW")) {
            char *a = json_dumps(attr, JSON_ENCODE_ANY),
                 *b = json_dumps(json_object_get(got, key), JSON_ENCODE_ANY);
            print_message("differs: %s %s\n  %.200s\n  %.200s\n", path, key, a ? a : "", b ? b : "");
            free(a);
            free(b);
        }
}

static void there_and_back(Tour *tour, const char *path, Slice file)
{
    Part10 head;
    OWNED(Dataset) *ds = part10_parse(file, &head, NULL);
    if (!ds || head.encapsulated)
        return;
    OWNED_BUF first = buf_make(ROOM), list = buf_make(ROOM), xml = buf_make(ROOM), bytes = buf_make(ROOM),
              again       = buf_make(ROOM);
    OWNED(DicomWriter) *w = dw_new(ROOM);
    if (!json_of(ds, &first))
        return;
    tour->files++;
    Err err             = { 0 };
    OWNED(json_t) *sets = dicom_json_parse(buf_slice(&first), &err);
    if (sets && dicom_json_read(json_array_get(sets, 0), NULL, w, &err) &&
        dw_finish(w, EXPLICIT_LITTLE, &bytes, &err)) {
        OWNED(Dataset) *back = dataset_parse(buf_slice(&bytes), EXPLICIT_LITTLE, NULL);
        assert_non_null(back);
        assert_true(json_of(back, &again));
        compare(tour, path, json_array_get(sets, 0), buf_slice(&again));
    } else if (getenv("BECLERE_SHOW")) {
        print_message("refused: %s: %s\n", path, err.detail);
    }
    (void)buf_add_char(&list, '[');
    (void)buf_add(&list, buf_slice(&first));
    (void)buf_add_char(&list, ']');
    assert_true(dicomweb_xml(buf_slice(&list), &xml, NULL));
    Slice  text  = buf_slice(&xml);
    size_t begin = slice_find(text, SLICE("<?xml")),
           end   = slice_find(text, SLICE("\r\n--" DICOMWEB_XML_BOUNDARY "--"));
    assert_true(begin < end && end < text.len);
    OWNED(json_t) *read = native_xml_read(slice_part(text, begin, end - begin), &err);
    if (!read && getenv("BECLERE_SHOW"))
        print_message("xml: %s: %s\n", path, err.detail);
}

static void tour_folder(Tour *tour, const char *folder)
{
    DIR *dir = opendir(folder);
    for (struct dirent *entry; dir && (entry = readdir(dir));) {
        char        path[4096];
        struct stat seen;
        (void)snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        if (entry->d_name[0] == '.' || stat(path, &seen) != 0)
            continue;
        if (S_ISDIR(seen.st_mode)) {
            tour_folder(tour, path);
            continue;
        }
        int fd = seen.st_size > 0 && seen.st_size < FILE_MAX ? open(path, O_RDONLY) : -1;
        if (fd < 0)
            continue;
        void *at = mmap(NULL, (size_t)seen.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
        (void)close(fd);
        if (at == MAP_FAILED)
            continue;
        there_and_back(tour, path, slice_bytes(at, (size_t)seen.st_size));
        (void)munmap(at, (size_t)seen.st_size);
    }
    if (dir)
        (void)closedir(dir);
}

static void the_corpus_goes_there_and_back(void **state)
{
    (void)state;
    Tour tour = { 0 };
    tour_folder(&tour, SOURCE_ROOT "/../shared/data/dicom");
    if (!tour.files) {
        print_message("skipped: ../shared is not there\n");
        skip();
    }
    print_message("%zu data sets, %zu the same\n", tour.files, tour.same);
    assert_true(tour.same * 100 >= tour.files * 99); /* two files of the field hold values of odd length */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_become_what_their_vr_says),
        cmocka_unit_test(what_is_no_value_of_its_vr_is_refused),
        cmocka_unit_test(xml_is_read_and_tricks_are_refused),
        cmocka_unit_test(xml_of_private_elements_names_the_creator),
        cmocka_unit_test(pictures_say_what_they_are),
        cmocka_unit_test(the_corpus_goes_there_and_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
